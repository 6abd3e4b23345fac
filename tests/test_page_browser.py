"""The page in a real browser: tasks of a delegate, accessibility, phones, no script, hostile texts."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from tests.browser import axe, browser
from tests.serving import Served, served

if TYPE_CHECKING:
    from playwright.sync_api import Browser, BrowserContext, Page

QUESTION = "《河流公约》有多少个缔约方？"
REPORT = "/d/meeting-report-2031"
VIEWS = {
    "home": "/",
    "answer": f"/?q={QUESTION}",
    "refusal": "/?q=火星上有多少人？",
    "reader": f"{REPORT}/r/3",
    "precedents": "/precedents?document=meeting-report-2031&kind=recommendation&number=3",
    "form": "/precedents",
    "check": "/check?text=见2031年会议建议3：“应当用火”。又见建议999。",
    "compile": "/compile",
    "about": "/about",
}


@pytest.fixture(scope="module")
def chromium() -> "Iterator[Browser]":
    with browser() as opened:
        yield opened


@pytest.fixture(scope="module")
def service(
    chromium: "Browser", packaged_index: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Served]:
    with served(tmp_path_factory.mktemp("page"), packaged_index) as running:
        yield running


@pytest.fixture
def context(chromium: "Browser", service: Served) -> "Iterator[Callable[..., BrowserContext]]":
    made: list[BrowserContext] = []

    def new(**options: Any) -> "BrowserContext":
        defaults = {"locale": "zh-CN", "viewport": {"width": 1200, "height": 900}, "base_url": service.url}
        made.append(chromium.new_context(**{**defaults, **options}))
        return made[-1]

    yield new
    for each in made:
        each.close()


@pytest.fixture
def page(context: "Callable[..., BrowserContext]") -> "Page":
    return context().new_page()


def ask(page: "Page", text: str) -> None:
    """One step: type into the box and send."""
    page.get_by_role("searchbox").or_(page.locator("#q")).first.fill(text)
    page.get_by_role("button", name="检索").click()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_view_has_an_accessibility_violation(
    context: "Callable[..., BrowserContext]", scheme: str
) -> None:
    """axe-core by WCAG 2.2 A and AA; its script is let past the policy of the page.

    In the dark the same page has other colours, and in English other words: contrast and names are looked at.
    """
    source = axe()
    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    rules = ["color-contrast", "button-name", "html-has-lang", "html-lang-valid", "label", "link-name"]
    run_only = {"type": "rule", "values": rules} if scheme == "dark" else {"type": "tag", "values": tags}
    found = {}
    opened = context(bypass_csp=True, color_scheme=scheme, locale="en-GB" if scheme == "dark" else "zh-CN")
    page = opened.new_page()
    for name, address in VIEWS.items():
        page.goto(address)
        page.evaluate(source)
        for closed in page.locator("details.cite").all()[:1]:
            closed.evaluate("one => { one.open = true }")
        result = page.evaluate("only => axe.run({runOnly: only, resultTypes: ['violations']})", run_only)
        broken = [(each["id"], each["nodes"][0]["html"][:200]) for each in result["violations"]]
        if broken:
            found[name] = broken
    assert found == {}


def test_a_phone_shows_every_view_without_scrolling_sideways(
    context: "Callable[..., BrowserContext]",
) -> None:
    page = context(viewport={"width": 390, "height": 844}, is_mobile=True, has_touch=True).new_page()
    for name, address in VIEWS.items():
        page.goto(address)
        assert page.evaluate("document.documentElement.scrollWidth") <= 390, name


def test_nothing_is_asked_of_another_origin_and_nothing_goes_wrong(page: "Page", service: Served) -> None:
    asked: list[str] = []
    wrong: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: wrong.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: wrong.append(str(error)))
    for address in VIEWS.values():
        page.goto(address)
    assert [url for url in asked if not url.startswith((service.url + "/", "data:"))] == []
    assert wrong == []


def test_nothing_moves_while_a_page_is_built(page: "Page") -> None:
    watch = (
        "window.moved = 0; new PerformanceObserver(list => { for (const one of list.getEntries()) "
        "window.moved += one.value }).observe({type: 'layout-shift', buffered: true})"
    )
    page.add_init_script(watch)
    for address in (VIEWS["home"], VIEWS["answer"], VIEWS["compile"]):
        page.goto(address)
        page.wait_for_timeout(150)
        assert page.evaluate("window.moved") < 0.01


def test_everything_works_without_javascript(context: "Callable[..., BrowserContext]") -> None:
    page = context(java_script_enabled=False).new_page()
    page.goto("/")
    ask(page, QUESTION)
    page.locator(".answer mark").first.wait_for()
    page.locator(".answer summary").first.click()
    page.locator(".answer .cite dd").first.wait_for()
    page.locator(".answer figcaption a").first.click()
    page.locator(".unit.focus").wait_for()
    page.goto("/check")
    page.fill("#text", "见2031年会议建议3。")
    page.get_by_role("button", name="核对").click()
    page.locator(".status.exists").wait_for()


def test_keys_move_through_hits(page: "Page") -> None:
    page.goto("/?q=押金")
    page.keyboard.press("j")
    assert page.evaluate("document.activeElement.id") == "h1"
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.id") == "h1"
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.type("jk")
    assert page.evaluate("document.activeElement.id") == "q"
    page.keyboard.press("Enter")
    page.wait_for_url("**/?q=jk*")


def _find(page: "Page") -> Callable[[], bool]:
    ask(page, QUESTION)
    page.locator(".answer mark").first.wait_for()
    return lambda: page.locator(".answer mark").count() > 0


def _cite(page: "Page") -> Callable[[], bool]:
    ask(page, QUESTION)
    page.locator(".answer .cite summary").first.click()
    page.locator(".answer .cite .copy button").first.click()
    return lambda: "《" in page.evaluate("navigator.clipboard.readText()")


def _open_a_reference(page: "Page") -> Callable[[], bool]:
    ask(page, "2031年会议建议3")
    page.locator(".hit h3 a").first.click()
    page.locator(".unit.focus").wait_for()
    return lambda: page.url.split("?")[0].endswith("/r/3")


def _next_hit(page: "Page") -> Callable[[], bool]:
    ask(page, "押金")
    page.locator(".hit h3 a").first.click()
    page.get_by_role("link", name="下一条结果").click()
    page.wait_for_url("**hit=2*")
    return page.locator(".unit.focus").is_visible


def _filter_by_year(page: "Page") -> Callable[[], bool]:
    ask(page, "押金")
    page.locator("aside").locator(".facet", has_text="年份").locator("a").first.click()
    page.wait_for_url("**year=20*")
    return lambda: page.locator(".hit").count() > 0


def _compare_two_years(page: "Page") -> Callable[[], bool]:
    ask(page, "2031年会议建议3")
    page.locator(".hit").first.get_by_role("link", name="先例").click()
    page.locator(".precedent .pair").first.wait_for()
    return page.locator(".precedent .pair").first.is_visible


def _check_a_paragraph(page: "Page") -> Callable[[], bool]:
    page.get_by_role("link", name="核对").click()
    page.fill("#text", "见2031年会议建议3：“应当用火”。")
    page.get_by_role("button", name="核对").click()
    page.locator(".status.exists_but_differs").wait_for()
    return page.locator(".status.exists_but_differs").is_visible


def _export_to_word(page: "Page") -> Callable[[], bool]:
    ask(page, "押金")
    page.locator(".export summary").click()
    with page.expect_download() as got:
        page.locator(".export").get_by_role("link", name="Word").click()
    return lambda: got.value.path().read_bytes()[:2] == b"PK"


def _by_theme(page: "Page") -> Callable[[], bool]:
    page.get_by_role("link", name="专题").click()
    page.locator("aside .facet a").nth(1).click()
    page.wait_for_url("**group=*")
    return lambda: page.locator(".hit").count() > 0


def _subscribe(page: "Page") -> Callable[[], bool]:
    ask(page, "押金")
    address = page.locator("a.subscribe").get_attribute("href")
    return lambda: "<feed" in page.request.get(str(address)).text()


def _in_english(page: "Page") -> Callable[[], bool]:
    page.get_by_role("link", name="English").click()
    page.get_by_role("link", name="Holdings", exact=True).click()
    page.get_by_role("heading", name="Holdings").wait_for()
    return page.get_by_role("heading", name="Holdings").is_visible


@pytest.mark.parametrize(
    "task",
    [
        *(_find, _cite, _open_a_reference, _next_hit, _filter_by_year, _compare_two_years),
        *(_check_a_paragraph, _export_to_word, _by_theme, _in_english, _subscribe),
    ],
    ids=lambda task: task.__name__.strip("_"),
)
def test_a_delegate_is_done_in_three_steps(
    context: "Callable[..., BrowserContext]", task: "Callable[[Page], Callable[[], bool]]"
) -> None:
    """What a person does is counted in the browser: each click, and each question or text sent off."""
    page = context(permissions=["clipboard-read", "clipboard-write"]).new_page()
    steps: list[str] = []
    page.expose_function("step", lambda told: steps.append(told))
    page.add_init_script(COUNTING)
    page.goto("/")
    done = task(page)
    page.wait_for_load_state()
    assert done()
    assert 1 <= len(steps) <= 3, steps


# A click that Enter makes of itself has no detail (UI Events, section 3.4.3); it was counted as the key.
COUNTING = """
addEventListener("click", event => { if (event.detail) step("click " + event.target.tagName) }, true)
addEventListener("keydown", event => { if (event.key === "Enter") step("enter") }, true)
"""

HOSTILE = """<script>window.hacked = 1</script>报告

