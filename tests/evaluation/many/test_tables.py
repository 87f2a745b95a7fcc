"""From a study's tables to those of its comparison, by the job's own step."""

import numpy as np
import pandas as pd
import pytest

from fairbench.base.call import Call
from fairbench.evaluation.many import steps
from fairbench.evaluation.many.tables import compared, gathered
from fairbench.evaluation.many.volumes import front_volumes
from fairbench.evaluation.selection import select
from fairbench.store.csv_tables import read_csv, write_csv

from ..tables import fit, table

LIMITS = pd.concat(
    pd.DataFrame({"disparate_impact": [0.0, 1.0], "accuracy": [0.95, 0.9]}).assign(
        positive_rate=rate, group_coefficient=1.0
    )
    for rate in (0.1, 0.3)
)
COLUMNS = {
    "data_set": ["positive_rate", "group_coefficient"],
    "trial": ["trial"],
    "label": "label",
    "quantities": {"accuracy": "accuracy", "disparate_impact": "disparate_impact"},
    "criterion": ["accuracy", "disparate_impact"],
}
GIVEN = {"columns": COLUMNS, "groups": [{"name": "s", "where": {"study": "s"}}], "seed": 1}


@pytest.fixture
def fits():
    rows = []
    for rate in (0.1, 0.3):
        for k, label in enumerate(("constant", "fr_train", "naive_mi")):
            for trial in range(2):
                told = {"positive_rate": rate, "label": label, "trial": trial}
                rows.append(fit(0.92 - 0.01 * k, 0.5 + 0.1 * k, **told))
                rows.append(fit(0.91 - 0.01 * k, 0.6 + 0.1 * k, lambda_f=0.6, **told))
    lost = [fit(status="error", positive_rate=0.3, label="lost", trial=t) for t in range(2)]
    lost += [fit(0.9, 0.9, positive_rate=0.1, label="lost", trial=t) for t in range(2)]
    other = [fit(0.99, 0.99, study="other")]
    return table([*rows, *lost, *other])


def test_values_are_those_of_the_selected_fits_with_their_share_and_distance(fits):
    chosen = select(fits, criteria={}, limits=LIMITS)
    values = gathered(chosen, GIVEN, fits, LIMITS)
    assert len(values) == 16 and set(values["study"]) == {"s"}
    row = values[(values["label"] == "naive_mi") & (values["trial"] == "1")].iloc[0]
    assert row["data_set"] == "positive_rate=0.1, group_coefficient=1"
    assert row[["accuracy", "disparate_impact", "criterion"]].tolist() == pytest.approx(
        [0.89, 0.8, 1.69]
    )
    assert row["distance_to_limit"] == pytest.approx(0.95 - 0.05 * 0.8 - 0.89)
    assert row["sum_to_limit"] == pytest.approx(1.9 - 1.69)
    keys = ["positive_rate", "label", "trial"]
    wanted = front_volumes(fits[fits["study"] == "s"], keys, LIMITS).set_index(keys)
    assert row["hypervolume_share"] == wanted.loc[(0.1, "naive_mi", 1), "hypervolume_share"]
    gone = values[(values["label"] == "lost") & values["data_set"].str.contains("0.3")]
    named = ["study", "data_set", "label", "trial"]
    assert len(gone) == 2 and gone.drop(columns=named).isna().to_numpy().all()


def test_a_table_without_a_law_is_compared_without_a_limit():
    rows = [
        {"data": d, "method": m, "fold": f, "a": 0.1 * d + 0.01 * k, "i": 0.5, "status": "ok"}
        for d in range(3) for k, m in enumerate("xyz") for f in range(2)
    ]  # fmt: skip
    rows[0]["status"] = "diverged"
    told = {"data_set": ["data"], "trial": ["fold"], "label": "method"}
    told |= {"quantities": {"accuracy": "a", "disparate_impact": "i"}, "criterion": ["accuracy"]}
    given = {"columns": told, "groups": [{"name": "g", "where": {}}]}
    values = gathered(pd.DataFrame(rows), given)
    assert values.columns.tolist()[-3:] == ["accuracy", "disparate_impact", "criterion"]
    assert np.isnan(values.loc[0, ["accuracy", "criterion"]].astype(float)).all()
    assert values["criterion"].dropna().equals(values["accuracy"].dropna())
    found = compared(values, ["accuracy"], seed=1, draws=100)
    assert found["regret"].empty and set(found["ranks"]["quantity"]) == set(values.columns[-3:])


def test_the_step_writes_what_the_functions_give(tmp_path, monkeypatch, fits):
    monkeypatch.chdir(tmp_path)
    chosen = select(fits, criteria={})
    write_csv(chosen, tmp_path / "selected.csv")
    names = ("values", "ranks", "pairs", "regret", "rank_stability")
    made = {name: tmp_path / f"{name}.csv" for name in names}
    steps.compare(Call(GIVEN, {"table": (tmp_path / "selected.csv",)}, made))
    values = gathered(chosen, GIVEN)
    wanted = {"values": values} | compared(values, COLUMNS["criterion"], seed=1)
    for name, path in made.items():
        written = read_csv(path)
        assert len(written) == len(wanted[name]) and list(written) == list(wanted[name])
    np.testing.assert_array_equal(read_csv(made["pairs"])["p"], wanted["pairs"]["p"])


def test_methods_that_ran_on_some_trials_only_are_compared_and_not_ranked(fits):
    fewer = fits[~((fits["label"] == "naive_mi") & (fits["trial"] == 1))]
    values = gathered(select(fewer, criteria={}), GIVEN)
    found = compared(values, COLUMNS["criterion"], seed=1, draws=100)
    ranks = found["ranks"].query("quantity == 'accuracy'").set_index("label")["rank"]
    assert np.isnan(ranks["naive_mi"]) and ranks["constant"] == 1
    pair = found["pairs"].query("label_a == 'fr_train' and label_b == 'naive_mi'")
    assert (pair["data_sets"] == 2).all() and (pair["gaps"] == 0).all()
