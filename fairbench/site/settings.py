"""What MkDocs is told: a site that asks nothing of any other host and opens from a disk."""

from __future__ import annotations

from pathlib import Path
from typing import Any

#: Scripts and styles of ours; the worker stands in for one that the theme would fetch elsewhere.
WORKER = "assets/iframe-worker.js"
SCRIPTS, STYLES = ("assets/ranking.js", "assets/site.js"), ("assets/site.css",)


def settings(sources: Path, output: Path, nav: list[dict], repository: Path) -> dict[str, Any]:
    """The configuration of MkDocs, without a file."""
    return {
        "site_name": "fairbench",
        "site_url": "",
        "site_description": "A benchmark of fair and robust classifiers",
        "docs_dir": str(sources),
        "site_dir": str(output),
        "use_directory_urls": False,
        "nav": nav,
        "theme": _theme(),
        "plugins": ["search", "offline", {"mkdocstrings": _docstrings(repository)}],
        "markdown_extensions": _extensions(),
        "extra_css": [*STYLES],
        "extra_javascript": [*SCRIPTS],
        "extra": {"polyfills": [WORKER], "generator": False},
        "validation": {
            "links": {"not_found": "warn", "anchors": "warn", "unrecognized_links": "warn"}
        },
    }


def _theme() -> dict[str, Any]:
    def palette(scheme: str, icon: str, other: str) -> dict[str, Any]:
        media = (
            "(prefers-color-scheme: dark)" if scheme == "slate" else "(prefers-color-scheme: light)"
        )
        toggle = {"icon": f"material/{icon}", "name": f"Switch to {other} mode"}
        return {"media": media, "scheme": scheme, "primary": "custom", "toggle": toggle}

    return {
        "name": "material",
        "font": False,
        "language": "en",
        "features": [
            *("navigation.tabs", "navigation.footer", "navigation.top"),
            *("search.highlight", "content.code.copy", "toc.follow"),
        ],
        "palette": [
            palette("default", "weather-night", "dark"),
            palette("slate", "weather-sunny", "light"),
        ],
        "icon": {"logo": "material/scale-balance"},
    }


def _extensions() -> list[Any]:
    from pymdownx.slugs import slugify

    return [
        "admonition",
        "attr_list",
        "tables",
        "md_in_html",
        # The anchors that GitHub gives.
        {"toc": {"permalink": True, "slugify": slugify(case="lower")}},
        # x* is no emphasis, as on GitHub.
        {"pymdownx.betterem": {"smart_enable": "all"}},
        {"pymdownx.highlight": {"anchor_linenums": False}},
        "pymdownx.superfences",
    ]


def _docstrings(repository: Path) -> dict[str, Any]:
    options = {
        "docstring_style": "numpy",
        "docstring_section_style": "table",
        "show_root_heading": True,
        "show_root_full_path": True,
        "show_submodules": True,
        "show_if_no_docstring": False,
        "show_signature_annotations": False,
        "show_symbol_type_heading": True,
        "show_symbol_type_toc": True,
        "filters": ["!^_"],
        "heading_level": 2,
        "allow_inspection": False,
        "show_source": False,
        "docstring_options": {"warnings": False},
    }
    return {
        "default_handler": "python",
        "handlers": {"python": {"paths": [str(repository)], "options": options}},
    }
