"""The code blocks of the pages, and what of a shell's lines can be told without running them."""

import re
import shlex
from pathlib import Path
from typing import NamedTuple

REPOSITORY = Path(__file__).parents[2]
PAGES = sorted(
    path.relative_to(REPOSITORY).as_posix()
    for folder in ("*.md", "config/*.md", "docs/*.md")
    for path in REPOSITORY.glob(folder)
)
_BLOCK = re.compile(r"^( *)```(\w*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)


class Block(NamedTuple):
    """A block of a page; `number` counts those of the page."""

    page: str
    number: int
    language: str
    text: str

    @property
    def first(self) -> str:
        return self.text.strip().splitlines()[0].strip()

    def __str__(self) -> str:
        return f"{self.page}:{self.number}"


def blocks_of(page: str) -> list[Block]:
    """Every block of a page, also those that stand in lists."""
    found = _BLOCK.findall((REPOSITORY / page).read_text(encoding="utf-8"))
    return [
        Block(page, number, language, re.sub(f"^{indent}", "", text, flags=re.MULTILINE))
        for number, (indent, language, text) in enumerate(found)
    ]


def commands(block: Block) -> list[list[str]]:
    """The commands of a block, as words, without comments and variables set before them.

    Where lines begin with ``$``, the others are what was answered.
    """
    lines = block.text.strip().splitlines()
    if any(line.startswith("$ ") for line in lines):
        lines = [line[2:] for line in lines if line.startswith("$ ")]
    found = []
    for line in lines:
        words = shlex.split(line, comments=True)
        while words and re.match(r"[A-Z_]+=", words[0]):
            words.pop(0)
        found += _apart(words)
    return found


def _apart(words: list[str]) -> list[list[str]]:
    """The commands of a line that `&&` joins."""
    parts: list[list[str]] = [[]]
    for word in words:
        if word == "&&":
            parts.append([])
        else:
            parts[-1].append(word)
    return [part for part in parts if part]
