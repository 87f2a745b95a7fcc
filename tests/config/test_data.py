"""Real data in a config: names, profiles, own entries and folders; each fault has its message."""

import os
from pathlib import Path

import pytest
import yaml
from snakemake.utils import update_config

from fairbench.config.check import ConfigError, check
from fairbench.data.real.entry import MIRROR
from fairbench.methods import find
from fairbench.planning.complaint import read_yaml
from fairbench.planning.data_sections import name_mirror
from fairbench.planning.datasets import entry_problems
from fairbench.planning.methods import class_problems

REPOSITORY = Path(__file__).parents[2]
DEFAULT = REPOSITORY / "config" / "config.yaml"
OWN = REPOSITORY / "examples" / "applicants.yaml"

#: what is said beside the method and its grid, the key complained of, and parts of the message
FAULTS = {
    "unknown": ("dataset: compass", "dataset", ["published", "german", "nearest: compas"]),
    "profile": (
        "dataset: compas, profile: raw7124",
        "profile",
        ["no such profile", "allowed: propublica6172, raw7214, aif5278", "nearest: raw7214"],
    ),
    "profile of drawn data": (
        "dataset: independent, profile: raw7214",
        "profile",
        ["profile belongs to real data sets"],
    ),
    "rate": ("dataset: compas, positive_rate: [0.5]", "positive_rate", ["law of drawn data"]),
    "c": ("dataset: adult, group_coefficient: [1.0]", "group_coefficient", ["given:   [1.0]"]),
    "rotation": ("dataset: bank, rotation: 45", "rotation", ["bank has none"]),
    "rows": ("dataset: bank, rows: {test: 100}", "rows", ["law of drawn data"]),
    "no file": ("dataset: nowhere.yaml", "dataset", ["nowhere.yaml: cannot be read", "No such"]),
    "path of no entry": ("dataset: ../../etc/passwd", "dataset", ["no such data set"]),
    "wildcard": ("dataset: 'a{data}.yaml'", "dataset", ["without braces"]),
    "groups of drawn data": (
        "dataset: independent, sensitive: race",
        "sensitive",
        ["sensitive belongs to real data sets"],
    ),
    "groups of no column": (
        "dataset: adult, sensitive: [sex, rase]",
        "sensitive",
        ["no column 'rase'", "did you mean race?"],
    ),
    "groups of a column twice": (
        "dataset: adult, sensitive: [sex, sex]",
        "sensitive",
        ["distinct"],
    ),
    "poisoned group of two": (
        "dataset: adult, poisoning: {group: 3}",
        "poisoning.group",
        ["the data set has two groups", "allowed: 0, 1, any"],
    ),
    "poisoned group": (
        "dataset: compas, poisoning: {group: -1}",
        "poisoning.group",
        ["the number of a group, 0, 1, ..., or any"],
    ),
    "new line": ('dataset: "a\\nb.yaml"', "dataset", ["without braces"]),
}


def checked(folder: Path, overlay: str):
    """Check an overlay laid over the default config as Snakemake lays it."""
    path = folder / "overlay.yaml"
    path.write_text(overlay, encoding="utf-8")
    merged = read_yaml(DEFAULT)
    update_config(merged, read_yaml(path))
    return check(merged, [DEFAULT, path])


def real(text: str, further: str = "") -> str:
    methods = "lambda_f: [0.1], methods: {fr_train: {}}"
    return f"studies: {{mine: {{{text}, {methods}}}}}\n{further}"


def refused(folder: Path, overlay: str) -> str:
    with pytest.raises(ConfigError) as refusal:
        checked(folder, overlay)
    return " ".join(str(refusal.value).split())


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_named_with_what_is_allowed(tmp_path, name):
    text, key, parts = FAULTS[name]
    message = refused(tmp_path, real(text))
    assert f"overlay.yaml: studies.mine.{key} " in message
    assert [part for part in parts if " ".join(part.split()) not in message] == [], message


@pytest.mark.parametrize("text", ["dataset: compas", "dataset: compas, profile: aif5278"])
def test_a_shipped_data_set_goes_by_its_name(tmp_path, text):
    assert checked(tmp_path, real(text)).studies["mine"].dataset == "compas"


@pytest.mark.parametrize("groups", ["race", "[sex, race]"])
def test_groups_may_be_levels_of_columns_and_any_of_them_be_poisoned(tmp_path, groups):
    text = f"dataset: compas, sensitive: {groups}, poisoning: {{group: 4}}"
    assert checked(tmp_path, real(text)).studies["mine"].poisoning.group == 4
    profile = "dataset: compas, profile: propublica6172_race, poisoning: {group: 4}"
    assert checked(tmp_path, real(profile)).studies


OLD = "studies: {mine: {DATA, lambda_f: [0.1], methods: {old: {file: METHOD, "


def test_a_method_for_two_groups_is_refused_more_of_them(tmp_path):
    method = REPOSITORY / "examples" / "covariance_penalty.py"
    text = OLD + "method: covariance_penalty}}}}"
    text = text.replace("METHOD", str(method))
    assert checked(tmp_path, text.replace("DATA", "dataset: compas")).studies
    for data in ("dataset: compas, sensitive: race", "dataset: adult, profile: complete45222_race"):
        message = refused(tmp_path, text.replace("DATA", data))
        assert "studies.mine.methods.old" in message and "it knows two groups" in message


def test_a_track_of_more_than_two_groups_is_refused(tmp_path):
    track = "tracking: {more: {study: mine, label: fr_train, lambda_f: 0.1, lambda_r: 0.05}}"
    message = refused(tmp_path, real("dataset: compas, sensitive: race", track))
    assert "tracking.more.study" in message and "that of two groups" in message


