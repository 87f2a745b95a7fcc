"""Choosing with and without the bias, means, differences, verdicts and words, on made-up fits."""

import numpy as np
import pandas as pd
import pytest

from fairbench.site.boards import means
from fairbench.studies.biased_mnist import published
from fairbench.studies.biased_mnist.claims import NAMES, reproduction
from fairbench.studies.biased_mnist.columns import INSIDE, MEASURED
from fairbench.studies.biased_mnist.findings import findings
from fairbench.studies.biased_mnist.gathered import cell_means, chosen, differences, summary
from fairbench.studies.biased_mnist.plan import _board
from fairbench.studies.biased_mnist.section import BiasedMnist

PLAIN = {"method": "plain"}
SMALL = {"epochs": 4, "rows": 20_000, "network": "pooled"}
LARGE = {"epochs": 80, "rows": 56_000, "network": "rebias"}


def fit(label: str, trial: int, *, correlation=0.99, gamma=0.0, variant="", **given) -> dict:
    method = given.pop("method", label)
    about = {"correlation": correlation, "trial": trial, "label": label, "method": method}
    about |= {"variant": variant, "sees_sensitive": True, "lambda_f": gamma}
    about |= {"generator_rate": 0.01, "status": "ok", "reason": ""}
    return about | dict.fromkeys((*MEASURED, *INSIDE), 0.5) | given


def two_settings(trial: int) -> list[dict]:
    """The second is worse on biased rows and better without the bias."""
    first = {"selection": 0.99, "unbiased_selection": 0.4, "test": 0.45 + 0.01 * trial}
    second = {"selection": 0.98, "unbiased_selection": 0.7, "test": 0.65 + 0.02 * trial}
    return [
        fit("binary_mi", trial, **first),
        fit("binary_mi", trial, gamma=0.5, **second),
        fit("vanilla", trial, method="plain", test=0.40),
    ]


@pytest.fixture
def fits():
    return pd.DataFrame([row for trial in range(3) for row in two_settings(trial)])


def test_a_setting_is_chosen_by_biased_rows_and_beside_it_by_others(fits):
    best = chosen(fits)
    mine = best[best["label"] == "binary_mi"]
    assert (mine.loc[mine["chosen_by"] == "biased", "lambda_f"] == 0.0).all()
    assert (mine.loc[mine["chosen_by"] == "unbiased", "lambda_f"] == 0.5).all()
    means = summary(best).set_index(["label", "chosen_by", "quantity"])["mean"]
    assert means["binary_mi", "biased", "test"] == pytest.approx(0.46)
    assert means["binary_mi", "unbiased", "test"] == pytest.approx(0.67)
    same = means["vanilla", "unbiased", "test"], means["vanilla", "biased", "test"]
    assert same == pytest.approx((0.4, 0.4))


def test_ties_go_to_the_first_and_lost_fits_are_not_chosen(fits):
    fits.loc[fits["label"] == "binary_mi", "selection"] = 0.99
    assert (chosen(fits).query("chosen_by == 'biased'")["lambda_f"] == 0.0).all()
    first = (fits["label"] == "binary_mi") & (fits["lambda_f"] == 0)
    fits.loc[first & (fits["trial"] == 0), "status"] = "diverged"
    mine = chosen(fits).query("chosen_by == 'biased' and label == 'binary_mi'")
    assert list(mine["lambda_f"]) == [0.5, 0.0, 0.0]
    fits.loc[(fits["label"] == "binary_mi") & (fits["trial"] == 0), "status"] = "error"
    rows = summary(chosen(fits)).query("label == 'binary_mi' and quantity == 'test'")
    assert set(rows["n"]) == {2} and set(rows["draws"]) == {3}


def test_the_leaderboard_has_what_was_chosen_with_the_bias(fits):
    blind = PLAIN | {"parameters": {"sees_sensitive": False}}
    methods = {"binary_mi": {}, "vanilla": PLAIN, "one_colour": blind}
    board = _board(BiasedMnist(schedule={"epochs": 1}, methods=methods))
    assert set(board.assumed) == {"binary_mi", "vanilla"}
    bound = pd.DataFrame([fit("one_colour", 0, sees_sensitive=False)])
    rows = means(chosen(pd.concat([fits, bound])), board).set_index("label")["test"]
    assert rows.to_dict() == pytest.approx({"binary_mi": 0.46, "vanilla": 0.40})
    assert board.assumed["vanilla"].method == "plain"


def test_the_leak_and_the_lead_are_paired_over_draws(fits):
    table = differences(chosen(fits)).set_index("kind")
    leak = table.loc["leak"]
    assert leak["difference"] == pytest.approx(0.21) and leak["n"] == 3
    # Of 0.20, 0.21 and 0.22: t interval with 2 degrees of freedom.
    assert leak["low"] == pytest.approx(0.21 - 4.302653 * 0.01 / np.sqrt(3))
    assert table.loc["vanilla", "rival"] == "vanilla" and "variant" not in table.index
    assert table.loc["vanilla", "difference"] == pytest.approx(0.06)


