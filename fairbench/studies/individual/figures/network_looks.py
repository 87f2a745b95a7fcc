"""How labels of certified networks look."""

from __future__ import annotations

from collections.abc import Iterable

from fairbench.plotting.style import GREY, OKABE_ITO, Look, method_looks

_LOOKS = {
    "plain": Look(OKABE_ITO["black"], "*", "plain network"),
    "pgd": Look(OKABE_ITO["orange"], "o", "PGD-trained"),
    "interval": Look(OKABE_ITO["sky"], "s", "interval bound"),
    "linear": Look(OKABE_ITO["purple"], "p", "linear bound"),
    "lipschitz": Look(OKABE_ITO["vermillion"], "D", "Lipschitz bound"),
    "pairs": Look(OKABE_ITO["green"], "h", "worst pairs"),
    "logistic_regression": Look(GREY, "X", "logistic regression"),
}


def looks_of(labels: Iterable[str]) -> dict[str, Look]:
    """A look for each label: those of individual fairness first."""
    labels = list(dict.fromkeys(labels))
    known = {label: look for label, look in _LOOKS.items() if label in labels}
    return known | method_looks(label for label in labels if label not in known)
