"""What study kinds share: data sets, drawn, real or poisoned, tables of real data, limits.

A kind asks for a file and is given its path and what it says of itself; the job that makes it is
registered once, whoever asks.
"""

from __future__ import annotations

from pathlib import PurePath
from typing import Any, NamedTuple

from fairbench.base.paths import folders_of, joined, limit_name, span
from fairbench.data.file_sets import MNIST
from fairbench.planning.data_sections import DRAWN, entry_of
from fairbench.planning.job import Job


class Data(NamedTuple):
    """A file of data, and what it says of itself, so that no other can be taken for it."""

    path: str
    about: dict


class Shared:
    """Hands out files of data and registers the jobs that make them.

    Parameters
    ----------
    root : str
        Folder of the results.
    seed : int
        Root of every random stream.
    folder : str
        Where the files of real data are kept.

    Attributes
    ----------
    jobs : dict of path -> Job
    """

    def __init__(self, root: str, seed: int, folder: str):
        self.root, self.seed, self.folder = root, seed, folder
        self.jobs: dict[str, Job] = {}

    def data_set(self, study: Any, cell: dict, trials: tuple[int, ...]) -> Data:
        """The data of a cell and a block of trials.

        Parameters
        ----------
        study
            Says which data: ``dataset``, ``profile``, ``sensitive`` and ``rows``.
        cell : dict
            Parameters of the law; empty for real data.
        """
        about = {"trials": list(trials), "seed": self.seed, "poisoning": None}
        if study.dataset not in DRAWN:
            return self._divided(study, about, trials)
        only = {"rotation": cell["rotation"]} if study.dataset == "published" else dict(cell)
        parameters, named = only, dict(only)
        if study.dataset == "independent":
            parameters["rows"] = study.rows.model_dump()
            named["rows"] = joined(list(parameters["rows"].values()))
            named["seed"] = self.seed
        about |= {"dataset": study.dataset, "parameters": parameters}
        path = f"{self.root}/data/{study.dataset}/{folders_of(named)}/{span(trials)}.parquet"
        self._add("draw", "fairbench.data.steps:draw", path, "data", study.dataset, about)
        return Data(path, about)

    def _divided(self, study: Any, about: dict, trials: tuple[int, ...]) -> Data:
        view, spec, files = self._view(study.dataset, study.profile, study.sensitive)
        parameters = {"profile": view.profile}
        if study.sensitive:
            parameters["sensitive"] = "+".join(study.sensitive)
        about |= {"dataset": view.name, "parameters": parameters, "definition": view.definition()}
        named = folders_of(parameters | {"seed": self.seed})
        path = f"{self.root}/data/{view.name}/{named}/{span(trials)}.parquet"
        given = {"spec": about | spec, "inputs": {"files": files}}
        self._add("draw", "fairbench.data.steps:divide", path, "data", view.name, **given)
        return Data(path, about)

    def table(self, dataset: str, profile: str | None = None) -> Data:
        """The table of a real data set before it is divided, a shipped one or an entry file's."""
        view, spec, files = self._view(dataset, profile)
        about = {"dataset": view.name, "profile": view.profile, "definition": view.definition()}
        path = f"{self.root}/real/{view.name}/{view.profile}.parquet"
        given = {"spec": about | spec, "inputs": {"files": files}}
        self._add("table", "fairbench.data.steps:table", path, "data", view.name, **given)
        return Data(path, about)

    def biased_mnist(self, correlation: float, rows: dict[str, int], trial: int) -> Data:
        """A trial of Biased-MNIST; `fairbench.data.biased_mnist` says what the arguments are."""
        for source in MNIST.sources:
            path = str(MNIST.path(source, self.folder))
            self._download(path, MNIST.name, MNIST.name, source.file)
        parameters = {"correlation": correlation, "rows": rows}
        about = {"dataset": "biased_mnist", "parameters": parameters, "trials": [trial]}
        about |= {"seed": self.seed, "poisoning": None, "definition": MNIST.definition()}
        named = {"correlation": correlation, "rows": joined(list(rows.values())), "seed": self.seed}
        path = f"{self.root}/data/biased_mnist/{folders_of(named)}/{span((trial,))}.parquet"
        given = {"spec": about, "inputs": {"files": tuple(map(str, MNIST.paths(self.folder)))}}
        self._add("draw", "fairbench.data.steps:colour", path, "data", "biased_mnist", **given)
        return Data(path, about)

    def files(self, dataset: str, profile: str | None = None) -> tuple[tuple[str, ...], dict]:
        """The files of a real data set as they were published, and what a job needs to read them.

        For work that needs columns as they are in the file, such as a price in place of a label.
        """
        view, spec, files = self._view(dataset, profile)
        about = {"dataset": view.name, "profile": view.profile, "definition": view.definition()}
        return files, about | spec

    def poisoned(self, data: Data, poisoning: Any) -> Data:
        """A data set with flipped labels; the data set itself where none are flipped."""
        if poisoning is None or poisoning.rate == 0:
            return data
        head, _, tail = data.path.removeprefix(f"{self.root}/data/").rpartition("/")
        told = poisoning.model_dump()
        path = f"{self.root}/poisoned/{head}/{folders_of(told)}/{tail}"
        spec = {"data": data.about, "poisoning": told, "seed": self.seed}
        given = {"spec": spec, "inputs": {"data": (data.path,)}}
        what = data.about["dataset"]
        self._add("poison", "fairbench.data.steps:poison", path, "poisoning", what, **given)
        return Data(path, data.about | {"poisoning": told})

    def changed(self, data: Data, step: str, named: dict, spec: dict, inputs: dict) -> Data:
        """A data set that a study's own step makes of another.

        `named` is in its path, in what it says of itself, and with `spec` in what the step is told.
        """
        head, _, tail = data.path.rpartition("/")
        path = f"{head}/{folders_of(named)}/{tail}"
        told = {"data": data.about, "seed": self.seed} | named | spec
        given = {"spec": told, "inputs": {"data": (data.path,)} | inputs}
        self._add("draw", step, path, "data", data.about["dataset"], **given)
        return Data(path, data.about | named)

    def limit(self, cell: dict, draws: int) -> str:
        """The accuracy limit of a law."""
        path = f"{self.root}/limits/{limit_name(cell, self.seed)}.parquet"
        spec = cell | {"seed": self.seed, "draws": draws}
        self._add("limit", "fairbench.data.steps:limit", path, "limits", "accuracy limit", spec)
        return path

    def _view(self, dataset: str, profile: str | None, sensitive: list[str] | None = None):
        """A view of a real data set, what its job needs to read it, and its files."""
        entry = entry_of(dataset)
        view, files = entry.view(profile, sensitive), tuple(map(str, entry.paths(self.folder)))
        for file in files:
            place = PurePath(file)
            # One that lies beside its entry is the user's.
            if place.parent.parent == PurePath(self.folder):
                self._download(file, dataset, *place.parts[-2:])
        return view, {"entry": dataset, "folder": self.folder}, files

    def _download(self, path: str, entry: str, dataset: str, file: str) -> None:
        spec = {"entry": entry, "folder": self.folder, "file": file}
        step, name = "fairbench.data.steps:fetch", f"download/{dataset}/{file}"
        job = Job("download", step, name, {"file": path}, "download", dataset, spec)
        self.jobs.setdefault(path, job)

    def _add(self, rule, step, path, stage, what, spec, inputs=None) -> None:
        name = path.removeprefix(f"{self.root}/").removesuffix(".parquet")
        outputs, inputs = {"table": path}, inputs or {}
        job = Job(rule, step, name, outputs, stage, what, spec, inputs)
        self.jobs.setdefault(path, job)


def dataset_name(about: dict) -> str:
    """Name in tables of the data that a file says it is about: ``compas/propublica6172``."""
    parts = (about["parameters"].get(name) for name in ("profile", "sensitive"))
    return "/".join([about["dataset"], *filter(None, parts)])
