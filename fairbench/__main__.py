"""``python -m fairbench``, and the script ``fairbench``: commands of people and of rules."""

import sys


def run() -> None:
    """Run a command; what stops it is said in a message."""
    try:
        # Within, because Ctrl-C finds a short job importing more often than not.
        from fairbench.commands.app import main

        main()
    except KeyboardInterrupt:
        print("fairbench: interrupted", file=sys.stderr)
        sys.exit(130)
    except MemoryError:  # while importing: a command itself says more
        sys.exit("fairbench: out of memory; run fewer jobs at once, and run snakemake again")


if __name__ == "__main__":
    run()
