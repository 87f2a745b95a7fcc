"""A file truncated, altered, replaced by another run's or deleted: named or made again."""

import random
import shutil
from dataclasses import dataclass
from pathlib import Path

import pytest

from fairbench.store.stamps import beside

from .checkout import asked, assert_same, finished

CELL = ("independent", "positive_rate=0.1/")


@dataclass(frozen=True)
class Kind:
    """A kind of file, parts of the path of one, and parts of those of what is made from it."""

    name: str
    file: tuple[str, ...]
    reader: tuple[str, ...]


READ_AGAIN = [
    Kind("data set", ("data/", *CELL), ("fits/", *CELL, "logistic_regression")),
    Kind("poisoned data set", ("poisoned/",), ("fits/", "rule=margin", "naive_mi")),
    Kind("accuracy limit", ("limits/", "positive_rate=0.1/"), ("tables/selected.csv",)),
    Kind("fits of a job", ("fits/", *CELL, "normalized_mi"), ("tables/fits.parquet",)),
    Kind("tracked run", ("traces/", "fr_train"), ("tables/alignment.csv",)),
    Kind("table of all fits", ("tables/fits.parquet",), ("tables/selected.csv",)),
    Kind("`selected.csv`", ("tables/selected.csv",), ("tables/cells.csv",)),
    Kind("`cells.csv`", ("tables/cells.csv",), ("tables/reproduction.csv",)),
    Kind("`comparisons.csv`", ("tables/comparisons.csv",), ("figures/fig9.pdf",)),
    Kind("`alignment.csv`", ("tables/alignment.csv",), ("figures/fig5.pdf",)),
]
#: Parts of the path of another file of the kind, where this study has several.
SIBLINGS = {
    "data set": ("data/", "positive_rate=0.5/"),
    "poisoned data set": ("data/", "published"),
    "accuracy limit": ("limits/", "positive_rate=0.5/"),
    "fits of a job": ("fits/", "positive_rate=0.5/", "normalized_mi"),
    "tracked run": ("traces/", "naive_mi"),
}
FAULTS = {
    "truncated": "half of its bytes cut off",
    "altered": "one bit flipped at a place drawn at random",
    "of another run": "that of another data set, setting or study put in its place",
    "deleted": "removed",
}
OUTPUTS = ("figures/fig8.pdf", "figures/fig8.png", "figures/fig8.md", "tables/findings.md")


def damage(path, fault, other):
    content = bytearray(path.read_bytes())
    if fault == "truncated":
        path.write_bytes(content[: len(content) // 2])
    elif fault == "altered":
        content[random.Random(path.name).randrange(len(content))] ^= 16
        path.write_bytes(content)
    elif fault == "deleted":
        path.unlink()
    else:
        assert other.read_bytes() != content
        shutil.copyfile(other, path)
        if other.suffix == ".csv":
            shutil.copyfile(beside(other), beside(path))


@pytest.mark.parametrize("kind", READ_AGAIN, ids=lambda kind: kind.name)
@pytest.mark.parametrize("fault", FAULTS)
def test_a_file_that_is_read_again(
    finished_study, undisturbed, another, ledger, clock, kind, fault
):
    study = finished_study
    path, reader = study.find(*kind.file), study.find(*kind.reader)
    sibling = SIBLINGS.get(kind.name)
    damage(path, fault, study.find(*sibling) if sibling else another.find(*kind.file))
    names = [str(each.relative_to(study.folder / "results")) for each in (path, reader)]
    # What was made from the file is to be made again.
    reader.unlink()
    clock()
    status, said = study.ended(f"results/{names[1]}")
    outcome, again = "made again", len(finished(said))
    if status:
        assert "Traceback" not in said
        assert study.damaged_in(said) == [path], said
        path.unlink()
        outcome = "stopped; the message names the file and says to delete it"
        clock()
        again = len(finished(study.run(f"results/{names[1]}")))
    elif path.exists() and fault == "altered":
        outcome, names = "read: the bit is in a part that carries nothing", names[1:]
    assert_same(study, undisturbed, *names)
    then = "completed, the same to the byte"
    ledger.add(fault, FAULTS[fault], outcome, then, again, clock(), of=kind.name)


@pytest.mark.parametrize("fault", FAULTS)
def test_what_lies_beside_a_table(finished_study, undisturbed, another, ledger, clock, fault):
    study = finished_study
    table, reader = study.find("tables/selected.csv"), study.find("tables/cells.csv")
    damage(Path(beside(table)), fault, Path(beside(another.find("tables/selected.csv"))))
    reader.unlink()
    clock()
    status, said = study.ended("results/tables/cells.csv")
    outcome, again = "made again with its table", len(finished(said))
    if status:
        assert study.damaged_in(said) == [table], said
        table.unlink()
        outcome = "stopped; the message names the table and says to delete it"
        clock()
        again = len(finished(study.run("results/tables/cells.csv")))
    elif fault == "altered":
        outcome = "read: the bit is in a part that carries nothing"
    assert_same(study, undisturbed, "tables/selected.csv", "tables/cells.csv")
    then = "completed, the same to the byte"
    of = "`selected.csv-metadata.json`"
    ledger.add(fault, FAULTS[fault], outcome, then, again, clock(), of=of)


@pytest.mark.parametrize("fault", FAULTS)
def test_figures_and_texts_are_read_by_people_alone(
    finished_study, undisturbed, another, ledger, clock, fault
):
    study = finished_study
    for name in OUTPUTS:
        damage(study.find(name), fault, another.find(name))
    clock()
    told = {
        "truncated": ("damaged", "carries no provenance"),
        "altered": ("damaged",),
        "of another run": (config_of(another),),
        "deleted": ("there is no such file",),
    }[fault]
    for name in OUTPUTS:
        said = asked(study, "provenance", f"results/{name}")
        assert any(words in said for words in told), said
        (study.folder / "results" / name).unlink(missing_ok=True)
    again = len(finished(study.run()))
    assert_same(study, undisturbed)
    said = (
        "`python -m fairbench provenance` says "
        + {
            "truncated": "that it is damaged, or has lost its provenance",
            "altered": "that it is damaged",
            "of another run": "which config it is of",
            "deleted": "that it is not there",
        }[fault]
    )
    then = "deleted and run again: completed, the same to the byte"
    of = "a figure, its caption and a text at once"
    ledger.add(fault, FAULTS[fault], said, then, again, clock(), of=of)


def config_of(study) -> str:
    """Checksum of the config that a figure says it is of."""
    said = asked(study, "provenance", f"results/{OUTPUTS[0]}")
    (line,) = (line for line in said.splitlines() if line.split()[:1] == ["config"])
    return line.split()[-1]
