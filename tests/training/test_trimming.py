"""Trimmed training rows: which are left out, and what learns from the others."""

import numpy as np
import pytest

from fairbench import methods
from fairbench.base.call import Call
from fairbench.data import steps
from fairbench.store.tables import read_table
from fairbench.training.budget import BUDGETS
from fairbench.training.cell import train_cell
from fairbench.training.models import Split, split_rows
from fairbench.training.postprocess import threshold_frontier
from fairbench.training.rows import only
from fairbench.training.trimming import kept_rows

CLEAN = {
    "trials": [0],
    "seed": 2023,
    "poisoning": None,
    "dataset": "published",
    "parameters": {"rotation": -45.0},
}


@pytest.fixture(scope="module")
def poisoned(tmp_path_factory):
    """FR-Train's benchmark with its own attack, and what the file says of itself."""
    drawn, made = (tmp_path_factory.mktemp("data") / name for name in ("a.parquet", "b.parquet"))
    steps.draw(Call(CLEAN, outputs={"table": drawn}))
    attack = {"rule": "margin", "rate": 0.1, "group": 1}
    spec = {"data": CLEAN, "poisoning": attack, "seed": 2023}
    steps.poison(Call(spec, {"data": (drawn,)}, {"table": made}))
    return read_table(made, kind="dataset")


def trained(poisoned, name, **given):
    frame, about = poisoned
    kind = methods.find(name)
    how = {"lambda_f": [0.0], "lambda_r": [0.0]} | given
    return train_cell(frame, about, kind(), BUDGETS["poisoned"], **how)


def test_nearly_all_flipped_labels_of_the_published_attack_are_left_out(poisoned):
    frame = poisoned[0]
    train = frame[frame["split"] == "train"]
    flipped = (train["y"] != train["y_clean"]).to_numpy()
    kept = kept_rows(split_rows(frame)[0]["train"], share=0.1, rounds=20)
    assert flipped.sum() == 179 and kept.sum() == 1620
    assert (flipped & kept).sum() <= 5


def test_thresholds_on_trimmed_rows_need_no_clean_row_to_be_fair_and_right(poisoned):
    trimming = {"share": 0.1, "rounds": 20}
    fits = trained(poisoned, "group_thresholds", trimming=trimming)
    for accuracy, impact in ((0.785, 0.9), (0.82, 0.74)):
        reached = fits[fits["test_disparate_impact"] >= impact]["test_accuracy"].max()
        assert reached >= accuracy


def test_trimmed_logistic_regression_is_as_right_as_one_on_clean_labels(poisoned):
    (before,) = trained(poisoned, "logistic_regression")["test_accuracy"]
    given = {"trimming": {"share": 0.1, "rounds": 20}}
    (after,) = trained(poisoned, "logistic_regression", **given)["test_accuracy"]
    assert before < 0.82 and after >= 0.88


def test_a_method_learns_from_the_rows_that_are_left_and_is_measured_on_all(poisoned):
    frame, about = poisoned
    rows = split_rows(frame)[0]["train"]
    left = only(rows, kept_rows(rows, share=0.1, rounds=20))
    kind = methods.find("fairness_constraints")
    weight, bias = kind().solve(left, None, lambda_f=0.0, seed=0)
    said = (rows.features @ weight + bias > 0) == rows.y
    (fit,) = trained(
        poisoned, "fairness_constraints", trimming={"share": 0.1, "rounds": 20}
    ).to_dict("records")
    assert fit["train_accuracy"] == pytest.approx(said.mean(), abs=1e-3)
    assert fit["train_accuracy"] != trained(poisoned, "fairness_constraints")["train_accuracy"][0]


def test_accuracy_of_thresholds_counts_believed_rows_and_rates_count_all():
    generator = np.random.default_rng(0)
    logit, s = generator.normal(size=60).round(1), generator.integers(0, 2, 60)
    y, judged = (logit + generator.normal(size=60) > 0) * 1.0, generator.random(60) < 0.7

    def measured(pair):
        decision = logit > np.where(s == 1, pair[1], pair[0])
        rates = sorted(decision[s == g].mean() for g in (0, 1))
        impact = rates[0] / rates[1] if rates[1] else 0.0
        return (decision == y)[judged].sum(), impact

    cuts = np.r_[np.unique(logit) - 0.05, 9]
    every = [measured((a, b)) for a in cuts for b in cuts]
    best = max(every)
    points = np.array([0.0, 0.5, 1.0])
    found = threshold_frontier(logit, y, sensitive=s, points=points, judged=judged)
    least = measured(found[0])[1]
    assert measured(found[0])[0] == best[0]
    for point, pair in zip(points[1:], found[1:], strict=True):
        asked = least + point * (1 - least)
        known = max(hits for hits, impact in every if impact >= asked - 1e-9)
        assert measured(pair)[0] == known and measured(pair)[1] >= asked - 1e-9


def test_nothing_is_left_out_twice_over():
    """Rounds begin anew with all rows: two rounds leave out no more than one."""
    generator = np.random.default_rng(1)
    x = generator.normal(size=(200, 2)).astype(np.float32)
    y = (x[:, 0] + generator.logistic(size=200) > 0).astype(np.float32)
    split = Split(x, (x[:, 1] > 0).astype(np.float32), y)
    assert [kept_rows(split, share=0.2, rounds=n).sum() for n in (1, 2, 9)] == [160] * 3
