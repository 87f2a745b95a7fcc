"""What the report shows, in its order. A new figure or table of a study is one line here."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = [
    "ANSWERS",
    "FIGURES",
    "FINDINGS",
    "PICTURE",
    "TABLES",
    "VERDICTS",
    "FigureEntry",
    "TableEntry",
    "place_of",
]

IMBALANCE = "Enhancing FR-Train in Data Imbalance"
REPRESENTATIONS = "Invariant Representations with Stochastically Quantized Neural Networks"


@dataclass(frozen=True)
class FigureEntry:
    """A figure: path under the results without suffix, its paper, topic and title."""

    path: str
    paper: str
    topic: str
    title: str

    @property
    def heading(self) -> str:
        """The title, with the figure's number if it stands for one of a paper."""
        return f"Figure {self.number}. {self.title}" if self.number else self.title

    @property
    def number(self) -> str:
        return self.path.rpartition("/fig")[2] if "/fig" in self.path else ""

    @property
    def name(self) -> str:
        """``figures/fig3`` and ``other/figures/fig3`` are different figures of one page."""
        return self.path.replace("/", "-").removeprefix("figures-")


@dataclass(frozen=True)
class TableEntry:
    """A table: path under the results, title, and what one row is."""

    path: str
    title: str
    row: str

    @property
    def name(self) -> str:
        return self.path.replace("/", "-").removeprefix("tables-").removesuffix(".csv")


FIGURES = (
    FigureEntry("figures/fig3", IMBALANCE, "Theory", "Mutual information against disparate impact"),
    FigureEntry("figures/fig4", IMBALANCE, "Data", "The data, and what c does to the groups"),
    FigureEntry("figures/fig5", IMBALANCE, "Training", "Discriminator losses and information"),
    FigureEntry("figures/fig6", IMBALANCE, "Theory", "Smooth pseudo-labels"),
    FigureEntry("figures/fig7", IMBALANCE, "Training", "How steadily methods train"),
    FigureEntry("figures/fig8", IMBALANCE, "Trade-off", "Accuracy against disparate impact"),
    FigureEntry("figures/fig9", IMBALANCE, "Label imbalance", "FR-Train under label imbalance"),
    FigureEntry(
        "figures/fig10", IMBALANCE, "Label imbalance", "Normalised MI under label imbalance"
    ),
    FigureEntry(
        "representations/figures/fig2", REPRESENTATIONS, "Trade-off", "AUC against fairness"
    ),
    FigureEntry("representations/figures/fig3", REPRESENTATIONS, "Steering", "What gamma does"),
    FigureEntry(
        "representations/figures/fig4",
        REPRESENTATIONS,
        "Representations",
        "What a forest finds in them",
    ),
)

#: The picture that stands before everything, with the findings.
PICTURE = FigureEntry("figures/answers", "Answers", "", "Methods against simple baselines")

#: What was found, in sentences; their links lead to tables of the same folder.
FINDINGS = ("tables/findings.md", "representations/tables/findings.md")

#: Tables of verdicts, all with the columns of `fairbench.studies.imbalance.reproduction`.
VERDICTS = ("tables/reproduction.csv", "representations/tables/reproduction.csv")

#: The answers in detail, a list in Markdown.
ANSWERS = ("tables/answers.md", "representations/tables/answers.md")

TABLES = (
    TableEntry(
        "tables/cells.csv", "Cells", "a method on all data sets of a cell: means and intervals"
    ),
    TableEntry(
        "tables/comparisons.csv", "Methods compared, as selected", "a paired difference of methods"
    ),
    TableEntry(
        "tables/matched.csv", "Methods compared at equal accuracy", "a paired difference of methods"
    ),
    TableEntry(
        "tables/baselines.csv",
        "Losses to the baselines",
        "how often a method scores less than a constant answer, or than group thresholds",
    ),
    TableEntry(
        "tables/alignment.csv",
        "Losses and information along training",
        "a correlation over a phase of a tracked run",
    ),
    TableEntry("tables/stability.csv", "Stability of training", "a statistic of tracked runs"),
    TableEntry(
        "tables/selected.csv", "Selected models", "the model chosen for a data set and method"
    ),
    TableEntry(
        "representations/tables/summary.csv",
        "Representations: summary",
        "a method on a data set, over the outer folds",
    ),
    TableEntry(
        "representations/tables/folds.csv", "Representations: outer folds", "a model on its fold"
    ),
    TableEntry(
        "representations/tables/correlations.csv",
        "Representations: what gamma does",
        "a correlation of gamma with a measure",
    ),
)


def place_of(path: str) -> dict:
    """Where Snakemake's own report shows a file: its category, subcategory and labels.

    Parameters
    ----------
    path : str
        Under the results, such as ``figures/fig3.png``.
    """
    for figure in (PICTURE, *FIGURES):
        if path == f"{figure.path}.png":
            # One label: Snakemake takes a second one with two values for a switch.
            labels = {"figure": figure.heading}
            place = {"category": figure.paper, "labels": labels}
            return place | ({"subcategory": figure.topic} if figure.topic else {})
    titles = {table.path: table.title for table in TABLES}
    titles |= dict.fromkeys(VERDICTS, "Every value") | dict.fromkeys(ANSWERS, "Details")
    titles |= dict.fromkeys(FINDINGS, "Findings")
    category = "Verdicts" if path in VERDICTS else "Tables"
    category = "Answers" if path in (*FINDINGS, *ANSWERS) else category
    return {"category": category, "labels": {"table": titles[path]}}
