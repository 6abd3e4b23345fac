"""Precedents with the wording side by side, the chain over the years, two documents beside each other."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from markupsafe import Markup
from starlette.datastructures import QueryParams

from api.page.asked import key_of_address
from api.page.marking import changed, shown
from api.page.views.hits import Shown, unit
from api.views.wording import shift_text
from corpus.plain_text.numerals import article_name, write_numeral
from corpus.types import UnitKind
from search.errors import SearchError
from search.library import Library
from search.library.units import unit_json
from search.library.wording import comparison_json
from search.query import clean
from search.unit_key import UnitKey

if TYPE_CHECKING:
    from api.files.papers.model import Block, Paper
    from search.shapes.precedents import ChainAnswer, ComparedWording, RelatedAnswer
    from search.shapes.units import CitedUnit

__all__ = ["Beside", "Pair", "beside", "paper", "precedents"]

SHOWN = 8
MOST_BESIDE = 60

ALIKE = 0.25
"""The least share of the shorter text that is kept, for differences to be marked; else all is struck out."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Two wordings: which is the older, both marked, and what became of the duty."""

    one: Shown
    date: str | None
    old: Markup
    new: Markup
    source_is_old: bool
    shift: str | None
    kind: str
    alike: bool = True


@dataclass(frozen=True, slots=True)
class Beside:
    """A recommendation of one document with its counterpart in the other, None where there is none."""

    one: Shown
    pair: Pair | None


def precedents(library: Library, asked: QueryParams) -> dict[str, Any]:
    """What an address asks for: precedents of a unit, of a reference, or of a pasted text."""
    key, ref, text = key_of_address(asked), asked.get("ref", "").strip(), clean(asked.get("text", ""))
    context: dict[str, Any] = {
        "ref": ref,
        "text": text,
        "source": None,
        "pairs": [],
        "chain": [],
        "word": None,
        "holders": _holders(library),
        "first": asked.get("document", "") if key is None else "",
        "second": asked.get("with", ""),
        "beside": None,
        "index_version": library.index_version,
    }
    if context["first"] and context["second"]:
        return context | {"beside": beside(library, context["first"], context["second"])}
    answer = related(library, key, ref, text)
    if answer is None:
        return context
    source = answer["source"]
    context["pairs"] = pairs(library, answer)
    if "citation" in source:
        one = cast("CitedUnit", source)
        context["source"] = unit(library, one)
        context["chain"] = _chain(library, one)
    return context


def related(library: Library, key: UnitKey | None, ref: str, text: str) -> "RelatedAnswer | None":
    """Precedents with their wording compared; None where nothing is asked for."""
    if key is not None:
        one = unit_json(library, library.find(key))
        said = reference_of(one)
        if said is not None:
            return library.precedents(said, document=key.document, k=SHOWN, diff=True)
        text = clean(one["text"])[:2000]
    if text:
        return library.precedents(text=text, k=SHOWN, diff=True)
    return library.precedents(ref, k=SHOWN, diff=True) if ref else None


def reference_of(one: "CitedUnit") -> str | None:
    """How a unit is referred to within its document; None for a block, which has no printed number."""
    number, part = one["number"], one.get("part", "")
    said = {
        UnitKind.PARAGRAPH: f"第{number}段",
        UnitKind.RECOMMENDATION: f"建议{number}",
        UnitKind.ARTICLE: article_name(number, one.get("suffix")),
    }.get(one["kind"])
    clause = f"第{write_numeral(one['clause'])}款" if "clause" in one else ""
    return None if said is None else f"{part}{said}{clause}"


def pairs(library: Library, answer: "RelatedAnswer") -> list[Pair]:
    """Each precedent beside what was asked for."""
    text = answer["source"]["text"]
    found = []
    for hit in answer["hits"]:
        diff = hit.get("diff")
        if diff is not None:
            is_old = diff["older"] == "source"
            old, new = (text, hit["text"]) if is_old else (hit["text"], text)
            found.append(_pair(unit(library, hit), hit["date"], diff, old, new, is_old))
    return found


