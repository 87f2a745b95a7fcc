"""What can be wrong with the study of invariant representations, beyond the types of the keys."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from pydantic import ValidationError

from fairbench import methods
from fairbench.check_data import entry_problems
from fairbench.config import Config
from fairbench.config_data import known_datasets
from fairbench.config_representations import Representation, Representations

__all__ = ["representation_problems"]

Problem = tuple[tuple[str, ...], object, str, Sequence[str]]
"""Key, what was given, what is wrong with it, what is allowed."""

KEY = "representations"


def representation_problems(config: Config) -> Iterator[Problem]:
    """Give every problem of the section `representations`."""
    study = config.representations
    if study is None:
        return
    for key in ("datasets", "methods"):
        if not any(value is not None for value in getattr(study, key).values()):
            yield (KEY, key), None, f"all {key} are switched off", list(getattr(study, key))
    owners = {name: name for name in known_datasets()}
    for name, table in study.tables().items():
        here = (KEY, "datasets", name)
        yield from entry_problems(here, table.dataset or name, table.profile, owners)
    for label, entry in study.entries().items():
        yield from _method_problems((KEY, "methods", label), label, entry, study)
    yield from _sweep_problems(study)


def _method_problems(
    key: tuple[str, ...], label: str, entry: Representation, study: Representations
) -> Iterator[Problem]:
    name = entry.method or label
    try:
        kind = methods.find(name, entry.file)
        kind.Parameters(**entry.parameters)
    except FileNotFoundError as error:
        yield (*key, "file"), entry.file, str(error), ()
    except KeyError:
        text = f"no method of this name in {entry.file}" if entry.file else "unknown method"
        yield (*key, "method") if entry.method else key, name, text, methods.built_in()
    except ValidationError as error:
        for fault in error.errors():
            allowed = sorted(kind.Parameters.model_fields)
            place = (*key, "parameters", *map(str, fault["loc"]))
            if fault["type"] == "extra_forbidden":
                yield place, place[-1], "unknown key", allowed
            else:
                yield place, fault["input"], fault["msg"], ()
    except Exception as error:  # a user's file may fail in any way while it is read
        yield (*key, "file"), entry.file, f"cannot be imported: {error!r}", ()
    else:
        yield from _trained_problems(key, kind, entry, study)


def _trained_problems(key, kind, entry, study: Representations) -> Iterator[Problem]:
    if kind.postprocess:
        able = [n for n in methods.built_in() if not methods.find(n).postprocess]
        yield key, kind.name, "post-processing decides and has no probabilities to rank by", able
        return
    highest = study.search.space.gamma[1]
    if kind.uses_lambda_r and highest + entry.lambda_r >= 1 - 1e-12:
        text = "gamma + lambda_r must stay below 1"
        yield (*key, "lambda_r"), f"{entry.lambda_r} beside gamma up to {highest}", text, ()


def _sweep_problems(study: Representations) -> Iterator[Problem]:
    sweep, tables, labels = study.sweep, list(study.tables()), list(study.entries())
    if sweep is None:
        return
    if sweep.dataset not in tables:
        text = "no data set of the study has this name (sweep: null leaves the sweep out)"
        yield (KEY, "sweep", "dataset"), sweep.dataset, text, tables
    for label in sweep.swept():
        if label not in labels:
            text = "the study has no method with this label"
            yield (KEY, "sweep", "methods"), label, text, labels
