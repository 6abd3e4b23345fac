"""Comparisons of wording as people read them on a terminal."""

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from api.files.papers.model import Piece
    from search.shapes.precedents import ComparedWording

__all__ = ["marked", "pieces_of", "shift_text"]

_MARKS = {"kept": ("", ""), "added": ("{+", "+}"), "dropped": ("[-", "-]")}
_SHIFTS = {"softened": "减弱", "strengthened": "加强", "same": "不变"}


def marked(diff: "ComparedWording", side: Literal["old", "new"], text: str) -> str:
    """The `old` or the `new` text with [-dropped-] and {+added+} marked, as wdiff marks them.

    Example: `marked(diff, "new", "应考虑公布") == "应{+考虑+}公布"`
    """
    absent = "added" if side == "old" else "dropped"
    pieces = []
    for change in diff["changes"]:
        if change["kind"] == absent:
            continue
        start, end = change[side]
        before, after = _MARKS[change["kind"]]
        pieces.append(f"{before}{text[start:end]}{after}")
    return "".join(pieces)


def pieces_of(diff: "ComparedWording") -> tuple["Piece", ...]:
    """Both texts as one: what was kept once, what was dropped and added where it stood or stands.

    Example: of 应公布 and 应考虑公布 the pieces 应, 考虑 (added), 公布
    """
    from api.files.papers.model import Piece

    return tuple(Piece(change["kind"], change["text"]) for change in diff["changes"])


def shift_text(diff: "ComparedWording") -> str | None:
    """What became of the duty, for people: `应 → 应考虑（减弱）`; None where neither text obliges."""
    before, after = (verb and verb["verb"] for verb in (diff["before"], diff["after"]))
    if before is None and after is None:
        return None
    shift = _SHIFTS.get(diff["shift"] or "")
    return f"{before or '无'} → {after or '无'}" + (f"（{shift}）" if shift else "")
