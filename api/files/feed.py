"""What is new for a query as an Atom feed (RFC 4287)."""

import hashlib
from collections.abc import Iterator
from typing import TYPE_CHECKING
from xml.etree import ElementTree

from api.permalinks import permalink

if TYPE_CHECKING:
    from search.shapes.news import NewDocument, NewsAnswer, NewUnit

__all__ = ["ATOM", "MEDIA_TYPE", "RELATIONS", "atom_feed"]

MEDIA_TYPE = "application/atom+xml"
ATOM = "http://www.w3.org/2005/Atom"
UNKNOWN = "1970-01-01T00:00:00+00:00"
"""The date of what came in before dates were kept."""

RELATIONS = {
    "supersedes": "取代《{of}》",
    "corrects": "更正《{of}》",
    "adds_to": "补充《{of}》",
    "final_of": "《{of}》的定本",
}

Parts = Iterator[tuple[str, dict[str, str], str | None]]


def atom_feed(answer: "NewsAnswer", address: str, site: str) -> bytes:
    """The feed of an answer of `Library.news`; `address` is its own, `site` that of the service.

    Ids are made of what an entry says, so that a reader of feeds shows no entry twice. Characters that XML
    cannot hold are left out.
    """
    ElementTree.register_namespace("", ATOM)
    feed = ElementTree.Element(f"{{{ATOM}}}feed", {"{http://www.w3.org/XML/1998/namespace}lang": "zh"})
    _fill(feed, _head(answer, address))
    for unit in answer["units"]:
        _fill(ElementTree.SubElement(feed, f"{{{ATOM}}}entry"), _unit(unit, site))
    for document in answer["documents"]:
        _fill(ElementTree.SubElement(feed, f"{{{ATOM}}}entry"), _document(document, site))
    written: bytes = ElementTree.tostring(feed, encoding="utf-8", xml_declaration=True)
    return written


def _head(answer: "NewsAnswer", address: str) -> Parts:
    yield "id", {}, f"urn:yinzheng:feed:{_digest(address)}"
    yield "title", {}, f"引证：{answer['query']}"
    yield "subtitle", {}, "索引中新收入的条目；非官方"
    yield "updated", {}, answer["until"] or UNKNOWN
    yield "link", {"rel": "self", "href": address, "type": MEDIA_TYPE}, None
    yield "author", {}, "Yinzheng 引证"


def _unit(unit: "NewUnit", site: str) -> Parts:
    address = permalink(unit, site)
    yield "id", {}, f"urn:yinzheng:unit:{_digest(unit['document'], unit['citation'], unit['text'])}"
    yield "title", {}, unit["citation"]
    yield "updated", {}, unit["came"] or UNKNOWN
    yield "link", {"rel": "alternate", "href": address, "type": "text/html"}, None
    yield "content", {"type": "text"}, unit["text"]


def _document(document: "NewDocument", site: str) -> Parts:
    title = document["title"] or document["document"]
    told = RELATIONS[document["relation"]].format(of=document["of_title"] or document["of"])
    symbol = f"（{document['symbol']}）" if document["symbol"] else ""
    said = (document["document"], document["relation"], document["of"], document["came"])
    yield "id", {}, f"urn:yinzheng:document:{_digest(*said)}"
    yield "title", {}, f"《{title}》{symbol}：{told}"
    yield "updated", {}, document["came"]
    yield "link", {"rel": "alternate", "href": f"{site.rstrip('/')}/d/{_quoted(document['document'])}"}, None
    yield "summary", {"type": "text"}, f"《{title}》{told}。"


def _fill(parent: ElementTree.Element, parts: Parts) -> None:
    for name, attributes, text in parts:
        made = ElementTree.SubElement(parent, f"{{{ATOM}}}{name}", attributes)
        if name == "author":
            made = ElementTree.SubElement(made, f"{{{ATOM}}}name")
        made.text = None if text is None else "".join(filter(_held, text))


def _held(character: str) -> bool:
    """Whether XML 1.0 has a character."""
    code = ord(character)
    return character in "\t\n\r" or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code >= 0x10000


def _quoted(text: str) -> str:
    from urllib.parse import quote

    return quote(text)


def _digest(*said: str) -> str:
    return hashlib.sha256("\0".join(said).encode()).hexdigest()[:32]
