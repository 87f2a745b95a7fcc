"""The files of an audit, the command, and the worked case of COMPAS."""

import importlib.util
import json
import math
import os
import re
import runpy
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from typer.testing import CliRunner

from fairbench.auditing import AuditError, audit
from fairbench.auditing.output import document
from fairbench.auditing.page import page
from fairbench.auditing.pictures import in_picture, of_curves
from fairbench.certify import Network
from fairbench.commands import main as commands
from fairbench.commands.app import app
from fairbench.data.real.entry import MIRROR
from fairbench.store.csv_tables import read_csv
from fairbench.store.tables import read_table

from ..conftest import NO_DATA
from ..report.elements import Elements

REPOSITORY = Path(__file__).parents[2]
HOSTILE = "<script>alert(1)</script> \"'&$x_1$ \x1b[2J"


@pytest.fixture(scope="module")
def hostile(people):
    """Names of columns and groups that would be HTML, a formula or words to a terminal."""
    group = people["group"].where(people["group"] != "a", f"a{HOSTILE}")
    data = {f"z{HOSTILE}": group, f"y{HOSTILE}": people["y"], "sex": people["sex"]}
    data |= {f"s{HOSTILE}": people["score"], "x": people["score"] * 2}
    model = Network([np.array([[3.0]])], [np.array([-3.0])])
    return audit(
        data, label=f"y{HOSTILE}", sensitive=[f"z{HOSTILE}", "sex"], score=f"s{HOSTILE}",
        model=model, features=["x"], people=5, seconds=0.5,
    )  # fmt: skip


@pytest.fixture(scope="module")
def shown(hostile):
    text = page(hostile)
    return text, Elements(text)


def test_what_the_data_say_is_text_and_nothing_else(shown):
    _, read = shown
    assert read.text.count(HOSTILE) > 20
    kinds = [given.get("type") for given, _ in read.scripts]
    assert kinds == ["text/plain", None] and "alert(1)" not in read.scripts[1][1]
    assert {name for _, given in read.tags for name in given if name.startswith("on")} == set()


def test_the_page_asks_for_nothing_and_shows_pictures_first(shown):
    text, read = shown
    assert "default-src 'none'" in text
    addresses = [given[name] for _, given in read.tags for name in ("src", "href") if name in given]
    assert all(address.startswith(("#", "data:image/png;base64,")) for address in addresses)
    inside = {address[1:] for address in addresses if address.startswith("#")}
    assert inside <= read.names
    assert len(read.named("img")) == 4 and all(each["alt"] for each in read.named("img"))
    assert text.index("<img") < text.index('class="answers"') < text.index("<table class")


def test_files_say_the_same_and_where_they_are_from(found, people, tmp_path):
    paths = {path.name: path for path in found.write(tmp_path / "audit")}
    assert {*paths} == {
        "audit.html", "audit.json", "measures.parquet", "measures.csv", "thresholds.csv",
        "curve.csv", "limit.csv", "calibration.csv",
    }  # fmt: skip
    told = json.loads(paths["audit.json"].read_text())
    table = read_csv(paths["measures.csv"])
    whole, about = read_table(paths["measures.parquet"], kind="audit")
    assert about["rows"] == told["about"]["rows"] == len(people)
    np.testing.assert_allclose(table["value"], found.measures["value"])
    pd.testing.assert_frame_equal(whole, found.measures, check_dtype=False)
    for one, other in zip(told["measures"], found.measures.to_dict("records"), strict=True):
        assert one["value"] == other["value"] or math.isnan(other["value"])
    assert told["findings"] == found.findings() and told["notes"] == found.notes
    # Thresholds that accept all or nobody.
    assert {"-inf"} <= {str(row["threshold"]) for row in told["curve"]}


def test_writing_again_gives_the_same_bytes_and_a_file_in_the_way_is_named(people, tmp_path):
    given = {"label": "y", "sensitive": "sex", "prediction": "yhat"}
    for name in ("one", "two"):
        audit(people, **given).write(tmp_path / name)
    for path in sorted((tmp_path / "one").iterdir()):
        if "metadata" not in path.name:  # which names the file itself
            assert path.read_bytes() == (tmp_path / "two" / path.name).read_bytes(), path.name
    (tmp_path / "file").write_text("")
    with pytest.raises(AuditError, match="it is a file"):
        audit(people, **given).write(tmp_path / "file")


def test_a_second_audit_leaves_no_table_of_the_first(found, people, tmp_path):
    found.write(tmp_path)
    (tmp_path / "notes.csv").write_text("mine")
    paths = audit(people, label="y", sensitive="sex", prediction="yhat").write(tmp_path)
    left = {path.name for path in tmp_path.iterdir()} - {path.name for path in paths}
    assert left == {"notes.csv", "measures.csv-metadata.json"}


