"""The page about the rooms of the package: drawn from the code, and of the rooms that there are."""

import importlib.util
import re
import sys
from collections import Counter
from pathlib import Path

import pytest

DOCS = Path(__file__).parents[1] / "docs"
AGAIN = "the rooms changed: run python docs/architecture.py"


@pytest.fixture(scope="module")
def drawing():
    spec = importlib.util.spec_from_file_location("architecture", DOCS / "architecture.py")
    module = sys.modules["architecture"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module
    del sys.modules["architecture"]


def test_page_and_picture_have_the_rooms_in_their_order(drawing):
    """Not their lines of code, which every commit changes."""
    names = [room.name for room in drawing.rooms()]
    page = (DOCS / "architecture.md").read_text(encoding="utf-8")
    table = page.partition(drawing.BEGIN)[2].partition(drawing.END)[0]
    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == names, AGAIN
    picture = (DOCS / "architecture.svg").read_text(encoding="utf-8")
    assert re.findall(r'id="room-(\w+)"', picture) == names, AGAIN


def test_every_room_says_in_a_sentence_what_it_holds(drawing):
    assert [room.name for room in drawing.rooms() if not room.holds.endswith(".")] == []


def test_a_room_stands_above_all_that_it_imports_also_beside_one_against_the_order(drawing):
    found = Counter({("c", "b"): 2, ("c", "a"): 1, ("b", "a"): 1, ("a", "c"): 1, ("d", "a"): 1})
    floors = {name: y / drawing.UP for name, (_, y) in drawing.places(list("abcd"), found).items()}
    assert floors == {"a": 0, "b": 1, "c": 2, "d": 1}


def test_the_picture_has_the_same_bytes_again(drawing, tmp_path, monkeypatch):
    content = []
    for name in ("one.svg", "two.svg"):
        monkeypatch.setattr(drawing, "PICTURE", tmp_path / name)
        drawing.draw(drawing.rooms(), Counter({("store", "base"): 3}))
        content.append((tmp_path / name).read_bytes())
    assert content[0] == content[1]
    assert b'id="store-imports-base"' in content[0]


def test_the_table_is_written_between_its_marks_alone(drawing):
    page = f"before\n{drawing.BEGIN}\nold\n{drawing.END}\nafter\n"
    room = drawing.Room("base", "What all stand on.", 2, 1234)
    assert "| `base` | What all stand on. | 2 | 1,234 |" in drawing.with_table(page, [room])
    assert drawing.with_table(page, [room]).startswith("before\n")
    assert drawing.with_table(page, [room]).endswith(f"{drawing.END}\nafter\n")
    with pytest.raises(ValueError, match="no place for the table"):
        drawing.with_table("a page", [room])
