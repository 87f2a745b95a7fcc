"""Which settings a search tries next, by Optuna's tree-structured Parzen estimator.

The storage of a search is its own files of trials: a study is filled with what they hold, asked
for a whole round, and forgotten. The same files and seed give the same round, in whichever job.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

import optuna
import pandas as pd
from optuna.distributions import (
    BaseDistribution,
    CategoricalDistribution,
    FloatDistribution,
    IntDistribution,
)


def distributions(space: Mapping, searched: Sequence[str]) -> dict[str, BaseDistribution]:
    """Optuna's form of a config's space, for the parameters that a method has."""
    kinds = {
        "gamma": FloatDistribution(*space["gamma"]),
        "batch_size": IntDistribution(*space["batch_size"]),
        "hidden_layers": IntDistribution(*space["hidden_layers"]),
        "hidden_units": CategoricalDistribution(space["hidden_units"]),
    }
    return {name: kind for name, kind in kinds.items() if name in searched}


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