def test_groups_of_one_name_are_told_apart(tmp_path):
    ends = np.array([["a", "b and c"], ["a and b", "c"]])[np.arange(400) // 2 % 2]
    z = np.array(["(missing)", None, "x", "((missing))"], object)[np.arange(400) // 4 % 4]
    data = {"u": ends[:, 0], "v": ends[:, 1], "z": z, "y": np.arange(400) % 2}
    data["p"] = 1 - data["y"]
    found = audit(data, label="y", sensitive=["u", "v", "z"], prediction="p", missing="group")
    found.write(tmp_path)
    groups = found.measures[found.measures["measure"] == "positive_rate"].set_index("attribute")
    assert set(groups.loc["u and v", "group"]) == {"'a' and 'b and c'", "'a and b' and 'c'"}
    assert list(groups.loc["z", "group"]) == ["((missing))", "(missing)", "x", "(((missing)))"]
    assert (groups.loc["z", "rows"] == 100).all()


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("score", [np.full(8, 0.5), np.linspace(0, 1e300, 8)])
def test_eight_rows_in_groups_of_three_end_in_a_page(score, tmp_path):
    data = {"y": np.arange(8) % 2, "z": np.array(list("abcabcab")), "p": np.arange(8) > 5}
    found = audit(data | {"s": score}, label="y", sensitive="z", prediction="p", score="s",
                  smallest=1)  # fmt: skip
    rows = found.measures[found.measures["part"] == "groups"].set_index(["group", "measure"])
    assert rows.loc[("a", "positive_rate"), "value"] == pytest.approx(1 / 3)
    assert rows.loc[("a", "positive_rate"), "high"] > 0.7
    found.write(tmp_path)
    told = json.loads((tmp_path / "audit.json").read_text())
    assert {row["held_out"] for row in told["thresholds"]} == {None}
    assert "∞" in (tmp_path / "audit.html").read_text()  # a rate over a rate of 0


def test_a_page_of_many_groups_is_bounded_and_says_so():
    generator = np.random.default_rng(2)
    data = {f"z{k}": generator.integers(0, 18, 3000) for k in range(2)}
    data |= {"y": generator.integers(0, 2, 3000), "s": generator.integers(5, 8, 3000)}
    found = audit(data, label="y", sensitive=["z0", "z1"], score="s", threshold=6, smallest=2)
    assert any("of 32" in note and "the 100 largest are compared" in note for note in found.notes)
    text = page(found)
    assert "The first 2,100 of " in text and len(text) < 8e6
    pairs = found.measures[found.measures["measure"] == "pairwise_accuracy"]
    gaps = pairs.groupby("attribute")["value"].agg(np.ptp)
    for attribute in ("z0", "z1"):
        assert gaps[attribute] == pytest.approx(found.value("gpa", attribute))


def test_numbers_of_rows_are_written_in_one_way():
    for rows, told in ((9000, "1,500"), (9001, "1,501")):  # of each score, alike or not
        k = np.arange(rows)
        data = {"y": k % 2, "z": k // 2 % 2, "s": 5 + k // 4 % 3}
        text = page(audit(data, label="y", sensitive="z", score="s", threshold=6))
        cells = re.findall(r'<(?:td class="number"[^>]*|/b)>[ ]?([0-9,]{4,})<', text)
        assert {f"{rows:,}", "4,500", told} <= {*cells}
        assert not any(cell.isdigit() for cell in cells)


def test_the_page_has_a_dark_side(shown):
    text, read = shown
    (meta,) = [each for each in read.named("meta") if each.get("name") == "color-scheme"]
    assert meta["content"] == "light dark" and "@media (prefers-color-scheme: dark)" in text


def test_the_legend_of_the_trade_off_lies_on_no_axes(found):
    figure = of_curves(found, ["group", "sex"])
    figure.draw_without_rendering()
    (legend,) = figure.legends
    own = legend.get_window_extent()
    for axes in figure.axes:
        assert axes.get_legend() is None and not own.overlaps(axes.get_tightbbox())


def test_a_model_is_in_the_document(hostile):
    told = document(hostile)["individual"]
    assert len(told["rows"]) == len(told["same"]) == len(told["witnesses"]) == 5
    assert any("Similar people" in text for text in hostile.findings())


def test_a_number_is_asked_for_by_name(found):
    assert found.value("accuracy", group="all rows") > 0.5
    for asked, message in (
        (("disparat_impact", "group"), "group: there is no measure .*nearest: 'disparate_impact'"),
        (("disparate_impact", "gruop"), "there is no attribute 'gruop'.*nearest: 'group'"),
        (("accuracy", "sex", "x"), "sex: there is no group 'x'; allowed: f, m"),
        (("accuracy_ratio", "sex", "f", "x"), "sex: f: there is no group held against 'x'"),
    ):
        with pytest.raises(KeyError, match=message):
            found.value(*asked)


def test_a_long_name_in_a_picture_is_cut_by_its_characters():
    assert in_picture("n" * 40, 24) == "n" * 21 + "..."
    assert in_picture("two  words\n$", 24) == "two words \\$"
    assert in_picture("n" * 24, 24) == "n" * 24


def test_the_command_writes_a_folder_and_says_what_it_found(people, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    people.to_csv("people.csv", index=False)
    words = ["audit", "people.csv", "--label", "y", "--sensitive", "group", "--sensitive", "sex"]
    words += ["--prediction", "yhat", "--reference", "group=c"]
    said = CliRunner().invoke(app, words)
    assert said.exit_code == 0, said.output
    assert "note: group: groups of fewer than 30 rows" in said.output
    assert "- sex: the positive rate goes from" in said.output
    assert Path("audit/audit.html").is_file() and "audit/audit.json" in said.output
    rows = read_csv("audit/measures.csv")
    assert set(rows.loc[rows["part"] == "reference", "against"]) == {"c", "f", "a and m"}


def test_the_command_ends_in_a_message(people, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    people.to_csv("people.csv", index=False)
    Path("file").write_text("")
    Path("closed").mkdir()
    monkeypatch.setattr("os.access", lambda path, how: Path(path).name != "closed")
    for words, message in (
        (["--sensitive", "sexx", "--output", "file"], "file: it is a file; name another folder (-"),
        (["--sensitive", "sexx", "--output", "file/new"], "is a file; name another folder (--out"),
        (
            ["--sensitive", "sexx", "--output", "closed/a/b"],
            "may not be written into; name another",
        ),
        (["--sensitive", "sexx"], "there is no column 'sexx'"),
        (["--sensitive", "sex", "--reference", "sex"], "COLUMN=GROUP is expected"),
    ):
        call = ["fairbench", "audit", "people.csv", "--label", "y", "--prediction", "yhat", *words]
        monkeypatch.setattr("sys.argv", call)
        with pytest.raises(SystemExit) as ended:
            commands.main()
        assert str(ended.value).startswith("fairbench audit: ") and message in str(ended.value)


@pytest.fixture(scope="module")
def compas():
    place = REPOSITORY / "examples" / "compas_audit.py"
    spec = importlib.util.spec_from_file_location("compas_audit", place)
    example = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(example)
    return example


def test_the_worked_case_ends_in_a_message(tmp_path, monkeypatch):
    if not os.environ.get(MIRROR):
        pytest.skip(f"{NO_DATA}: {MIRROR} names no folder")
    (tmp_path / "file").write_text("")
    example = REPOSITORY / "examples" / "compas_audit.py"
    monkeypatch.setattr("sys.argv", [str(example), str(tmp_path / "file")])
    with pytest.raises(SystemExit, match="file: it is a file; name another folder"):
        runpy.run_path(str(example), run_name="__main__")


def test_compas_is_what_was_printed_of_it(compas, tmp_path, monkeypatch, capsys):
    if not os.environ.get(MIRROR):
        pytest.skip(f"{NO_DATA}: {MIRROR} names no folder")
    monkeypatch.chdir(tmp_path)
    found = compas.main("out")
    assert found.about["rows"] == 7214 and Path("out/audit.html").is_file()
    for source, group, name, printed, value, low, high in compas.compared(found):
        digits = 0 if printed == int(printed) else len(str(printed).partition(".")[2])
        assert round(value, digits) == printed, (source, group, name)
        assert low < value < high
    # The counts of ProPublica's notebook: 990 and 805, 532 and 1,369.
    rows = found.measures[
        (found.measures["group"] == compas.BLACK) & (found.measures["part"] == "groups")
    ]
    counts = rows.set_index("measure")
    assert counts.loc["false_positive_rate", "value"] == 805 / (990 + 805)
    assert counts.loc["true_positive_rate", "value"] == 1369 / (532 + 1369)
    # Dressel and Farid print binomial intervals of the accuracies: [62.2, 65.4] and [65.1, 68.9].
    told = {group: (low, high) for s, group, name, *_, low, high in compas.compared(found)
            if name == "accuracy"}  # fmt: skip
    np.testing.assert_allclose(told[compas.BLACK], (62.2, 65.4), atol=0.1)
    np.testing.assert_allclose(told[compas.WHITE], (65.1, 68.9), atol=0.1)
    assert re.search(r"Caucasian +false negative rate +47.72 +47.72", capsys.readouterr().out)
