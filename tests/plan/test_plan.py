"""Paths say what is in a file: the same for the same settings, others for any other."""

import copy
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from fairbench.base.paths import folders_of
from fairbench.config.check import check
from fairbench.plan.plan import Plan
from fairbench.planning.complaint import read_yaml
from fairbench.studies.grid.plan import uses_of
from fairbench.studies.grid.section import method_of

REPOSITORY = Path(__file__).parents[2]
STUDY = {
    "dataset": "independent",
    "positive_rate": [0.3],
    "trials": 4,
    "lambda_f": [0.1, 0.5],
    "methods": {"fr_train": {"variant": "released"}},
}
BUDGET = dict(
    zip(
        (
            "iterations",
            "warm_up",
            "update_ratio",
            "generator_rate",
            "fairness_rate",
            "robustness_rate",
        ),
        (30, 10, 3, 0.01, 0.01, 0.001),
        strict=True,
    )
)


CHANGES = [
    {"dataset": "imbalance"},
    {"positive_rate": [0.4]},
    {"group_coefficient": [1.4]},
    {"rotation": 45},
    {"rows": {"test": 200}},
    {"rows": {"train": 200, "clean": 1800}},
    {"trials": 5},
    {"poisoning": {"rule": "margin"}},
    {"poisoning": {"rule": "random"}},
    {"poisoning": {"group": "any"}},
    {"poisoning": {"rate": 0.2}},
    {"budget": "poisoned"},
    {"budget": BUDGET},
    {"budget": BUDGET | {"fairness_rate": 0.02}},
    {"budget": {"epochs" if key == "iterations" else key: n for key, n in BUDGET.items()}},
    {"lambda_f": [0.1]},
    {"lambda_f": [0.5, 0.1]},
    {"lambda_r": [0.1]},
    {"methods": {"adversarial": {}}},
    {"methods": {"fr_train": {"variant": "paper"}}},
    {"methods": {"fr_train": {"engine": "reference"}}},
    {"methods": {"fr_train": {"parameters": {"precision": "double"}}}},
]
"""Changes that each give another fit."""


def plan(studies: dict | None = None, **changes) -> Plan:
    """The plan of one study with changes, or of several studies."""
    studies = {"one": STUDY | changes} if studies is None else studies
    figures = dict.fromkeys(("fig3", "fig4", "fig6"))
    return Plan(check(copy.deepcopy({"studies": studies, "figures": figures})))


def made(plan: Plan, rule: str) -> dict:
    """The jobs of a rule by the file that each makes."""
    return {job.first: job for job in plan.of(rule)}


def uses(plan: Plan) -> list:
    """What the table of fits is collected from."""
    (job,) = plan.of("collect")
    return uses_of(json.loads(json.dumps(job.spec)))


def only(paths) -> str:
    (path,) = paths
    return path


def test_paths_carry_the_parameters():
    path = only(made(plan(), "train"))
    assert path == (
        "results/fits/independent/"
        "positive_rate=0.3/group_coefficient=1/rotation=-45/rows=1800+200+1000+20000/seed=2023/"
        "clean/method=fr_train/budget=clean/lambda_f=0.1+0.5/lambda_r=0.05/trials=0-3.parquet"
    )


@pytest.mark.parametrize(
    ("written", "in_path"),
    [(0.1 + 0.2, "/positive_rate=0.3/"), (0.50, "/positive_rate=0.5/"), (1e-3, "=0.001/")],
)
def test_numbers_have_one_way_to_be_written(written, in_path):
    assert in_path in only(made(plan(positive_rate=[written]), "draw"))


def test_whole_numbers_and_their_floats_are_one_file():
    assert (
        made(plan(group_coefficient=[1]), "train").keys()
        == made(plan(group_coefficient=[1.0]), "train").keys()
    )


def test_a_job_trains_three_values_of_c_and_one_more_trains_alone():
    before, after = (
        made(plan(positive_rate=[0.3, 0.5], group_coefficient=c), "train")
        for c in ([0.6, 1.0, 1.4], [0.6, 1.0, 1.4, 0.2])
    )
    assert len(before) == 2 and set(before) < set(after)
    assert all("/group_coefficient=0.6+1+1.4/" in path for path in before)
    assert all("/group_coefficient=0.2/" in path for path in set(after) - set(before))
    job = next(iter(before.values()))
    assert job.models == 3 * 4 * 2
    found = [about["parameters"]["group_coefficient"] for about in job.spec["data"]]
    assert found == [0.6, 1.0, 1.4]


