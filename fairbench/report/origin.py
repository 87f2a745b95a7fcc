"""Where the results come from: their commits, versions and configs, the config, the data."""

from __future__ import annotations

import os
import platform
from collections import Counter
from collections.abc import Mapping

import pandas as pd
import yaml

from fairbench.plan.plan import Plan
from fairbench.report.given import Given
from fairbench.store import checkout
from fairbench.store.provenance import config_hash

BY_HAND = "none: a command typed by hand"


def commits(used: Mapping[str, dict]) -> list[str]:
    """The commits that wrote the files used, that of most files first."""
    return [name for name, _ in Counter(each["commit"] for each in used.values()).most_common()]


def origins(used: Mapping[str, dict], own_config: str) -> list[tuple[str, str, int]]:
    """Say where the files used come from: what, its value, and of how many files.

    Parameters
    ----------
    used : mapping of path -> dict
        Files with their provenance.
    own_config : str
        Checksum of the config that the page is about, to be marked.
    """
    found = Counter()
    for each in used.values():
        config = each["config"] or BY_HAND
        found["commit", each["commit"]] += 1
        found["config", f"{config} (this page's)" if config == own_config else config] += 1
        for other in each["other_commits"]:
            found["commit of files behind them", other] += 1
        for name, versions in each["versions"].items():
            found[name, " and ".join(versions)] += 1
    heads = ("commit", "commit of files behind them", "config", "python", "fairbench")

    def place(row: tuple[str, str, int]) -> tuple:
        name, value, files = row
        return heads.index(name) if name in heads else len(heads), name, -files, value

    return sorted(((*key, files) for key, files in found.items()), key=place)


def writer() -> dict[str, str]:
    """What writes the page: the program, its libraries and the system, by name."""
    system = f"{platform.system()} {platform.release()}, {platform.machine()}"
    return {
        "commit": checkout.commit(),
        **checkout.versions(),
        "system": f"{system}, {os.cpu_count()} cores",
    }


def config_text(plan: Plan) -> tuple[str, str]:
    """The config as YAML, defaults left out, and its SHA-256 as files carry it."""
    given = plan.config.model_dump(mode="json", exclude_defaults=True)
    text = yaml.safe_dump(given, sort_keys=False, allow_unicode=True, width=88)
    return text, config_hash(plan.config.model_dump(mode="json"))


def checksums(given: Given) -> pd.DataFrame:
    """Data files of the study and behind the files used: ``file``, ``sha256`` of the content.

    They are those of `fairbench provenance`. Downloaded files are named by the tables made from
    them.
    """
    found = {}
    behind = list(given.used.values())
    for job in given.plan.started():
        if not job.is_data or job.stage == "download":
            continue
        path = job.first
        origin = given.origin(path)
        if origin is not None:
            found[path, origin["content"]] = None
            behind.append(origin)
    for origin in behind:
        for each in origin["data"]:
            several = each["files"] > 1
            name = f"{each['name']} ({each['files']} files, as sha256sum lists them)"
            found[name if several else each["name"], each["sha256"]] = None
    return pd.DataFrame([*found], columns=["file", "sha256"])
