"""Settings chosen with and without the bias, means over draws, and differences of methods.

A user whose data are biased has biased rows to choose by, and nothing else: `BIASED` is what such a
user gets. `UNBIASED` chooses by rows without the bias, which takes the answer for granted; it is
here to show how much of a number may come from there. Ties go to the setting that stands first.

Intervals are Student's over draws, which have their training images, colours and initial weights
anew: they hold for these test images.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pandas as pd

from fairbench.evaluation.intervals import Estimate, estimate
from fairbench.evaluation.multiplicity import with_p_values
from fairbench.evaluation.selection import USABLE
from fairbench.studies.biased_mnist.columns import INSIDE, MEASURED

#: Rows by which a setting is chosen -> the column with the accuracy on them.
CHOICES = {"biased": "selection", "unbiased": "unbiased_selection"}
BIASED, UNBIASED = CHOICES
#: What is reported: accuracy on test rows of which every colour has equally many of each digit.
TEST = "test"
#: The method that does nothing about the bias.
VANILLA = "plain"

_METHOD = ["correlation", "label", "method", "variant", "sees_sensitive"]


def chosen(fits: pd.DataFrame) -> pd.DataFrame:
    """The fit of each method and draw, by biased and by unbiased rows.

    Parameters
    ----------
    fits : DataFrame
        A row a fit, see `fairbench.studies.biased_mnist.fits.trained`.

    Returns
    -------
    DataFrame
        The rows of `fits` with ``chosen_by`` and ``settings``, among how many was chosen. A draw
        all of whose fits were lost has its first one, without measures.
    """
    fits = fits.copy()
    fits.loc[~fits["status"].isin(USABLE), [*MEASURED, *INSIDE]] = np.nan
    rows = []
    for _, group in fits.groupby(["correlation", "trial", "label"], sort=False):
        for name, column in CHOICES.items():
            score = group[column].to_numpy(float)
            best = int(np.argmax(np.where(np.isfinite(score), score, -1.0)))
            row = group.iloc[best].to_dict()
            rows.append(row | {"chosen_by": name, "settings": len(group)})
    return pd.DataFrame(rows)


def summary(best: pd.DataFrame) -> pd.DataFrame:
    """Means of the chosen fits over draws.

    Returns
    -------
    DataFrame
        A row a correlation, method, choice and quantity (`MEASURED` and `INSIDE`): ``mean``,
        ``low``, ``high``, ``n`` (draws with a value) and ``draws`` (planned).
    """
    rows = []
    for names, group in best.groupby([*_METHOD, "chosen_by"], sort=False):
        about = dict(zip([*_METHOD, "chosen_by"], names, strict=True))
        for quantity in (*MEASURED, *INSIDE):
            found = estimate(group[quantity].to_numpy(float))
            row = {"quantity": quantity, "mean": found.value, "low": found.low}
            rows.append(about | row | {"high": found.high, "n": found.n, "draws": len(group)})
    return pd.DataFrame(rows)


def difference(
    best: pd.DataFrame,
    correlation: float,
    first: tuple[str, str],
    second: tuple[str, str],
    quantity: str = TEST,
) -> Estimate:
    """Mean of first minus second over the draws that both have.

    Parameters
    ----------
    best : DataFrame
        Of `chosen`.
    correlation : float
    first, second : (label, choice)
    """
    values = [values_of(best, correlation, *who, quantity) for who in (first, second)]
    return estimate((values[0] - values[1]).dropna().to_numpy())


def values_of(
    best: pd.DataFrame, correlation: float, label: str, choice: str = BIASED, quantity: str = TEST
) -> pd.Series:
    """A quantity of the chosen fits by draw."""
    mine = best[(best["label"] == label) & (best["chosen_by"] == choice)]
    mine = mine[np.isclose(mine["correlation"], correlation)]
    return mine.set_index("trial")[quantity].astype(float)


def differences(best: pd.DataFrame) -> pd.DataFrame:
    """Paired differences of accuracy on unbiased test rows.

    Returns
    -------
    DataFrame
        ``correlation``, ``kind``, ``label``, ``rival``, ``difference`` with ``low``, ``high``,
        ``n``, ``p`` and ``p_holm`` (a correlation and kind are a family). Kinds: ``leak``, chosen
        by unbiased rows minus chosen by biased ones, of one method with several settings;
        ``vanilla``, a method minus the plain network; ``blind``, a network that is not shown the
        colours minus the plain one; ``variant``, what a method's released code does minus what its
        paper says.
    """
    rows = []
    for correlation, group in best.groupby("correlation", sort=False):
        for kind, first, second in _pairs(group):
            found = difference(best, correlation, first, second)
            row = {"correlation": correlation, "kind": kind, "label": first[0], "rival": second[0]}
            row |= {"difference": found.value, "low": found.low, "high": found.high}
            rows.append(row | {"n": found.n})
    columns = ["correlation", "kind", "label", "rival", "difference", "low", "high", "n"]
    table = pd.DataFrame(rows, columns=columns)
    families = [table["correlation"], table["kind"]]
    return with_p_values(table, families, value="difference", n="n")


def _pairs(group: pd.DataFrame) -> Iterator[tuple[str, tuple[str, str], tuple[str, str]]]:
    """Kind of a comparison, and the two (label, choice) of it."""
    methods = group.drop_duplicates("label").set_index("label")
    for label in methods.index[methods["settings"] > 1]:
        yield "leak", (label, UNBIASED), (label, BIASED)
    vanilla = label_of(group, VANILLA)
    for label in methods.index if vanilla else ():
        if label != vanilla:
            kind = "vanilla" if methods.loc[label, "sees_sensitive"] else "blind"
            yield kind, (label, BIASED), (vanilla, BIASED)
    for _, same in methods.groupby("method", sort=False):
        by_variant = {variant: label for label, variant in same["variant"].items()}
        if {"released", "paper"} <= by_variant.keys():
            yield "variant", (by_variant["released"], BIASED), (by_variant["paper"], BIASED)


def label_of(rows: pd.DataFrame, method: str) -> str | None:
    """Label of a method that is shown the colours: what its paper says, where there are several."""
    mine = rows[(rows["method"] == method) & rows["sees_sensitive"].astype(bool)]
    labels = list(dict.fromkeys(mine.loc[mine["variant"] != "released", "label"]))
    return next(iter(labels), None)


def cell_means(cells: pd.DataFrame, best: pd.DataFrame) -> pd.DataFrame:
    """Accuracy of every digit on every colour, of the fits chosen by biased rows.

    Parameters
    ----------
    cells : DataFrame
        See `fairbench.studies.biased_mnist.fits.trained`.
    best : DataFrame
        Of `chosen`.

    Returns
    -------
    DataFrame
        A row a correlation, label, digit and colour: ``rows`` of all draws together, and
        ``accuracy``, the share of them that is right.
    """
    key = ["correlation", "trial", "label", "lambda_f", "generator_rate"]
    mine = best.loc[best["chosen_by"] == BIASED, key]
    kept = cells.merge(mine, on=key) if len(cells) else cells
    place = ["correlation", "label", "digit", "colour"]
    summed = kept.groupby(place, sort=False)[["rows", "correct"]].sum().reset_index()
    summed["accuracy"] = summed["correct"] / summed["rows"].where(summed["rows"] > 0)
    return summed
