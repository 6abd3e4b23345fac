"""The index of recommendations by theme, addressee or strength, and its files."""

from typing import Any
from urllib.parse import urlencode

from starlette.datastructures import QueryParams

from api.errors import BadInput
from api.files.kinds import STRENGTHS
from api.page.asked import LETTERS
from api.page.views.hits import unit
from corpus.types import UnitKind
from search.library import Library

__all__ = ["compiled"]

MOST_UNITS = 5_000
PAGE = 20


def compiled(library: Library, asked: QueryParams) -> dict[str, Any]:
    """The groups with their counts, and the entries of one of them, page by page."""
    by = asked.get("by") if asked.get("by") in ("theme", "addressee", "strength") else "theme"
    kind = UnitKind(asked["kind"]) if asked.get("kind") in LETTERS else UnitKind.RECOMMENDATION
    count = len(library.snapshot.units.rows(kind=kind))
    if count > MOST_UNITS:
        raise BadInput(
            f"the index has {count:,} units of this kind; at most {MOST_UNITS:,} are compiled on a page; "
            "run `yinzheng compile`, which has no bound"
        )
    answer = library.compilation(kinds=[kind], by=str(by))
    names = [group["name"] for group in answer["groups"]]
    wanted = asked.get("group", "")
    name = wanted if wanted in names else next(iter(names), "")
    entries = next((group["entries"] for group in answer["groups"] if group["name"] == name), [])
    number = asked.get("page", "1")
    page = int(number) if number.isdecimal() and 0 < len(number) < 4 and int(number) else 1
    shown = entries[(page - 1) * PAGE : page * PAGE]
    return {
        "by": by,
        "kind": kind.value,
        "groups": [
            (each, _label(each), len(of["entries"])) for each, of in zip(names, answer["groups"], strict=True)
        ],
        "group": name,
        "label": _label(name),
        "entries": [(unit(library, each, whole=False), each) for each in shown],
        "total": len(entries),
        "page_number": page,
        "pages": max(1, -(-len(entries) // PAGE)),
        "units": answer["units"],
        "strengths": STRENGTHS,
        "at": lambda **changed: "/compile?" + urlencode({"by": by, "kind": kind.value, **changed}),
        "file": lambda format: "/v1/compile?" + urlencode({"by": by, "kind": kind.value, "format": format}),
        "index_version": library.index_version,
    }


def _label(name: str) -> str:
    return STRENGTHS.get(name, name)
