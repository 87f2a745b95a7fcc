"""All certificates in one table, and means over divisions of the rows."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd

from fairbench.data.real.entry import read_entry
from fairbench.evaluation.intervals import t_intervals
from fairbench.planning.shared import Shared
from fairbench.store.tables import read_table
from fairbench.studies.grid.section import Study
from fairbench.studies.individual.networks.plan import (
    SIZES,
    asked,
    certificates_path,
    network_uses,
    studies_of,
)
from fairbench.studies.individual.section import Networks

_FIRST = ["data", "label", "lambda_f", "trial", "epsilon", "engine"]
#: What a row says of its fit and certificate.
_KEPT = [
    "hidden", "lower", "upper", "empirical", "pairs", "state", "nodes", "seconds", "majority",
    "test_accuracy", "test_disparate_impact", "selection_accuracy", "selection_disparate_impact",
    "overlap", "status", "method", "timed",
]  # fmt: skip
_MEASURES = ("lower", "upper", "empirical", "test_accuracy", "test_disparate_impact")


def gathered(spec: Mapping) -> pd.DataFrame:
    """Every certificate of a study.

    Returns
    -------
    DataFrame
        ``data``, ``label``, ``lambda_f``, ``trial``, ``epsilon``, ``engine``, ``hidden`` (units of
        the hidden layers), ``lower`` and ``upper`` of delta, ``empirical`` (over ``pairs`` of
        rows), ``state``, ``nodes`` and ``seconds`` of the certificate, measures of the fit, and
        ``overlap`` (test rows for one training row), its ``method``, and ``timed``
        where it is there for the size of its network.
    """
    networks = Networks.model_validate(spec["networks"])
    shared = Shared(spec["results"], spec["seed"], spec["folder"])
    studies, frames = studies_of(networks), []
    for use in network_uses(networks, shared):
        about = {"asked": dict(asked(networks, use))}
        path = certificates_path(use, shared.root)
        frame, _ = read_table(path, kind="certificates", about=about)
        told = {"data": use.study.removesuffix(SIZES), "label": use.columns["label"]}
        told |= {"method": use.spec["method"], "timed": use.study.endswith(SIZES)}
        told["overlap"] = _overlap(studies[use.study])
        frames.append(frame.assign(**told))
    return pd.concat(frames, ignore_index=True)[[*_FIRST, *_KEPT]]


def _overlap(study: Study) -> float:
    """Test rows for one training row: divisions of the same rows share most of them.

    Nadeau and Bengio (Machine Learning, 2003) add this ratio to 1 / n.
    """
    shares = read_entry(study.dataset).view(study.profile).splits
    if isinstance(shares.test, str):
        return 0.0  # the test rows are those of a file
    return shares.test * (1 + shares.clean) / (1 - shares.test - shares.selection)


def summary(table: pd.DataFrame) -> pd.DataFrame:
    """Means over the divisions of the rows, with 95 % intervals, of each method and distance."""
    rows = []
    by = ["data", "label", "lambda_f", "epsilon", "engine"]
    for key, block in table.groupby(by, sort=False):
        row = dict(zip(by, key, strict=True)) | block[["hidden", "timed"]].iloc[0].to_dict()
        values = block[list(_MEASURES)].to_numpy(float)
        low, high = t_intervals(values, overlap=float(block["overlap"].max()))
        mean = np.nanmean(values, axis=0) if len(values) else np.full(len(_MEASURES), np.nan)
        for k, name in enumerate(_MEASURES):
            row |= {name: mean[k], f"{name}_low": low[k], f"{name}_high": high[k]}
        row |= {"n": len(block), "closed": int((block["state"] == "closed").sum())}
        row |= {"majority": block["majority"].mean(), "seconds": block["seconds"].mean()}
        rows.append(row)
    return pd.DataFrame(rows)
