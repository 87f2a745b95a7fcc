"""Information terms of a trace, in nats: what the discriminators' losses are said to stand for."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from scipy.special import expit, xlogy

from fairbench.information import ConditionalTracker, knn_cmi
from fairbench.training.models import Split

_NEWTON_STEPS = 12


def fairness_information(
    logit: np.ndarray, sensitive: np.ndarray, slope: float
) -> dict[str, np.ndarray]:
    """What the decision says of the group, for a stack of logits.

    By Theorem 3 of the report, H(Z) minus the cross-entropy of the best discriminator is the
    information in what that discriminator is shown; a discriminator held to a family gives less.

    Parameters
    ----------
    logit : array, shape (iterations, rows)
    sensitive : array of 0/1, shape (rows,)
    slope : float
        beta of the pseudo-labels.

    Returns
    -------
    dict of array, shape (iterations,)
        ``entropy_sensitive``: H(Z). ``information_fairness``: plug-in I(Z; 1[logit > 0]).
        ``information_smooth``: the same with the pseudo-labels sigmoid(beta logit) of Algorithm 1.
        ``information_logistic``: H(Z) minus the cross-entropy of the best sigmoid(a logit + c),
        the family of D_F. ``information_logit``: I(Z; logit), the best of all discriminators.
    """
    z = sensitive.astype(np.float64)
    entropy = _binary_entropy(z.mean())
    return {
        "entropy_sensitive": np.full(len(logit), entropy),
        "information_fairness": _table_information((logit > 0).astype(np.float64), z),
        "information_smooth": _table_information(expit(slope * logit.astype(np.float64)), z),
        "information_logistic": entropy - _logistic_cross_entropy(logit, z),
        "information_logit": _binned_information(logit, z),
    }


def _binary_entropy(p):
    return -(xlogy(p, p) + xlogy(1 - p, 1 - p))


def _table_information(q: np.ndarray, z: np.ndarray) -> np.ndarray:
    """I(Z; Yhat) = H(Yhat) - H(Yhat | Z) of (soft) decisions q, shape (iterations, rows)."""
    share = z.mean()
    rates = q @ np.stack([1 - z, z], axis=1) / np.maximum([np.sum(1 - z), np.sum(z)], 1.0)
    given = _binary_entropy(rates) @ [1 - share, share]
    return _binary_entropy(rates @ [1 - share, share]) - given


def _logistic_cross_entropy(logit: np.ndarray, z: np.ndarray) -> np.ndarray:
    """Least cross-entropy of sigmoid(a x + c) against z, by Newton's method for all iterations."""
    x = logit.astype(np.float64)
    spread = x.std(axis=1, keepdims=True)
    x = (x - x.mean(axis=1, keepdims=True)) / np.where(spread > 0, spread, 1.0)
    share = np.clip(z.mean(), 1e-12, 1 - 1e-12)
    a, c = np.zeros((len(x), 1)), np.full((len(x), 1), np.log(share / (1 - share)))
    for _ in range(_NEWTON_STEPS):
        p = expit(a * x + c)
        w, miss = p * (1 - p), p - z
        g_a, g_c = (miss * x).mean(1, keepdims=True), miss.mean(1, keepdims=True)
        h_aa, h_ac = (w * x * x).mean(1, keepdims=True), (w * x).mean(1, keepdims=True)
        h_cc = w.mean(1, keepdims=True)
        # A logit that separates the groups, or says nothing, leaves the Hessian singular.
        determinant = np.maximum(h_aa * h_cc - h_ac**2, 1e-12)
        step_a, step_c = h_cc * g_a - h_ac * g_c, h_aa * g_c - h_ac * g_a
        a, c = a - step_a / determinant, c - step_c / determinant
        if max(np.abs(g_a).max(), np.abs(g_c).max()) < 1e-9:
            break
    t = a * x + c
    return (np.maximum(t, 0) + np.log1p(np.exp(-np.abs(t))) - z * t).mean(axis=1)


