"""An audit: from a table to what was found."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from fairbench.auditing.asked import Asked, Missing, Norm, ScoreKind
from fairbench.auditing.measuring import measured
from fairbench.auditing.model_files import read_model
from fairbench.auditing.output import write
from fairbench.auditing.people import collect
from fairbench.auditing.reading import columns_of, named
from fairbench.auditing.result import Found
from fairbench.store import journal


class Audit(Found):
    """What an audit found, and its files."""

    def write(self, folder: str | Path) -> list[Path]:
        """Write the page, the tables and the JSON into a folder, and give their paths."""
        return write(self, Path(folder))


def audit(
    data: Any,
    *,
    label: str,
    sensitive: str | Sequence[str],
    prediction: str | None = None,
    score: str | None = None,
    threshold: float | None = None,
    score_kind: ScoreKind = "auto",
    positive: str | Sequence[object] = (),
    reference: Mapping[str, object] | None = None,
    missing: Missing = "drop",
    smallest: int = 30,
    rows: int = 2_000_000,
    separator: str = ",",
    model: Any = None,
    features: Sequence[str] = (),
    one_hot: Sequence[Sequence[str]] = (),
    free: Sequence[str] = (),
    epsilon: float = 0.1,
    norm: Norm = "inf",
    people: int = 200,
    seconds: float = 30.0,
    seed: int = 0,
) -> Audit:
    """Measure how decisions or scores treat groups.

    Parameters
    ----------
    data : path, frame or mapping
        A CSV or Parquet file, of which the named columns alone are read; a frame of pandas or
        polars; or a mapping of names to arrays, shape (rows,).
    label : str
        Column of what came true, of two values.
    sensitive : str or sequence of str
        Columns of groups, 1 to 4; their crossings are groups too.
    prediction : str, optional
        Column of decisions, of two values. Without it the score is cut at `threshold`.
    score : str, optional
        Column of scores, larger for those believed to have label 1.
    threshold : float, optional
        Above which a score is a decision for 1; .5 for probabilities.
    score_kind : "auto", "probability" or "ranking"
        Whether scores are probabilities. Automatically, they are if all lie in [0, 1].
    positive : value or sequence, optional
        What counts as 1 in label and prediction, where they are not 0 and 1 or False and True.
    reference : mapping, optional
        For a sensitive column, the group that the others are held against; else the largest.
    missing : "drop", "group" or "refuse"
        Rows without a value: left out and counted; the same, but a missing group is a group of its
        own; or an error.
    smallest : int
        Rows of the smallest group that is compared. Smaller ones are shown.
    rows : int
        Most rows that are kept; of more, a random sample of as many is measured.
    separator : str
        Of a CSV file.
    model : path, Network or fitted model, optional
        An .onnx, .nnet or .skops file or one that an estimator of `fairbench.estimators` saved; or
        what `fairbench.certify.converters` takes, or such an estimator. Another classifier of two
        classes is measured, and not certified. Its probability is the score if none is named.
    features : sequence of str, optional
        The columns that the model takes, in their order; else those that it names itself, or all
        that are not named otherwise.
    one_hot : sequence of sequence of str
        Features of which exactly one is 1.
    free : sequence of str
        Features that similar people may differ in as they like, beside the sensitive columns.
    epsilon : float
        Similar people differ by no more than this share of a feature's range.
    norm : "inf", "1" or "2"
        How the differences of features count together: the largest, their sum, their root of the
        sum of squares.
    people : int
        Rows, drawn at random, around which the model is certified.
    seconds : float
        For the search of those certificates.
    seed : int
        Of all that is drawn.

    Returns
    -------
    Audit

    Raises
    ------
    AuditError
        The data or a setting cannot be used: what was given, what is allowed, the nearest match.
    """
    asked = Asked(
        label=label,
        sensitive=_several(sensitive),
        prediction=prediction,
        score=score,
        score_kind=score_kind,
        threshold=threshold,
        positive=tuple(map(str, _several(positive))),
        missing=missing,
        smallest=smallest,
        reference={name: str(group) for name, group in (reference or {}).items()},
        rows=rows,
        separator=separator,
        features=_several(features),
        one_hot=tuple(map(tuple, one_hot)),
        free=_several(free),
        epsilon=epsilon,
        norm=norm,
        people=people,
        seconds=seconds,
        seed=seed,
    )
    asked.needs(model=model is not None)
    if model is not None:
        taken = {name for name in (label, prediction, score) if name}
        read = read_model(
            model, features, columns_of(data, separator=separator), taken, asked.sensitive
        )
        asked = replace(asked, features=read.features)
    else:
        read = None
    given = collect(data, asked, read)
    for file in (data, model):
        if isinstance(file, str | Path):
            journal.saw_file(file, is_data=file is data)
    return Audit(**vars(measured(given, asked, read, named(data))))


def _several(given: object) -> tuple:
    """One value, or several."""
    if isinstance(given, str) or not isinstance(given, Iterable):
        return (given,)
    return tuple(given)
