"""The adversary of Zhang et al. (AIES 2018), its gradients, and the projection, in numpy.

Adversaries of several models stand side by side, a row of their parameters each. Nothing is summed
over models, so that each learns as if it were alone.
"""

from __future__ import annotations

import numpy as np


def against(gradient: np.ndarray, other: np.ndarray) -> np.ndarray:
    """Gradients without their part along others, (models, size): they are orthogonal afterwards."""
    length = np.einsum("md,md->m", other, other)
    along = np.einsum("md,md->m", gradient, other) / np.where(length > 0, length, 1.0)
    return gradient - along[:, None] * other


class Adversary:
    """Guesses the group from s = sigmoid((1 + |c|) logit), for equalized odds also from s and y.

    Parameters
    ----------
    shown_label : bool
        Whether it is shown s y and s (1 - y) beside s.
    generator : numpy.random.Generator
        Of its first weights, the same for all models.
    models : int

    Attributes
    ----------
    parameters : array, shape (models, size)
        Weights of what it is shown, a bias, and c.
    """

    def __init__(self, shown_label: bool, generator: np.random.Generator, models: int = 1):
        self.shown_label = shown_label
        weights = 0.1 * generator.standard_normal(3 if shown_label else 1)
        self.parameters = np.tile(np.r_[weights, 0.0, 1.0], (models, 1))

    def slopes(self, logit: np.ndarray, y: np.ndarray, z: np.ndarray):
        """Derivatives of each row's loss by its logit, and of the mean by `parameters`."""
        guess, soft = self._guess(logit, y)
        shown, weights, c = self._of_soft(y), self.parameters[:, :-2], self.parameters[:, -1:]
        error = 1 / (1 + np.exp(-np.clip(guess, -500, 500))) - z
        by_soft = error * np.einsum("mi,bi->mb", weights, shown) * soft * (1 - soft)
        by_weights = np.einsum("mb,bi->mi", error * soft, shown) / len(z)
        by_c = np.mean(by_soft * logit, axis=1, keepdims=True) * np.sign(c)
        own = np.concatenate([by_weights, error.mean(1, keepdims=True), by_c], axis=1)
        return (1 + abs(c)) * by_soft, own

    def _guess(self, logit, y):
        soft = self._soft(logit)
        weights = np.einsum("mi,bi->mb", self.parameters[:, :-2], self._of_soft(y))
        return soft * weights + self.parameters[:, -2:-1], soft

    def _soft(self, logit: np.ndarray) -> np.ndarray:
        scale = 1 + abs(self.parameters[:, -1:])
        return 1 / (1 + np.exp(-np.clip(scale * logit, -500, 500)))

    def _of_soft(self, y: np.ndarray) -> np.ndarray:
        """What s is multiplied by in each of the adversary's inputs, (rows, inputs)."""
        one = np.ones_like(y)
        return np.stack([one, y, 1 - y] if self.shown_label else [one], axis=1)


class GroupAdversary(Adversary):
    """The same for K groups, by a softmax of K such guesses; `z` holds their numbers.

    Attributes
    ----------
    parameters : array, shape (models, size)
        Weights, one row for each input and a column a group, biases, and c.
    """

    def __init__(self, shown_label: bool, groups: int, generator: np.random.Generator, models=1):
        self.shown_label, self.groups = shown_label, groups
        weights = 0.1 * generator.standard_normal((3 if shown_label else 1) * groups)
        self.parameters = np.tile(np.r_[weights, np.zeros(groups), 1.0], (models, 1))

    def slopes(self, logit: np.ndarray, y: np.ndarray, z: np.ndarray):
        guess, soft = self._guess(logit, y)
        shown, weights, c = self._of_soft(y), self._weights(), self.parameters[:, -1:]
        error = np.exp(guess - np.logaddexp.reduce(guess, axis=2, keepdims=True))
        error[:, np.arange(len(z)), z.astype(int)] -= 1
        by_soft = np.einsum("mbg,mig,bi->mb", error, weights, shown) * soft * (1 - soft)
        by_weights = np.einsum("mbg,mb,bi->mig", error, soft, shown) / len(z)
        by_c = np.mean(by_soft * logit, axis=1, keepdims=True) * np.sign(c)
        parts = by_weights.reshape(len(c), -1), error.mean(1), by_c
        return (1 + abs(c)) * by_soft, np.concatenate(parts, axis=1)

    def _guess(self, logit, y):
        soft, biases = self._soft(logit), self.parameters[:, None, -self.groups - 1 : -1]
        weights = np.einsum("mig,bi->mbg", self._weights(), self._of_soft(y))
        return soft[:, :, None] * weights + biases, soft

    def _weights(self) -> np.ndarray:
        return self.parameters[:, : -self.groups - 1].reshape(len(self.parameters), -1, self.groups)


class Adam:
    """Steps of Adam (Kingma and Ba, ICLR 2015) with its usual constants."""

    def __init__(self, rate: float, shape: tuple[int, ...]):
        self.rate, self.count = rate, 0
        self.mean, self.square = np.zeros(shape), np.zeros(shape)

    def step(self, gradient: np.ndarray) -> np.ndarray:
        """What is to be taken from the parameters."""
        self.count += 1
        self.mean += 0.1 * (gradient - self.mean)
        self.square += 0.001 * (gradient**2 - self.square)
        mean = self.mean / (1 - 0.9**self.count)
        return self.rate * mean / (np.sqrt(self.square / (1 - 0.999**self.count)) + 1e-8)
