"""What a command says instead of a traceback."""

import os

_REMEDY = "delete it and run snakemake again"


class Foreseen(Exception):
    """Something that was to be expected went wrong; the message is all that its reader needs."""


class DamagedFile(Foreseen):
    """A file is not what it should be; the message names it, the fault and the remedy."""

    def __init__(self, path: str | os.PathLike, fault: str) -> None:
        super().__init__(f"{os.fspath(path)}: {fault}; {_REMEDY}")
