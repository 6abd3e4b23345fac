"""The page without a browser: what it serves, in which language, to whom, with which headers."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.page.asked import Asked, asked_of
from api.page.marking import clip, marked, places_of
from api.service.app import create_app
from api.service.gate.access_keys import add_key
from api.service.policy import Policy, Scope
from corpus.types import UnitKind
from search.library import Library
from search.shapes.units import CitedUnit

QUESTION = "《河流公约》有多少个缔约方？"
PAGES = (
    "/",
    f"/?q={QUESTION}",
    "/?q=押金&kind=recommendation&year=2031",
    "/?q=2031年会议建议3",
    "/d/meeting-report-2031",
    "/d/meeting-report-2031/r/3",
    "/precedents",
    "/precedents?document=meeting-report-2031&kind=recommendation&number=3",
    "/precedents?document=meeting-report-2031&with=meeting-report-2031",
    "/check",
    "/check?text=见2031年会议建议3：“应当用火”。",
    "/compile",
    "/compile?by=addressee&kind=paragraph",
    "/about",
    "/cited-by?ref=RIV/COP/2031/5",
    "/sign-in",
)


@pytest.fixture(scope="module")
def client(packaged_index: Path) -> Iterator[TestClient]:
    with TestClient(create_app(packaged_index)) as made:
        yield made


@pytest.mark.parametrize("address", PAGES)
def test_pages_are_small_strict_and_in_two_languages(client: TestClient, address: str) -> None:
    for language, tag in (("zh-CN", "zh-Hans"), ("en-GB,en;q=0.9", "en")):
        got = client.get(address, headers={"Accept-Language": language})
        assert got.status_code == 200, got.text[:300]
        assert got.headers["content-type"] == "text/html; charset=utf-8"
        assert f'<html lang="{tag}">' in got.text
        assert len(got.content) <= 60_000
        policy = got.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "<script>" not in got.text
        assert " style=" not in got.text
        assert "http" not in got.text.replace("http://purl.org/dc/elements/1.1/", "")


def test_an_answer_is_quoted_marked_and_cited(client: TestClient) -> None:
    text = client.get("/", params={"q": QUESTION}).text
    served = client.get("/v1/ask", params={"q": QUESTION}).json()
    start, end = served["answer_span"]
    assert f"<mark>{served['answer'][start:end]}</mark>" in text
    assert served["citations"][0]["citation"] in text
    assert "GB/T 7714" in text
    assert "rft_val_fmt" in text


def test_a_page_searches_once_for_its_hits_and_its_answer(
    packaged_index: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from api.page.views.home import found
    from search.searcher import Searcher

    made = []
    monkeypatch.setattr(
        Searcher,
        "_search",
        lambda self, query, done=Searcher._search: made.append(query) or done(self, query),
    )
    library = Library.open(packaged_index)
    context = found(library, Asked(QUESTION))
    assert context["answer"]["answered"]
    assert len(made) == len(set(made)) == 1
    library.close()


def test_a_refusal_says_what_is_missing(client: TestClient) -> None:
    question = "火星上有多少人？"
    text = client.get("/", params={"q": question}).text
    assert client.get("/v1/ask", params={"q": question}).json()["reason"] in text


def test_the_switch_of_language_is_remembered(client: TestClient) -> None:
    got = client.get("/?lang=en")
    assert 'lang="en"' in got.text
    assert "yinzheng_lang=en" in got.headers["set-cookie"]
    assert 'href="/?q=a&amp;lang=zh"' in client.get("/?q=a&lang=en").text


def test_the_state_of_a_search_is_in_its_address() -> None:
    from starlette.datastructures import QueryParams

    asked = Asked("押金 & 退还", 30, ("recommendation",), ("a/b",), ("2031",))
    assert asked_of(QueryParams(asked.address().partition("?")[2])) == asked
    wider = Asked("x", type=("report",), facet=("country=林泽",), versions="all")
    assert asked_of(QueryParams(wider.address().partition("?")[2])) == wider
    assert wider.query().facets == {("country", "林泽")}
    assert "kind" not in asked.toggled("kind", "recommendation")
    assert "year=2030" in asked.toggled("year", 2030)
    assert asked_of(QueryParams("q=x&k=99999&kind=none&year=abc")) == Asked("x")


def test_errors_are_pages_with_the_status_of_the_interface(client: TestClient) -> None:
    assert client.get("/d/nothing").status_code == 404
    assert "<h1>" in client.get("/d/nothing").text
    assert client.get("/d/meeting-report-2031/r/999").status_code == 404
    assert client.get("/d/meeting-report-2031/z/1").status_code == 404
    assert client.get("/", params={"q": "长" * 2001}).status_code == 422
    assert client.get("/precedents", params={"ref": "建议999"}).status_code == 404
    assert client.get("/cite", params={"document": "x"}).status_code == 422
    assert client.get("/static/../../secrets").status_code == 404


def test_a_unit_is_cited_in_five_ways(client: TestClient) -> None:
    unit = {"document": "meeting-report-2031", "kind": "recommendation", "number": 3}
    assert "TY  - RPRT" in client.get("/cite", params={**unit, "format": "ris"}).text
    assert "@techreport" in client.get("/cite", params={**unit, "format": "bibtex"}).text
    text = client.get("/d/meeting-report-2031/r/3").text
    assert "recommendation 3" in text
    assert "[R]." in text
    assert '<meta name="citation_title"' in text
    assert '<meta name="DC.title"' in text


def test_precedents_go_to_word_with_their_differences(client: TestClient) -> None:
    from io import BytesIO

    from docx import Document

    unit = {"document": "meeting-report-2031", "kind": "recommendation", "number": 3}
    got = client.get("/precedents.docx", params=unit)
    runs = [run for one in Document(BytesIO(got.content)).paragraphs for run in one.runs]
    assert any(run.font.strike and run.text for run in runs)
    assert any(run.font.underline and run.text for run in runs)


def test_forms_of_other_sites_are_refused(client: TestClient) -> None:
    form = {"text": "见2031年会议建议3。"}
    assert client.post("/check", data=form, headers={"Sec-Fetch-Site": "same-origin"}).status_code == 200
    assert client.post("/check", data=form, headers={"Sec-Fetch-Site": "cross-site"}).status_code == 403
    assert (
        client.post("/check", data=form, headers={"Origin": "https://elsewhere.example"}).status_code == 403
    )
    assert client.post("/check", data=form, headers={"Origin": "null"}).status_code == 403
    assert client.post("/v1/search", data=form).status_code == 415
    assert client.post("/check", data={"text": "长" * 30_000}).status_code == 413


def test_with_keys_people_sign_in_and_programs_do_not(packaged_index: Path, tmp_path: Path) -> None:
    keys = tmp_path / "keys.jsonl"
    key = add_key(keys, "somebody", Scope.WRITE)
    html = {"Accept": "text/html"}
    app = create_app(packaged_index, Policy(keys=keys))
    with TestClient(app, follow_redirects=False, base_url="https://testserver") as client:
        sent = client.get("/d/meeting-report-2031?page=1", headers=html)
        assert sent.status_code == 303
        assert sent.headers["location"] == "/sign-in?next=%2Fd%2Fmeeting-report-2031%3Fpage%3D1"
        assert client.get("/").status_code == 401
        assert client.get("/v1/documents", headers=html).status_code == 401
        assert client.get("/sign-in").status_code == 200
        assert client.get("/static/page.css").status_code == 200
        wrong = client.post("/sign-in", data={"key": "yz_wrong", "next": "/about"})
        assert wrong.headers["location"] == "/about"
        assert client.get("/about", headers=html).headers["location"].endswith("&wrong=1")
        right = client.post("/sign-in", data={"key": key, "next": "//elsewhere.example"})
        assert right.headers["location"] == "/"
        cookie = right.headers["set-cookie"].lower()
        assert all(word in cookie for word in ("httponly", "samesite=strict", "secure"))
        assert client.get("/about", headers=html).status_code == 200
        assert client.get("/v1/search?q=押金").status_code == 200
        assert client.post("/v1/reload").status_code == 401, "a cookie changes nothing"
        assert client.post("/sign-out").status_code == 303
        assert client.get("/about", headers=html).status_code == 303


def test_marks_and_gaps_stand_where_they_belong() -> None:
    unit: CitedUnit = {
        "document": "d",
        "kind": UnitKind.PARAGRAPH,
        "number": 1,
        "item": None,
        "text": "缔约國应<b>\u202e退还押金",
        "headings": [],
        "citation": "",
        "span": [0, 12],
        "gaps": [{"at": 4, "kind": "footnote", "span": [1, 2]}],  # type: ignore[typeddict-item]
    }
    places = places_of(unit["text"], ["缔约国", "押金"])
    assert places == [(0, 3), (10, 12)]
    assert marked(unit, places) == (
        '<mark>缔约國</mark>应<span class=gap title="footnote">〔…〕</span>'
        "&lt;b&gt;\\u202e退还<mark>押金</mark>"
    )
    part = clip("甲" * 2000 + "押金", [(2000, 2002)], 100)
    assert part.before
    assert not part.after
    assert part.end == 2002


def test_the_reader_shows_every_unit_once(packaged_index: Path, client: TestClient) -> None:
    library = Library.open(packaged_index)
    for stored in library.snapshot.documents:
        texts = [one["text"] for one in library.units()["units"] if one["document"] == stored.id]
        pages, number = "", 1
        while number == 1 or f"page={number}" in pages:
            pages += client.get(f"/d/{stored.id}?page={number}").text
            number += 1
        assert pages.count('<article class="unit') == len(texts)
    library.close()
