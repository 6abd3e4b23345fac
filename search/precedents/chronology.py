"""When a document speaks: the order in which precedents and chains are told."""

import datetime

from corpus.types import Metadata
from indexer.snapshot import Snapshot

__all__ = ["date_of", "date_of_row"]


def date_of(metadata: Metadata) -> datetime.date | None:
    """The first day of the meeting that a document is of, else its date of distribution, else None.

    Example: the report on the meeting of 19 to 21 May 2031, distributed on 12 June, gives 19 May 2031
    """
    return metadata.date if metadata.meeting is None else metadata.meeting[0]


def date_of_row(snapshot: Snapshot, row: int) -> datetime.date | None:
    """The date of the document that holds the unit of a row."""
    stored = snapshot.documents.find(snapshot.units.get(row).document)
    return None if stored is None else date_of(stored.metadata)
