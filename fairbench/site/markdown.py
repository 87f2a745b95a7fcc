"""Markdown of the repository, as GitHub reads it, for Python-Markdown: lists and links."""

from __future__ import annotations

import os
import re
from collections.abc import Container
from pathlib import PurePosixPath

_ITEM = re.compile(r"^(\s*)([*+-]|\d+[.)])(\s+)(?=\S)")
_FENCE = re.compile(r"^\s*(```+|~~~+)")
_LINK = re.compile(r"(!?)\[([^\]]+)\]\(([^)\s]+)\)")


def adapted(text: str, page: str, known: Container[str]) -> str:
    """A page whose lists are indented by four and whose links lead to what the site has.

    Parameters
    ----------
    text : str
    page : str
        Its path in the repository, such as ``docs/running.md``.
    known : container of str
        Paths of the site's sources. A link to anything else becomes its text.
    """
    return _indented(_linked(text, page, known))


def title_of(text: str, otherwise: str) -> str:
    """The first heading of a page."""
    found = re.search(r"^# (.+)$", text, re.MULTILINE)
    return found[1].replace("`", "") if found else otherwise


def _indented(text: str) -> str:
    """Lists in fours: GitHub goes by the marker's width, Python-Markdown by four columns."""
    lines, open_items, fence = [], [], ""
    for line in text.split("\n"):
        blank = not line.strip()
        indent = len(line) - len(line.lstrip())
        item = None if fence else _ITEM.match(line)
        paragraph = bool(lines and lines[-1].strip()) and not open_items
        if not blank and not fence:
            while open_items and indent < open_items[-1]:
                open_items.pop()
        depth, base = len(open_items), open_items[-1] if open_items else 0
        # A number in the middle of a paragraph begins no list, unless it is 1.
        if item and paragraph and item[2][0].isdigit() and item[2][:-1] != "1":
            item = None
        if item is not None and indent < base + 4:
            if not depth and lines and lines[-1].strip() and not _ITEM.match(lines[-1]):
                lines += [""] if not lines[-1].startswith(" ") else []
            open_items.append(len(item[0]))
            line = f"{item[2]:<3} {line[len(item[0]) :]}"
            lines.append("    " * depth + line)
        else:
            rest = line[base:] if line[:base].strip() == "" else line.lstrip()
            lines.append("    " * depth + rest if not blank else "")
        marker = _FENCE.match(line)
        if marker and item is None:
            fence = "" if fence and marker[1].startswith(fence) else fence or marker[1]
    return "\n".join(lines)


def _linked(text: str, page: str, known: Container[str]) -> str:
    parts = re.split(r"(^\s*```.*?^\s*```\s*$)", text, flags=re.MULTILINE | re.DOTALL)
    return "".join(
        part if k % 2 else _LINK.sub(lambda link: _lead(link, page, known), part)
        for k, part in enumerate(parts)
    )


def _lead(link: re.Match, page: str, known: Container[str]) -> str:
    mark, text, address = link.groups()
    if re.match(r"[a-z]+:", address) or address.startswith("#"):
        return link[0]
    name, _, anchor = address.partition("#")
    target = os.path.normpath(PurePosixPath(page).parent / name)
    if target in ("README.md", "docs/README.md"):
        target, name = "index.md", os.path.relpath("index.md", PurePosixPath(page).parent)
    if target not in known:
        return text
    return f"{mark}[{text}]({name}{'#' + anchor if anchor else ''})"
