"""What a run says at its start and at its end."""

import json
from types import SimpleNamespace

import pytest

from fairbench.run import dag
from fairbench.status import notices
from fairbench.status.states import SILENT, given_up
from fairbench.status.study import plan_of

from .made import put, put_fits


def ended(failed=(), made=(), **overrides):
    """Of Snakemake's workflow what is asked for when a run has ended."""
    finished = [SimpleNamespace(output=[path]) for path in made]
    return SimpleNamespace(
        dag=SimpleNamespace(finished_jobs=finished),
        scheduler=SimpleNamespace(failed=failed),
        config_settings=SimpleNamespace(config=overrides),
        overwrite_configfiles=[],
    )


def test_a_run_ends_with_a_block_for_each_failed_job(here, capsys):
    def job(name, text):
        log = put(here, f"results/logs/{name}.log", text)
        output = f"results/{name}.parquet"
        return SimpleNamespace(
            rule=SimpleNamespace(name="train"), output=[output], log=[str(log.relative_to(here))]
        )

    failed = [job("b", "OSError: disk full"), job("a", "")]
    files = [here / "config" / "quick.yaml", "config/config.yaml"]
    notices.at_error(plan_of(["config/config.yaml"]), files, ended(failed, results="results"))
    said = capsys.readouterr().err
    first, second = said.split("failed: train")[1:]
    assert SILENT in first
    assert "why:   OSError: disk full" in second
    assert "snakemake results/b.parquet --cores 1 --configfile config/quick.yaml" in second
    assert second.splitlines()[3].endswith(" --config results=results")
    kept = given_up()
    assert [job.outputs for job in kept] == [("results/a.parquet",), ("results/b.parquet",)]
    assert notices.block_of(kept[1]).strip() in said


def test_of_a_failed_group_only_what_is_missing_is_reported(here, capsys):
    def job(name):
        rule = SimpleNamespace(name="train")
        return SimpleNamespace(rule=rule, output=[f"results/{name}.parquet"], log=[])

    put(here, "results/done.parquet")
    group = SimpleNamespace(jobs=[job("done"), job("lost")], output=[], log=[])
    notices.at_error(plan_of(["config/config.yaml"]), [], ended([group]))
    said = capsys.readouterr().err
    assert said.count("failed: train") == 1
    assert "snakemake results/lost.parquet" in said


def test_fits_that_were_lost_are_counted_at_the_end_and_no_others(here, capsys):
    plan = plan_of(["config/config.yaml", "config/quick.yaml"])
    earlier, fine, diverged, raised = plan.paths("train")[:4]
    apart = plan.paths("representation_fold")[0]
    for path, status in {
        earlier: "error",
        fine: "degenerate",
        diverged: "diverged",
        raised: "error",
        apart: "error",
    }.items():
        put_fits(here, path, 0.1, status)
    other = str(put(here, "results/tables/cells.csv").relative_to(here))
    notices.at_success(plan, ended(made=[fine, other]))
    assert capsys.readouterr().err == ""
    made = [fine, other, diverged, raised]
    notices.at_success(plan, ended(made=made))
    said = capsys.readouterr().err
    assert "In this run 6 of 9 fits were lost (3 diverged, 3 error)" in said
    assert "python -m fairbench status" in said
    notices.at_error(plan, [], ended(made=[*made, apart]))
    assert "9 of 12 fits were lost (3 diverged, 6 error)" in capsys.readouterr().err


def test_a_cluster_has_the_cores_of_all_its_jobs():
    settings = SimpleNamespace(cores=2, nodes=50)
    here, there = (
        SimpleNamespace(resource_settings=settings, local_exec=local) for local in (True, False)
    )
    assert (dag.cores(here), dag.cores(there)) == (2, 100)


@pytest.mark.parametrize(
    ("rule", "needed", "told"),
    [
        ("train", 1, ""),
        ("train", 40, "40 jobs to do, about "),
        # However long that takes.
        ("representation_fold", 1, "1 job to do of methods that never ran here\n"),
    ],
)
def test_only_a_run_that_is_long_or_may_be_is_announced(here, capsys, rule, needed, told):
    plan = plan_of(["config/config.yaml"])
    fits = [SimpleNamespace(output=[path]) for path in plan.paths(rule)[:needed]]
    workflow = SimpleNamespace(
        dag=SimpleNamespace(needrun_jobs=lambda: fits),
        resource_settings=SimpleNamespace(cores=1, nodes=None),
        config_settings=SimpleNamespace(config={"seed": 7}),
        overwrite_configfiles=[],
    )
    notices.at_start(plan, [here / "config" / "quick.yaml", "config/config.yaml"], workflow)
    said = capsys.readouterr().err
    assert said.startswith(told) and bool(said) == bool(told)
    kept = json.loads((here / ".snakemake/fairbench.run.json").read_text())
    assert kept == {"overlays": ["config/quick.yaml"], "overrides": {"seed": 7}, "cores": 1}
