"""Biased-MNIST: digits on backgrounds whose colour goes with the digit (Bahng et al., ICML 2020).

A row is the grey values of a digit, and its group is the number of its background colour. Nothing
is coloured here: a network paints what it is shown (`fairbench.networks.conv.paint`), and
`painted` does the same in numpy.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from fairbench.base.randomness import stream
from fairbench.data.mnist import Digits

#: Background colours in RGB, one for each digit, as released (the yellow and the purple are 225).
COLOURS = (
    (255, 0, 0),
    (0, 255, 0),
    (0, 0, 255),
    (225, 225, 0),
    (225, 0, 225),
    (0, 255, 255),
    (255, 128, 0),
    (255, 0, 128),
    (128, 0, 255),
    (128, 128, 128),
)
#: Splits that are drawn from MNIST's training images, in the order in which they take theirs.
TRAINING = ("train", "clean", "selection", "unbiased_selection")
#: The same test images three times: split -> share of rows with their own colour. At .1 every
#: colour is equally frequent with every digit, which is what Bahng et al. report.
TESTS = {"test": 0.1, "test_rho0": 0.0, "test_biased": 1.0}


def pixel(place: int) -> str:
    """Name of the column with a pixel's grey value."""
    return f"p{place:03d}"


def pixels(columns: Mapping[str, np.ndarray]) -> np.ndarray:
    """Grey values of the rows of a trial, shape (rows, 784)."""
    names = [name for name in columns if name[0] == "p" and name[1:].isdigit()]
    return np.stack([np.asarray(columns[name]) for name in names], 1)


def biased_draw(
    training: Digits,
    testing: Digits,
    *,
    correlation: float,
    rows: Mapping[str, int],
    trial: int,
    seed: int,
) -> dict[str, np.ndarray]:
    """Draw a trial.

    Parameters
    ----------
    training, testing : Digits
    correlation : float
        rho, the share of each digit's rows that have its own colour; of training rows, clean rows
        and selection rows alike. ``unbiased_selection`` has every colour equally often.
    rows : mapping
        Rows of `TRAINING` and of ``test``.
    trial : int
    seed : int
        The root seed of the study. Which images a split has depends on the trial and not on the
        correlation.

    Returns
    -------
    dict of name to array
        ``trial``, ``split``, ``p000`` to ``p783`` (uint8), ``sensitive`` (colour), ``y`` and
        ``y_clean`` (digit), the splits in the order of `TRAINING` and `TESTS`.

    Raises
    ------
    ValueError
        More rows than there are images, or a correlation that is no share.
    """
    if not 0 <= correlation <= 1:
        raise ValueError(f"correlation must be from 0 to 1, not {correlation}")
    names = (seed, "data", "biased_mnist", trial)
    parts = {}
    chosen = _chosen(len(training.y), {name: rows[name] for name in TRAINING}, *names)
    for split, images in chosen.items():
        own = 0.1 if split == "unbiased_selection" else correlation
        parts[split] = training, images, own
    images = _chosen(len(testing.y), {"test": rows["test"]}, *names)["test"]
    parts |= {split: (testing, images, own) for split, own in TESTS.items()}
    drawn = []
    for split, (digits, images, own) in parts.items():
        y = digits.y[images]
        drawn.append((split, digits.grey[images], y, colours(y, own, stream(*names, own, split))))
    return _columns(trial, drawn)


def colours(y: np.ndarray, correlation: float, generator: np.random.Generator) -> np.ndarray:
    """Background colours of rows, by the released rule.

    Of the n rows of a digit, in random order, int(n rho) have its own colour. The others are cut
    into chunks of a ninth, rounded up, and each chunk has one of the nine other colours, in random
    order. So the last colours may have fewer rows, or none.

    Parameters
    ----------
    y : array of int, shape (rows,)
        Digits.
    correlation : float
        rho.

    Returns
    -------
    array of int8, shape (rows,)
    """
    found = np.zeros(len(y), np.int8)
    count = len(COLOURS)
    for digit in range(count):
        rows = generator.permutation(np.flatnonzero(y == digit))
        others = generator.permutation(np.delete(np.arange(count), digit))
        own = int(len(rows) * correlation)
        found[rows[:own]] = digit
        rest = rows[own:]
        found[rest] = others[np.arange(len(rest)) // max(1, -(-len(rest) // (count - 1)))]
    return found


def painted(grey: np.ndarray, colour: np.ndarray) -> np.ndarray:
    """Images in colour: whatever is not 0 is white, and the rest has the background's colour.

    Parameters
    ----------
    grey : array of uint8, shape (rows, 784)
    colour : array of int, shape (rows,)

    Returns
    -------
    array of uint8, shape (rows, 28, 28, 3)
    """
    side = int(np.sqrt(grey.shape[1]))
    background = np.asarray(COLOURS, np.uint8)[colour][:, None]
    image = np.where(grey[..., None] > 0, np.uint8(255), background)
    return image.reshape(len(grey), side, side, 3)


def _chosen(there: int, rows: Mapping[str, int], *names: object) -> dict[str, np.ndarray]:
    """Different images for each split, in random order."""
    wanted = sum(rows.values())
    if wanted > there:
        raise ValueError(f"{wanted:,} rows are wanted of {there:,} images")
    order = stream(*names, "images", *rows).permutation(there)
    ends = np.cumsum(list(rows.values()))
    return dict(zip(rows, np.split(order[:wanted], ends[:-1]), strict=True))


def _columns(trial: int, drawn: list[tuple]) -> dict[str, np.ndarray]:
    grey = np.concatenate([part[1] for part in drawn]).T.copy()  # whole columns, as a file has them
    y = np.concatenate([part[2] for part in drawn])
    names = [np.full(len(part[2]), part[0], object) for part in drawn]
    return {
        "trial": np.full(len(y), trial, np.int64),
        "split": np.concatenate(names),
        **{pixel(place): values for place, values in enumerate(grey)},
        "sensitive": np.concatenate([part[3] for part in drawn]),
        "y": y,
        "y_clean": y,
    }
