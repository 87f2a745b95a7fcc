"""The crowd's labels, on answers whose outcome is known."""

import numpy as np
import pandas as pd
import pytest

from fairbench.studies.fr_train.crowd import crowd_accuracy, worker_accuracy
from fairbench.studies.fr_train.crowd_rows import with_crowd_rows
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


COLUMNS = {"age": "age", "num_of_crimes": "priors_count", "crime_level": "c_charge_degree"}


@pytest.fixture
def seen():
    """Forty rows, of which the crowd saw the first thirty and said 1 of all; and two divisions."""
    y = np.arange(40) % 2
    common = {"race": "Caucasian", "sensitive": 0}
    data = pd.DataFrame({"age": np.arange(40.0), "priors_count": 1.0, "c_charge_degree": "F"})
    data = data.assign(**common, y=1 - y)  # who is not arrested again
    people = data.rename(columns={new: old for old, new in COLUMNS.items()}).assign(y=y)[:30]
    answers = table([[4, 4]] * 30, [["a", "b"]] * 30, y[:30])
    frame = pd.DataFrame({"x": np.arange(40.0), "sensitive": 0, "y": y, "y_clean": y})
    splits = np.array(["train"] * 16 + ["clean"] * 6 + ["test"] * 18)
    trials = [frame.assign(trial=t, split=np.roll(splits, 5 * t)) for t in range(2)]
    return pd.concat(trials, ignore_index=True), people, answers, data


def with_rows(seen, count, **change):
    frame, people, answers, data = seen
    given = {"people": people, "answers": answers, "data": data} | change
    return with_crowd_rows(frame, "COMPAS", **given, count=count, seed=0)


def test_clean_rows_are_those_that_the_crowd_saw_and_are_not_trained_on(seen):
    frame, true, said = seen[0], with_rows(seen, 0), with_rows(seen, 2)
    for trial in range(2):
        before, after = (f[f["trial"] == trial].set_index("x") for f in (frame, true))
        clean = after.index[after["split"] == "clean"]
        assert len(clean) and clean.max() < 30
        assert before.loc[clean, "split"].isin(["train", "clean"]).all()
        assert (after["split"] == "test").sum() == 18
        train = before.index[before["split"] == "train"].difference(clean)
        assert set(after.index[after["split"] == "train"]) == set(train)
    assert true[["trial", "x", "split"]].equals(said[["trial", "x", "split"]])
    clean = true["split"] == "clean"
    assert (true["y"] == true["x"] % 2).all() and (said.loc[clean, "y"] == 1).all()
    assert (said.loc[~clean, "y"] == true.loc[~clean, "y"]).all()
    assert (said["y"] == said["y_clean"]).all()


def test_labels_have_the_share_that_they_have_among_training_rows(seen):
    frame, people, answers, data = seen
    fewer = ~((people["y"] == 0) & (people["age"] > 8)).to_numpy()
    change = {"people": people[fewer], "answers": answers[fewer]}
    clean = with_rows(seen, 0, **change).query("split == 'clean' and trial == 0")
    assert clean["y"].mean() == 0.5 and len(clean) == 10


def test_who_fits_several_rows_or_is_shown_twice_is_left_out(seen):
    frame, people, answers, data = seen
    several = data.assign(age=data["age"].replace({3.0: 1.0}))
    assert 1.0 not in set(with_rows(seen, 0, data=several).query("split == 'clean'")["x"])
    twice = people.assign(age=people["age"].replace({3.0: 1.0}))
    clean = with_rows(seen, 0, people=twice).query("split == 'clean'")["x"]
    assert not {1.0, 3.0} & set(clean)


def test_rows_of_other_data_are_refused(seen):
    with pytest.raises(ValueError, match="40 rows were divided, and 39 are linked"):
        with_rows(seen, 0, data=seen[3][:39])
    with pytest.raises(ValueError, match="not in one order"):
        with_rows(seen, 0, answers=seen[2].assign(y=1 - seen[2]["y"]))
