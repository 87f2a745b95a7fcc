"""Draw the rooms of the package from its imports: python docs/architecture.py

Writes docs/architecture.svg and the table of rooms in docs/architecture.md. The order of the rooms
is that of `[tool.importlinter]` in pyproject.toml, which the tests hold the code to.
"""

from __future__ import annotations

import ast
import math
import re
import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import grimp
import matplotlib

matplotlib.use("svg")
from matplotlib import pyplot as plt
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.patches import FancyArrowPatch, FancyBboxPatch

DOCS = Path(__file__).parent
PACKAGE = DOCS.parent / "fairbench"
PICTURE, PAGE = DOCS / "architecture.svg", DOCS / "architecture.md"
BEGIN, END = "<!-- rooms: written by architecture.py -->", "<!-- end of rooms -->"

WIDE, HIGH = 1.9, 0.62
ACROSS, UP = 2.45, 1.22
PAPER, INK, BOX = "#ffffff", "#1f2933", "#eef3f8"
FEW, MANY, AGAINST = "#c3d0de", "#1f4e86", "#c0392b"
ASIDE = 1.5
"""How far a room that is alone on its floor stands aside, so that arrows can pass it."""


@dataclass(frozen=True)
class Room:
    """A folder of the package."""

    name: str
    holds: str
    files: int
    lines: int


Imports = Counter[tuple[str, str]]
"""(importing room, imported room) -> how many modules are imported from it, module by module."""


def rooms() -> list[Room]:
    """The rooms from the ground up."""
    tables = tomllib.loads((DOCS.parent / "pyproject.toml").read_text(encoding="utf-8"))
    contracts = tables["tool"]["importlinter"]["contracts"]
    (layers,) = [contract["layers"] for contract in contracts if contract["type"] == "layers"]
    return [_room(name) for name in reversed(layers)]


def _room(name: str) -> Room:
    files = sorted((PACKAGE / name).rglob("*.py"))
    lines = sum(len(file.read_text(encoding="utf-8").splitlines()) for file in files)
    told = ast.get_docstring(ast.parse((PACKAGE / name / "__init__.py").read_text("utf-8")))
    sentence = re.split(r"(?<=[.])\s", told or "", maxsplit=1)[0]
    return Room(name, " ".join(sentence.split()), len(files), lines)


def imports() -> Imports:
    """How much each room imports from each other one."""
    graph = grimp.build_graph("fairbench", cache_dir=None)
    found: Imports = Counter()
    for module in graph.modules:
        for other in graph.find_modules_directly_imported_by(module):
            one, two = (_room_of(name) for name in (module, other))
            if one and two and one != two:
                found[one, two] += 1
    return found


def _room_of(module: str) -> str:
    """The room of a module; empty for the two that stand in none."""
    _, *names = module.split(".")
    return names[0] if names and names[0] != "__main__" else ""


def places(names: list[str], found: Imports) -> dict[str, tuple[float, float]]:
    """Where each room stands: above all that it imports, beside what it has nothing to do with.

    Parameters
    ----------
    names : list of str
        The rooms from the ground up; an import against this order moves nothing.
    """
    level: dict[str, int] = {}
    for name in names:
        below = [level[other] for one, other in found if one == name and other in level]
        level[name] = max(below, default=-1) + 1
    floors = [[n for n in names if level[n] == floor] for floor in range(max(level.values()) + 1)]
    across = {name: 0.0 for name in names}
    for _ in range(8):  # a room stands near the middle of those that it has to do with
        for floor in floors:
            middle = {name: _middle(name, found, across) for name in floor}
            ordered = sorted(floor, key=lambda name: (middle[name], names.index(name)))
            for place, name in enumerate(ordered):
                across[name] = (place - (len(floor) - 1) / 2) * ACROSS
    alone = [floor[0] for floor in floors if len(floor) == 1]
    across |= {name: (-1) ** turn * ASIDE for turn, name in enumerate(alone)}
    return {name: (across[name], level[name] * UP) for name in names}


def _middle(name: str, found: Imports, across: dict[str, float]) -> float:
    near = {pair: n for pair, n in found.items() if name in pair}
    total = sum(near.values())
    others = ((one if other == name else other, n) for (one, other), n in near.items())
    return round(sum(across[other] * n for other, n in others) / total, 9) if total else 0.0


