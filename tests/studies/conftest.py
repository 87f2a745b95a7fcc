"""What the tests of all figures share."""

from types import SimpleNamespace

import numpy as np
import pytest

from fairbench.plotting.style import Drawn


@pytest.fixture(autouse=True)
def captions_are_read(monkeypatch):
    """Every figure that a test draws has a caption of two paragraphs, the first of them short."""
    plain = Drawn.__new__

    def checked(kind, figure, caption):
        seen, *details = caption.split("\n\n")
        assert len(seen.split()) <= 120, f"{len(seen.split())} words: {seen}"
        assert len(details) == 1 and len(seen.split()) > 15
        return plain(kind, figure, caption)

    monkeypatch.setattr(Drawn, "__new__", checked)


def line(axes, label):
    """Drawn data of a line or of the line of an error bar."""
    for container in axes.containers:
        if container.get_label() == label:
            return np.array(container.lines[0].get_data(), dtype=float)
    (found,) = [drawn for drawn in axes.get_lines() if drawn.get_label() == label]
    return np.array(found.get_data(), dtype=float)


def half_bars(axes, label):
    """Half the lengths of a series' vertical bars, which come last."""
    (container,) = [c for c in axes.containers if c.get_label() == label]
    return np.array([np.ptp(bar[:, 1]) / 2 for bar in container.lines[2][-1].get_segments()])


@pytest.fixture(scope="session")
def read():
    """What is drawn, read back from the axes."""
    return SimpleNamespace(line=line, half_bars=half_bars)
