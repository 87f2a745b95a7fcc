"""Real data sets: rows and balances of every profile, what encoding may know, and own entries."""

import os
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from fairbench.data.real.download import MIRROR, FileTrouble, fetch
from fairbench.data.real.encode import build_real, encode, split_rows
from fairbench.data.real.entry import EntryError, read_entry, shipped
from fairbench.data.real.load import load_table
from fairbench.store.tables import read_table, write_table

from ..conftest import NO_DATA

REPOSITORY = Path(__file__).parents[2]
OWN = REPOSITORY / "examples" / "applicants.yaml"

# Rows, share of y = 1, rows of group 0, shares of y = 1 in groups 0 and 1.
BALANCE = {
    ("compas", "propublica6172"): (6172, 0.5449, 4069, 0.5117, 0.6091),
    ("compas", "raw7214"): (7214, 0.5493, 5819, 0.5269, 0.6430),
    ("compas", "aif5278"): (5278, 0.5296, 3175, 0.4769, 0.6091),
    ("compas", "frtrain6172"): (6172, 0.4551, 4997, 0.4795, 0.3515),
    ("compas", "frtrain7214"): (7214, 0.4507, 5819, 0.4731, 0.3570),
    ("adult", "frtrain43131"): (43131, 0.2490, 13967, 0.1132, 0.3141),
    ("crowd_compas", "people440"): (440, 0.4818, 348, 0.4943, 0.4348),
    ("crowd_compas", "answers440"): (440, 0.4818, 348, 0.4943, 0.4348),
    ("crowd_adult", "people3046"): (3046, 0.5, 781, 0.2778, 0.5766),
    ("crowd_adult", "answers3046"): (3046, 0.5, 781, 0.2778, 0.5766),
    ("adult", "complete45222"): (45222, 0.2478, 14695, 0.1136, 0.3125),
    ("adult", "original_test"): (45222, 0.2478, 14695, 0.1136, 0.3125),
    ("adult", "all48842"): (48842, 0.2393, 16192, 0.1093, 0.3038),
    ("bank", "age_below_25_or_above_65"): (41188, 0.1127, 1687, 0.3237, 0.1036),
    ("bank", "age_25_to_60"): (41188, 0.1127, 2261, 0.3220, 0.1005),
    ("bank", "aif30488"): (30488, 0.1266, 1746, 0.3276, 0.1144),
    ("german", "sex"): (1000, 0.7000, 310, 0.6484, 0.7232),
    ("german", "age"): (1000, 0.7000, 190, 0.5789, 0.7284),
    ("german", "codes"): (1000, 0.7000, 190, 0.5789, 0.7284),
    ("adult", "numeric45222"): (45222, 0.2478, 14695, 0.1136, 0.3125),
    ("compas", "numeric6172"): (6172, 0.5449, 4069, 0.5117, 0.6091),
    ("communities_crime", "census1994"): (1994, 0.5020, 970, 0.2711, 0.7207),
    ("communities_crime", "twenty1994"): (1994, 0.5020, 970, 0.2711, 0.7207),
    ("boston", "median506"): (506, 0.4941, 253, 0.4387, 0.5494),
    ("boston", "thirteen506"): (506, 0.4941, 253, 0.4387, 0.5494),
}


# Of profiles with more than two groups: rows of each group, and shares of y = 1 in them.
MANY = {
    ("compas", "propublica6172_race"): (
        (3175, 31, 2103, 509, 11, 343),
        (0.4769, 0.7419, 0.6091, 0.6287, 0.5455, 0.6385),
    ),
    ("adult", "complete45222_race"): (
        (435, 1303, 4228, 353, 38903),
        (0.1218, 0.2832, 0.1263, 0.1275, 0.2624),
    ),
}


@pytest.fixture(scope="session")
def folder(tmp_path_factory):
    mirror = Path(os.environ.get(MIRROR) or REPOSITORY.parent / "shared" / "data")
    if not mirror.is_dir():
        pytest.skip(f"{NO_DATA}: {mirror} is no folder ({MIRROR} can name another)")
    target = tmp_path_factory.mktemp("real")
    for name in shipped():
        fetch(read_entry(name), target, mirror=mirror)
    return target


