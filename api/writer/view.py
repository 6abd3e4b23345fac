"""The summary as JSON, and the object that tells how the writer fared."""

from typing import Any

from api.writer.types import Sentence, Written

__all__ = ["NOTE", "summary_json", "writer_json"]

Json = dict[str, Any]

NOTE = "摘要由模型撰写，每句均已与所引原文核对；仍须与引文一并阅读，以引文为准。"


def summary_json(written: Written | None) -> Json | None:
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
        **_removed(written),
        "model": written.model,
        "note": NOTE,
    }


def writer_json(written: Written | None) -> Json | None:
    """`{"outcome", "model", "removed", "removed_reasons", "message"}`; None where the writer is off."""
    if written is None:
        return None
    return {
        "outcome": written.outcome.value,
        "model": written.model,
        **_removed(written),
        "message": written.message,
    }


def _removed(written: Written) -> Json:
    removed = {reason.value: count for reason, count in sorted(written.summary.removed.items())}
    return {"removed": sum(removed.values()), "removed_reasons": removed}


def _marked(sentence: Sentence) -> str:
    return sentence.text + "".join(f"[{number}]" for number in sentence.citations)
