"""Networks from files."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from fairbench.certify.network import Network, Output


def read_nnet(path: str | Path, output: Output = "sigmoid") -> Network:
    """The network of a ``.nnet`` text file (Julian, Stanford 2016), of raw inputs.

    Lines that begin with // are comments. Then come: layers, inputs, outputs and largest layer; the
    sizes; a flag without use; the inputs' minima, maxima, means and ranges; and for each layer a
    line a unit with its weights, then a line a unit with its bias. Means and ranges are not
    applied: a file whose inputs are meant to be scaled is for whoever calls to scale.

    Parameters
    ----------
    path : str or Path
    output : "sigmoid" or "linear"
        What follows the last layer; the format does not say.

    Raises
    ------
    ValueError
        If a line does not hold as many numbers as the sizes ask for, or lines are missing.
    """
    lines = [
        (number, line.strip().rstrip(","))
        for number, line in enumerate(Path(path).read_text(encoding="utf-8").splitlines(), 1)
        if line.strip() and not line.lstrip().startswith("//")
    ]
    rows = iter(lines)

    def numbers(count: int | None, what: str) -> np.ndarray:
        number, line = next(rows, (None, ""))
        if number is None:
            raise ValueError(f"{path} ends where {what} should follow")
        try:
            values = np.array([float(part) for part in line.split(",")])
        except ValueError:
            raise ValueError(f"{path}, line {number}: {what} are not numbers: {line!r}") from None
        if count is not None and len(values) != count:
            raise ValueError(f"{path}, line {number}: {len(values)} numbers, {what} are {count}")
        return values

    layers = int(numbers(4, "the counts of layers, inputs, outputs and units")[0])
    sizes = numbers(layers + 1, "the sizes of all layers").astype(int)
    for what in ("the flag", "the minima", "the maxima", "the means", "the ranges"):
        numbers(None, what)
    weights, biases = [], []
    for layer, (inputs, units) in enumerate(zip(sizes[:-1], sizes[1:], strict=True)):
        rows_of = [numbers(inputs, f"the weights of a unit of layer {layer}") for _ in range(units)]
        weights.append(np.array(rows_of))
        biases.append([numbers(1, f"the bias of a unit of layer {layer}")[0] for _ in range(units)])
    return Network(weights, biases, output)