def draw(told: list[Room], found: Imports) -> None:
    """Write the picture, the same bytes for the same code."""
    where = places([room.name for room in told], found)
    style = {"svg.hashsalt": "fairbench", "svg.fonttype": "none", "font.family": "sans-serif"}
    with plt.rc_context(style):
        wide = max(x for x, _ in where.values()) - min(x for x, _ in where.values()) + WIDE + 1
        high = max(y for _, y in where.values()) + HIGH + 0.9
        figure, axes = plt.subplots(figsize=(wide, high), facecolor=PAPER)
        _arrows(axes, [room.name for room in told], found, where)
        for room in told:
            _box(axes, room, *where[room.name])
        axes.set_xlim(-wide / 2, wide / 2)
        axes.set_ylim(-HIGH / 2 - 0.6, high - HIGH / 2 - 0.6)
        axes.set_aspect("equal")
        axes.axis("off")
        key = "A room imports only from rooms below it; the thicker an arrow, the more imports."
        axes.text(0, -HIGH / 2 - 0.38, key, ha="center", va="center", fontsize=10, color=INK)
        figure.subplots_adjust(0, 0, 1, 1)
        figure.savefig(PICTURE, metadata={"Date": None, "Creator": None})
        plt.close(figure)


def _arrows(axes, names: list[str], found: Imports, where: dict) -> None:
    """From each room to those it imports, darker and thicker with the number of imports."""
    shade = LinearSegmentedColormap.from_list("imports", [FEW, MANY])
    most = max(found.values(), default=1)
    starts, ends = _spread(found, where, 0), _spread(found, where, 1)
    for pair, count in sorted(found.items(), key=lambda item: (item[1], item[0])):
        (_, y0), (_, y1) = (where[name] for name in pair)
        falls = names.index(pair[1]) < names.index(pair[0])
        side = HIGH / 2 if falls else -HIGH / 2
        weight = math.sqrt(count / most)
        arrow = FancyArrowPatch(
            (starts[pair], y0 - side),
            (ends[pair], y1 + side),
            arrowstyle="-|>,head_length=4,head_width=2",
            linewidth=0.6 + 4 * weight,
            linestyle="-" if falls else (0, (3, 2)),
            color=shade(weight) if falls else AGAINST,
            shrinkA=0,
            shrinkB=0,
            gid="-imports-".join(pair),
        )
        axes.add_patch(arrow)


def _spread(found: Imports, where: dict, end: int) -> dict[tuple[str, str], float]:
    """Where along the edge of its room each arrow begins (end 0) or ends (end 1)."""
    spread = {}
    for name, (middle, _) in where.items():
        pairs = [pair for pair in found if pair[end] == name]
        # In the order of the rooms at the other end, so that arrows of one room do not cross.
        pairs.sort(key=lambda pair: (_slope(where[name], where[pair[1 - end]]), pair))
        for place, pair in enumerate(pairs, start=1):
            spread[pair] = middle + (place / (len(pairs) + 1) - 0.5) * 0.9 * WIDE
    return spread


def _slope(here: tuple[float, float], there: tuple[float, float]) -> float:
    return (there[0] - here[0]) / max(abs(there[1] - here[1]), 0.1)


def _box(axes, room: Room, x: float, y: float) -> None:
    corner = (x - WIDE / 2, y - HIGH / 2)
    box = FancyBboxPatch(corner, WIDE, HIGH, boxstyle="round,pad=0,rounding_size=0.1", zorder=3)
    box.set(facecolor=BOX, edgecolor=INK, linewidth=1, gid=f"room-{room.name}")
    axes.add_patch(box)
    style = {"ha": "center", "va": "center", "color": INK, "zorder": 4}
    axes.text(x, y + 0.1, room.name, fontsize=12, fontweight="bold", **style)
    axes.text(x, y - 0.15, f"{room.lines:,} lines", fontsize=9, **style)


def table(told: list[Room]) -> str:
    """The rooms as a table of the page."""
    rows = [f"| `{room.name}` | {room.holds} | {room.files} | {room.lines:,} |" for room in told]
    return "\n".join(["| room | holds | files | lines |", "|---|---|--:|--:|", *rows])


def with_table(page: str, told: list[Room]) -> str:
    """The page with its table written again."""
    before, _, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not end:
        raise ValueError(f"{PAGE.name} has no place for the table: {BEGIN} ... {END}")
    return f"{before}{BEGIN}\n{table(told)}\n{END}{after}"


def main() -> None:
    told = rooms()
    draw(told, imports())
    PAGE.write_text(with_table(PAGE.read_text(encoding="utf-8"), told), encoding="utf-8")


if __name__ == "__main__":
    main()