def test_every_profile_of_every_entry_is_tested():
    every = {(n, p) for n in shipped() for p in read_entry(n).profiles}
    assert {*BALANCE, *MANY} == every


@pytest.mark.parametrize("name, profile", MANY)
def test_rows_and_balances_of_many_groups(folder, name, profile):
    rows, positive = MANY[name, profile]
    frame = build_real(read_entry(name), profile, folder, [0], seed=5)
    assert np.bincount(frame["sensitive"]).tolist() == list(rows)
    found = frame.groupby("sensitive")["y"].mean()
    assert found.tolist() == pytest.approx(positive, abs=5e-5)
    page = (REPOSITORY / "docs" / "datasets.md").read_text(encoding="utf-8")
    (line,) = [line for line in page.splitlines() if f"| `{profile}` |" in line]
    shown = zip(frame.attrs["groups"], rows, positive, strict=True)
    assert all(f"{each} ({n:,}, {share:.3f})" in line for each, n, share in shown)


@pytest.mark.parametrize("name, profile", BALANCE)
def test_rows_and_balances_are_the_published_ones(folder, name, profile):
    table = load_table(read_entry(name), profile, folder)
    rows, positive, zero, positive_zero, positive_one = BALANCE[name, profile]
    assert len(table) == rows
    assert table["y"].mean() == pytest.approx(positive, abs=5e-5)
    assert (table["sensitive"] == 0).sum() == zero
    found = table.groupby("sensitive")["y"].mean()
    assert found.tolist() == pytest.approx([positive_zero, positive_one], abs=5e-5)
    assert not table.isna().any().any()


@pytest.mark.parametrize("name, profile", BALANCE)
def test_every_profile_becomes_a_data_set_file(folder, tmp_path, name, profile):
    frame = build_real(read_entry(name), profile, folder, [0, 3], seed=5)
    assert list(frame.columns[:2]) == ["trial", "split"]
    assert list(frame.columns[-3:]) == ["sensitive", "y", "y_clean"]
    assert len(frame) == 2 * BALANCE[name, profile][0]
    for _, trial in frame.groupby("trial"):
        assert set(trial["split"]) == {"train", "clean", "selection", "test"}
    features = frame[frame.columns[2:-3]]
    assert np.isfinite(features.to_numpy(dtype=float)).all()
    write_table(frame, tmp_path / "data.parquet", kind="dataset", about={"dataset": name})
    pd.testing.assert_frame_equal(read_table(tmp_path / "data.parquet")[0], frame)


def test_the_test_file_of_adult_is_the_test_split_in_every_trial(folder):
    frame = build_real(read_entry("adult"), "original_test", folder, [0, 1], seed=5)
    first, second = (trial.reset_index(drop=True) for _, trial in frame.groupby("trial"))
    assert (first["split"] == "test").sum() == 15060
    assert ((first["split"] == "test") == (second["split"] == "test")).all()
    assert (first["split"] != second["split"]).any()


def test_unneeded_columns_such_as_names_of_people_are_not_read(folder):
    table = load_table(read_entry("compas"), None, folder)
    assert set(table.columns) == {
        "split",
        *read_entry("compas").features.names(),
        "sensitive",
        "y",
    }


def test_a_missing_file_says_how_to_get_it(tmp_path):
    with pytest.raises(FileTrouble, match="german.data is missing.*fetch german --folder"):
        load_table(read_entry("german"), None, tmp_path)


def test_every_entry_has_a_card_and_a_page():
    page = (REPOSITORY / "docs" / "datasets.md").read_text(encoding="utf-8")
    for (name, profile), (rows, positive, zero, *_) in BALANCE.items():
        (line,) = [line for line in page.splitlines() if f"| `{profile}` |" in line]
        for value in (f"{rows:,}", f"{positive:.4f}", f"{zero:,}"):
            assert value in line, (name, profile)
    for name in shipped():
        entry = read_entry(name)
        assert entry.card.warnings
        for source in entry.sources:
            assert source.url in page
    assert any("Bao et al." in text for text in read_entry("compas").card.warnings)


