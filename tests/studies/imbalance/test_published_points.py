"""The published trade-off points come out on both engines, to the digits they were printed with."""

import pytest

from fairbench.data.drawn import build
from fairbench.data.poisoning import flip_labels
from fairbench.studies.grid.section import MethodEntry, Study, method_of
from fairbench.studies.imbalance import published
from fairbench.training.budget import BUDGETS
from fairbench.training.cell import train_cell

POINTS = published.trade_off_points()
GROUPS = [
    ("fr_train", "clean", "clean", 8),
    ("fr_train", "poisoned", "poisoned", 9),
    ("naive_mi", "clean", "naive_mi_clean", 8),
    ("naive_mi", "poisoned", "poisoned", 6),
]
# Printed with three decimals.
TOLERANCE = {"reference": 0.0005, "fast": 0.0005}


@pytest.fixture(scope="module")
def data():
    clean = build("published", {}, [0], seed=0)
    return {"clean": clean, "poisoned": flip_labels(clean, rule="margin", rate=0.1, group=1)}


def train(frame, method, budget, lambda_f, lambda_r, engine):
    study = Study(
        dataset="published",
        lambda_f=[0.1],
        budget=budget,
        methods={method: {"variant": "released"}},
    )
    return train_cell(
        frame,
        {"dataset": "published", "parameters": {}, "seed": 0},
        method_of(method, study, MethodEntry(variant="released")),
        BUDGETS[budget],
        lambda_f=lambda_f,
        lambda_r=lambda_r,
        engine=engine,
    )


@pytest.mark.parametrize("engine", ["fast", "reference"])
@pytest.mark.parametrize("method,kind,budget,count", GROUPS)
def test_every_published_point(data, method, kind, budget, count, engine):
    points = POINTS[(POINTS["method"] == method) & (POINTS["data"] == kind)]
    assert len(points) == count
    fits = train(
        data[kind],
        method,
        budget,
        points["lambda_f"].tolist(),
        points["lambda_r"].unique().tolist(),
        engine,
    )
    assert (fits["status"] == "ok").all() and (fits["initial_seed"] == 1).all()
    both = points.merge(fits, on=["lambda_f", "lambda_r"])
    assert len(both) == count
    for ours, theirs in (
        ("test_accuracy", "accuracy"),
        ("test_disparate_impact", "disparate_impact"),
    ):
        worst = (both[ours] - both[theirs]).abs().max()
        assert worst <= TOLERANCE[engine] + 1e-9, both[["lambda_f", ours, theirs]].to_string()
