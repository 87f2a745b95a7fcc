"""Information, calibration and group thresholds: known truths, coverage, other ways to the same."""

import itertools

import numpy as np
import pytest
from fairlearn.postprocessing import ThresholdOptimizer
from scipy.integrate import quad
from scipy.stats import norm
from sklearn.base import BaseEstimator

from fairbench.auditing import audit
from fairbench.auditing.information import neighbours, plug_in
from fairbench.auditing.people import Attribute, People
from fairbench.auditing.ranking import ranking_lines
from fairbench.auditing.rates import count
from fairbench.auditing.reach import MEASURES
from fairbench.auditing.threshold_program import Program, scored
from fairbench.information import mutual_information
from fairbench.metrics import decisions
from fairbench.metrics.ranking import gpa
from fairbench.training.postprocess import threshold_frontier


@pytest.mark.parametrize(
    ("law", "rows"),
    [([[1, 1], [1, 1]], 200), ([[3, 2], [2, 3]], 500), ([[2, 6, 2], [4, 2, 4]], 200)],
)
def test_plug_in_information_covers_the_truth(law, rows):
    law = np.array(law, float) / np.sum(law)
    truth = np.sum(law * np.log(law / (law.sum(1, keepdims=True) * law.sum(0))))
    generator = np.random.default_rng(5)
    drawn = [np.unravel_index(generator.choice(law.size, rows, p=law.ravel()), law.shape)
             for _ in range(300)]  # fmt: skip
    found = np.array([plug_in(*each) for each in drawn])
    assert np.mean((found[:, 1] <= truth) & (truth <= found[:, 2])) > 0.92
    x, y = drawn[0]
    bias = np.prod(np.array(law.shape) - 1) / (2 * rows)
    assert found[0, 0] == pytest.approx(max(mutual_information(x, y) - bias, 0))
    assert found[:, 0].mean() == pytest.approx(truth, abs=0.006)


def test_information_given_a_third_is_that_of_its_parts():
    generator = np.random.default_rng(6)
    z = generator.random(4000) < 0.5
    x = generator.random(4000) < 0.5
    y = np.where(z, x, generator.random(4000) < 0.5)  # known where z, free elsewhere
    found = plug_in(x, y, z)
    assert found.low < 0.5 * np.log(2) < found.high and found.high - found.low < 0.06


@pytest.mark.parametrize("shift", [0.0, 1.0])
def test_neighbours_cover_the_truth(shift):
    def of(s, mean):
        half = 0.5 * norm.pdf(s, mean)
        return half * np.log(2 * half / (0.5 * norm.pdf(s) + 0.5 * norm.pdf(s, shift)))

    truth = sum(quad(of, -8, 9, args=(mean,))[0] for mean in (0.0, shift))
    generator = np.random.default_rng(7)
    covered = []
    for _ in range(40):
        group = generator.integers(0, 2, 500)
        found = neighbours(generator.normal(shift * group), group, generator=generator)
        covered.append(found.low <= truth <= found.high)
    assert np.mean(covered) > 0.84  # .95 less three standard errors


@pytest.mark.parametrize("apart", [0.0, 0.4])
def test_gaps_of_rankings_cover_the_truth(apart):
    generator = np.random.default_rng(9)

    def drawn(rows):
        group, y = generator.integers(0, 2, rows), generator.random(rows) < 0.4
        return y, np.round(1.5 * generator.normal(y + apart * group)), group

    y, score, group = drawn(300_000)
    truth = gpa(y, score, sensitive=group) if apart else 0.0
    covered = []
    for _ in range(150):
        y, score, group = drawn(200)
        own = Attribute(("z",), group, ["0", "1"])
        people = People(y, "1", score > 0, score, [own], None, 200, 200, {})
        lines = ranking_lines(people, count(people, own, 1, None), probability=False)
        (line,) = (line for line in lines if line.measure == "gpa")
        covered.append(line.low - 1e-9 <= truth <= line.high)
    assert np.mean(covered) > 0.9  # .95 less two and a half standard errors


def test_calibration_knows_true_probabilities_from_others(people, found):
    rows = people[people["group"] == "a"]
    gap = rows["y"].mean() - rows["score"].mean()
    assert found.value("calibration_gap", "group", "a") == pytest.approx(gap)
    error = found.value("calibration_error", "group", "a")
    assert error > found.value("calibration_error_if_true", "group", "a")
    generator = np.random.default_rng(8)
    data = {"p": generator.random(2000), "z": generator.integers(0, 2, 2000)}
    data["y"] = generator.random(2000) < data["p"]
    true = audit(data, label="y", sensitive="z", score="p")
    for group in "01":
        error = true.value("calibration_error", "z", group)
        assert error < true.value("calibration_error_if_true", "z", group)


def test_bins_hold_every_row_once(people, found):
    own = found.calibration[found.calibration["attribute"] == "sex"]
    assert own["rows"].sum() == len(people)
    assert np.average(own["rate"], weights=own["rows"]) == pytest.approx(people["y"].mean())
    assert own["bin"].nunique() == 10


def small(seed, groups=2, values=4, rows=40):
    generator = np.random.default_rng(seed)
    step, group = generator.integers(0, values, rows), np.arange(rows) % groups
    label = generator.random(rows) < (step + 1 + group) / (values + groups)
    return step, label, group, (groups, values)


