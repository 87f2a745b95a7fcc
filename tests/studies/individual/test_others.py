"""Networks that others trained: what is asked, of which files, and what is said of it."""

import numpy as np
import pandas as pd
import pytest

from fairbench.studies.individual import published
from fairbench.studies.individual.figures.others import figure_others
from fairbench.studies.individual.others.answers import others_answers, others_findings
from fairbench.studies.individual.others.files import FILES, Question, columns_of, questions
from fairbench.studies.individual.others.shares import answered, beside_fairify
from fairbench.studies.individual.others.verdicts import fairify_verdicts

LIMITS = {"boxes": 2000, "work": 1e9, "seconds": 60, "undecided": 0.0}


def test_all_questions_of_fairify_are_asked():
    asked = questions()
    theirs = published.fairify()
    assert len(asked) == 42 == len(theirs) and len(FILES.sources) == 25
    assert {(q.network, q.protected) for q in asked} == set(
        zip(theirs["network"], theirs["protected"], strict=True)
    )
    assert len({q.label for q in asked}) == 42
    assert (theirs["verdict"] == "undecided").sum() == 9
    assert [q.protected for q in questions(["BM-1"])] == ["age"]


def test_files_are_verified_and_domains_have_the_inputs_of_the_data():
    assert all(len(source.sha256) == 64 and source.bytes for source in FILES.sources)
    assert {family: len(columns_of(family)) for family in ("AC", "BM", "GC")} == {
        "AC": 13,
        "BM": 16,
        "GC": 20,
    }
    assert all(column.lower < column.upper for f in ("AC", "BM", "GC") for column in columns_of(f))


def nnet(path, weights):
    """A linear network of one unit on Bank's inputs as the text files have it."""
    count = len(weights)
    lines = [f"1,{count},1,{count},", f"{count},1,", "0,", "0,", "0,", "0,", "0,"]
    lines += [",".join(map(str, weights)) + ",", "-0.5,"]
    path.write_text("\n".join(lines) + "\n")
    return path


def test_a_network_that_knows_the_attribute_alone_is_unfair_to_everybody(tmp_path):
    columns = columns_of("BM")
    own = [1.0 if column.protected else 0.0 for column in columns]
    question = Question("BM-1", "age")
    row = answered(nnet(tmp_path / "a.nnet", own), question, LIMITS).iloc[0]
    assert row["answer"] == "yes" and row["unfair"] == pytest.approx(1) and row["fair"] == 0
    assert (row["logit"] > 0) != (row["logit_other"] > 0)
    blind = [0.0 if column.protected else 1.0 for column in columns]
    row = answered(nnet(tmp_path / "b.nnet", blind), question, LIMITS).iloc[0]
    assert row["answer"] == "no" and row["fair"] == pytest.approx(1) and row["person"] == ""


@pytest.fixture
def table():
    rows = []
    for number, asked in enumerate(questions()):
        fair = 0.9 - 0.01 * number
        row = {"network": asked.network, "protected": asked.protected, "hidden": "5x5"}
        row |= {"units": 10, "answer": "yes" if number else "no", "fair": fair, "unfair": 0.05}
        row |= {"undecided": 0.95 - fair, "boxes": 10, "stopped": "", "seconds": 1.0}
        row |= {"witness_seconds": 0.1, "person": "{}", "value": 0.0, "other": 1.0}
        rows.append(pd.DataFrame([row | {"logit": 1.0, "logit_other": -1.0}]))
    return beside_fairify(rows)


def test_every_answer_is_held_against_theirs(table):
    rows = list(fairify_verdicts(table))
    assert len(rows) == 42
    verdicts = pd.Series([row["verdict"] for row in rows])
    assert (verdicts == "not comparable").sum() == 9
    assert rows[0]["verdict"] == "not reproduced"  # certified that there is nobody
    assert np.isclose(table["decided"], table["fair"] + table["unfair"]).all()


def test_words_and_figure_of_the_shares(table):
    (sentence,) = others_findings(table)
    assert "In 41 of 42 questions" in sentence and "(Fairify: 33)" in sentence
    assert "AC-1" in others_answers(table)
    figure, caption = figure_others(table)
    assert "41 of 42 questions" in caption and len(figure.axes) == 2
