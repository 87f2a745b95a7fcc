"""A config that cannot be right stops with one message: file, key, given, allowed, nearest."""

import ast
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from snakemake.utils import update_config

from fairbench import config_docs
from fairbench.check import ConfigError, check
from fairbench.complaint import read_yaml

REPOSITORY = Path(__file__).parents[1]
DEFAULT = REPOSITORY / "config" / "config.yaml"


def checked(folder: Path, overlay: str):
    """Check an overlay laid over the default config as Snakemake lays it."""
    path = folder / "overlay.yaml"
    path.write_text(overlay, encoding="utf-8")
    merged = read_yaml(DEFAULT)
    update_config(merged, read_yaml(path))
    return check(merged, [DEFAULT, path])


def study(text: str) -> str:
    return f"studies: {{imbalance: {{{text}}}}}"


def entry(text: str) -> str:
    return study(f"methods: {{mine: {{{text}}}}}")


IMBALANCE = "studies.imbalance"
MINE = f"{IMBALANCE}.methods.mine"

#: overlay, key named, and what else the message says
MALFORMED = {
    # unknown keys, at every level
    "top level": ("sed: 1", "sed", ["unknown key", "nearest: seed"]),
    "resources": ("resources: {thread: 2}", "resources.thread", ["nearest: threads"]),
    "study": (study("trails: 3"), f"{IMBALANCE}.trails", ["unknown key", "nearest: trials"]),
    "rows": (study("rows: {tests: 99}"), f"{IMBALANCE}.rows.tests", ["nearest: test"]),
    "poisoning": (
        study("poisoning: {rates: 0.1}"),
        f"{IMBALANCE}.poisoning.rates",
        ["allowed: group, rate, rule", "nearest: rate"],
    ),
    "method entry": (entry("varient: paper"), f"{MINE}.varient", ["nearest: variant"]),
    "budget": (
        study(
            "budget: {iteration: 9, warm_up: 1, update_ratio: 1, generator_rate: 0.1, "
            "fairness_rate: 0.1, robustness_rate: 0.1}"
        ),
        f"{IMBALANCE}.budget.iteration",
        ["unknown key", "nearest: iterations"],
    ),
    "parameter": (
        entry("method: fr_train, parameters: {reweight: off}"),
        f"{MINE}.parameters.reweight",
        ["allowed: ", "robust_gradient", "nearest: reweighting"],
    ),
    "figures": ("figures: {fig99: 1}", "figures.fig99", ["unknown key", "nearest: fig9"]),
    "panel": (
        "figures: {fig8: [{study: tradeoff_clean, tittle: x}]}",
        "figures.fig8.0.tittle",
        ["nearest: title"],
    ),
    "curves": ("figures: {fig9: {lable: x}}", "figures.fig9.lable", ["nearest: label"]),
    "missing key": (
        "studies: {more: {dataset: published, methods: {fr_train: {}}}}",
        "studies.more",
        ["the key lambda_f is missing", "given: ['dataset', 'methods']"],
    ),
    # types
    "word that YAML reads as false": (
        entry("method: fr_train, parameters: {reweighting: off}"),
        f"{MINE}.parameters.reweighting",
        ["given: False", 'write "off"'],
    ),
    "text for a number": ("seed: many", "seed", ["given:   'many'", "integer"]),
    "number for a list": (study("lambda_f: 0.3"), f"{IMBALANCE}.lambda_f", ["list"]),
    "list for a mapping": ("studies: [imbalance]", "studies", ["keys and their values"]),
    "text for a study": ("studies: {imbalance: all}", IMBALANCE, ["given:   'all'"]),
    "half a trial": (study("trials: 1.5"), f"{IMBALANCE}.trials", ["given:   1.5"]),
    # values
    "P(Y=1) = 0": (study("positive_rate: [0, 0.5]"), f"{IMBALANCE}.positive_rate.0", ["0"]),
    "P(Y=1) = 1": (study("positive_rate: [0.5, 1]"), f"{IMBALANCE}.positive_rate.1", ["less"]),
    "P(Y=1) > 1": (study("positive_rate: [1.2]"), f"{IMBALANCE}.positive_rate.0", ["1.2"]),
    "P(Y=1) undefined": (study("positive_rate: [.nan]"), f"{IMBALANCE}.positive_rate.0", ["nan"]),
    "c = 0": (study("group_coefficient: [0]"), f"{IMBALANCE}.group_coefficient.0", ["greater"]),
    "c < 0": (study("group_coefficient: [-1]"), f"{IMBALANCE}.group_coefficient.0", ["-1"]),
    "rate > 0.5": (study("poisoning: {rate: 0.6}"), f"{IMBALANCE}.poisoning.rate", ["0.5"]),
    "rate < 0": (study("poisoning: {rate: -0.1}"), f"{IMBALANCE}.poisoning.rate", ["-0.1"]),
    "lambda < 0": (study("lambda_f: [-0.1]"), f"{IMBALANCE}.lambda_f.0", ["-0.1"]),
    "no grid": (study("lambda_f: []"), f"{IMBALANCE}.lambda_f", ["at least 1"]),
    "twice in a grid": (
        study("lambda_f: [0.1, 0.3, 0.30000000000000004]"),
        f"{IMBALANCE}.lambda_f",
        ["distinct", "twice: 0.3"],
    ),
    "sum of weights": (
        study("lambda_f: [0.5, 0.96]"),
        f"{IMBALANCE}.lambda_f",
        ["lambda_f + lambda_r must stay below 1", "allow_negative_cross_entropy_weight", "1.01"],
    ),
    "eleven trials": (
        "studies: {fig9: {trials: 11}}",
        "studies.fig9.trials",
        ["given:   11", "independent"],
    ),
    "a cell for published": (
        "studies: {tradeoff_clean: {positive_rate: [0.5]}}",
        "studies.tradeoff_clean.positive_rate",
        ["published", "single cell"],
    ),
    "results outside": ("results: results/../..", "results", ["must not leave"]),
    "absolute results": ("results: /etc", "results", ["given:   '/etc'"]),
    # names
    "data set": (
        study("dataset: independant"),
        f"{IMBALANCE}.dataset",
        ["allowed: published, imbalance, independent", "nearest: independent"],
    ),
    "method": (
        study("methods: {fr_trian: {}}"),
        f"{IMBALANCE}.methods.fr_trian",
        ["unknown method", "group_thresholds", "nearest: fr_train"],
    ),
    "variant": (
        entry("method: fr_train, variant: papr"),
        f"{MINE}.variant",
        ["unknown variant", "allowed: released, paper", "nearest: paper"],
    ),
    "choice": (
        entry("method: fr_train, parameters: {reweighting: papre}"),
        f"{MINE}.parameters.reweighting",
        ["allowed: released, paper, off", "nearest: paper"],
    ),
    "parameter's range": (
        entry("method: naive_mi, parameters: {beta: -1}"),
        f"{MINE}.parameters.beta",
        ["given:   -1"],
    ),
    "preset": (
        study("budget: poisond"),
        f"{IMBALANCE}.budget",
        ["no such budget preset", "clean", "nearest: poisoned"],
    ),
    "figure's study": (
        "figures: {fig9: {study: imbalanse}}",
        "figures.fig9.study",
        ["no such study", "nearest: imbalance"],
    ),
    "figure's label": (
        "figures: {fig9: {label: fr_trian}}",
        "figures.fig9.label",
        ["no method with this label", "nearest: fr_train"],
    ),
    "panel's study": (
        "figures: {fig8: [{study: tradeof_clean, title: x}]}",
        "figures.fig8.0.study",
        ["nearest: tradeoff_clean"],
    ),
    "switched-off study in a figure": (
        "studies: {imbalance: null}\nfigures: {fig9: {study: imbalance}, fig10: null}",
        "figures.fig9.study",
        ["switched off"],
    ),
    "no method file": (
        entry("file: methods/nowhere.py"),
        f"{MINE}.file",
        ["no method file methods/nowhere.py"],
    ),
    "everything switched off": (
        yaml.safe_dump(
            {
                "studies": dict.fromkeys(read_yaml(DEFAULT)["studies"]),
                "figures": dict.fromkeys(read_yaml(DEFAULT)["figures"]),
                "tracking": None,
            }
        ),
        "studies",
        ["every study is switched off"],
    ),
    # texts that could do harm as a path or in a shell
    "path as a study": (
        'studies: {"../../etc": {}}',
        "studies.../../etc",
        ["only text of the form"],
    ),
    "command as a study": (
        'studies: {"a; rm -rf x": {}}',
        "studies.a; rm -rf x",
        ["only text of the form"],
    ),
    "path as a label": (
        study('methods: {"../../etc": {}}'),
        f"{IMBALANCE}.methods.../../etc",
        ["only text of the form"],
    ),
    "path as a method": (
        entry('method: "../../etc/passwd"'),
        f"{MINE}.method",
        ["only text of the form", "given:   '../../etc/passwd'"],
    ),
    "a whole book": (f"seed: {'x' * 100_000}", "seed", ["..."]),
}


