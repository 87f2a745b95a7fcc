"""Real data in the plan: what their paths and descriptions depend on, and what they do not."""

import math
import shutil
from pathlib import Path

import pytest

from fairbench.config.check import check
from fairbench.plan.plan import Plan
from fairbench.planning.shared import Shared
from fairbench.studies.grid.plan import uses_of

OWN = Path(__file__).parents[2] / "examples" / "applicants.yaml"
STUDY = {
    "dataset": "compas",
    "trials": 12,
    "lambda_f": [0.1, 0.5],
    "methods": {"fr_train": {"variant": "released"}},
}


def plan(*studies: dict, **config) -> Plan:
    """The plan of studies that differ from `STUDY`."""
    named = {f"study_{i}": STUDY | changes for i, changes in enumerate(studies)}
    figures = dict.fromkeys(("fig3", "fig4", "fig6"))
    return Plan(check({"studies": named, "figures": figures} | config))


def made(plan: Plan, rule: str) -> dict:
    """The jobs of a rule by the file that each makes."""
    return {job.first: job for job in plan.of(rule)}


def specs(jobs: dict) -> list[dict]:
    return [job.spec for job in jobs.values()]


def test_groups_of_a_study_name_its_files_and_tables():
    two, many = plan({}), plan({"sensitive": ["sex", "race"]})
    assert not {*made(two, "train")} & {*made(many, "train")}
    assert all("/sensitive=sex+race/" in path for path in made(many, "train"))
    for found, name in ((two, ""), (many, "/sex+race")):
        (use, *_) = uses_of(found.of("collect")[0].spec)
        assert use.columns["dataset"] == f"compas/propublica6172{name}"
    for job in made(many, "draw").values():
        assert job.spec["parameters"]["sensitive"] == "sex+race"


def test_a_real_data_set_is_one_cell_without_a_law():
    found = plan({})
    folder = "results/data/compas/profile=propublica6172/seed=2023"
    assert list(made(found, "draw")) == [
        f"{folder}/trials=0-9.parquet",
        f"{folder}/trials=10-11.parquet",
    ]
    assert made(found, "limit") == {}
    for use in uses_of(found.of("collect")[0].spec):
        assert use.columns["dataset"] == "compas/propublica6172"
        assert math.isnan(use.columns["positive_rate"])
        assert math.isnan(use.columns["group_coefficient"])


def test_studies_on_drawn_and_real_data_stand_side_by_side():
    found = plan({}, {"dataset": "independent"}, {"dataset": "bank", "poisoning": {"rate": 0.1}})
    assert len(made(found, "limit")) == 1
    assert len(made(found, "draw")) == len(made(found, "train")) == 6
    assert all(path.startswith("results/poisoned/bank/") for path in made(found, "poison"))


def test_the_files_are_downloaded_or_lie_beside_the_entry():
    assert set(made(plan({}), "draw").popitem()[1].inputs["files"]) == {
        "resources/data/compas/compas-scores-two-years.csv"
    }
    elsewhere = plan({"dataset": "adult"}, data={"folder": "down/loads"})
    assert set(made(elsewhere, "draw").popitem()[1].inputs["files"]) == {
        "down/loads/adult/adult.data",
        "down/loads/adult/adult.test",
    }
    own = plan({"dataset": str(OWN)})
    assert made(own, "draw").popitem()[1].inputs["files"] == (str(OWN.with_suffix(".csv")),)
    assert not own.of("download")


def test_profiles_have_files_of_their_own():
    found = plan({}, {"profile": "raw7214"}, {"profile": "propublica6172"})
    assert len(made(found, "draw")) == len(made(found, "train")) == 4


@pytest.mark.parametrize(
    ("old", "new", "follows"),
    [
        ("one: [man]", "one: [woman]", "everyone"),
        ("op: in, value: [north, south]", "op: in, value: [north]", "mainland_by_age"),
        ("rows: 117", "rows: 116", "everyone"),
        ("licence: made up", "licence: all made up", ""),
        ("# Bare yes", "# A bare yes", ""),
        ("note: Without", "note: Rows without", ""),
    ],
)
def test_an_edited_entry_changes_the_profiles_that_it_defines(tmp_path, old, new, follows):
    path = tmp_path / "own.yaml"
    shutil.copy(OWN.with_suffix(".csv"), tmp_path)
    studies = [{"dataset": str(path), "profile": p} for p in ("everyone", "mainland_by_age")]
    text = OWN.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text, encoding="utf-8")
    before = plan(*studies)
    path.write_text(text.replace(old, new), encoding="utf-8")
    after = plan(*studies)
    assert made(before, "draw").keys() == made(after, "draw").keys()
    for rule in ("draw", "train"):
        pairs = zip(specs(made(before, rule)), specs(made(after, rule)), strict=True)
        changed = {
            one.get("data", [one])[0]["parameters"]["profile"] for one, two in pairs if one != two
        }
        assert changed == ({follows} if follows else set())


def test_another_address_of_the_same_file_changes_nothing(tmp_path):
    shipped = Path(__file__).parents[2] / "fairbench/data/real/entries/compas.yaml"
    text = shipped.read_text(encoding="utf-8").replace("name: compas", "name: mine")
    path = tmp_path / "mine.yaml"
    found = []
    for address in ("raw.githubusercontent.com", "other.example.org"):
        path.write_text(text.replace("raw.githubusercontent.com", address), encoding="utf-8")
        found.append(specs(made(plan({"dataset": str(path)}), "draw")))
    assert found[0] == found[1]
    path.write_text(text.replace("sha256: c", "sha256: d"), encoding="utf-8")
    assert specs(made(plan({"dataset": str(path)}), "draw")) != found[0]


def test_tables_are_made_where_they_are_asked_for():
    assert not plan({}).of("table")
    shared = Shared("results", 2023, "resources/data")
    path, about = shared.table("compas", "aif5278")
    assert path == "results/real/compas/aif5278.parquet"
    assert shared.table("compas").path == "results/real/compas/propublica6172.parquet"
    assert (about["dataset"], about["profile"]) == ("compas", "aif5278")
    assert shared.jobs[path].spec.items() >= about.items()
