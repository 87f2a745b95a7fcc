"""The page says where its files come from, and where it comes from itself."""

import hashlib
import re
from pathlib import Path

import pandas as pd

from fairbench.store import checkout, journal
from fairbench.store.origins import read_provenance
from fairbench.store.tables import write_table

from .conftest import TABLES
from .elements import Elements

OLD, NEW = "c" * 40, "d" * 40


def test_commits_and_versions_are_those_of_the_files(made):
    given, page = made.write(), made.output.read_text()
    assert f"results of commit {OLD[:10]}" in " ".join(Elements(page).text.split())
    files = str(len(given.used))
    rows = rows_of(page, "files shown, by their provenance")
    assert ["commit", OLD, files] in rows and ["pandas", pd.__version__, files] in rows
    assert ["commit", checkout.commit()] in rows_of(page, "This page was written by")
    assert checkout.commit() not in [value for row in rows for value in row]


def test_every_commit_is_named_with_its_files(made):
    made.put_fit(made.plan.paths("train")[0], commit=NEW)
    made.put_fits()
    made.put_figure(6, commit=NEW)
    given, page = made.write(), made.output.read_text()
    assert "results of 2 commits" in " ".join(Elements(page).text.split())
    rows = rows_of(page, "files shown, by their provenance")
    assert [row for row in rows if row[0].startswith("commit")] == [
        ["commit", OLD, str(len(given.used) - 3)],
        ["commit", NEW, "3"],
        ["commit of files behind them", NEW, "1"],
    ]


def test_nothing_is_said_of_no_files(empty):
    text = Elements(empty.page()).text
    assert "results of" not in text and "by their provenance" not in text
    assert "This page was written by" in text


def test_checksums_of_data_are_those_of_the_provenance(made):
    path = made.plan.paths("draw")[0]
    raw = Path("resources/raw.csv")
    raw.parent.mkdir()
    raw.write_text("downloaded")
    with made.job():
        journal.saw_file(raw, is_data=True)
        write_table(pd.DataFrame({"x": [1.0]}), path, kind="dataset", about={"path": path})
    rows = data_rows(made.page())
    drawn = [path for job in made.plan.default() if job.rule == "draw" for path in job.files]
    for each in (path for path in drawn if path.endswith(".parquet")):
        assert rows[each] == {read_provenance(Path(each))["content"]}
    assert rows["resources/raw.csv"] == {hashlib.sha256(b"downloaded").hexdigest()}
    # What is behind the table of fits, even where the data are gone.
    Path(path).unlink()
    behind = {each["name"] for each in read_provenance(Path(TABLES["fits"]))["data"]}
    assert path in behind and path in data_rows(made.page())


def test_a_damaged_data_file_is_named(made):
    path = made.plan.paths("draw")[0]
    Path(path).write_bytes(Path(path).read_bytes()[:-9])
    page = made.page()
    assert f"{path}: it is damaged" in Elements(page).text
    assert not data_rows(page)[path] - {
        each["sha256"]
        for each in read_provenance(Path(TABLES["fits"]))["data"]
        if each["name"] == path
    }


def data_rows(page: str) -> dict[str, set[str]]:
    """Checksums by file, as the page lists them."""
    found: dict[str, set[str]] = {}
    for name, sha256 in rows_of(page, 'id="data-checksums"'):
        found.setdefault(name, set()).add(sha256)
    return found


def rows_of(page: str, start: str) -> list[list[str]]:
    """The cells of the table that begins with a text."""
    table = page.partition(start)[2].partition("</table>")[0].partition("<tbody>")[2]
    rows = [re.findall(r"<t[hd][^>]*>([^<]*)</t[hd]>", row) for row in table.split("<tr>")]
    return [row for row in rows if row]
