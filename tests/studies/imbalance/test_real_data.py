"""Rows of real data have no law: they are in every table, and change no other row of it."""

import numpy as np
import pandas as pd
import pytest

from fairbench.evaluation import comparison, selection, summary
from fairbench.evaluation.baselines import baseline_losses
from fairbench.evaluation.limits import read_limits
from fairbench.store.csv_tables import write_csv
from fairbench.studies.imbalance.findings import findings
from fairbench.studies.imbalance.reproduction import reproduction

from ...evaluation.tables import MARGIN, independent_fits, table

FAST = {"seed": 5, "resamples": 200}
NO_LAW = {"positive_rate": np.nan, "group_coefficient": np.nan}


def real_fits(trials=8):
    """Two real studies with the numbers of one cell of drawn data, so what comes out is known."""
    drawn = independent_fits(trials=trials, rates=(0.1,))
    rows = [row for row in drawn if row["group_coefficient"] == 0.6]
    clean = {"study": "mine", "dataset": "mine/everyone"}
    poisoned = {"study": "mine_poisoned", "dataset": "mine/everyone", "poisoning": MARGIN}
    return [row | NO_LAW | changes for changes in (clean, poisoned) for row in rows]


def chain(fits: pd.DataFrame, folder) -> dict[str, pd.DataFrame]:
    """Every table, each read again from its file as the rules do."""

    def kept(name, frame):
        write_csv(frame, folder / f"{name}.csv")
        return selection.read_csv(folder / f"{name}.csv")

    limits = pd.DataFrame(
        {
            "positive_rate": 0.1,
            "group_coefficient": 0.6,
            "disparate_impact": [0.0, 1.0],
            "accuracy": [0.9, 0.8],
        }
    )
    selected = kept("selected", selection.select(fits, criteria={}, limits=limits))
    return {
        "selected": selected,
        "cells": kept("cells", summary.cell_summary(selected, fits)),
        "comparisons": kept("comparisons", comparison.paired_comparisons(selected, fits, **FAST)),
        "matched": kept("matched", comparison.matched_comparisons(fits, **FAST)),
    }


@pytest.fixture(scope="module")
def mixed(tmp_path_factory):
    return chain(table(independent_fits() + real_fits()), tmp_path_factory.mktemp("mixed"))


def of_real(frame):
    return frame[frame["study"] != "s"].reset_index(drop=True)


def of(frame, study):
    return frame[frame["study"] == study].reset_index(drop=True)


def test_no_table_drops_a_row_without_a_law(mixed):
    for study in ("mine", "mine_poisoned"):
        assert len(of(mixed["selected"], study)) == 3 * 8
        cells = of(mixed["cells"], study)
        assert cells["label"].tolist() == ["fr_train", "group_thresholds", "normalized_mi"]
        assert (cells["n"] == 8).all() and (cells["fits"] == 16).all()
        for name in ("comparisons", "matched"):
            rows = of(mixed[name], study)
            assert set(rows["scope"]) == {"all"}
            by_quantity = rows.groupby("quantity")["n"].unique().to_dict()
            distance = by_quantity.pop("distance_to_limit", [0])
            assert list(distance) == [0]
            assert all(list(n) == [8] for n in by_quantity.values()), by_quantity


def test_without_a_law_the_distance_to_its_limit_is_missing_and_nothing_else(mixed):
    selected = of(mixed["selected"], "mine")
    assert selected["limit_accuracy"].isna().all() and selected["distance_to_limit"].isna().all()
    assert selected[["accuracy", "disparate_impact", "score"]].notna().all().all()
    drawn = of(mixed["selected"], "s")
    known = (drawn["positive_rate"] == 0.1) & (drawn["group_coefficient"] == 0.6)
    assert drawn["distance_to_limit"].notna().equals(known)


def test_the_numbers_are_those_of_the_same_fits_with_a_law(mixed, tmp_path):
    law = {"positive_rate": 0.5, "group_coefficient": 1.0}
    lawful = chain(table([row | law for row in real_fits()]), tmp_path)
    pd.testing.assert_frame_equal(
        lawful["selected"].drop(columns=list(law)),
        of_real(mixed["selected"]).drop(columns=list(law)),
    )
    for name in ("comparisons", "matched"):
        rows = lawful[name].query("scope == 'all'").reset_index(drop=True)
        pd.testing.assert_frame_equal(rows, of_real(mixed[name]))


def test_real_rows_change_no_other_row(mixed, tmp_path):
    alone = chain(table(independent_fits()), tmp_path)
    for name, frame in alone.items():
        pd.testing.assert_frame_equal(of(mixed[name], "s"), frame, check_dtype=False)
    only = chain(table(real_fits()), tmp_path)
    for name, frame in only.items():
        for study in ("mine", "mine_poisoned"):
            pd.testing.assert_frame_equal(
                of(mixed[name], study), of(frame, study), check_dtype=False
            )


def test_findings_name_the_real_data_and_claim_nothing_else(tmp_path):
    fits = table(real_fits()).assign(fitted_on="train", needs_sensitive_at_test=True)
    tables = chain(fits, tmp_path)
    chosen, _, *compared = tables.values()
    judged = baseline_losses(chosen), reproduction(fits, *tables.values())
    lines = findings(fits, chosen, *compared, *judged).split("\n\n")[0].splitlines()
    for labels in ("clean", "poisoned"):
        assert sum(f"with {labels} labels on mine/everyone" in line for line in lines) == 2
    assert "are beaten with clean labels on mine/everyone by normalised MI" in lines[1]
    assert "Nothing that was published can be judged" in lines[-1] and len(lines) == 3


def test_no_limits_are_a_table_without_rows():
    limits = read_limits([])
    assert limits.empty and "accuracy" in limits
    chosen = selection.select(table(real_fits()), criteria={}, limits=limits)
    assert chosen["distance_to_limit"].isna().all()
