"""Overlays of the default config, and how a test has one checked."""

from pathlib import Path

from snakemake.utils import update_config

from fairbench.config.check import check
from fairbench.planning.complaint import read_yaml

REPOSITORY = Path(__file__).parents[2]
DEFAULT = REPOSITORY / "config" / "config.yaml"


def checked(folder: Path, overlay: str):
    """Check an overlay laid over the default config as Snakemake lays it."""
    path = folder / "overlay.yaml"
    path.write_text(overlay, encoding="utf-8")
    merged = read_yaml(DEFAULT)
    update_config(merged, read_yaml(path))
    return check(merged, [DEFAULT, path])


def study(text: str) -> str:
    return f"studies: {{imbalance: {{{text}}}}}"


def entry(text: str) -> str:
    return study(f"methods: {{mine: {{{text}}}}}")
