"""Encoding ahead of `index`, by any number of processes and machines: vectors go into a server's cache."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from corpus.types import Unit
from indexer.encode import BATCH, encode_units
from indexer.errors import BadAddress
from indexer.milvus.address import milvus_address
from indexer.milvus.cache import RemoteCache
from indexer.milvus.server import Server
from indexer.reading.collect import collect_files
from indexer.reading.limits import DEFAULT_LIMITS, ReadingLimits
from indexer.reading.reader import Readers
from indexer.reading.received import Read
from indexer.report import Failure
from models.encoder import Encoder

__all__ = ["AheadReport", "encode_ahead"]


@dataclass(frozen=True, slots=True)
class AheadReport:
    """What one share came to: files of it, units, texts that were given to the encoder, files not read."""

    files: int
    units: int
    encoded: int
    failures: list[Failure]


def encode_ahead(
    paths: Sequence[Path],
    index: Path,
    encoder: Encoder,
    *,
    part: tuple[int, int] = (1, 1),
    limits: ReadingLimits = DEFAULT_LIMITS,
    progress: Callable[[str], None] | None = None,
) -> AheadReport:
    """Encode the texts of every m-th file, from the n-th on, that the cache lacks; `part` is `(n, m)`.

    Nothing is indexed, and no lock is taken: `index` on all files then finds the vectors. Raises BadAddress
    for a folder, whose cache belongs to the one writer; EngineMissing, EngineFailed.
    Example: `encode_ahead([Path("reports")], Path("milvus://db/r"), encoder, part=(2, 5)).encoded == 812`
    """
    address = milvus_address(index)
    if address is None:
        raise BadAddress(
            f"found the folder {index}; expected milvus://HOST:PORT/NAME. The cache of a folder belongs to "
            "its one writer: run `yinzheng index`, which encodes what is new."
        )
    first, step = part
    files, unreadable = collect_files(paths, limits.file_bytes)
    failures = unreadable if first == 1 else []  # each is told once
    share = files[first - 1 :: step]
    server = Server.connect(address)
    try:
        cache = RemoteCache(server, fingerprint=encoder.fingerprint, dim=encoder.dim)
        units = encoded = 0
        with Readers(limits) as readers:
            read = readers.read(
                [file.path for file in share], [file.row for file in share], [file.name for file in share]
            )
            for batch in _batches(read, failures):
                units += len(batch)
                encoded += encode_units(batch, encoder, cache, progress or (lambda message: None)).encoded
    finally:
        server.close()
    return AheadReport(len(share), units, encoded, [failure for failure in failures if not failure.is_notice])


def _batches(read: Iterator[Read | Failure], failures: list[Failure]) -> Iterator[list[Unit]]:
    """The units of documents, as many together as are encoded at once; failures are put aside."""
    batch: list[Unit] = []
    for each in read:
        if isinstance(each, Failure):
            failures.append(each)
            continue
        batch.extend(each.document.units)
        if len(batch) >= BATCH:
            yield batch
            batch = []
    if batch:
        yield batch
