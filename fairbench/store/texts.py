"""Texts for people, which say where they come from."""

from __future__ import annotations

from pathlib import Path

from fairbench.store.stamps import stamp_text
from fairbench.store.tables import write_text

__all__ = ["write_markdown"]


def write_markdown(text: str, path: Path) -> None:
    """Write a text in Markdown with its provenance."""
    write_text(path, stamp_text(path, text))