def _binned_information(logit: np.ndarray, z: np.ndarray) -> np.ndarray:
    """I(Z; logit) from bins of equally many rows, less the bias that bins bring.

    The best discriminator that is constant within bins has the cross-entropy H(Z | bin). On its
    own rows that is too low by about (bins - 1) / (2 rows) (Miller and Madow), which is taken
    off; so the estimate may be slightly negative. 2 n^(1/3) bins are fine enough for a posterior
    that varies on the scale of the logits.
    """
    count = z.size
    bins = max(2, round(2 * count ** (1 / 3)))
    edges = np.linspace(0, count, bins + 1).round().astype(int)[:-1]
    ordered = z[np.argsort(logit, axis=1, kind="stable")]
    sizes = np.diff(np.append(edges, count))
    shares = np.add.reduceat(ordered, edges, axis=1) / sizes
    conditional = _binary_entropy(shares) @ (sizes / count)
    return _binary_entropy(z.mean()) - conditional - (bins - 1) / (2 * count)


class RobustnessInformation:
    """I(V; X, Z, Yhat) along a run, by the chain rule of the report's eq. 21.

    V says whether a row is a clean one (with its label) or a training one (with its prediction).
    Of the three terms only the last, I(V; Yhat | X, Z), moves with training, and only when a
    prediction flips. Estimates are those of `fairbench.information.knn_cmi`, not clipped at zero.

    Parameters
    ----------
    splits : mapping of str to Split
        ``train`` and ``clean`` rows.
    neighbours : int
    coding : {"consistent", "published"}
        ``consistent``: predictions and labels are 0/1, the terms are I(V;X), I(V;Z|X) and
        I(V;Yhat|X,Z). ``published``: as the script behind the report's figure 5, labels of clean
        rows are -1/+1 beside predictions of 0/1, so that the coding itself tells the two apart,
        and every feature after the first is conditioned on itself, which makes its term zero.
    """

    def __init__(self, splits: Mapping[str, Split], *, neighbours: int, coding: str):
        train, clean = splits["train"], splits["clean"]
        inputs = np.concatenate([train.features, clean.features]).astype(np.float64)
        features, sensitive = inputs[:, :-1], inputs[:, -1]
        source = np.repeat([0.0, 1.0], [len(train.y), len(clean.y)])
        options = {"k": neighbours, "clip": False}
        published = coding == "published"
        self._suffix = "_published" if published else ""
        self._features = knn_cmi(features[:, 0] if published else features, source, **options)
        self._sensitive = knn_cmi(sensitive, source, features, **options)
        self._clean = 2.0 * clean.y - 1.0 if published else clean.y
        self._tracker = ConditionalTracker(source, inputs, k=neighbours)
        self._last: np.ndarray | None = None
        self._value = np.nan

    def __call__(self, prediction: np.ndarray) -> dict[str, np.ndarray]:
        """Terms and total for predictions of the training rows, shape (iterations, rows)."""
        last = np.array([self._prediction_term(row) for row in prediction])
        terms = {
            "features": np.full(len(last), self._features),
            "sensitive": np.full(len(last), self._sensitive),
            "prediction": last,
        }
        name = "information_robustness"
        columns = {f"{name}{self._suffix}": sum(terms.values())}
        return columns | {f"{name}_{k}{self._suffix}": v for k, v in terms.items()}

    def _prediction_term(self, prediction: np.ndarray) -> float:
        # Most iterations flip nothing, and then there is nothing to encode or compare either.
        if self._last is None or not np.array_equal(self._last, prediction):
            self._last = prediction
            self._value = self._tracker.update(self.labels(prediction))
        return self._value

    def labels(self, prediction: np.ndarray) -> np.ndarray:
        """Training predictions and clean labels as one variable, in this coding."""
        return np.concatenate([prediction.astype(np.float64), self._clean])
