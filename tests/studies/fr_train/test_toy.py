"""Figure 1: the order of people is one that fits all that the text says of it."""

import itertools

import numpy as np
import pytest

from fairbench.studies.fr_train import toy


def test_the_four_thresholds_reach_what_was_printed():
    clean, poisoned = toy.thresholds(toy.Y), toy.thresholds(toy.POISONED)
    assert clean["non-fair"][1:3] == (0.5, 1.0)
    assert clean["fair"][1:3] == (1.0, 0.8)
    assert poisoned["non-fair"][1:3] == pytest.approx((2 / 3, 0.9))
    assert poisoned["fair"][1:3] == (1.0, 0.6)


def test_the_people_are_those_of_the_text():
    assert toy.FEMALE.sum() == 5 and len(toy.FEMALE) == 10
    assert toy.Y[toy.FEMALE == 1].sum() == 2 and toy.Y[toy.FEMALE == 0].sum() == 4
    flipped = np.flatnonzero(toy.Y != toy.POISONED)
    assert list(flipped + 1) == [5, 7] and not toy.FEMALE[flipped].any()
    assert (np.diff(toy.Y) >= 0).all()  # a threshold is right for everybody


def test_four_orders_fit_the_text_with_one_best_fair_threshold_each(monkeypatch):
    found = []
    for women in itertools.combinations([0, 1, 2, 3, 5, 7, 8, 9], 5):
        female = np.isin(np.arange(10), women).astype(int)
        if toy.Y[female == 1].sum() != 2:
            continue
        monkeypatch.setattr(toy, "FEMALE", female)
        best = []
        for labels in (toy.Y, toy.POISONED):
            fair = [t for t in (toy._at(p, labels) for p in range(10)) if t.disparate_impact == 1]
            most = max(t.fitted_accuracy for t in fair)
            best.append([t for t in fair if t.fitted_accuracy == most])
        unfair = toy.thresholds(toy.POISONED)["non-fair"]
        clean = toy.thresholds(toy.Y)["non-fair"]
        if (
            [len(each) for each in best] == [1, 1]
            and (best[0][0].accuracy, best[1][0].accuracy) == (0.8, 0.6)
            and clean.disparate_impact == 0.5
            and unfair[1:3] == pytest.approx((2 / 3, 0.9))
        ):
            found.append(tuple(female))
    assert len(found) == 4
    monkeypatch.undo()
    assert tuple(toy.FEMALE) in found
