"""What is damaged, out of date or of another study is named and not shown; all else is."""

import hashlib
import json
import re
from pathlib import Path

import pandas as pd
import pytest

from fairbench.store import journal, provenance
from fairbench.store.csv_tables import write_csv
from fairbench.store.stamps import beside

from .conftest import TABLES
from .elements import Elements, points_of

VERDICTS = {f"results/tables/{name}" for name in ("reproduction.csv", "findings.md")}
SUMMARIES = {TABLES[name] for name in ("cells", "comparisons", "matched", "baselines")}
COMPARED_TABLES = ("values", "ranks", "pairs", "regret", "rank_stability")
COMPARED = {f"results/tables/{t}.csv" for t in COMPARED_TABLES}
COMPARED |= {
    f"results/figures/many_{name}_imbalance.{kind}"
    for name in ("ranks", "matrix", "regret", "stability")
    for kind in ("md", "pdf", "png")
}
PICTURE = {f"results/figures/answers.{kind}" for kind in ("md", "pdf", "png")}
FIGURE = "results/figures/fig8.png"
CANNOT = "There is a file, but it cannot be used"


def figures(*numbers: int) -> set[str]:
    return {f"results/figures/fig{n}.{kind}" for n in numbers for kind in ("md", "pdf", "png")}


def flip(path: Path, place: float = 0.5) -> None:
    content = bytearray(path.read_bytes())
    content[int(len(content) * place)] ^= 1
    path.write_bytes(content)


def cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-9])


@pytest.fixture
def noting(monkeypatch):
    """The report as a command, which notes what it reads."""
    monkeypatch.setattr(journal, "_journal", None)
    journal.begin(["report"])


def test_nothing_is_refused_of_a_finished_study(made, noting):
    given = made.write()
    assert given.faults == {}
    pages = figures(3, 4, 6, 8, 9, 10) | PICTURE | set(TABLES.values()) | VERDICTS | COMPARED
    assert set(given.used) == pages | set(made.plan.paths("limit"))


@pytest.mark.parametrize("stage", ["collect", "select", "summarise"])
def test_a_run_that_stopped_half_way_leaves_what_is_out_of_date(made, noting, stage):
    """New fits, and what is made of them up to a stage; the rest is of the run before."""
    made.put_fits(test_accuracy=0.25)
    out_of_date = VERDICTS | SUMMARIES | {TABLES["selected"]} | figures(8, 9, 10) | PICTURE
    out_of_date |= COMPARED
    if stage != "collect":
        made.put_selected()
        out_of_date -= {TABLES["selected"]}
    if stage == "summarise":
        made.put_summaries()
        out_of_date -= SUMMARIES
        made.put_figure(9)
        made.put_picture()
        made.put_comparison()
        out_of_date -= figures(9) | PICTURE | COMPARED
    given, page = made.write(), made.output.read_text()
    assert set(given.faults) == out_of_date
    assert all("it was made from" in fault for fault in given.faults.values())
    # The verdicts are gone with the tables behind them, and everything else is there.
    found = Elements(page)
    assert "table-verdicts" not in found.names
    assert "That one." not in found.text and "One is better" not in found.text
    pictures = {path for path in out_of_date if path.endswith(".png")}
    assert len(found.named("img")) == 11 - len(pictures)
    shown = {name for name, path in TABLES.items() if path not in out_of_date} - {"fits"}
    assert {f"data-{name}" for name in shown} == found.names & {f"data-{name}" for name in TABLES}
    assert points_of(page, "fig8")["fr_train"]["y"][0] == 0.25
    fault = f"{FIGURE}: it was made from another results/tables/fits.parquet"
    assert fault in found.text
    assert "Not drawn yet." not in found.text and "Not finished yet." not in found.text


def test_one_table_of_an_earlier_run_is_refused_with_what_is_made_from_it(made, noting):
    kept = {
        path: Path(path).read_bytes() for path in (TABLES["matched"], beside(TABLES["matched"]))
    }
    made.put_fits(test_accuracy=0.25)
    made.put_selected()
    made.put_summaries()
    made.put_figure(8)
    for path, content in kept.items():
        Path(path).write_bytes(content)
    with made.job(*(path for name, path in TABLES.items() if name != "matched")):
        write_csv(made.verdicts(), "results/tables/reproduction.csv")
    given = made.write()
    texts = {path for path in VERDICTS if path.endswith(".md")}
    refused = {TABLES["matched"]} | texts | figures(9, 10) | PICTURE | COMPARED
    assert set(given.faults) == refused


def test_a_table_is_out_of_date_with_one_of_many_files(made):
    assert len(made.plan.paths("train")) > 12  # put together in the provenance of the table
    path = made.plan.paths("train")[0]
    made.put_fit(path, accuracy=0.1)
    given = made.write()
    assert given.faults[TABLES["fits"]].startswith("it was made from another results/fits")
    assert given.faults["results/figures/fig8.png"].endswith("which cannot be used either")
    # The plots are drawn from the fits themselves.
    assert path in given.used
    made.put_fit(path)
    assert made.write().faults == {}


