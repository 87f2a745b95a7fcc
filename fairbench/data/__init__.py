"""Data sets: draws, real data, splits and label poisoning.

The draw functions return labels in the released coding -1/+1, so that they can be compared with
the released arrays bit by bit. A data set file (`build`), and everything after it, has labels and
groups as 0/1. Real data are in `fairbench.data.real`.
"""

import importlib

#: Where each name is; loaded when it is asked for, because a config is checked against the entries
#: of real data while Snakemake parses, and must not load pandas for that.
_MODULES = {
    "DATASETS": "drawn",
    "SPLITS": "drawn",
    "build": "drawn",
    "flip_labels": "poisoning",
    "imbalance_draw": "imbalance",
    "independent_draw": "independent",
    "published_draw": "published",
    "released_arrays": "published",
    "resolve": "drawn",
}

__all__ = sorted(_MODULES)


def __getattr__(name: str) -> object:
    if name not in _MODULES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_MODULES[name]}"), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_MODULES})
