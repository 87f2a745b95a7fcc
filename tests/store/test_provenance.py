"""Every file says where it comes from, and says it only while it is what was written."""

import getpass
import hashlib
import json
import os
import socket
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import matplotlib.image
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
from typer.testing import CliRunner

from fairbench.commands import app as cli
from fairbench.plotting.style import save
from fairbench.store import checkout, csv_tables, journal, provenance, stamps
from fairbench.store import tables as storage
from fairbench.store.origins import read_provenance
from fairbench.studies.imbalance.figures.theory import figure_6

REPOSITORY = Path(__file__).parents[2]
FRAME = pd.DataFrame({"method": ["fr_train", "naive_mi"], "accuracy": [0.8, 0.9]})
RUN = {"commit": "c" * 40, "config": "a" * 64, "files": ["config/quick.yaml"], "overrides": []}
KINDS = ["table.parquet", "table.csv", "fig6.pdf", "fig6.png", "fig6.md"]


@pytest.fixture
def written(tmp_path, monkeypatch):
    """One file of each kind below results/, as a job of a run writes it."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(provenance.HANDED, json.dumps(RUN))
    write_all(Path("results"))
    return Path("results")


@pytest.fixture
def noting(monkeypatch):
    """A command that notes what it reads."""
    monkeypatch.setattr(journal, "_journal", None)
    return lambda *arguments: journal.begin(arguments)


def write_all(folder: Path) -> None:
    storage.write_table(FRAME, folder / "table.parquet", kind="fits", about={"seed": 1})
    csv_tables.write_csv(FRAME, folder / "table.csv")
    save(figure_6().figure, folder / "fig6", "A caption, with --> and (parentheses).")


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("name", KINDS)
def test_every_kind_of_file_carries_all_of_it(written, name):
    found = read_provenance(written / name)
    command = f"snakemake --cores 1 --force results/{name} --configfile config/quick.yaml"
    assert (found["commit"], found["config"], found["command"]) == ("c" * 40, "a" * 64, command)
    assert found["versions"]["numpy"] == [np.__version__]
    assert found["versions"]["python"] == [sys.version.split()[0]]


def test_the_commit_is_that_of_git_and_changes_are_marked(tmp_path):
    """In a copy of the package that is committed, changed, extended and taken out of git."""

    def git(*arguments):
        who = ["-c", "user.name=a", "-c", "user.email=a@example.org"]
        call = ["git", "-C", str(tmp_path), *who, *arguments]
        return subprocess.run(call, check=True, capture_output=True, text=True).stdout.strip()

    def commit():
        code = "from fairbench.store import checkout; print(checkout.commit())"
        environment = os.environ | {"PYTHONPATH": str(tmp_path), "GIT_DIR": "/nowhere"}
        call = [sys.executable, "-c", code]
        said = subprocess.run(
            call, env=environment, cwd=tmp_path, check=True, capture_output=True, text=True
        )
        return said.stdout.strip()

    package = tmp_path / "fairbench"
    (package / "store").mkdir(parents=True)
    for name in ("__init__.py", "store/__init__.py", "store/checkout.py"):
        (package / name).write_bytes((REPOSITORY / "fairbench" / name).read_bytes())
    (tmp_path / ".gitignore").write_text("__pycache__\nresults\n")
    assert commit() == "unknown"
    git("init", "-q")
    assert commit() == "unknown"  # tracked by nobody: the repository is another project's
    for folder in ("workflow", "config"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "a").write_text("a")
    (tmp_path / "Snakefile").write_text("")
    git("add", ".")
    git("commit", "-qm", "first")
    head = git("rev-parse", "HEAD")
    assert commit() == head
    (tmp_path / "README").write_text("not of the code")
    (tmp_path / "config" / "mine.yaml").write_text("an overlay; the hash of the config tells it")
    assert commit() == head
    for changed in ("fairbench/new.py", "fairbench/__init__.py", "config/a"):
        path = tmp_path / changed
        before = path.read_bytes() if path.exists() else None
        path.write_bytes((before or b"") + b"\n")
        assert commit() == f"{head}+changes", changed
        path.unlink() if before is None else path.write_bytes(before)
    assert commit() == head


def test_this_checkout_is_found(monkeypatch):
    shown = subprocess.run(
        ["git", "rev-parse", "HEAD"], cwd=REPOSITORY, capture_output=True, text=True
    )
    if shown.returncode:
        pytest.skip("not a checkout")
    assert checkout.commit().removesuffix("+changes") == shown.stdout.strip()


def test_two_runs_in_different_folders_write_the_same_bytes(written, tmp_path, monkeypatch):
    elsewhere = tmp_path / "else" / "where"
    elsewhere.mkdir(parents=True)
    monkeypatch.chdir(elsewhere)
    write_all(Path("results"))
    assert contents(elsewhere / "results") == contents(tmp_path / "results")


def test_the_content_hash_does_not_depend_on_the_provenance(written, tmp_path, monkeypatch):
    monkeypatch.setenv(provenance.HANDED, json.dumps(RUN | {"commit": "d" * 40}))
    write_all(Path("others"))
    ours, theirs = contents(written), contents(Path("others"))
    assert {name for name in ours if ours[name] == theirs[name]} == {"table.csv"}
    for name in KINDS:
        first, second = (read_provenance(folder / name) for folder in (written, Path("others")))
        assert first["content"] == second["content"]
        assert second["commit"] == "d" * 40


@pytest.mark.parametrize("name", KINDS)
def test_what_is_no_result_may_differ_by_nothing_but_the_stamp(written, name):
    """Without its stamp a figure is what matplotlib wrote, and a table what pandas wrote."""
    content = (written / name).read_bytes()
    if name.endswith(".csv"):
        assert content == FRAME.to_csv(index=False).encode()
    elif name.endswith(".parquet"):
        pd.testing.assert_frame_equal(pd.read_parquet(written / name), FRAME)
    elif name.endswith(".md"):
        text = stamps.plain_text(content.decode())
        assert text == "A caption, with --> and (parentheses).\n"
    elif name.endswith(".png"):
        assert matplotlib.image.imread(written / name).shape[2] == 4
    else:
        assert content.startswith(b"%PDF-") and content.endswith(b"%%EOF\n")
        place = int(content.rpartition(b"startxref\n")[2].split()[0])
        assert content[place:].startswith(b"xref\n")  # the offsets still hold


def changes(content: bytes):
    """The content with one bit changed, at places from its beginning to its end, and cut."""
    for place in range(10, len(content), max(len(content) // 150, 1)):
        yield content[:place] + bytes([content[place] ^ 1]) + content[place + 1 :]
    yield content[: len(content) // 2]
    yield content + b"\n"


@pytest.mark.parametrize("name", ["fig6.pdf", "fig6.png", "fig6.md", "table.csv"])
def test_any_change_of_a_file_is_noticed(written, name):
    path = written / name
    for content in changes(path.read_bytes()):
        path.write_bytes(content)
        with pytest.raises(ValueError, match="damaged|no provenance|no parquet"):
            read_provenance(path)


@pytest.mark.parametrize("name", KINDS)
def test_another_commit_cannot_be_written_into_a_file(written, name):
    path = written / (stamps.beside(name) if name.endswith(".csv") else name)
    content = path.read_bytes()
    if name.endswith(".png"):
        # With a valid checksum of the chunk, as an editor of PNG files would leave it.
        place = content.index(b"tEXtfairbench")
        length = struct.unpack(">I", content[place - 4 : place])[0] + 4
        chunk = content[place : place + length].replace(b"c" * 40, b"d" * 40)
        rest = content[place + length + 4 :]
        content = content[:place] + chunk + struct.pack(">I", zlib.crc32(chunk)) + rest
    elif name.endswith(".parquet"):
        table = pq.read_table(path)
        metadata = {k: v.replace(b"c" * 40, b"d" * 40) for k, v in table.schema.metadata.items()}
        pq.write_table(table.replace_schema_metadata(metadata), path)
        content = path.read_bytes()
    else:
        content = content.replace(b"c" * 40, b"d" * 40)
    path.write_bytes(content)
    with pytest.raises(ValueError, match="damaged"):
        read_provenance(written / name)


def test_the_provenance_of_one_file_does_not_pass_for_that_of_another(written):
    save(figure_6([1.0]).figure, written / "other", "Another caption.")
    text, stamp = (written / "other.md").read_text(), (written / "fig6.md").read_text()
    mixed = stamps.plain_text(text) + stamp.removeprefix(stamps.plain_text(stamp))
    (written / "other.md").write_text(mixed)
    with pytest.raises(ValueError, match="damaged"):
        read_provenance(written / "other.md")


def test_files_of_earlier_versions_are_read_and_said_to_carry_none(written):
    table = pq.read_table(written / "table.parquet")
    old = {b"fairbench": table.schema.metadata[b"fairbench"]}
    pq.write_table(table.replace_schema_metadata(old), written / "old.parquet")
    pd.testing.assert_frame_equal(storage.read_table(written / "old.parquet")[0], FRAME)
    with pytest.raises(ValueError, match="it carries no provenance"):
        read_provenance(written / "old.parquet")


def test_a_file_names_what_was_read_for_it_and_all_that_is_behind(written, noting, monkeypatch):
    monkeypatch.setenv(provenance.HANDED, json.dumps(RUN | {"commit": "d" * 40}))
    storage.write_table(FRAME, "data.parquet", kind="dataset", about={})
    monkeypatch.setenv(provenance.HANDED, json.dumps(RUN))
    noting("train")
    _, about = storage.read_table("data.parquet")
    Path("method.py").write_text("a method")
    journal.saw_file("method.py")
    storage.write_table(FRAME.assign(seconds=[1.0, 2.0]), "fits.parquet", kind="fits", about=about)
    noting("collect")
    storage.read_table("fits.parquet")
    csv_tables.write_csv(FRAME, "selected.csv")

    data = read_provenance(Path("data.parquet"))
    fits = read_provenance(Path("fits.parquet"))
    selected = read_provenance(Path("selected.csv"))
    drawn = {"name": "data.parquet", "sha256": data["content"], "files": 1}
    method = hashlib.sha256(b"a method").hexdigest()
    assert data["inputs"] == data["data"] == []
    assert fits["data"] == selected["data"] == [drawn]
    assert fits["inputs"] == [drawn, {"name": "method.py", "sha256": method, "files": 1}]
    assert [entry["name"] for entry in selected["inputs"]] == ["fits.parquet"]
    assert (fits["commit"], fits["other_commits"]) == ("c" * 40, ["d" * 40])
    assert selected["other_commits"] == ["d" * 40]

    # How long the fits took is in their file, and must not reach the tables and figures.
    noting("train")
    storage.read_table("data.parquet")
    storage.write_table(FRAME.assign(seconds=[3.0, 4.0]), "fits.parquet", kind="fits", about=about)
    assert read_provenance(Path("fits.parquet"))["content"] != fits["content"]
    noting("collect")
    storage.read_table("fits.parquet")
    csv_tables.write_csv(FRAME, "selected.csv")
    assert read_provenance(Path("selected.csv")) == selected

    of_times = []
    for seconds in (1.0, 2.0):
        csv_tables.write_csv(FRAME.assign(seconds=seconds), "folds.csv")
        noting("describe")
        csv_tables.read_csv("folds.csv")
        of_times.append(provenance.describe("a.csv", "0" * 64))
    assert of_times[0] == of_times[1]


def test_many_files_are_put_together_as_sha256sum_lists_them(noting, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    noting("collect")
    folder = tmp_path / "fits"
    folder.mkdir()
    for number in range(20):
        (folder / f"{number}").write_text(str(number))
        journal.saw_file(f"fits/{number}", is_data=True)
    journal.saw_file("fits/0", is_data=True)
    (entry,) = journal.listed(journal.current().inputs)
    names = sorted(f"fits/{number}" for number in range(20))
    listed = subprocess.run(["sha256sum", *names], capture_output=True, check=True).stdout
    expected = {"name": "fits", "sha256": hashlib.sha256(listed).hexdigest(), "files": 20}
    assert entry == expected == journal.listed(journal.current().data)[0]


def test_nothing_tells_one_machine_from_another(tmp_path, monkeypatch, noting):
    """By hand and with absolute paths, from the file to the command."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(provenance.HANDED, "")  # and takes away what is put there below
    outside = tmp_path.parent / "outside.parquet"
    storage.write_table(FRAME, outside, kind="dataset", about={})
    tracks = json.dumps({"a": {"files": [str(outside), f"{tmp_path}/results/in.parquet"]}})
    noting("figure", "fig9", "--fits", str(outside), f"--output={tmp_path}/f.pdf", tracks)
    storage.read_table(outside)
    document = provenance.describe(tmp_path / "f.pdf", "0" * 64)
    provenance.hand_to_jobs({}, [outside, checkout.CHECKOUT / "config/quick.yaml"], {"a": [1]})
    handed = provenance.describe(tmp_path / "f.pdf", "0" * 64)
    for text in (json.dumps(document), json.dumps(handed)):
        for known in (tmp_path.parent, Path.home(), checkout.CHECKOUT, socket.gethostname()):
            assert f'"{known}' not in text and f"{known}/" not in text
        assert f"/{getpass.getuser()}/" not in text
    assert "fig9 --fits outside.parquet --output=f.pdf" in document["command"]
    assert '"outside.parquet", "results/in.parquet"' in document["command"]
    after = "--force f.pdf --configfile outside.parquet config/quick.yaml --config 'a=[1]'"
    assert handed["command"].endswith(after)