def test_the_table_of_fits_has_one_order_however_cells_are_gathered():
    def columns(each):
        return {k: v for k, v in each.columns.items() if not isinstance(v, float) or v == v}

    lists = [
        [columns(use) for use in uses(plan(group_coefficient=[0.6, 1.0, 1.4], cells_per_job=n))]
        for n in (1, 2, 3)
    ]
    assert len(lists[0]) == 3 and lists[0] == lists[1] == lists[2]


@pytest.mark.parametrize("change", CHANGES, ids=str)
def test_whatever_changes_a_fit_changes_its_path(change):
    assert only(made(plan(**change), "train")) != only(made(plan(), "train"))


@pytest.mark.parametrize(
    "change", [{"criterion": "knee"}, {"poisoning": {"rate": 0}}, {"rotation": -45.0}], ids=str
)
def test_what_changes_no_fit_changes_no_path(change):
    assert made(plan(**change), "train").keys() == made(plan(), "train").keys()


def test_no_two_of_these_changes_share_a_path():
    assert len({only(made(plan(**change), "train")) for change in CHANGES}) == len(CHANGES)


def test_long_grids_are_shortened_and_stay_apart():
    long = [round(0.001 * i, 3) for i in range(1, 200)]
    one, two = (
        only(made(plan(lambda_f=long), "train")),
        only(made(plan(lambda_f=[*long[:-1], 0.9]), "train")),
    )
    assert one != two
    for path in (one, two):
        assert max(len(part.encode()) for part in path.split("/")) <= 255


def test_a_value_that_makes_no_folder_name_is_marked_and_stays_apart():
    given = [[1, 2], (1, 2), "a,b", "a b", "a/b", "a-b", "ä", "x" * 300, "x" * 301, 0.5]
    folders = [folders_of({"size": value}) for value in given]
    assert len(set(folders)) == len(folders)
    assert {"size=a-b", "size=0.5"} < set(folders)
    assert all(re.fullmatch(r"size=[A-Za-z0-9_.+-]{1,195}", folder) for folder in folders)


def test_names_fit_every_file_system_with_every_switch_set():
    parameters = {
        "generator_hidden_units": 1000,
        "warm_up_scale": 1 / 3,
        "precision": "double",
        "reweighting": "paper",
        "robust_gradient": "on",
        "robustness_hidden_units": 1024,
        "freeze_fairness_in_warm_up": True,
    }
    budget = {name: value / 3 if value < 1 else value for name, value in BUDGET.items()}
    methods = {"fr_train": {"parameters": parameters, "budget": budget, "engine": "reference"}}
    path = only(made(plan(methods=methods, poisoning={"rate": 1 / 3, "group": "any"}), "train"))
    assert max(len(part.encode()) for part in path.split("/")) <= 255


def test_studies_that_share_a_setting_share_its_fits():
    shared = plan({"one": STUDY, "two": STUDY | {"criterion": "knee"}})
    assert len(made(shared, "train")) == 1
    assert [use.study for use in uses(shared)] == ["one", "two"]
    assert len({use.path for use in uses(shared)}) == 1


def test_labels_of_one_setting_share_its_fits():
    methods = {"fr_train": {"variant": "released"}, "again": {"method": "fr_train"}}
    assert len(made(plan(methods=methods), "train")) == 1


def test_more_trials_keep_the_blocks_there_are():
    before, after = plan(trials=10), plan(trials=23)
    assert made(before, "train").keys() < made(after, "train").keys()
    assert made(before, "draw").keys() < made(after, "draw").keys()
    assert sorted(path.rpartition("=")[2] for path in made(after, "train")) == [
        "0-9.parquet",
        "10-19.parquet",
        "20-22.parquet",
    ]


def test_one_more_value_keeps_the_files_of_the_others():
    before, after = plan(), plan(positive_rate=[0.3, 0.7])
    for rule in ("draw", "train", "limit"):
        assert made(before, rule).keys() < made(after, rule).keys()


