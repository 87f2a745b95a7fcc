"""Every verdict of the study, as the table that the report shows."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from fairbench.evaluation.verdicts import RE_EXECUTED, Statement, verdict_table
from fairbench.studies.individual import published
from fairbench.studies.individual.boston.verdicts import SEED, boston_verdicts
from fairbench.studies.individual.networks.verdicts import network_verdicts
from fairbench.studies.individual.others.verdicts import fairify_verdicts


def verdicts(found: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """Judge what was published by the tables that there are.

    Parameters
    ----------
    found : mapping of str to DataFrame
        The study's tables by name; those that its config leaves out are missing.
    """
    rows = boston_verdicts(found) if "curves" in found else []
    if "certificates" in found:
        rows += network_verdicts(found["certificates"])
    if "others" in found:
        rows += fairify_verdicts(found["others"])
    return verdict_table([*rows, *_not_judged()])


def _not_judged() -> list[dict]:
    rows = []
    for row in published.not_judged().to_dict("records"):
        value = np.nan if pd.isna(row["value"]) else float(row["value"])
        said = Statement(SEED, row["place"], row["quantity"], RE_EXECUTED, value)
        rows.append(said.not_comparable(row["reason"]))
    return rows
