"""Digits that are none, and files such as MNIST's of them."""

import gzip
import struct
from pathlib import Path

import numpy as np

from fairbench.data.biased_mnist import biased_draw
from fairbench.data.mnist import Digits

NAMES = (
    "train-images-idx3-ubyte.gz",
    "train-labels-idx1-ubyte.gz",
    "t10k-images-idx3-ubyte.gz",
    "t10k-labels-idx1-ubyte.gz",
)
ROWS = {"train": 200, "clean": 10, "selection": 60, "unbiased_selection": 60, "test": 100}


def digits(count: int, seed: int = 0) -> Digits:
    """A bar at a height of its own for each digit, with a little noise."""
    generator = np.random.default_rng(seed)
    y = generator.permutation(np.arange(count) % 10).astype(np.int8)
    grey = 200 * (generator.random((count, 28, 28)) < 0.03)
    for image, digit in zip(grey, y, strict=True):
        image[2 * digit + 2 : 2 * digit + 7, 8:20] = 255
    return Digits(grey.reshape(count, 784).astype(np.uint8), y)


def trial(correlation: float = 0.9, number: int = 0, seed: int = 0, **rows: int) -> dict:
    """A trial drawn from them."""
    given = {"correlation": correlation, "trial": number, "seed": seed, "rows": ROWS | rows}
    return biased_draw(digits(400), digits(100, seed=1), **given)


def idx(array: np.ndarray) -> bytes:
    """Content of an idx file of unsigned bytes, not yet gzipped."""
    head = struct.pack(f">BBBB{array.ndim}I", 0, 0, 8, array.ndim, *array.shape)
    return head + array.astype(np.uint8).tobytes()


def write_files(folder: Path, training: Digits, testing: Digits) -> list[Path]:
    """The four files, as MNIST has them."""
    contents = []
    for grey, y in (training, testing):
        contents += [grey.reshape(-1, 28, 28), y]
    paths = [folder / name for name in NAMES]
    for path, array in zip(paths, contents, strict=True):
        path.write_bytes(gzip.compress(idx(array), 1, mtime=0))
    return paths
