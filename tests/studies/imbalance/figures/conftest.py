"""Small simulated tables in the shape of the real ones."""

from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from fairbench.studies.imbalance.figures.imbalance import figure_imbalance
from fairbench.studies.imbalance.figures.trade_off import figure_8

NOTHING_COMPARED = pd.DataFrame(
    columns=["study", "label_a", "label_b", "quantity", "scope", "difference", "low", "high", "n"]
)
LAMBDAS = (0.1, 0.3, 0.5, 0.7)
LABELS = (
    "logistic_regression",
    "group_thresholds",
    "adversarial",
    "fr_train",
    "naive_mi",
    "normalized_mi",
)


def simulated_fits(study, poisoning, *, trials=6, labels=LABELS, lambda_r=0.1):
    """Fits of the published data: accuracy falls and disparate impact grows with lambda_f."""
    generator = np.random.default_rng(len(study))
    rows = []
    for place, label in enumerate(labels):
        for lambda_f in (0.0,) if label == "logistic_regression" else LAMBDAS:
            for trial in range(trials):
                noise = generator.normal(0, 0.01, 2)
                rows.append(
                    {
                        "study": study,
                        "dataset": "published",
                        "positive_rate": 0.5,
                        "group_coefficient": 1.0,
                        "poisoning": poisoning,
                        "label": label,
                        "method": label,
                        "sees_sensitive": True,
                        "trial": trial,
                        "lambda_f": lambda_f,
                        "lambda_r": lambda_r if label == "fr_train" else 0.0,
                        "status": "ok",
                        "test_accuracy": 0.88 - 0.1 * lambda_f**2 - 0.004 * place + noise[0],
                        "test_disparate_impact": 0.42 + 0.5 * lambda_f + noise[1],
                    }
                )
    return pd.DataFrame(rows)


def simulated_limits(*cells):
    impact = np.linspace(0, 1, 21)
    frames = [
        pd.DataFrame(
            {
                "positive_rate": rate,
                "group_coefficient": coefficient,
                "disparate_impact": impact,
                "accuracy": 0.9 + 0.3 * abs(rate - 0.5) ** 2 - 0.06 * impact**3,
            }
        )
        for rate, coefficient in cells
    ]
    return pd.concat(frames, ignore_index=True)


def simulated_selected(
    *, rates=(0.1, 0.5, 0.9), coefficients=(0.6, 1.0, 1.4), trials=4, labels=("fr_train",)
):
    generator = np.random.default_rng(3)
    rows = []
    for place, label in enumerate(labels):
        for rate in rates:
            for coefficient in coefficients:
                for trial in range(trials):
                    noise = generator.normal(0, 0.02, 2)
                    accuracy = 0.81 + 0.7 * (rate - 0.5) ** 2 - 0.01 * place + noise[0]
                    impact = min(0.7 + 0.2 * rate + 0.03 * place + 3 * noise[1], 1.0)
                    rows.append(
                        {
                            "study": "imbalance",
                            "dataset": "imbalance",
                            "positive_rate": rate,
                            "group_coefficient": coefficient,
                            "poisoning": "none",
                            "label": label,
                            "method": label,
                            "sees_sensitive": True,
                            "trial": trial,
                            "lambda_f": 0.7,
                            "lambda_r": 0.05,
                            "accuracy": accuracy,
                            "disparate_impact": impact,
                            "at_grid_edge": trial == 0,
                            "grid_edge": "high" if trial == 0 else "",
                            "fits": 2,
                            "lost": 0,
                            "status": "ok",
                            "distance_to_limit": 0.05 + noise[0],
                        }
                    )
    return pd.DataFrame(rows)


def fits_of(selected):
    """The grid behind selected models: two values of lambda_f."""
    both = [selected.assign(lambda_f=value) for value in (0.1, 0.7)]
    return pd.concat(both, ignore_index=True)


@pytest.fixture(scope="session")
def simulate():
    """Makers of tables, for tests that need other ones than the fixtures below."""
    return SimpleNamespace(limits=simulated_limits, selected=simulated_selected, fits_of=fits_of)


@pytest.fixture(scope="session")
def imbalance():
    """Figures 9 and 10 by name, of a table of selected models."""
    limits = simulated_limits(*[(rate, c) for rate in (0.1, 0.5, 0.9) for c in (0.6, 1.0, 1.4)])

    label = {"fig9": "fr_train", "fig10": "normalized_mi"}
    rivals = {"fig9": (), "fig10": ("fr_train",)}

    def draw(name, selected, published_rows, comparisons=NOTHING_COMPARED, **options):
        options = {"label": label[name], "rivals": rivals[name], "published_figure": name} | options
        tables = selected, fits_of(selected), limits, published_rows, comparisons
        return figure_imbalance(*tables, **options)

    return draw


@pytest.fixture(scope="session")
def trade_off():
    """Figure 8; nothing is compared unless a table is given."""

    def draw(fits, limits, published_points, comparisons=NOTHING_COMPARED, *, panels):
        return figure_8(fits, limits, published_points, comparisons, panels=panels)

    return draw


@pytest.fixture
def fits():
    return pd.concat(
        [
            simulated_fits("clean", "none"),
            simulated_fits("poisoned", "rule=margin,rate=0.1,group=1", lambda_r=0.4),
        ],
        ignore_index=True,
    )


@pytest.fixture
def published_points():
    return pd.DataFrame(
        {
            "data": ["clean", "clean", "poisoned", "poisoned"],
            "method": ["fr_train", "naive_mi"] * 2,
            "lambda_f": [0.3, 0.5, 0.1, 0.9],
            "lambda_r": [0.1, 0.0, 0.4, 0.0],
            "accuracy": [0.866, 0.86, 0.842, 0.79],
            "disparate_impact": [0.528, 0.553, 0.657, 0.9],
        }
    )


@pytest.fixture
def panels():
    return [
        {"study": "clean", "title": "clean", "lambda_r": {"fr_train": 0.1}},
        {"study": "poisoned", "title": "poisoned", "lambda_r": {"fr_train": 0.4}},
    ]


@pytest.fixture
def selected():
    return simulated_selected(labels=("fr_train", "normalized_mi"))


@pytest.fixture
def published_rows():
    rows = simulated_selected(trials=2).assign(figure="fig9")
    return pd.concat([rows, rows.assign(figure="fig10", accuracy=rows["accuracy"] - 0.03)])
