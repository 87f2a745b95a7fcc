"""MNIST as its files have it: gzipped idx, read and checked."""

from __future__ import annotations

import gzip
import os
import zlib
from pathlib import Path
from typing import NamedTuple

import numpy as np

from fairbench.base.errors import DamagedFile

#: First bytes of an idx file of unsigned bytes, before the number of its dimensions.
_BYTES = b"\x00\x00\x08"
#: Rows and columns of an image.
SIDE = 28


class Digits(NamedTuple):
    """Images of handwritten digits.

    Attributes
    ----------
    grey : array of uint8, shape (images, 784)
        Rows one after the other; 0 is background.
    y : array of int8, shape (images,)
        Digits, 0 to 9.
    """

    grey: np.ndarray
    y: np.ndarray


def read_digits(images: str | os.PathLike, labels: str | os.PathLike) -> Digits:
    """Read a pair of MNIST files.

    Raises
    ------
    DamagedFile
        A file is cut short or is none of MNIST's; the message names it.
    """
    grey, y = read_idx(images, 3), read_idx(labels, 1)
    if grey.shape[1:] != (SIDE, SIDE):
        size = " x ".join(map(str, grey.shape[1:]))
        raise DamagedFile(images, f"its images have {size} pixels where 28 x 28 are expected")
    if len(grey) != len(y):
        raise DamagedFile(labels, f"it has {len(y):,} labels for {len(grey):,} images")
    if y.size and y.max() > 9:
        raise DamagedFile(labels, f"it has the label {y.max()}, and digits go from 0 to 9")
    return Digits(grey.reshape(len(grey), -1), y.astype(np.int8))


def read_idx(path: str | os.PathLike, dimensions: int) -> np.ndarray:
    """The array of a gzipped idx file of unsigned bytes.

    Raises
    ------
    DamagedFile
        It is no such file, has another number of dimensions, or is cut short.
    """
    try:
        content = gzip.decompress(Path(path).read_bytes())
    except (EOFError, gzip.BadGzipFile, zlib.error) as error:
        raise DamagedFile(path, f"it is cut short or no gzip file ({error})") from error
    if content[:3] != _BYTES or len(content) < 4 + 4 * content[3]:
        raise DamagedFile(path, "it is no idx file of unsigned bytes, as MNIST's are")
    if content[3] != dimensions:
        kinds = {1: "labels", 3: "images"}
        found = kinds.get(content[3], f"{content[3]} dimensions")
        raise DamagedFile(path, f"it holds {found} where {kinds[dimensions]} are expected")
    shape = tuple(np.frombuffer(content, ">u4", dimensions, offset=4).tolist())
    values = np.frombuffer(content, np.uint8, offset=4 + 4 * dimensions)
    if values.size != np.prod(shape, dtype=np.int64):
        wanted = (
            f"{np.prod(shape, dtype=np.int64):,} values are expected, {values.size:,} are there"
        )
        raise DamagedFile(path, f"it is cut short or too long: {wanted}")
    return values.reshape(shape)
