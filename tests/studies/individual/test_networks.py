"""Networks trained here: what is certified is what predicts, and rows never show more."""

import json

import numpy as np
import pandas as pd
import pytest

from fairbench.certify import Domain
from fairbench.methods import find
from fairbench.site.boards import means
from fairbench.studies.individual.figures.epsilons import figure_epsilons
from fairbench.studies.individual.figures.rows import figure_rows
from fairbench.studies.individual.figures.times import figure_times
from fairbench.studies.individual.figures.trade_off import figure_trade_off
from fairbench.studies.individual.networks.answers import network_answers, network_findings
from fairbench.studies.individual.networks.certificates import (
    between_rows,
    certificates,
    domain_of,
)
from fairbench.studies.individual.networks.compared import (
    at_one_distance,
    chosen,
    difference,
    group_fair,
    selected,
)
from fairbench.studies.individual.networks.fits import (
    kept_fits,
    network_of,
    space_of,
    trained_fits,
)
from fairbench.studies.individual.networks.gathered import summary
from fairbench.studies.individual.networks.verdicts import network_verdicts
from fairbench.studies.individual.plan import _board
from fairbench.studies.individual.section import Networks
from fairbench.training.budget import Budget
from fairbench.training.cell import fit_cell
from fairbench.training.models import split_rows

BUDGET = {"iterations": 20, "generator_rate": 0.01}
LIMITS = {"gap": 0.1, "nodes": 50, "seconds": 60}


@pytest.fixture(scope="module")
def frame():
    """Two divisions of sixty rows: two numbers, an indicator, and a category of three."""
    generator = np.random.default_rng(8)
    parts = []
    for trial in range(2):
        x = generator.uniform(size=(120, 2)).astype(np.float32)
        kind = generator.integers(3, size=120)
        data = {"trial": trial, "split": np.repeat(["train", "clean", "selection", "test"], 30)}
        data |= {"age": x[:, 0], "priors": x[:, 1]}
        data |= {"married": generator.integers(2, size=120).astype(np.int8)}
        data |= {f"job={k}": (kind == k).astype(np.int8) for k in range(3)}
        group = generator.integers(2, size=120).astype(np.int8)
        label = (x[:, 0] + 0.3 * group + 0.2 * generator.normal(size=120) > 0.6).astype(np.int8)
        parts.append(pd.DataFrame(data | {"sensitive": group, "y": label, "y_clean": label}))
    return pd.concat(parts, ignore_index=True)


def fitted(frame, name, lambda_f, **parameters):
    kind = find(name)
    method = kind(kind.Parameters(**parameters))
    given = {"lambda_f": lambda_f, "lambda_r": [0.0], "engine": "auto", "budget": BUDGET}
    about = {"dataset": "own", "parameters": {"profile": "one"}, "seed": 1}
    return trained_fits(frame, about, method, given)


def test_the_space_is_that_of_the_columns(frame):
    space = space_of(frame)
    assert space["columns"][-1] == "group 1" and len(space["columns"]) == 7
    assert space["integer"] == [2, 6] and space["groups"] == [[3, 4, 5]] and space["free"] == [6]
    domain = domain_of(space)
    rows = split_rows(frame)[0]["test"].features
    assert isinstance(domain, Domain) and domain.holds(rows).all()


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("individual", {"hidden_layers": 2, "hidden_units": 4}),
        ("logistic_regression", {}),
        ("fr_train", {"generator_hidden_units": 3}),
        ("adv_cls", {"hidden_layers": 2, "hidden_units": 8}),
    ],
)
def test_the_network_of_a_row_predicts_what_the_fit_does(frame, name, parameters):
    kind = find(name)
    method = kind(kind.Parameters(**parameters))
    about = {"dataset": "own", "parameters": {"profile": "one"}, "seed": 1}
    found = fit_cell(frame, about, method, Budget(**BUDGET), lambda_f=[0.2], lambda_r=[0.0])
    domain = domain_of(space_of(frame))
    for fit, outcome in zip(kept_fits(found), found.outcomes, strict=True):
        features = split_rows(frame)[fit["trial"]]["test"].features
        network = network_of(fit["layers"], fit["leak"], domain)
        score = network(features.astype(float))
        assert score == pytest.approx(outcome.probability(features), abs=1e-6)
        assert np.ptp(score) > 1e-3


