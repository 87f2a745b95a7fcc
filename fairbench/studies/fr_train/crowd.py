"""Table 6: how often the crowd is right, by the number of answers that are averaged."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
from scipy.stats import binomtest

from fairbench.base.randomness import seed_of

#: Workers who are right less often are left out: with it Adult's row comes out to .002.
LEAST_ACCURACY = 0.48
_COUNTS = (1, 5, 11)
_THRESHOLD = 2.5  # of the mean answer, on a scale from 1 to 4
_FOLDS = 10


def crowd_accuracy(tables: Mapping[str, pd.DataFrame], *, seed: int) -> pd.DataFrame:
    """Give the accuracy of the crowd's labels, and of a model trained on the true ones.

    Parameters
    ----------
    tables : mapping
        ``NAME_people`` and ``NAME_answers`` of each crowd set, as `load_table` reads them.
    seed : int
        Of the folds of the trained model.

    Returns
    -------
    DataFrame
        ``dataset``, ``answers`` ("1", "5", "11" or "trained model"), ``rows``, ``accuracy``, and
        ``low`` and ``high``, its 95 % interval over the rows (Wilson).
    """
    rows = []
    for name in [key.removesuffix("_answers") for key in tables if key.endswith("_answers")]:
        given, people = tables[f"{name}_answers"], tables[f"{name}_people"]
        said = {str(count): crowd_labels(given, count) for count in _COUNTS}
        right = {count: (y == given["y"])[~np.isnan(y)].to_numpy() for count, y in said.items()}
        right["trained model"] = _model_is_right(people, seed_of(seed, "crowd", name))
        for answers, each in right.items():
            low, high = binomtest(int(each.sum()), len(each)).proportion_ci(method="wilson")
            found = {"rows": len(each), "accuracy": each.mean(), "low": low, "high": high}
            rows.append({"dataset": name, "answers": answers} | found)
    return pd.DataFrame(rows)


def worker_accuracy(table: pd.DataFrame) -> pd.Series:
    """Share of right answers of each worker, an answer above 2.5 being a guess of 1."""
    answers, workers = _answers(table)
    right = (answers > _THRESHOLD) == table["y"].to_numpy()[:, None]
    return pd.Series(right.ravel()).groupby(workers.ravel()).mean()


def _answers(table: pd.DataFrame) -> tuple[np.ndarray, np.ndarray]:
    numbers = range(1, 1 + sum(name.startswith("ans_") for name in table.columns))
    answers = table[[f"ans_{k}" for k in numbers]].to_numpy(float)
    return answers, table[[f"worker_id_{k}" for k in numbers]].to_numpy(str)


def crowd_labels(table: pd.DataFrame, count: int) -> np.ndarray:
    """Whether the mean of the first so many answers is above 2.5: 1.0, 0.0, or NaN, (rows,).

    Answers of workers who are not trusted are left out; a row that has no others is NaN.
    """
    answers, workers = _answers(table)
    known = worker_accuracy(table)
    trusted = known.loc[workers.ravel()].to_numpy().reshape(workers.shape) >= LEAST_ACCURACY
    used = trusted[:, :count]
    number = used.sum(axis=1)
    mean = np.where(used, answers[:, :count], 0.0).sum(axis=1) / number.clip(min=1)
    return np.where(number > 0, mean > _THRESHOLD, np.nan)


def _model_is_right(people: pd.DataFrame, seed: int) -> np.ndarray:
    """Whether a logistic regression on the true labels of the other folds is right."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.model_selection import StratifiedKFold, cross_val_predict
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import StandardScaler

    features = pd.get_dummies(people.drop(columns=["split", "y"]), dtype=float)
    folds = StratifiedKFold(_FOLDS, shuffle=True, random_state=seed % 2**32)
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000))
    return cross_val_predict(model, features, people["y"], cv=folds) == people["y"].to_numpy()