def test_a_network_that_is_blind_to_colours_is_no_method_among_others(fits):
    blind = [fit("one_colour", t, method="plain", sees_sensitive=False, test=0.9) for t in range(3)]
    table = differences(chosen(pd.concat([fits, pd.DataFrame(blind)], ignore_index=True)))
    rows = table.set_index("kind")
    assert rows.loc["blind", "label"] == "one_colour"
    assert rows.loc["blind", "difference"] == pytest.approx(0.5)
    # One comparison with the plain network is left to correct for.
    assert rows.loc["vanilla", "p_holm"] == pytest.approx(rows.loc["vanilla", "p"])


def test_what_released_code_changes_is_a_difference_of_its_own(fits):
    more = [
        fit(f"rubi{mark}", trial, method="rubi", variant=variant, test=test + 0.01 * trial)
        for trial in range(3)
        for mark, variant, test in (("", "paper", 0.6), ("_released", "released", 0.5))
    ]
    table = differences(chosen(pd.concat([fits, pd.DataFrame(more)], ignore_index=True)))
    (row,) = table[table["kind"] == "variant"].to_dict("records")
    assert (row["label"], row["rival"]) == ("rubi_released", "rubi")
    assert row["difference"] == pytest.approx(-0.1)


def test_cells_are_those_of_the_chosen_fits(fits):
    rows = [
        {"correlation": 0.99, "trial": trial, "label": "binary_mi", "lambda_f": gamma}
        | {"generator_rate": 0.01, "digit": 1, "colour": 2, "rows": 10, "correct": right}
        for trial in range(3)
        for gamma, right in ((0.0, 4 + trial), (0.5, 9))
    ]
    (row,) = cell_means(pd.DataFrame(rows), chosen(fits)).to_dict("records")
    assert row["rows"] == 30 and row["accuracy"] == pytest.approx(15 / 30)


def study(shift: float = 0.0, **changed: float) -> pd.DataFrame:
    """Three draws of every method of Table 1, at the printed values or a changed one."""
    table = published.accuracies()
    rows = []
    for printed in table.itertuples():
        accuracy = changed.get(printed.method, printed.accuracy) + shift
        for trial in range(3):
            about = {"correlation": printed.correlation, "test": accuracy + 0.001 * trial}
            rows.append(fit(printed.method, trial, **about))
    return pd.DataFrame(rows)


def judged(fits: pd.DataFrame, budget=LARGE) -> pd.DataFrame:
    best = chosen(fits)
    return reproduction(best, summary(best), budget).set_index("quantity")["verdict"]


def test_the_printed_values_are_reproduced_by_themselves_alone():
    verdicts = judged(study())
    values = verdicts[verdicts.index.str.startswith("accuracy of")]
    assert len(values) == 12 and set(values) == {"reproduced"}
    assert set(judged(study(0.1))[values.index]) == {"not reproduced"}
    # A study trained less long shows its value and judges nothing by it.
    assert set(judged(study(), SMALL)[values.index]) == {"not comparable"}


def test_a_sentence_is_judged_by_what_it_says():
    verdicts = judged(study(), SMALL)
    strongest = "BinaryBernoulli is the strongest performer, rho 0.99"
    assert verdicts[strongest] == "reproduced"
    assert judged(study(binary_bernoulli=0.5), SMALL)[strongest] == "not reproduced"
    close = "BinaryMI has a performance comparable to a vanilla network, rho 0.99"
    assert verdicts[close] == "reproduced"
    assert judged(study(binary_mi=0.95), SMALL)[close] == "not reproduced"
    falls = "BinaryMI scales better to the higher bias than the baseline, rho 0.99 and 0.995"
    assert verdicts[falls] == "reproduced"
    other = study()
    other.loc[(other["method"] == "binary_mi") & (other["correlation"] == 0.995), "test"] -= 0.3
    assert judged(other, SMALL)[falls] == "not reproduced"
    without = study()[lambda rows: rows["method"] != "rubi"]
    assert judged(without, SMALL)[strongest] == "not comparable"


def test_what_was_printed_is_tabulated_once():
    table = published.accuracies()
    assert (
        set(table["method"]) == set(NAMES) and not table.duplicated(["correlation", "method"]).any()
    )
    at = table.set_index(["correlation", "method"])["accuracy"]
    assert at[0.995, "binary_bernoulli"] == pytest.approx(0.9064)
    assert at[0.99, "binary_mi"] == pytest.approx(0.8854)


def test_findings_say_who_leads_and_what_leaks(fits):
    best = chosen(fits)
    found = {"chosen": best, "summary": summary(best), "differences": differences(best)}
    text = findings(found, reproduction(best, found["summary"], SMALL))
    assert "from 0.400 [0.400, 0.400] (vanilla) to 0.460" in text
    assert "+0.210 at rho 0.99 (at most BinaryMI +0.210" in text
    assert "Beside the plain network, at rho 0.99 better is BinaryMI +0.060" in text