def test_thresholds_of_groups_are_part_of_the_network(frame):
    fits = fitted(frame, "group_thresholds", [0.0])
    assert set(fits["lambda_f"]) == {0.0, 0.2, 0.4, 0.6, 0.8, 1.0}
    domain = domain_of(space_of(frame))
    for fit in fits.to_dict("records"):
        test = split_rows(frame)[fit["trial"]]["test"]
        network = network_of(fit["layers"], fit["leak"], domain)
        decided = network(test.features.astype(float)) > 0.5
        assert (decided == test.y).mean() == pytest.approx(fit["test_accuracy"])


def test_pairs_of_rows_are_those_within_epsilon(frame):
    space, generator = space_of(frame), np.random.default_rng(2)
    layers = json.dumps([[generator.normal(size=(1, 7)).tolist(), [0.1]]])
    network = network_of(layers, 0.0, domain_of(space))
    rows = np.concatenate([p.features for p in split_rows(frame)[0].values()]).astype(float)
    largest, pairs = between_rows(network, rows, space, 0.2)
    apart = np.abs(rows[:, None, :6] - rows[None, :, :6]).max(-1)
    near = (apart <= 0.2) & ~np.eye(len(rows), dtype=bool)
    output = network(rows)
    assert pairs == near.sum() // 2
    assert largest == pytest.approx((np.abs(output[:, None] - output) * near).max())


def test_a_certificate_holds_what_rows_show(frame):
    fits = fitted(frame, "individual", [0.0], hidden_layers=1, hidden_units=3)
    rows = {t: p["test"].features.astype(float) for t, p in split_rows(frame).items()}
    asked = {"epsilon": 0.1, "epsilons": [0.3], "curve": 0.0, "engines": ["branch_and_bound"]}
    found = certificates(fits, space_of(frame), rows, asked | LIMITS)
    assert sorted(set(found["epsilon"])) == [0.1, 0.3] and len(found) == 4
    assert (found["empirical"] <= found["upper"]).all() and (found["upper"] <= 1).all()
    assert (found["lower"] <= found["upper"]).all() and set(found["hidden"]) == {"3"}


@pytest.fixture
def table():
    """Certificates of two data sets: training halves delta for .02 of accuracy."""
    rows = []
    labels = {"plain": (0.8, 0.8), "pgd": (0.4, 0.795), "logistic_regression": (0.5, 0.78)}
    labels |= {"fr_train": (0.6, 0.77), "plain_1x8": (0.7, 0.8)}
    for data in ("german", "compas"):
        for label, (delta, accuracy) in labels.items():
            for trial in range(3):
                for epsilon in (0.1, 0.2) if label in ("plain", "pgd") else (0.1,):
                    engines = ("branch_and_bound", "milp")
                    for engine in engines[: 1 + label.startswith("plain_")]:
                        upper = delta * epsilon / 0.1 / 2 + 0.01 * trial
                        row = {"data": data, "label": label, "trial": trial, "epsilon": epsilon}
                        own = {"pgd": "individual"}.get(label, label.partition("_1x8")[0])
                        row |= {"method": "individual" if own == "plain" else own}
                        row["timed"] = label == "plain_1x8"
                        row |= {"lambda_f": 0.0, "engine": engine, "hidden": "8", "pairs": 3}
                        row |= {"lower": upper - 0.01, "upper": upper, "empirical": upper / 2}
                        row |= {"state": "closed", "nodes": 1, "seconds": 0.1, "status": "ok"}
                        row |= {"test_accuracy": accuracy + 0.001 * trial, "majority": 0.7}
                        row |= {"selection_accuracy": accuracy, "test_disparate_impact": 0.9}
                        rows.append(row | {"selection_disparate_impact": 0.9, "overlap": 0.3})
    return pd.DataFrame(rows)


