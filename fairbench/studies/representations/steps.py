"""The jobs of the study: trials, folds, the sweep, their tables, and figures 2 to 4."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from fairbench.base.call import Call


def trials(call: Call) -> None:
    """Train a block of a search's trials on the inner folds."""
    from tqdm import tqdm

    from fairbench.studies.representations.jobs import search_trials

    before = _stacked(call.inputs["earlier"], "trials") if call.inputs["earlier"] else None
    total = len(call.spec["trials"])
    with tqdm(total=total, unit="trial", mininterval=1.0) as progress:
        _train(call, "trials", search_trials, before, done=progress.update)


def fold(call: Call) -> None:
    """Train the best setting of a search on an outer fold and measure it."""
    from fairbench.studies.representations.jobs import fit_fold

    _train(call, "fold", fit_fold, _stacked(call.inputs["earlier"], "trials"))


def sweep(call: Call) -> None:
    """Train a method at every gamma of the sweep."""
    from fairbench.studies.representations.jobs import sweep_gamma

    _train(call, "sweep", sweep_gamma)


def collect(call: Call) -> None:
    """Gather the files of one kind (trials, fold or sweep) into a table."""
    from fairbench.store.csv_tables import write_csv
    from fairbench.store.tables import write_table
    from fairbench.studies.representations.plan import files_of

    files = files_of(call.spec)
    frame = _stacked(files, call.spec["kind"])
    if call.output.suffix == ".parquet":
        write_table(frame, call.output, kind=call.output.stem, about={"files": len(files)})
    else:
        write_csv(frame, call.output)


def tables(call: Call) -> None:
    """Summarise the study and hold it against what was published."""
    from fairbench.evaluation.verdict_words import to_markdown
    from fairbench.store.csv_tables import read_csv, write_csv
    from fairbench.store.tables import read_table, write_markdown
    from fairbench.studies.representations.claims import reproduction
    from fairbench.studies.representations.findings import findings
    from fairbench.studies.representations.gamma_sweep import correlation_table
    from fairbench.studies.representations.summary import summary

    tried, _ = read_table(call.input("searches"), kind="searches")
    chosen = read_csv(call.input("folds"))
    means = summary(chosen, tried)
    swept = read_csv(call.input("sweep")) if call.inputs["sweep"] else None
    steering = correlation_table(swept)
    verdicts = reproduction(chosen, steering)
    for name, frame in {"summary": means, "correlations": steering, "table": verdicts}.items():
        write_csv(frame, call.outputs[name])
    write_markdown(call.outputs["text"], to_markdown(verdicts))
    write_markdown(call.outputs["findings"], findings(chosen, means, steering, verdicts))


def fig2(call: Call) -> None:
    """Trade-offs of the chosen models."""
    from fairbench.studies.representations.figures.trade_off import figure_trade_off

    _draw(call, figure_trade_off, "folds", "summary")


def fig3(call: Call) -> None:
    """What gamma steers."""
    from fairbench.studies.representations.figures.gamma_sweep import figure_gamma

    _draw(call, figure_gamma, "sweep", "correlations")


def fig4(call: Call) -> None:
    """What a forest finds in the representations."""
    from fairbench.studies.representations.figures.trade_off import figure_representations

    _draw(call, figure_representations, "folds", "summary")


def _draw(call: Call, function, *needed: str) -> None:
    from fairbench.plotting.style import write
    from fairbench.store.csv_tables import read_csv

    write(function(*(read_csv(call.input(name)) for name in needed)), call)


def _train(call: Call, name: str, job: Callable, *earlier, **further) -> None:
    """Do a job of `fairbench.studies.representations.jobs`; its rows begin with what they are."""
    from fairbench import methods
    from fairbench.data.real.entry import read_entry
    from fairbench.store.tables import read_table, write_table

    given = dict(call.spec)
    about = {key: value for key, value in given["data"].items() if key != "entry"}
    table, _ = read_table(call.input("data"), kind="table", about=about)
    view = read_entry(given["data"]["entry"]).view(about["profile"])
    kind = methods.find(given["method"], given["file"])
    frame = job(table, view, kind, given, *earlier, **further, **call.how)
    named = {"dataset": given["dataset"], "profile": view.profile, "label": given["label"]}
    named["method"] = given["method"]
    named["sees_sensitive"] = kind.Parameters(**given["parameters"]).sees_sensitive
    if "fold" in given:
        named["fold"] = given["fold"]
    for place, (column, value) in enumerate(named.items()):
        frame.insert(place, column, value)
    write_table(frame, call.output, kind=name, about={"spec": given})


def _stacked(paths: Iterable[str | Path], kind: str):
    import pandas as pd

    from fairbench.store.tables import read_table

    return pd.concat([read_table(path, kind=kind)[0] for path in paths], ignore_index=True)
