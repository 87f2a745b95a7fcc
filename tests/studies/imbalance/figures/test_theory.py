"""Figures 3, 4 and 6: the mathematics, the draws and what is shown of them."""

import numpy as np
import pytest
from matplotlib.colors import to_hex
from scipy.special import expit

from fairbench.information import mutual_information
from fairbench.studies.imbalance.figures.inputs import FIGURE_4_CELLS, draw_samples, draw_triples
from fairbench.studies.imbalance.figures.rates import (
    binary_entropy,
    disparate_impact,
    information,
    largest_information,
    largest_information_at,
    positive_share,
)
from fairbench.studies.imbalance.figures.samples import figure_4
from fairbench.studies.imbalance.figures.theory import figure_3, figure_6, window


def test_information_is_the_exact_plug_in_value():
    z, decision = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    for share, rate_0, rate_1 in np.random.default_rng(0).random((20, 3)):
        weights = np.array(
            [(1 - share) * (1 - rate_0), (1 - share) * rate_0, share * (1 - rate_1), share * rate_1]
        )
        expected = mutual_information(z, decision, weights=weights)
        assert information(share, rate_0, rate_1) == pytest.approx(expected, abs=1e-12)


def test_no_decision_is_above_the_envelope_and_one_attains_it():
    share, rate_0, rate_1 = np.random.default_rng(1).random((3, 200_000))
    found, impact = information(share, rate_0, rate_1), disparate_impact(rate_0, rate_1)
    assert (found <= largest_information(impact) + 1e-12).all()
    assert largest_information([0.0, 1.0]) == pytest.approx([np.log(2), 0.0], abs=1e-15)
    for d in (0.0, 0.1, 0.5, 0.8, 0.99):
        shares, rates = np.linspace(0, 1, 2001)[:, None], np.linspace(0.01, 1, 100)
        best = information(shares, d * rates, rates).max()
        assert best == pytest.approx(float(largest_information(d)), rel=1e-5)


def test_the_envelope_at_a_positive_share_bounds_the_decisions_with_that_share():
    generator = np.random.default_rng(2)
    share, rate_0, rate_1 = generator.random((3, 100_000))
    # Scaling both rates keeps their ratio and brings P(Yhat = 1) to 0.1.
    factor = 0.1 / positive_share(share, rate_0, rate_1)
    kept = np.maximum(rate_0, rate_1) * factor <= 1.0
    share, rate_0, rate_1 = share[kept], (rate_0 * factor)[kept], (rate_1 * factor)[kept]
    grid = np.linspace(0, 1, 2001)
    bound = np.interp(disparate_impact(rate_0, rate_1), grid, largest_information_at(grid, 0.1))
    found = information(share, rate_0, rate_1)
    assert (found <= bound + 1e-6).all()
    assert (found > 0.98 * bound - 1e-9).any()
    assert largest_information_at([0.0, 1.0], 0.1) == pytest.approx([binary_entropy(0.1), 0.0])


def test_figure_3_draws_each_decision_at_its_impact_and_information(read):
    triples = draw_triples(1000, seed=7)
    triples.loc[0, ["rate_0", "rate_1"]] = 0.3
    drawn = figure_3(triples)
    left, right = drawn.figure.axes[:2]
    impact, found = np.array(left.collections[0].get_offsets()).T
    low, high = triples[["rate_0", "rate_1"]].min(axis=1), triples[["rate_0", "rate_1"]].max(axis=1)
    assert np.allclose(impact, low / high)
    assert impact[0] == 1.0 and found[0] < 1e-15
    assert (impact[1:] < 1.0).all() and (found[1:] > 1e-12).all()
    entropy, again = np.array(right.collections[0].get_offsets()).T
    assert np.array_equal(again, found) and (found <= entropy).all()
    x, y = read.line(left, "largest possible")
    assert np.allclose(y, largest_information(x))
    assert f"{(found < 0.01).sum()} have less than 0.01 nats" in drawn.caption
    assert draw_triples(1000, seed=7).iloc[1:].equals(triples.iloc[1:])


def test_figure_4_shows_every_row_with_its_shares():
    frames = draw_samples(rows=300)
    drawn = figure_4(frames)
    assert list(frames) == list(FIGURE_4_CELLS)
    for axes, frame in zip(drawn.figure.axes, frames.values(), strict=True):
        points = np.concatenate([c.get_offsets() for c in axes.collections])
        assert sorted(map(tuple, points)) == sorted(zip(frame["x1"], frame["x2"], strict=True))
        for group, collection in enumerate(axes.collections):
            positive = frame.loc[frame["sensitive"] == group, "y"] > 0
            blue = [to_hex(colour) == "#0072b2" for colour in collection.get_facecolors()]
            edge = [to_hex(colour) == "#0072b2" for colour in collection.get_edgecolors()]
            assert (blue or edge) == positive.tolist()
        for share in ((frame["y"] > 0).mean(), frame["sensitive"].mean()):
            assert f"{100 * share:.1f} %" in axes.get_title(loc="left")
    widest = frames[0.5, 2.0]
    assert not frames[0.1, 1.0]["cut"].any()
    assert widest.loc[widest["cut"], "sensitive"].all()
    cut = f"cut: {100 * widest['cut'].mean():.1f} %"
    assert cut in drawn.figure.axes[-1].get_title(loc="left")


def test_figure_6_labels_its_slopes_and_windows_truly(read):
    axes = figure_6((5, 20)).figure.axes[0]
    for slope in (5, 20):
        x, y = read.line(axes, f"$a$ = {slope}")
        assert np.allclose(y, expit(slope * x))
        s = expit(slope * window(slope))
        assert 4 * s * (1 - s) == pytest.approx(0.1)
        assert f"$\\pm${window(slope):.2f}" in [text.get_text() for text in axes.texts]
