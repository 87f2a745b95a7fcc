"""fairbench: fair and robust classifiers under label imbalance and data poisoning, measured.

Importing the package is light; its rooms are imported where they are used, because the workflow
reads the configuration while it parses.
"""

from importlib import import_module
from typing import Any

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    """`fairbench.audit`, imported when it is asked for."""
    if name == "audit":
        # By name, as every module of the package stands on this file.
        return import_module("fairbench.auditing").audit
    raise AttributeError(f"module 'fairbench' has no attribute {name!r}")
