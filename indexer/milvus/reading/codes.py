"""Which terms units have, how often, and how long their fields are: what scores are made from."""

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from threading import Lock

import numpy as np
from numpy.typing import NDArray

from indexer.milvus.commits import damage
from indexer.milvus.impacts import Codes, unpacked
from indexer.milvus.reading.documents import Held
from indexer.milvus.texts import read_rest

__all__ = ["RemoteCodes", "chosen"]

_KEPT = 20_000  # units, of some 1.5 kB each


class RemoteCodes:
    """Reads the codes of units, many at once, and keeps what it read. Safe to share between threads.

    Example: `codes.of(0, [7])[0]` is the dimensions of a unit, rising, and the code of each
    """

    def __init__(self, held: Held) -> None:
        """Read nothing yet."""
        self._held = held
        self._kept: OrderedDict[tuple[int, int], Codes] = OrderedDict()
        self._lock = Lock()

    def of(self, which: int, local: Sequence[int]) -> list[Codes]:
        """The codes of rows of a segment; raises SnapshotDamaged where one is missing."""
        with self._lock:
            found = {row: self._kept[which, row] for row in local if (which, row) in self._kept}
        missing = [row for row in dict.fromkeys(local) if row not in found]
        if missing:
            read = self.read(which, missing)
            found |= read
            with self._lock:
                self._kept |= {(which, row): codes for row, codes in read.items()}
                while len(self._kept) > _KEPT:
                    self._kept.popitem(last=False)
        return [found[row] for row in local]

    def read(self, which: int, rows: Iterable[int]) -> dict[int, Codes]:
        """The codes of rows of a segment, read now."""
        server, segment = self._held.server, self._held.segments[which]
        wanted, units = list(rows), segment.collection("units")
        told = {f"packed/{row['row']}": row["packed"] for row in server.get(units, wanted, ["row", "packed"])}
        try:
            texts = read_rest(server, segment.collection("texts"), told)
            return {row: unpacked(texts[f"packed/{row}"]) for row in wanted}
        except (KeyError, ValueError) as error:
            raise damage(server.address, f"no packed codes in {units} ({error!r:.200})", "them") from error


def chosen(codes: Sequence[Codes], dimensions: NDArray[np.int64]) -> NDArray[np.int64]:
    """The code of each unit in each dimension, `(units, dimensions)`, 0 where it lacks it."""
    found = np.zeros((len(codes), len(dimensions)), np.int64)
    for line, (known, each) in enumerate(codes):
        if len(known):
            at = np.minimum(np.searchsorted(known, dimensions), len(known) - 1)
            found[line] = np.where(known[at] == dimensions, each[at], 0)
    return found
