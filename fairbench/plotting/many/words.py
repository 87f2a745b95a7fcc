"""What the figures of a comparison say of it: its title, its gaps, what so few data sets allow."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

import pandas as pd

from fairbench.evaluation.many.quantities import CRITERION, QUANTITIES, criterion_title
from fairbench.evaluation.many.signed_rank import least_p
from fairbench.plotting.style import method_looks


def title_of(quantity: str, parts: Sequence[str]) -> str:
    """Name of a quantity; of the criterion, what it is the sum of."""
    if quantity == CRITERION:
        return criterion_title(parts)
    told = QUANTITIES[quantity]
    # The unit of a share of something says what the share is.
    return f"{told.title} ({told.unit})" if told.unit.startswith("share of the") else told.title


def names_of(labels: Iterable[str]) -> dict[str, str]:
    """Display names by label, in the order given; the label where two have one name."""
    looks = method_looks(labels)
    names = {label: looks[label].name for label in labels}
    counts = Counter(names.values())
    return {label: name if counts[name] == 1 else label for label, name in names.items()}


def ordered(ranks: pd.DataFrame, quantity: str = CRITERION) -> list[str]:
    """Labels by their average rank, those without one last."""
    mine = ranks[ranks["quantity"] == quantity]
    return list(mine.sort_values(["rank", "label"], na_position="last")["label"])


def number(p: float) -> str:
    """A p value in two digits."""
    return f"{p:.2g}" if p >= 1e-4 else f"{p:.0e}".replace("e-0", "e-")


def data_sets(count: int) -> str:
    """A number of data sets in words."""
    return f"{count} data set" if count == 1 else f"{count} data sets"


def too_few(pairs: pd.DataFrame) -> str:
    """Say what so few data sets can show at most; empty where they are enough."""
    first = pairs[pairs["quantity"] == pairs["quantity"].iloc[0]]
    n, least, tests = first["data_sets"].max(), first["needed"].iloc[0], first["p"].notna().sum()
    if n >= least:
        return ""
    return (
        f"Undecided throughout: {data_sets(n)} give a p value of {number(least_p(n))} at best, and "
        f"{least} are needed for Holm's correction of {tests} tests to reject any."
    )


def gaps(ranks: pd.DataFrame) -> str:
    """Say which methods are not ranked, which data sets are left out, what was lost."""
    parts, rows = [], ranks[ranks["quantity"] == CRITERION]
    unranked = sorted(rows.loc[rows["rank"].isna(), "label"])
    if unranked:
        names = ", ".join(names_of(unranked).values())
        parts.append(f"not ranked, as not run or without a value on every data set: {names}")
    if left_out := int(rows["incomplete"].max()):
        parts.append(f"{data_sets(left_out)} left out of the ranks, where a fit was lost")
    lost = rows[rows["lost"] > 0]
    if len(lost):
        names = names_of(list(lost["label"])).values()
        counts = (f"{name} {count}" for name, count in zip(names, lost["lost"], strict=True))
        parts.append(f"trials without a value: {', '.join(counts)}")
    told = "; ".join(parts) or "no trial is without a value"
    return f"{told[0].upper()}{told[1:]}."
