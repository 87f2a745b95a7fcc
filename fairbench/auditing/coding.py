"""Values of columns as numbers: two-valued ones as 0 and 1, groups as 0 to K - 1."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from fairbench.auditing.errors import AuditError, unknown

#: Values of a column of groups beyond which it is none.
MOST_GROUPS = 50
#: Values that need not be named to be read as 1, with those that must stand beside them.
_ONES = {"1": {"0"}, "true": {"false"}}
MISSING = "(missing)"


class Codes:
    """A column of few values as numbers, in the order in which the values come.

    Parameters
    ----------
    name : str
        For messages.
    most : int
        Values beyond which the column is refused, as soon as they are seen.
    too_many : str
        What the message says then.
    """

    def __init__(self, name: str, most: int, too_many: str):
        self.name, self.most, self.too_many = name, most, too_many
        self.values: dict[str, int] = {}

    def take(self, column: pa.Array) -> np.ndarray:
        """Numbers of a block's values, -1 for a missing one, shape (rows,)."""
        values, places = _distinct(column)
        said = [_said(value) for value in values]
        seen = np.unique(places[places >= 0])
        own = np.full(len(said) + 1, -1)
        for place in seen:
            if said[place] is not None:
                own[place] = self.values.setdefault(said[place], len(self.values))
        if len(self.values) > self.most:
            some = ", ".join(map(repr, list(self.values)[:5]))
            raise AuditError(f"{self.name} has more than {self.most} values ({some}, ...): "
                             f"{self.too_many}")  # fmt: skip
        return own[places]


def ones(name: str, values: Sequence[str], positive: Sequence[str]) -> np.ndarray:
    """Which of a column's values count as 1.

    Parameters
    ----------
    name : str
        For messages.
    values : sequence of str
        All values of the column, two at most.
    positive : sequence of str
        Values that count as 1, if they were named.

    Returns
    -------
    array of bool, shape (values,)

    Raises
    ------
    AuditError
        If it is not clear.
    """
    asked = {plain(each) for each in positive}
    found = np.array([plain(value) in asked for value in values], bool)
    if len(values) == 2 and found.all():
        raise AuditError(f"both values of {name} are named as positive: name one of them")
    if found.any():
        return found
    for one, zeros in _ONES.items():
        folded = [plain(value).lower() for value in values]
        if set(folded) <= {one, *zeros}:
            return np.array([each == one for each in folded])
    if positive:
        raise unknown(f"{name}: no value counts as 1; the positive one was named as",
                      " or ".join(map(str, positive)), values)  # fmt: skip
    raise AuditError(
        f"{name} has the values {' and '.join(map(repr, values))}: say which of them counts as 1 "
        "(--positive VALUE, positive=)"
    )


def plain(value: object) -> str:
    """A value as text: whole numbers without a point, so that 1, 1.0 and "1.0" are one."""
    text = str(value).strip()
    try:
        return str(int(text))  # not as a float, which has 16 digits
    except ValueError:
        pass
    try:
        number = float(text)
    except ValueError:
        return text
    return str(int(number)) if number.is_integer() else repr(number)


def in_order(values: Sequence[str], *, last: str) -> list[str]:
    """Numbers by their size, then texts; `last`, which stands for missing values, at the end."""

    def key(value: str):
        try:
            return (value == last, 0, float(value), value)
        except ValueError:
            return (value == last, 1, 0.0, value)

    return sorted(values, key=key)


def _said(value: object) -> str | None:
    if value is None:
        return None
    return value if isinstance(value, str) else plain(value)


def _distinct(column: pa.Array) -> tuple[list, np.ndarray]:
    """Distinct values, and which of them each row has, -1 for none, shape (rows,)."""
    if pa.types.is_floating(column.type):  # NaN is none too
        column = pa.array(column.to_numpy(zero_copy_only=False), from_pandas=True)
    coded = column if pa.types.is_dictionary(column.type) else column.dictionary_encode()
    # Signed, as those of polars are not.
    indices = coded.indices.cast(pa.int64()).fill_null(-1)
    return coded.dictionary.to_pylist(), indices.to_numpy(zero_copy_only=False)


def numbers_of(name: str, column: pa.Array, values: Sequence[str]) -> np.ndarray:
    """Which of the values that a model knows a block's are, NaN where one is missing."""
    known, numbers = _distinct(column)
    said = [None if value is None else plain(value) for value in known]
    places = {value: float(k) for k, value in enumerate(values)}
    for value in said:
        if value is not None and value not in places:
            raise unknown(f"{name}: the model was fitted without the group", value, values)
    own = np.array([*(places.get(value, np.nan) for value in said), np.nan])
    return own[numbers]


def numbers(name: str, column: pa.Array) -> np.ndarray:
    """A block's numbers, NaN where one is missing."""
    try:
        if pa.types.is_boolean(column.type):
            column = column.cast(pa.int8())
        array = column.cast(pa.float64()).to_numpy(zero_copy_only=False)
    except pa.ArrowException as error:
        raise AuditError(f"{name} holds something that is no number: {error}") from None
    if np.isinf(array).any():
        raise AuditError(f"{name} has infinite values; all numbers have to be finite")
    return array
