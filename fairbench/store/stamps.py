"""Provenance inside the files of figures and texts, and beside tables in CSV.

A PDF has it in its keywords, a PNG in a text chunk, a Markdown file in a comment at its end. The
checksum in it is that of the file without it. CSV has no place for it: a remark would be a row of
the table, or its header, to every program that opens it. So a CSV file stays plain, and what is
known about it lies beside it under the name that the W3C gives to that ("Model for Tabular Data
and Metadata on the Web"): ``selected.csv-metadata.json``.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

from fairbench.store import provenance

_PDF_HEAD, _PNG_HEAD = b"%PDF-", b"\x89PNG\r\n\x1a\n"
_PDF_STAMP = re.compile(rb"/Keywords \((\{(?:[^\\()]|\\.)*\})\)", re.DOTALL)
_PDF_END = re.compile(rb"startxref\n(\d{1,12})\n(?=%%EOF\n\Z)")
_CHUNK, _KEYWORD = b"tEXt", b"fairbench provenance\0"
_BESIDE = "-metadata.json"
_COMMENT = re.compile(r"\n<!-- fairbench provenance (\{.*\}) -->\n\Z")


def stamp_pdf(path: str | os.PathLike, render: Callable[[dict], bytes]) -> bytes:
    """Give the bytes of a PDF with its provenance.

    Parameters
    ----------
    path : path-like
        The file that they are for.
    render : callable
        Given matplotlib's metadata, makes the PDF.
    """
    # A PDF counts its bytes: the place is kept by as many zeros, and filled afterwards.
    length = len(_literal(provenance.describe(path, "0" * 64)))
    before, place, after = render({"Keywords": "0" * length}).partition(b"(" + b"0" * length + b")")
    if not place:
        raise ValueError("this version of matplotlib writes the keywords of a PDF in another way")
    plain = _as_if_shorter(before + b"()" + after, length)
    literal = _literal(provenance.describe(path, _hash(plain)))
    return before + b"(" + literal + b")" + after


def stamp_png(path: str | os.PathLike, content: bytes) -> bytes:
    """Give the bytes of a PNG with its provenance, in a chunk before the last."""
    document = provenance.describe(path, _hash(content))
    chunk = _chunk(_CHUNK + _KEYWORD + provenance.dump(document).encode("ascii"))
    return content[:-12] + chunk + content[-12:]


def _chunk(data: bytes) -> bytes:
    return struct.pack(">I", len(data) - 4) + data + struct.pack(">I", zlib.crc32(data))


def stamp_text(path: str | os.PathLike, text: str) -> str:
    """Give a Markdown text with its provenance, as a comment that no reader of it sees."""
    document = provenance.describe(path, _hash(text.encode("utf-8")))
    # What ends a comment must not occur in it.
    stamp = provenance.dump(document).replace(">", "\\u003e")
    return f"{text}\n<!-- fairbench provenance {stamp} -->\n"


def beside(table: str | os.PathLike) -> str:
    """Path of what is said about a table in CSV."""
    return f"{os.fspath(table)}{_BESIDE}"


def table_of(path: str | os.PathLike) -> Path:
    """The table that a file lies beside as `beside` has it; any other path as it is."""
    path = Path(path)
    name = path.name.removesuffix(_BESIDE)
    return path.with_name(name) if name.endswith(".csv") else path


def csv_metadata(path: str | os.PathLike, content: bytes) -> str:
    """Give the text to be written beside a table in CSV with this content."""
    document = {
        "@context": "http://www.w3.org/ns/csvw",
        "url": Path(path).name,
        "notes": [provenance.describe(path, _hash(content))],
    }
    return f"{json.dumps(document, indent=1)}\n"


def read_beside(table: str | os.PathLike) -> dict | None:
    """The provenance of a table in CSV as it lies beside it; None if no file lies there.

    Raises
    ------
    ValueError
        If that file holds something else.
    """
    path = Path(beside(table))
    if not path.is_file():
        return None
    try:
        return json.loads(path.read_bytes())["notes"][0]
    except (ValueError, LookupError, TypeError, RecursionError) as error:
        raise ValueError(f"{path.name} cannot be read") from error


def plain_text(text: str) -> str:
    """A Markdown text as it was before `stamp_text`."""
    return _COMMENT.sub("", text)


def take_apart(content: bytes) -> tuple[dict | None, str]:
    """Find the provenance in the bytes of a PDF, a PNG or a Markdown file.

    Returns
    -------
    document : dict or None
        As it stands there; None if there is none.
    sha256 : str
        Of the file without it.

    Raises
    ------
    ValueError
        If there is something in its place that is no provenance, or the file is broken.
    """
    if content.startswith(_PDF_HEAD):
        stamp, rest = _from_pdf(content)
    elif content.startswith(_PNG_HEAD):
        stamp, rest = _from_png(content)
    else:
        text = content.decode("utf-8")
        found = _COMMENT.search(text)
        stamp, rest = (found[1] if found else None), plain_text(text).encode("utf-8")
    return (None if stamp is None else json.loads(stamp)), _hash(rest)


def _from_pdf(content: bytes) -> tuple[bytes | None, bytes]:
    found = _PDF_STAMP.search(content)
    if found is None:
        return None, content
    plain = content[: found.start(1)] + content[found.end(1) :]
    return re.sub(rb"\\(.)", rb"\1", found[1]), _as_if_shorter(plain, len(found[1]))


def _as_if_shorter(content: bytes, length: int) -> bytes:
    """A PDF with the one number that counts the stamp, which stands last of all, put right."""
    return _PDF_END.sub(lambda end: b"startxref\n%d\n" % (int(end[1]) - length), content)


def _from_png(content: bytes) -> tuple[bytes | None, bytes]:
    """The stamp is the chunk before the last, as `stamp_png` puts it."""
    start = content.rfind(_CHUNK + _KEYWORD) - 4
    if start < 0:
        return None, content
    data = content[start + 4 : -16]
    if content[start:-12] != _chunk(data):
        raise ValueError("a part of it is damaged")
    return data.removeprefix(_CHUNK + _KEYWORD), content[:start] + content[-12:]


def _literal(document: dict) -> bytes:
    return re.sub(rb"([\\()])", rb"\\\1", provenance.dump(document).encode("ascii"))


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
