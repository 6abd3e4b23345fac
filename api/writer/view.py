"""The summary as JSON, and the object that tells how the writer fared."""

from api.writer.types import Sentence, Written
from search.shapes.answers import CheckedSummary, WriterReport

__all__ = ["NOTE", "summary_json", "writer_json"]

NOTE = "摘要由模型撰写，每句均已与所引原文核对；仍须与引文一并阅读，以引文为准。"


def summary_json(written: Written | None) -> CheckedSummary | None:
    """The sentences that passed, or None where there are none.

    `citations` are places in the `citations` of the answer, from 0; the marks in `text` count from 1.
    Example: `{"text": "押金为每个容器两角。[1]", "sentences": [{"text": …, "citations": [0]}], "removed": 1,
    "removed_reasons": {"number": 1}, "model": "qwen3", "note": …}`
    """
    if written is None or not written.summary.sentences:
        return None
    sentences = written.summary.sentences
    return {
        "text": "".join(map(_marked, sentences)),
        "sentences": [{"text": one.text, "citations": [n - 1 for n in one.citations]} for one in sentences],
        "removed": sum(written.summary.removed.values()),
        "removed_reasons": _reasons(written),
        "model": written.model,
        "note": NOTE,
    }


def writer_json(written: Written | None) -> WriterReport | None:
    """`{"outcome", "model", "removed", "removed_reasons", "message"}`; None where the writer is off."""
    if written is None:
        return None
    return {
        "outcome": written.outcome.value,
        "model": written.model,
        "removed": sum(written.summary.removed.values()),
        "removed_reasons": _reasons(written),
        "message": written.message,
    }


def _reasons(written: Written) -> dict[str, int]:
    return {reason.value: count for reason, count in sorted(written.summary.removed.items())}


def _marked(sentence: Sentence) -> str:
    return sentence.text + "".join(f"[{number}]" for number in sentence.citations)
