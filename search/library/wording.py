"""Comparisons of wording as JSON."""

from typing import TYPE_CHECKING

from search.shapes.precedents import Change, ComparedWording, Obliging

if TYPE_CHECKING:
    from search.wording.compare import Comparison, Obligation

__all__ = ["comparison_json", "obligation_json"]


def obligation_json(obligation: "Obligation | None") -> Obliging | None:
    """The verb that obliges: `{"strength": "shall_consider", "verb": "应考虑", "span": [3, 6]}`."""
    if obligation is None:
        return None
    return {
        "strength": obligation.strength,
        "verb": obligation.verb,
        "span": list(obligation.span),
    }


def comparison_json(comparison: "Comparison", old: str, new: str) -> ComparedWording:
    """A comparison: `{"changes": [{"kind", "old", "new", "text"}], "before", "after", "shift"}`.

    `old` and `new` are spans in either text; `text` is verbatim, what is kept as the new text has it.
    """
    changes: list[Change] = []
    for change in comparison.changes:
        start, end = change.old if change.kind == "dropped" else change.new
        text = (old if change.kind == "dropped" else new)[start:end]
        spans = {"old": list(change.old), "new": list(change.new)}
        changes.append({"kind": change.kind, "old": spans["old"], "new": spans["new"], "text": text})
    return {
        "changes": changes,
        "before": obligation_json(comparison.before),
        "after": obligation_json(comparison.after),
        "shift": comparison.shift,
    }
