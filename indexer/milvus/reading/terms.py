"""Strings of a generation: their serial numbers in each segment, and how many units have them."""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from indexer.milvus.reading.documents import Held
from indexer.milvus.server import Server
from indexer.milvus.tables import key_of
from indexer.segment.fields import FIELDS

__all__ = ["Term", "Terms", "spelled"]

KEPT = 200_000  # strings whose numbers are kept: some 50 MB
_ANSWERED = ["key", "serial", *FIELDS]


@dataclass(frozen=True, slots=True)
class Term:
    """A string: its serial number in each segment, 0 where that lacks it, and its frequency in each field."""

    serials: tuple[int, ...]
    frequencies: tuple[int, ...]


class Terms:
    """Looks strings up, many at once, and keeps what it found. Safe to share between threads.

    Example: `terms.of(["器官"])["器官"].frequencies == (7, 7, 2, 0)`
    """

    def __init__(self, held: Held) -> None:
        """Read nothing yet."""
        self._held = held
        self._kept: OrderedDict[str, Term] = OrderedDict()
        self._spelled: list[dict[int, str]] = [{} for _ in held.segments]
        self._lock = Lock()

    def of(self, strings: Iterable[str]) -> dict[str, Term]:
        """What is known of each string; one that no unit has is all zeros."""
        wanted = list(dict.fromkeys(strings))
        with self._lock:
            found = {each: self._kept[each] for each in wanted if each in self._kept}
        missing = [each for each in wanted if each not in found]
        if missing:
            read = self._read(missing)
            found |= read
            with self._lock:
                self._kept |= read
                while len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
        return found

    def _read(self, strings: Sequence[str]) -> dict[str, Term]:
        keys = {key_of(each): each for each in strings}
        serials = {each: [0] * len(self._held.segments) for each in strings}
        frequencies = {each: np.zeros(len(FIELDS), np.int64) for each in strings}
        for which, segment in enumerate(self._held.segments):
            for row in self._held.server.get(segment.collection("terms"), list(keys), _ANSWERED):
                each = keys[row["key"]]
                serials[each][which] = int(row["serial"])
                frequencies[each] += [int(row[field]) for field in FIELDS]
        return {each: Term(tuple(serials[each]), tuple(frequencies[each].tolist())) for each in strings}

    def spell(self, which: int, serials: NDArray[np.int64]) -> list[str]:
        """The strings of serial numbers of a segment."""
        with self._lock:
            known = self._spelled[which]
            found = {each: known[each] for each in serials.tolist() if each in known}
        missing = [each for each in serials.tolist() if each not in found]
        if missing:
            name = self._held.segments[which].collection("terms")
            read = {serial: term for serial, _, term in spelled(self._held.server, name, missing)}
            found |= read
            with self._lock:
                if len(known) > KEPT:
                    known.clear()
                known |= read
        return [found[each] for each in serials.tolist()]


def spelled(server: Server, name: str, serials: Sequence[int]) -> Iterable[tuple[int, str, str]]:
    """The serial number, key and string of the rows of a collection of terms with these numbers."""
    for start in range(0, len(serials), 1_000):
        listed = ",".join(map(str, serials[start : start + 1_000]))
        for row in server.all(name, f"serial in [{listed}]", ["key", "serial", "term"]):
            yield int(row["serial"]), row["key"], row["term"]
