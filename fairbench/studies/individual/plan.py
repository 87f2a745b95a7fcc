"""The jobs of individual fairness: the seed's experiments, their verdicts and figures."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from fairbench.planning.board import Board, Measure
from fairbench.planning.comparison import Group, TestValues, comparison_jobs
from fairbench.planning.job import Job, Shown, figure_job
from fairbench.planning.shared import Shared
from fairbench.studies.grid.plan import assumptions
from fairbench.studies.individual.networks.plan import SIZES, network_jobs, studies_of
from fairbench.studies.individual.others.files import FILES, questions
from fairbench.studies.individual.section import IndividualStudy, Networks, Others

_SEED = "An implementation of fairness guarantee framework for neural networks"
_BENUSSI = "Individual Fairness Guarantees for Neural Networks"
_STEPS = "fairbench.studies.individual.steps"
#: Tables of the seed's experiments, and what a row of each is.
_BOSTON = {
    "curves": ("Boston: delta against epsilon", "a unit at a distance"),
    "draws": ("Boston: random units", "a random unit"),
    "descents": ("Boston: descents", "a unit of a descent"),
    "algorithm": ("Boston: Algorithm 1", "a run, the delta optimised and the delta looked at"),
}
#: Of the seed: number, title and the tables that a figure reads.
_FIGURES = {
    "fig2": ("Delta against epsilon", "Boston", ("curves",)),
    "fig3": ("Delta of random units", "Boston", ("draws",)),
    "fig5": ("Descents with and without resampling", "Boston", ("descents",)),
    "algorithm": ("What Algorithm 1 lowers", "Boston", ("algorithm",)),
}
#: Of networks trained here.
_PICTURES = {
    "trade_off": ("Accuracy and certified delta", "Networks", "summary"),
    "epsilons": ("Certified delta against epsilon", "Networks", "summary"),
    "rows": ("What pairs of rows show of the certified delta", "Networks", "certificates"),
    "times": ("Time of a certificate", "Networks", "certificates"),
}
#: What selected networks are ranked by: by what is certified, or by fairness to groups.
_MEASURES = (
    Measure("accuracy", "accuracy"),
    Measure("certified_delta", "certified delta", larger_is_better=False),
    Measure("disparate_impact", "disparate impact", weight=0),
)


def individual_jobs(config: Any, shared: Shared) -> Iterator[Job]:
    """Every job of the study; none where the config has no such study."""
    study = config.individual
    if study is None:
        return
    made: dict[str, str] = {}
    if study.boston is not None:
        yield from _boston(study, shared, made)
    if study.networks is not None:
        yield from _networks(study.networks, shared, made)
    if study.others is not None:
        yield from _others(study.others, shared, made)
    yield _verdicts(shared, made)


def _boston(study: IndividualStudy, shared: Shared, made: dict[str, str]) -> Iterator[Job]:
    files, about = shared.files(study.boston.dataset, study.boston.profile)
    outputs = {name: _table(shared, name) for name in _BOSTON}
    made |= outputs
    spec = {"data": about, "boston": study.boston.model_dump(), "seed": shared.seed}
    shown = {name: Shown("table", title, row=f"{row}") for name, (title, row) in _BOSTON.items()}
    yield Job(
        "individual_boston",
        f"{_STEPS}:boston",
        "individual/boston",
        outputs,
        "tables",
        "individual_boston",
        spec,
        {"files": files},
        shown=shown,
        is_result=True,
    )
    for name, (title, topic, needed) in _FIGURES.items():
        # What has no number in the seed is a picture of the answers.
        kind = "figure" if name.startswith("fig") else "picture"
        yield figure_job(
            shared.root,
            "individual",
            name,
            f"{_STEPS}:draw_{name}",
            Shown(kind, title, _SEED, topic),
            inputs={table: (outputs[table],) for table in needed},
            spec={"epsilon": study.boston.epsilon},
        )


def _networks(networks: Networks, shared: Shared, made: dict[str, str]) -> Iterator[Job]:
    """Fits and certificates of every data set and method, and their tables."""
    files, jobs = [], {}
    for _, training, certificates in network_jobs(networks, shared):
        # A plain network of the size of another study is the same fit.
        jobs |= {training.first: training, certificates.first: certificates}
        files.append(certificates.first)
    yield from jobs.values()
    outputs = {name: _table(shared, name) for name in ("certificates", "summary")}
    made |= outputs
    outputs |= {"selected": _table(shared, "selected")}
    given = networks.model_dump(mode="json", exclude_defaults=True)
    spec = {"networks": given, "seed": shared.seed}
    spec |= {"results": shared.root, "folder": shared.folder}
    chosen = Shown("table", "Certificates: selected fits", row="a method on a division")
    shown = {
        "certificates": Shown("table", "Certificates", row="a certificate of a network"),
        "summary": Shown("table", "Certificates: means", row="a method at a distance"),
        "selected": replace(chosen, board=_board(networks)),
    }
    yield Job(
        "individual_gather",
        "fairbench.studies.individual.networks.steps:gather",
        "individual/certificates",
        outputs,
        "tables",
        "individual_gather",
        spec,
        {"certificates": tuple(dict.fromkeys(files))},
        listed=("certificates",),
        shown=shown,
        is_result=True,
    )
    yield from comparison_jobs(shared, "individual", *_compared(networks, outputs["selected"]))
    for name, (title, topic, table) in _PICTURES.items():
        if name != "times" or networks.sizes:
            shown, read = Shown("picture", title, _BENUSSI, topic), {table: (outputs[table],)}
            step, told = f"{_STEPS}:draw_{name}", {"epsilon": networks.epsilon}
            yield figure_job(shared.root, "individual", name, step, shown, inputs=read, spec=told)


def _compared(networks: Networks, selected: str) -> tuple[TestValues, list[Group]]:
    """What is compared over the data sets: divisions of the rows are averaged within each."""
    names = {name: name for name in ("accuracy", "disparate_impact", "certified_delta")}
    counts = [
        sum(entry is not None for entry in entries.values())
        for entries in (networks.methods, networks.data)
    ]
    values = TestValues(selected, ("data",), ("trial",), quantities=names)
    return values, [Group("networks", "Certified networks", {}, *counts)]


def _board(networks: Networks) -> Board:
    studies = studies_of(networks)
    assumed = assumptions({name: studies[name] for name in studies if not name.endswith(SIZES)})
    return Board(("data",), _MEASURES, assumed)


def _others(others: Others, shared: Shared, made: dict[str, str]) -> Iterator[Job]:
    """A download for each network, a search for each question, and their table and picture."""
    limits = others.model_dump(exclude={"networks"})
    answers = []
    for source in FILES.sources:
        path = str(FILES.path(source, shared.folder))
        asked = [q for q in questions(others.networks) if q.file == source.file]
        if asked:
            spec = {"folder": shared.folder, "file": source.file}
            name = f"download/{FILES.name}/{source.file}"
            yield Job(
                "download", f"{_STEPS}:fetch", name, {"file": path}, "download", FILES.name, spec
            )
        for question in asked:
            name = f"individual/others/{question.label}"
            answers.append(f"{shared.root}/{name}.parquet")
            yield Job(
                "individual_question",
                f"{_STEPS}:question",
                name,
                {"answer": answers[-1]},
                "certificates",
                question.family,
                {"network": question.network, "protected": question.protected} | limits,
                {"network": (path,)},
            )
    made["others"] = _table(shared, "others")
    shown = Shown("table", "Others' networks", row="a network and a protected attribute")
    yield Job(
        "individual_others",
        f"{_STEPS}:others",
        "individual/others",
        {"others": made["others"]},
        "tables",
        "individual_others",
        {},
        {"answers": tuple(answers)},
        shown={"others": shown},
        is_result=True,
    )
    title = "Where a protected attribute alone decides"
    picture = Shown("picture", title, _SEED, "Others' networks")
    step, read = f"{_STEPS}:draw_others", {"others": (made["others"],)}
    yield figure_job(shared.root, "individual", "others", step, picture, inputs=read)


def _verdicts(shared: Shared, made: dict[str, str]) -> Job:
    folder = f"{shared.root}/individual/tables"
    outputs = {"verdicts": f"{folder}/reproduction.csv", "text": f"{folder}/reproduction.md"}
    outputs |= {name: f"{folder}/{name}.md" for name in ("answers", "findings")}
    shown = {
        "verdicts": Shown("verdicts", "Every value"),
        "findings": Shown("findings", "Findings"),
    }
    return Job(
        "individual_tables",
        f"{_STEPS}:tables",
        "individual/tables",
        outputs,
        "tables",
        "individual_tables",
        {},
        {name: (path,) for name, path in made.items()},
        shown=shown,
        is_result=True,
    )


def _table(shared: Shared, name: str) -> str:
    return f"{shared.root}/individual/tables/{name}.csv"
