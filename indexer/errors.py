"""Errors of building and opening an index.

    IndexingError
    ├── SnapshotMissing     nothing was ever committed here
    ├── SnapshotDamaged     a file is missing, cut short or altered
    ├── FormatTooOld        written by a version whose format is no longer read
    ├── FormatTooNew        written by a later version
    ├── EncoderMismatch     made with another encoder or another segmenter
    ├── ForeignDirectory    the directory holds something that is not an index
    ├── DirectoryClosed     the directory cannot be looked into
    ├── IndexLocked         another process is writing
    ├── NothingIndexed      no document could be read, and none was there before
    ├── BadVectors          the encoder broke its contract
    ├── BadDestination      a backup or a restoration may not go there: something else is there
    ├── BadAddress          an address of a server that is none
    ├── EngineMissing       the client of the server is not installed
    ├── EngineFailed        the server cannot be reached, or refused
    └── WriteFailed         the disk refused; what was committed before still answers

They differ because what an operator does about them differs: restore or rebuild (damaged), upgrade the
program (too new), rebuild (too old, mismatch), choose another directory (foreign),
ask for permission (closed), wait (locked). Each
message says what was found, what was expected, and the remedy.
"""

__all__ = [
    "BadAddress",
    "BadDestination",
    "BadVectors",
    "DirectoryClosed",
    "EncoderMismatch",
    "EngineFailed",
    "EngineMissing",
    "ForeignDirectory",
    "FormatTooNew",
    "FormatTooOld",
    "IndexLocked",
    "IndexingError",
    "NothingIndexed",
    "SnapshotDamaged",
    "SnapshotMissing",
    "WriteFailed",
]


class IndexingError(Exception):
    """Base of every error that this folder raises on purpose."""


class SnapshotMissing(IndexingError):
    """No generation has been committed in the directory."""


class SnapshotDamaged(IndexingError):
    """A file of the committed generation is not what its manifest says."""


class FormatTooOld(IndexingError):
    """The format version is below the oldest one that this version reads."""


class FormatTooNew(IndexingError):
    """The format version is above the newest one that this version reads."""


class EncoderMismatch(IndexingError):
    """The index was made with another encoder or segmenter than the one at hand."""


class ForeignDirectory(IndexingError):
    """The path holds files that no index has; it is never written to."""


class DirectoryClosed(IndexingError):
    """The directory cannot be looked into: whether it holds an index is not known."""


class IndexLocked(IndexingError):
    """Another process holds the write lock."""


class NothingIndexed(IndexingError):
    """There is no document to answer from: every given one failed, or none was found."""


class BadVectors(IndexingError):
    """The encoder returned something other than one finite vector of its dimension per text."""


class BadDestination(IndexingError):
    """The place where a copy is to go is taken, or lies in what is to be copied."""


class WriteFailed(IndexingError):
    """Writing the new generation failed; the committed one is untouched."""


class BadAddress(IndexingError):
    """An index is named by something that begins as an address and is none."""


class EngineMissing(IndexingError):
    """The index is on a server whose client is not installed."""


class EngineFailed(IndexingError):
    """The server that holds the index cannot be reached, or did not do what it was asked to."""