def _pair(
    one: Shown, date: str | None, diff: "ComparedWording", old: str, new: str, source_is_old: bool
) -> Pair:
    kept = sum(len(each["text"]) for each in diff["changes"] if each["kind"] == "kept")
    alike = kept >= ALIKE * min(len(old), len(new))
    return Pair(
        one=one,
        date=date,
        alike=alike,
        old=changed(diff["changes"], "old", old) if alike else shown(old),
        new=changed(diff["changes"], "new", new) if alike else shown(new),
        source_is_old=source_is_old,
        shift=shift_text(diff),
        kind=diff["shift"].value if diff["shift"] else "",
    )


def _chain(library: Library, one: "CitedUnit") -> list[Pair]:
    """The links of the chain, each against the nearest before it; none where it has one link."""
    said = reference_of(one)
    if said is None:
        return []
    try:
        answer: ChainAnswer = library.chain(said, document=one["document"])
    except SearchError:
        return []
    texts = {link["citation"]: link["text"] for link in answer["links"]}
    links = []
    for link in answer["links"]:
        each, change = unit(library, link), link["change"]
        if change is None:
            links.append(Pair(each, link["date"], each.text, each.text, False, None, ""))
        else:
            links.append(_pair(each, link["date"], change, texts[change["since"]], link["text"], True))
    return links if len(links) > 1 else []


def _holders(library: Library) -> list[tuple[str, str]]:
    """Documents with recommendations: id and title."""
    held = [one for one in library.snapshot.documents if one.recommendations]
    return [(one.id, one.metadata.title or one.id) for one in held[:200]]


def beside(library: Library, first: str, second: str) -> list[Beside]:
    """The recommendations of a document, each with its nearest in another one."""
    from search.precedents.chain import COMMON
    from search.precedents.closeness import closeness
    from search.wording.compare import compare

    library.document(second)
    units = library.snapshot.units
    found = []
    for row in units.rows(document=first, kind=UnitKind.RECOMMENDATION)[:MOST_BESIDE]:
        place, pair = library.at(row), None
        hits = [hit for hit in library.searcher.related(row, 100).hits if hit.unit.document == second]
        near = [
            hit
            for hit in hits[:1]
            if closeness(library.snapshot, library.segmenter, place.unit, hit.unit) >= COMMON
        ]
        for hit in near:
            other = unit(library, unit_json(library, library.at(hit.row)))
            old, new = place.unit.text, hit.unit.text
            diff = comparison_json(compare(old, new, library.segmenter), old, new)
            pair = _pair(other, None, diff, old, new, True)
        found.append(Beside(unit(library, unit_json(library, place)), pair))
    library.document(first)
    return found


def paper(library: Library, asked: QueryParams) -> "Paper":
    """Precedents as a paper, the differences in it."""
    from api.files.papers.model import Heading, Paper, Quotation, Text
    from api.views.wording import pieces_of

    answer = related(
        library, key_of_address(asked), asked.get("ref", "").strip(), clean(asked.get("text", ""))
    )
    if answer is None:
        return Paper("先例", (Text("没有所查的单元。"),))
    source = answer["source"]
    blocks: list[Block] = [
        Heading("所查"),
        Quotation(source["text"], str(source.get("citation", "所给文字"))),
    ]
    blocks.append(Heading(f"先例（{len(answer['hits'])}）"))
    for hit in answer["hits"]:
        diff = hit.get("diff")
        if diff is None:
            continue
        shift = shift_text(diff)
        notes = (f"约束力：{shift}",) if shift else ()
        cited = f"{hit['citation']}（{hit['date'] or '日期不详'}）"
        blocks.append(Quotation(hit["text"], cited, notes, hit["rank"], pieces_of(diff)))
    return Paper("先例", tuple(blocks))
