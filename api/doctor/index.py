"""The index: whether it opens, with which encoder, how old it is, who writes it, and whether it has room."""

import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from api.doctor.finding import Area, Finding, fine, problem, warning

if TYPE_CHECKING:
    from indexer.disk.manifest import Manifest
    from indexer.snapshot import Snapshot

__all__ = ["contents", "lock"]

SLACK = timedelta(minutes=5)
fine_here, warning_here, problem_here = (partial(told, Area.INDEX) for told in (fine, warning, problem))


def contents(index_dir: Path) -> Iterator[Finding]:
    """The committed generation: sizes and row counts as at every opening, then age, models and room."""
    from indexer.errors import IndexingError
    from indexer.milvus.address import milvus_address
    from indexer.snapshot import open_snapshot
    from models.errors import ModelError

    try:
        address = milvus_address(index_dir)
        with open_snapshot(index_dir) as snapshot:
            made, counts = snapshot.manifest, snapshot.manifest.counts
            yield fine_here(
                "index",
                f"{address or index_dir.absolute()}: {snapshot.index_version}, format {made.format_version}, "
                f"{counts.documents:,} documents, {counts.units:,} units; row counts agree; "
                "`yinzheng verify` compares checksums",
            )
            yield _age(made)
            if address is None:
                yield _room(index_dir, made)
            yield from _models(snapshot)
    except IndexingError as error:
        yield problem_here("index", str(error), "a sound index", _remedy(error, index_dir))
    except ModelError as error:
        remedy = "install or put back the model, or run `yinzheng index` with another --encoder"
        yield problem_here("encoder of the index", str(error), "the model that made the index", remedy)


def lock(index_dir: Path) -> Iterator[Finding]:
    """Whether a process writes the index at this moment, and which; nothing is written to find it out."""
    from indexer.disk.lock import LOCK, OWNER, describe

    try:
        if not (index_dir / LOCK).exists():
            return
        held = _is_held(index_dir / LOCK)
    except OSError as error:  # whoever may only read an index has no problem with it
        yield fine_here("writer", f"not known, the lock cannot be looked at ({error.strerror})")
        return
    told = describe(index_dir / OWNER)
    if held:
        yield fine_here("writer", f"{told} is writing; readers are not affected")
    elif (index_dir / OWNER).exists():
        found = f"none; {told} has left its note, so it was killed"
        remedy = "none is needed: the lock went with the process, and the next `yinzheng index` tidies up"
        yield fine_here("writer", found, remedy=remedy)
    else:
        yield fine_here("writer", "none at this moment")


def _models(snapshot: "Snapshot") -> Iterator[Finding]:
    """Whether the encoder and the segmenter that made the index are at hand; nothing is fetched."""
    from models.encoders.registry import NAMES, load_named
    from models.segmenter import Segmenter

    name = snapshot.manifest.encoder.name
    snapshot.require_segmenter(Segmenter())
    if name not in NAMES and not Path(name).is_dir():
        found = f"{name}, a name on the hub; whether it is in the local cache was not looked at"
        remedy = "to stay offline, give the model as a folder to `yinzheng index --encoder`"
        yield warning_here("encoder of the index", found, "packaged, or a folder on this machine", remedy)
        return
    encoder = load_named(name)
    snapshot.require_encoder(encoder)
    yield fine_here("encoder of the index", f"{name} {encoder.fingerprint[:12]}")


def _age(made: "Manifest") -> Finding:
    age = datetime.now(UTC) - datetime.fromisoformat(made.created)
    if age < -SLACK:
        remedy = "set the clock, and look at the one of the machine that made the index"
        return warning_here("age", f"made at {made.created}, which is to come", "a time in the past", remedy)
    days, hours = divmod(max(age, timedelta()) // timedelta(hours=1), 24)
    return fine_here("age", f"made at {made.created}, {days} days and {hours} hours ago")


def _room(index_dir: Path, made: "Manifest") -> Finding:
    """A run that merges segments writes as much again before it removes them."""
    size = sum(file.size for segment in made.segments for file in segment.files.values())
    free = shutil.disk_usage(index_dir).free
    writable = "" if os.access(index_dir, os.W_OK) else "; this user may read the index and not write it"
    found = f"the index has {size / 1e6:,.1f} MB, {free / 1e6:,.0f} MB are free{writable}"
    if free >= 2 * size:
        return fine_here("room", found)
    expected = f"{2 * size / 1e6:,.0f} MB free: `yinzheng optimize` writes the whole index aside first"
    return warning_here("room", found, expected, "make room on that disk before the next run")


def _remedy(error: Exception, index_dir: Path) -> str:
    """What an operator does about an index that does not open."""
    from indexer import errors

    build = f"yinzheng index PATH... --index {index_dir}"
    remedies: dict[type[Exception], str] = {
        errors.SnapshotMissing: build,
        errors.SnapshotDamaged: f"yinzheng restore BACKUP --index {index_dir} --replace",
        errors.FormatTooNew: "upgrade yinzheng",
        errors.FormatTooOld: "yinzheng index PATH... --index with a new directory",
        errors.ForeignDirectory: "name another directory with --index",
        errors.DirectoryClosed: "run as the user who made it, or ask that user for permission to read",
        errors.EngineMissing: "pip install 'yinzheng[milvus]'",
        errors.EncoderMismatch: f"{build}, with the models that are to be used",
    }
    return remedies.get(type(error), "as the message says")


def _is_held(path: Path) -> bool:
    """Whether somebody holds the lock: a shared one, which is given back at once, cannot be had beside it."""
    try:
        import fcntl
    except ImportError:  # not on Windows: the note is all that is known
        return path.with_name(path.name + ".owner").exists()
    with path.open("rb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
        fcntl.flock(file, fcntl.LOCK_UN)
    return False
