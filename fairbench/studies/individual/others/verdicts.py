"""Fairify's answers to the questions, held against ours."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from fairbench.evaluation.verdicts import RE_EXECUTED, Statement, exactly

FAIRIFY = "Biswas and Rajan, Fairify: Fairness Verification of Neural Networks"


def fairify_verdicts(table: pd.DataFrame) -> Iterator[dict]:
    """Give a row for each answer of Fairify's table V.

    Parameters
    ----------
    table : DataFrame
        Of `fairbench.studies.individual.others.shares.beside_fairify`.
    """
    for row in table.to_dict("records"):
        words = f"{row['network']}, {row['protected']}: {row['fairify_verdict']}"
        said = Statement(FAIRIFY, "table V", words, RE_EXECUTED)
        ours = f"{row['fair']:.2%} of the domain fair, {row['unfair']:.2%} unfair"
        if row["fairify_verdict"] != "unfair":
            answer = {"yes": "there is a witness", "no": "nobody is treated unfairly"}
            told = answer.get(row["answer"], "undecided here too")
            yield said.not_comparable(f"they give no answer; {told}; {ours}")
        elif row["answer"] == "undecided":
            yield said.not_comparable(f"no witness was found here; {ours}")
        else:
            found = exactly(row["answer"] == "yes")
            yield said.judged(found, f"{_proof(row)}; {ours}", float(row["unfair"]))


def _proof(row: dict) -> str:
    if row["answer"] != "yes":
        return "certified that there is nobody"
    return f"a witness whose class differs between {row['protected']} {row['value']:g} and " + (
        f"{row['other']:g}"
    )
