"""Every fit of the study in one table: which reading, which attack, which method, what came out."""

from __future__ import annotations

from collections.abc import Mapping
from os import PathLike

import pandas as pd

from fairbench.data.real.entry import read_entry
from fairbench.planning.data_sections import DRAWN
from fairbench.store.tables import read_asked
from fairbench.studies.fr_train.plan import uses_of
from fairbench.studies.fr_train.section import FRTrainStudy, Part, parts
from fairbench.studies.grid.collect import collect_fits

_RENAMED = {"dataset": "data", "label": "method", "trial": "split", "lambda_f": "knob"}
_RENAMED |= {"poisoning": "attack", "method": "registered"}
_FIRST = ["dataset", "reading", "training_data", "attack", "split", "method", "knob", "lambda_r"]


def collected(spec: Mapping) -> pd.DataFrame:
    """Collect the fits of a study.

    Parameters
    ----------
    spec : mapping
        Of the job: the study, the seed, the folders of results and of data.

    Returns
    -------
    DataFrame
        One row a fit: ``dataset`` (the paper's name), ``reading``, ``training_data``, ``attack``,
        ``split`` (the number of the division, or of the seed), ``method`` (label), ``knob``
        (lambda_f), ``lambda_r``, ``overlap``, what the fit is, and its measures.
    """
    every = {part.name: part for part in parts(FRTrainStudy.model_validate(spec["study"]))}
    frame = collect_fits(uses_of(spec)).rename(columns=_RENAMED)
    of = frame.pop("study").map(every)
    frame["dataset"] = of.map(lambda part: part.stands_for)
    frame["reading"] = of.map(lambda part: part.reading)
    frame["training_data"] = of.map(lambda part: part.training)
    frame["overlap"] = frame["reading"].map({p.reading: overlap(p) for p in every.values()})
    rest = [name for name in frame.columns if name not in _FIRST]
    # The synthetic law has the same coefficients in all of them.
    rest = [name for name in rest if name not in ("positive_rate", "group_coefficient")]
    return frame[[*_FIRST, *rest]]


def overlap(part: Part) -> float:
    """Test rows for one training row where trials divide the same rows anew; else 0.

    The variance over such trials says too little about other rows, since they share most of them:
    Nadeau and Bengio (Machine Learning, 2003) add this ratio to 1 / n.
    """
    if part.study.dataset in DRAWN:
        return 0.0
    shares = read_entry(part.study.dataset).view(part.study.profile).splits
    trained = (1 - shares.test - shares.selection) / (1 + shares.clean)
    return shares.test / trained


def read_fits(path: str | PathLike) -> pd.DataFrame:
    """The table of `collected`, if it is of the study that this run is about."""
    return read_asked(path, kind="fr_train_fits")
