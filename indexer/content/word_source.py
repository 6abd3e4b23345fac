"""The words of a new generation: those of the current one where they hold, else segmented now."""

from collections.abc import Collection
from typing import TYPE_CHECKING

from corpus.types import Document
from indexer.content.fields import FIELDS_VERSION
from indexer.content.words import segment, words_to_json
from models.segmenter import Segmenter

if TYPE_CHECKING:
    from indexer.snapshot import Snapshot

__all__ = ["WordSource"]


class WordSource:
    """The words of documents: those of the current generation where they still hold, else segmented now.

    They hold where the same segmenter cut the same units for the same fields.
    """

    def __init__(
        self, segmenter: Segmenter, current: "Snapshot | None" = None, unchanged: Collection[str] = ()
    ) -> None:
        """`unchanged` are the ids of the documents that were loaded from `current`, unit for unit."""
        self._segmenter = segmenter
        self._current = current
        made = None if current is None else current.manifest
        holds = made is not None and (made.segmenter, made.fields_version) == (
            segmenter.fingerprint,
            FIELDS_VERSION,
        )
        self._unchanged = frozenset(unchanged) if holds else frozenset()

    def lines(self, document: Document) -> list[str]:
        """One line of JSON for each unit, in reading order."""
        kept = None
        if self._current is not None and document.id in self._unchanged:
            kept = self._current.documents.words(document.id)
        if kept is None:
            kept = [words_to_json(segment(unit, self._segmenter)) for unit in document.units]
        return kept
