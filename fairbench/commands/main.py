"""From the words of a call to its command, and from what goes wrong to a message.

A job of the workflow lasts a second or two, so nothing is imported here that it may not need.
"""

from __future__ import annotations

import json
import re
import sys

from fairbench.base.errors import Foreseen
from fairbench.store import journal

NO_MEMORY = (
    "out of memory: run fewer jobs at once (--cores), on a cluster raise resources.memory_mb of "
    "the config, and run snakemake again"
)


def main() -> None:
    """Run a command; a foreseen failure ends in its message, without a traceback."""
    name = " ".join(["fairbench", *_name(sys.argv[1:])])
    journal.begin(sys.argv[1:])
    try:
        _run(sys.argv[1:])
    except (Foreseen, OSError) as error:
        sys.exit(f"{name}: {error}")
    except json.JSONDecodeError as error:
        sys.exit(f"{name}: an option is not readable as JSON: {error}")
    except MemoryError as error:
        sys.exit(f"{name}: {error or 'MemoryError'}; {NO_MEMORY}")
    except KeyboardInterrupt:
        sys.exit(130)


def _name(words: list[str]) -> list[str]:
    """What a message is headed by: the command, or of the rules' one the step that it does."""
    if words[:1] != ["run"]:
        return words[:1]
    step = re.search(r'"step": "[\w.]+:(\w+)"', " ".join(words))
    return [step[1]] if step else ["run"]


def _run(words: list[str]) -> None:
    if words[:1] == ["run"]:
        from fairbench.commands.run import run

        run(words[1:])
    else:
        from fairbench.commands.app import app

        app()