def test_the_config_hash_tells_configs_apart_but_not_machines():
    config = {"seed": 1, "resources": {"threads": 1, "device": "cpu"}, "data": {"mirror": None}}
    known = provenance.config_hash(config)
    machine = {"resources": {"threads": 9, "device": "cpu"}, "data": {"mirror": "/mnt/files"}}
    assert provenance.config_hash(dict(reversed((config | machine).items()))) == known
    assert provenance.config_hash(config | {"seed": 2}) != known
    assert provenance.config_hash(config | {"resources": {"device": "cuda"}}) != known


@pytest.mark.parametrize(
    "handed", ["", "{", "[]", "{}", "null", '{"commit": "x"}'], ids=lambda text: text or "empty"
)
def test_a_spoiled_variable_is_as_good_as_none(handed, monkeypatch, noting):
    monkeypatch.setenv(provenance.HANDED, handed)
    noting("draw", "--spec", "{}")
    found = provenance.describe("a.md", "0" * 64)
    assert found["config"] is None
    assert found["command"] == "python -m fairbench draw --spec '{}'"
    assert provenance.belongs(found, "0" * 64)


def forged(**changed) -> str:
    """A comment with a valid seal, as anybody can make one, around whatever is wanted."""
    text = "text\n"
    content = hashlib.sha256(text.encode()).hexdigest()
    document = provenance.seal(provenance.describe("a.md", content) | changed)
    return f"{text}\n<!-- fairbench provenance {json.dumps(document)} -->\n"


