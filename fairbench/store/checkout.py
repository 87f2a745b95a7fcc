"""The code that runs: the commit it was checked out at, and the versions it stands on."""

from __future__ import annotations

import os
import platform
import subprocess
import sys
from functools import lru_cache
from pathlib import Path

import fairbench

CHECKOUT = Path(__file__).resolve().parents[2]
UNKNOWN = "unknown"

_CODE = ("fairbench", "workflow")
_SETTINGS = ("config", "Snakefile")
#: Modules that make numbers or pictures -> the packages that bring them.
_LIBRARIES = {
    name: name
    for name in (
        *("llvmlite", "matplotlib", "moocore", "numba", "numpy", "pandas", "pyarrow"),
        *("scipy", "torch"),
    )
} | {"sklearn": "scikit-learn", "itables": "itables", "plotly": "plotly"}
#: Where what numba compiled runs without it.
_LIBRARIES["fairbench.training.compiled.machine_code"] = "numba"


@lru_cache(maxsize=1)
def commit() -> str:
    """Commit of the checkout that this code runs from, or "unknown" outside of one.

    "+changes" is added if tracked files of the package, the workflow or the config differ from
    it, or files were added to the package or the workflow.
    """
    # A hook of git sets GIT_DIR and the like, for another repository perhaps.
    environment = {k: v for k, v in os.environ.items() if not k.startswith("GIT_")}
    environment["GIT_OPTIONAL_LOCKS"] = "0"

    def git(*arguments: str) -> str:
        call = ["git", "-C", str(CHECKOUT), *arguments]
        options = {"capture_output": True, "text": True, "timeout": 60, "check": True}
        return subprocess.run(call, env=environment, **options).stdout

    try:
        git("ls-files", "--error-unmatch", "--", "fairbench/store/checkout.py")
        found = git("rev-parse", "HEAD").strip()
        changes = git("status", "--porcelain", "--untracked-files=no", "--", *_CODE, *_SETTINGS)
        added = git("ls-files", "--others", "--exclude-standard", "--", *_CODE)
    except (OSError, subprocess.SubprocessError):
        return UNKNOWN
    return found + ("+changes" if changes or added else "")


def versions() -> dict[str, str]:
    """Versions of what this process has loaded of the libraries that make numbers."""
    loaded = {package for module, package in _LIBRARIES.items() if module in sys.modules}
    found = {name: _version(name) for name in {"snakemake", *loaded}}
    return found | {"fairbench": fairbench.__version__, "python": platform.python_version()}


@lru_cache
def _version(package: str) -> str:
    import importlib.metadata  # which imports all about e-mail

    try:
        return importlib.metadata.version(package)
    except importlib.metadata.PackageNotFoundError:
        return UNKNOWN
