"""The study that a command is asked about is the one that Snakemake would run."""

import json
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from snakemake.cli import parse_config
from typer.testing import CliRunner

from fairbench.commands.app import app
from fairbench.planning.complaint import ConfigError
from fairbench.status.notices import command_alone
from fairbench.status.study import arguments, plan_of, read_study
from fairbench.training.time_limit import REASON

from .made import put, put_fits, put_given_up

REPOSITORY = Path(__file__).parents[2]
OVERRIDES = ["results=elsewhere", "bootstrap=300"]


def ran(here: Path, *overlays: str, overrides: tuple[str, ...] = ()) -> None:
    """Leave what a run with these would."""
    given = {"overlays": overlays, "overrides": parse_config(overrides), "cores": 3}
    put(here, ".snakemake/fairbench.run.json", json.dumps(given))


def asked(*arguments: str):
    return CliRunner().invoke(app, arguments)


def test_overlays_count_as_snakemake_merges_them(here):
    plan = plan_of(["config/config.yaml", "config/quick.yaml"])
    assert plan.config.limit_draws == 100_000  # the overlay's
    assert plan.config.seed == 2023  # the default's
    with pytest.raises(ConfigError, match="nowhere.yaml: there is no such config file"):
        plan_of(["config/config.yaml", "nowhere.yaml"])


def test_without_files_the_study_is_that_of_the_last_run(here):
    assert read_study().overlays == ()
    put(here, ".snakemake/fairbench.run.json", '{"overlays": ["config/quick.yaml"], "cores": 3}')
    asked = read_study()
    assert (asked.overlays, asked.cores) == (("config/quick.yaml",), 3)
    assert asked.plan.config.limit_draws == 100_000
    put(here, ".snakemake/fairbench.run.json", "torn")
    assert read_study().overlays == ()


def test_what_config_said_on_the_command_line_belongs_to_the_study(here):
    ran(here, "config/quick.yaml", overrides=OVERRIDES)
    study = read_study()
    assert (study.plan.root, study.plan.config.bootstrap) == ("elsewhere", 300)
    said = asked("status").stdout
    assert "quick.yaml --config results=elsewhere bootstrap=300\n" in said
    # Config files that are named now are a question of its own.
    assert read_study(["config/quick.yaml"]).plan.root == "results"


def test_the_report_is_of_that_study_and_names_it(here):
    ran(here, "config/quick.yaml", overrides=OVERRIDES)
    put(here, "elsewhere/nothing", "")
    assert asked("report").exit_code == 0
    page = (here / "elsewhere" / "report.html").read_text(encoding="utf-8")
    assert "config/quick.yaml + --config results=elsewhere bootstrap=300<" in page


def test_the_command_alone_finds_the_job_of_a_run_with_overrides(here):
    ran(here, "config/quick.yaml", overrides=OVERRIDES)
    study = read_study()
    path = study.plan.of("limit")[0].first
    words = shlex.split(command_alone([path], study.options))
    assert words[1] == path and path.startswith("elsewhere/")
    call = [sys.executable, "-m", *words, "-n", "--snakefile", str(REPOSITORY / "Snakefile")]
    ended = subprocess.run(call, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr + ended.stdout
    assert path in ended.stderr + ended.stdout


def test_overrides_are_typed_as_snakemake_reads_them():
    typed = ["a_b=True", "rate=0.5", "none=", "results=out", "deep={a: {b: 'x y', c: [1, null]}}"]
    given = parse_config(typed)
    kept = json.loads(json.dumps(given))  # as the record of the run keeps it
    assert parse_config(arguments((), kept)[1:]) == given


def test_a_config_file_that_is_gone_since_the_run_is_named(here):
    put(here, "mine.yaml", "seed: 7")
    ran(here, "config/quick.yaml", "mine.yaml")
    assert "gone" not in asked("status").stderr
    (here / "mine.yaml").unlink()
    for command in ("status", "estimate", "timed-out"):
        said = asked(command)
        assert said.stderr.startswith(
            "fairbench: mine.yaml, a config file of the last run, is gone"
        )
    assert read_study().overlays == ("config/quick.yaml",)
    assert "gone" not in asked("status", "--configfile", "config/quick.yaml").stderr


@pytest.mark.parametrize("command", ["status", "estimate", "timed-out", "report"])
def test_config_files_are_given_as_to_snakemake_or_one_by_one(here, command):
    put(here, "mine.yaml", "results: elsewhere")
    put(here, "elsewhere/nothing", "")
    for files in (["config/quick.yaml", "mine.yaml"], ["mine.yaml", "config/quick.yaml"]):
        together = asked(command, "--configfile", *files)
        apart = asked(command, *(word for file in files for word in ("--configfile", file)))
        assert together.exit_code == apart.exit_code == 0
        assert together.stdout == apart.stdout
    mixed = asked(command, "--configfile", "mine.yaml", "--configfile", "mine.yaml", "mine.yaml")
    assert mixed.exit_code == 2 and "not both" in mixed.stderr


def test_a_command_of_ours_that_we_print_has_an_option_for_each_config_file(here):
    put(here, "mine.yaml", "seed: 7")
    path = plan_of(["config/config.yaml", "config/quick.yaml", "mine.yaml"]).of("train")[0].first
    put_fits(here, path, 0.1, "error", REASON)
    again = "$(python -m fairbench timed-out --names{})"
    files = ["config/quick.yaml", "mine.yaml"]
    ours = again.format("".join(f" --configfile {file}" for file in files))
    said = asked("timed-out", "--configfile", *files).stdout
    assert f"--configfile {' '.join(files)} --forcerun {ours}" in said
    ran(here, *files)
    assert again.format("") in asked("timed-out").stdout


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        (
            b'{\n "seed": 1,\n "bootstrap" 300\n}',
            "as JSON: line 3, column 14: Expecting",
        ),
        ('{"seed": 1}'.encode("utf-16"), "not a text in UTF-8: byte 1 is 0xff"),
        (b"[" * 100_000, "lie too deep"),
        (b"[1]", "keys at top level"),
    ],
)
def test_a_config_in_json_that_cannot_be_read_says_where(here, content, fault):
    (here / "mine.json").write_bytes(content)
    said = str(asked("check", "mine.json").exception)
    assert said.startswith("mine.json: ") and fault in said


def test_without_a_failed_job_that_is_said(here):
    assert asked("status", "--failed").stdout == "no job failed\n"


def test_a_failed_download_is_among_the_failed_jobs(here):
    ran(here, "config/real.yaml")
    study = read_study()
    download = study.plan.of("download")[0]
    put(here, download.log, "fairbench fetch: cannot get it")
    put_given_up(here, *download.files, logs=[download.log])
    said = asked("status", "--failed").stdout
    assert said.count("failed: ") == 1
    assert f"failed: download, {download.what}\n  why:   fairbench fetch: cannot get it" in said
    alone = f"alone: snakemake {download.first} --cores 1 --configfile config/real.yaml"
    assert alone in said


def test_check_counts_the_jobs_of_each_target(here):
    said = asked("check", "config/quick.yaml").stdout
    plan = plan_of(["config/config.yaml", "config/quick.yaml"])
    apart = ", ".join(f"{len(j)} jobs of `snakemake {kind}`" for kind, j in plan.apart().items())
    assert said.endswith(f"can be used; {len(plan.default())} jobs of `snakemake`, {apart}\n")
    put(
        here,
        "mine.yaml",
        "representations: null\nfr_train: null\nindividual: null\nbiased_mnist: null",
    )
    assert asked("check", "mine.yaml").stdout.endswith(" jobs of `snakemake`\n")
