"""Fit records: what is recorded, and that a failure is one."""

import numpy as np
import pytest

from fairbench.data.drawn import build
from fairbench.methods import Method, find
from fairbench.training.budget import Budget
from fairbench.training.cell import train_cell

TINY = Budget(
    iterations=30,
    warm_up=10,
    update_ratio=3,
    generator_rate=0.01,
    fairness_rate=0.01,
    robustness_rate=0.01,
)
ABOUT = {"dataset": "independent", "parameters": {"positive_rate": 0.5}, "seed": 3}


@pytest.fixture(scope="module")
def frame():
    rows = {"train": 200, "clean": 30, "selection": 60, "test": 80}
    return build("independent", {"rows": rows}, range(2), seed=3)


def fit(frame, method, budget=TINY, **keywords):
    return train_cell(
        frame, ABOUT, method, budget, lambda_f=[0.1, 0.6], lambda_r=[0.05], **keywords
    )


class Raising(Method):
    name = "raising"

    def fairness(self, networks, batch, logit, weight):
        raise RuntimeError("a bug of the user's")


class Diverging(Method):
    name = "diverging"

    def fairness(self, networks, batch, logit, weight):
        return logit.mean(-1) * float("nan")


class Refusing(Method):
    name = "refusing"

    def fairness(self, networks, batch, logit, weight):
        return 1e3 * (logit + 5).clamp(min=0).mean(-1)


def test_every_trial_and_lambda_has_a_row(frame):
    fits = fit(frame, find("fr_train")())
    assert fits[["trial", "lambda_f"]].values.tolist() == [[0, 0.1], [0, 0.6], [1, 0.1], [1, 0.6]]
    assert (fits["status"] == "ok").all() and (fits["engine"] == "fast").all()
    assert fits.groupby("trial")["initial_seed"].nunique().eq(1).all()
    assert fits["initial_seed"].nunique() == 2


class OneLossForAll(Method):
    name = "one_loss_for_all"

    def fairness(self, networks, batch, logit, weight):
        return logit.mean()


def test_a_loss_that_is_a_mean_over_models_too_is_an_error(frame):
    fits = fit(frame, OneLossForAll())
    assert (fits["status"] == "error").all()
    assert fits["reason"].str.contains(r"the loss fairness has shape \(\); it must have").all()


def test_an_exception_is_a_status_with_its_reason(frame, capsys):
    fits = fit(frame, Raising())
    # and the log of the job says in which line
    assert __file__ in capsys.readouterr().err
    assert (fits["status"] == "error").all()
    assert fits["reason"].str.contains("a bug of the user's").all()
    assert fits["test_accuracy"].isna().all()


def test_a_diverged_fit_has_no_metrics(frame):
    fits = fit(frame, Diverging())
    assert (fits["status"] == "diverged").all() and fits["test_accuracy"].isna().all()


def test_refusing_everybody_is_degenerate_and_not_fair(frame):
    longer = TINY.model_copy(update={"iterations": 600, "generator_rate": 0.1})
    fits = fit(frame, Refusing(), longer)
    worst = fits[fits["lambda_f"] == 0.6]
    assert (worst["status"] == "degenerate").all()
    assert (worst["test_disparate_impact"] == 0).all()
    assert (worst["note"] == "no positive prediction").all()


def test_the_fast_engine_refuses_what_it_does_not_know(frame):
    with pytest.raises(ValueError, match="does not know"):
        fit(frame, Raising(), engine="fast")


def test_adding_trials_changes_no_other_trial(frame):
    both = fit(frame, find("naive_mi")()).drop(columns="seconds")
    one = fit(frame[frame["trial"] == 1], find("naive_mi")()).drop(columns="seconds")
    assert both[both["trial"] == 1].reset_index(drop=True).equals(one)


@pytest.mark.parametrize("rows", ["train", "selection"])
def test_group_thresholds_are_a_curve_above_their_logistic_regression(frame, rows):
    kind = find("group_thresholds")
    plain = fit(frame, find("logistic_regression")())
    chosen = fit(frame, kind(kind.Parameters(rows=rows)))
    assert len(plain) == 2
    for trial, curve in chosen.groupby("trial"):
        base = plain[plain["trial"] == trial].iloc[0]
        accuracy, impact = curve[f"{rows}_accuracy"], curve[f"{rows}_disparate_impact"]
        assert curve["lambda_f"].is_monotonic_increasing and len(curve) >= 20
        assert accuracy.iloc[0] >= base[f"{rows}_accuracy"]
        assert impact.iloc[-1] == pytest.approx(1)
        # On the rows that they are fitted on, the more fairness, the less accuracy.
        assert accuracy.is_monotonic_decreasing and accuracy.iloc[-1] < accuracy.iloc[0]


def test_group_thresholds_learn_from_the_rows_they_are_told_to(frame):
    """Selection rows with other labels change what is fitted on them, and nothing else."""
    flipped = frame.assign(y=np.where(frame["split"] == "selection", 1 - frame["y"], frame["y"]))
    kind = find("group_thresholds")
    for rows, same in (("train", True), ("selection", False)):
        both = [fit(data, kind(kind.Parameters(rows=rows))) for data in (frame, flipped)]
        test = [fits[["test_accuracy", "test_positive_rate_0"]] for fits in both]
        assert test[0].equals(test[1]) == same


@pytest.mark.parametrize("name", ["fr_train", "naive_mi", "binary_mi", "vfae", "adv_cls"])
def test_epochs_and_batches_are_for_every_method(frame, name):
    budget = Budget(epochs=2, batch_size=64, generator_rate=0.01)
    fits = fit(frame, find(name)(), budget)
    assert set(fits["iterations"]) == {2 * (200 // 64)}
    assert set(fits["engine"]) == {"reference"}  # the compiled loop knows no minibatches
    assert set(fits["status"]) <= {"ok", "degenerate"}
    with pytest.raises(ValueError, match="does not know fr_train"):
        fit(frame, find("fr_train")(), budget, engine="fast")


def test_a_constant_is_both_answers_and_trains_nothing(frame):
    fits = fit(frame, find("constant")())
    assert fits[["trial", "lambda_f"]].values.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert (fits["engine"] == "none").all() and (fits["iterations"] == 0).all()
    assert (fits["status"] == "degenerate").all() and (fits["seconds"] == 0).all()
    for trial, rows in frame.groupby("trial"):
        refused, accepted = fits[fits["trial"] == trial].to_dict("records")
        for split in ("train", "selection", "test"):
            share = rows.loc[rows["split"] == split, "y"].mean()
            both = accepted[f"{split}_accuracy"], accepted[f"{split}_disparate_impact"]
            assert both == pytest.approx((share, 1.0))
            both = refused[f"{split}_accuracy"], refused[f"{split}_disparate_impact"]
            assert both == pytest.approx((1 - share, 0.0))
