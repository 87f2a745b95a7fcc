"""What a certifier answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

Status = Literal["closed", "gap_left", "out_of_time"]


@dataclass(frozen=True, eq=False)
class Certificate:
    """A bracket of delta = max |f(x') - f(x'')| over pairs within epsilon.

    Attributes
    ----------
    lower : float
        Difference of the witness's outputs, evaluated by the network itself.
    upper : float
        A bound of every pair's difference, in units of the output.
    witness : array, shape (2, inputs)
        The pair x', x'' with the largest difference found.
    outputs : array, shape (2,)
        f of the witness.
    status : {"closed", "gap_left", "out_of_time"}
        Whether (upper - lower) / lower came to at most the gap asked for, and why not.
    seconds : float
    nodes : int
        Parts of the space that were bounded.
    engine : str
    """

    lower: float
    upper: float
    witness: np.ndarray
    outputs: np.ndarray
    status: Status
    seconds: float
    nodes: int
    engine: str = "branch_and_bound"

    @property
    def gap(self) -> float:
        """(upper - lower) / lower; 0 where both are equal, infinite where lower alone is 0."""
        apart = self.upper - self.lower
        return apart / self.lower if self.lower > 0 else (np.inf if apart > 0 else 0.0)

    def __str__(self) -> str:
        return (
            f"delta in [{self.lower:.4f}, {self.upper:.4f}] ({self.status.replace('_', ' ')}, gap "
            f"{self.gap:.2%}, {self.nodes:,} nodes, {self.seconds:.2f} s)"
        )
