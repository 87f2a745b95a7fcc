"""Cells that one job trains have the numbers that they have alone."""

import pandas as pd

from fairbench.base.call import Call
from fairbench.data import steps as data_steps
from fairbench.planning.shared import Shared
from fairbench.store.tables import read_table
from fairbench.studies.grid import steps
from fairbench.studies.grid.plan import uses
from fairbench.studies.grid.section import Study

STUDY = {
    "dataset": "independent",
    "positive_rate": [0.3],
    "group_coefficient": [0.6, 1.4],
    "rows": {"train": 60, "clean": 20, "selection": 40, "test": 40},
    "trials": 2,
    "lambda_f": [0.1, 0.5],
    "budget": {"iterations": 20, "generator_rate": 0.01},
    "methods": {"fr_train": {}, "group_thresholds": {}},
}


def trained(folder, cells_per_job):
    """The fits of each use, by its label and cell."""
    shared = Shared(str(folder), 7, "")
    study = Study.model_validate(STUDY | {"cells_per_job": cells_per_job})
    every = list(uses({"one": study}, shared))
    for path, job in shared.jobs.items():
        data_steps.draw(Call(job.spec, outputs={"table": folder / path}))
    found = {}
    for use in every:
        data = tuple(folder / each.path for each in use.data)
        steps.train(Call(use.spec, {"data": data}, {"fits": folder / use.path}))
        fits, _ = read_table(use.path, kind="fits")
        mine = fits[fits["cell"] == use.cell].drop(columns=["cell", "seconds"])
        cell = use.columns["group_coefficient"]
        found[use.columns["label"], cell] = mine.reset_index(drop=True)
    return found


def test_cells_that_one_job_trains_have_the_numbers_that_they_have_alone(tmp_path):
    together, alone = (trained(tmp_path / str(n), n) for n in (2, 1))
    assert together.keys() == alone.keys() and len(alone) == 4
    for key, fits in alone.items():
        pd.testing.assert_frame_equal(together[key], fits, check_exact=True)
    first, second = (alone["fr_train", c]["test_accuracy"] for c in (0.6, 1.4))
    assert not first.equals(second)
