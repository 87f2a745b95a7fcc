"""One HTML file that needs no network: its styles, its scripts and its tables' library are inside.

Everything is escaped where it is put: text by Jinja, JSON inside scripts by Jinja's ``tojson``.
Besides, a content security policy allows the page's own scripts alone, by their hashes, and no
request to anywhere.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import itables
import jinja2
from markupsafe import Markup

_HERE = Path(__file__).parent / "templates"


def rendered(
    template: str,
    content: Mapping[str, object],
    *,
    libraries: Sequence[str] = (),
    filters: Mapping[str, Callable] | None = None,
    names: Mapping[str, object] | None = None,
    folder: Path | None = None,
) -> str:
    """Give a page.

    Parameters
    ----------
    template : str
        A template that extends ``offline.html.j2``.
    content : mapping
        What it shows.
    libraries : sequence of str
        Sources of scripts that run before the page's own.
    filters, names : mapping, optional
        Further filters and globals of the templates.
    folder : Path, optional
        Where the template lies, if not among those of the report.

    Raises
    ------
    ValueError
        If a script contains HTML that would end its own element.
    """
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader([*([folder] if folder else []), _HERE]),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(filters or {})
    environment.globals.update(names or {})
    scripts = [*libraries, (_HERE / "report.js").read_text(encoding="utf-8")]
    for text in scripts:
        if "</script" in text.lower() or "<!--" in text:
            raise ValueError("a script that contains HTML would end its own element")
    return environment.get_template(template).render(
        **content,
        style=Markup((_HERE / "report.css").read_text(encoding="utf-8")),
        table_style=Markup(_library("html/dt_bundle.css").decode("utf-8")),
        # As text: its source contains HTML that would end a script element.
        table_library=base64.b64encode(_library("html/dt_bundle.js")).decode("ascii"),
        scripts=[Markup(text) for text in scripts],
        script_hashes=Markup(" ".join(f"'sha256-{_sha256(text)}'" for text in scripts)),
    )


def _library(path: str) -> bytes:
    return (Path(itables.__file__).parent / path).read_bytes()


def _sha256(text: str) -> str:
    return base64.b64encode(hashlib.sha256(text.encode("utf-8")).digest()).decode("ascii")
