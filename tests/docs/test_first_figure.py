"""The tutorial's first figure, drawn as its page says. `make test-docs` runs this."""

import os
import shutil
import subprocess
import sys

import pytest

from .blocks import REPOSITORY, blocks_of, commands

PAGE = "docs/first_figure.md"
COPIED = ("Snakefile", "config", "envs", "fairbench", "profiles", "workflow")

pytestmark = pytest.mark.skipif(
    not os.environ.get("FAIRBENCH_TEST_DOCS"), reason="opt-in: make test-docs"
)


def test_the_commands_draw_the_figure(tmp_path):
    for name in COPIED:
        place = REPOSITORY / name
        if place.is_dir():
            shutil.copytree(place, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(place, tmp_path / name)
    typed = [words for block in blocks_of(PAGE) for words in commands(block)]
    typed = [words for words in typed if words[0] in ("snakemake", "python")]
    assert [words[0] for words in typed] == ["snakemake", "snakemake", "python"]
    path = os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]])
    environment = os.environ | {"PYTHONPATH": str(tmp_path), "PATH": path}
    for words in typed:
        ended = subprocess.run(
            words, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        assert ended.returncode == 0, ended.stderr[-2000:]
    assert "as it was written" in ended.stdout
    assert (tmp_path / "results/figures/fig8.png").stat().st_size > 10_000
    caption = (tmp_path / "results/figures/fig8.md").read_text(encoding="utf-8")
    assert "accuracy" in caption.lower()
