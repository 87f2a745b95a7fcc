"""Tables of the page: what is shown, and what it is sorted by."""

import numpy as np
import pandas as pd
import pytest

from fairbench.report.tables import number, shown


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.123456, "0.1235"), (2.0, "2"), (-1e-7, "-1e-07"), (np.nan, ""), (1234567.0, "1234567")],
)
def test_numbers_have_four_digits(value, text):
    assert number(value) == text


def test_what_is_the_same_in_every_row_is_said_once():
    table = shown(pd.DataFrame({"study": "s", "n": [1, 2], "none": np.nan, "held": True}))
    assert table.constant == {"study": "s", "held": "yes"}
    assert [column.name for column in table.columns] == ["n", "none"]


def test_one_row_keeps_all_its_columns():
    table = shown(pd.DataFrame({"study": ["s"], "n": [1]}))
    assert table.constant == {} and len(table.columns) == 2


def test_cells_are_sorted_by_the_whole_number():
    table = shown(pd.DataFrame({"value": [0.12344, 0.12343, np.nan], "name": list("abc")}))
    assert [row[0].text for row in table.rows] == ["0.1234", "0.1234", ""]
    assert [row[0].order for row in table.rows] == ["0.12344", "0.12343", ""]
    assert [column.numeric for column in table.columns] == [True, False]


def test_long_texts_may_break_their_lines():
    table = shown(pd.DataFrame({"short": ["a", "b"], "long": ["a", "b " * 30]}))
    assert [[cell.kind for cell in row] for row in table.rows] == [["", "long"]] * 2