@pytest.mark.parametrize("name", MALFORMED)
def test_a_malformed_config_is_refused_in_one_readable_message(tmp_path, name):
    overlay, key, fragments = MALFORMED[name]
    with pytest.raises(ConfigError) as refusal:
        checked(tmp_path, overlay)
    message = str(refusal.value)
    assert f"overlay.yaml: {key}\n" in message
    assert "  given:   " in message
    unbroken = " ".join(message.split())
    parts = [" ".join(fragment.split()) for fragment in fragments]
    assert [part for part in parts if part not in unbroken] == [], message
    lines = message.splitlines()
    assert len(lines) < 25
    # pytest's folders are long; a user's are not
    assert max(len(line.replace(str(tmp_path), "")) for line in lines) <= 160


def test_weights_of_one_and_more_need_the_switch_that_says_what_it_does(tmp_path):
    allowed = study("lambda_f: [0.5, 0.96], allow_negative_cross_entropy_weight: true")
    assert checked(tmp_path, allowed).studies["imbalance"].lambda_f == [0.5, 0.96]


def test_the_file_named_is_the_one_that_says_it():
    merged = read_yaml(DEFAULT) | {"seed": "none"}
    with pytest.raises(ConfigError, match=r"config/config\.yaml: seed"):
        check(merged, [DEFAULT])


