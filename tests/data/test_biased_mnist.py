"""Biased-MNIST: files, exact counts, colours and pixels."""

import gzip
import os
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from fairbench.base.call import Call
from fairbench.base.errors import DamagedFile
from fairbench.base.randomness import stream
from fairbench.data import file_sets
from fairbench.data.biased_mnist import COLOURS, TESTS, colours, painted, pixels
from fairbench.data.file_sets import IMAGES, MNIST, to_fetch
from fairbench.data.files import dataset_columns
from fairbench.data.mnist import read_digits, read_idx
from fairbench.data.real.download import MIRROR, FileTrouble, fetch, sha256_of
from fairbench.data.real.entry import EntryError
from fairbench.data.real.parts import Source
from fairbench.data.steps import colour
from tests.conftest import NO_DATA
from tests.digits import ROWS, digits, idx, trial, write_files


def counts(y, colour):
    table = np.zeros((10, 10), int)
    np.add.at(table, (y, colour), 1)
    return table


@pytest.mark.parametrize(
    ("rows", "correlation", "own", "others"),
    [
        # 10 are left, in chunks of 2: five colours have them and four have none.
        (1000, 0.99, 990, {2: 5, 0: 4}),
        # 30 are left, in chunks of 4: seven times 4, then 2, then none.
        (6000, 0.995, 5970, {4: 7, 2: 1, 0: 1}),
        (980, 0.1, 98, {98: 9}),
        # int(113.5), then 1022 in chunks of 114.
        (1135, 0.1, 113, {114: 8, 110: 1}),
        (900, 0.0, 0, {100: 9}),
        (50, 1.0, 50, {0: 9}),
        (0, 0.5, 0, {0: 9}),
    ],
)
def test_every_digit_and_colour_has_exactly_the_released_number(rows, correlation, own, others):
    y = np.full(rows, 3)
    found = counts(y, colours(y, correlation, np.random.default_rng(0)))
    assert found[3, 3] == own and found.sum() == rows
    assert Counter(np.delete(found[3], 3).tolist()) == others


def test_digits_are_coloured_apart_and_the_others_in_random_order():
    y = np.repeat(np.arange(10), 100)
    found = [counts(y, colours(y, 0.9, np.random.default_rng(seed))) for seed in (0, 1)]
    for table in found:
        assert (table.diagonal() == 90).all() and (table.sum(1) == 100).all()
        # 10 are left, in chunks of 2.
        assert all(sorted(np.delete(row, k)) == [0] * 4 + [2] * 5 for k, row in enumerate(table))
    assert (found[0] != found[1]).any()


def test_a_trial_has_its_splits_with_the_bias_that_each_is_for():
    drawn = trial(0.9)
    split = drawn["split"]
    wanted = {name: count for name, count in ROWS.items() if name != "test"}
    wanted |= dict.fromkeys(TESTS, ROWS["test"])
    assert Counter(split.tolist()) == wanted
    share = {
        name: (drawn["y"] == drawn["sensitive"])[split == name].mean()
        for name in dict.fromkeys(split)
    }
    assert share["train"] == pytest.approx(0.9, abs=0.03)
    assert share["selection"] == pytest.approx(0.9, abs=0.1)
    assert share["unbiased_selection"] == pytest.approx(0.1, abs=0.1)
    assert share["test_rho0"] == 0 and share["test_biased"] == 1
    # 100 test rows, ten a digit: each digit once on each colour.
    mine = split == "test"
    assert (counts(drawn["y"][mine], drawn["sensitive"][mine]) == 1).all()
    assert (drawn["y"] == drawn["y_clean"]).all()
    assert drawn["p000"].dtype == np.uint8 and drawn["p783"].dtype == np.uint8


def test_no_image_is_in_two_splits_and_the_tests_have_the_same():
    drawn = trial()
    grey, split = pixels(drawn), drawn["split"]
    of = {name: [row.tobytes() for row in grey[split == name]] for name in dict.fromkeys(split)}
    training = [row for name in ROWS if name != "test" for row in of[name]]
    assert len(set(training)) == len(training)
    assert of["test"] == of["test_rho0"] == of["test_biased"]


def test_a_draw_is_its_seed_and_its_trial():
    first, again, other = trial(0.9), trial(0.9), trial(0.9, number=1)
    assert all((first[name] == again[name]).all() for name in first)
    assert (pixels(first) != pixels(other)).any()
    assert (pixels(first) != pixels(trial(0.9, seed=1))).any()
    # The bias changes colours of training rows; images and test colours are those of the trial.
    stronger = trial(0.99)
    assert (pixels(first) == pixels(stronger)).all()
    tests = np.isin(first["split"], list(TESTS))
    assert (first["sensitive"] == stronger["sensitive"])[tests].all()
    assert (first["sensitive"] != stronger["sensitive"])[~tests].any()


