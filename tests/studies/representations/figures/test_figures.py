"""Figures 2 to 4 of the representations study: what is drawn is what the tables hold."""

import itertools

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from fairbench.base.call import Call
from fairbench.store.csv_tables import write_csv
from fairbench.store.tables import write_table
from fairbench.studies.representations import steps
from fairbench.studies.representations.figures.gamma_sweep import figure_gamma, smoothed
from fairbench.studies.representations.figures.trade_off import (
    figure_representations,
    figure_trade_off,
)
from fairbench.studies.representations.gamma_sweep import correlation_table
from fairbench.studies.representations.summary import summary

from ..tables import folds_table, lose, searches_table, sweep_table


def drawn_of(function, folds):
    return function(folds, summary(folds, searches_table(folds)))


def panels(drawn, columns):
    return np.array([a for a in drawn.figure.axes if a.get_label() != "<colorbar>"]).reshape(
        -1, columns
    )


def texts_of(figure):
    """Every text that is shown, with its box in pixels."""
    canvas = FigureCanvasAgg(figure)
    canvas.draw()
    renderer = canvas.get_renderer()
    found = [t for t in figure.findobj(Text) if t.get_visible() and t.get_text().strip()]
    # Tick labels outside the limits are not drawn.
    for axes in figure.axes:
        for axis in (axes.xaxis, axes.yaxis):
            low, high = sorted(axis.get_view_interval())
            hidden = [t for t in axis.get_major_ticks() if not low <= t.get_loc() <= high]
            labels = {label for t in hidden for label in (t.label1, t.label2)}
            found = [text for text in found if text not in labels]
    return [(text.get_text(), text.get_window_extent(renderer)) for text in found]


def assert_nothing_overlaps(figure):
    boxes = texts_of(figure)
    assert len(boxes) > 20
    width, height = figure.bbox.size
    for (a, box_a), (b, box_b) in itertools.combinations(boxes, 2):
        clash = box_a.padded(-0.5).overlaps(box_b.padded(-0.5))
        assert not clash, f"{a!r} on {b!r}"
    for text, box in boxes:
        assert box.x0 >= -1 and box.y0 >= -1 and box.x1 <= width + 1 and box.y1 <= height + 1, text


def test_figure_2_draws_means_intervals_folds_and_the_line(read):
    folds = folds_table()
    drawn = drawn_of(figure_trade_off, folds)
    axes = panels(drawn, 3)
    assert axes.shape == (2, 3)
    mine = folds[(folds["dataset"] == "adult") & (folds["label"] == "binary_mi")]
    x, y = read.line(axes[0, 0], "binary_mi")
    assert (x, y) == (pytest.approx([1 - mine["gpa"].mean()]), pytest.approx([mine["auc"].mean()]))
    x, y = read.line(axes[1, 0], "binary_mi, folds")
    assert np.array_equal(x, 1 - mine["audc"]) and np.array_equal(y, mine["auc"])
    table = summary(folds, searches_table(folds)).set_index(["dataset", "label", "quantity"])
    row = table.loc[("adult", "binary_mi", "auc")]
    assert read.half_bars(axes[0, 0], "binary_mi") == pytest.approx(row["high"] - row["mean"])
    x, y = read.line(axes[0, 0], "equal trade-off")
    assert x + y == pytest.approx(table.xs("auc+1-gpa", level=2).loc["adult", "mean"].max())
    words = drawn.figure.get_suptitle()
    assert "n = 3 outer folds" in words and "12 search trials" in words
    assert "published: 200" in words and words in drawn.caption
    assert_nothing_overlaps(drawn.figure)


def test_lost_folds_are_seen(read):
    folds = lose(folds_table(), dataset="bank", label="vfae", fold=1)
    for fold in (0, 1, 2):
        folds = lose(folds, dataset="compas", label="adv_cls", fold=fold)
    drawn = drawn_of(figure_trade_off, folds)
    axes = panels(drawn, 3)
    assert "VFAE: 2 of 3 folds" in [text.get_text() for text in axes[0, 1].texts]
    assert "AdvCls: 0 of 3 folds" in [text.get_text() for text in axes[1, 2].texts]
    (hollow,) = [c for c in axes[0, 1].containers if c.get_label() == "vfae"]
    assert hollow.lines[0].get_fillstyle() == "none"
    assert np.isnan(read.line(axes[0, 2], "adv_cls")).all()
    assert "4 of 45 chosen models (bank / vfae 1, compas / adv_cls 3)" in drawn.caption
    assert_nothing_overlaps(drawn.figure)


def test_figure_4_has_both_readings_of_the_published_bottom_row(read):
    folds = folds_table(["compas", "bank"])
    drawn = drawn_of(figure_representations, folds)
    axes = panels(drawn, 2)
    mine = folds[(folds["dataset"] == "compas") & (folds["label"] == "vfae")]
    for row, (across, up) in enumerate(
        [("adrg", "auc"), ("probe_auc", "auc"), ("adrg", "label_auc")]
    ):
        x, y = read.line(axes[row, 1], "vfae, folds")
        assert np.array_equal(x, 1 - mine[across]) and np.array_equal(y, mine[up])
    assert "200 trees (published: 1,000)" in drawn.caption
    assert_nothing_overlaps(drawn.figure)


