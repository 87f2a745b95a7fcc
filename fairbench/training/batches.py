"""Which rows an iteration sees: all of them, or minibatches drawn without a loader.

The rows of every data set lie in memory as one tensor. A minibatch is one gather for all models;
models of the same trial and seed see the same rows in the same order, whatever is trained beside
them.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from fairbench.base.randomness import stream
from fairbench.methods.shared.base import Batch
from fairbench.networks.noise import on_device
from fairbench.training.budget import Budget
from fairbench.training.models import Model, Split


class Batches:
    """The batches of a stack of models.

    Parameters
    ----------
    data : dict of trial -> (train, clean)
        Trials of different length need a batch size.
    models : sequence of Model
    budget : Budget
        In iterations, see `Budget.for_rows`.
    """

    def __init__(
        self,
        data: dict[int, tuple[Split, Split]],
        models: Sequence[Model],
        budget: Budget,
        dtype=torch.float32,
        device="cpu",
    ):
        self._dtype, self._device = dtype, device
        self._steps, self._epoch = None, None
        if budget.batch_size is None:
            self._rows = self._of(data, [model.trial for model in models], padded=False)
            return
        keys = list(dict.fromkeys((model.trial, model.seed) for model in models))
        of_model = [keys.index((model.trial, model.seed)) for model in models]
        own = of_model == list(range(len(keys)))
        self._models = None if own else torch.tensor(of_model, device=device)
        self._seeds = [seed for _, seed in keys]
        self._lengths = [len(data[trial][0].y) for trial, _ in keys]
        shortest = min(self._lengths)
        self._size, self._steps = min(budget.batch_size, shortest), budget.batches(shortest)
        self._rows = self._of(data, [trial for trial, _ in keys], padded=True)
        self._clean = [self._for_models(x) for x in (self._rows.clean_features, self._rows.clean_y)]

    def full(self) -> Batch:
        """All rows of all models; a shorter trial repeats its first rows at the end."""
        rows = self._rows
        if self._steps is None:
            return rows
        train = (rows.features, rows.sensitive, rows.y)
        return Batch(*map(self._for_models, train), *self._clean)

    def box(self) -> tuple[Tensor, Tensor]:
        """Least and largest value of each column in the training rows, (models, 1, width) each."""
        rows = self._rows.features
        ends = rows.amin(1, keepdim=True), rows.amax(1, keepdim=True)
        return ends if self._steps is None else tuple(map(self._for_models, ends))

    def at(self, iteration: int) -> tuple[Batch, Tensor | None]:
        """The rows of an iteration, and their places (models, rows), None for all of them."""
        if self._steps is None:
            return self._rows, None
        epoch, step = divmod(iteration, self._steps)
        if epoch != self._epoch:
            self._epoch, self._orders = epoch, self._shuffled(epoch)
        places = self._orders[:, step * self._size : (step + 1) * self._size]
        # Whole rows of one flat table: several times faster than a gather along the row axis.
        count, length = self._rows.y.shape
        flat = (places + length * torch.arange(count, device=self._device)[:, None]).flatten()
        part = [
            rows.flatten(0, 1).index_select(0, flat).view(count, self._size, *rows.shape[2:])
            for rows in (self._rows.features, self._rows.sensitive, self._rows.y)
        ]
        return Batch(*map(self._for_models, part), *self._clean), self._for_models(places)

    def _shuffled(self, epoch: int) -> Tensor:
        used = self._steps * self._size
        orders = [
            stream(seed, "minibatches", epoch).permutation(length)[:used]
            for seed, length in zip(self._seeds, self._lengths, strict=True)
        ]
        return on_device(torch.from_numpy(np.stack(orders)), self._device)

    def _for_models(self, rows: Tensor) -> Tensor:
        """From one entry a trial and seed to one a model."""
        return rows if self._models is None else rows[self._models]

    def _of(self, data, trials: Sequence[int], padded: bool) -> Batch:
        """The rows of some trials, stacked."""

        def stack(part: int, attribute: str) -> Tensor:
            arrays = [getattr(data[trial][part], attribute) for trial in trials]
            longest = max(map(len, arrays))
            if padded:
                arrays = [np.concatenate([a, a[: longest - len(a)]]) for a in arrays]
            return torch.as_tensor(np.stack(arrays), dtype=self._dtype, device=self._device)

        parts = ((0, "features"), (0, "sensitive"), (0, "y"), (1, "features"), (1, "y"))
        return Batch(*(stack(part, attribute) for part, attribute in parts))
