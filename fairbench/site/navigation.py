"""Which pages the site has and where they stand; a page in no list is found all the same."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from fairbench.site.markdown import adapted, title_of

#: Pages in this order, where they are there; every other page of `docs/` stands under "Reference".
_SECTIONS = {
    "Run it": (
        "docs/first_figure.md",
        "docs/running.md",
        "docs/results.md",
        "config/README.md",
        "docs/cluster.md",
        "docs/faults.md",
        "docs/timing.md",
    ),
    "Add yours": (
        "docs/own_method.md",
        "docs/own_data.md",
        "docs/audit.md",
        "docs/estimators.md",
        "docs/datasets.md",
        "CONTRIBUTING.md",
    ),
    "Studies": (
        "docs/fr_train.md",
        "docs/representations.md",
        "docs/individual.md",
        "docs/biased_mnist.md",
        "docs/comparing.md",
    ),
}
#: The room of each generated page stands here too.
_METHODS = ("methods/index.md", "docs/methods.md")


def written_pages(repository: Path) -> dict[str, str]:
    """The pages that people wrote, by path in the repository, made fit for the site."""
    names = ["CONTRIBUTING.md", "config/README.md"]
    names += sorted(f"docs/{path.name}" for path in (repository / "docs").glob("*.md"))
    texts = {
        name: (repository / name).read_text(encoding="utf-8")
        for name in names
        if (repository / name).is_file()
    }
    known = {*texts, "index.md", *pictures(repository)}
    return {name: adapted(text, name, known) for name, text in texts.items()}


def pictures(repository: Path) -> list[str]:
    """The pictures that these pages show."""
    return sorted(
        f"docs/{path.name}"
        for kind in ("*.png", "*.svg")
        for path in repository.glob(f"docs/{kind}")
    )


def navigation(
    written: dict[str, str], papers: Iterable[tuple[str, str]], methods: Iterable[str],
    rooms: Iterable[str],
) -> list[dict]:  # fmt: skip
    """The contents of the site, for MkDocs.

    Parameters
    ----------
    written : dict
        Of `written_pages`.
    papers : iterable of (title, path)
    methods, rooms : iterable of str
        Names of the pages of methods and of the library.
    """

    def entry(path: str) -> dict[str, str]:
        return {title_of(written[path], path): path}

    sections = {
        name: [entry(path) for path in paths if path in written]
        for name, paths in _SECTIONS.items()
    }
    placed = {path for paths in _SECTIONS.values() for path in paths} | {*_METHODS}
    rest = [entry(path) for path in written if path not in placed]
    results = [{"Leaderboard": "results/leaderboard.md"}, {"Papers": "results/papers/index.md"}]
    results += [{title: path} for title, path in papers]
    pages = [{"Overview": _METHODS[0]}, {"Using and writing them": _METHODS[1]}]
    pages += [{name: f"methods/{name}.md"} for name in methods]
    library = [{room: f"api/{room}.md"} for room in rooms]
    return [
        {"Home": "index.md"},
        {"Results": results},
        {"Run it": sections["Run it"]},
        {"Add yours": sections["Add yours"]},
        {"Methods": pages},
        {"Studies": sections["Studies"]},
        {"Reference": [*rest, {"Library": library}]},
    ]
