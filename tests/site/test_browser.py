"""The site in a real browser, from a disk and served. `make test-docs` runs this."""

import html
import os
import re
import shutil
import subprocess
import sys
import threading
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import unquote

import pytest

from fairbench.site.build import build

from ..report.conftest import HOSTILE
from .conftest import study_in

OWN = ("file:", "data:", "blob:", "about:")
MAIN = (
    *("index.html", "results/leaderboard.html", "results/papers/index.html"),
    *("results/papers/imbalance.html", "methods/index.html", "methods/fr_train.html"),
    *("docs/first_figure.html", "docs/cluster.html", "config/index.html", "api/metrics.html"),
)
BOARD = "results/leaderboard.html"
ROWS = "#ranked-1 .fb-ranking:not(.fb-every) tbody tr"

pytestmark = pytest.mark.skipif(
    not os.environ.get("FAIRBENCH_TEST_DOCS"), reason="opt-in: make test-docs"
)


@pytest.fixture(scope="module")
def site(finished, tmp_path_factory) -> Path:
    pytest.importorskip("material", reason="the extra docs is not installed")
    output = tmp_path_factory.mktemp("made") / "site"
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(finished)
        build(study_in(finished).plan, output, ["own.yaml"])
    return output


@pytest.fixture(scope="module")
def browser():
    drive = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    names = ("chromium", "chromium-browser", "google-chrome")
    own = next(filter(None, map(shutil.which, names)), None)
    with drive.sync_playwright() as playwright:
        try:
            # Without its sandbox, which containers do not allow: the pages are our own.
            launched = playwright.chromium.launch(executable_path=own, args=["--no-sandbox"])
        except drive.Error as error:
            pytest.skip(f"no Chromium (playwright install chromium): {error.message[:200]}")
        yield launched
        launched.close()


class Reader:
    """A window, with what the console said, what was asked for and what was alerted."""

    def __init__(self, browser, base: str, width: int, scheme: str = "light", offline: bool = True):
        window = {"width": width, "height": 900}
        self.context = browser.new_context(viewport=window, color_scheme=scheme, offline=offline)
        self.page, self.base = self.context.new_page(), base
        self.said, self.asked, self.alerted = [], [], []
        self.page.on("console", lambda message: self.said.append(message.text))
        self.page.on("pageerror", lambda error: self.said.append(str(error)))
        self.page.on("request", lambda request: self.asked.append(request.url))
        self.page.on("dialog", lambda dialog: self.alerted.append(dialog.message))

    def open(self, name: str) -> None:
        self.page.goto(f"{self.base}/{name}")
        self.page.wait_for_function("() => document.readyState === 'complete'")
        if name == BOARD:
            self.page.wait_for_selector("#ranked-1[data-ready]")

    def strangers(self) -> list[str]:
        return [url for url in self.asked if not url.startswith((*OWN, self.base))]

    def ranked(self) -> list[list[str]]:
        """The cells of the ranking, row by row."""
        told = f"[...document.querySelectorAll('{ROWS}')].map(r => [...r.cells].map("
        return self.page.evaluate(f"{told}c => c.innerText.trim()))")

    def tab_to(self, selector: str, most: int = 120) -> None:
        """Reach an element by the Tab key alone."""
        for _ in range(most):
            self.page.keyboard.press("Tab")
            if self.page.evaluate(f"document.activeElement.matches({selector!r})"):
                return
        pytest.fail(f"{selector} is not reached by Tab")


@pytest.fixture(params=[(1280, "light"), (1280, "dark"), (390, "light"), (390, "dark")], ids=str)
def reader(request, browser, site):
    found = Reader(browser, site.as_uri(), *request.param)
    yield found
    found.context.close()


@pytest.fixture
def wide(browser, site):
    found = Reader(browser, site.as_uri(), 1280)
    yield found
    found.context.close()


def test_no_error_no_request_and_no_sideways_scrolling(reader, site):
    for name in MAIN:
        assert (site / name).is_file(), name
        reader.open(name)
        wide = reader.page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
        assert wide <= 0, name
    assert reader.said == [] and reader.strangers() == [] and reader.alerted == []


def test_text_can_be_read(reader):
    """The contrast of text and ground is at least 4.5, as WCAG asks of small text."""
    for name in ("index.html", BOARD, "results/papers/imbalance.html", "methods/fr_train.html"):
        reader.open(name)
        poor = reader.page.evaluate(CONTRAST)
        assert poor == [], name


def test_every_page_is_quiet(wide, site):
    for path in sorted(site.rglob("*.html")):
        wide.open(path.relative_to(site).as_posix())
    assert wide.said == [] and wide.strangers() == [] and wide.alerted == []


