"""What the pages say, before MkDocs makes HTML of them."""

import html
import json
import re
from pathlib import Path

import pandas as pd
import pytest

from fairbench import methods
from fairbench.base.errors import Foreseen
from fairbench.planning.board import Assumed, Board, Measure, assumed_by
from fairbench.site.boards import Ranked, means, ranking, wins
from fairbench.site.build import REPOSITORY, build, write_sources
from fairbench.site.markdown import adapted
from fairbench.site.method_pages import method_page
from fairbench.site.navigation import navigation, written_pages
from fairbench.studies.grid.section import MethodEntry

from ..report.conftest import HOSTILE, Made


def paths_of(nav) -> list[str]:
    if isinstance(nav, str):
        return [nav]
    return [
        path for each in (nav.values() if isinstance(nav, dict) else nav) for path in paths_of(each)
    ]


def test_the_ranking_is_the_one_worked_out_by_hand(sources):
    _, written = sources
    (board,) = [each for each in written.boards if each.rows is not None]
    rows = {row["label"]: row for row in ranking(board)}
    # (.85 + .55) / 2 and (.7 + .8) / 2; (.7 + .8) / 2 and (.6 + .95) / 2; (.5 + 1) / 2 and .55
    scores = {"fr_train": 0.725, "group_thresholds": 0.7625, "constant": 0.65, HOSTILE: 0.1}
    assert {label: rows[label]["score"] for label in scores} == pytest.approx(scores)
    order = [(row["label"], row["place"]) for row in ranking(board)]
    # What is on one data set alone has no place, however good it is there.
    assert order == [
        ("group_thresholds", 1), ("fr_train", 2), ("constant", 3), (HOSTILE, 4), ("naive_mi", None),
    ]  # fmt: skip
    assert rows["fr_train"]["edge"] == 0.5 and rows["fr_train"]["limit"] == pytest.approx(0.175)
    assert wins(board, {"group_thresholds"})[0] == ["imbalance, independent, none, 0.5, 1"]
    assert wins(board, {"naive_mi"}) == (["imbalance, independent, none, 0.1, 1"], 1)


def test_a_measure_that_should_be_small_counts_from_one():
    table = pd.DataFrame(
        {
            "data": ["d", "d", "d", "d"],
            "label": ["a", "b", "a", "a"],
            "auc": [0.8, 0.8, 0.6, 0.0],
            "gpa": [0.1, 0.3, 0.3, 0.0],
            "rule": ["own", "own", "own", "other"],
        }
    )
    measures = (Measure("auc", "AUC"), Measure("gpa", "GPA", larger_is_better=False, weight=3))
    board = Board(("data",), measures, {}, only={"rule": "own"})
    found = ranking(Ranked("kind", "title", "path", board, "make it", means(table, board)))
    # (.8 + 3 (1 - .3)) / 4 and (.7 + 3 (1 - .2)) / 4; what another rule chose does not count.
    assert [(row["label"], row["place"]) for row in found] == [("a", 1), ("b", 2)]
    assert [row["score"] for row in found] == pytest.approx([0.775, 0.725])
    assert means(table.drop(columns="rule"), board) is None


def test_who_is_alone_on_a_data_set_has_won_nothing_there():
    rows = [("d", "a", 0.5), ("d", "b", 0.6), ("alone", "a", 0.9)]
    table = pd.DataFrame(rows, columns=["data", "label", "auc"])
    board = Board(("data",), (Measure("auc", "AUC"),), {})
    ranked = Ranked("kind", "title", "path", board, "make it", means(table, board))
    assert [(row["label"], row["place"]) for row in ranking(ranked)] == [("b", 1), ("a", 2)]
    assert wins(ranked, {"a"}) == ([], 1)


def test_the_page_holds_the_same_numbers_for_its_script(sources):
    folder, _ = sources
    text = (folder / "results" / "leaderboard.md").read_text()
    (data,) = map(json.loads, re.findall(r'application/json">(.*?)</script>', text))
    assert [m["column"] for m in data["measures"]] == ["accuracy", "disparate_impact"]
    assert data["rows"][0]["values"] == [0.85, 0.55] and data["rows"][0]["n"] == 2
    assert data["command"].startswith("snakemake ") and "selected.csv" in data["command"]
    told = data["assumed"]["fr_train"]
    assert told == {"method": "fr_train", "clean_rows": True, "sensitive_at_test": True} | {
        "noise_rate": False
    }
    assert data["assumed"][HOSTILE] == {"method": None}


def test_strings_of_the_data_are_text_and_nothing_else(sources):
    folder, _ = sources
    pages = {path: path.read_text() for path in folder.rglob("*.md")}
    assert not [path for path, text in pages.items() if HOSTILE in text or "<img src=x" in text]
    assert sum(html.escape(HOSTILE)[:40] in text for text in pages.values()) >= 3
    titles = [re.search(r"^title: (.*)$", text, re.MULTILINE) for text in pages.values()]
    assert not [found[1] for found in titles if found and re.search("[<>&]", found[1])]


