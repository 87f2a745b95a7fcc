"""From many fit files to one table."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache, partial

import pandas as pd

from fairbench.store.tables import DamagedFile, read_table
from fairbench.studies.grid.plan import Use


def collect_fits(uses: Iterable[Use]) -> pd.DataFrame:
    """One row per fit of every use, in their order.

    Raises
    ------
    DamagedFile
        If a fit file is not whole, or holds other fits than its path says.
    """
    read = cache(partial(read_table, kind="fits"))  # of a file with several cells, once
    frames = []
    for use in uses:
        frame, about = read(use.path)
        if about["spec"] != use.spec:
            raise DamagedFile(use.path, "it holds fits with other settings than its path says")
        frame = frame[frame["cell"] == use.cell].drop(columns="cell")
        # What the rows are goes first; parameters, a long text, stays before the results.
        described = pd.DataFrame(use.columns, index=frame.index)
        frames.append(pd.concat([described, frame], axis=1))
    return pd.concat(frames, ignore_index=True)
