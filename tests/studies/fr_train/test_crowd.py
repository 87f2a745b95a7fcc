"""The crowd's labels, on answers whose outcome is known."""

import numpy as np
import pandas as pd
import pytest

from fairbench.studies.fr_train.crowd import crowd_accuracy, worker_accuracy
from fairbench.studies.fr_train.links import links


def table(answers, workers, y):
    answers, workers = np.array(answers, float), np.array(workers)
    columns = {f"ans_{k + 1}": answers[:, k] for k in range(answers.shape[1])}
    columns |= {f"worker_id_{k + 1}": workers[:, k] for k in range(answers.shape[1])}
    return pd.DataFrame(columns | {"sensitive": 0, "y": y, "split": ""})


@pytest.fixture
def people():
    x = np.linspace(-1, 1, 40)
    return pd.DataFrame({"split": "", "x": x, "sensitive": 0, "y": (x > 0).astype(int)})


def accuracies(answers, people):
    found = crowd_accuracy({"A_answers": answers, "A_people": people}, seed=0)
    return found.set_index("answers")["accuracy"].to_dict()


def test_means_of_more_answers_are_used(people):
    # The first answer is wrong in half of the rows, the mean of three never.
    answers = [[1, 4, 4], [4, 4, 4], [4, 1, 1], [1, 1, 1]]
    y = [1, 1, 0, 0]
    found = accuracies(table(answers, [["a", "b", "c"]] * 4, y), people)
    assert found["1"] == 0.5 and found["5"] == 1.0
    assert found["trained model"] > 0.9


def test_workers_who_are_mostly_wrong_are_left_out(people):
    answers = [[1, 4], [1, 4], [4, 1], [1, 4]]
    y = [1, 1, 0, 0]
    given = table(answers, [["bad", "good"], ["bad", "good"], ["bad", "good"], ["good", "bad"]], y)
    assert worker_accuracy(given).to_dict() == {"bad": 0.0, "good": 1.0}
    found = crowd_accuracy({"A_answers": given, "A_people": people}, seed=0).set_index("answers")
    assert found.loc["5", "accuracy"] == 1.0 and found.loc["5", "rows"] == 4
    # The bad worker answered first in three rows, which then have no answer.
    assert found.loc["1", "accuracy"] == 1.0 and found.loc["1", "rows"] == 1


def test_the_interval_is_wilsons(people):
    given = table([[4]] * 10, [["a"]] * 10, [1] * 8 + [0] * 2)
    row = crowd_accuracy({"A_answers": given, "A_people": people}, seed=0).iloc[0]
    assert (row["accuracy"], row["rows"]) == (0.8, 10)
    assert (row["low"], row["high"]) == pytest.approx((0.4902, 0.9433), abs=1e-4)


def test_people_are_linked_where_one_row_fits_alone():
    columns = ["age", "num_of_crimes", "crime_level", "race", "sensitive", "y"]
    people = pd.DataFrame(
        [
            [30.0, 1.0, "Felony (Serious)", "Non-caucasian", 0, 1],
            [40.0, 2.0, "Misdemeanor (Light)", "Caucasian", 1, 0],
            [50.0, 0.0, "Felony (Serious)", "Caucasian", 0, 0],
        ],
        columns=columns,
    )
    names = {"num_of_crimes": "priors_count", "crime_level": "c_charge_degree"}
    data = pd.DataFrame(
        [
            [30.0, 1.0, "F", "African-American", 0, 0],  # y = 1 is who is not arrested again
            [30.0, 1.0, "F", "African-American", 0, 1],
            [40.0, 2.0, "M", "Caucasian", 1, 1],
            [40.0, 2.0, "M", "Caucasian", 1, 1],
        ],
        columns=[names.get(name, name) for name in columns],
    )
    (row,) = links({"COMPAS": people}, {"COMPAS": data}).to_dict("records")
    assert (row["one_row"], row["several_rows"], row["no_row"], row["rows"]) == (1, 1, 1, 3)
