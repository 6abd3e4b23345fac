"""Comparisons of wording: their JSON, and how people read them on a terminal."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from search.wording.compare import Comparison, Obligation

__all__ = ["comparison_json", "marked", "obligation_json", "shift_text"]

Json = dict[str, Any]

_MARKS = {"kept": ("", ""), "added": ("{+", "+}"), "dropped": ("[-", "-]")}
_SHIFTS = {"softened": "减弱", "strengthened": "加强", "same": "不变"}


def obligation_json(obligation: "Obligation | None") -> Json | None:
    """The verb that obliges: `{"strength": "shall_consider", "verb": "应考虑", "span": [3, 6]}`."""
    if obligation is None:
        return None
    return {
        "strength": obligation.strength.value,
        "verb": obligation.verb,
        "span": list(obligation.span),
    }


def comparison_json(comparison: "Comparison", old: str, new: str) -> Json:
    """A comparison: `{"changes": [{"kind", "old", "new", "text"}], "before", "after", "shift"}`.

    `old` and `new` are spans in either text; `text` is verbatim, what is kept as the new text has it.
    """
    changes = []
    for change in comparison.changes:
        start, end = change.old if change.kind == "dropped" else change.new
        text = (old if change.kind == "dropped" else new)[start:end]
        spans = {"old": list(change.old), "new": list(change.new)}
        changes.append({"kind": change.kind.value, **spans, "text": text})
    return {
        "changes": changes,
        "before": obligation_json(comparison.before),
        "after": obligation_json(comparison.after),
        "shift": None if comparison.shift is None else comparison.shift.value,
    }


def marked(diff: Mapping[str, Any], side: str, text: str) -> str:
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


def shift_text(diff: Mapping[str, Any]) -> str | None:
    """What became of the duty, for people: `应 → 应考虑（减弱）`; None where neither text obliges."""
    before, after = (diff[side] and diff[side]["verb"] for side in ("before", "after"))
    if before is None and after is None:
        return None
    shift = _SHIFTS.get(diff["shift"] or "")
    return f"{before or '无'} → {after or '无'}" + (f"（{shift}）" if shift else "")