def test_comparisons_are_of_the_same_divisions(table):
    assert group_fair(table) == ["fr_train"]
    here = table[table["epsilon"] == 0.1]
    best = chosen(here, "pgd")
    plain = here[here["label"] == "plain"]
    apart = difference(best, plain, "upper")
    assert apart["value"].to_numpy() == pytest.approx([-0.2, -0.2])
    assert list(apart["n"]) == [3, 3] and set(apart.index) == {"german", "compas"}
    less = here.assign(
        selection_accuracy=here["selection_accuracy"] - 0.02 * (here["label"] == "pgd")
    )
    assert chosen(less, "pgd").empty  # too much accuracy lost


def test_every_method_has_a_fit_on_every_division_or_is_said_to_be_lost(table):
    # Of a second weight the accuracy is too low; without it pgd has none at all in one division.
    worse = table[table["label"] == "pgd"].assign(
        lambda_f=0.5, upper=0.0, selection_accuracy=0.7, test_accuracy=0.7
    )
    kept = table[~((table["label"] == "pgd") & (table["trial"] == 1))]
    gone = (table["label"] == "fr_train") & (table["trial"] == 2) & (table["data"] == "german")
    found = selected(pd.concat([worse, kept[~gone.reindex(kept.index)]]))
    assert len(found) == 2 * 3 * 4 and "plain_1x8" not in set(found["label"])
    pgd = found[found["label"] == "pgd"].set_index(["data", "trial"])
    assert pgd.loc[("compas", 0), ["accuracy", "lambda_f"]].tolist() == [0.795, 0.0]
    assert pgd.loc[("compas", 1), ["accuracy", "certified_delta"]].tolist() == [0.7, 0.0]
    lost = found[found["status"] == "lost"]
    assert lost[["data", "label", "trial"]].to_numpy().tolist() == [["german", "fr_train", 2]]
    assert lost["accuracy"].isna().all()


def test_the_leaderboard_reads_the_selected_fits(table):
    given = {"data": {"german": {}, "compas": {}}, "budget": "clean", "lambda_f": [0, 0.5]}
    methods = {"pgd": {"method": "individual"}, "fr_train": {}}
    board = _board(Networks(**given, methods=methods, sizes=["8"], curves={}))
    assert {name: told.clean_rows for name, told in board.assumed.items()} == {
        "pgd": False, "fr_train": True
    }  # fmt: skip
    rows = means(selected(table), board).set_index(["data", "label"])
    assert rows.loc[("compas", "pgd"), "certified_delta"] == pytest.approx(
        chosen(at_one_distance(table), "pgd").query("data == 'compas'")["upper"].mean()
    )


def test_words_and_verdicts_follow_from_the_table(table):
    told = " ".join(network_findings(table))
    assert "Training by pgd changes the certified delta within 0.1 by -0.20" in told
    assert "higher in 2" in told
    assert "fr_train" in network_answers(table)
    rows = {row["quantity"]: row for row in network_verdicts(table)}
    lost = rows["more individual fairness loses accuracy"]
    assert lost["ours"] == pytest.approx(0.005) and lost["n"] == 6
    unfair = rows["a model that is fair to groups may be unfair to an individual"]
    assert unfair["verdict"] == "reproduced" and unfair["ours"] == 1.0
    small = table.assign(lower=0.05)
    (unfair, _) = network_verdicts(small)
    assert unfair["verdict"] == "not reproduced" and unfair["ours"] == 0.0
    renamed = table.replace({"label": {"pgd": "mine"}})
    assert group_fair(renamed) == ["fr_train"]  # by the method, whatever its label is


def test_figures_of_networks(table, read):
    means = summary(table)
    assert means["n"].max() == 3 and (means["upper_low"] <= means["upper"]).all()
    figure, _ = figure_trade_off(means, epsilon=0.1)
    assert read.line(figure.axes[0], "PGD-trained")[1] == pytest.approx([0.21])
    figure, _ = figure_epsilons(means, epsilon=0.1)
    assert read.line(figure.axes[0], "PGD-trained")[1] == pytest.approx([0.21, 0.41])
    figure_rows(table, epsilon=0.1)
    _, caption = figure_times(table, epsilon=0.1)
    assert "branch and bound 6 of 6 closed" in caption
