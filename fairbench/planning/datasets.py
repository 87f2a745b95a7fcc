"""What can be wrong with the data of the studies, beyond the types of the keys."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from fairbench.config.root import Config
from fairbench.data.real.entry import Entry, EntryError
from fairbench.planning.data_sections import DRAWN, REAL, entry_of, known_datasets

__all__ = ["data_problems", "entry_problems"]

Problem = tuple[tuple[str, ...], object, str, Sequence[str]]
"""Key, what was given, what is wrong with it, what is allowed."""


def data_problems(config: Config) -> Iterator[Problem]:
    """Give every problem of the section `data` and of the studies' `dataset` and `profile`."""
    yield from _folder_problems(config)
    owners = {name: name for name in known_datasets()}
    real = {name: study for name, study in config.active().items() if study.dataset not in DRAWN}
    for name, study in real.items():
        yield from entry_problems(("studies", name), study.dataset, study.profile, owners)
    drawn = [name for name in config.active() if name not in real]
    for figure in ("fig9", "fig10"):
        curves = getattr(config.figures, figure)
        if curves and curves.study in real:
            text = "this figure is drawn over P(Y=1), which real data do not have"
            yield ("figures", figure, "study"), curves.study, text, drawn
    for name, track in config.tracks().items():
        for key in ("positive_rate", "group_coefficient"):
            if track.study in real and getattr(track, key) is not None:
                text = f"study {track.study} has real data, which have no {key}"
                yield ("tracking", name, key), getattr(track, key), text, ()


def entry_problems(
    key: tuple[str, ...], dataset: str, profile: str | None, owners: dict[str, str]
) -> Iterator[Problem]:
    """Give every problem of a real data set that a part of the config asks for.

    Parameters
    ----------
    key : tuple of str
        The part that has the keys `dataset` and `profile`.
    dataset, profile : str
        What it says there.
    owners : dict
        Name of each data set known so far -> what stands for it in a config; added to.
    """
    try:
        entry = entry_of(dataset)
    except EntryError as error:
        yield (*key, "dataset"), dataset, str(error), ()
        return
    if entry is None:
        text = "a real data set is needed here, by name or by the path of its entry file"
        yield (*key, "dataset"), dataset, text, REAL
        return
    other = owners.setdefault(entry.name, dataset)
    if Path(other) != Path(dataset):
        text = f"its name, {entry.name}, is that of {other} already: give this entry another"
        yield (*key, "dataset"), dataset, text, ()
    if profile is not None and profile not in entry.profiles:
        text = f"the data set {entry.name} has no such profile"
        yield (*key, "profile"), profile, text, list(entry.profiles)
    for path in _missing(entry):
        yield (*key, "dataset"), dataset, f"its file {path} is missing", ()


def _missing(entry: Entry) -> list[Path]:
    """Files that nothing but their owner can supply, and that are not there."""
    own = [entry.path(source, "") for source in entry.sources if source.url is None]
    return [path for path in own if not path.is_file()]


def _folder_problems(config: Config) -> Iterator[Problem]:
    data, results = (Path(folder).parts for folder in (config.data.folder, config.results))
    shared = min(len(data), len(results))
    if data[:shared] == results[:shared]:
        text = f"this folder and that of the results, {config.results}, must lie side by side"
        yield ("data", "folder"), config.data.folder, text, ()
    mirror = config.data.mirror
    if mirror is not None and not Path(mirror).is_dir():
        yield ("data", "mirror"), mirror, "there is no such folder", ()
