"""What was printed or released, as tables. README.md here says where each value is from."""

from __future__ import annotations

from importlib.resources import files

import pandas as pd

__all__ = ["fairify", "not_judged", "unit"]


def unit() -> pd.DataFrame:
    """Give the unit that was released and its metric.

    Returns
    -------
    DataFrame
        ``column`` (of the Boston data, in the order of the inputs; the last is ``bias``),
        ``weight`` (w and b) and ``theta`` (weight in the metric; missing for the bias).
    """
    return _read("unit.csv")


def not_judged() -> pd.DataFrame:
    """Give sentences and values that nothing here can judge: place, quantity, value, ``reason``."""
    return _read("not_judged.csv")


def fairify() -> pd.DataFrame:
    """Give Fairify's answers: ``network``, ``protected``, ``verdict``, ``partitions``,
    ``coverage`` (% of the domain that was tried in 30 minutes) and ``seconds`` a partition.
    """
    return _read("fairify.csv")


def _read(name: str) -> pd.DataFrame:
    with files(__name__).joinpath(name).open(encoding="utf-8") as source:
        return pd.read_csv(source, keep_default_na=False, na_values=[""])
