"""The jobs of the Biased-MNIST study: train, gather, judge, draw."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from fairbench.base.call import Call


def train(call: Call) -> None:
    """Train a method on a draw, in every setting."""
    from tqdm import tqdm

    from fairbench import methods
    from fairbench.data.files import dataset_columns
    from fairbench.store.journal import saw_file
    from fairbench.store.tables import write_table
    from fairbench.studies.biased_mnist.fits import trained

    given = dict(call.spec)
    kind = methods.find(given["method"], given["file"])
    method = kind(kind.Parameters(**given["parameters"]))
    saw_file(given["file"])
    frame, about = dataset_columns(call.input("data"), given["data"])
    total = len(given["lambda_f"]) * len(given["generator_rate"])
    with tqdm(total=total, unit="model", desc=given["label"], mininterval=1.0) as progress:
        made = trained(frame, about, method, given, **call.how, done=progress.update)
    named = {"correlation": about["parameters"]["correlation"], "trial": about["trials"][0]}
    named |= {name: given[name] for name in ("label", "method", "variant")}
    named["sees_sensitive"] = method.parameters.sees_sensitive
    for name, table in zip(("fits", "cells"), made, strict=True):
        for place, (column, value) in enumerate(named.items()):
            table.insert(place, column, value)
        write_table(table, call.outputs[name], kind=f"biased_mnist_{name}", about={"spec": given})


def biased_mnist_gather(call: Call) -> None:
    """Gather fits, choose settings, and take means over draws."""
    from fairbench.store.csv_tables import write_csv
    from fairbench.studies.biased_mnist.gathered import cell_means, chosen, differences, summary

    fits, cells = (_stacked(call.inputs[name], name) for name in ("fits", "cells"))
    best = chosen(fits)
    made = {"fits": fits, "chosen": best, "summary": summary(best)}
    made |= {"differences": differences(best), "cells": cell_means(cells, best)}
    for name, frame in made.items():
        write_csv(frame, call.outputs[name])


def biased_mnist_tables(call: Call) -> None:
    """Hold the study against what was published."""
    from fairbench.evaluation.verdict_words import to_markdown
    from fairbench.store.csv_tables import read_csv, write_csv
    from fairbench.store.tables import write_markdown
    from fairbench.studies.biased_mnist.claims import reproduction
    from fairbench.studies.biased_mnist.findings import findings

    found = {name: read_csv(call.input(name)) for name in call.inputs}
    judged = reproduction(found["chosen"], found["summary"], call.spec)
    write_csv(judged, call.outputs["verdicts"])
    write_markdown(call.outputs["text"], to_markdown(judged))
    write_markdown(call.outputs["findings"], findings(found, judged))


def draw_fig5(call: Call) -> None:
    """Training and test images."""
    from fairbench.data.files import dataset_columns
    from fairbench.plotting.style import write
    from fairbench.studies.biased_mnist.figures.samples import figure_samples

    columns, about = dataset_columns(call.input("data"), call.spec["data"])
    write(figure_samples(columns, about["parameters"]["correlation"]), call)


def draw_table1(call: Call) -> None:
    """Accuracy on unbiased rows beside what was published."""
    from fairbench.studies.biased_mnist.figures.table1 import figure_table1

    _draw(call, figure_table1, "summary")


def draw_cells(call: Call) -> None:
    """Accuracy of every digit on every colour."""
    from fairbench.studies.biased_mnist.figures.cells import figure_cells

    _draw(call, figure_cells, "cells")


def draw_gamma(call: Call) -> None:
    """What gamma does."""
    from fairbench.studies.biased_mnist.figures.gamma import figure_gamma

    _draw(call, figure_gamma, "fits")


def _draw(call: Call, function, *needed: str) -> None:
    from fairbench.plotting.style import write
    from fairbench.store.csv_tables import read_csv

    write(function(*(read_csv(call.input(name)) for name in needed), call.spec), call)


def _stacked(paths: Iterable[str | Path], name: str):
    import pandas as pd

    from fairbench.store.tables import read_table

    parts = [read_table(path, kind=f"biased_mnist_{name}")[0] for path in paths]
    return pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
