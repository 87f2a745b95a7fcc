"""The job that compares many methods on many data sets: its tables."""

from __future__ import annotations

from fairbench.base.call import Call


def compare(call: Call) -> None:
    """Rank the methods of a study, compare every two, and say what is missing to the limit."""
    from fairbench.evaluation.limits import read_limits
    from fairbench.evaluation.many.tables import compared, gathered
    from fairbench.evaluation.selection import read_csv
    from fairbench.store.csv_tables import write_csv
    from fairbench.store.tables import read_asked

    given, fits = call.spec, None
    if "fits" in call.inputs:
        fits = read_asked(call.input("fits"), kind="fits")
    limits = read_limits(call.inputs["limits"]) if "limits" in call.inputs else None
    values = gathered(read_csv(call.input("table")), given, fits, limits)
    made = {"values": values} | compared(values, given["columns"]["criterion"], seed=given["seed"])
    for name, path in call.outputs.items():
        write_csv(made[name], path)
