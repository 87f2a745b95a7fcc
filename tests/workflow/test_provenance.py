"""What a file says makes it again does, to the byte."""

import hashlib
import json
import shlex
import subprocess
import sys
import zipfile

import pytest

from fairbench.config.check import check
from fairbench.store.origins import read_provenance
from fairbench.store.provenance import config_hash
from fairbench.store.stamps import table_of

from .conftest import LIMIT

pytestmark = pytest.mark.slow


def printed_command(scratch, path) -> list[str]:
    """The command as `python -m fairbench provenance` shows it, for the tests' own Python."""
    call = [sys.executable, "-m", "fairbench", "provenance", str(path)]
    said = subprocess.run(call, cwd=scratch.folder, capture_output=True, text=True, check=True)
    (line,) = (line for line in said.stdout.splitlines() if line.startswith("  command "))
    words = shlex.split(line.removeprefix("  command "))
    assert words[0] == "snakemake"
    return [sys.executable, "-m", *words]


@pytest.mark.parametrize("name", ["fig9.pdf", "selected.csv"])
def test_the_printed_command_makes_a_file_again(scratch, name):
    path = scratch.find(name)
    content = path.read_bytes()
    call = scratch.command() | {"args": printed_command(scratch, path)}
    path.unlink()
    ended = subprocess.run(**call, timeout=LIMIT, check=False)
    assert ended.returncode == 0, ended.stdout
    assert path.read_bytes() == content


def test_every_result_says_the_same_config_and_is_whole(undisturbed):
    files = undisturbed.results()
    found = {name: read_provenance(path) for name, path in files.items()}
    import yaml
    from snakemake.utils import update_config

    config = yaml.safe_load((undisturbed.folder / "config" / "config.yaml").read_text())
    update_config(config, undisturbed.overlay)
    expected = config_hash(check(config).model_dump(mode="json"))
    assert {document["config"] for document in found.values()} == {expected}
    assert {document["commit"] for document in found.values()} == {"unknown"}  # no git there
    assert all(document["other_commits"] == [] for document in found.values())
    for name, document in found.items():
        made = table_of(f"results/{name}")
        assert f" {made} --configfile tiny.yaml" in document["command"]
        assert str(undisturbed.folder) not in json.dumps(document)


def test_checksums_lead_from_a_figure_to_the_data(undisturbed):
    figure = read_provenance(undisturbed.find("fig9.pdf"))
    data = {
        f"results/{name}": read_provenance(path)["content"]
        for name, path in undisturbed.results("data").items()
    }
    assert data
    assert {entry["name"]: entry["sha256"] for entry in figure["data"]} == data
    inputs = {entry["name"]: entry["sha256"] for entry in figure["inputs"]}
    table = undisturbed.find("selected.csv").read_bytes()
    assert inputs["results/tables/selected.csv"] == hashlib.sha256(table).hexdigest()


def test_another_commit_is_no_reason_to_run_anything_again(scratch):
    """Nor is a first one: the folder becomes a repository after the run."""
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@example.org"]
    for step in (["init", "-q"], ["add", "."], ["commit", "-qm", "a"]):
        subprocess.run([*git, *step], cwd=scratch.folder, check=True)
    assert scratch.pending() == set()
    scratch.find("fig6.md").unlink()
    scratch.run()
    head = subprocess.run(
        [*git, "rev-parse", "HEAD"], cwd=scratch.folder, capture_output=True, text=True, check=True
    )
    assert read_provenance(scratch.find("fig6.md"))["commit"] == head.stdout.strip()
    scratch.find("selected.csv").unlink()
    scratch.run()
    selected = read_provenance(scratch.find("selected.csv"))
    assert (selected["commit"], selected["other_commits"]) == (head.stdout.strip(), ["unknown"])


def test_snakemakes_own_report_shows_the_figures_of_a_finished_study(scratch):
    said = scratch.run("--report", "report.zip")
    assert "Report created" in said
    listed = zipfile.ZipFile(scratch.folder / "report.zip").namelist()
    assert any(name.endswith("fig9.png") for name in listed)
