"""What a search may choose for a method; a method's file says it without knowing the search."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Range:
    """Numbers between two ends, both among them; whole ones if both ends are whole.

    Attributes
    ----------
    low, high : float
    log : bool
        Drawn evenly over the orders of magnitude, not over the numbers.
    """

    low: float
    high: float
    log: bool = False

    def __post_init__(self):
        if not self.low <= self.high or (self.log and self.low <= 0):
            raise ValueError(f"no range from {self.low} to {self.high} (log: {self.log})")

    def ends(self) -> tuple:
        """The values that must be allowed if all are to be."""
        return self.low, self.high


@dataclass(frozen=True)
class Choice:
    """One of some values without an order."""

    values: tuple

    def ends(self) -> tuple:
        """The values that must be allowed if all are to be."""
        return self.values
