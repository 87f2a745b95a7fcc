"""Which fit is chosen, by each rule."""

import numpy as np
import pytest

from fairbench.studies.fr_train.choosing import chosen_fits
from tests.studies.fr_train.made import fit, fits


def knobs(frame, target=0.8):
    chosen = chosen_fits(frame, target=target)
    return chosen.set_index("rule")["knob"].to_dict()


def test_each_rule_looks_at_its_own_split():
    frame = fits(
        fit(knob=0.1, impact=0.5, accuracy=0.9, test_disparate_impact=0.79),
        fit(knob=0.2, impact=0.81, accuracy=0.8, test_disparate_impact=0.6),
        fit(knob=0.3, impact=0.95, accuracy=0.78, test_disparate_impact=0.99),
    )
    assert knobs(frame) == {"validation": 0.2, "criterion": 0.3, "test": 0.1}
    assert knobs(frame, target=0.5)["validation"] == 0.1


def test_a_knob_that_passes_twice_is_taken_where_it_is_accurate():
    frame = fits(
        fit(knob=0.1, impact=0.78, accuracy=0.81),
        fit(knob=0.2, impact=0.95, accuracy=0.78),
        fit(knob=0.3, impact=0.801, accuracy=0.7),
    )
    assert knobs(frame)["validation"] == 0.1


def test_what_is_told_is_of_the_test_rows():
    row = fit(test_accuracy=0.71, test_disparate_impact=0.66)
    (told,) = chosen_fits(fits(row), target=0.8).query("rule == 'validation'").to_dict("records")
    assert (told["accuracy"], told["disparate_impact"]) == (0.71, 0.66)


def test_of_equally_near_fits_the_more_accurate_one_is_chosen():
    frame = fits(fit(knob=0.1, accuracy=0.7), fit(knob=0.2, accuracy=0.75))
    assert knobs(frame)["validation"] == 0.2


def test_a_lost_fit_is_counted_and_never_chosen():
    lost = fit(knob=0.2, status="diverged", accuracy=np.nan, impact=np.nan)
    chosen = chosen_fits(fits(fit(knob=0.1, impact=0.3), lost), target=0.8)
    assert set(chosen["knob"]) == {0.1}
    assert set(chosen["fits"]) == {2} and set(chosen["lost"]) == {1}
    none = chosen_fits(fits(lost), target=0.8)
    assert none.get("accuracy", none["lost"] * np.nan).isna().all()


def test_odds_are_aimed_at_by_the_smaller_of_their_ratios():
    odds = {"parameters": '{"criterion": "equalized_odds"}'}
    high = {f"{s}_{m}": 1.0 for s in ("selection", "test") for m in ("true_positive_ratio",)}
    frame = fits(fit(knob=0.1, impact=0.2, **odds, **high), fit(knob=0.2, impact=0.6, **odds))
    assert set(knobs(frame).values()) == {0.2}


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_splits_and_methods_are_chosen_for_one_by_one(order):
    rows = [fit(split=0, knob=0.1), fit(split=1, knob=0.2), fit(method="other", knob=0.3)]
    frame = fits(*[rows[i] for i in order], rows[2])
    chosen = chosen_fits(frame, target=0.8).query("rule == 'validation'")
    found = chosen.set_index(["method", "split"])["knob"].to_dict()
    assert found == {("fr_train", 0): 0.1, ("fr_train", 1): 0.2, ("other", 0): 0.3}
