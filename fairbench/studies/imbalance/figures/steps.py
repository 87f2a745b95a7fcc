"""The report's figures 3 to 10 and the picture of the answers, each from its tables."""

from __future__ import annotations

from fairbench.base.call import Call
from fairbench.plotting.style import write


def fig3(call: Call) -> None:
    """Mutual information against disparate impact."""
    from fairbench.studies.imbalance.figures.inputs import draw_triples
    from fairbench.studies.imbalance.figures.theory import figure_3

    write(figure_3(draw_triples(call.spec["options"], call.spec["seed"])), call)


def fig4(call: Call) -> None:
    """The data."""
    from fairbench.studies.imbalance.figures.inputs import draw_samples
    from fairbench.studies.imbalance.figures.samples import figure_4

    write(figure_4(draw_samples(rows=call.spec["options"])), call)


def fig5(call: Call) -> None:
    """Discriminator losses and information."""
    from fairbench.evaluation.selection import read_csv
    from fairbench.studies.imbalance.figures.training_alignment import figure_5
    from fairbench.studies.tracking.traces import read_tracks

    table, options = read_csv(call.input("training")), call.spec["options"]
    runs = read_tracks(call.spec["tracks"])
    many = (table["track"] == options.get("seeds")) & (table["runs"] > 1)
    shown = table[many | (table["track"] == options["track"]) & (table["runs"] == 1)]
    first = runs[runs["trial"] == runs["trial"].min()]
    write(figure_5(first, shown, window=options["window"]), call)


def fig6(call: Call) -> None:
    """Pseudo-label slopes."""
    from fairbench.studies.imbalance.figures.theory import figure_6

    write(figure_6(call.spec["options"]), call)


def fig7(call: Call) -> None:
    """Accuracy and disparate impact along training."""
    from fairbench.evaluation.selection import read_csv
    from fairbench.studies.imbalance.figures.training_stability import figure_7
    from fairbench.studies.tracking.traces import read_tracks

    runs, table = read_tracks(call.spec["tracks"]), read_csv(call.input("training"))
    asked = {name: call.spec["options"][name] for name in ("equal", "published")}
    write(figure_7(runs, table, **asked), call)


def fig8(call: Call) -> None:
    """Trade-off curves."""
    from fairbench.evaluation.limits import read_limits
    from fairbench.studies.grid.tables import read_fits
    from fairbench.studies.imbalance import published
    from fairbench.studies.imbalance.figures.trade_off import figure_8

    fits, limits = read_fits(call.input("fits")), read_limits(call.inputs["limits"])
    tables = fits, limits, published.trade_off_points(), _comparisons(call)
    write(figure_8(*tables, panels=call.spec["options"]), call)


def fig9(call: Call) -> None:
    """FR-Train under label imbalance."""
    _under_imbalance(call, "fig9")


def fig10(call: Call) -> None:
    """Normalised MI under label imbalance."""
    _under_imbalance(call, "fig10")


def answers(call: Call) -> None:
    """Each method against the best simple baseline."""
    from fairbench.evaluation.contrasts import contrasts
    from fairbench.evaluation.selection import read_csv
    from fairbench.studies.imbalance.figures.answers import figure_answers

    selected, compared = read_csv(call.input("selected")), _comparisons(call)
    write(figure_answers(contrasts(selected, compared)), call)


def _under_imbalance(call: Call, name: str) -> None:
    from fairbench.evaluation.limits import read_limits
    from fairbench.evaluation.selection import read_csv
    from fairbench.studies.grid.tables import read_fits
    from fairbench.studies.imbalance import published
    from fairbench.studies.imbalance.figures.imbalance import figure_imbalance

    options = call.spec["options"]
    tables = read_csv(call.input("selected")), read_fits(call.input("fits")), _comparisons(call)
    selected, fits, compared = (t[t["study"] == options["study"]] for t in tables)
    limits, rows = read_limits(call.inputs["limits"]), published.imbalance_rows()
    asked = {key: options[key] for key in ("label", "rivals")}
    drawn = figure_imbalance(selected, fits, limits, rows, compared, **asked, published_figure=name)
    write(drawn, call)


def _comparisons(call: Call):
    import pandas as pd

    from fairbench.evaluation.selection import read_csv

    return pd.concat([read_csv(path) for path in call.inputs["comparisons"]])
