"""What the tools answer, each declared once: the output schemas are made from these declarations."""

from typing import Literal

from pydantic import BaseModel, Field

from search.shapes.citations import Status
from search.shapes.units import Relation
from search.wording.compare import Shift

__all__ = [
    "Answered",
    "Checked",
    "CheckedText",
    "DocumentList",
    "Found",
    "Listed",
    "NearestUnit",
    "Precedent",
    "Precedents",
    "Quote",
    "QuotedWords",
    "Shown",
    "Verified",
    "Version",
]


class Version(BaseModel):
    """Another document of the same family."""

    relation: Relation = Field(description="What the document quoted is to this one.")
    document: str = Field(description="Id of the other document.")


class Quote(BaseModel):
    """Words of a document and the citation to write with them."""

    citation: str = Field(description="The citation, to be written as it stands.")
    quote: str = Field(description="The words as printed. Quote them unchanged.")
    permalink: str = Field(description="Where they can be read: a page, or a resource of this server.")
    resource: str = Field(description="The resource of the unit on this server.")
    document: str = Field(description="Id of the document.")
    kind: str = Field(description="paragraph, recommendation, article or block.")
    number: int = Field(description="Its number as printed; of a block, its place.")
    headings: list[str] = Field(description="Headings that it stands under, outermost first.")
    number_inferred: bool = Field(description="True where the number is not printed.")
    versions: list[Version] = Field(description="Versions, corrections and copies of the document.")


class Found(BaseModel):
    """Units that bear on a query, best first."""

    index_version: str = Field(description="The index that answered.")
    hits: list[Quote] = Field(description="The units; bearing on a query is not answering it.")
    unresolved: list[str] = Field(description="References of the query that name nothing in the index.")


class NearestUnit(Quote):
    """A unit that comes close and does not answer."""


class Verified(Quote):
    """A quotation of an answer."""

    verified: bool = Field(description="The stored source was read again and has these words at this place.")
    corrections: list[str] = Field(description="Citations of corrigenda that touch the words quoted.")


class Answered(BaseModel):
    """A quoted answer, or a refusal."""

    index_version: str = Field(description="The index that answered.")
    answered: bool = Field(description="False for a refusal: then say that the documents do not answer.")
    answer: str | None = Field(description="The quotations, a line each; null for a refusal.")
    fact: str | None = Field(description="The words of the answer that are what was asked for, if known.")
    citations: list[Verified] = Field(description="Where each quotation stands.")
    reason: str | None = Field(description="Why there is no answer.")
    nearest: list[NearestUnit] = Field(description="Units that come close. Never cite them as an answer.")


class Shown(BaseModel):
    """The unit that a reference names."""

    index_version: str = Field(description="The index that answered.")
    unit: Quote = Field(description="The unit.")
    before: list[Quote] = Field(description="Neighbours before it, in reading order.")
    after: list[Quote] = Field(description="Neighbours after it.")
    others: list[Quote] = Field(description="Further units that the reference names.")


class Precedent(Quote):
    """A unit of another document that says the same."""

    date: str | None = Field(description="Of its document.")
    shift: Shift | None = Field(description="What became of the duty from the older text to the newer.")
    older: Literal["source", "hit"] = Field(description="Which of the two is the older.")


class Precedents(BaseModel):
    """Precedents of a unit or of a text."""

    index_version: str = Field(description="The index that answered.")
    source: str = Field(description="The text for which precedents were sought.")
    hits: list[Precedent] = Field(description="The precedents.")


class QuotedWords(BaseModel):
    """Words quoted with a citation."""

    text: str = Field(description="As the text has them.")
    verbatim: bool = Field(description="Whether they stand where the citation says.")
    stands_in: list[str] = Field(description="Citations of where they do stand, if they do not.")


class Checked(BaseModel):
    """A citation of the text."""

    text: str = Field(description="As the text has it.")
    status: Status = Field(description="exists, exists_but_differs, or not_found.")
    units: list[Quote] = Field(description="The units that it names, with their true words.")
    documents: list[str] = Field(description="Ids of the documents that bear the symbol.")
    missing: list[int] = Field(description="Numbers of a range that are not there.")
    quotes: list[QuotedWords] = Field(description="Words quoted with it.")


class CheckedText(BaseModel):
    """Each citation of a text, in order."""

    index_version: str = Field(description="The index that answered.")
    citations: list[Checked] = Field(description="The citations; none where the text cites nothing.")


class Listed(BaseModel):
    """A document of the index."""

    document: str = Field(description="Its id, for the `documents` filter of search and ask.")
    resource: str = Field(description="Its resource on this server.")
    title: str | None = Field(description="Its title, null where it prints none.")
    symbol: str | None = Field(description="Its symbol.")
    body: str | None = Field(description="The body that it comes from.")
    date: str | None = Field(description="Its date.")
    type: str | None = Field(description="What kind of document it is.")
    paragraphs: int = Field(description="How many paragraphs it has.")
    recommendations: int = Field(description="How many recommendations it has.")
    anomalies: int = Field(description="How many places could not be decided or look wrong.")
    versions: list[Version] = Field(description="Its versions, corrections and copies.")


class DocumentList(BaseModel):
    """Documents by id, a page of them."""

    index_version: str = Field(description="The index that answered.")
    total: int = Field(description="How many documents there are.")
    documents: list[Listed] = Field(description="Those of this page.")