@pytest.mark.parametrize(
    ("overlay", "refused", "of_this_config"),
    [
        ({"seed": 1}, VERDICTS | {*TABLES.values()} | figures(8, 9, 10) | PICTURE | COMPARED, 0),
        ({"bootstrap": 300}, VERDICTS | SUMMARIES | figures(9, 10) | PICTURE, 0),
        ({"figures": {"fig6": [3.0]}}, set(), 0),
        ({"resources": {"threads": 3}}, set(), "all"),
    ],
    ids=["seed", "bootstrap", "figure", "resources"],
)
def test_of_another_config_is_shown_what_it_would_make_alike(
    made, noting, overlay, refused, of_this_config
):
    made.configure(**overlay)
    given, page = made.write(), Elements(made.output.read_text())
    # Fits and limits are of this study by their own descriptions.
    described = {*made.plan.paths("limit"), *made.plan.paths("train")}
    assert refused <= set(given.faults) <= refused | described
    assert bool(refused & VERDICTS) != ("table-verdicts" in page.names)
    number = len(given.used) if of_this_config == "all" else of_this_config
    assert f"that of {number} of the {len(given.used)} files shown" in page.text
    assert ("(this page's)" in page.text) == (of_this_config == "all")
    assert "every file" not in page.text
    if refused:
        assert f"{TABLES['cells']}: it was made with other settings" in page.text


def test_a_table_that_does_not_say_its_settings_is_refused(made):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(provenance.HANDED, "")
        write_csv(made.table(), TABLES["cells"])
    fault = "it does not say with which settings it was made"
    assert made.write().faults[TABLES["cells"]] == fault


def test_where_files_are_gone_the_config_decides(made):
    """A run under way has removed its outputs: an old figure has nothing to be compared with."""
    Path(TABLES["fits"]).unlink()
    assert made.write().faults == {}
    made.configure(figures={"fig6": [3.0]})
    given = made.write()
    assert set(given.faults) == VERDICTS | figures(8, 9, 10) | COMPARED
    assert given.faults[FIGURE].startswith("it was made under another config, from files")


@pytest.mark.parametrize("place", [0.02, 0.99])
@pytest.mark.parametrize(
    ("path", "words", "places"),
    [
        ("results/figures/fig9.png", 'alt="Caption 9.', 1),
        ("results/figures/fig9.md", "Caption 9.", 0),
        ("results/figures/fig9.pdf", 'href="figures/fig9.pdf"', 0),
        ("results/figures/answers.png", 'alt="All answers.', 1),
        ("results/tables/findings.md", "One is better", 1),
        ("results/tables/reproduction.csv", 'id="table-verdicts"', 1),
        ("results/tables/cells.csv", 'id="data-cells"', 1),
    ],
)
def test_a_damaged_file_is_named_and_not_shown(made, noting, path, words, places, place):
    assert words in made.page()
    flip(Path(path), place)
    given, page = made.write(), made.output.read_text()
    assert set(given.faults) == {path}
    text = Elements(page).text
    assert re.search(f"{path}: it (is damaged|carries no provenance|is no)", text)
    # A caption and a link are simply not there; of a picture, a table or what was found something
    # is said.
    assert words not in page and text.count(CANNOT) == places


@pytest.mark.parametrize(
    ("path", "old", "new"),
    [
        ("results/figures/fig9.md", "Caption 9.", "Another caption."),
        ("results/tables/findings.md", "One is better", "One is worse"),
    ],
)
def test_an_edited_text_is_not_shown(made, path, old, new):
    text = Path(path).read_text()
    assert old in text
    Path(path).write_text(text.replace(old, new))
    given, page = made.write(), made.output.read_text()
    assert old not in page and new not in page
    assert set(given.faults) == {path}


def test_one_damaged_fit_takes_its_own_points_alone(made, noting):
    Path(TABLES["fits"]).unlink()
    every = points_of(made.page(), "fig8")
    path = made.fits_of("tradeoff_clean", "fr_train")
    cut(Path(path))
    given, page = made.write(), made.output.read_text()
    assert set(points_of(page, "fig8")) == set(every) - {"fr_train"}
    assert set(given.faults) == {path}
    assert f"{path}: it is damaged" in Elements(page).text


def test_one_damaged_limit_takes_its_own_line_alone(made, noting):
    first, second, *_ = made.plan.paths("limit")
    cut(Path(first))
    made.put_limit(second, draws=7)
    given = made.write()
    assert "data-plot" in made.page()
    assert {first, second} <= set(given.faults)
    assert "damaged" in given.faults[first] and "draws is 7" in given.faults[second]
    # The third is drawn, and with it the figures that were made from all of them are out of date.
    assert len(given.limits()) == 2 * (len(made.plan.paths("limit")) - 2)


def test_a_strangers_provenance_leads_nowhere(made):
    """It may name itself, or a file outside, as what it was made from."""
    settings = made.plan.settings()[TABLES["cells"]]
    text = b"a\n1\n"
    for name in (TABLES["cells"], "results/../secret.csv", "results/tables/\0.csv", "/dev/zero"):
        given = {"name": name, "sha256": "0" * 64, "files": 1}
        with made.job():
            content = hashlib.sha256(text).hexdigest()
            document = provenance.describe(TABLES["cells"], content)
        sealed = provenance.seal(document | {"inputs": [given], "settings": settings})
        Path(TABLES["cells"]).write_bytes(text)
        Path(beside(TABLES["cells"])).write_text(json.dumps({"notes": [sealed]}))
        assert "Cells" in made.page()


def test_an_unreadable_table_is_named(made):
    Path(TABLES["cells"]).unlink()
    Path(TABLES["cells"]).mkdir()
    given = made.write()
    assert given.faults[TABLES["cells"]] == "it is no plain file"
    assert isinstance(given.table("tables/selected.csv"), pd.DataFrame)
