"""Traces of tracked runs, gathered into one table."""

from __future__ import annotations

import json
from collections.abc import Mapping

import pandas as pd

from fairbench.base.paths import as_json, digest
from fairbench.store.tables import DamagedFile, read_table


def read_tracks(tracks: Mapping[str, Mapping]) -> pd.DataFrame:
    """Read tracked runs.

    Parameters
    ----------
    tracks : mapping
        Name of a run -> ``label``, ``study``, ``files`` and their ``specs``, as from
        `fairbench.studies.tracking.plan.tracks_of`.

    Returns
    -------
    DataFrame
        ``track``, ``study``, ``label``, ``method``, ``lambda_f``, ``lambda_r``, ``every``,
        ``warm_up``, ``end`` (iterations of the run), ``dataset``, ``sees_sensitive`` (whether the
        generator is shown the sensitive attribute), ``poisoning``, ``budget`` and
        ``parameters`` (the last three as JSON), then the columns of the trace files, whose
        rows stay in order of trial and iteration. What a method does not have is NaN.

    Raises
    ------
    DamagedFile
        A file is not whole, or holds another run than the one expected there.
    """
    frames = []
    for name, track in tracks.items():
        for file, expected in zip(track["files"], track["specs"], strict=True):
            frame, about = read_table(file, kind="trace")
            spec = about["spec"]
            if digest(as_json(**spec)) != expected:
                raise DamagedFile(file, "it holds another run than its path says")
            names = {"track": name, "study": track["study"], "label": track["label"]}
            names |= {key: spec[key] for key in ("method", "lambda_f", "lambda_r", "every")}
            budget = spec["budget"]
            names |= {"warm_up": budget["warm_up"], "end": budget["iterations"]}
            names["dataset"] = spec["data"]["dataset"]
            names["sees_sensitive"] = spec["parameters"]["sees_sensitive"]
            documents = {"poisoning": spec["data"]["poisoning"], "budget": budget}
            documents["parameters"] = spec["parameters"]
            names |= {key: json.dumps(value, sort_keys=True) for key, value in documents.items()}
            columns = pd.DataFrame(names, index=frame.index)
            frames.append(pd.concat([columns, frame], axis=1))
    return pd.concat(frames, ignore_index=True)
