"""The report's own tables: how runs train, and its values and sentences held against ours."""

from __future__ import annotations

from fairbench.base.call import Call


def describe_training(call: Call) -> None:
    """Tabulate the correlation of losses with information, and the stability of training."""
    from fairbench.store.csv_tables import write_csv
    from fairbench.studies.imbalance.alignment import alignment_table
    from fairbench.studies.imbalance.stability import stability_table
    from fairbench.studies.tracking.traces import read_tracks

    traces = read_tracks(call.spec["tracks"])
    write_csv(alignment_table(traces), call.outputs["alignment"])
    write_csv(stability_table(traces, call.spec["equal"]), call.outputs["stability"])


def reproduce(call: Call) -> None:
    """Hold the tables against what was published, and say what was found."""
    from fairbench.evaluation.selection import read_csv
    from fairbench.evaluation.verdict_words import to_markdown
    from fairbench.store.csv_tables import write_csv
    from fairbench.store.tables import write_markdown
    from fairbench.studies.grid.tables import read_fits
    from fairbench.studies.imbalance.findings import findings
    from fairbench.studies.imbalance.reproduction import reproduction

    fits = read_fits(call.input("fits"))
    names = ("selected", "cells", "comparisons", "matched")
    chosen, cells, *compared = found = [read_csv(call.input(name)) for name in names]
    training = _training(call)
    verdicts = reproduction(fits, *found, training=training, seed=call.spec["seed"])
    write_csv(verdicts, call.outputs["table"])
    write_markdown(call.outputs["text"], to_markdown(verdicts))
    judged = read_csv(call.input("baselines")), verdicts
    write_markdown(call.outputs["findings"], findings(fits, chosen, *compared, *judged))


def _training(call: Call):
    """The tables of the tracked runs, or None where there are none."""
    from fairbench.evaluation.selection import read_csv
    from fairbench.studies.imbalance.training_claims import Training
    from fairbench.studies.tracking.traces import read_tracks

    if not call.spec["tracks"]:
        return None
    tables = (read_csv(call.input(name)) for name in ("alignment", "stability"))
    return Training(read_tracks(call.spec["tracks"]), *tables)
