"""Sentences of the seed about networks in general, held against those trained here."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from fairbench.evaluation.verdicts import REPLICATED, Statement, above, exactly
from fairbench.studies.individual.boston.verdicts import SEED
from fairbench.studies.individual.networks.compared import (
    BASE,
    PLAIN,
    at_one_distance,
    group_fair,
    summed,
)

#: Fair to groups by the rule of four fifths, and unfair to somebody by this much.
_RULE, _MUCH = 0.8, 0.1


def network_verdicts(certificates: pd.DataFrame) -> Iterator[dict]:
    """Give a row for each sentence.

    Parameters
    ----------
    certificates : DataFrame
        Of `fairbench.studies.individual.networks.gathered.gathered`.
    """
    here = at_one_distance(certificates)
    fair = here[here["label"].isin(group_fair(here)) & (here["test_disparate_impact"] >= _RULE)]
    fair = fair[fair["status"] == "ok"]
    words = "a model that is fair to groups may be unfair to an individual"
    said, count = Statement(SEED, "section 3.2", words, REPLICATED), (fair["lower"] >= _MUCH).sum()
    if fair.empty:
        yield said.not_comparable(f"no fit has a disparate impact of {_RULE:g} or more")
    else:  # one certified pair is a proof
        reason = f"{count} of {len(fair)} fits with a disparate impact of {_RULE:g} or more have "
        reason += f"two possible people within epsilon {_MUCH:g} or more apart"
        yield said.judged(exactly(count > 0), reason, count / len(fair))
    said = Statement(SEED, "section 6", "more individual fairness loses accuracy", REPLICATED)
    lost = _lost(here)
    if len(lost) < 2:
        yield said.not_comparable("fewer than two divisions have a plain and a fairest network")
        return
    value, low, high, n = summed(lost, float(here["overlap"].max()))
    reason = "accuracy of the plain network less that of the fairest one, a division each"
    yield said.judged(above(value, low, high, n), reason, value, low, high, n)


def _lost(here: pd.DataFrame) -> list[float]:
    """By data set and division, what the network with the smallest delta loses in accuracy."""
    trained = here[~here["label"].isin([*group_fair(here), BASE])]
    lost = []
    for _, block in trained.groupby(["data", "trial"]):
        plain = block[block["label"] == PLAIN]
        others = block[block["label"] != PLAIN]
        if len(plain) and len(others):
            fairest = others.loc[others["upper"].idxmin()]
            lost.append(float(plain["test_accuracy"].iloc[0] - fairest["test_accuracy"]))
    return lost
