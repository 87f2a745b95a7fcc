"""The job of a tracked run: train one setting again, and measure it along its training."""

from __future__ import annotations

from fairbench.base.call import Call


def track(call: Call) -> None:
    """Train one setting of a method and measure it along its training."""
    from tqdm import tqdm

    from fairbench import methods
    from fairbench.data.files import read_dataset
    from fairbench.store.journal import saw_file
    from fairbench.store.tables import write_table
    from fairbench.studies.tracking.measuring import track_models
    from fairbench.training.budget import Budget

    given = dict(call.spec)
    kind = methods.find(given["method"], given["file"])
    method = kind(kind.Parameters(**given["parameters"]))
    saw_file(given["file"])
    frame, about = read_dataset(call.input("data"), given["data"])
    options = ("lambda_f", "lambda_r", "every", "coding", "neighbours", "slope", "engine")
    with tqdm(total=len(given["trials"]), unit="run", desc=method.name) as progress:
        traces = track_models(
            frame[frame["trial"].isin(given["trials"])],
            about,
            method,
            Budget(**given["budget"]),
            **{name: given[name] for name in options},
            device=call.device,
            minutes=call.minutes,
            done=progress.update,
        )
    write_table(traces, call.output, kind="trace", about={"data": about, "spec": given})
