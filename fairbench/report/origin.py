"""Where the results come from: versions, the config, and the checksums of the data."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import subprocess
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pandas as pd
import yaml

from fairbench.plan import Plan

__all__ = ["checksums", "config_text", "versions"]

_PACKAGES = (
    "fairbench", "torch", "numba", "numpy", "scipy", "pandas", "pyarrow", "scikit-learn",
    "matplotlib", "snakemake", "plotly", "itables",
)  # fmt: skip


def versions() -> dict[str, str]:
    """Versions of the program, its libraries and the system, by name."""
    found = {"commit": _commit(), "python": platform.python_version()}
    for name in _PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue  # a checkout that is not installed
    system = f"{platform.system()} {platform.release()}, {platform.machine()}"
    return found | {"system": f"{system}, {os.cpu_count()} cores"}


def _commit() -> str:
    """The commit of the checkout, and whether files differ from it."""
    here = Path(__file__).parent
    try:
        call = {"cwd": here, "capture_output": True, "text": True, "timeout": 20, "check": True}
        commit = subprocess.run(["git", "rev-parse", "HEAD"], **call).stdout.strip()
        status = ["git", "status", "--porcelain", "--untracked-files=no"]
        changed = subprocess.run(status, **call).stdout.strip()
    except (OSError, subprocess.SubprocessError):
        return "not a git checkout"
    return f"{commit}{', with local changes' if changed else ''}"


def config_text(plan: Plan) -> tuple[str, str]:
    """The config as YAML, defaults left out, and the SHA-256 of all of it as canonical JSON."""
    given = plan.config.model_dump(mode="json", exclude_defaults=True)
    whole = json.dumps(plan.config.model_dump(mode="json"), sort_keys=True)
    text = yaml.safe_dump(given, sort_keys=False, allow_unicode=True, width=88)
    return text, hashlib.sha256(whole.encode()).hexdigest()


def checksums(plan: Plan, folder: Path = Path()) -> pd.DataFrame:
    """SHA-256 of every data file that is there: ``file``, ``sha256``."""
    paths = [path for path in [*plan.data, *plan.poisoned] if (folder / path).is_file()]
    rows = [(path, hashlib.sha256((folder / path).read_bytes()).hexdigest()) for path in paths]
    return pd.DataFrame(rows, columns=["file", "sha256"])
