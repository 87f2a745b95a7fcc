"""Initial weights: N(0, 0.2) with zero biases, drawn per model so that batches cannot matter."""

from __future__ import annotations

import numpy as np

from fairbench.base.randomness import seed_of, stream
from fairbench.data.imbalance import imbalance_seed
from fairbench.training.torch_normals import TorchNormals

#: Standard deviation of the initial weights in the released code.
SCALE = 0.2


def draw_initial(
    sizes: dict[str, tuple], seed: int, *, generator: str, weights: str = "fixed"
) -> dict[str, list[np.ndarray]]:
    """Initial weights of one model.

    Parameters
    ----------
    sizes : dict
        Layer sizes of each network, in drawing order, see `Method.networks`.
    seed : int
        Seed of the model's own generator.
    generator : {"torch", "numpy"}
        "torch" gives the weights that ``torch.manual_seed(seed)`` gave in the released code, see
        `fairbench.training.torch_normals`.
        "numpy" gives each network its own stream, so that the generators of two methods start
        alike whatever discriminators stand beside them.
    weights : {"fixed", "he"}
        Standard deviation 0.2 as released, or sqrt(2 / inputs) (He et al., ICCV 2015).

    Returns
    -------
    dict of lists of float32 arrays, shape (out, in), one per layer.
    """
    draw = _torch_normals(seed) if generator == "torch" else _numpy_normals(seed)
    return {
        name: [
            _scaled(draw(name, layer, outputs, inputs), weights)
            for layer, (inputs, outputs) in enumerate(layers_of(shape))
        ]
        for name, shape in sizes.items()
    }


def layers_of(shape: tuple) -> list[tuple[int, int]]:
    """Inputs and outputs of each layer of a network, from its sizes in `Method.networks`."""
    if isinstance(shape[0], tuple):
        return list(shape)
    return list(zip(shape[:-1], shape[1:], strict=True))


def _scaled(drawn: np.ndarray, weights: str) -> np.ndarray:
    """Draws of standard deviation 0.2 as they are, or widened for a deep network."""
    factor = 1.0 if weights == "fixed" else np.sqrt(2 / drawn.shape[1]) / SCALE
    return (factor * drawn).astype(np.float32)


def _torch_normals(seed: int):
    normals = TorchNormals(seed)

    def draw(name, layer, outputs, inputs):
        return normals.draw(outputs * inputs, SCALE).reshape(outputs, inputs)

    return draw


def _numpy_normals(seed: int):
    def draw(name, layer, outputs, inputs):
        return SCALE * stream(seed, "initial", name, layer).standard_normal((outputs, inputs))

    return draw


def initial_seed(dataset: str, parameters: dict, trial: int, root: int) -> tuple[str, int]:
    """Generator and seed of one model's initial weights: the published rules, or our streams.

    Every method and every lambda of a trial starts from the same seed, so that comparisons are
    paired. Returns the `generator` and `seed` for `draw_initial`.
    """
    if dataset == "published":
        return "torch", 1 + trial  # trial 0 is the notebooks' seed; others are more of the same
    if dataset == "imbalance":
        cell = parameters["positive_rate"], parameters["group_coefficient"]
        return "torch", imbalance_seed(*cell, trial)
    cell = [value for _, value in sorted(parameters.items()) if isinstance(value, (int, float))]
    return "numpy", seed_of(root, "initial", dataset, *cell, trial)
