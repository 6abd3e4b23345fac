"""Units that cite what a citation cites."""

import re
from functools import cache

from corpus.citations.find import Citation, CitationKind
from corpus.plain_text.lists import read_rows
from indexer.snapshot import Snapshot

__all__ = ["citing_rows"]

_UNSAID = ":?:"
_SHORT_NAME = re.compile(r"《?(公[约約]|[议議]定[书書])》?[^》\u4e00-\u9fff]*第")
_NAMES = {
    CitationKind.RESOLUTION: "organs.tsv",
    CitationKind.DECISION: "organs.tsv",
    CitationKind.ARTICLE: "instruments.tsv",
}


def citing_rows(snapshot: Snapshot, citation: Citation) -> list[int]:
    """Rows of units that cite the same, in reading order of the index.

    An article is cited by whoever cites one of its paragraphs. Where nobody cites just this
    (第9条第1款), those who cite the whole that contains it (第9条) are given. Where the query
    does not say whose resolution or article it is, that of any organ or treaty counts; so does any
    convention where 《公约》 is written and nobody cites that article of the convention it mostly means.
    """
    return _rows_of(snapshot, citation) or _rows_by_short_name(snapshot, citation)


def _rows_of(snapshot: Snapshot, citation: Citation) -> list[int]:
    keys = citation.keys[:1] if citation.first == citation.last else citation.keys
    rows = {row for key in keys for each in _said(citation.kind, key) for row in snapshot.citing.rows(each)}
    if rows or citation.first != citation.last:
        return sorted(rows)
    wholes = (key for whole in citation.keys[1:] for key in _said(citation.kind, whole))
    return next((found for key in wholes if (found := snapshot.citing.rows(key))), [])


def _rows_by_short_name(snapshot: Snapshot, citation: Citation) -> list[int]:
    name = _SHORT_NAME.match(citation.raw)
    if name is None or citation.instrument is None:
        return []
    for key in citation.keys:  # the paragraph of the article before the whole article
        keys = snapshot.citing.keys_ending(name[1] + key.removeprefix(f"article:{citation.instrument}"))
        if keys:
            return sorted({row for each in keys for row in snapshot.citing.rows(each)})
    return []


def _said(kind: CitationKind, key: str) -> list[str]:
    """The key, and where `?` stands for an unsaid organ or treaty, the keys with each of those."""
    if _UNSAID not in key or kind not in _NAMES:
        return [key]
    return [key, *(key.replace(_UNSAID, f":{name}:", 1) for name in _listed(_NAMES[kind]))]


@cache
def _listed(name: str) -> tuple[str, ...]:
    return tuple(row[0] for row in read_rows(name, 2 if name == "organs.tsv" else 3))
