"""The tables of the seed's experiments, each with the three modes side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from fairbench.base.randomness import seed_of, stream
from fairbench.studies.individual import published
from fairbench.studies.individual.boston.rows import (
    Rows,
    near_pairs,
    resampled,
    rows_of,
    standardised,
    theta,
)
from fairbench.studies.individual.boston.search import (
    Problem,
    Search,
    best_of,
    descent,
    drawn_units,
    selected,
)
from fairbench.studies.individual.boston.unit import (
    MODES,
    Box,
    Units,
    certified,
    lower_sigmoid,
    over_pairs,
    sigmoid,
)

#: The seed's own seed, with which its resampling is run again.
RELEASED_SEED = 42
#: What counts as a good and as a poor start, in thousand dollars: the released function's values
#: lie below 7.1 or above 37.9.
GOOD, POOR = 20.0, 20.0


def experiments(table: pd.DataFrame, given: Mapping, seed: int) -> dict[str, pd.DataFrame]:
    """Run all of them.

    Parameters
    ----------
    table : DataFrame
        The Boston data as in the file.
    given : mapping
        The section `fairbench.studies.individual.section.Boston`.
    seed : int
        Root of the random streams.

    Returns
    -------
    dict of str to DataFrame
        ``curves``, ``draws``, ``descents`` and ``algorithm``.
    """
    rows = rows_of(table)
    problem = Problem.of(standardised(rows.inputs), theta(), given["epsilon"])
    return {
        "curves": curves(rows, problem, given, seed),
        "draws": draws(problem, given, seed),
        "descents": descents(rows, problem, given, seed),
        "algorithm": algorithm(rows, problem, given, seed),
    }


def released() -> Units:
    """The unit of the released code."""
    weight = published.unit()["weight"].to_numpy(float)
    return Units(weight[None, :-1], weight[-1:])


def fitted(rows: Rows) -> tuple[Units, float]:
    """The same unit fitted to the prices by least squares, and the root of its mean square error.

    It is what the seed leaves out: a unit that predicts.
    """
    from scipy.optimize import least_squares

    inputs = standardised(rows.inputs)

    def away(place):
        return 5 + 45 * sigmoid(inputs @ place[:-1] + place[-1]) - rows.price

    found = least_squares(away, np.zeros(inputs.shape[1] + 1))
    rmse = float(np.sqrt(np.mean(found.fun**2)))
    return Units(found.x[None, :-1], found.x[-1:]), rmse


def curves(rows: Rows, problem: Problem, given: Mapping, seed: int) -> pd.DataFrame:
    """Delta against epsilon of the released, the fitted and some drawn units (figure 2).

    Returns
    -------
    DataFrame
        ``unit``, ``epsilon``, ``pairs`` (of rows within epsilon), ``paper``, ``empirical``,
        ``certified``, ``attained`` (by the pair that the certificate names), and ``rmse``.
    """
    inputs, weights = problem.inputs, problem.theta
    epsilon = np.array(given["epsilons"], float)
    near = near_pairs(inputs, weights, float(epsilon.max()))
    drawn = drawn_units(given["curves"], inputs.shape[1], stream(seed, "individual", "curves"))
    fit, _ = fitted(rows)
    parts = [released(), fit, drawn]
    units = Units(*(np.concatenate(part) for part in zip(*parts, strict=True)))
    names = ["released", "fitted", *(f"draw_{k + 1}" for k in range(given["curves"]))]
    box = Box(inputs.min(0), inputs.max(0))
    attained, upper = certified(units, box, weights, epsilon)
    columns = {
        "paper": over_pairs(lower_sigmoid, units, inputs, near, epsilon),
        "empirical": over_pairs(sigmoid, units, inputs, near, epsilon),
        "certified": upper,
        "attained": attained,
    }
    predicted = 5 + 45 * sigmoid(units.logit(inputs))
    rmse = np.sqrt(((predicted - rows.price) ** 2).mean(1))
    index = [(name, value) for name in names for value in epsilon]
    frame = pd.DataFrame(index, columns=["unit", "epsilon"])
    counts = np.searchsorted(near.distance, epsilon, side="right")
    frame["pairs"] = np.tile(counts, len(names))
    for name, values in columns.items():
        frame[name] = values.ravel()
    return frame.assign(rmse=np.repeat(rmse, len(epsilon)))


def draws(problem: Problem, given: Mapping, seed: int) -> pd.DataFrame:
    """Delta of random units at one epsilon, in sets as large as the seed's (figure 3).

    Returns
    -------
    DataFrame
        ``set``, ``draw``, and delta by each mode.
    """
    count, width = given["draws"], problem.inputs.shape[1]
    sets = []
    for number in range(given["sets"]):
        units = drawn_units(count, width, stream(seed, "individual", "draws", number))
        frame = pd.DataFrame(problem.deltas(units))
        frame.insert(0, "draw", np.arange(count))
        frame.insert(0, "set", number)
        sets.append(frame)
    return pd.concat(sets, ignore_index=True)


def descents(rows: Rows, problem: Problem, given: Mapping, seed: int) -> pd.DataFrame:
    """Descents from the released unit and from good and poor draws (figure 5, Algorithm 3).

    Returns
    -------
    DataFrame
        ``start`` ("released", "good" or "poor"), ``run``, ``resampled``, ``descended_on`` (a
        mode), ``epoch``, and the unit's delta by each mode.
    """
    search = Search(given["epochs"], given["rate"])
    frames = []
    for start, run, unit, tuned, on in _starts(rows, problem, given, seed):
        for mode in MODES:
            frame = pd.DataFrame(on.deltas(descent(unit, mode, on, search)))
            frame.insert(0, "epoch", np.arange(len(frame)))
            told = {"start": start, "run": run, "resampled": tuned, "descended_on": mode}
            frames.append(frame.assign(**told))
    every = pd.concat(frames, ignore_index=True)
    return every[["start", "run", "resampled", "descended_on", "epoch", *MODES]]


def _starts(rows, problem, given, seed) -> Iterator[tuple]:
    """Start, number, unit, whether rows are resampled, and the problem of those rows."""
    yield "released", RELEASED_SEED, released(), False, problem
    for number in (RELEASED_SEED, *range(given["resamplings"])):
        yield "released", number, released(), True, _tuned(rows, problem, number)
    generator = stream(seed, "individual", "starts")
    units = drawn_units(100 * given["starts"], problem.inputs.shape[1], generator)
    values = problem.delta("paper", units)
    for name, fits in (("good", values < GOOD), ("poor", values > POOR)):
        for run, at in enumerate(np.flatnonzero(fits)[: given["starts"]]):
            yield name, run, Units(units.weight[[at]], units.bias[[at]]), False, problem


def _tuned(rows: Rows, problem: Problem, seed: int) -> Problem:
    return Problem.of(resampled(rows, seed), problem.theta, problem.epsilon)


def algorithm(rows: Rows, problem: Problem, given: Mapping, seed: int) -> pd.DataFrame:
    """Run Algorithm 1 whole, many times, on each mode's delta.

    Returns
    -------
    DataFrame
        ``run``, ``optimised_on`` and ``judged_by`` (modes), and delta on the rows as they are:
        ``average`` of the random draws, ``searched`` (the best draw) and ``selected`` (after
        resampling and descent).
    """
    search = Search(given["epochs"], given["rate"])
    records = []
    for run in range(given["runs"]):
        names = ("individual", "algorithm", run)
        units = drawn_units(given["candidates"], problem.inputs.shape[1], stream(seed, *names))
        drawn = problem.deltas(units)
        tuned = _tuned(rows, problem, seed_of(seed, *names, "resampling") % 2**32)
        for mode in MODES:
            best = best_of(units, drawn[mode])
            path = descent(best, mode, tuned, search)
            at = [selected(tuned.delta(mode, path))]
            ends = {"searched": best, "selected": Units(path.weight[at], path.bias[at])}
            found = {name: problem.deltas(unit) for name, unit in ends.items()}
            for judge in MODES:
                row = {"run": run, "optimised_on": mode, "judged_by": judge}
                row |= {"average": float(drawn[judge].mean())}
                records.append(row | {name: float(v[judge][0]) for name, v in found.items()})
    return pd.DataFrame(records)
