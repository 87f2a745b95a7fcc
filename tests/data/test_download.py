"""Downloads against a server on the loopback interface, and mirrors, and neither."""

import hashlib
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from fairbench.data.real import download
from fairbench.data.real.download import MIRROR, FileTrouble, fetch
from fairbench.data.real.entry import Entry

CONTENT = bytes(range(256)) * 1000
SHA256 = hashlib.sha256(CONTENT).hexdigest()
NOWHERE = "http://127.0.0.1:9/table.csv"


class Answers(BaseHTTPRequestHandler):
    """Each request takes the next of the server's answers, the last one again and again."""

    def do_GET(self):
        server = self.server
        asked = self.headers.get("Range")
        server.asked.append(asked)
        kind, amount = server.script.pop(0) if len(server.script) > 1 else server.script[0]
        if kind == "status":
            self.send_error(amount)
            return
        start = int(asked.removeprefix("bytes=").rstrip("-")) if asked and kind != "whole" else 0
        self.send_response(206 if start else 200)
        if start:
            self.send_header("Content-Range", f"bytes {start}-{len(CONTENT) - 1}/{len(CONTENT)}")
        self.send_header("Content-Length", str(len(server.content) - start))
        self.end_headers()
        # A cut answer announces everything and then closes the connection.
        end = start + amount if kind == "cut" else len(server.content)
        self.wfile.write(server.content[start:end])

    def log_message(self, *_):
        pass


@pytest.fixture(autouse=True)
def no_mirror_and_no_proxy(monkeypatch):
    monkeypatch.setattr(download, "_WAIT", 0.0)
    monkeypatch.setattr(download, "_TIMEOUT", 5.0)
    monkeypatch.delenv(MIRROR, raising=False)
    monkeypatch.setenv("no_proxy", "*")


@pytest.fixture
def server():
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as running:
        running.content, running.asked, running.script = CONTENT, [], [("ok", None)]
        running.url = f"http://127.0.0.1:{running.server_port}/table.csv"
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield running
        running.shutdown()
        thread.join()


def entry(url=NOWHERE, **source):
    described = {"file": "table.csv", "url": url, "sha256": SHA256, "bytes": len(CONTENT)}
    return Entry.model_validate(
        {
            "name": "tiny",
            "title": "Tiny",
            "card": {"origin": "a test", "licence": "none"},
            "sources": [described | source],
            "label": {"column": "y", "favourable": [1], "unfavourable": [0]},
            "sensitive": {"column": "s", "one": ["a"], "names": ["b", "a"]},
            "features": {"numeric": ["x"]},
        }
    )


def got(url, folder, **options):
    (path,) = fetch(entry(url), folder, **options)
    assert path == folder / "tiny" / "table.csv"
    assert path.read_bytes() == CONTENT
    assert [p.name for p in path.parent.iterdir()] == ["table.csv"]
    return path


def test_a_file_is_downloaded_once(server, tmp_path):
    got(server.url, tmp_path)
    got(server.url, tmp_path)
    assert server.asked == [None]


def test_a_cut_download_goes_on_where_it_stopped(server, tmp_path):
    server.script = [("cut", 100_000), ("cut", 50_000), ("ok", None)]
    got(server.url, tmp_path)
    assert server.asked == [None, "bytes=100000-", "bytes=150000-"]


def test_a_later_call_resumes_what_an_earlier_one_left(server, tmp_path, monkeypatch):
    server.script = [("cut", 70_000)]
    monkeypatch.setattr(download, "_ATTEMPTS", 1)
    with pytest.raises(FileTrouble, match="has 70,000 bytes where 256,000 are expected"):
        fetch(entry(server.url), tmp_path)
    # Nothing that looks like the file is there.
    assert [p.name for p in (tmp_path / "tiny").iterdir()] == ["table.csv.part"]
    server.script = [("ok", None)]
    got(server.url, tmp_path)
    assert server.asked == [None, "bytes=70000-"]


def test_a_server_without_ranges_starts_again(server, tmp_path):
    server.script = [("cut", 70_000), ("whole", None)]
    got(server.url, tmp_path)
    assert server.asked == [None, "bytes=70000-"]


def test_a_part_of_another_file_is_thrown_away(server, tmp_path):
    part = tmp_path / "tiny" / "table.csv.part"
    part.parent.mkdir()
    part.write_bytes(b"?" * 1000)
    got(server.url, tmp_path)
    assert server.asked == ["bytes=1000-", None]
    (tmp_path / "tiny" / "table.csv").unlink()
    part.write_bytes(b"?" * (len(CONTENT) + 5))
    got(server.url, tmp_path)


def test_faults_of_the_server_are_tried_again(server, tmp_path):
    server.script = [("status", 500), ("status", 503), ("ok", None)]
    got(server.url, tmp_path)
    assert len(server.asked) == 3


def test_what_is_not_there_is_not_tried_again(server, tmp_path):
    server.script = [("status", 404)]
    with pytest.raises(FileTrouble, match="answered 404"):
        fetch(entry(server.url), tmp_path)
    assert len(server.asked) == 1


