"""Which settings a search tries next, by Optuna's tree-structured Parzen estimator.

The storage of a search is its own files of trials: a study is filled with what they hold, asked
for a whole round, and forgotten. The same files and seed give the same round, in whichever job.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

import optuna
import pandas as pd
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)

from fairbench.methods.shared.space import Choice, Range


def distributions(space: Mapping[str, Range | Choice]) -> dict[str, BaseDistribution]:
    """Optuna's form of a space."""
    return {name: _distribution(what) for name, what in space.items()}


def _distribution(what: Range | Choice) -> BaseDistribution:
    if isinstance(what, Choice):
        return CategoricalDistribution(what.values)
    whole = isinstance(what.low, int) and isinstance(what.high, int)
    return (IntDistribution if whole else FloatDistribution)(what.low, what.high, log=what.log)


def propose(
    space: Mapping[str, BaseDistribution],
    earlier: pd.DataFrame | None,
    *,
    count: int,
    random_first: int,
    seed: int,
) -> list[dict]:
    """Settings of the next round.

    Parameters
    ----------
    space : mapping of name to distribution
    earlier : DataFrame, optional
        Trials so far: ``parameters`` (JSON), ``objective`` and ``status``. One that is not ok is
        told to Optuna as failed.
    count : int
        Settings in the round.
    random_first : int
        Settings drawn at random before the estimator has a say.
    seed : int
        A round's own.
    """
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    sampler = optuna.samplers.TPESampler(
        seed=seed % 2**32,
        n_startup_trials=random_first,
        # The others of a round are not known yet: stay away from them.
        constant_liar=True,
    )
    study = optuna.create_study(direction="maximize", sampler=sampler)
    for row in () if earlier is None else earlier.itertuples():
        good = row.status == "ok"
        state = optuna.trial.TrialState.COMPLETE if good else optuna.trial.TrialState.FAIL
        study.add_trial(
            optuna.trial.create_trial(
                state=state,
                value=row.objective if good else None,
                params={k: v for k, v in json.loads(row.parameters).items() if k in space},
                distributions=dict(space),
            )
        )
    return [study.ask(dict(space)).params for _ in range(count)]