def test_every_link_leads_somewhere(site):
    for path in site.rglob("*.html"):
        text = re.sub(r"<script.*?</script>", "", path.read_text(), flags=re.DOTALL)
        for link in re.findall(r'(?:href|src)="([^"#?]+)', text):
            if not re.match(r"[a-z]+:", link):
                assert (path.parent / unquote(link)).exists(), (path.name, link)


def test_nothing_of_the_data_runs(wide, site):
    papers = [f"results/papers/{path.name}" for path in (site / "results/papers").glob("*.html")]
    text = (site / "results/papers/imbalance-2.html").read_text()
    assert html.escape(HOSTILE)[:20] in text  # the title of that one
    for name in (BOARD, "index.html", *papers):
        wide.open(name)
        assert wide.page.evaluate("document.querySelectorAll('[onerror]').length") == 0
    assert wide.alerted == []


def test_weights_move_by_keyboard_and_change_the_ranking(wide):
    wide.open(BOARD)
    before = wide.ranked()
    assert [row[:3] for row in before[:3]] == [
        ["1", "group_thresholds", "0.762"],
        ["2", "fr_train", "0.725"],
        ["3", "constant", "0.650"],
    ]
    assert before[-1][:2] == ["–", "naive_mi"]
    wide.tab_to("#ranked-1 input[type=range]")
    for _ in range(5):
        wide.page.keyboard.press("ArrowRight")
    wide.page.keyboard.press("Tab")
    for _ in range(5):
        wide.page.keyboard.press("ArrowLeft")
    # Accuracy alone: .775 against .65 and .5.
    assert [row[:3] for row in wide.ranked()[:3]] == [
        ["1 ▲1", "fr_train", "0.775"],
        ["2 ▼1", "group_thresholds", "0.650"],
        ["3", "constant", "0.500"],
    ]


def test_it_is_said_who_is_first_at_which_weight(wide):
    wide.open(BOARD)
    said = wide.page.evaluate("document.querySelector('#ranked-1 .fb-said').innerText")
    # .875 - .225 w against .675 + .1 w: they cross at w = .615.
    assert "group_thresholds up to 0.60, then fr_train." in said


def test_assumptions_and_data_sets_are_left_out(wide):
    wide.open(BOARD)
    wide.tab_to("#ranked-1 select")
    wide.page.keyboard.press("ArrowDown")
    assert wide.ranked()[0][1] == "naive_mi"  # the first data set alone, where it is best
    wide.tab_to("#ranked-1 input[type=checkbox]")
    wide.page.keyboard.press("Space")
    left = [row[1] for row in wide.ranked()]
    assert "fr_train" not in left and "naive_mi" not in left and "group_thresholds" in left
    wide.page.keyboard.press("Tab")
    wide.page.keyboard.press("Space")
    assert "constant" in [row[1] for row in wide.ranked()]
    assert "group_thresholds" not in [row[1] for row in wide.ranked()]


def test_a_number_leads_to_the_command_and_the_program_that_make_it(wide, finished):
    wide.open(BOARD)
    wide.tab_to(f"{ROWS} td a", most=200)
    shown = wide.page.evaluate("document.activeElement.innerText")
    wide.page.keyboard.press("Enter")
    made = "document.querySelector('#ranked-1 .fb-made')"
    assert wide.page.evaluate(f"{made} === document.activeElement")
    told = wide.page.evaluate(f"{made}.querySelector('.fb-command').innerText")
    assert told.startswith("snakemake ") and "results/tables/selected.csv" in told
    program = wide.page.evaluate(f"{made}.querySelector('.fb-recipe').innerText")
    ran = [sys.executable, "-c", program]
    ended = subprocess.run(ran, cwd=finished, capture_output=True, text=True, check=True)
    assert f"{float(ended.stdout):.3f}" == shown


def test_every_program_gives_its_number(wide, finished):
    wide.open(BOARD)
    programs = wide.page.evaluate(
        """() => {
          const board = JSON.parse(document.querySelector("#ranked-1 script").textContent)
          const all = board.keys.map(() => null)
          return Ranking.ranked(board, board.rows, board.measures.map(() => 1)).flatMap((row) =>
            board.measures.map(({ column }, k) =>
              [Ranking.recipe(board, row.label, column, all), row.values[k]]))
        }"""
    )
    assert len(programs) == 2 * 5
    every = "\n".join(program for program, _ in programs)
    ran = [sys.executable, "-c", every]
    ended = subprocess.run(ran, cwd=finished, capture_output=True, text=True, check=True)
    given = [float(line) for line in ended.stdout.split()]
    assert given == pytest.approx([value for _, value in programs], abs=1e-6)


