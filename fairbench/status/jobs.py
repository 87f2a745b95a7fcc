"""Every job of a plan: what it makes, where it logs, and how much work it is."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from fairbench import methods
from fairbench.plan.data import DataFile, TableFile
from fairbench.plan.plan import FitFile, Plan
from fairbench.store.stamps import beside
from fairbench.studies.tracking.plan import TraceFile

__all__ = ["STAGES", "Job", "every_job", "jobs_of", "representation_jobs", "started_jobs"]

#: Stages in the order in which they run.
STAGES = (
    "download",
    "data",
    "poisoning",
    "limits",
    "training",
    "tracking",
    "tables",
    "figures",
    "representations",
)
#: Training rows taken for granted where a budget in epochs does not say how many there are.
TYPICAL_ROWS = 5000
#: Rules that write several tables, or one of another name than their own.
_TABLES = {
    "collect": ("fits.parquet",),
    "select": ("selected.csv",),
    "summarise": ("cells.csv", "comparisons.csv", "matched.csv", "baselines.csv"),
    "describe_training": ("alignment.csv", "stability.csv"),
    "reproduce": ("reproduction.csv", "reproduction.md", "answers.md", "findings.md"),
}
#: What the jobs of the representations study that train are called, before the method's name.
_KINDS = ("search", "outer folds", "gamma")
#: Tables of the representations study: those that gather files, and those made from them.
_GATHERED = ("searches.parquet", "folds.csv", "sweep.csv")
_DESCRIBED = (
    "summary.csv", "correlations.csv", "reproduction.csv", "reproduction.md", "answers.md",
    "findings.md",
)  # fmt: skip


@dataclass(frozen=True)
class Job:
    """One call of a rule.

    Attributes
    ----------
    stage : str
        One of `STAGES`.
    what : str
        The method that is trained or tracked; else the data set, the table's rule, the figure.
    outputs : tuple of str
    log, benchmark : str
    models, iterations : int
        How many models are trained and for how long; 1 and 1 for a job that trains none.
    users : tuple of str
        Files that are made from this one; where they are all there, it is not needed again.
    """

    stage: str
    what: str
    outputs: tuple[str, ...]
    log: str
    benchmark: str
    models: int = 1
    iterations: int = 1
    users: tuple[str, ...] = ()

    @property
    def work(self) -> int:
        """Model-iterations."""
        return self.models * self.iterations

    @property
    def has_fits(self) -> bool:
        """Whether its file says of each fit what became of it."""
        kind = self.what.partition(", ")[0]
        return self.stage == "training" or (self.stage == "representations" and kind in _KINDS)


def jobs_of(plan: Plan) -> list[Job]:
    """Give every job of a plain `snakemake`, in the order of `STAGES`."""
    users = defaultdict(list)
    for path, made in plan.poisoned.items():
        users[made.source].append(path)
    for path, made in [*plan.fits.items(), *plan.traces.items()]:
        users[made.data].append(path)
    found = [_of_file(plan, "data", made.dataset, path) for path, made in plan.data.items()]
    found += [
        _of_file(plan, "poisoning", made.drawn["dataset"], path)
        for path, made in plan.poisoned.items()
    ]
    found = [replace(job, users=tuple(users[job.outputs[0]])) for job in found]
    found = [*_downloads(plan, plan.data), *found]
    found += [_of_file(plan, "limits", "accuracy limit", path) for path in plan.limits]
    for stage, files in (("training", plan.fits), ("tracking", plan.traces)):
        found += [
            _of_file(plan, stage, made.method, path, *_size(made)) for path, made in files.items()
        ]
    return [*found, *_tables(plan), *_figures(plan)]


def representation_jobs(plan: Plan) -> list[Job]:
    """Give every job of `snakemake representations`; none where the config has no such study."""
    study, stage = plan.representations, "representations"
    kinds = dict(zip(_KINDS, (study.trials, study.folds, study.sweeps), strict=True))
    tables = {made.table: None for files in kinds.values() for made in files.values()}
    found = [*_downloads(plan, {path: plan.tables_of_data[path] for path in tables})]
    found += [_of_file(plan, stage, "data", path) for path in tables]
    for kind, files in kinds.items():
        found += [
            _of_file(plan, stage, f"{kind}, {made.method}", path) for path, made in files.items()
        ]
    if found:
        folder, name = study.root, study.root.removeprefix(f"{plan.root}/")
        collected = [table for table in _GATHERED if study.sweeps or table != "sweep.csv"]
        for table in collected:
            job = f"{name}/collect/{PurePath(table).stem}"
            found.append(_job(plan, stage, "tables", (study.table(table),), job))
        described = tuple(map(study.table, _DESCRIBED))
        found.append(_job(plan, stage, "tables", described, f"{name}/tables"))
        for figure in ("fig2", "fig3", "fig4") if study.sweeps else ("fig2", "fig4"):
            outputs = tuple(f"{folder}/figures/{figure}.{kind}" for kind in ("md", "pdf", "png"))
            found.append(_job(plan, stage, "figures", outputs, f"{name}/{figure}"))
    return found


def every_job(plan: Plan) -> list[Job]:
    """The jobs of both; a file that both download is one job."""
    found = {job.outputs: job for job in jobs_of(plan)}
    for job in representation_jobs(plan):
        shared = found.get(job.outputs)
        found[job.outputs] = replace(job, users=shared.users + job.users) if shared else job
    return list(found.values())


def started_jobs(plan: Plan) -> list[Job]:
    """The jobs of a plain `snakemake`, and those of the representations study once it began."""
    began = any(Path(plan.representations.root).glob("*"))
    return every_job(plan) if began else jobs_of(plan)


def _downloads(plan: Plan, made: Mapping[str, DataFile | TableFile]) -> Iterator[Job]:
    """Jobs that get files of real data; one that lies beside its entry is the user's."""
    users, folder = defaultdict(list), PurePath(plan.config.data.folder)
    for path, file in made.items():
        for source in file.files:
            users[source].append(path)
    for source, needing in users.items():
        place = PurePath(source)
        if place.parent.parent == folder:
            dataset, name = place.parts[-2:]
            job = _job(plan, "download", dataset, (source,), f"download/{dataset}/{name}")
            yield replace(job, users=tuple(needing))


