"""What an audit found, in sentences."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

#: Of the rule of four fifths: a smallest positive rate below this share of the largest is adverse.
FOUR_FIFTHS = 0.8


def findings(measures: pd.DataFrame, thresholds: pd.DataFrame, attributes: list[str]) -> list[str]:
    """Sentences about each attribute, and about similar people where a model was given."""
    found = []
    for attribute in attributes:
        own = measures[measures["attribute"] == attribute]
        found += [*_rates(own, attribute), *_told(own, attribute)]
        if len(thresholds):
            found += _reach(thresholds[thresholds["attribute"] == attribute], attribute)
    return [*found, *_individual(measures)]


def _rates(own: pd.DataFrame, attribute: str) -> Iterator[str]:
    compared = own[own["part"] == "comparisons"].set_index("measure")
    if "disparate_impact" not in compared.index:
        return
    for rate, words, ratio, gap in (
        ("positive_rate", "positive rate", "disparate_impact", "demographic_parity_difference"),
        ("true_positive_rate", "true positive rate", None, "equal_opportunity_difference"),
        ("false_positive_rate", "false positive rate", None, "predictive_equality_difference"),
    ):
        if pd.isna(compared.loc[gap, "value"]):
            continue
        low, high = _ends(own, rate, compared.loc[gap, "value"])
        text = f"{attribute}: the {words} goes from {low} to {high}, a difference of " + _number(
            compared.loc[gap]
        )
        if ratio:
            text += f" and a ratio of {_number(compared.loc[ratio])}; {_rule(compared.loc[ratio])}"
        yield f"{text}."


def _ends(own: pd.DataFrame, rate: str, gap: float) -> tuple[str, str]:
    """The smallest and the largest of the groups whose difference is the gap."""
    rows = own[(own["part"] == "groups") & (own["measure"] == rate)].sort_values("value")
    values = rows["value"].to_numpy()
    for i in range(len(rows)):
        for j in range(len(rows) - 1, i, -1):
            if abs(values[j] - values[i] - gap) < 1e-9:
                return tuple(f"{values[k]:.1%} ({rows['group'].iloc[k]})" for k in (i, j))
    return f"{values[0]:.1%}", f"{values[0]:.1%}"


def _rule(ratio: pd.Series) -> str:
    if ratio["high"] < FOUR_FIFTHS:
        return "below four fifths"
    return "not below four fifths" if ratio["low"] >= FOUR_FIFTHS else (
        "whether it is below four fifths is not decided by these rows"
    )  # fmt: skip


def _told(own: pd.DataFrame, attribute: str) -> Iterator[str]:
    known = own[own["part"] == "information"].set_index("measure")
    if "prediction_group" in known.index:
        text = f"{attribute}: a decision tells {_number(known.loc['prediction_group'], 4)} nats of "
        text += f"the group, of {known.loc['group_entropy', 'value']:.3f} there are"
        if "score_group" in known.index:
            text += f"; the score {_number(known.loc['score_group'], 4)}"
        yield f"{text}."


def _reach(own: pd.DataFrame, attribute: str) -> Iterator[str]:
    rows = own.set_index("measure")
    if "disparate_impact" not in rows.index:
        return
    row = rows.loc["disparate_impact"]
    if pd.isna(row["reachable"]):
        yield (
            f"{attribute}: no thresholds of this score are as accurate as the decisions "
            f"({row['accuracy']:.3f})."
        )
        return
    text = (
        f"{attribute}: thresholds of each group that are as accurate ({row['accuracy']:.3f}) reach "
        f"a disparate impact of {row['reachable']:.3f} in place of {row['decisions']:.3f}"
    )
    if pd.notna(row["held_out"]):
        text += (
            f"; chosen on other rows {row['held_out']:.3f}, with an accuracy of "
            f"{row['held_out_accuracy']:.3f}"
        )
    yield f"{text}."


def _individual(measures: pd.DataFrame) -> Iterator[str]:
    own = measures[measures["part"] == "individual"].set_index("measure")
    if len(own):
        same, other = (
            own.loc[name] for name in ("decision_certified_same", "decision_proved_to_change")
        )
        yield (
            f"Similar people: of {same['rows']:,} people, {_number(same)} provably have nobody "
            f"similar with another decision; {_number(other)} have somebody."
        )


def _number(row: pd.Series, digits: int = 3) -> str:
    if pd.isna(row["low"]):
        return f"{row['value']:.{digits}f}"
    return f"{row['value']:.{digits}f} [{row['low']:.{digits}f}, {row['high']:.{digits}f}]"