一. 导言<img src=x onerror="window.hacked=2">

1. 缔约国应当<script>window.hacked = 3</script>退还押金\u202e倒写\u202c，见[此处](javascript:window.hacked=4)。

2. 工作组建议"><svg onload=window.hacked=5>押金为两角。
"""


def test_hostile_documents_are_shown_as_text(
    chromium: "Browser", tmp_path: Path, context: "Callable[..., BrowserContext]"
) -> None:
    from indexer.build import build
    from models.encoders.registry import load_encoder
    from models.segmenter import Segmenter

    folder = tmp_path / "documents"
    folder.mkdir()
    (folder / "hostile.txt").write_text(HOSTILE, encoding="utf-8")
    (folder / "hostile.toml").write_text(
        'title = "javascript:window.hacked=6 <b>\\u202e"\n', encoding="utf-8"
    )
    build([folder], tmp_path / "index", load_encoder("hash"), Segmenter())
    with served(tmp_path, tmp_path / "index") as running:
        page = context(base_url=running.url).new_page()
        page.on("dialog", lambda dialog: pytest.fail(dialog.message))
        for address in (
            "/?q=押金",
            "/d/hostile",
            "/d/hostile/p/1",
            "/about",
            "/check?text=<script>window.hacked=7</script>",
        ):
            page.goto(address)
            assert page.evaluate("window.hacked") is None, address
            assert page.locator("main script, main img, main svg, main b > b").count() == 0
            assert page.locator("a[href^='javascript:']").count() == 0
            assert "\u202e" not in page.inner_text("body")
        page.goto("/d/hostile")
        assert "<script>window.hacked = 3</script>" in page.inner_text("main")


def test_signing_in(
    chromium: "Browser", packaged_index: Path, tmp_path: Path, context: "Callable[..., BrowserContext]"
) -> None:
    from api.service.gate.access_keys import add_key
    from api.service.policy import Scope

    key = add_key(tmp_path / "keys.jsonl", "somebody", Scope.READ)
    with served(tmp_path, packaged_index, "--keys", tmp_path / "keys.jsonl") as running:
        page = context(base_url=running.url).new_page()
        page.goto("/about")
        page.fill("#key", "yz_wrong")
        page.get_by_role("button", name="登录").click()
        page.get_by_role("alert").wait_for()
        page.fill("#key", key)
        page.get_by_role("button", name="登录").click()
        page.get_by_role("heading", name="馆藏").wait_for()
        assert page.evaluate("document.cookie") == ""
        page.get_by_role("button", name="退出").click()
        page.locator("#key").wait_for()