def test_own_data_need_an_entry_and_no_code(tmp_path):
    entry = read_entry(OWN)
    for profile in entry.profiles:
        frame = build_real(entry, profile, tmp_path, [0, 1], seed=1)
        assert set(frame["split"]) == {"train", "clean", "selection", "test"}
        assert set(frame["y"]) == set(frame["sensitive"]) == {0, 1}
    assert "years of work=from 10" in frame and "age" not in frame


@pytest.mark.parametrize("kind", ["typed", "text"])
def test_own_data_may_be_parquet(own_entry, tmp_path, kind):
    given = pd.read_csv(OWN.with_suffix(".csv"), dtype=str if kind == "text" else None)
    given.assign(age=given["age"] if kind == "text" else given["age"].astype(float)).to_parquet(
        tmp_path / "applicants.parquet"
    )
    entry = own_entry(
        tmp_path,
        sources=[{"file": "applicants.parquet"}],
        reader={"format": "parquet", "missing": ["unknown"]},
    )
    found, expected = (load_table(e, None, tmp_path) for e in (entry, read_entry(OWN)))
    pd.testing.assert_frame_equal(found, expected)


def test_scaler_and_encoder_know_the_training_rows_alone(own_entry, tmp_path):
    entry = own_entry(tmp_path)
    view, table = entry.view(), load_table(entry, None, tmp_path)
    split = split_rows(table, view, trial=0, seed=1)
    split[table["region"] == "islands"] = "test"
    frame = encode(table, view, split)
    train = frame[split == "train"]
    for name in view.features.numeric:
        assert train[name].mean() == pytest.approx(0.0, abs=1e-6)
        assert train[name].std(ddof=0) == pytest.approx(1.0, abs=1e-6)
        assert abs(frame[name].mean()) > 1e-6
    # No training row has this value, so the encoder does not know it; the column stays.
    assert (frame["region=islands"] == 0).all()
    other = table.copy()
    other.loc[split != "train", view.features.numeric] *= 100.0
    changed = encode(other, view, split)[split == "train"]
    pd.testing.assert_frame_equal(changed, train)


def test_folds_of_ones_own_can_leave_rows_out(own_entry, tmp_path):
    entry = own_entry(tmp_path)
    table = load_table(entry, None, tmp_path)
    split = np.resize(["train", "test", ""], len(table))
    frame = encode(table, entry.view(), split)
    assert len(frame) == (split != "").sum()
    assert np.array_equal(frame["y"], table["y"][split != ""])
    with pytest.raises(EntryError, match="no rows have the split 'train'"):
        encode(table, entry.view(), np.full(len(table), "test"))


def test_splits_are_those_of_seed_and_trial_and_have_their_shares(own_entry, tmp_path):
    entry = own_entry(tmp_path, splits={"selection": 0.25, "test": 0.3, "clean": 0.1})
    view, table = entry.view(), load_table(entry, None, tmp_path)
    first = split_rows(table, view, trial=0, seed=1)
    counts = dict(zip(*np.unique(first, return_counts=True), strict=True))
    assert counts == {"test": 35, "selection": 29, "clean": 5, "train": 48}
    assert np.array_equal(first, split_rows(table, view, trial=0, seed=1))
    for trial, seed in ((1, 1), (0, 2)):
        assert (first != split_rows(table, view, trial=trial, seed=seed)).any()
    # Another share of clean rows moves rows between train and clean alone.
    more = own_entry(tmp_path, splits={"selection": 0.25, "test": 0.3, "clean": 0.3}).view()
    moved = first != split_rows(table, more, trial=0, seed=1)
    assert set(first[moved]) == {"train"}
    trials = build_real(entry, None, tmp_path, [4, 0], seed=1)
    alone = build_real(entry, None, tmp_path, [0], seed=1)
    pd.testing.assert_frame_equal(trials[trials["trial"] == 0].reset_index(drop=True), alone)
