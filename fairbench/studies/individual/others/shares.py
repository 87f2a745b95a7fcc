"""For whom a protected attribute alone decides: the answer to one question as a row."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from fairbench.certify import Domain
from fairbench.certify.protected import protected_share
from fairbench.certify.readers import read_nnet
from fairbench.studies.individual import published
from fairbench.studies.individual.others.files import Question, columns_of


def answered(path: Path, question: Question, given: Mapping) -> pd.DataFrame:
    """Answer one question.

    Parameters
    ----------
    path : Path
        The network's file.
    given : mapping
        The limits ``boxes``, ``work`` (boxes times weights of the network), ``seconds`` and
        ``undecided`` (the share that may be left).

    Returns
    -------
    DataFrame
        One row: ``network``, ``protected``, ``hidden``, ``units``, ``answer``, ``fair``,
        ``unfair`` and ``undecided`` (shares of the domain), ``boxes``, ``stopped`` ("boxes",
        "seconds" or "" where the search ended by itself), ``seconds``, ``witness_seconds``, and
        the witness: the person (JSON by column), its two values and logits.
    """
    columns = columns_of(question.family)
    network = read_nnet(path)
    lower = np.array([column.lower for column in columns], float)
    upper = np.array([column.upper for column in columns], float)
    domain = Domain(lower, upper, integer=range(len(columns)))
    at = [c.name for c in columns].index(question.protected)
    weights = sum(weight.size for weight in network.weights)
    boxes = max(1, min(given["boxes"], int(given["work"] // weights)))
    limits = {"seconds": given["seconds"], "undecided": given["undecided"], "boxes": boxes}
    found = protected_share(network, domain, protected=[at], **limits)
    row = {
        "network": question.network,
        "protected": question.protected,
        "hidden": "x".join(map(str, network.hidden)),
        "units": sum(network.hidden),
        "answer": found.answer,
        "fair": found.certified_fair,
        "unfair": found.certified_unfair,
        "undecided": found.undecided,
        "boxes": found.boxes,
        "stopped": _stopped(found, limits),
        "seconds": found.seconds,
        "witness_seconds": found.witness_seconds,
    }
    return pd.DataFrame([row | _witness(found, columns, at)])


def _stopped(found, limits: Mapping) -> str:
    if found.complete or found.undecided <= limits["undecided"]:
        return ""
    return "seconds" if found.seconds >= limits["seconds"] else "boxes"


def _witness(found, columns, at: int) -> dict:
    if found.witness is None:
        return {
            "person": "",
            "value": np.nan,
            "other": np.nan,
            "logit": np.nan,
            "logit_other": np.nan,
        }
    first, second = found.witness
    person = {
        c.name: int(v) for k, (c, v) in enumerate(zip(columns, first, strict=True)) if k != at
    }
    values = {"value": float(first[at]), "other": float(second[at])}
    logits = {"logit": float(found.logits[0]), "logit_other": float(found.logits[1])}
    return {"person": json.dumps(person)} | values | logits


def beside_fairify(answers: list[pd.DataFrame]) -> pd.DataFrame:
    """All answers in one table, with what Fairify found and covered in 30 minutes a network."""
    table = pd.concat(answers, ignore_index=True)
    theirs = published.fairify().rename(
        columns={
            name: f"fairify_{name}" for name in ("verdict", "partitions", "coverage", "seconds")
        }
    )
    merged = table.merge(theirs, how="left", on=["network", "protected"], validate="one_to_one")
    merged["decided"] = merged["fair"] + merged["unfair"]
    first = ["network", "protected", "hidden", "units", "answer", "decided"]
    return merged[[*first, *(name for name in merged.columns if name not in first)]]
