"""Which studies are compared, by what jobs: three methods or more, drawn from two data sets on."""

from pathlib import Path

import pytest

from fairbench.config.check import check
from fairbench.plan.plan import Plan
from fairbench.planning.comparison import Group, TestValues, comparison_jobs
from fairbench.planning.complaint import read_yaml
from fairbench.planning.shared import Shared

REPOSITORY = Path(__file__).parents[2]
FIGURES = {"ranks", "matrix", "stability"}


@pytest.fixture(scope="module")
def default():
    return Plan(check(read_yaml(REPOSITORY / "config" / "config.yaml")))


def compared(plan):
    return {
        job.first.rpartition("tables/")[0].removeprefix("results/"): job
        for job in plan.of("compare")
    }


def drawn(plan):
    figures = (job for job in plan.of("figure") if "/many_" in job.first)
    return {Path(job.first).stem.removeprefix("many_") for job in figures}


def test_every_kind_with_three_methods_compares_them(default):
    jobs = compared(default)
    names = {place: [group["name"] for group in job.spec["groups"]] for place, job in jobs.items()}
    assert names == {
        # fig9 and fig10 have a method each; the others of one data set are in the tables.
        "": ["tradeoff_clean", "tradeoff_poisoned", "imbalance", "imbalance_poisoned"],
        "representations/": ["representations"],
        "fr_train/": ["clean", "poisoned"],
        "individual/": ["networks"],
        "biased_mnist/": ["biased_mnist"],
    }
    assert set(jobs[""].inputs) == {"table", "fits", "limits"} and jobs[""].inputs["limits"]
    assert jobs["representations/"].spec["columns"]["criterion"] == ["auc", "gpa", "audc"]


def test_figures_are_of_studies_with_more_than_one_data_set(default):
    grids = {f"{name}_{study}" for study in ("imbalance", "imbalance_poisoned")
             for name in FIGURES | {"regret"}}  # fmt: skip
    groups = ("representations", "clean", "poisoned", "networks", "biased_mnist")
    others = {f"{name}_{group}" for group in groups for name in FIGURES}
    assert drawn(default) == grids | others


def test_a_new_study_needs_to_say_its_table_and_its_groups():
    values = TestValues("results/new/tables/t.csv", ("data",), ("seed",))
    groups = [
        Group("a", "A", {}, 3, 2),
        Group("b", "B", {"x": "y"}, 2, 9),
        Group("c", "C", {}, 5, 1),
    ]
    table, *figures = comparison_jobs(Shared("results", 7, "data"), "new", values, groups)
    assert [group["name"] for group in table.spec["groups"]] == ["a", "c"]
    assert table.spec["seed"] == 7 and table.name == "new/compare"
    assert {job.spec["study"] for job in figures} == {"a"} and len(figures) == 3
    assert all(set(job.inputs) for job in figures)
    made = set(table.outputs.values())
    assert {path for job in figures for paths in job.inputs.values() for path in paths} <= made
    assert list(comparison_jobs(Shared("results", 7, "data"), "new", values, groups[1:2])) == []