@pytest.mark.parametrize("content", [CONTENT[::-1], CONTENT + b"and more" * 100_000])
def test_another_file_is_refused_and_leaves_nothing(server, tmp_path, content):
    server.content = content
    with pytest.raises(FileTrouble, match="expected"):
        fetch(entry(server.url), tmp_path)
    assert len(server.asked) == 1
    assert list((tmp_path / "tiny").iterdir()) == []


def test_a_damaged_file_is_replaced_by_a_good_one_or_stays(server, tmp_path):
    path = tmp_path / "tiny" / "table.csv"
    path.parent.mkdir()
    path.write_bytes(b"damaged")
    server.script = [("status", 500)]
    with pytest.raises(FileTrouble, match="7 bytes.*answered 500"):
        fetch(entry(server.url), tmp_path)
    assert path.read_bytes() == b"damaged"
    server.script = [("ok", None)]
    got(server.url, tmp_path)


@pytest.mark.parametrize("place", ["another/table.csv", "tiny/table.csv", "table.csv"])
def test_a_mirror_is_tried_before_the_network(server, tmp_path, monkeypatch, place):
    mirror = tmp_path / "mirror"
    (mirror / place).parent.mkdir(parents=True)
    (mirror / place).write_bytes(CONTENT)
    got(server.url, tmp_path / "by argument", mirror=mirror)
    monkeypatch.setenv(MIRROR, str(mirror))
    got(server.url, tmp_path / "by variable")
    assert server.asked == []
    (mirror / place).write_bytes(CONTENT[:-1])
    got(server.url, tmp_path / "by network")
    assert server.asked == [None]


def test_without_network_and_mirror_the_error_says_how_to_supply_the_file(tmp_path):
    (tmp_path / "empty").mkdir()
    with pytest.raises(FileTrouble) as caught:
        fetch(entry(), tmp_path, mirror=tmp_path / "empty")
    message = str(caught.value)
    for part in (
        "cannot get table.csv (256,000 bytes) of the data set tiny",
        f"the mirror {tmp_path / 'empty'} does not have it",
        f"{NOWHERE}: ",
        f"(tried {download._ATTEMPTS} times)",
        f"save it as {tmp_path / 'tiny' / 'table.csv'}",
        f"tiny/table.csv in a mirror folder, named by {MIRROR}, by the config key data.mirror",
        f"SHA-256 is {SHA256}",
    ):
        assert part in message


def test_a_file_of_ones_own_is_read_where_it_is(tmp_path):
    own = entry(url=None, sha256=None, bytes=None)
    own._home = tmp_path
    with pytest.raises(FileTrouble, match=r"table.csv of the data set tiny: .* is missing"):
        fetch(own, tmp_path / "elsewhere")
    (tmp_path / "table.csv").write_bytes(b"x,s,y\n")
    assert fetch(own, tmp_path / "elsewhere") == [tmp_path / "table.csv"]
    assert not (tmp_path / "elsewhere").exists()


def test_one_file_of_several_can_be_asked_for(server, tmp_path):
    with pytest.raises(FileTrouble, match="no file 'other.csv', only table.csv"):
        fetch(entry(server.url), tmp_path, only="other.csv")
    got(server.url, tmp_path, only="table.csv")


def write_entry(folder, url):
    path = folder / "tiny.yaml"
    path.write_text(entry(url).model_dump_json(exclude_none=True), encoding="utf-8")
    return path


def test_the_command_prints_the_path_or_the_message(server, tmp_path):
    command = [sys.executable, "-m", "fairbench", "fetch", "--folder", str(tmp_path)]
    options = {"capture_output": True, "text": True}
    done = subprocess.run([*command, str(write_entry(tmp_path, server.url))], **options)
    assert (done.returncode, done.stdout.strip()) == (0, str(tmp_path / "tiny/table.csv"))
    failed = subprocess.run([*command, "compass"], **options)
    assert failed.returncode == 1
    assert failed.stderr.startswith("fairbench fetch: no data set 'compass': give one of adult")


@pytest.mark.slow
def test_the_rule_gets_a_file_and_tries_again(server, tmp_path):
    # The command gives up at a 404; the rule starts it again.
    server.script = [("status", 404), ("ok", None)]
    rules = Path(__file__).parents[2] / "workflow" / "rules" / "data.smk"
    described = write_entry(tmp_path, server.url)
    lines = [
        "from types import SimpleNamespace as Some",
        "from fairbench.planning.shared import Shared",
        'ROOT, shared = "results", Shared("results", 1, "resources/data")',
        "CONFIG = Some(data=Some(folder='resources/data'), resources=Some(device='cpu'))",
        f"shared.table({str(described)!r})",
        "job_at = shared.jobs.get",
        "needs = told = lambda pattern: lambda wildcards: {}",
        f"include: {str(rules)!r}",
    ]
    (tmp_path / "Snakefile").write_text("\n".join(lines), encoding="utf-8")
    path = os.pathsep.join([os.path.dirname(sys.executable), os.environ["PATH"]])
    done = subprocess.run(
        [sys.executable, "-m", "snakemake", "--cores", "1", "resources/data/tiny/table.csv"],
        cwd=tmp_path,
        env={**os.environ, "PATH": path, "PYTHONPATH": str(rules.parents[2])},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "resources/data/tiny/table.csv").read_bytes() == CONTENT
    assert len(server.asked) == 2
