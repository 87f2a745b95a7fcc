"""What is wrong with a config, in words: the file, the key, what was given, what is allowed."""

from __future__ import annotations

import difflib
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

__all__ = ["Complaint", "ConfigError", "Key", "read_yaml"]

Key = tuple[str | int, ...]


class ConfigError(ValueError):
    """The configuration cannot be used; the message is meant for its author."""


@dataclass(frozen=True)
class Complaint:
    """One thing wrong: where, what was given, and what would be right."""

    key: Key
    given: object
    problem: str
    allowed: Sequence[str] = ()

    def text(self, files: Sequence[Path]) -> str:
        lines = [f"{_file_of(self.key, files)}: {_dotted(self.key)}", *_wrapped("", self.problem)]
        lines.append(f"  given:   {_short(self.given)}")
        if self.allowed:
            lines += _wrapped("allowed: ", ", ".join(map(str, self.allowed)))
            near = difflib.get_close_matches(str(self.given), self.allowed, 1, 0.5)
            lines += [f"  nearest: {near[0]}"] if near else []
        return "\n".join(lines)


def read_yaml(path: str | Path) -> dict:
    """A YAML file as a dict, with a clear error where it is not one."""
    path = Path(path)
    try:
        loaded = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise ConfigError(f"{path}: there is no such config file") from None
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not readable as UTF-8 YAML\n  {error}") from None
    if not isinstance(loaded, dict):
        raise ConfigError(f"{path}: a config file holds keys and values, not {_short(loaded)}")
    return loaded


def _dotted(key: Key) -> str:
    return ".".join(str(part) for part in key) or "(top level)"


def _file_of(key: Key, files: Sequence[Path]) -> str:
    """The last file that says the longest part of the key."""
    best, depth = "config", -1
    for file in files:
        try:
            node, here = read_yaml(file), 0
        except ConfigError:
            continue
        for part in key:
            if isinstance(node, dict) and part in node:
                node, here = node[part], here + 1
            elif isinstance(node, list) and isinstance(part, int) and part < len(node):
                node, here = node[part], here + 1
            else:
                break
        if here >= depth:
            best, depth = str(file), here
    return best


def _short(value: object) -> str:
    text = repr(value)
    return text if len(text) <= 120 else text[:117] + "..."


def _wrapped(head: str, text: str) -> list[str]:
    """A line, or as many as it takes, under their head."""
    text = text if len(text) <= 400 else text[:397] + "..."
    return textwrap.wrap(
        text, 100, initial_indent=f"  {head}", subsequent_indent=" " * (2 + len(head))
    )
