"""The page says what is there and what is not, and nothing of the data becomes a part of it."""

import base64
import hashlib
import re
from pathlib import Path

import pytest

from fairbench.planning.comparison import PAPER as COMPARED
from fairbench.report.contents import entries
from fairbench.report.gather import split_caption
from fairbench.status.study import plan_of

from .conftest import HOSTILE, REPOSITORY
from .elements import Elements, json_of, points_of


def test_nothing_finished_is_said_and_not_hidden(empty):
    page = Elements(empty.page())
    assert "This report is partial." in page.text
    jobs = empty.plan.default()
    assert f"0 of {len(jobs)} jobs finished" in page.text
    assert "training: fr_train (3 to do)" in page.text  # two cells and figure 8's
    assert page.named("img") == []
    assert page.text.count("Not drawn yet.") == 11
    assert page.text.count("Not finished yet.") == 10


def test_a_failed_job_is_named(empty):
    job = next(job for job in empty.plan.default() if job.stage == "figures")
    Path(job.log).parent.mkdir(parents=True)
    Path(job.log).write_text("fairbench figure: no room")
    assert f"figures: {job.what} (1 failed)" in Elements(empty.page()).text


def test_the_fits_finished_so_far_can_be_explored(made):
    made.results.joinpath("tables", "fits.parquet").unlink()
    Path(made.fits_of("tradeoff_clean", "fr_train")).unlink()
    points = points_of(made.page(), "fig8")
    assert set(points) == {*made.plan.config.studies["tradeoff_clean"].entries()} - {"fr_train"}


def test_a_finished_study_is_shown_whole(made):
    page = Elements(made.page())
    assert "This report is partial." not in page.text
    assert len(page.named("img")) == 11
    assert all(image["src"].startswith("data:image/png;base64,") for image in page.named("img"))
    assert "Not drawn yet." not in page.text and "Not finished yet." not in page.text
    names = [each["data-plot"] for each in page.named("div") if "data-plot" in each]
    assert names == ["fig8", "study-imbalance", "study-imbalance"]


def test_strings_of_the_data_are_text_and_nothing_else(made):
    text = made.page()
    page = Elements(text)
    # They are there, as they are ...
    assert page.text.count(HOSTILE) >= 6 + 6 + 1  # captions, verdicts, findings, at the least
    # ... and have added no element and no attribute.
    kinds = [attributes.get("type") for attributes, _ in page.scripts]
    assert kinds == ["application/json", "application/json", "text/plain", None, None]
    assert len(page.named("img")) == 11
    assert not [name for _, given in page.tags for name in given if name.startswith("on")]
    assert "49" not in re.findall(r"&amp;(\d+)", text)  # {{7*7}} was not worked out


def test_the_picture_and_the_findings_come_first_and_lead_to_the_tables(made):
    page = made.page()
    picture, found = page.index('<figure id="answers">'), page.index("One is better")
    assert picture < found < page.index('class="tiles"')
    sentence = page[found:].partition("</li>")[0]
    assert '<a href="#table-selected">selected.csv</a>' in sentence
    # A link of any other form stays text.
    assert "[tables](selected.csv)" in sentence


def test_json_inside_scripts_cannot_end_them(made):
    plots = [text for given, text in Elements(made.page()).scripts if "data-name" in given]
    assert len(plots) == 2
    assert not any("<" in text or ">" in text for text in plots)


def test_the_policy_allows_the_pages_own_scripts_alone(made):
    page = Elements(made.page())
    (policy,) = [
        each["content"]
        for each in page.named("meta")
        if each.get("http-equiv") == "Content-Security-Policy"
    ]
    run = [text for given, text in page.scripts if "type" not in given]
    digests = [hashlib.sha256(text.encode()).digest() for text in run]
    allowed = [f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests]
    assert re.search(r"script-src ([^;]*);", policy)[1].split() == [*allowed, "blob:"]
    assert "default-src 'none'" in policy and "connect-src" not in policy


def test_nothing_is_fetched(made):
    page = Elements(made.page())
    sources = [given[name] for _, given in page.tags for name in ("src", "srcset") if name in given]
    assert all(source.startswith("data:") for source in sources)
    assert page.named("link") == [] and page.named("iframe") == []
    links = [given["href"] for given in page.named("a")]
    assert not [link for link in links if link.startswith(("http:", "//"))]


def test_links_lead_to_the_files(made):
    links = [given["href"] for given in Elements(made.page()).named("a")]
    files = [link for link in links if not link.startswith("#")]
    assert "figures/fig8.pdf" in files and "tables/selected.csv" in files
    assert [link for link in files if not (made.results / link).is_file()] == []


