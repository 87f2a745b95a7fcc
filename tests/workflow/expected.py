"""What the tiny study is expected to leave."""

from fairbench.store.stamps import beside
from fairbench.store.tables import read_table

TABLES = {
    "tables/fits.parquet",
    "tables/selected.csv",
    "tables/cells.csv",
    "tables/comparisons.csv",
    "tables/matched.csv",
    "tables/baselines.csv",
    "tables/reproduction.csv",
    "tables/reproduction.md",
    "tables/findings.md",
}
TABLES |= {beside(name) for name in TABLES if name.endswith(".csv")}
FIGURE_9 = {f"figures/fig9.{kind}" for kind in ("pdf", "png", "md")}


def assert_same_results(scratch, undisturbed):
    """Everything shown is the same to the byte, but for how long the fits took."""
    ours, theirs = (s.results("tables", "figures") for s in (scratch, undisturbed))
    assert ours.keys() == theirs.keys()
    for name in ours.keys() - {"tables/fits.parquet"}:
        assert ours[name].read_bytes() == theirs[name].read_bytes(), name
    (fits, about), (expected, expected_about) = (
        read_table(files["tables/fits.parquet"]) for files in (ours, theirs)
    )
    assert about == expected_about
    assert fits.drop(columns="seconds").equals(expected.drop(columns="seconds"))
