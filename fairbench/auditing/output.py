"""The files of an audit: a page, tables, and all of it as JSON."""

from __future__ import annotations

import json
import math
import os
from pathlib import Path

import numpy as np
import pandas as pd

from fairbench import __version__
from fairbench.auditing.errors import AuditError
from fairbench.auditing.page import page
from fairbench.auditing.result import FRAMES, Found
from fairbench.store.csv_tables import write_csv
from fairbench.store.stamps import beside
from fairbench.store.tables import write_table, write_text

PAGE, JSON = "audit.html", "audit.json"


def write(audit: Found, folder: Path) -> list[Path]:
    """Write all files, each whole or not at all; the page last.

    Tables that another audit left and this one lacks are removed.

    Returns
    -------
    list of Path
        The page, the JSON, and the tables; what is known about a CSV file lies beside it.
    """
    check_folder(folder)
    tables = []
    for name in ("measures", *FRAMES):
        frame = getattr(audit, name)
        path = folder / f"{name}.csv"
        if len(frame):
            write_csv(frame, path)
            tables.append(path)
        else:
            for left in (path, Path(beside(path))):  # by an audit that had such a table
                left.unlink(missing_ok=True)
    about = json.loads(_json(audit.about))
    write_table(audit.measures, folder / "measures.parquet", kind="audit", about=about)
    write_text(folder / JSON, _json(document(audit), indent=1) + "\n")
    write_text(folder / PAGE, page(audit))
    return [folder / PAGE, folder / JSON, folder / "measures.parquet", *tables]


def check_folder(folder: Path) -> None:
    """Raise AuditError if files cannot be written there, without making the folder."""
    there = next(place for place in (folder, *folder.absolute().parents) if place.exists())
    if not there.is_dir():
        fault = f"{'it' if there == folder else there} is a file"
    elif not os.access(there, os.W_OK | os.X_OK):
        fault = f"{there} may not be written into"
    else:
        return
    raise AuditError(f"{folder}: {fault}; name another folder (--output)")


def document(audit: Found) -> dict:
    """All that was found, as JSON holds it; a missing number is null."""
    found = {
        "fairbench": __version__,
        "about": audit.about,
        "notes": audit.notes,
        "findings": audit.findings(),
    }
    for name in ("measures", *FRAMES):
        found[name] = getattr(audit, name).to_dict("records")
    if audit.individual is not None:
        proved = audit.individual
        found["individual"] = {
            "rows": proved.rows.tolist(),
            "lower": proved.found.lower.tolist(),
            "upper": proved.found.upper.tolist(),
            "same": proved.same.tolist(),
            "other": proved.other.tolist(),
            "witnesses": proved.witnesses.tolist(),
            "whole": proved.whole,
            "free": proved.free,
        }
    return found


def _json(value: object, indent: int | None = None) -> str:
    return json.dumps(_plain(value), ensure_ascii=False, allow_nan=False, indent=indent)


def _plain(value: object) -> object:
    """What JSON has: no NaN, and infinite thresholds as words."""
    if isinstance(value, dict):
        return {str(name): _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, float) and not math.isfinite(value):
        return None if math.isnan(value) else str(value)
    return None if value is pd.NA else value
