"""The shipped grids reach as far as they can, and hold every published point."""

import pytest

from fairbench.config.check import check
from fairbench.planning.complaint import read_yaml
from fairbench.studies.imbalance import published

from .overlays import REPOSITORY

SHIPPED = ("config", "binary", "real")


def studies_of(name):
    """The studies of a shipped config; an overlay's new ones alone."""
    default = read_yaml(REPOSITORY / "config" / "config.yaml")
    if name == "config":
        return check(default).active()
    own = read_yaml(REPOSITORY / "config" / f"{name}.yaml")["studies"]
    merged = {key: {**(default["studies"].get(key) or {}), **(own[key] or {})} for key in own}
    whole = {key: value for key, value in merged.items() if own[key] is not None}
    return check({"studies": whole}).active()


def largest_sum(study):
    return max(study.lambda_f) + max(study.lambda_r)


@pytest.mark.parametrize("name", SHIPPED)
def test_grids_end_where_the_labels_have_hardly_any_weight_left(name):
    free = {key: s for key, s in studies_of(name).items() if key not in published.GRIDS}
    assert free
    for study in free.values():
        assert not study.allow_negative_cross_entropy_weight
        assert 0.99 <= largest_sum(study) < 1 - 1e-9
        assert len([value for value in study.lambda_f if value + max(study.lambda_r) > 0.96]) >= 3


def test_the_published_points_are_where_they_were():
    studies = studies_of("config")
    for figure, grid in published.GRIDS.items():
        assert studies[figure].lambda_f == list(grid)
        assert studies[figure].lambda_r == [0.05]
    for point in published.trade_off_points().to_dict("records"):
        entries = studies[f"tradeoff_{point['data']}"]
        labels = (point["method"], f"{point['method']}_published_settings")
        there = [entries.methods[label] for label in labels if label in entries.methods]
        grids = [(e.lambda_f or entries.lambda_f, e.lambda_r or entries.lambda_r) for e in there]
        assert any(point["lambda_f"] in f and point["lambda_r"] in r for f, r in grids), point
