"""The normal numbers drawn without torch are torch's own."""

import numpy as np
import pytest
import torch

from fairbench.training.initial import SCALE
from fairbench.training.torch_normals import TorchNormals

#: Of the layers of built-in methods, of other widths, and with a remainder after sixteens.
SIZES = (3, 1, 64, 16, 1, 5, 15, 17, 31, 32, 100, 6, 4096)


@pytest.mark.skipif(
    torch.backends.cpu.get_cpu_capability() not in ("AVX2", "AVX512"),
    reason="torch transforms in another way on this processor",
)
@pytest.mark.parametrize("first", [0, 1, 500, 2**31, 2**32 + 5])
def test_numbers_are_those_of_torch_to_the_bit(first):
    for seed in range(first, first + 200):
        ours, theirs = TorchNormals(seed), torch.Generator().manual_seed(seed)
        for size in np.random.default_rng(seed).permutation(SIZES):
            drawn = torch.empty(int(size)).normal_(0.0, SCALE, generator=theirs).numpy()
            np.testing.assert_array_equal(ours.draw(int(size), SCALE), drawn)
