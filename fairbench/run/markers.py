"""The markers that Snakemake keeps of outputs that are being made, in ``.snakemake/incomplete``."""

from __future__ import annotations

import base64
import binascii
from pathlib import Path


def marked_outputs(folder: Path) -> set[str]:
    """Outputs with a marker in a working folder.

    A marker's name is the output's in base64, cut into folders with an @ where it is long.
    """
    markers, names = folder / ".snakemake" / "incomplete", set()
    for path in markers.rglob("*") if markers.is_dir() else ():
        if path.is_file():
            code = "".join(part.removeprefix("@") for part in path.relative_to(markers).parts)
            try:
                names.add(base64.urlsafe_b64decode(code).decode())
            except (binascii.Error, UnicodeDecodeError, ValueError):
                continue  # no marker of an output
    return names
