"""What is wrong with a config, in words: the file, the key, what was given, what is allowed."""

from __future__ import annotations

import difflib
import reprlib
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from fairbench.base.errors import Foreseen

Key = tuple[str | int, ...]
#: A value that refers to itself many times over would fill the memory if written out.
_brief = reprlib.Repr()
_brief.maxlevel, _brief.maxlist, _brief.maxdict = 3, 30, 30
_brief.maxstring, _brief.maxlong, _brief.maxother = 120, 120, 120


class ConfigError(Foreseen, ValueError):
    """The configuration cannot be used; the message is meant for its author."""


@dataclass(frozen=True)
class Complaint:
    """One thing wrong: where, what was given, and what would be right."""

    key: Key
    given: object
    problem: str
    allowed: Sequence[str] = ()

    def text(self, files: Sequence[Path]) -> str:
        key, problem = _printable(_dotted(self.key)), _printable(self.problem)
        lines = [f"{_file_of(self.key, files)}: {key}", *_wrapped("", problem)]
        lines.append(f"  given:   {_short(self.given)}")
        if self.allowed:
            lines += _wrapped("allowed: ", ", ".join(map(str, self.allowed)))
            near = difflib.get_close_matches(_short(self.given).strip("'"), self.allowed, 1, 0.5)
            lines += [f"  nearest: {near[0]}"] if near else []
        return "\n".join(lines)


def read_yaml(path: str | Path) -> dict:
    """A YAML file as a dict, with a clear error where it is not one or says a key twice."""
    path = Path(path)
    try:
        loaded = yaml.load(path.read_text(encoding="utf-8"), _OnceOnly)
    except FileNotFoundError:
        raise ConfigError(f"{path}: there is no such config file{_nearest_file(path)}") from None
    except OSError as error:
        raise ConfigError(f"{path}: cannot be read: {error.strerror}") from None
    except UnicodeDecodeError as error:
        where = f"byte {error.start + 1} is {error.object[error.start]:#04x}"
        advice = "save it as UTF-8 (not as UTF-16 or Latin-1)"
        raise ConfigError(f"{path}: not a text in UTF-8: {where}; {advice}") from None
    except RecursionError:
        raise ConfigError(f"{path}: lists or keys lie too deep in each other") from None
    except yaml.YAMLError as error:
        reason = textwrap.indent(str(error), "  ")[:1000]
        raise ConfigError(f"{path}: not readable as YAML\n{reason}") from None
    if not isinstance(loaded, dict):
        raise ConfigError(f"{path}: a config file holds keys and values, not {_short(loaded)}")
    return loaded


class _OnceOnly(yaml.SafeLoader):
    """Of a key that stands twice YAML takes the last, without a word."""

    def construct_mapping(self, node, deep=False):
        lines: dict[str, int] = {}
        for key, _ in node.value:
            line = key.start_mark.line + 1
            if not isinstance(key, yaml.ScalarNode):
                continue
            if key.value in lines:
                where = f"in lines {lines[key.value]} and {line}"
                text = f"the key {_short(key.value)} stands twice, {where}"
                raise yaml.constructor.ConstructorError(None, None, text, key.start_mark)
            lines[key.value] = line
        return super().construct_mapping(node, deep)


def _nearest_file(path: Path) -> str:
    there = [str(other) for other in path.parent.glob("*.y*ml")]
    near = difflib.get_close_matches(str(path), there, 1)
    return f"; nearest: {near[0]}" if near else ""


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


def _printable(text: str) -> str:
    """Text of a config without what would steer the terminal."""
    return "".join(c if c.isprintable() else repr(c)[1:-1] for c in text)


def _short(value: object) -> str:
    text = _brief.repr(value)
    return text if len(text) <= 120 else text[:117] + "..."


def _wrapped(head: str, text: str) -> list[str]:
    """A line, or as many as it takes, under their head."""
    text = text if len(text) <= 400 else text[:397] + "..."
    return textwrap.wrap(
        text, 100, initial_indent=f"  {head}", subsequent_indent=" " * (2 + len(head))
    )
