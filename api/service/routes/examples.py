"""Example answers for /openapi.json. The documents are those of the sample: a fictional working group."""

from typing import Any, Final

__all__ = [
    *("ASK", "CHAIN", "CITED_BY", "COMPILED", "DOCUMENTS", "RELATED", "RELOADED", "RESOLVED", "SEARCH"),
    *("SHOWN", "SUMMARY", "UNIT", "UNRESOLVED"),
]

_UNIT: Final[dict[str, Any]] = {
    "document": "meeting-report-2031",
    "kind": "recommendation",
    "number": 3,
    "item": None,
    "text": "缔约国应当……",
    "headings": ["二. 建议"],
    "citation": "《工作组第三次会议的报告》，建议3",
    "span": [812, 960],
}
_WHY: Final = {"words": ["缔约国"], "variants": [], "meaning": 0.612, "reference": None}
_VERSION: Final = "1-3f2a9c"

SEARCH: Final[dict[str, Any]] = {
    "query": "缔约国",
    "index_version": _VERSION,
    "hits": [{"rank": 1, "score": 0.93, "why": _WHY, **_UNIT}],
    "unresolved": [],
    "facets": {"kind": {"recommendation": 1}, "year": {"2031": 1}, "document": {"r31": 1}},
}
_OBLIGATION: Final = {"strength": "shall", "verb": "应当", "span": [3, 5]}
_COMPARED: Final[dict[str, Any]] = {
    "changes": [{"kind": "added", "old": [3, 3], "new": [3, 5], "text": "应当"}],
    "before": None,
    "after": _OBLIGATION,
    "shift": None,
}
RELATED: Final[dict[str, Any]] = {
    "query": "2030年汇编第8段",
    "index_version": _VERSION,
    "by": "strength",
    "source": {**_UNIT, "text": "缔约国……"},
    "hits": [
        {
            "rank": 1,
            "score": 0.93,
            "why": _WHY,
            **_UNIT,
            "date": "2031-05-19",
            "diff": {"older": "source", **_COMPARED},
        }
    ],
}
CHAIN: Final[dict[str, Any]] = {
    "query": "2031年会议建议3",
    "index_version": _VERSION,
    "threshold": 0.7,
    "links": [
        {
            **_UNIT,
            "date": "2031-05-19",
            "asked": True,
            "score": None,
            "obligation": _OBLIGATION,
            "change": {"since": "《专题汇编》，第8段", **_COMPARED},
        }
    ],
}
ASK: Final[dict[str, Any]] = {
    "query": "缔约国应当做什么？",
    "index_version": _VERSION,
    "answered": True,
    "answer": "缔约国应当……",
    "answer_span": None,
    "citations": [
        {
            **_UNIT,
            "quote": "缔约国应当……",
            "verified": True,
            "verified_text": True,
            "verified_place": True,
        }
    ],
    "reason": None,
    "nearest": [],
    "summary": None,
    "writer": None,
}
SUMMARY: Final[dict[str, Any]] = {
    **ASK,
    "summary": {
        "text": "缔约国应当……[1]",
        "sentences": [{"text": "缔约国应当……", "citations": [0]}],
        "removed": 1,
        "removed_reasons": {"number": 1},
        "model": "default",
        "note": "……",
    },
    "writer": {
        "outcome": "written",
        "model": "default",
        "removed": 1,
        "removed_reasons": {"number": 1},
        "message": None,
    },
}
UNIT: Final[dict[str, Any]] = {"index_version": _VERSION, **_UNIT}
DOCUMENTS: Final[dict[str, Any]] = {
    "index_version": _VERSION,
    "total": 1,
    "documents": [
        {
            "document": "meeting-report-2031",
            "title": "工作组第三次会议的报告",
            "symbol": None,
            "paragraphs": 12,
            "recommendations": 5,
            "anomalies": [{"kind": "missing_number", "message": "…", "span": [88, 91]}],
        }
    ],
}
RESOLVED: Final[dict[str, Any]] = {
    "text": "见2031年会议建议3：“应当……”",
    "index_version": _VERSION,
    "citations": [
        {
            "kind": "recommendation",
            "text": "2031年会议建议3",
            "span": [1, 11],
            "key": "recommendation:2031:3",
            "status": "exists",
            "units": [_UNIT],
            "documents": [],
            "missing": [],
            "quotes": [{"text": "应当……", "span": [13, 17], "verbatim": True, "stands_in": []}],
            "cited_by": 0,
        },
    ],
}
UNRESOLVED: Final[dict[str, Any]] = {
    "index_version": _VERSION,
    "unresolved": [
        {
            "kind": "symbol",
            "key": "symbol:RIV/COP/WG.2/2031/2",
            "text": "RIV/COP/WG.2/2031/2",
            "units": 2,
            "first": _UNIT,
            "place": [18, 37],
        }
    ],
}
CITED_BY: Final[dict[str, Any]] = {
    "query": "meeting-report-2031",
    "index_version": _VERSION,
    "units": [_UNIT],
}
SHOWN: Final[dict[str, Any]] = {"query": "2031年会议建议3", **UNIT, "others": []}
COMPILED: Final[dict[str, Any]] = {
    "index_version": _VERSION,
    "by": "theme",
    "kinds": ["recommendation"],
    "years": [],
    "units": 1,
    "facets": {"theme": {"未归类": 1}, "addressee": {"缔约国": 1}, "strength": {"shall": 1}},
    "groups": [
        {
            "name": "未归类",
            "entries": [{**_UNIT, "themes": [], "addressees": ["缔约国"], "strength": "shall"}],
        }
    ],
}
RELOADED: Final[dict[str, Any]] = {"index_version": _VERSION, "opened": True}
