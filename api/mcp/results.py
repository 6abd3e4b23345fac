"""From the answers of a library to what the tools answer."""

from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TypeVar

from api.mcp.shapes import (
    Answered,
    Checked,
    CheckedText,
    DocumentList,
    Found,
    Listed,
    NearestUnit,
    Precedent,
    Precedents,
    Quote,
    QuotedWords,
    Shown,
    Verified,
    Version,
)
from api.permalinks import document_resource, permalink, unit_resource
from search.library import Library
from search.library.units import family_json
from search.shapes.answers import AskAnswer, SearchAnswer, ShowAnswer
from search.shapes.citations import CheckAnswer, CheckedCitation
from search.shapes.documents import DocumentRecord, DocumentsAnswer
from search.shapes.precedents import PrecedentUnit, RelatedAnswer
from search.shapes.units import CitedUnit, QuotedUnit

__all__ = ["Lend", "Results"]

Q = TypeVar("Q", bound=Quote)


@dataclass(frozen=True, slots=True)
class Results:
    """Makes results of one library; `site` is the address of its page, None where it has none.

    `note` is told of the library's answers that tools give: whoever serves them counts hits and refusals.
    """

    library: Library
    site: str | None = None
    note: Callable[[Mapping[str, object]], None] | None = None

    def found(self, answer: SearchAnswer) -> Found:
        """Of a search."""
        self._tell(answer)
        return Found(
            index_version=answer["index_version"],
            hits=[self._quote(Quote, hit) for hit in answer["hits"]],
            unresolved=answer.get("unresolved", []),
        )

    def answered(self, answer: AskAnswer) -> Answered:
        """Of a question."""
        self._tell(answer)
        text, span = answer["answer"], answer["answer_span"]
        return Answered(
            index_version=answer["index_version"],
            answered=answer["answered"],
            answer=text,
            fact=text[span[0] : span[1]] if text and span else None,
            citations=[self._verified(unit) for unit in answer["citations"]],
            reason=answer["reason"],
            nearest=[self._quote(NearestUnit, unit) for unit in answer["nearest"]],
        )

    def shown(self, answer: ShowAnswer) -> Shown:
        """Of a reference."""
        around = answer.get("context")
        return Shown(
            index_version=answer["index_version"],
            unit=self._quote(Quote, answer),
            before=self.quotes(around["before"] if around else ()),
            after=self.quotes(around["after"] if around else ()),
            others=self.quotes(answer["others"]),
        )

    def precedents(self, answer: RelatedAnswer) -> Precedents:
        """Of a unit or a text, with the wording compared."""
        self._tell(answer)
        return Precedents(
            index_version=answer["index_version"],
            source=answer["source"]["text"],
            hits=[self._precedent(hit) for hit in answer["hits"]],
        )

    def checked(self, answer: CheckAnswer) -> CheckedText:
        """Of a text with citations."""
        return CheckedText(
            index_version=answer["index_version"],
            citations=[self._citation(one) for one in answer["citations"]],
        )

    def listed(self, answer: DocumentsAnswer) -> DocumentList:
        """Of the documents."""
        return DocumentList(
            index_version=answer["index_version"],
            total=answer["total"],
            documents=[self.document(one) for one in answer["documents"]],
        )

    def document(self, one: DocumentRecord) -> Listed:
        """One document."""
        return Listed(
            document=one["document"],
            resource=document_resource(one["document"]),
            title=one["title"],
            symbol=one["symbol"],
            body=one["body"],
            date=one["date"],
            type=one.get("type"),
            paragraphs=one["paragraphs"],
            recommendations=one["recommendations"],
            anomalies=len(one["anomalies"]),
            versions=self._versions(one["document"]),
        )

    def quotes(self, units: Iterable[CitedUnit]) -> list[Quote]:
        """Units in the order given."""
        return [self._quote(Quote, unit) for unit in units]

    def _tell(self, answer: SearchAnswer | AskAnswer | RelatedAnswer) -> None:
        if self.note is not None:
            self.note(answer)

    def _quote(self, kind: type[Q], unit: CitedUnit, **more: object) -> Q:
        said = {
            "citation": unit["citation"],
            "quote": unit["text"],
            "permalink": permalink(unit, self.site),
            "resource": unit_resource(unit),
            "document": unit["document"],
            "kind": str(unit["kind"]),
            "number": unit["number"],
            "headings": unit["headings"],
            "number_inferred": unit.get("number_inferred", False),
            "versions": self._versions(unit["document"]),
        }
        return kind.model_validate({**said, **more})

    def _verified(self, unit: QuotedUnit) -> Verified:
        corrections = [one["citation"] for one in unit.get("corrections", [])]
        said = {"quote": unit["quote"], "verified": unit["verified"], "corrections": corrections}
        return self._quote(Verified, unit, **said)

    def _precedent(self, hit: PrecedentUnit) -> Precedent:
        compared = hit["diff"]
        said = {"date": hit["date"], "shift": compared["shift"], "older": compared["older"]}
        return self._quote(Precedent, hit, **said)

    def _citation(self, one: CheckedCitation) -> Checked:
        quoted = [
            QuotedWords(text=each["text"], verbatim=each["verbatim"], stands_in=each["stands_in"])
            for each in one["quotes"]
        ]
        return Checked(
            text=one["text"],
            status=one["status"],
            units=self.quotes(one["units"]),
            documents=one["documents"],
            missing=one["missing"],
            quotes=quoted,
        )

    def _versions(self, document: str) -> list[Version]:
        kin = family_json(self.library.searcher.records.families, document)
        return [Version(relation=one["relation"], document=one["document"]) for one in kin]


Lend = Callable[[], AbstractContextManager[Results]]
"""Lends what a call works on until its block ends: the index that is current when the call begins."""