@pytest.mark.parametrize("content", ["- a\n- b\n", "just text", "a: [1\n", "\udcff"])
def test_a_file_that_is_no_mapping_is_named(tmp_path, content):
    path = tmp_path / "overlay.yaml"
    path.write_bytes(content.encode("utf-8", "surrogateescape"))
    with pytest.raises(ConfigError, match=r"overlay\.yaml"):
        read_yaml(path)


def test_a_method_file_that_cannot_be_imported_is_named_with_the_reason(tmp_path):
    broken = tmp_path / "broken.py"
    broken.write_text("import no_such_module\n")
    with pytest.raises(ConfigError, match="cannot be imported: ModuleNotFoundError") as refusal:
        checked(tmp_path, entry(f"file: {broken}"))
    assert f"{MINE}.file" in str(refusal.value)


MINE_AGAIN = """
from fairbench.methods import Method

class Mine(Method):
    name = "fr_train"

class Twice(Method):
    name = "twice"
"""


@pytest.mark.parametrize("name", ["fr_train", "twice"])
def test_two_methods_of_one_name_would_share_their_fits(tmp_path, name):
    one, two = tmp_path / "one.py", tmp_path / "two.py"
    for path in (one, two):
        path.write_text(MINE_AGAIN)
    entries = ", ".join(
        f"{path.stem}: {{method: {name}, file: {path}}}"
        for path in (one, two)[name == "fr_train" :]
    )
    with pytest.raises(ConfigError, match=f"the name {name} belongs to") as refusal:
        checked(tmp_path, study(f"methods: {{{entries}}}"))
    assert f"overlay.yaml: {IMBALANCE}.methods.two.file\n" in str(refusal.value)


@pytest.mark.slow
@pytest.mark.parametrize("name", ["study", "sum of weights", "path as a label"])
def test_snakemake_shows_the_message_and_no_traceback(tmp_path, name):
    overlay, key, _ = MALFORMED[name]
    (tmp_path / "overlay.yaml").write_text(overlay)
    # Snakemake looks for the default config from the folder that it works in.
    shutil.copytree(REPOSITORY / "config", tmp_path / "config")
    call = ["-m", "snakemake", "-n", "--directory", tmp_path, "--configfile"]
    ended = subprocess.run(
        [sys.executable, *call, tmp_path / "overlay.yaml"],
        cwd=REPOSITORY,
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
    )
    assert ended.returncode != 0
    said = ended.stdout + ended.stderr
    assert f"overlay.yaml: {key}\n" in said
    assert "Traceback" not in said
    assert len(said.splitlines()) < 25


@pytest.mark.parametrize("overlay", ["quick.yaml", "published.yaml", "real.yaml"])
def test_the_overlays_of_the_repository_are_right(overlay):
    merged = read_yaml(DEFAULT)
    update_config(merged, read_yaml(REPOSITORY / "config" / overlay))
    assert check(merged, [DEFAULT]).active()


def test_every_key_has_a_description():
    missing = [
        f"{model.__name__}.{name}"
        for model in config_docs.models()
        for name, field in model.model_fields.items()
        if not (field.description or "").strip()
    ]
    assert missing == []


def test_every_key_is_in_the_readme_of_the_config():
    text = (REPOSITORY / "config" / "README.md").read_text(encoding="utf-8")
    keys = {name for model in config_docs.models() for name in model.model_fields}
    assert sorted(key for key in keys if f"`{key}`" not in text) == []


def test_the_readme_of_the_config_is_up_to_date():
    path = REPOSITORY / "config" / "README.md"
    text = path.read_text(encoding="utf-8")
    assert config_docs.renewed(text) == text, "run python -m fairbench.config_docs"


def test_no_key_is_described_in_two_ways_by_a_model_of_its_own():
    """Models of the config are found by walking from the root: none is left out."""
    named = {
        node.name
        for path in (REPOSITORY / "fairbench").glob("config*.py")
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.ClassDef) and node.name != "Strict"
    }
    assert named <= {model.__name__ for model in config_docs.models()}
