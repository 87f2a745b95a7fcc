"""A mixed-integer linear program, put together block by block and given to HiGHS.

HiGHS comes with scipy. Its *dual* bound is what counts here: its incumbent says how large a
difference certainly is, not how large it may be.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy import sparse
from scipy.optimize import Bounds, LinearConstraint, milp

#: HiGHS answers with one of these: solved, or stopped by its limit.
_SOLVED, _STOPPED, _INFEASIBLE = 0, 1, 2


class Answer(NamedTuple):
    """What the solver says of a maximum.

    Attributes
    ----------
    bound : float
        Its dual bound: infinite if it has none, minus infinity if it found the program infeasible.
    values : array, shape (variables,), or None
        Its best point.
    nodes : int
    solved : bool
        Whether it came to its own gap.
    """

    bound: float
    values: np.ndarray | None
    nodes: int
    solved: bool


class Program:
    """Variables, rows and an objective to be maximised."""

    def __init__(self):
        self._lower, self._upper, self._whole = [], [], []
        self._entries, self._row_lower, self._row_upper = [], [], []
        self.variables = self.rows = 0

    def add(self, lower, upper, *, whole: bool | np.ndarray = False) -> np.ndarray:
        """Numbers of new variables with these bounds, shape (variables,)."""
        lower, upper = np.broadcast_arrays(np.atleast_1d(np.asarray(lower, float)), upper)
        self._lower.append(lower)
        self._upper.append(upper.astype(float))
        self._whole.append(np.broadcast_to(np.asarray(whole, int), lower.shape))
        numbers = self.variables + np.arange(len(lower))
        self.variables += len(lower)
        return numbers

    def require(self, lower, upper, *terms: tuple[object, np.ndarray]) -> None:
        """Rows lower <= sum of coefficients times variables <= upper.

        Parameters
        ----------
        lower, upper : float or array, shape (rows,)
        *terms : pairs of coefficients and variables
            A matrix (rows, variables) with numbers of variables, or a vector (rows,) or a number
            with a variable a row.
        """
        counts = [len(c) if np.ndim(c) == 2 else len(v) for c, v in terms]
        rows = self.rows + np.arange(max(counts))
        for coefficients, variables in terms:
            if np.ndim(coefficients) == 2:
                at, column = np.nonzero(coefficients)
                self._entries.append((rows[at], variables[column], coefficients[at, column]))
            else:
                each = np.broadcast_to(np.asarray(coefficients, float), variables.shape)
                self._entries.append((rows, variables, each))
        self._row_lower.append(np.broadcast_to(np.asarray(lower, float), rows.shape))
        self._row_upper.append(np.broadcast_to(np.asarray(upper, float), rows.shape))
        self.rows += len(rows)

    def maximise(self, objective: np.ndarray, *, seconds: float, gap: float) -> Answer:
        """Solve it.

        Parameters
        ----------
        objective : array, shape (variables,)
        seconds : float
        gap : float
            Relative to the solver's own best point.
        """
        rows, columns, values = (np.concatenate(part) for part in zip(*self._entries, strict=True))
        shape = (self.rows, self.variables)
        matrix = sparse.csc_array((values, (rows, columns)), shape=shape)
        solved = milp(
            -objective,
            integrality=np.concatenate(self._whole),
            bounds=Bounds(np.concatenate(self._lower), np.concatenate(self._upper)),
            constraints=LinearConstraint(
                matrix, np.concatenate(self._row_lower), np.concatenate(self._row_upper)
            ),
            options=dict(time_limit=max(seconds, 1e-3), mip_rel_gap=gap),
        )
        bound = np.inf
        if solved.status == _INFEASIBLE:
            bound = -np.inf
        elif solved.status in (_SOLVED, _STOPPED) and solved.mip_dual_bound is not None:
            if np.isfinite(solved.mip_dual_bound):
                bound = -solved.mip_dual_bound
        nodes = int(solved.mip_node_count or 0)
        return Answer(bound, solved.x, nodes, solved.status in (_SOLVED, _INFEASIBLE))
