"""Fits on data of more than two groups: what is recorded, and what a predictor is shown."""

import numpy as np
import pytest

from fairbench import methods
from fairbench.data.drawn import build
from fairbench.metrics import decisions as metrics
from fairbench.training import cell, models
from fairbench.training import fit as fitting
from fairbench.training.budget import Budget

SHORT = Budget(
    iterations=60, warm_up=10, generator_rate=0.02, fairness_rate=0.05, robustness_rate=0.01
)
ABOUT = {"dataset": "independent", "parameters": {"positive_rate": 0.5}, "seed": 3}


def frame(groups=3):
    """The drawn law, its second group divided by the sign of a feature, and so on."""
    rows = {"train": 300, "clean": 60, "selection": 90, "test": 120}
    drawn = build("independent", {"rows": rows}, range(2), seed=3)
    further = np.random.default_rng(0).integers(1, groups, len(drawn))
    return drawn.assign(sensitive=(drawn["sensitive"] * further).astype(np.int8))


def fit(data, name="logistic_regression", **given):
    kind = methods.find(name) if isinstance(name, str) else name
    method = kind(kind.Parameters(**given))
    return cell.train_cell(data, ABOUT, method, SHORT, lambda_f=[0.1, 0.8], lambda_r=[0.05])


@pytest.mark.parametrize("groups", [3, 5])
def test_every_group_of_the_data_has_a_rate_in_every_split(groups):
    data = frame(groups)
    last = (data["sensitive"] == groups - 1) & (data["split"] == "test") & (data["trial"] == 1)
    data = data[~last]
    fits = fit(data)
    for split in cell.MEASURED_SPLITS:
        rates = fits[[f"{split}_positive_rate_{k}" for k in range(groups)]].to_numpy()
        impact = fits[f"{split}_disparate_impact"].to_numpy()
        assert f"{split}_positive_rate_{groups}" not in fits
        lacking = np.isnan(rates).any(1)
        assert lacking.tolist() == [False, split == "test"]
        assert impact[~lacking] == pytest.approx((rates.min(1) / rates.max(1))[~lacking])
        assert np.isnan(impact[lacking]).all()
    assert fits["note"].tolist() == ["", "empty group"]


@pytest.mark.parametrize("groups", [2, 3])
def test_the_parts_of_equalized_odds_are_recorded(groups, monkeypatch):
    data, kept = frame(groups), []
    original = fitting.solve_models

    def keep(*given):
        kept.extend(original(*given))
        return kept

    monkeypatch.setattr(fitting, "solve_models", keep)
    fits = fit(data, "fairness_constraints")
    splits = models.split_rows(data)
    for row, outcome in zip(fits.to_dict("records"), kept, strict=True):
        for name in cell.MEASURED_SPLITS:
            split = splits[row["trial"]][name]
            decision = outcome.logit(split.features) > 0
            given = {"sensitive": split.sensitive, "groups": groups}
            both = [row[f"{name}_{rate}_positive_ratio"] for rate in ("true", "false")]
            assert both[0] == metrics.equal_opportunity_ratio(split.y, decision, **given)
            assert min(both) == metrics.equalized_odds_ratio(split.y, decision, **given)


def test_groups_are_shown_as_columns_and_not_as_a_number():
    data = frame(4)
    for parts in models.split_rows(data).values():
        for split in parts.values():
            told = split.features[:, -3:]
            assert (told.sum(1) == (split.sensitive > 0)).all()
            assert (told.argmax(1) + 1 == split.sensitive)[split.sensitive > 0].all()
    two = next(iter(models.split_rows(frame(2)).values()))["train"]
    assert (two.features[:, -1] == two.sensitive).all() and two.features.shape[1] == 3


@pytest.mark.parametrize(
    "name", ["logistic_regression", "vfae", "fairness_constraints", "fr_train"]
)
def test_a_predictor_that_is_not_shown_the_groups_does_not_depend_on_them(name, monkeypatch):
    data, seen = frame(3), []
    original = cell._records

    def keep(method, model, outcome, splits, kept):
        seen.append((outcome, splits["test"]))
        return original(method, model, outcome, splits, kept)

    monkeypatch.setattr(cell, "_records", keep)
    for shown in (True, False):
        seen.clear()
        fit(data, name, sees_sensitive=shown)
        outcome, split = seen[-1]
        other = split.features.copy()
        other[:, -2:] = 1 - other[:, -2:]
        same = outcome.logit(other) == outcome.logit(split.features)
        assert same.all() == (not shown)


class Two(methods.Method):
    """A method for two groups, as users wrote them."""

    name = "two"

    def fairness(self, networks, batch, logit, weight):
        return ((batch.sensitive - batch.sensitive.mean(-1, keepdim=True)) * logit).mean(-1) ** 2


class Heir(methods.find("logistic_regression")):
    """It does not inherit what its parent says of itself."""

    name = "heir"


def test_a_method_for_two_groups_is_refused_more():
    assert (fit(frame(2), Two)["status"] == "ok").all()
    for kind in (Two, Heir):
        with pytest.raises(ValueError, match=f"{kind.name} knows two groups and the data have 3"):
            fit(frame(3), kind)


def test_told_the_number_of_groups_a_method_is_another_object():
    method = methods.find("logistic_regression")()
    assert (method.for_data(4).groups, method.groups) == (4, 2)


@pytest.mark.parametrize("name", methods.of_tables())
def test_every_method_fits_three_groups(name):
    fits = fit(frame(3), name)
    assert set(fits["status"]) <= {"ok", "degenerate"}, fits["reason"].unique()
    assert set(fits["engine"]) <= {"reference", "solved", "none"}
