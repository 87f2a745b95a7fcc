"""``python -m fairbench``: the commands that the workflow's rules call."""

from fairbench.cli import main

if __name__ == "__main__":
    main()