HOSTILE = {
    "empty.pdf": b"",
    "cut.pdf": b"%PDF-1.4",
    "cut.png": b"\x89PNG\r\n\x1a\n\xff\xff\xff\xfftEXt",
    "zeros.png": b"\x89PNG\r\n\x1a\n" + bytes(100),
    "junk.pdf": b"%PDF-1.4 /Keywords ({junk})",
    "junk.parquet": b"PAR1" + bytes(range(256)) + b"PAR1",
    "binary.md": bytes(range(256)),
    "deep.md": f'\n<!-- fairbench provenance {{"a":{"[" * 100000}}} -->\n'.encode(),
    "list.md": b'\n<!-- fairbench provenance {"content": []} -->\n',
    "plain.txt": b"just text\n",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_of_a_stranger_ends_in_one_line(tmp_path, name):
    path = tmp_path / name
    path.write_bytes(HOSTILE[name])
    ended = CliRunner().invoke(cli.app, ["provenance", str(path)])
    assert ended.exit_code == 1 and isinstance(ended.exception, SystemExit)
    (line,) = ended.output.splitlines()
    assert line.startswith(f"fairbench provenance: {path}: it ")


def test_a_strangers_text_cannot_steer_the_terminal(tmp_path):
    path = tmp_path / "a.md"
    path.write_text(forged(command="\x1b]0;owned\x07\x1b[2J\u202e"))
    ended = CliRunner().invoke(cli.app, ["provenance", str(path)])
    assert ended.exit_code == 0
    assert "\\x1b]0;owned" in ended.output
    assert not set(ended.output) & {"\x1b", "\x07", "\u202e"}


def test_the_command_prints_what_is_there_and_goes_on_after_a_fault(written):
    good, missing = str(written / "fig6.pdf"), str(written / "nothing.pdf")
    ended = CliRunner().invoke(cli.app, ["provenance", missing, str(written), good])
    assert ended.exit_code == 1
    assert f"{missing}: there is no such file" in ended.output
    assert f"{written}: it is no plain file" in ended.output
    assert f"{good}: as it was written" in ended.output
    assert f"{'c' * 40} (this checkout is at {checkout.commit()})" in ended.output
    assert "snakemake --cores 1 --force results/fig6.pdf" in ended.output
    ended = CliRunner().invoke(cli.app, ["provenance", "--json", good])
    assert ended.exit_code == 0
    assert json.loads(ended.output) == read_provenance(written / "fig6.pdf")


def test_findings_and_picture_go_into_a_page_without_their_provenance(written):
    found = Path("tables/findings.md")
    found.parent.mkdir()
    found.write_text(stamps.stamp_text(found, "- It is so ([a.csv](a.csv)).\n"))
    Path("page.md").write_text("a <!-- answers:start -->old<!-- answers:end --> b")
    call = ["readme", str(found), "page.md", "--picture", str(written / "fig6.png")]
    assert CliRunner().invoke(cli.app, call).exit_code == 0
    page = Path("page.md").read_text()
    head, picture, *_, end = page.split("\n")
    assert head == "a <!-- answers:start -->" and end == "<!-- answers:end --> b"
    assert picture.endswith("](docs/fig6.png)") and "provenance" not in page
    assert Path("docs/fig6.png").read_bytes() == (written / "fig6.png").read_bytes()
    assert "- It is so ([a.csv](tables/a.csv))." in page
    assert "[reproduction.md](tables/reproduction.md)" in page


def test_a_page_has_places_of_several_names(written):
    Path("found.md").write_text("- It is so.\n")
    Path("page.md").write_text("<!-- other:start --><!-- other:end --> b")
    assert CliRunner().invoke(cli.app, ["readme", "found.md", "page.md"]).exit_code != 0
    call = ["readme", "found.md", "page.md", "--name", "other"]
    assert CliRunner().invoke(cli.app, call).exit_code == 0
    assert Path("page.md").read_text().startswith("<!-- other:start -->\n- It is so.")


def test_parsing_stays_light():
    heavy = "{'numpy', 'pandas', 'torch', 'pyarrow', 'matplotlib'}"
    code = f"import sys, fairbench.store.provenance; sys.exit(bool({heavy} & set(sys.modules)))"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=REPOSITORY)
