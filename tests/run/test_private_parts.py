"""What `fairbench.run` uses of Snakemake without a promise is still as it was seen."""

import importlib
import inspect
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import snakemake.api  # noqa: F401  (first, as its modules import each other)

from fairbench import run

from .private_parts import PARTS

REPOSITORY = Path(__file__).parents[2]


def found(name: str) -> object:
    """A module, a class or a function by its dotted name."""
    place = importlib.import_module(".".join(name.split(".")[:2]))
    for part in name.split(".")[2:]:
        if not hasattr(place, part):
            importlib.import_module(f"{place.__name__}.{part}")
        place = getattr(place, part)
    return place


def has(owner: object, name: str) -> bool:
    """Whether a class, or every object of it from its beginning, has an attribute."""
    declared = {*getattr(owner, "model_fields", ()), *getattr(owner, "__dataclass_fields__", ())}
    if hasattr(owner, name) or name in declared:
        return True
    return bool(re.search(rf"\bself\.{name}\b[^=\n]* = ", inspect.getsource(owner)))


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.name)
def test_a_private_part_is_where_it_was_seen(part):
    owner, _, name = part.name.rpartition(".")
    used = f"Snakemake {part.seen} had {part.name}, which fairbench/run/{part.user}.py uses"
    assert has(found(owner), name), f"{used}: it is gone"
    if part.parameters is not None:
        now = " ".join(inspect.signature(getattr(found(owner), name)).parameters)
        assert now == part.parameters, f"{used} with ({part.parameters}): now it takes ({now})"


def test_every_part_has_a_user_and_is_named_once():
    names = [part.name for part in PARTS]
    assert len(set(names)) == len(names)
    for part in PARTS:
        source = Path(run.__path__[0], f"{part.user}.py").read_text()
        # Folders go by their own names.
        asked = part.name.rpartition(".")[2].strip("_").removesuffix("dir").removesuffix("_path")
        assert re.search(rf"\b_?{asked}s?\b", source), f"{part.user}.py uses no {part.name}"


SNAKEFILE = """
import json
from pathlib import Path
from fairbench.run import config_files, dag, progress, start

ALONE = start.begin(workflow)

rule all:
    input:
        "made/good",
        "made/bad",

rule make:
    output:
        "made/{cell}",
    log:
        "logs/{cell}",
    message:
        "making {wildcards.cell}"
    params:
        python=config["python"],
    shell:
        "{params.python} look.py {wildcards.cell} > {output}"

def told(when, **facts):
    Path(when).write_text(json.dumps(facts))

onstart:
    progress.show_one_line_a_job(workflow)
    told(
        "start.json",
        alone=ALONE,
        files=list(map(str, config_files.files_of(workflow))),
        needed=sorted(dag.needed(workflow)),
        cores=dag.cores(workflow),
        overrides=config_files.given_by_hand(workflow)[1],
    )

onerror:
    told("end.json", made=sorted(dag.made(workflow)), failed=dag.failed(workflow))
"""
LOOK = """
import sys
from pathlib import Path
from fairbench.run.locks import a_run_is_alive
from fairbench.run.markers import marked_outputs
if sys.argv[1] == "bad":
    sys.exit(3)
print(a_run_is_alive(Path()), any(Path(".snakemake/locks").iterdir()), *marked_outputs(Path()))
"""


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """A run of two jobs, one of which fails: its folder and what it said."""
    folder = tmp_path_factory.mktemp("ran")
    (folder / "Snakefile").write_text(SNAKEFILE)
    (folder / "look.py").write_text(LOOK)
    (folder / "one.yaml").write_text("{}")
    call = [sys.executable, "-m", "snakemake", "--cores", "1", "--keep-going"]
    call += ["--config", f"python={sys.executable}", "--configfile", "one.yaml"]
    path = {"PYTHONPATH": str(REPOSITORY), "PATH": "/usr/bin:/bin", "HOME": str(folder)}
    ended = subprocess.run(call, cwd=folder, env=path, capture_output=True, text=True, check=False)
    assert ended.returncode == 1 and (folder / "end.json").exists(), ended.stderr
    return folder, ended.stderr


def test_a_run_tells_what_it_starts_with_and_what_became_of_it(ran):
    folder, _ = ran
    start, end = (json.loads((folder / f"{when}.json").read_text()) for when in ("start", "end"))
    assert start["alone"] is True and start["cores"] == 1
    assert [Path(file).name for file in start["files"]] == ["one.yaml"]
    assert start["overrides"] == {"python": sys.executable}
    assert {"made/bad", "made/good"} <= set(start["needed"])
    assert end["made"] == ["made/good"]
    assert end["failed"] == [["make", ["made/bad"], ["logs/bad"]]]


def test_a_job_sees_the_run_its_lock_and_its_own_marker(ran):
    folder, _ = ran
    assert (folder / "made" / "good").read_text().split() == ["True", "True", "made/good"]


def test_the_screen_of_a_run_has_a_line_a_job(ran):
    _, said = ran
    assert len(re.findall(r"of 3 done, job \d+: making (?:good|bad)$", said, re.MULTILINE)) == 2
    assert "Finished jobid" not in said and "Error in rule make" in said
