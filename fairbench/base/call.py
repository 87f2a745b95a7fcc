"""What a step is called with: the one form of every job's work."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True)
class Call:
    """One job, as its step sees it.

    Attributes
    ----------
    spec : mapping
        Its settings, as planned: with the inputs they decide what is made.
    inputs : mapping of name -> paths
    outputs : mapping of name -> path
    threads : int
    device : str
        Of the reference engine.
    minutes : float
        Limit on a batch of fits; 0: none.
    """

    spec: Mapping
    inputs: Mapping[str, tuple[Path, ...]] = field(default_factory=dict)
    outputs: Mapping[str, Path] = field(default_factory=dict)
    threads: int = 1
    device: str = "cpu"
    minutes: float = 0.0

    def input(self, name: str) -> Path:
        """The only file of that name."""
        (path,) = self.inputs[name]
        return path

    @property
    def output(self) -> Path:
        """The only output."""
        (path,) = self.outputs.values()
        return path

    @property
    def how(self) -> dict:
        """What training is told beside its settings."""
        return {"threads": self.threads, "device": self.device, "minutes": self.minutes}


Step = Callable[[Call], None]
