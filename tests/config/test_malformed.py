"""A config that cannot be right stops with one message: file, key, given, allowed, nearest."""

import shutil
import subprocess
import sys

import pytest

from fairbench.config.check import ConfigError, check
from fairbench.planning.complaint import read_yaml

from . import malformed, malformed_sections
from .malformed import IMBALANCE, MINE
from .malformed_sections import HOSTILE, OF_FILES_AND_LIMITS, OF_REPRESENTATIONS
from .overlays import DEFAULT, REPOSITORY, checked, entry, study

#: where a config may name a method: how it is written there, and the key
SECTIONS = [(entry, MINE), (malformed_sections.mine, malformed_sections.METHOD)]
MALFORMED = malformed.MALFORMED | OF_REPRESENTATIONS | OF_FILES_AND_LIMITS | HOSTILE


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


@pytest.mark.parametrize(
    ("code", "reason"),
    [("import no_such_module", "ModuleNotFoundError"), ("import sys; sys.exit(0)", "SystemExit")],
)
@pytest.mark.parametrize(("of", "key"), SECTIONS)
def test_a_method_file_that_cannot_be_imported_is_named_with_the_reason(
    tmp_path, code, reason, of, key
):
    broken = tmp_path / "broken.py"
    broken.write_text(f"{code}\n")
    with pytest.raises(ConfigError, match=f"cannot be imported: {reason}") as refusal:
        checked(tmp_path, of(f"file: {broken}"))
    assert f"{key}.file" in str(refusal.value)


@pytest.mark.parametrize(("of", "key"), SECTIONS)
def test_a_method_whose_class_exits_is_named_with_the_reason(tmp_path, of, key):
    file = tmp_path / "exits.py"
    file.write_text(EXITS)
    with pytest.raises(ConfigError, match="the method cannot be made: SystemExit") as refusal:
        checked(tmp_path, of(f"file: {file}"))
    assert f"{key}.file" in str(refusal.value)


EXITS = """
import sys
from fairbench.methods import Method

class Mine(Method):
    name = "mine"

    def __init__(self, parameters=None):
        sys.exit("bye")
"""


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
        timeout=300,
        check=False,
    )
    assert ended.returncode != 0
    said = ended.stdout + ended.stderr
    assert f"overlay.yaml: {key}\n" in said
    assert "Traceback" not in said
    assert len(said.splitlines()) < 25


SEARCHED = """
from fairbench.methods.shared.representation import RepresentationMethod
from fairbench.methods.shared.space import Choice, Range

class Mine(RepresentationMethod):
    name = "mine"
    searched = {SEARCHED}
"""


@pytest.mark.parametrize(
    ("searched", "problem"),
    [
        ('{"hiden_units": Choice((1, 2))}', "the method has no such parameter"),
        ('{"hidden_units": (1, 2)}', "hidden_units needs a Range or a Choice"),
        ('{"hidden_units": Range(0, 2)}', "hidden_units Input should be greater"),
        ('{"hidden_units": Range(5, 2)}', "no range from 5 to 2"),
    ],
)
def test_what_a_method_declares_to_be_searched_is_checked(tmp_path, searched, problem):
    file = tmp_path / "mine.py"
    file.write_text(SEARCHED.replace("{SEARCHED}", searched))
    with pytest.raises(ConfigError) as refusal:
        checked(tmp_path, malformed_sections.mine(f"file: {file}"))
    said = " ".join(str(refusal.value).split())
    assert problem in said and f"{malformed_sections.METHOD}.file" in said
    file.write_text(SEARCHED.replace("{SEARCHED}", '{"hidden_units": Choice((1, 2))}'))
    assert checked(tmp_path, malformed_sections.mine(f"file: {file}"))
