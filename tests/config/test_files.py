"""Files that are no config at all are named, with what is wrong with them."""

import pytest
from typer.testing import CliRunner

from fairbench.commands import app as cli
from fairbench.config.check import ConfigError
from fairbench.planning.complaint import read_yaml

from .overlays import REPOSITORY, checked

SEED = "seed: 7  # \u00e9t\u00e9\n"
#: Every value is a list of nine of the value before: written out, more than memory holds.
LAUGHS = "\n".join(
    f"a{k}: &a{k} [{', '.join([f'*a{k - 1}' if k else 'x'] * 9)}]" for k in range(12)
)

#: content, and what is said of it
UNREADABLE = {
    "a list": (b"- a\n- b\n", "a config file holds keys and values, not ['a', 'b']"),
    "a text": (b"just text", "a config file holds keys and values, not 'just text'"),
    "nothing": (b"", "a config file holds keys and values, not None"),
    "half a list": (b"a: [1\n", "not readable as YAML"),
    "UTF-16": (SEED.encode("utf-16"), "not a text in UTF-8: byte 1 is 0xff; save it as UTF-8"),
    "Latin-1": (SEED.encode("latin-1"), "not a text in UTF-8: byte 12 is 0xe9; save it as UTF-8"),
    "bytes": (bytes(range(256)), "not a text in UTF-8"),
    "tabs": (b"resources:\n\tthreads: 2\n", "found character '\\t' that cannot start any token"),
    "a key twice": (b"seed: 1\nbootstrap: 200\nseed: 2\n", "'seed' stands twice, in lines 1 and 3"),
    "a key twice in a line": (
        b"resources: {threads: 1, threads: 2}",
        "'threads' stands twice",
    ),
    "a key twice, deep": (
        b"studies:\n  mine:\n    trials: 1\n    trials: 2\n",
        "'trials' stands twice, in lines 3 and 4",
    ),
    "a name for nothing": (b"seed: *nowhere\n", "found undefined alias 'nowhere'"),
    "a command": (b"seed: !!python/object/apply:os.system [echo]\n", "could not determine a"),
    "depth": (b"seed: " + b"[" * 3000 + b"]" * 3000, "too deep in each other"),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_a_file_that_is_no_config_is_named_with_its_fault(tmp_path, name):
    content, said = UNREADABLE[name]
    path = tmp_path / "overlay.yaml"
    path.write_bytes(content)
    with pytest.raises(ConfigError) as refusal:
        read_yaml(path)
    message = str(refusal.value)
    assert message.startswith(f"{path}: ") and said in message
    assert len(message.splitlines()) < 25


def test_a_mark_of_the_byte_order_is_no_fault(tmp_path):
    path = tmp_path / "overlay.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + SEED.encode())
    assert read_yaml(path) == {"seed": 7}


def test_a_file_that_is_not_there_is_named_with_the_nearest(tmp_path):
    (tmp_path / "quick.yaml").write_text(SEED)
    with pytest.raises(ConfigError, match=r"there is no such config file; nearest: .*quick\.yaml"):
        read_yaml(tmp_path / "quik.yaml")
    with pytest.raises(ConfigError, match="cannot be read: Is a directory"):
        read_yaml(tmp_path)


def test_a_value_that_would_fill_the_memory_is_shown_in_brief(tmp_path):
    with pytest.raises(ConfigError, match="seed") as refusal:
        checked(tmp_path, f"{LAUGHS}\nseed: *a11\n")
    assert len(str(refusal.value)) < 8000


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("good.yaml", b"seed: 7", "good.yaml: can be used; "),
        ("latin.yaml", SEED.encode("latin-1"), "not a text in UTF-8"),
        ("twice.yaml", b"seed: 1\nseed: 2", "stands twice"),
        ("typo.yaml", b"sede: 1", "nearest: seed"),
        ("none.yaml", None, "there is no such config file"),
    ],
)
def test_a_config_can_be_tried_without_a_run(tmp_path, monkeypatch, name, content, said):
    """Snakemake itself ends in a traceback where a file is missing or no UTF-8."""
    monkeypatch.chdir(REPOSITORY)
    path = tmp_path / name
    if content is not None:
        path.write_bytes(content)
    tried = CliRunner().invoke(cli.app, ["check", str(path)])
    assert said in (tried.output or str(tried.exception))
    assert said in str(tried.exception) or tried.exit_code == 0
