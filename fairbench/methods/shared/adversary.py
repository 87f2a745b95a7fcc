"""The adversary of Zhang et al. (AIES 2018), its gradients, and the projection, in numpy."""

from __future__ import annotations

import numpy as np

__all__ = ["Adam", "Adversary", "GroupAdversary", "against"]


def against(gradient: np.ndarray, other: np.ndarray) -> np.ndarray:
    """A gradient without its part along another: they are orthogonal afterwards."""
    length = other @ other
    return gradient - (gradient @ other / length) * other if length > 0 else gradient


class Adversary:
    """Guesses the group from s = sigmoid((1 + |c|) logit), for equalized odds also from s and y.

    Parameters
    ----------
    shown_label : bool
        Whether it is shown s y and s (1 - y) beside s.
    generator : numpy.random.Generator
        Of its first weights.

    Attributes
    ----------
    parameters : array
        Weights of what it is shown, a bias, and c.
    """

    def __init__(self, shown_label: bool, generator: np.random.Generator):
        self.shown_label = shown_label
        weights = 0.1 * generator.standard_normal(3 if shown_label else 1)
        self.parameters = np.r_[weights, 0.0, 1.0]

    def loss(self, logit: np.ndarray, y: np.ndarray, z: np.ndarray) -> float:
        """Mean cross-entropy of its guesses; arrays of shape (rows,)."""
        guess = self._guess(logit, y)[0]
        return float(np.mean(np.logaddexp(0.0, guess) - z * guess))

    def slopes(self, logit: np.ndarray, y: np.ndarray, z: np.ndarray):
        """Derivatives of each row's loss by its logit, (rows,), and of the mean by `parameters`."""
        guess, shown, soft = self._guess(logit, y)
        *weights, _, c = self.parameters
        error = 1 / (1 + np.exp(-np.clip(guess, -500, 500))) - z
        by_soft = error * (self._of_soft(y) @ np.array(weights)) * soft * (1 - soft)
        by_c = np.mean(by_soft * logit) * np.sign(c)
        return (1 + abs(c)) * by_soft, np.r_[shown.T @ error / len(z), error.mean(), by_c]

    def _guess(self, logit, y):
        *weights, bias, c = self.parameters
        soft = 1 / (1 + np.exp(-np.clip((1 + abs(c)) * logit, -500, 500)))
        shown = soft[:, None] * self._of_soft(y)
        return shown @ np.array(weights) + bias, shown, soft

    def _of_soft(self, y: np.ndarray) -> np.ndarray:
        """What s is multiplied by in each of the adversary's inputs, (rows, inputs)."""
        one = np.ones_like(y)
        return np.stack([one, y, 1 - y] if self.shown_label else [one], axis=1)


class GroupAdversary(Adversary):
    """The same for K groups, by a softmax of K such guesses; `z` holds their numbers.

    Attributes
    ----------
    parameters : array
        Weights, one row for each input and a column a group, biases, and c.
    """

    def __init__(self, shown_label: bool, groups: int, generator: np.random.Generator):
        self.shown_label, self.groups = shown_label, groups
        weights = 0.1 * generator.standard_normal((3 if shown_label else 1) * groups)
        self.parameters = np.r_[weights, np.zeros(groups), 1.0]

    def loss(self, logit: np.ndarray, y: np.ndarray, z: np.ndarray) -> float:
        """Mean cross-entropy of its guesses; arrays of shape (rows,)."""
        guess = self._guess(logit, y)[0]
        own = guess[np.arange(len(z)), z.astype(int)]
        return float(np.mean(np.logaddexp.reduce(guess, axis=1) - own))

    def slopes(self, logit: np.ndarray, y: np.ndarray, z: np.ndarray):
        guess, shown, soft = self._guess(logit, y)
        weights, _, c = self._parts()
        error = np.exp(guess - np.logaddexp.reduce(guess, axis=1, keepdims=True))
        error[np.arange(len(z)), z.astype(int)] -= 1
        by_soft = ((error @ weights.T) * self._of_soft(y)).sum(1) * soft * (1 - soft)
        by_c = np.mean(by_soft * logit) * np.sign(c)
        by_weights = (shown.T @ error / len(z)).ravel()
        return (1 + abs(c)) * by_soft, np.r_[by_weights, error.mean(0), by_c]

    def _guess(self, logit, y):
        weights, biases, c = self._parts()
        soft = 1 / (1 + np.exp(-np.clip((1 + abs(c)) * logit, -500, 500)))
        shown = soft[:, None] * self._of_soft(y)
        return shown @ weights + biases, shown, soft

    def _parts(self):
        *weights, c = self.parameters
        *weights, biases = np.reshape(weights, (-1, self.groups))
        return np.array(weights), biases, c


class Adam:
    """Steps of Adam (Kingma and Ba, ICLR 2015) with its usual constants."""

    def __init__(self, rate: float, size: int):
        self.rate, self.count = rate, 0
        self.mean, self.square = np.zeros(size), np.zeros(size)

    def step(self, gradient: np.ndarray) -> np.ndarray:
        """What is to be taken from the parameters."""
        self.count += 1
        self.mean += 0.1 * (gradient - self.mean)
        self.square += 0.001 * (gradient**2 - self.square)
        mean = self.mean / (1 - 0.9**self.count)
        return self.rate * mean / (np.sqrt(self.square / (1 - 0.999**self.count)) + 1e-8)
