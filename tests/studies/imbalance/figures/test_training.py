"""Figures 5 and 7: what is drawn is what the traces hold, and captions quote the tables."""

import numpy as np
import pandas as pd
import pytest

from fairbench.studies.imbalance.alignment import alignment_table
from fairbench.studies.imbalance.figures.training_alignment import figure_5
from fairbench.studies.imbalance.figures.training_stability import figure_7
from fairbench.studies.imbalance.stability import stability_table


def simulated(
    track="alignment", label="fr_train", *, trials=1, end=3000, every=10, lambdas=(0.5, 0.4)
):
    rng = np.random.default_rng(len(track))
    frames = []
    for trial in range(trials):
        t = np.arange(0, end + 1, every)
        wave = np.sin(t / 200 + trial)
        columns = {
            "track": track,
            "study": "s",
            "label": label,
            "method": label,
            "sees_sensitive": True,
            "lambda_f": lambdas[0],
            "lambda_r": lambdas[1],
            "every": every,
            "warm_up": 500,
            "end": end,
            "trial": trial,
            "initial_seed": 1 + trial,
            "iteration": t,
            "entropy_sensitive": 0.68,
            "fairness_discriminator_loss": 0.68 - 0.01 * wave,
            "robustness_discriminator_loss": 0.7 - 0.01 * wave,
            "information_robustness": 0.03 + 0.01 * wave,
            "information_robustness_published": 0.08 + 0.01 * rng.normal(size=len(t)),
        }
        for name in ("fairness", "smooth", "logistic", "logit"):
            columns[f"information_{name}"] = 0.02 + 0.01 * wave
        for split in ("train", "test"):
            columns[f"{split}_accuracy"] = 0.8 + 0.01 * rng.normal(size=len(t))
            columns[f"{split}_disparate_impact"] = 0.7 + 0.1 * wave
        frames.append(pd.DataFrame(columns))
    return pd.concat(frames, ignore_index=True)


def test_figure_5_draws_losses_information_and_their_correlation(read):
    run = simulated()
    drawn = figure_5(run, alignment_table(run), window=400)
    axes = np.array(drawn.figure.axes).reshape(3, 2)
    kept = run[run["iteration"] < 3000]
    x, y = read.line(axes[0, 0], "loss of $D_F$")
    assert np.array_equal(x, kept["iteration"])
    assert np.array_equal(y, kept["fairness_discriminator_loss"])
    _, said = read.line(axes[1, 0], "$H(Z)$ $-$ loss of $D_F$")
    assert np.allclose(said, 0.68 - kept["fairness_discriminator_loss"])
    _, said = read.line(axes[1, 1], "ln 2 $-$ loss of $D_R$")
    assert np.allclose(said, np.log(2) - kept["robustness_discriminator_loss"])
    _, information = read.line(axes[1, 0], "logit, best of all")
    assert np.array_equal(information, kept["information_logit"])
    x, r = read.line(axes[2, 0], "decision")
    assert np.allclose(r, -1.0) and x[0] == 200 and x[-1] <= 2800
    assert "-1.00 [-1.00," in drawn.caption and "this run" in drawn.caption
    labels = [line.get_label() for line in axes[1, 1].get_lines()]
    assert {"labels 0/1 throughout", "published coding"} <= set(labels)
    assert any("claimed" in text.get_text() for text in axes[2, 0].texts)


def test_figure_5_draws_what_there_is():
    run = simulated(end=600).drop(columns=["information_robustness_published"])
    run["fairness_discriminator_loss"] = np.nan
    drawn = figure_5(run, alignment_table(run), window=400)
    assert len(drawn.figure.axes) == 3 and "Robustness: " in drawn.caption
    assert "Theorem 3" not in drawn.caption
    with pytest.raises(ValueError, match="no discriminator"):
        figure_5(run.drop(columns=["robustness_discriminator_loss"]), pd.DataFrame(), window=10)


def test_figure_7_draws_bands_medians_and_the_published_pair(read):
    equal = ["a", "b"]
    traces = pd.concat(
        [
            simulated("a", "fr_train", trials=6),
            simulated("b", "naive_mi", trials=6),
            simulated("c", "naive_mi", lambdas=(0.6, 0.2)),
        ]
    )
    table = stability_table(traces, equal)
    drawn = figure_7(traces, table, equal=equal, published=["a", "c"])
    axes = np.array(drawn.figure.axes).reshape(2, 3)
    x, median = read.line(axes[1, 1], "median, test")
    runs = traces[traces["track"] == "b"].pivot(
        index="iteration", columns="trial", values="test_disparate_impact"
    )
    assert np.array_equal(x, runs.index) and np.allclose(median, runs.median(axis=1))
    (band,) = axes[1, 1].collections
    heights = band.get_paths()[0].vertices[:, 1]
    assert heights.min() == pytest.approx(runs.quantile(0.05, axis=1).min())
    assert heights.max() == pytest.approx(runs.quantile(0.95, axis=1).max())
    _, single = read.line(axes[0, 2], "naive MI, $\\lambda_f$=0.6, $\\lambda_r$=0.2")
    assert np.array_equal(single, traces[traces["track"] == "c"]["test_accuracy"])
    row = table[(table["against"] == "a") & (table["quantity"] == "settled")].iloc[0]
    assert f"settled {row['value']:+.0f} [{row['low']:+.0f}, {row['high']:+.0f}]" in drawn.caption
    assert "of 6 initial seeds" in drawn.caption


def test_figure_7_without_a_published_pair_or_intervals(tmp_path):
    traces = pd.concat([simulated("a"), simulated("b", "naive_mi")])
    file = tmp_path / "stability.csv"
    stability_table(traces, ["a", "b"]).to_csv(file, index=False)
    drawn = figure_7(traces, pd.read_csv(file), equal=["a", "b"])
    assert len(drawn.figure.axes) == 4 and "no interval from 1 seed)" in drawn.caption
