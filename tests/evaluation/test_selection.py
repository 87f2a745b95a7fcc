"""Which fit is chosen, on tables small enough to choose by hand."""

import numpy as np
import pandas as pd
import pytest

from fairbench.data.drawn import build
from fairbench.evaluation.selection import knee, select
from fairbench.methods import find
from fairbench.training.budget import BUDGETS
from fairbench.training.cell import train_cell

from .tables import fit, table

SUM = {"s": "accuracy_plus_disparate_impact"}


def grid(*points, **columns):
    """Fits of one data set at lambda_f = 0.1, 0.2, ... with (accuracy, disparate impact)."""
    return [fit(*point, lambda_f=(i + 1) / 10, **columns) for i, point in enumerate(points)]


def test_the_largest_sum_wins_and_is_reported_on_the_test_split():
    rows = grid((0.75, 0.25), (0.5, 0.75), (0.25, 0.5))
    rows[1] |= {"test_accuracy": 0.4, "test_disparate_impact": 0.6, "test_positive_rate_1": 0.3}
    (row,) = select(table(rows), criteria=SUM).to_dict("records")
    assert (row["lambda_f"], row["accuracy"], row["disparate_impact"]) == (0.2, 0.4, 0.6)
    assert (row["selection_accuracy"], row["selection_disparate_impact"]) == (0.5, 0.75)
    assert (row["score"], row["positive_rate_1"], row["status"]) == (1.25, 0.3, "ok")
    assert (row["at_grid_edge"], row["grid_edge"], row["fits"], row["lost"]) == (False, "", 3, 0)
    assert np.isnan(row["limit_accuracy"]) and np.isnan(row["distance_to_limit"])


def test_rates_of_further_groups_are_the_last_columns():
    usual = table(grid((0.75, 0.25), (0.5, 0.75)))
    more = usual.assign(test_positive_rate_10=0.3, test_positive_rate_2=0.2)
    chosen, wide = (select(fits, criteria=SUM) for fits in (usual, more))
    assert list(wide) == [*chosen, "positive_rate_2", "positive_rate_10"]
    assert wide[["positive_rate_2", "positive_rate_10"]].values.tolist() == [[0.2, 0.3]]


def test_of_equal_scores_the_first_in_the_table_wins():
    rows = grid((0.5, 0.25), (0.75, 0.5), (0.5, 0.75))
    assert select(table(rows), criteria=SUM)["lambda_f"].item() == 0.2
    assert select(table(rows[::-1]), criteria=SUM)["lambda_f"].item() == 0.3


def test_without_a_disparate_impact_a_fit_is_the_last_resort():
    rows = grid((0.9, None), (0.5, 0.0), (0.95, None))
    assert select(table(rows), criteria=SUM)["lambda_f"].item() == 0.2
    row = select(table([rows[0], rows[2]]), criteria=SUM).iloc[0]
    assert (row["lambda_f"], row["status"]) == (0.3, "ok")
    assert np.isnan(row["score"]) and np.isnan(row["disparate_impact"])


def test_lost_fits_are_counted_and_never_chosen():
    rows = grid((None, None), (0.6, 0.3), (0.5, 0.2))
    rows[0] |= {"status": "diverged"}
    rows[1] |= {"status": "degenerate"}
    row = select(table(rows), criteria=SUM).iloc[0]
    assert (row["lambda_f"], row["status"], row["fits"], row["lost"]) == (0.2, "degenerate", 3, 1)


def test_a_data_set_whose_fits_are_all_lost_keeps_a_row():
    rows = grid((None, None), (None, None), status="error") + grid((0.5, 0.5), trial=1)
    lost, kept = select(table(rows), criteria=SUM).to_dict("records")
    assert (lost["status"], lost["fits"], lost["lost"]) == ("lost", 2, 2)
    assert np.isnan([lost["accuracy"], lost["lambda_f"], lost["score"]]).all()
    assert (lost["at_grid_edge"], lost["method"], kept["status"]) == (False, "fr_train", "ok")


@pytest.mark.parametrize(("best", "edge"), [(0, "low"), (1, ""), (2, "high")])
def test_the_edge_of_the_grid_is_marked(best, edge):
    points = [(0.5, 0.5)] * 3
    points[best] = (0.9, 0.9)
    row = select(table(grid(*points)), criteria=SUM).iloc[0]
    assert (row["at_grid_edge"], row["grid_edge"]) == (edge != "", edge)
    assert not select(table(grid((0.5, 0.5))), criteria=SUM)["at_grid_edge"].item()


