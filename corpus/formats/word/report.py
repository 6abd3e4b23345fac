"""Say what a Word document holds beside its text."""

from collections.abc import Mapping

from corpus.formats.word.words import Loss
from corpus.types import Anomaly, AnomalyKind, Span

__all__ = ["report"]

_MESSAGES = {
    Loss.CHANGE: (
        AnomalyKind.TRACKED_CHANGES,
        "tracked changes: {n}; insertions are read as text, deletions are not: accept or reject them in Word",
    ),
    Loss.CHUNK: (AnomalyKind.NOT_READ, "files inserted into the document that are not read: {n}"),
    Loss.COMMENT: (AnomalyKind.NOT_READ, "comments in the margin, which are no text of the document: {n}"),
    Loss.FIELD: (
        AnomalyKind.NOT_READ,
        "fields without a stored result, such as automatic numbers by AUTONUM: {n}; update them in Word",
    ),
    Loss.HIDDEN: (AnomalyKind.HIDDEN_TEXT, "pieces of hidden text, which Word does not print: {n}"),
    Loss.NUMBER: (AnomalyKind.MISSING_NUMBER, "automatic numbers in a format that is not known: {n}"),
    Loss.OBJECT: (AnomalyKind.NOT_READ, "embedded objects, whose words are not read: {n}"),
    Loss.PICTURE: (AnomalyKind.NOT_READ, "pictures, whose words are not read: {n}"),
}


def report(losses: Mapping[Loss, tuple[int, Span]], base: int) -> tuple[Anomaly, ...]:
    """One anomaly for each kind of loss, with how often and where first; places move by `base`."""
    return tuple(
        Anomaly(_MESSAGES[loss][0], _MESSAGES[loss][1].format(n=times), Span(base + at.start, base + at.end))
        for loss, (times, at) in losses.items()
    )
