"""The test of the addresses tells a good file from a bad one; held against a server of our own."""

import hashlib
import os
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from fairbench.data.real import download
from fairbench.data.real.entry import MIRROR
from fairbench.data.real.parts import Source

from .addresses import Sources, addresses, trouble

REPOSITORY = Path(__file__).parents[2]
CONTENT = b"a,b\n1,2\n"


@pytest.fixture
def address(monkeypatch):
    class Answers(BaseHTTPRequestHandler):
        def do_GET(self):
            content = {"/good.csv": CONTENT, "/other.csv": CONTENT[::-1]}.get(self.path)
            if content is None:
                self.send_error(404)
                return
            self.send_response(200)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_):
            pass

    monkeypatch.setenv("no_proxy", "*")
    monkeypatch.setattr(download, "_WAIT", 0.0)
    with ThreadingHTTPServer(("127.0.0.1", 0), Answers) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()
        thread.join()


def asked(url):
    described = {"sha256": hashlib.sha256(CONTENT).hexdigest(), "bytes": len(CONTENT)}
    return Sources("tiny", (Source(file="table.csv", url=url, **described),))


def test_the_file_expected_is_no_trouble(address, tmp_path):
    assert trouble(asked(f"{address}/good.csv"), tmp_path) is None


@pytest.mark.parametrize(("file", "said"), [("other.csv", "SHA-256"), ("gone.csv", "answered 404")])
def test_another_file_and_none_are_told(address, tmp_path, file, said):
    assert said in trouble(asked(f"{address}/{file}"), tmp_path)


def test_a_mirror_does_not_stand_in_for_the_address(address, tmp_path, monkeypatch):
    mirror = tmp_path / "mirror"
    (mirror / "tiny").mkdir(parents=True)
    (mirror / "tiny" / "table.csv").write_bytes(CONTENT)
    monkeypatch.setenv(MIRROR, str(mirror))
    assert "404" in trouble(asked(f"{address}/gone.csv"), tmp_path / "folder")


def test_a_checksum_is_taken_by_the_test_itself(address, tmp_path, monkeypatch):
    wrong = asked(f"{address}/good.csv")
    wrong = wrong._replace(sources=(wrong.sources[0].model_copy(update={"sha256": "0" * 64}),))
    assert "SHA-256" in trouble(wrong, tmp_path / "a")
    monkeypatch.setattr(download, "sha256_of", lambda path: "0" * 64)
    assert "SHA-256" in trouble(wrong, tmp_path / "b")


def test_every_source_with_an_address_is_asked():
    every = addresses()
    texts = [p.read_text() for p in (REPOSITORY / "fairbench/data/real/entries").glob("*.yaml")]
    networks = REPOSITORY / "fairbench/studies/individual/others/files.csv"
    lines = [line.strip() for text in texts for line in text.splitlines()]
    written = sum(line.startswith(("url:", "- url:")) for line in lines)
    assert len(every) == written + len(networks.read_text().splitlines()) - 1
    assert all(source.sha256 and source.bytes for a in every.values() for source in a.sources)


def test_without_the_switch_nothing_is_downloaded():
    call = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider"]
    environment = {k: v for k, v in os.environ.items() if k != "FAIRBENCH_TEST_DOWNLOADS"}
    ended = subprocess.run(
        [*call, "tests/downloads/test_real_urls.py"],
        cwd=REPOSITORY, env=environment, capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert "opt-in: make test-downloads" in ended.stdout and "passed" not in ended.stdout
