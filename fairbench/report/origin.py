"""Where the results come from: versions, the config, and the checksums of the data."""

from __future__ import annotations

import hashlib
import os
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pandas as pd
import yaml

from fairbench.checkout import commit
from fairbench.plan import Plan
from fairbench.provenance import config_hash

__all__ = ["checksums", "config_text", "versions"]

_PACKAGES = (
    "fairbench", "torch", "numba", "numpy", "scipy", "pandas", "pyarrow", "scikit-learn",
    "matplotlib", "snakemake", "plotly", "itables",
)  # fmt: skip


def versions() -> dict[str, str]:
    """Versions of the program, its libraries and the system, by name."""
    found = {"commit": commit(), "python": platform.python_version()}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue  # a checkout that is not installed
    system = f"{platform.system()} {platform.release()}, {platform.machine()}"
    return found | {"system": f"{system}, {os.cpu_count()} cores"}


def config_text(plan: Plan) -> tuple[str, str]:
    """The config as YAML, defaults left out, and its SHA-256 as it stands in every file."""
    given = plan.config.model_dump(mode="json", exclude_defaults=True)
    text = yaml.safe_dump(given, sort_keys=False, allow_unicode=True, width=88)
    return text, config_hash(plan.config.model_dump(mode="json"))


def checksums(plan: Plan, folder: Path = Path()) -> pd.DataFrame:
    """SHA-256 of every data file that is there: ``file``, ``sha256``."""
    files = [*plan.data, *plan.poisoned, *plan.tables_of_data]
    paths = [path for path in files if (folder / path).is_file()]
    rows = [(path, hashlib.sha256((folder / path).read_bytes()).hexdigest()) for path in paths]
    return pd.DataFrame(rows, columns=["file", "sha256"])