def test_constrained_takes_the_best_accuracy_that_is_fair_enough():
    rows = table(grid((0.9, 0.7), (0.8, 0.8), (0.7, 0.95)))
    assert select(rows, criteria={"s": "constrained"})["lambda_f"].item() == 0.2
    unfair = table(grid((0.9, 0.3), (0.7, 0.75)))
    assert select(unfair, criteria={"s": "constrained"})["score"].item() == 0.75


def test_the_knee_is_the_point_farthest_above_the_chord():
    accuracy = np.array([0.9, 0.85, 0.7, 0.5, 0.6])
    impact = np.array([0.2, 0.6, 0.7, 0.8, 0.1])
    scores = knee(accuracy, impact)
    assert np.nanargmax(scores) == 1 and np.isnan(scores[4])
    # The chord runs from (0.5, 0.8) to (0.9, 0.2): distance of (0.85, 0.6) by the formula.
    assert scores[1] == pytest.approx((0.35 * 0.6 - 0.2 * 0.4) / np.hypot(0.4, 0.6))
    assert knee(np.array([0.9, 0.6, 0.5]), np.array([0.2, 0.3, 0.8])).tolist()[::2] == [0, 0]
    assert knee(np.array([0.9]), np.array([0.2])).tolist() == [0]


def test_criteria_go_by_study():
    rows = grid((0.9, 0.7), (0.7, 0.95)) + grid((0.9, 0.7), (0.7, 0.95), study="t")
    rows += grid((0.95, 0.6), (0.7, 0.9), study="t")
    chosen = select(table(rows), criteria={"t": "constrained"})
    assert chosen["lambda_f"].tolist() == [0.2, 0.2]


def test_the_limit_is_taken_at_the_disparate_impact_reached():
    limits = pd.DataFrame(
        {
            "positive_rate": 0.1,
            "group_coefficient": 1.0,
            "disparate_impact": [1.0, 0.0],
            "accuracy": [0.8, 0.9],
        }
    )
    rows = grid((0.7, 0.25)) + grid((0.7, 0.25), positive_rate=0.2)
    known, unknown = select(table(rows), criteria=SUM, limits=limits).to_dict("records")
    assert known["limit_accuracy"] == pytest.approx(0.875)
    assert known["distance_to_limit"] == pytest.approx(0.175)
    assert np.isnan(unknown["distance_to_limit"])


def test_rows_are_sorted_whatever_the_order_of_the_fits():
    rows = [
        fit(0.5, 0.5, trial=trial, positive_rate=rate, label=label)
        for rate in (0.9, 0.1)
        for label in ("b", "a")
        for trial in (10, 2)
    ]
    chosen = select(table(rows), criteria=SUM)
    keys = list(zip(chosen["positive_rate"], chosen["label"], chosen["trial"], strict=True))
    assert keys == sorted(keys)
    pd.testing.assert_frame_equal(chosen, select(table(rows[::-1]), criteria=SUM))
    assert select(table(rows)[:0], criteria=SUM).columns.tolist() == chosen.columns.tolist()


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("criterion", ["accuracy_plus_disparate_impact", "constrained"])
def test_the_constant_chosen_accepts_all_and_scores_one_plus_the_share_of_positives(
    rate, criterion
):
    rows = {"train": 100, "clean": 20, "selection": 1000, "test": 20000}
    given = {"rows": rows, "positive_rate": rate}
    about = {"dataset": "independent", "parameters": given, "seed": 1}
    frame = build("independent", given, range(3), seed=1)
    fits = train_cell(
        *(frame, about, find("constant")(), BUDGETS["clean"]), lambda_f=[0.5], lambda_r=[0.05]
    )
    place = {"study": "s", "dataset": "independent", "poisoning": "none", "label": "constant"}
    place |= {"method": "constant", "variant": "", "budget": "clean", "sees_sensitive": True}
    fits = fits.assign(**place, positive_rate=rate, group_coefficient=1.0)
    chosen = select(fits, criteria={"s": criterion})
    assert (chosen["lambda_f"] == 1).all() and (chosen["status"] == "degenerate").all()
    # Four standard errors of the share of positives among the test rows.
    noise = 4 * (rate * (1 - rate) / rows["test"]) ** 0.5
    total = chosen["accuracy"] + chosen["disparate_impact"]
    assert (total - (1 + rate)).abs().max() < noise
    assert (chosen["lost"] == 0).all() and not chosen["at_grid_edge"].any()