def test_every_page_of_the_contents_is_there_and_every_link_leads_somewhere(sources):
    folder, written = sources
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*.md")}
    assert set(paths_of(written.nav)) == there
    # The front page quotes what was found, as text.
    for path in {*folder.rglob("*.md")} - {folder / "index.md"}:
        text = re.sub(r"```.*?```", "", path.read_text(), flags=re.DOTALL)
        for link in re.findall(r"\]\(([^)#\s]+)", text):
            assert link.startswith("http") or (path.parent / link).is_file(), (path, link)


def test_a_folder_of_something_else_is_left_alone(tmp_path):
    (tmp_path / "sitemap.xml").write_text("of another site")
    with pytest.raises(Foreseen, match="is no site of fairbench"):
        build(None, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == ["sitemap.xml"]


def test_where_nothing_ran_the_pages_say_so(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    folder = tmp_path / "sources"
    write_sources(Made(tmp_path).plan, folder)
    front = (folder / "index.md").read_text()
    assert "There are no results" in front and "no run of it is recorded here" in front
    assert (folder / "answers.png").read_bytes() == (REPOSITORY / "docs/answers.png").read_bytes()
    board = (folder / "results" / "leaderboard.md").read_text()
    assert "There is nothing to rank yet" in board and "<table" not in board
    assert "snakemake --cores 2 results/tables/selected.csv" in board
    papers = [p for p in (folder / "results" / "papers").glob("*.md") if p.stem != "index"]
    assert papers and all("No run recorded" in path.read_text() for path in papers)
    assert all(
        "No run recorded" in (folder / f"methods/{n}.md").read_text() for n in ("vfae", "fr_train")
    )


@pytest.mark.parametrize("name", methods.built_in())
def test_a_method_has_a_page_of_what_its_class_says(name):
    kind = methods.find(name)
    page = method_page(kind)
    assert page.title and "`" not in page.name
    assert [row[0].strip("`") for row in page.parameters] == [*kind.Parameters.model_fields]
    yes = {True: "yes", False: "no"}
    assert page.seen["needs clean rows"] == yes[kind().uses_clean_rows]
    assert page.seen["needs z at test time"] == yes[kind().needs_sensitive_at_test]
    # Who has a term that lambda_f weighs shows it.
    assert bool(page.formula) == (kind.fitting == "trained")
    assert {term.name for term in page.terms} <= {"fairness", "robustness", "objective", "solve"}
    if name in ("fr_train", "naive_mi", "adversarial"):
        assert "fairness" in {term.name for term in page.terms}


def test_what_one_of_several_entries_assumes_a_label_assumes():
    trimming = Assumed("constant", False, False, True)
    assert assumed_by(methods.find("constant")(), MethodEntry(trimming={"share": 0.1})) == trimming
    plain, trimmed = Assumed("m", False, True, False), Assumed("m", False, False, True)
    assert plain | trimmed == Assumed("m", False, True, True)
    assert assumed_by(methods.find("constant")()).sensitive_at_test is False


def test_lists_are_indented_for_markdown_and_links_out_of_the_site_are_text():
    text = "Text\n* one\n  goes on\n\n  ```\n  code\n  ```\n* two [there](b.md#x) [gone](../c.py)\n"
    made = adapted(text, "docs/a.md", {"docs/b.md"})
    assert made == (
        "Text\n\n*   one\n    goes on\n\n    ```\n    code\n    ```\n*   two [there](b.md#x) gone\n"
    )


def test_a_number_at_the_start_of_a_line_is_no_list():
    text = "so many rows as in\n5. That is all\n"
    assert adapted(text, "docs/a.md", ()) == text
    text = "1. one\n2. two\n"
    assert adapted(text, "docs/a.md", ()) == "1.  one\n2.  two\n"


def test_a_new_page_is_found_and_a_missing_one_is_no_fault():
    written = {"docs/methods.md": "# Methods\n", "docs/brand_new.md": "# Brand new\n"}
    nav = navigation(written, [], [], [])
    assert "docs/brand_new.md" in paths_of(nav) and "docs/audit.md" not in paths_of(nav)
    assert {"Brand new": "docs/brand_new.md"} in nav[-1]["Reference"]
    assert "docs/first_figure.md" in written_pages(REPOSITORY)


def test_scripts_and_styles_ask_nothing_of_another_host():
    for path in Path(REPOSITORY / "fairbench" / "site").rglob("*.*"):
        if path.suffix in (".js", ".css", ".j2"):
            text = path.read_text(encoding="utf-8")
            assert not re.search(r"https?://|//[a-z]+\.|innerHTML|eval\(", text), path