def test_columns_sort_by_keyboard_and_every_data_set_is_listed(wide):
    wide.open(BOARD)
    wide.page.evaluate("document.querySelectorAll('#ranked-1 thead button')[3].focus()")
    wide.page.keyboard.press("Enter")
    values = [float(row[3]) for row in wide.ranked()]
    assert values == sorted(values, reverse=True)
    wide.page.evaluate("document.querySelector('#ranked-1 summary').focus()")
    wide.page.keyboard.press("Enter")
    wide.page.wait_for_selector("#ranked-1 .fb-every tbody tr")
    count = "document.querySelectorAll('#ranked-1 .fb-every tbody tr').length"
    assert wide.page.evaluate(count) == 9


def test_verdicts_are_chosen_by_keyboard(wide):
    wide.open("results/papers/imbalance.html")
    shown = "[...document.querySelectorAll('.fb-judged tbody tr')].filter(r => !r.hidden).length"
    assert wide.page.evaluate(shown) == 6
    wide.tab_to(".fb-verdicts select")
    wide.page.keyboard.press("ArrowDown")
    assert wide.page.evaluate(shown) < 6


def search(reader: Reader, words: str) -> str:
    """What the search box finds."""
    reader.page.evaluate("document.querySelector('.md-search__input').focus()")
    reader.page.keyboard.type(words)
    reader.page.wait_for_selector(".md-search-result__item")
    return reader.page.evaluate("document.querySelector('.md-search-result__list').innerText")


def test_search_works_from_a_disk_and_runs_nothing(wide):
    wide.open("index.html")
    assert "group_thresholds" in search(wide, "group_thresholds")
    wide.open("index.html")
    search(wide, "onerror alert")
    wide.page.wait_for_timeout(300)
    assert wide.said == [] and wide.strangers() == [] and wide.alerted == []


def test_it_can_be_served(browser, site):
    quiet = type("Quiet", (SimpleHTTPRequestHandler,), {"log_message": lambda *_: None})
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(quiet, directory=site))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    base = f"http://127.0.0.1:{server.server_port}"
    reader = Reader(browser, base, 1280, offline=False)
    try:
        reader.open(BOARD)
        reader.open("index.html")
        assert "group_thresholds" in search(reader, "group_thresholds")
        assert reader.said == [] and reader.strangers() == []
    finally:
        reader.context.close()
        server.shutdown()


#: Texts of the page whose contrast is below 4.5, with it; large ones may have 3.
CONTRAST = """() => {
  const parts = (text) => text.match(/[\\d.]+/g).map(Number)
  const over = (top, ground) => {
    const a = top[3] ?? 1
    return [0, 1, 2].map((i) => top[i] * a + ground[i] * (1 - a))
  }
  const canvas = document.createElement("canvas").getContext("2d", { willReadFrequently: true })
  const rgba = (colour) => {
    canvas.clearRect(0, 0, 1, 1)
    canvas.fillStyle = colour
    canvas.fillRect(0, 0, 1, 1)
    const [r, g, b, a] = canvas.getImageData(0, 0, 1, 1).data
    return [r, g, b, a / 255]
  }
  const ground = (element) => {
    const layers = []
    for (let e = element; e; e = e.parentElement) {
      layers.push(rgba(getComputedStyle(e).backgroundColor))
    }
    return layers.reverse().reduce((below, layer) => over(layer, below), [255, 255, 255])
  }
  const light = (rgb) => {
    const linear = (v) => (v <= 0.03928 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
    const [r, g, b] = rgb.map((v) => linear(v / 255))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b
  }
  const poor = []
  for (const element of document.querySelectorAll(".md-content *")) {
    const own = [...element.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim())
    const box = element.getBoundingClientRect()
    if (!own || !box.width || element.closest(".headerlink, script, button.md-clipboard")) continue
    const style = getComputedStyle(element)
    if (style.visibility === "hidden") continue
    const below = ground(element)
    const pair = [light(over(rgba(style.color), below)), light(below)].sort((a, b) => b - a)
    const contrast = (pair[0] + 0.05) / (pair[1] + 0.05)
    const least = parseFloat(style.fontSize) >= 24 ? 3 : 4.5
    const told = `${element.tagName} ${element.textContent.trim().slice(0, 40)}`
    if (contrast < least) poor.push(`${contrast.toFixed(2)} ${told}`)
  }
  return [...new Set(poor)].slice(0, 12)
}"""
