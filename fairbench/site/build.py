"""The site: its sources are written anew, and MkDocs makes it of them."""

from __future__ import annotations

import html
import json
import re
import shutil
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
from markupsafe import Markup

import fairbench
from fairbench.base.errors import Foreseen
from fairbench.evaluation.verdicts import VERDICTS
from fairbench.plan.plan import Plan
from fairbench.report.given import Given
from fairbench.site.boards import Ranked, boards, page_data, ranking
from fairbench.site.front import front
from fairbench.site.library import library_pages
from fairbench.site.method_pages import method_pages
from fairbench.site.navigation import navigation, pictures, written_pages
from fairbench.site.papers import Paper, papers
from fairbench.site.settings import settings
from fairbench.store.tables import write_text

_HERE = Path(__file__).parent
REPOSITORY = Path(fairbench.__file__).parents[1]
#: A file in every site, by which its folder is known.
_MARK = ".fairbench-site"
#: What MkDocs makes for a server at a known address: from a disk or a sub-folder it leads nowhere.
_FOR_AN_ADDRESS = ("404.html", "sitemap.xml", "sitemap.xml.gz")


@dataclass(frozen=True)
class Sources:
    """What was written: the contents of the site, what it was made from, and its leaderboards."""

    nav: list[dict]
    given: Given
    boards: list[Ranked]


def build(plan: Plan, output: Path, overlays: Sequence[str] = ()) -> Given:
    """Make the site of whatever is finished.

    Parameters
    ----------
    plan : Plan
        The study; what of it is missing is said on the pages.
    output : Path
        Folder of the site. It is replaced as a whole, once the new one is there.
    overlays : sequence of str
        The config files over the default one, to be named.

    Returns
    -------
    Given
        What the site was made from, with the faults found.

    Raises
    ------
    Foreseen
        If MkDocs is not installed, or the folder is no site.
    """
    if output.exists() and not (output / _MARK).is_file():
        if not output.is_dir() or any(output.iterdir()):
            raise Foreseen(f"{output} is no site of fairbench; name another folder, or empty it")
    try:
        from mkdocs.commands.build import build as build_pages
        from mkdocs.config import load_config
    except ImportError as error:
        raise Foreseen(f'{error}; install the extra with pip install -e ".[docs]"') from error
    output = output.resolve()
    output.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=output.parent, prefix=".site-") as folder:
        sources, made = Path(folder) / "sources", Path(folder) / "site"
        written = write_sources(plan, sources, overlays)
        told = settings(sources, made, written.nav, REPOSITORY)
        # MkDocs wants a file, though what is said here comes after it.
        file = Path(folder) / "mkdocs.yml"
        file.write_text("site_name: fairbench\n", encoding="utf-8")
        config = load_config(config_file=str(file), **told)
        config.plugins.on_startup(command="build", dirty=False)
        build_pages(config)
        config.plugins.on_shutdown()
        for name in _FOR_AN_ADDRESS:
            (made / name).unlink(missing_ok=True)
        (made / _MARK).touch()
        if output.exists():
            output.rename(Path(folder) / "before")
        made.rename(output)
    return written.given


def write_sources(plan: Plan, folder: Path, overlays: Sequence[str] = ()) -> Sources:
    """Write the pages in Markdown, with their pictures, scripts and styles."""
    given = Given(plan, folder / "index.md")
    environment = _environment()
    written = written_pages(REPOSITORY)
    ranked, judged = boards(given), papers(given)
    told = method_pages(ranked)
    rooms = library_pages(REPOSITORY)

    def render(name: str, template: str, **content: Any) -> None:
        write_text(folder / name, environment.get_template(template).render(**content))

    for name, text in {**written, **{f"api/{r}.md": t for r, t in rooms.items()}}.items():
        write_text(folder / name, text)
    for name in pictures(REPOSITORY):
        shutil.copyfile(REPOSITORY / name, folder / name)
    shutil.copytree(_HERE / "assets", folder / "assets")
    shown = [_board(each) for each in ranked]
    render("results/leaderboard.md", "leaderboard.md.j2", boards=shown)
    pages = [_paper(each, written) for each in judged]
    common = {"verdicts": VERDICTS}
    render("results/papers/index.md", "papers.md.j2", papers=pages, **common)
    for page in pages:
        render(f"results/papers/{page['slug']}.md", "paper.md.j2", **_named(page), **common)
    render("methods/index.md", "methods.md.j2", pages=told)
    for page in told:
        render(f"methods/{page.name}.md", "method.md.j2", page=page)
    content, picture = front(given, overlays, REPOSITORY)
    (folder / "answers.png").write_bytes(picture)
    render("index.md", "index.md.j2", **content)
    named = [(_plain(page["title"]), f"results/papers/{page['slug']}.md") for page in pages]
    nav = navigation(written, named, [page.name for page in told], [*rooms])
    return Sources(nav, given, ranked)


def _environment() -> jinja2.Environment:
    """Everything is escaped where it is put, but what templates mark as text of our own code."""
    return jinja2.Environment(
        loader=jinja2.FileSystemLoader(_HERE / "templates"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )


def _board(ranked: Ranked) -> dict[str, Any]:
    return {
        "title": ranked.title,
        "kind": ranked.kind,
        "path": ranked.path,
        "command": ranked.command,
        "rows": ranked.rows is not None,
        "data": page_data(ranked) if ranked.rows is not None else {},
        "ranking": ranking(ranked),
    }


def _paper(paper: Paper, written: dict[str, str]) -> dict[str, Any]:
    counts = paper.counts()
    page = f"docs/{paper.kind}.md"
    return {
        "title": paper.title,
        "slug": paper.slug,
        "path": paper.path,
        "command": paper.command,
        "counted": counts,
        "totals": {v: sum(each[v] for each in counts.values()) for v in VERDICTS} if counts else {},
        "shown_rows": paper.shown() if paper.rows is not None else [],
        "page": f"../../{page}" if page in written else "",
    }


def _named(page: dict[str, Any]) -> dict[str, Any]:
    """A page and its title for the front matter, which MkDocs puts in as it is."""
    title = Markup(json.dumps(_plain(page["title"])))
    return {"paper": page, "page": page["page"], "title_json": title}


def _plain(title: str) -> str:
    """A title without what could be more than text in HTML."""
    return re.sub(r"[<>&\"'{}]", "", html.unescape(title)).strip() or "untitled"