def test_contents_lead_to_what_is_there(made):
    page = Elements(made.page())
    there = {given["id"] for _, given in page.tags if "id" in given}
    inside = {given["href"][1:] for given in page.named("a") if given["href"].startswith("#")}
    assert inside <= there


def test_verdicts_are_counted_and_the_failed_come_first(made):
    page = made.page()
    tiles = re.findall(r'<span class="count">(\d+)</span> <span class="badge \w+">', page)
    assert tiles == ["3", "1", "1", "2"]  # reproduced, not reproduced, undecided, not comparable
    table = page.partition('id="table-verdicts"')[2].partition("</table>")[0]
    words = re.findall(r"</span> ([a-z ]+)</span></td>", table)
    assert words == ["not reproduced", "undecided"] + ["reproduced"] * 3 + ["not comparable"] * 2
    figure = page.partition('<figure id="fig8">')[2].partition("</figure>")[0]
    shown = re.findall(r'<span>(\d) <span class="badge (\w+)">', figure)
    assert shown == [("1", "bad"), ("1", "open"), ("3", "good")]


def test_the_costs_are_those_measured(made):
    page = made.page().partition('<section id="costs">')[2].partition("</section>")[0]
    rows = [re.findall(r"<td[^>]*>([^<]*)</td>", row) for row in page.split("<tr>")]
    assert ["training", "fr_train", "3", "8 s", "2.5 s", "2.5 s", "100"] in rows


def test_the_plots_hold_every_usable_fit_and_the_means(made):
    plot = json_of(made.page(), "study-imbalance")
    assert [cell["name"] for cell in plot["cells"]] == [
        "P(Y=1) = 0.1, c = 1",
        "P(Y=1) = 0.5, c = 1",
    ]
    limit, *_, points, means = plot["cells"][0]["traces"]
    assert limit["y"] == [0.9, 0.8]
    assert points["meta"] == means["meta"] == "fr_train"
    assert points["customdata"][0] == [0.1, 0.1, 0, 2023, "ok"]
    assert len(points["x"]) == 4
    assert means["customdata"] == [[0.1, 0.1, 2], [0.8, 0.1, 2]]
    assert means["y"] == [0.9, 0.83]  # 0.9 - 0.1 lambda + 0.02 trial, over trials 0 and 1


def test_a_lost_fit_has_no_point_and_a_strange_label_is_escaped(made):
    points = points_of(made.page(), "fig8")
    assert 0.3 not in [row[0] for row in points["fr_train"]["customdata"]]
    (strange,) = set(points) - {"fr_train", "group_thresholds"}
    assert strange.startswith("&lt;/script&gt;") and "<" not in strange


def test_every_figure_and_table_of_the_default_config_is_shown(monkeypatch, tmp_path):
    """A figure, table or text of which no job says what it is would be missing without a word."""
    monkeypatch.chdir(REPOSITORY)
    plan = plan_of(["config/config.yaml"])
    monkeypatch.setattr(plan, "started", lambda: plan.jobs)
    kinds = ("figure", "picture", "table", "verdicts", "findings")
    found = [each for kind in kinds for each in entries(plan, kind)]
    made = {
        path.removeprefix(f"{plan.root}/")
        for job in plan.jobs
        for path in job.outputs.values()
        if job.stage != "download"
        if path.endswith((".png", ".csv", "/tables/findings.md"))
    }
    # The points of the sweep are drawn, and their correlations shown.
    made.discard("representations/tables/sweep.csv")
    assert made == {
        f"{each.path}{'' if '/tables/' in f'/{each.path}' else '.png'}" for each in found
    }
    assert all(each.shown.title for each in found)
    assert all(each.shown.row for each in entries(plan, "table"))
    figures = entries(plan, "figure")
    assert all(e.shown.paper and e.shown.topic for e in figures)
    assert all(e.number for e in figures if e.shown.paper != COMPARED)
    # What is of a paper comes first.
    papers = list(dict.fromkeys(e.shown.paper for e in figures))
    assert papers[-1] == COMPARED
    assert len({each.name for each in found}) == len(found)


@pytest.mark.parametrize(
    ("caption", "parts"),
    [
        ("One run. It ends.\n\nAt DI 0.8. More.", ("One run. It ends.", "At DI 0.8. More.")),
        ("Only this, e.g. so", ("Only this, e.g. so", "")),
        ("", ("", "")),
    ],
)
def test_a_caption_is_what_is_seen_and_then_its_details(caption, parts):
    assert split_caption(caption) == parts
