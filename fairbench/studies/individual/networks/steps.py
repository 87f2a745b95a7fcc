"""The jobs of networks trained here: train, certify, gather."""

from __future__ import annotations

from fairbench.base.call import Call


def train(call: Call) -> None:
    """Train all models of a data set and method, and keep their weights."""
    from tqdm import tqdm

    from fairbench import methods
    from fairbench.data.files import read_dataset
    from fairbench.store.journal import saw_file
    from fairbench.store.tables import write_table
    from fairbench.studies.individual.networks.fits import space_of, trained_fits

    given = dict(call.spec)
    kind = methods.find(given["method"], given["file"])
    method = kind(kind.Parameters(**given["parameters"]))
    saw_file(given["file"])
    frame, about = read_dataset(call.input("data"), given["data"][0])
    models = len(about["trials"]) * len(given["lambda_f"]) * len(given["lambda_r"])
    with tqdm(total=models, unit="model", desc=method.name, mininterval=1.0) as progress:
        fits = trained_fits(frame, about, method, given, done=progress.update, **call.how)
    about = {"spec": given, "space": space_of(frame)}
    write_table(fits, call.output, kind="networks", about=about)


def certify(call: Call) -> None:
    """Certify the fits of a data set and method."""
    import numpy as np
    from tqdm import tqdm

    from fairbench.data.files import read_dataset
    from fairbench.store.tables import read_table, write_table
    from fairbench.studies.individual.networks.certificates import certificates
    from fairbench.training.models import split_rows

    given = dict(call.spec)
    fits, about = read_table(call.input("fits"), kind="networks", about={"spec": given.pop("fits")})
    frame, _ = read_dataset(call.input("data"), given.pop("data"))
    rows = {
        trial: np.concatenate([part.features for part in parts.values()]).astype(float)
        for trial, parts in split_rows(frame).items()
    }
    with tqdm(total=len(fits), unit="network", mininterval=1.0) as progress:
        made = certificates(fits, about["space"], rows, given, progress.update)
    write_table(made, call.output, kind="certificates", about={"asked": given})


def gather(call: Call) -> None:
    """All certificates in one table, with what each network is."""
    from fairbench.store.csv_tables import write_csv
    from fairbench.studies.individual.networks.compared import selected
    from fairbench.studies.individual.networks.gathered import gathered, summary

    table = gathered(call.spec)
    write_csv(table, call.outputs["certificates"])
    write_csv(summary(table), call.outputs["summary"])
    write_csv(selected(table), call.outputs["selected"])
