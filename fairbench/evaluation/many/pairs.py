"""Every pair of methods: the cells of the multi-comparison matrix.

Apart from Holm's correction, which is about all pairs together, a row depends on the values of its
two methods alone: to add a method or to take one away leaves it as it is (Ismail-Fawaz et al.,
arXiv 2305.11921). Average ranks have no such property.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pandas as pd

from fairbench.evaluation.bootstrap import NOTHING_SHOWN
from fairbench.evaluation.intervals import LEVEL
from fairbench.evaluation.many.quantities import QUANTITIES
from fairbench.evaluation.many.signed_rank import DRAWS, needed, posterior, signed_rank_test
from fairbench.evaluation.many.values import by_trial, paired_differences
from fairbench.evaluation.multiplicity import holm
from fairbench.evaluation.verdicts import UNDECIDED

COLUMNS = [
    *["quantity", "label_a", "label_b", "difference", "a_better", "equal", "b_better", "data_sets"],
    *["gaps", "p", "p_holm", "needed", "verdict", "rope", "chance_a", "chance_same", "chance_b"],
]
_EQUAL = 1e-10


def pairs(values: pd.DataFrame, quantity: str, *, seed: int, draws: int = DRAWS) -> pd.DataFrame:
    """Compare every two methods of a study.

    Parameters
    ----------
    values : DataFrame
        Of `fairbench.evaluation.many.values.test_values`, one study.
    quantity : str
        See `QUANTITIES`.
    seed, draws : int
        Of the Bayesian test.

    Returns
    -------
    DataFrame
        One row a pair, `COLUMNS`: ``difference``, the mean of A less B over the ``data_sets`` with
        both; ``a_better``, ``equal`` and ``b_better``, how many of these; ``gaps``, data sets where
        both ran and one of them has no value; ``p`` of Wilcoxon's test, ``p_holm`` corrected over
        all pairs of the study and quantity; ``needed``, the fewest data sets with which any of
        them could be told apart; ``verdict``: ``"A better"``, ``"B better"``, ``"no difference
        shown"``, or ``"undecided"`` with fewer data sets than needed; ``chance_a``,
        ``chance_same``, ``chance_b``: probabilities that A is better by more than ``rope``, that
        neither is, that B is.
    """
    wide, told = by_trial(values, quantity), QUANTITIES[quantity]
    met = values.groupby("data_set")["label"].agg(set)
    rows = []
    for a, b in combinations(sorted(wide.columns), 2):
        apart = paired_differences(wide, a, b)
        better = told.sign * apart.to_numpy(float)
        chance_b, same, chance_a = posterior(better, told.rope, seed=seed, draws=draws)
        row = {"quantity": quantity, "label_a": a, "label_b": b, "difference": apart.mean()}
        row |= {"a_better": int((better > _EQUAL).sum()), "b_better": int((better < -_EQUAL).sum())}
        row |= {"equal": int((np.abs(better) <= _EQUAL).sum()), "data_sets": len(apart)}
        row |= {"gaps": int(sum({a, b} <= labels for labels in met)) - len(apart)}
        row["p"], row["side"] = signed_rank_test(better)
        row["rope"] = told.rope
        rows.append(row | {"chance_a": chance_a, "chance_same": same, "chance_b": chance_b})
    return _judged(pd.DataFrame(rows))[COLUMNS] if rows else pd.DataFrame(columns=COLUMNS)


def _judged(table: pd.DataFrame) -> pd.DataFrame:
    """Add what depends on how many pairs there are: Holm's correction, and the verdicts."""
    least = needed(int(table["p"].notna().sum()) or 1)
    corrected = holm(table["p"].to_numpy(float))
    open_ = np.where(table["data_sets"] < least, UNDECIDED, NOTHING_SHOWN)
    better = np.where(table["side"] > 0, "A better", "B better")
    verdict = np.where(corrected <= LEVEL, better, open_)
    return table.assign(p_holm=corrected, needed=least, verdict=verdict)