def changed(folder: Path, **changes) -> Path:
    document = yaml.safe_load(OWN.read_text(encoding="utf-8")) | changes
    path = folder / "own.yaml"
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    (folder / "applicants.csv").touch()
    return path


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"label": None}, "own.yaml: label"),
        ({"colour": "red"}, "colour: Extra inputs"),
        ({"sources": [{"file": "../passwd"}]}, "sources.0.file"),
        ({"sources": [{"file": "other.csv"}]}, "other.csv is missing"),
        ({"name": "compas"}, "its name, compas, is that of compas already"),
        ({"name": "independent"}, "its name, independent, is that of independent already"),
        ({"name": "../../etc"}, "own.yaml: name"),
    ],
    ids=str,
)
def test_a_bad_entry_file_is_named_with_its_fault(tmp_path, changes, part):
    path = changed(tmp_path, **changes)
    message = refused(tmp_path, real(f"dataset: {path}"))
    assert "studies.mine.dataset" in message
    assert part in message


def test_where_a_real_data_set_is_needed_a_drawn_one_is_refused():
    (found,) = entry_problems(("here",), "independent", None, {})
    assert (found.key, found.given) == (("here", "dataset"), "independent")
    assert "a real data set is needed" in found.problem and "compas" in found.allowed


def test_two_entries_of_one_name_would_share_their_files(tmp_path):
    both = [changed(tmp_path), OWN]
    methods = "lambda_f: [0.1], methods: {fr_train: {}}"
    studies = ", ".join(f"{p.stem}: {{dataset: {p}, {methods}}}" for p in both)
    assert "its name, applicants, is that of" in refused(tmp_path, f"studies: {{{studies}}}")
    assert checked(tmp_path, real(f"dataset: {OWN}")).studies


def test_figures_over_the_rate_need_a_law(tmp_path):
    figure = "figures: {fig9: {study: mine, label: fr_train, rivals: []}}"
    message = refused(tmp_path, real("dataset: compas", figure))
    assert "figures.fig9.study" in message and "drawn over P(Y=1)" in message


def test_a_tracked_run_on_real_data_has_no_cell(tmp_path):
    track = "study: mine, label: fr_train, lambda_f: 0.1, lambda_r: 0.05"
    overlay = "tracking: {more: {TRACK}}".replace("TRACK", track)
    assert checked(tmp_path, real("dataset: compas", overlay)).studies
    cell = overlay.replace("lambda_r", "positive_rate: 0.5, lambda_r")
    assert "tracking.more.positive_rate" in refused(tmp_path, real("dataset: compas", cell))


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("data: {folder: results/data}", "data.folder"),
        ("data: {folder: deep}\nresults: deep/results", "data.folder"),
        ("data: {folder: results}", "data.folder"),
        ("data: {folder: /etc}", "data.folder"),
        ("data: {folder: a/../../b}", "data.folder"),
        ("data: {mirror: no/such/folder}", "data.mirror"),
        ("data: {miror: x}", "data.miror"),
    ],
)
def test_folders_of_data_are_checked(tmp_path, text, key):
    assert f"overlay.yaml: {key}" in refused(tmp_path, text)


def test_the_mirror_of_the_environment_goes_before_that_of_the_config(tmp_path, monkeypatch):
    data = checked(tmp_path, f"data: {{mirror: {tmp_path}}}").data
    monkeypatch.setenv(MIRROR, "elsewhere")
    name_mirror(data)
    assert os.environ[MIRROR] == "elsewhere"
    monkeypatch.setenv(MIRROR, "")
    name_mirror(data)
    assert os.environ[MIRROR] == str(tmp_path)


CLASSES = {"label": {"column": "region", "classes": ["north", "south", "islands"]}}
#: where a kind of study is given a data set
KINDS = {
    "studies.mine": "studies: {mine: {DATA, lambda_f: [0.1], methods: {fr_train: {}}}}",
    "representations.datasets.mine": "representations: {datasets: {mine: {DATA}}}",
    "fr_train.readings.mine": "fr_train: {readings: {mine: {DATA, stands_for: Adult}}}",
    "individual.networks.data.mine": "individual: {networks: {data: {mine: {DATA}}}}",
}


@pytest.mark.parametrize("place", KINDS)
def test_studies_that_measure_decisions_of_two_refuse_more_classes(tmp_path, place):
    profiles = {"many": CLASSES, "two": {}}
    features = {"numeric": ["age", "years of work", "test score"]}
    path = changed(tmp_path, profiles=profiles, features=features)
    for profile, given in (("", "dataset"), (", profile: many", "profile")):
        text = KINDS[place].replace("DATA", f"dataset: {path}{profile}")
        message = refused(tmp_path, text)
        assert f"{place}.{given} " in message and "allowed: two" in message
        assert "its label has 3 classes, and this kind of study measures decisions" in message
    assert checked(tmp_path, KINDS[place].replace("DATA", f"dataset: {path}, profile: two"))


def test_a_method_for_two_classes_is_named_beside_those_that_can_do_with_more():
    (found,) = class_problems(("here",), find("fr_train"), 10)
    assert (found.key, found.given) == (("here",), "fr_train")
    assert "it knows two classes, and the label of these data has 10" in found.problem
    able = {"logistic_regression", "plain", "binary_mi", "binary_bernoulli", "adv_cls", "vfae"}
    assert able <= {*found.allowed} and "fr_train" not in found.allowed
    assert not list(class_problems(("here",), find("plain"), 10))
    assert not list(class_problems(("here",), find("fr_train"), 2))
