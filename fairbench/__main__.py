"""``python -m fairbench``, and the script ``fairbench``: commands of people and of rules."""

import atexit
import gc
import os
import sys


def run() -> None:
    """Run a command; what stops it is said in a message."""
    _start_and_end_quickly()
    try:
        # Within, because Ctrl-C finds a short job importing more often than not.
        from fairbench.commands.main import main

        main()
    except KeyboardInterrupt:
        print("fairbench: interrupted", file=sys.stderr)
        sys.exit(130)
    except MemoryError:  # while importing: a command itself says more
        sys.exit("fairbench: out of memory; run fewer jobs at once, and run snakemake again")


def _start_and_end_quickly() -> None:
    """Spare a job of a second or two a quarter of a second.

    Importing makes hundreds of thousands of objects that all stay. Python looks through them for
    garbage again and again while it imports, and once more when it ends.
    """
    gc.set_threshold(100_000)
    atexit.register(gc.freeze)
    # Pydantic would look for plugins in the metadata of every installed package.
    os.environ.setdefault("PYDANTIC_DISABLE_PLUGINS", "true")


if __name__ == "__main__":
    run()
