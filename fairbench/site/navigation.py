"""Which pages the site has and where they stand; a page in no list is found all the same."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from fairbench.site.markdown import adapted, title_of

#: Pages in this order, those that are there; other pages of `docs/` stand under "Reference". A bare
#: name is one of `docs/`.
_SECTIONS = {
    "Run it": ("first_figure", "running", "results", "config/README.md")
    + ("cluster", "faults", "timing"),
    "Add yours": ("own_method", "own_data", "audit", "estimators", "datasets", "CONTRIBUTING.md"),
    "Studies": ("fr_train", "representations", "individual", "biased_mnist", "comparing"),
}
#: Above the pages of the methods.
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

    places = {name: [*map(_path, names)] for name, names in _SECTIONS.items()}
    sections = {
        name: [entry(path) for path in paths if path in written] for name, paths in places.items()
    }
    placed = {path for paths in places.values() for path in paths} | {*_METHODS}
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


def _path(name: str) -> str:
    return name if name.endswith(".md") else f"docs/{name}.md"