def measured(name, label, prediction, group):
    if name == "predictive_equality_difference":
        return decisions.equal_opportunity_difference(~label, prediction, sensitive=group)
    given = (prediction,) if name in ("disparate_impact", "demographic_parity_difference") else (
        label, prediction)  # fmt: skip
    return getattr(decisions, name)(*given, sensitive=group)


@pytest.mark.parametrize("name", MEASURES)
@pytest.mark.parametrize("seed", range(3))
def test_no_plain_thresholds_beat_the_program_and_its_own_weights_do_what_it_says(name, seed):
    step, label, group, shape = small(seed)
    kinds, how = MEASURES[name]
    found = scored(step, label, group, shape)
    program, sign = Program(found, kinds, how), 1 if how == "ratio" else -1
    plain = []
    for cuts in itertools.product(range(shape[1] + 1), repeat=2):
        prediction = step >= np.array(cuts)[group]
        plain.append((decisions.accuracy(label, prediction),
                      measured(name, label, prediction, group)))  # fmt: skip
    for accuracy, _ in plain[::3]:
        best, weights = program.fairest(accuracy)
        fairest = max(sign * value for hits, value in plain if hits >= accuracy - 1e-12)
        assert sign * best >= fairest - 1e-6
        assert (found.hits() * weights).sum() >= accuracy - 1e-6
        rates = np.array([(found.rates(kind) * weights).sum(1) for kind in kinds])
        if how == "ratio" and rates.max() < 1e-6:
            continue  # approached, and then 0 by convention
        own = rates.min() / rates.max() if how == "ratio" else np.ptp(rates, axis=1).max()
        assert own == pytest.approx(best, abs=1e-6)
        # The other way round: as fair as that, the accuracy is reached.
        assert program.most_accurate(best) >= accuracy - 1e-5
    assert np.isnan(program.fairest(max(hits for hits, _ in plain) + 0.2)[0])


@pytest.mark.parametrize("groups", [2, 3])
def test_the_curve_of_plain_thresholds_lies_below_the_program(groups):
    step, label, group, shape = small(4, groups, 30, 600)
    program = Program(scored(step, label, group, shape), ("all",), "ratio")
    points = np.linspace(0, 1, 6)
    for cuts in threshold_frontier(
        step.astype(float), label, sensitive=group, points=points, groups=groups
    ):
        prediction = step > cuts[group]
        accuracy = decisions.accuracy(label, prediction)
        fairness = decisions.disparate_impact(prediction, sensitive=group)
        best, _ = program.fairest(accuracy)
        assert fairness - 1e-6 <= best
        most = program.most_accurate(fairness)
        # Where equal rates need equal counts, drawing at random is what makes the difference.
        assert accuracy - 1e-6 <= most and (fairness > 0.98 or most <= accuracy + 0.01)


class Score(BaseEstimator):
    """The score itself, as a fitted model of fairlearn's."""

    fitted_ = True

    def fit(self, x, y):
        return self

    def predict(self, x):
        return np.asarray(x)[:, 0]


def test_equal_odds_are_as_accurate_as_fairlearns():
    step, label, group, shape = small(9, 2, 6, 2000)
    theirs = ThresholdOptimizer(
        estimator=Score(), constraints="equalized_odds", prefit=True, predict_method="predict",
        grid_size=2000,
    )  # fmt: skip
    x = step[:, None] / shape[1]
    theirs.fit(x, label, sensitive_features=group)
    chance = theirs._pmf_predict(x, sensitive_features=group)[:, 1]
    accuracy = np.mean(np.where(label, chance, 1 - chance))
    program = Program(scored(step, label, group, shape), ("ones", "zeros"), "difference")
    # Theirs looks at points of a grid alone.
    assert accuracy - 1e-6 <= program.most_accurate(0.0) <= accuracy + 2e-3


def test_distances_are_of_the_rows_that_are_compared(people, found):
    rows = people[people["group"] != "d"]
    own = found.thresholds.set_index(["attribute", "measure"])
    row = own.loc["group", "disparate_impact"]
    assert row["decisions"] == pytest.approx(found.value("disparate_impact", "group"))
    assert row["accuracy"] == pytest.approx(decisions.accuracy(rows["y"], rows["yhat"]))
    assert row["reachable"] >= row["decisions"] and row["distance"] > 0.05
    assert row["reachable_accuracy"] >= row["accuracy"] - 1e-6
    assert abs(row["held_out_accuracy"] - row["accuracy"]) < 0.05
    assert set(own.loc["group"].index) == set(MEASURES)


def test_thresholds_of_the_curve_do_what_it_says(people, found):
    rows = people[people["group"] != "d"]
    curve = found.curve[found.curve["attribute"] == "group"]
    for point in (0, 12, 25):
        own = curve[curve["point"] == point].set_index("group")
        prediction = rows["score"] > rows["group"].map(own["threshold"])
        codes = rows["group"].map({"a": 0, "b": 1, "c": 2})
        impact = decisions.disparate_impact(prediction, sensitive=codes)
        assert own["accuracy"].iloc[0] == pytest.approx(decisions.accuracy(rows["y"], prediction))
        assert own["disparate_impact"].iloc[0] == pytest.approx(impact)
    # The first point is the most accurate of all: no drawing at random helps there.
    limit = found.limit[found.limit["attribute"] == "group"]
    assert curve["accuracy"].iloc[0] == pytest.approx(limit["accuracy"].max())
    assert (np.diff(limit["accuracy"]) < 1e-6).all()
