"""Files of real data sets: from a mirror or by URL, resumed, verified, whole or not at all.

With urllib of the standard library: a range request and a status code are all that is needed, and
requests is not a dependency of ours (it comes with Snakemake today).
"""

from __future__ import annotations

import hashlib
import http.client
import os
import shutil
import time
import urllib.error
import urllib.request
from pathlib import Path

from fairbench.data.real.entry import MIRROR, Entry
from fairbench.data.real.parts import Source
from fairbench.store.tables import atomic_path

_BLOCK = 1 << 16
#: How often one URL is tried, seconds before the second attempt, doubled for each later one, and
#: seconds without an answer that end an attempt.
_ATTEMPTS, _WAIT, _TIMEOUT = 4, 1.0, 60.0
#: Answers that a later attempt may not get: too early, too many, and faults of the server.
_PASSING = {408, 425, 429, 500, 502, 503, 504}


class FileTrouble(OSError):
    """A file is missing, is not the one expected, or could not be had; the message says why."""


def fetch(
    entry: Entry,
    folder: str | os.PathLike,
    *,
    mirror: str | os.PathLike | None = None,
    only: str | None = None,
) -> list[Path]:
    """Put the verified files of a data set below a folder, or find them there.

    Parameters
    ----------
    entry : Entry
        The data set.
    folder : path-like
        The files are written to ``folder/<name of the data set>/<file>``.
    mirror : path-like, optional
        A folder with ``<name of the data set>/<file>`` or ``<file>``, tried before the network.
        Default: the environment variable ``FAIRBENCH_DATA_MIRROR``.
    only : str, optional
        The one file that is wanted.

    Returns
    -------
    list of pathlib.Path
        The files, in the order of the entry's sources.

    Raises
    ------
    FileTrouble
        A file could not be had; the message says which, from where, and how to supply it.

    Notes
    -----
    An interrupted download is kept as ``<file>.part`` and resumed by the next call.
    """
    mirror = mirror or os.environ.get(MIRROR) or None
    sources = [source for source in entry.sources if only in (None, source.file)]
    if not sources:
        files = ", ".join(source.file for source in entry.sources)
        raise FileTrouble(f"the data set {entry.name} has no file {only!r}, only {files}")
    paths = []
    for source in sources:
        path = entry.path(source, folder)
        troubles = _supply(entry, source, path, mirror)
        if troubles:
            raise FileTrouble(_appeal(entry, source, path, troubles))
        paths.append(path)
    return paths


def verify(path: str | os.PathLike, source: Source) -> None:
    """Check that a file is the one that the entry describes.

    Raises
    ------
    FileTrouble
        It is missing, or its size or SHA-256 is another.
    """
    path = Path(path)
    if not path.is_file():
        raise FileTrouble(f"{path} is missing")
    size = path.stat().st_size
    if source.bytes is not None and size != source.bytes:
        raise FileTrouble(f"{path} has {size:,} bytes where {source.bytes:,} are expected")
    if source.sha256 is None:
        return
    found = sha256_of(path)
    if found != source.sha256:
        raise FileTrouble(f"{path} has the SHA-256 {found} where {source.sha256} is expected")


def sha256_of(path: str | os.PathLike) -> str:
    """SHA-256 of a file's content, as hexadecimal digits."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _supply(entry: Entry, source: Source, path: Path, mirror: str | None) -> list[str]:
    """What kept the file from being at its path; nothing if it is there now."""
    try:
        verify(path, source)
        return []
    except FileTrouble as error:
        # A file that is merely missing here is the usual case and no news.
        troubles = [str(error)] if path.exists() or source.url is None else []
    if source.url is None:
        return troubles
    if mirror is not None:
        trouble = _copy(entry, source, path, Path(mirror))
        if trouble is None:
            return []
        troubles.append(trouble)
    trouble = _download(source, path)
    return [] if trouble is None else [*troubles, trouble]


def _copy(entry: Entry, source: Source, path: Path, mirror: Path) -> str | None:
    """Copy from the mirror; the trouble, if any."""
    wrong = []
    # A mirror may have folders of its own: the checksum says whether a file is the one.
    folders = [mirror / entry.name, mirror, *sorted(p for p in mirror.glob("*") if p.is_dir())]
    for candidate in dict.fromkeys(folder / source.file for folder in folders):
        if not candidate.is_file():
            continue
        try:
            with atomic_path(path) as temporary:
                shutil.copyfile(candidate, temporary)
                verify(temporary, source)
            return None
        except FileTrouble as error:
            wrong.append(str(error).replace(str(temporary), str(candidate)))
    return "; ".join(wrong) or f"the mirror {mirror} does not have it"


def _download(source: Source, path: Path) -> str | None:
    """Download with retries; the trouble, if any."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.part")
    for attempt in range(_ATTEMPTS):
        if attempt:
            time.sleep(_WAIT * 2 ** (attempt - 1))
        resumed = part.exists()
        try:
            _continue(source, part)
            verify(part, source)
            os.replace(part, path)
            return None
        except urllib.error.HTTPError as error:
            trouble = f"{source.url} answered {error.code} {error.reason}"
            if error.code == 416:
                part.unlink(missing_ok=True)
            elif error.code not in _PASSING:
                return trouble
        except FileTrouble as error:
            trouble = f"{source.url}: {error}".replace(str(part), "what came")
            if part.stat().st_size >= source.bytes:
                part.unlink()
                # Parts of two files may have met; a wrong file from one piece stays wrong.
                if not resumed:
                    return trouble
        except (OSError, http.client.HTTPException) as error:
            trouble = f"{source.url}: {getattr(error, 'reason', None) or error}"
    return f"{trouble} (tried {_ATTEMPTS} times)"


def _continue(source: Source, part: Path) -> None:
    """Add to the part what it lacks, or start it anew where the server cannot resume."""
    have = part.stat().st_size if part.exists() else 0
    if have >= source.bytes:
        return
    request = urllib.request.Request(source.url, headers={"User-Agent": "fairbench"})
    if have:
        request.add_header("Range", f"bytes={have}-")
    # An opener of its own, for it reads the environment's proxies now and not once for all.
    with urllib.request.build_opener().open(request, timeout=_TIMEOUT) as answer:
        asked = answer.headers.get("Content-Range", "").startswith(f"bytes {have}-")
        resumes = have > 0 and answer.status == 206 and asked
        with open(part, "ab" if resumes else "wb") as file:
            size = have if resumes else 0
            # One byte more than expected shows a wrong file; an endless one is not awaited.
            while size <= source.bytes and (block := answer.read(_BLOCK)):
                file.write(block)
                size += len(block)
            file.flush()
            os.fsync(file.fileno())


def _appeal(entry: Entry, source: Source, path: Path, troubles: list[str]) -> str:
    """Which file, from where, what went wrong, and how to supply it."""
    if source.url is None:
        return f"{source.file} of the data set {entry.name}: {'; '.join(troubles)}"
    return (
        f"cannot get {source.file} ({source.bytes:,} bytes) of the data set {entry.name}: "
        f"{'; '.join(troubles)}. To supply it, download {source.url} elsewhere and save it as "
        f"{path}, or as {entry.name}/{source.file} in a mirror folder, named by {MIRROR}, by the "
        f"config key data.mirror or by --mirror; its SHA-256 is {source.sha256}"
    )
