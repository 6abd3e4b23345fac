"""What a symbol and a title say of versions: …/Rev.1, …/Corr.2, …/L.3, 草案, （2018年修正）."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from corpus.plain_text.folding import fold
from corpus.plain_text.lists import read_rows

__all__ = ["Step", "SymbolVersion", "TitleVersion", "read_symbol", "read_title"]

_SUFFIX = re.compile(r"/(Rev|Corr|Add|Amend)\.(\d{1,3})\Z", re.IGNORECASE)
_DRAFT = re.compile(r"/(?:L|CRP|WP)\.\d{1,4}(?=/|\Z)", re.IGNORECASE)
_BRACKETS = re.compile(r"[(\[【〔][^()\[\]【】〔〕]{0,40}[)\]】〕]")
_NUMBERED = re.compile(r"^(?:第?\d{1,3}(?:/\d{1,3})+号?(?:决议|决定)?[.、:]?|\d{1,3}[.、])")
_YEAR = re.compile("(?:19|20)[0-9]{2}")
_MARKS = re.compile(r"[\s*《》〈〉“”\"'、,，.。:：;；·\-—–]+")


class Step(StrEnum):
    """What the end of a symbol says."""

    REVISION = "Rev"
    CORRIGENDUM = "Corr"
    ADDENDUM = "Add"
    AMENDMENT = "Amend"


@dataclass(frozen=True, slots=True)
class SymbolVersion:
    """A symbol taken apart at its end.

    `root` is without any version, `parent` without the last step; `draft` says that it is of a limited
    series (L., CRP.), whose papers are adopted under another symbol.
    Example: of A/C.3/7/L.2/Rev.1 root and parent are A/C.3/7/L.2, step REVISION, number 1, draft true
    """

    root: str
    parent: str
    step: Step | None
    number: int
    draft: bool


@dataclass(frozen=True, slots=True)
class TitleVersion:
    """A title without what tells its versions apart; `year` is that of （2018年修正）.

    Example: `read_title("河道法（修订草案）") == TitleVersion("河道法", True, True, None)`
    """

    plain: str
    draft: bool
    edition: bool
    year: int | None


def read_symbol(symbol: str) -> SymbolVersion:
    """Take a symbol apart.

    Example: `read_symbol("RIV/7/Corr.1").parent == "RIV/7"`
    """
    folded = "".join(symbol.split()).rstrip("*")
    root, first = folded, None
    while match := _SUFFIX.search(root):
        first = first or match
        root = root[: match.start()]
    draft = _DRAFT.search(folded) is not None
    if first is None:
        return SymbolVersion(root, folded, None, 0, draft)
    return SymbolVersion(root, folded[: first.start()], Step(first[1].capitalize()), int(first[2]), draft)


def read_title(title: str) -> TitleVersion:
    """Take a title apart: numbers of resolutions, marks of drafts and editions, brackets that hold them."""
    folded = _NUMBERED.sub("", fold(title).strip())
    drafts, editions = _words("draft"), _words("edition")
    draft = edition = False
    year = None
    for bracket in _BRACKETS.finditer(folded):
        inner = bracket[0]
        is_draft, is_edition = bool(drafts.search(inner)), bool(editions.search(inner))
        draft, edition = draft or is_draft, edition or is_edition
        if is_draft or is_edition:
            found = _YEAR.search(inner)
            year = int(found[0]) if found else year
            folded = folded.replace(inner, " ")
    if drafts.search(folded):
        draft, folded = True, drafts.sub("", folded)
    corrected = _words("correction").sub("", folded)
    return TitleVersion(_MARKS.sub("", corrected), draft, edition, year)


@cache
def _words(kind: str) -> re.Pattern[str]:
    words = sorted((word for name, word in read_rows("version_words.tsv", 2) if name == kind), key=len)
    return re.compile("|".join(re.escape(fold(word)) for word in reversed(words)))