def _of_file(plan: Plan, stage: str, what: str, path: str, *size: int) -> Job:
    name = path.removeprefix(f"{plan.root}/").removesuffix(".parquet")
    return _job(plan, stage, what, (path,), name, *size)


def _job(plan: Plan, stage: str, what: str, outputs: tuple[str, ...], name: str, *size: int) -> Job:
    log, benchmark = f"{plan.root}/logs/{name}.log", f"{plan.root}/benchmarks/{name}.tsv"
    if stage != "download":  # a stranger's CSV has nothing beside it
        outputs += tuple(beside(path) for path in outputs if path.endswith(".csv"))
    return Job(stage, what, outputs, log, benchmark, *size)


def _size(made: FitFile | TraceFile) -> tuple[int, int]:
    """Models and iterations of a file of fits or traces."""
    settings = made.settings
    models = len(settings.get("trials") or settings["data"].get("trials") or [0])
    if not methods.find(made.method, made.file).trains:
        return 1, 1
    for name in ("lambda_f", "lambda_r"):
        models *= len(settings[name]) if isinstance(settings[name], list) else 1
    budget = settings["budget"]
    if budget.get("iterations"):
        return models, budget["iterations"]
    # The rows are in the data, which may not be there yet.
    batches = max(1, TYPICAL_ROWS // (budget.get("batch_size") or TYPICAL_ROWS))
    return models, budget["epochs"] * batches


def _tables(plan: Plan) -> Iterator[Job]:
    for rule, names in _TABLES.items():
        if rule != "describe_training" or plan.tracks:
            yield _job(plan, "tables", rule, tuple(map(plan.table, names)), rule)


def _figures(plan: Plan) -> Iterator[Job]:
    for name in plan.figures():
        outputs = tuple(f"{plan.root}/figures/{name}.{kind}" for kind in ("md", "pdf", "png"))
        yield _job(plan, "figures", name, outputs, f"figures/{name}")
