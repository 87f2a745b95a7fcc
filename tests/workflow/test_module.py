"""Another workflow uses this one as a module, below a prefix, from a folder of its own."""

import shutil
import subprocess
import sys

import pytest
import yaml

from fairbench.store.tables import read_table

from .conftest import LIMIT, environment

pytestmark = pytest.mark.slow

WORKFLOW = """
configfile: "host.yaml"

module fairbench:
    snakefile: "{snakefile}"
    config: config["benchmark"]
    prefix: "fair"

use rule * from fairbench as fair_*

use rule train from fairbench as fair_train with:
    threads: 2

rule count:
    default_target: True
    input:
        "fair/results/tables/fits.parquet",
    output:
        "count.txt",
    shell:
        "ls fair/results/fits > {{output}}"
"""
STUDY = {
    "dataset": "independent",
    "trials": 2,
    "rows": {"test": 200},
    "lambda_f": [0.3],
    "budget": {
        "iterations": 20,
        "warm_up": 10,
        "update_ratio": 3,
        "generator_rate": 0.01,
        "fairness_rate": 0.01,
        "robustness_rate": 0.001,
    },
    "methods": {"covariance_penalty": {"file": "own/covariance_penalty.py"}},
}


class Host:
    """The other workflow: its own folder, config file and method file, and nothing of ours."""

    def __init__(self, folder, checkout):
        self.folder = folder
        (folder / "own").mkdir(parents=True)
        shutil.copy2(checkout / "examples" / "covariance_penalty.py", folder / "own")
        self.use(checkout / "Snakefile")
        self.configure({"studies": {"mine": STUDY}, "limit_draws": 2000, "bootstrap": 100})

    def use(self, snakefile) -> None:
        (self.folder / "Snakefile").write_text(WORKFLOW.format(snakefile=snakefile))

    def configure(self, benchmark: dict) -> None:
        (self.folder / "host.yaml").write_text(yaml.safe_dump({"benchmark": benchmark}))

    def run(self, *arguments: str, succeeds: bool = True) -> str:
        ended = subprocess.run(
            [sys.executable, "-m", "snakemake", "--cores", "2", "--show-failed-logs", *arguments],
            cwd=self.folder,
            env=environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=LIMIT,
            check=False,
        )
        assert (ended.returncode == 0) == succeeds, ended.stdout
        return ended.stdout


@pytest.fixture
def host(yard, tmp_path) -> Host:
    return Host(tmp_path / "host", yard.sources)


def test_everything_lies_below_the_prefix_and_nothing_is_made_twice(host, yard):
    host.run()
    fits, _ = read_table(host.folder / "fair/results/tables/fits.parquet", kind="fits")
    assert list(fits["method"]) == ["covariance_penalty"] * 2
    assert set(fits["status"]) == {"ok"}
    made = {path.name for path in host.folder.iterdir()}
    assert made == {".snakemake", "Snakefile", "host.yaml", "own", "fair", "count.txt"}
    # The path that the catalog looks for is the same workflow.
    host.use(yard.sources / "workflow" / "Snakefile")
    assert "Nothing to be done" in host.run("-n")

    method = host.folder / "own" / "covariance_penalty.py"
    method.write_text(method.read_text() + "\n# edited\n")
    assert "fair_train" in host.run("-n")


def test_every_target_is_planned_below_the_prefix(host):
    said = host.run("-n", "fair_tables", "fair_figures", "--detailed-summary")
    lines = [line.split("\t") for line in said.splitlines()]
    head = next(i for i, fields in enumerate(lines) if fields[0] == "output_file")
    files = [fields[0] for fields in lines[head + 1 :] if len(fields) > 5]
    assert len(files) > 8
    assert all(name.startswith("fair/results/") for name in files)


def test_a_wrong_config_of_the_module_is_named(host):
    host.configure({"studies": {"mine": STUDY | {"trails": 3}}})
    said = host.run("-n", succeeds=False)
    assert "studies.mine.trails" in said
    assert "trials" in said
