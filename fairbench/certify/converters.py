"""Networks that other libraries trained, and this project's fits, as a `Network`.

None of those libraries is imported: what is read is what their models hold. ONNX files are read by
`fairbench.certify.onnx_files`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from fairbench.certify.domain import Domain
from fairbench.certify.network import Network, Output
from fairbench.certify.scalers import kinds_of, scaled, unscaled

#: Slope below zero of the hidden units of this project's networks (`fairbench.networks.mlp.LEAK`),
#: in the single precision in which they are trained and predict.
LEAK = float(np.float32(0.2))


class Chain:
    """Layers in the order in which a model applies them; two linear ones in a row are one."""

    def __init__(self):
        self.weights: list[np.ndarray] = []
        self.biases: list[np.ndarray] = []
        self.open = False  # whether the last linear layer still waits for its activation
        self.sigmoid = False

    def linear(self, weight: np.ndarray, bias: np.ndarray, what: str = "a linear layer") -> None:
        """x -> weight x + bias, with a weight of shape (out, in)."""
        self._goes_on(what)
        weight, bias = np.atleast_2d(np.asarray(weight, float)), np.asarray(bias, float).ravel()
        if not self.open:
            self.weights.append(weight)
            self.biases.append(bias)
        else:
            if weight.shape[1] != len(self.biases[-1]):
                raise ValueError(
                    f"{what} takes {weight.shape[1]} inputs, but gets {len(self.biases[-1])}"
                )
            self.biases[-1] = weight @ self.biases[-1] + bias
            self.weights[-1] = weight @ self.weights[-1]
        self.open = True

    def relu(self, what: str = "ReLU") -> None:
        """max(x, 0); a second one in a row changes nothing."""
        self._goes_on(what)
        if not self.weights:
            raise ValueError(f"{what} comes before any linear layer")
        self.open = False

    def end(self, what: str = "Sigmoid") -> None:
        """The sigmoid of the output."""
        self._goes_on(what)
        if not self.open:
            raise ValueError(f"{what} does not follow a linear layer")
        self.sigmoid = True

    def network(self, output: Output | None = None) -> Network:
        """All of it. ``output`` says what the model itself does not, as a loss of logits."""
        if not self.open:
            raise ValueError("the model does not end in a linear layer, or a sigmoid after one")
        if self.sigmoid and output == "linear":
            raise ValueError("the model ends in a sigmoid; its output is not linear")
        own = "sigmoid" if self.sigmoid else "linear"
        return Network(self.weights, self.biases, output=own if output is None else output)

    def _goes_on(self, what: str) -> None:
        if self.sigmoid:
            raise ValueError(f"{what} follows the sigmoid, which may only be the last layer")


def from_torch(model, *, output: Output | None = None) -> Network:
    """A ``torch.nn.Sequential`` of Linear and ReLU, with a Sigmoid at the end or without.

    Parameters
    ----------
    model : torch.nn.Sequential
        Nested ones are taken apart. The last Linear has one output.
    output : "sigmoid" or "linear", optional
        What follows the last Linear, if not what the model has: "sigmoid" for a network trained
        on logits.

    Raises
    ------
    ValueError
        Naming the layer that is none of these.
    """
    chain = Chain()
    _torch_layers(chain, model, "")
    return chain.network(output)


def _torch_layers(chain: Chain, model, prefix: str) -> None:
    if "Sequential" not in kinds_of(model):
        raise ValueError(f"a {type(model).__name__} was given; a torch Sequential is expected")
    for index, layer in enumerate(model):
        kinds, what = kinds_of(layer), f"layer {prefix}{index} ({type(layer).__name__})"
        if "Sequential" in kinds:
            _torch_layers(chain, layer, f"{prefix}{index}.")
        elif "Linear" in kinds:
            weight = _array(layer.weight)
            bias = np.zeros(len(weight)) if layer.bias is None else _array(layer.bias)
            chain.linear(weight, bias, what)
        elif type(layer).__name__ == "ReLU":
            chain.relu(what)
        elif type(layer).__name__ == "Sigmoid":
            chain.end(what)
        else:
            raise ValueError(f"{what} is not known: Linear, ReLU and a last Sigmoid are")


def from_sklearn(model) -> Network:
    """A fitted MLPClassifier, MLPRegressor or LogisticRegression of scikit-learn.

    Before it there may be scalers, in a Pipeline (`unscaled`). A classifier is P(the second of its
    ``classes_``): it has two, and a perceptron's hidden units are ReLU. A regressor has one output.

    Raises
    ------
    ValueError
        If it is another model, not fitted, or has another shape.
    """
    model, scale, shift = unscaled(model)
    kinds, name = kinds_of(model), type(model).__name__
    if not kinds & {"MLPClassifier", "MLPRegressor", "LogisticRegression"}:
        raise ValueError(
            f"a {name} was given; MLPClassifier, MLPRegressor and LogisticRegression are known"
        )
    if not hasattr(model, "coefs_") and not hasattr(model, "coef_"):
        raise ValueError(f"the {name} is not fitted")
    if "MLPRegressor" not in kinds and (count := len(model.classes_)) != 2:
        raise ValueError(f"the {name} has {count} classes; a network has one output, for two")
    chain = Chain()
    if "LogisticRegression" in kinds:
        chain.linear(*scaled(model.coef_, model.intercept_, scale, shift))
        return chain.network("sigmoid")
    if model.activation != "relu":
        raise ValueError(f"the {name}'s activation is {model.activation!r}; 'relu' is known")
    if (count := len(model.intercepts_[-1])) != 1:
        raise ValueError(f"the {name} has {count} outputs; a network has one here")
    for depth, (weight, bias) in enumerate(zip(model.coefs_, model.intercepts_, strict=True)):
        if depth:
            chain.relu()
            chain.linear(weight.T, bias)
        else:
            chain.linear(*scaled(weight.T, bias, scale, shift))
    return chain.network("sigmoid" if "MLPClassifier" in kinds else "linear")


def from_fit(fit, *, domain: Domain | None = None) -> Network:
    """A fit of this project, P(Yhat = 1) of features with the groups last.

    Hidden units leak below zero, s a + (1 - s) relu(a), and become two ReLU units each: exactly.
    With the domain the second one, relu(a + c) - c = a, is active in all of it, and nothing is
    lost in a relaxation; without, the two are relu(a) and relu(-a).

    Parameters
    ----------
    fit : fairbench.training.models.Outcome
        Or anything else with ``layers``, pairs of weight (out, in) and bias (out,).
    domain : Domain, optional
        Where the network will be certified. The network is that of the fit there, and there alone.

    Raises
    ------
    ValueError
        If there are no layers: a fit that failed, or a network that draws or has other parts.
    """
    if getattr(fit, "stochastic", False):
        raise ValueError("the fit's network draws random codes: its output is no function of x")
    if not fit.layers:
        raise ValueError(
            f"the fit has no layers{': ' + fit.error if getattr(fit, 'error', '') else ''}"
        )
    return from_leaky(fit.layers, leak=LEAK, domain=domain)


def from_leaky(
    layers: Sequence[tuple[np.ndarray, np.ndarray]],
    *,
    leak: float,
    output: Output = "sigmoid",
    domain: Domain | None = None,
) -> Network:
    """Layers (weight (out, in), bias (out,)) with leaky ReLU units between them; see `from_fit`."""
    weights, biases = [], []
    low, high = (None, None) if domain is None else (domain.lower, domain.upper)
    after = offset = None  # what the next layer does to the units of this one
    for weight, bias in layers:
        weight, bias = np.asarray(weight, float), np.asarray(bias, float)
        if domain is not None:
            middle, half = weight @ (low + high) / 2 + bias, np.abs(weight) @ (high - low) / 2
            low, high = middle - half, middle + half
        own, shift = (weight, bias) if after is None else (weight @ after, weight @ offset + bias)
        last = len(weights) == len(layers) - 1
        if not last:
            eye = np.eye(len(bias))
            if domain is None:
                second, added, after = -1, np.zeros(len(bias)), np.hstack([eye, -leak * eye])
            else:
                second, added = 1, np.maximum(-low, 0) * (1 + 1e-9) + 1e-9
                after = np.hstack([(1 - leak) * eye, leak * eye])
            offset = -leak * added
            own = np.vstack([own, second * own])
            shift = np.concatenate([shift, second * shift + added])
            if domain is not None:
                low, high = (np.maximum(leak * end, end) for end in (low, high))
        weights.append(own)
        biases.append(shift)
    return Network(weights, biases, output=output)


def _array(tensor) -> np.ndarray:
    return tensor.detach().cpu().numpy().astype(float)
