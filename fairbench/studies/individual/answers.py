"""What the study says: findings in a few sentences, and every answer in detail."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from fairbench.evaluation.verdict_words import held
from fairbench.studies.individual.boston.answers import boston_answers, boston_findings
from fairbench.studies.individual.networks.answers import network_answers, network_findings
from fairbench.studies.individual.others.answers import others_answers, others_findings


def answers(found: Mapping[str, pd.DataFrame], judged: pd.DataFrame) -> str:
    """Write every answer as Markdown.

    Parameters
    ----------
    found : mapping of str to DataFrame
        The study's tables by name; those that its config leaves out are missing.
    judged : DataFrame
        Of `fairbench.studies.individual.verdicts.verdicts`.
    """
    parts = [boston_answers(found)] if "curves" in found else []
    if "certificates" in found:
        parts.append(network_answers(found["certificates"]))
    if "others" in found:
        parts.append(others_answers(found["others"]))
    return "".join(parts)


def findings(found: Mapping[str, pd.DataFrame], judged: pd.DataFrame) -> str:
    """Write a sentence for each question, with its table."""
    said = boston_findings(found) if "curves" in found else []
    if "certificates" in found:
        said += network_findings(found["certificates"])
    if "others" in found:
        said += others_findings(found["others"])
    return "".join(f"- {sentence}\n" for sentence in [*said, f"{held(judged)}."])
