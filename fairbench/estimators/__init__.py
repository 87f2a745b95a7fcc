"""scikit-learn estimators of all methods, over the package's own training.

``from fairbench.estimators import FRTrain``: there is a class for every method that knows
tables, with its name and its parameters, made from the method's own class.
"""

from __future__ import annotations

from fairbench import methods
from fairbench.base.words import not_allowed
from fairbench.estimators import files
from fairbench.estimators.build import estimator_of, from_file
from fairbench.estimators.classifier import FairClassifier, NoCleanRows
from fairbench.estimators.given import UnscaledColumns

BY_METHOD: dict[str, type[FairClassifier]] = {
    name: estimator_of(methods.find(name)) for name in methods.of_tables()
}
"""The estimators by the name of their method."""
globals().update({each.__name__: each for each in BY_METHOD.values()})

__all__ = ["BY_METHOD", "FairClassifier", "NoCleanRows", "UnscaledColumns"]
__all__ += ["estimator_of", "from_file", "load"]
__all__ += sorted(each.__name__ for each in BY_METHOD.values())


def load(path, *, file=None) -> FairClassifier:
    """Read a fitted estimator from a file of its `save`.

    Parameters
    ----------
    path : path-like
    file : path-like, optional
        The Python file of the method, if it is one of your own: a saved estimator names none, as
        reading data should execute nothing.

    Raises
    ------
    ValueError
        If the file holds no estimator, is damaged, or is of a method that is not known.
    OSError
        If it is missing.
    """
    name, parameters, fitted = files.read(path)
    if file is None and name not in BY_METHOD:
        text = not_allowed(f"{path}: the method", name, list(BY_METHOD))
        raise ValueError(f"{text}; a method of your own needs file=")
    kind = BY_METHOD[name] if file is None else from_file(file, name)
    estimator = kind(**parameters)
    vars(estimator).update(fitted)
    return estimator
