"""The page in a real browser. `make test-report` runs this; elsewhere it is left out."""

import os
import shutil

import pytest

from .conftest import Made

WIDTHS = (1280, 390)
NO_REQUEST = ("file:", "data:", "blob:")

pytestmark = pytest.mark.skipif(
    not os.environ.get("FAIRBENCH_TEST_REPORT"), reason="opt-in: make test-report"
)


@pytest.fixture(scope="module")
def browser():
    drive = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    names = ("chromium", "chromium-browser", "google-chrome")
    own = next(filter(None, map(shutil.which, names)), None)
    with drive.sync_playwright() as playwright:
        try:
            # Without its sandbox, which containers do not allow: the page is our own.
            launched = playwright.chromium.launch(executable_path=own, args=["--no-sandbox"])
        except drive.Error as error:
            pytest.skip(f"no Chromium (playwright install chromium): {error.message[:200]}")
        yield launched
        launched.close()


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """The finished study, with its page."""
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("page")
        patch.chdir(folder)
        study = Made(folder)
        study.put_all()
        study.page()
    return study


@pytest.fixture(
    scope="module", params=[(width, scheme) for width in WIDTHS for scheme in ("light", "dark")]
)
def opened(request, browser, finished):
    """The page at a width, with what the console said and what was asked of the network."""
    width, scheme = request.param
    context = browser.new_context(
        viewport={"width": width, "height": 800}, color_scheme=scheme, offline=True
    )
    page = context.new_page()
    page.said, page.asked = [], []
    page.on("console", lambda message: page.said.append(message.text))
    page.on("pageerror", lambda error: page.said.append(str(error)))
    page.on("request", lambda request: page.asked.append(request.url))
    page.goto(finished.output.as_uri())
    page.wait_for_selector("html[data-tables=ready]")
    page.wait_for_selector(".plot .scatterlayer .trace")
    yield page
    context.close()


def column(page, position: int) -> list[str]:
    return page.locator(f"#data-cells tbody td:nth-child({position})").all_inner_texts()


def test_no_error_and_no_request(opened):
    assert opened.said == []
    assert [url for url in opened.asked if not url.startswith(NO_REQUEST)] == []


def test_nothing_of_the_data_runs(opened):
    assert opened.evaluate("document.querySelectorAll('[onerror]').length") == 0
    # The page's own five, and none that a string of the data brought.
    assert opened.evaluate("document.scripts.length") == 5


def test_every_figure_is_visible(opened, finished):
    sizes = opened.evaluate(
        "[...document.querySelectorAll('figure img')].map("
        "i => [i.naturalWidth, i.getBoundingClientRect().width])"
    )
    assert len(sizes) == len([*finished.results.glob("figures/*.png")]) > 6
    assert all(natural > 0 and shown > 100 for natural, shown in sizes)


def test_the_page_does_not_scroll_sideways(opened):
    assert opened.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_text_is_dark_on_light_in_either_scheme(opened):
    ground, ink = opened.evaluate(
        "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]"
        ".map(c => c.match(/\\d+/g).slice(0, 3).map(Number))"
    )
    assert min(ground) > 240 and max(ink) < 70


def test_tables_sort_on_a_click_by_the_number(opened):
    head = opened.locator("#data-cells thead th").nth(1)
    for state, values in (("ascending", ["", "-20.5", "0.001"]), ("descending", ["111", "110"])):
        head.click()
        opened.wait_for_selector(f"#data-cells thead th:nth-child(2)[aria-sort={state}]")
        assert column(opened, 2)[: len(values)] == values


def test_search_filters(opened):
    box = opened.locator("#table-cells input[type=search]")
    box.fill("no such thing")
    assert opened.locator("#data-cells tbody td.dt-empty").count() == 1
    box.fill("b")
    assert "b" in column(opened, 1)
    box.fill("")


def test_verdicts_can_be_chosen(opened, finished):
    rows = opened.locator("#table-verdicts tbody tr")
    assert rows.count() == len(finished.verdicts())
    opened.locator(".filters button", has_text="not reproduced").click()
    assert rows.count() == 1
    opened.locator(".filters button", has_text="reproduced 3").click()
    assert rows.count() == 3
    assert opened.locator(".filters button[aria-pressed=true]").count() == 1


def test_pointing_at_a_fit_says_what_it_is(opened):
    plot = opened.locator("#fig9 .plot")
    plot.scroll_into_view_if_needed()
    point = plot.locator(".scatterlayer .trace .points path").first
    place = point.bounding_box()
    opened.mouse.move(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
    said = plot.locator(".hoverlayer .hovertext")
    said.first.wait_for()
    told = said.first.text_content()
    for word in ("fr_train", "lambda_f 0.1,", "trial", "seed 202", "accuracy", "disparate impact"):
        assert word in told


def test_no_button_sends_a_plot_away(opened):
    titles = opened.locator(".modebar-btn").evaluate_all("all => all.map(b => b.dataset.title)")
    assert "Zoom" in titles
    assert not [title for title in titles if "share" in title.lower() or "cloud" in title.lower()]


def test_the_cell_can_be_chosen(opened):
    figure = opened.locator("#fig9")
    assert figure.locator("select option").all_inner_texts() == [
        "P(Y=1) = 0.1, c = 1",
        "P(Y=1) = 0.5, c = 1",
    ]
    figure.locator("select").select_option(index=1)
    assert figure.locator(".plot .scatterlayer .trace").count() > 0
    assert opened.said == []