def test_figure_3_draws_fits_and_quotes_the_correlations(read):
    sweep = lose(sweep_table(), label="vfae", gamma=0.9, fold=0)
    table = correlation_table(sweep)
    drawn = figure_gamma(sweep, table)
    axes = panels(drawn, 4)
    fits = sweep[(sweep["label"] == "vfae") & (sweep["status"] == "ok")]
    points = axes[0, 3].collections[0].get_offsets()
    assert sorted(map(tuple, points)) == sorted(zip(1 - fits["gpa"], fits["auc"], strict=True))
    title = axes[1, 0].get_title(loc="left")
    row = table[(table["label"] == "binary_bernoulli") & (table["quantity"] == "1-gpa")].iloc[0]
    quoted = f"{row['pearson']:+.2f} [{row['low']:+.2f}, {row['high']:+.2f}]"
    assert quoted in title
    seen = drawn.caption.split("\n\n")[0].replace("\N{MINUS SIGN}", "-")
    assert f"BinaryBernoulli {quoted}" in seen  # the number that stands on the panel
    assert "published +0.924" in title and "n = 48 of 48 fits" in title
    assert "n = 46 of 48 fits" in axes[1, 3].get_title(loc="left")
    assert read.line(axes[1, 3], "lost")[0].tolist() == [0.9]
    assert "3 outer folds, 2 seeds each" in drawn.figure.get_suptitle()
    assert "2 of 192 fits lost" in drawn.caption
    assert_nothing_overlaps(drawn.figure)


def test_a_method_that_lost_its_whole_sweep_keeps_its_column(read):
    sweep = lose(sweep_table(), label="binary_bernoulli")
    drawn = figure_gamma(sweep, correlation_table(sweep))
    axes = panels(drawn, 4)
    assert "n = 0 of 48 fits\n1 \N{MINUS SIGN} GPA undefined" in axes[1, 0].get_title(loc="left")
    assert read.line(axes[1, 0], "lost")[0].tolist() == sorted(set(sweep["gamma"]))
    assert_nothing_overlaps(drawn.figure)


def test_smoothing_keeps_a_straight_line_and_few_points():
    sweep = sweep_table(["binary_mi"], gammas=(0.0, 0.1, 0.2, 0.3, 0.4, 0.5))
    line = sweep.assign(**{"1-gpa": 0.5 + sweep["gamma"], "auc": 0.8 - 0.2 * sweep["gamma"]})
    path = smoothed(line)
    assert path["1-gpa"].to_numpy() == pytest.approx(0.5 + path["gamma"].to_numpy())
    assert path["auc"].to_numpy() == pytest.approx(0.8 - 0.2 * path["gamma"].to_numpy())
    few = smoothed(line[line["gamma"] < 0.35])
    assert few["gamma"].tolist() == [0.0, 0.1, 0.2, 0.3]
    with pytest.raises(ValueError, match="more than one gamma"):
        same = sweep.assign(gamma=0.1)
        figure_gamma(same, correlation_table(same))


def test_figures_take_other_labels_and_one_data_set():
    folds = folds_table(["compas"])
    folds["label"] = folds["label"].replace("plain", "my_own_method")
    drawn = drawn_of(figure_trade_off, folds)
    assert_nothing_overlaps(drawn.figure)
    assert "my own method" in [t.get_text() for t in drawn.figure.legends[0].get_texts()]
    sweep = sweep_table(["vfae"], gammas=(0.0, 0.5, 1.0)).assign(label="mine", method="mine")
    drawn = figure_gamma(sweep, correlation_table(sweep))
    assert_nothing_overlaps(drawn.figure)
    assert "none published" in drawn.figure.axes[1].get_title(loc="left")


def test_the_steps_write_every_file_twice_the_same(tmp_path):
    folds, sweep = folds_table(["compas"]), sweep_table()
    given = {name: tmp_path / f"{name}.csv" for name in ("folds", "sweep")}
    write_csv(folds, given["folds"])
    write_csv(sweep, given["sweep"])
    given["searches"] = tmp_path / "searches.parquet"
    write_table(searches_table(folds), given["searches"], kind="searches", about={})
    for run, figures in (("first", ("fig2", "fig3", "fig4")), ("second", ("fig3",))):
        made = {
            name: tmp_path / run / name
            for name in ("summary", "correlations", "table", "text", "findings")
        }
        steps.tables(Call({}, {name: (path,) for name, path in given.items()}, made))
        read = {name: (path,) for name, path in (given | made).items()}
        for name in figures:
            getattr(steps, name)(Call({}, read, {"pdf": tmp_path / run / f"{name}.pdf"}))
    first, second = ({p.name: p for p in (tmp_path / run).iterdir()} for run in ("first", "second"))
    # Five tables, three of them CSV with a file beside them, and figures of three files each.
    assert len(first) == 8 + 9 and len(second) == 8 + 3 and second.keys() < first.keys()
    assert all(path.read_bytes() == first[name].read_bytes() for name, path in second.items())
