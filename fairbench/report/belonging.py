"""Which files of the results can be shown: whole, of this study, and made from each other.

A folder of results may hold files of several runs: one that stopped half way, another config, a
copy from elsewhere. Every file says what it was made from (`fairbench.store.provenance`), and that
is compared with what is there.
"""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import NamedTuple

from fairbench.plan.plan import Plan
from fairbench.store import journal
from fairbench.store.csv_tables import read_csv
from fairbench.store.origins import read_provenance
from fairbench.store.provenance import config_hash
from fairbench.store.tables import DamagedFile, read_table


class Looked(NamedTuple):
    """The provenance of a file, and why it cannot be shown; neither if it is not there."""

    origin: dict | None = None
    fault: str = ""


class Belonging:
    """What can be shown of a study. Every file is read once, however often it is asked for.

    Parameters
    ----------
    plan : Plan
    """

    def __init__(self, plan: Plan):
        self._root = f"{plan.root}/"
        self._settings = plan.settings()
        self._config = config_hash(plan.config.model_dump(mode="json"))
        #: Files of which there are many, put together in the provenance of what is made from them.
        self._many = [job.first for job in plan.jobs if not (job.is_result or job.is_data)]
        self._looked: dict[str, Looked] = {}
        self._checksums: dict[str, str | None] = {}

    def look(self, path: str) -> Looked:
        """Look at a table, a figure or a text.

        It can be shown if it is as it was written; has the settings that this config gives it, if
        it is a table that has some; and was made from the files that are there, whose tables can
        be shown too. Where some of these files are gone or damaged, nothing can be said of them:
        then the settings decide, or for a file without some the config that it was made under.
        """
        if path not in self._looked:
            # Nothing is made from itself, but a stranger's file may say so.
            self._looked[path] = Looked()
            self._looked[path] = self._look(path)
        return self._looked[path]

    def _look(self, path: str) -> Looked:
        looked = whole(path)
        if looked.origin is None:
            return looked
        fault = self._other_settings(path, looked.origin)
        return Looked(looked.origin, fault or self._other_files(path, looked.origin))

    def _other_settings(self, path: str, origin: dict) -> str:
        asked, found = self._settings.get(path), origin.get("settings")
        if asked is None or asked == found:
            return ""
        if found is None:
            return "it does not say with which settings it was made"
        return "it was made with other settings than this config's"

    def _other_files(self, path: str, origin: dict) -> str:
        untold = False
        for given in origin["inputs"]:
            name = given["name"]
            if not name.startswith(self._root) or ".." in PurePosixPath(name).parts:
                continue
            found = self._checksum(name, given["files"])
            if found is None:
                untold = True
            elif found != given["sha256"]:
                return f"it was made from another {name}, not from what is there now"
            elif PurePosixPath(name).parent.name == "tables" and self.look(name).fault:
                return f"it was made from {name}, which cannot be used either"
        if untold and path not in self._settings and origin["config"] != self._config:
            return "it was made under another config, from files that are gone or damaged"
        return ""

    def _checksum(self, name: str, files: int) -> str | None:
        """Checksum of a file that is there, or of all that are below a folder; else None."""
        if files == 1:
            return self._checksum_of_file(name)
        paths = [path for path in self._many if path.startswith(f"{name}/")]
        found = [(path, self._checksum_of_file(path)) for path in paths]
        if len(found) != files or any(checksum is None for _, checksum in found):
            return None
        return journal.put_together(found)

    def _checksum_of_file(self, path: str) -> str | None:
        if path not in self._checksums:
            read = read_csv if path.endswith(".csv") else read_table
            try:
                with journal.apart() as noted:
                    read(path)
                ((_, self._checksums[path]),) = noted.inputs
            except (OSError, ValueError, DamagedFile):
                self._checksums[path] = None
        return self._checksums[path]


def whole(path: str) -> Looked:
    """Look whether a file is as it was written, and at nothing else."""
    if not Path(path).exists():
        return Looked()
    try:
        return Looked(read_provenance(Path(path)))
    except OSError as error:
        return Looked(fault=error.strerror or str(error))
    except ValueError as error:
        return Looked(fault=str(error))
