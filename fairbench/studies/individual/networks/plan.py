"""The jobs of networks trained here: fits that keep their weights, and certificates of each."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from fairbench.planning.job import Job
from fairbench.planning.shared import Shared
from fairbench.studies.grid.plan import Use, train_job, uses
from fairbench.studies.grid.section import MethodEntry, Study
from fairbench.studies.individual.section import Networks

_STEPS = "fairbench.studies.individual.networks.steps"
#: Behind the name of a data set, the study of networks of several sizes.
SIZES = "_sizes"


def studies_of(networks: Networks) -> dict[str, Study]:
    """A grid for each data set, and one of plain networks of several sizes."""
    made = {}
    for name, data in networks.data.items():
        if data is None:
            continue
        base = {"dataset": data.dataset or name, "profile": data.profile}
        base = {key: value for key, value in base.items() if value is not None}
        base |= {"budget": data.budget or networks.budget, "lambda_f": networks.lambda_f}
        base["lambda_r"] = networks.lambda_r
        methods = {label: entry for label, entry in networks.methods.items() if entry is not None}
        made[name] = Study(**base, trials=networks.trials, methods=methods)
        if networks.sizes:
            made[f"{name}{SIZES}"] = Study(**base, trials=1, methods=dict(_sizes(networks)))
    return made


def _sizes(networks: Networks) -> Iterator[tuple[str, MethodEntry]]:
    for size in networks.sizes:
        units = size.split("x")
        parameters = {"hidden_layers": len(units), "hidden_units": int(units[0])}
        entry = {"method": "individual", "parameters": parameters, "lambda_f": [0.0]}
        yield f"plain_{size}", MethodEntry(**entry)


def network_uses(networks: Networks, shared: Shared) -> list[Use]:
    """Every method on every data set, with the file that a grid would have for its fits."""
    return list(uses(studies_of(networks), shared))


def network_jobs(networks: Networks, shared: Shared) -> Iterator[tuple[Use, Job, Job]]:
    """For each use its training and its certificates."""
    for use in network_uses(networks, shared):
        root = shared.root
        fits = f"{root}/individual/networks/{_place(use, root)}.parquet"
        training = train_job(use, root, fits, "individual_train", f"{_STEPS}:train")
        yield use, training, _certificates(networks, use, fits, certificates_path(use, root))


def _place(use: Use, root: str) -> str:
    return use.path.removeprefix(f"{root}/fits/").removesuffix(".parquet")


def certificates_path(use: Use, root: str) -> str:
    """The file of the certificates of a use."""
    return f"{root}/individual/certificates/{_place(use, root)}.parquet"


def _certificates(networks: Networks, use: Use, fits: str, made: str) -> Job:
    data = use.data[0]
    place = made.partition("individual/certificates/")[2].removesuffix(".parquet")
    return Job(
        "individual_certify",
        f"{_STEPS}:certify",
        f"individual/certificates/{place}",
        {"certificates": made},
        "certificates",
        use.columns["dataset"],
        asked(networks, use) | {"fits": use.spec, "data": data.about},
        {"fits": (fits,), "data": (data.path,)},
    )


def asked(networks: Networks, use: Use) -> Mapping:
    """Distances, engines and limits of the certificates of a use."""
    given = networks.model_dump(include={"epsilon", "gap", "nodes", "seconds"})
    sizes = use.study.endswith(SIZES)
    if sizes:  # both engines for the same time
        given |= {"nodes": None, "seconds": networks.timed_seconds}
    label = use.columns["label"]
    return given | {
        "epsilons": networks.epsilons if label in networks.curves else [],
        "curve": networks.curves.get(label),
        "engines": ["branch_and_bound", "milp"] if sizes else ["branch_and_bound"],
    }