def test_a_fit_knows_the_data_it_belongs_to():
    """What a job is told to expect tells cells, trials and poisonings apart."""
    found = plan(positive_rate=[0.3, 0.5], trials=12, poisoning={"rule": "margin"})
    expected = {json.dumps(fit.spec["data"]) for fit in made(found, "train").values()}
    assert len(expected) == len(made(found, "train")) == 4


def test_a_method_names_the_files_that_it_is_made_of():
    methods = {"fr_train": {}, "naive_mi": {}, "normalized_mi": {}}
    found = plan(methods=methods)
    sources = {job.what: {Path(path).stem for path in job.sources()} for job in found.of("train")}
    assert "naive_mi" in sources["normalized_mi"] & sources["naive_mi"]
    assert "normalized_mi" not in sources["naive_mi"]
    assert not sources["fr_train"] & {"naive_mi", "normalized_mi"}
    assert "adversarial" in sources["fr_train"]  # whose discriminator it shares


@pytest.mark.parametrize("budget", ["poisoned", BUDGET], ids=["preset", "its own"])
def test_a_variant_follows_the_poisoning_where_the_budget_is_ones_own(budget):
    study = plan(budget=budget, poisoning={"rate": 0.1}).config.studies["one"]
    entry = study.methods["fr_train"]
    assert method_of("fr_train", study, entry).parameters.robust_gradient == "on"


PARSING = """
import sys, time
start = time.process_time()
from fairbench.config.check import check
from fairbench.planning.complaint import read_yaml
from fairbench.studies.grid.plan import uses_of
from fairbench.studies.grid.section import method_of
from fairbench.plan.plan import Plan
plan = Plan(check(read_yaml("config/config.yaml"), ["config/config.yaml"]))
seconds = time.process_time() - start
heavy = {"torch", "pandas", "numpy", "numba", "scipy", "sklearn", "matplotlib", "pyarrow"}
print(seconds, len(plan.of("train")), *sorted(heavy & set(sys.modules)))
"""


def test_the_default_plan_is_made_in_a_second_and_imports_nothing_heavy():
    call = [sys.executable, "-c", PARSING]
    ended = subprocess.run(call, cwd=REPOSITORY, capture_output=True, text=True, check=True)
    seconds, fits, *heavy = ended.stdout.split()
    assert heavy == []
    assert int(fits) > 0
    # time of the processor: other tests may be running
    assert float(seconds) < 1.0


def test_every_path_of_the_default_config_fits_every_file_system():
    default = Plan(check(read_yaml(REPOSITORY / "config" / "config.yaml")))
    for path in [path for job in default.jobs for path in job.files]:
        assert max(len(part.encode()) for part in path.split("/")) <= 255
        assert re.fullmatch(r"[A-Za-z0-9_.=+/-]+", path)


def test_a_title_cannot_end_the_script_that_it_stands_in():
    title = "</script><script>alert(1)</script>"
    merged = read_yaml(REPOSITORY / "config" / "config.yaml")
    merged["figures"]["fig8"][0]["title"] = title
    told = Plan(check(merged)).at("results/figures/fig8.png").command("cpu")
    assert "<" not in told and json.loads(told)["spec"]["options"][0]["title"] == title


def test_the_tables_say_what_a_method_was_allowed_to_see():
    entries = {
        "constant": {},
        "adversarial": {},
        "fr_train": {},
        "fr_train_alone": {"method": "fr_train", "parameters": {"reweighting": "off"}},
        "group_thresholds": {},
        "own_rows": {"method": "group_thresholds", "parameters": {"rows": "selection"}},
    }
    study = {"dataset": "published", "lambda_f": [0.1], "methods": entries}
    plan = Plan(check({"studies": {"s": study}}))
    names = ("fitted_on", "uses_clean_rows", "needs_sensitive_at_test")
    assert {
        use.columns["label"]: tuple(use.columns[name] for name in names) for use in uses(plan)
    } == {
        "constant": ("", False, False),
        "adversarial": ("train", False, True),
        "fr_train": ("train+clean", True, True),
        "fr_train_alone": ("train", False, True),
        "group_thresholds": ("train", False, True),
        "own_rows": ("train+selection", True, True),
    }