def test_pixels_are_white_or_the_background():
    grey = np.zeros((10, 16), np.uint8)
    grey[:, 3], grey[:, 7] = 1, 255
    image = painted(grey, np.arange(10)).reshape(10, 16, 3)
    assert (image[:, [3, 7]] == 255).all()
    assert (np.delete(image, [3, 7], 1) == np.array(COLOURS)[:, None]).all()
    assert COLOURS[3] == (225, 225, 0) and len(set(COLOURS)) == 10


def test_too_many_rows_and_no_share_are_refused():
    with pytest.raises(ValueError, match=r"1,120 rows are wanted of 400 images"):
        trial(train=990)
    with pytest.raises(ValueError, match="from 0 to 1, not 1.1"):
        trial(1.1)


def test_files_are_read_as_they_are(tmp_path):
    training, testing = digits(40), digits(20, seed=1)
    paths = write_files(tmp_path, training, testing)
    found = read_digits(*paths[:2])
    assert (found.grey == training.grey).all() and (found.y == training.y).all()
    assert found.grey.dtype == np.uint8


def test_wrong_and_truncated_files_are_refused(tmp_path):
    training = digits(40)
    images, labels, *_ = write_files(tmp_path, training, digits(20))
    whole = images.read_bytes()

    def refused(content: bytes, message: str, path: Path = images) -> None:
        path.write_bytes(content)
        with pytest.raises(DamagedFile, match=message) as refusal:
            read_digits(images, labels)
        assert str(path) in str(refusal.value)

    refused(whole[: len(whole) // 2], "cut short")
    refused(b"", "cut short or no gzip|no idx")
    refused(b"<html>not found</html>", "cut short or no gzip file")
    refused(gzip.compress(b"PK\3\4 something"), "no idx file")
    refused(
        gzip.compress(idx(training.grey.reshape(-1, 28, 28))[:-1]), "31,360 values are expected"
    )
    refused(labels.read_bytes(), "it holds labels where images are expected")
    refused(gzip.compress(idx(np.zeros((40, 14, 14)))), "14 x 14 pixels")
    images.write_bytes(whole)
    refused(gzip.compress(idx(training.y[:-1])), "39 labels for 40 images", labels)
    refused(gzip.compress(idx(np.full(40, 12))), "the label 12", labels)


def test_a_job_draws_from_verified_files_alone(tmp_path, monkeypatch):
    paths = write_files(tmp_path, digits(400), digits(100, seed=1))
    sources = [
        Source(file=path.name, bytes=len(path.read_bytes()), sha256=sha256_of(path))
        for path in paths
    ]
    monkeypatch.setattr(file_sets, "MNIST", file_sets.Files("mnist", tuple(sources)))
    about = {"dataset": "biased_mnist", "parameters": {"correlation": 0.9, "rows": ROWS}}
    about |= {"trials": [1], "seed": 0, "poisoning": None, "definition": "d"}
    call = Call(about, {"files": tuple(paths)}, {"table": tmp_path / "trial.parquet"})
    colour(call)
    found, said = dataset_columns(call.output, about)
    wanted = trial(0.9, number=1)
    assert said == about and list(found) == list(wanted)
    assert all((found[name] == wanted[name]).all() for name in wanted)
    paths[2].write_bytes(paths[2].read_bytes()[:-9])
    with pytest.raises(FileTrouble, match=f"{paths[2].name} has .* bytes where .* are expected"):
        colour(call)


def test_mnist_is_fetched_by_name_as_data_sets_are():
    assert to_fetch("mnist") is MNIST and to_fetch("german").name == "german"
    with pytest.raises(EntryError, match=r"no data set 'mnits': give one of adult.*, mnist, or"):
        to_fetch("mnits")


@pytest.fixture(scope="module")
def real(tmp_path_factory):
    """MNIST's test files, fetched from the mirror."""
    if not Path(os.environ.get(MIRROR, "/nowhere"), "mnist").is_dir():
        pytest.skip(f"{NO_DATA}: {MIRROR} names no folder with mnist")
    folder = tmp_path_factory.mktemp("mnist")
    return [path for source in MNIST.sources for path in fetch(MNIST, folder, only=source.file)]


def test_mnist_is_what_it_is_known_to_be(real):
    testing = read_digits(*real[2:])
    wanted = [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert np.bincount(testing.y).tolist() == wanted and len(testing.y) == IMAGES["test"]
    labels = read_idx(real[1], 1)
    assert len(labels) == IMAGES["train"] and np.bincount(labels)[[1, 5]].tolist() == [6742, 5421]
    # As Bahng et al. test: of every digit each colour equally often, but for what is left over: of
    # the 892 fives 89 have their own colour, 8 others 90 each, and the last one 83.
    table = counts(testing.y, colours(testing.y, 0.1, stream(0)))
    assert table.min() == 83 and table.max() == 114
