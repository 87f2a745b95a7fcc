"""Reading a configuration, and saying what is wrong with it in one message.

Each complaint names the file, the key, what was given, what is allowed, and the nearest match.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from pydantic import ValidationError

from fairbench.config.root import Config, Root
from fairbench.planning.complaint import Complaint, ConfigError, read_yaml
from fairbench.planning.datasets import folder_problems
from fairbench.planning.types import complaint_of, is_beside
from fairbench.studies.registry import KINDS

#: Lines of a message.
SCREEN = 20


def check(raw: dict, files: Iterable[str | Path] = ()) -> Root:
    """Validate a merged configuration.

    Parameters
    ----------
    raw : dict
        What the config files say, later ones over earlier ones.
    files : iterable of path
        Those files, in that order, to name the one at fault.

    Raises
    ------
    ConfigError
        With every complaint found, or about a file that cannot be read as it stands.
    """
    files = [Path(file) for file in files]
    for file in files:
        if file.suffix != ".json":
            read_yaml(file)  # Snakemake, which merged them, does not mind a key that stands twice
    try:
        config = Config.model_validate(raw)
    except ValidationError as error:
        complaints = [
            complaint_of(detail, Config) for detail in error.errors() if not is_beside(detail)
        ]
    else:
        complaints = [*_problems(config)]
        if not complaints:
            return config
    unique = list(dict.fromkeys(complaint.text(files) for complaint in complaints[:12]))
    raise ConfigError("\n".join(["the configuration cannot be used", *_one_screen(unique)]))


def _one_screen(complaints: list[str]) -> Iterator[str]:
    """As many complaints as are read at once, and how many there are beyond them."""
    lines = 0
    for number, text in enumerate(complaints):
        lines += text.count("\n") + 1
        if number and lines > SCREEN:
            yield f"... and at least {len(complaints) - number} more"
            return
        yield text


def _problems(config: Root) -> Iterator[Complaint]:
    """What is wrong beyond the types of the keys, section by section."""
    yield from folder_problems(config)
    for kind in KINDS:
        yield from kind.problems(config)
