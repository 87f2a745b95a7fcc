"""What became of the fits in the files that are there: their status and the reason."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

#: The status of a fit that left no numbers. A degenerate one did, and they count.
LOST = ("diverged", "error")


def statuses(path: str) -> list[tuple[str, str]]:
    """Status and reason of each fit of a file."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(path, columns=["status", "reason"])
    except (OSError, pa.ArrowException):
        return [("unreadable", "the file is damaged: delete it and run snakemake again")]
    return list(zip(*(table.column(name).to_pylist() for name in table.column_names), strict=True))


def losses(paths: Iterable[str]) -> str:
    """Say how many fits of some files were lost; empty if none was.

    Such as ``6 of 132 fits were lost (2 diverged, 4 error)``.
    """
    counts = Counter(status for path in paths for status, _ in statuses(path))
    found = [f"{counts[name]} {name}" for name in LOST if counts[name]]
    lost = sum(counts[name] for name in LOST)
    were = "was" if lost == 1 else "were"
    return f"{lost} of {sum(counts.values())} fits {were} lost ({', '.join(found)})" if lost else ""
