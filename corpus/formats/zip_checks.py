"""Look through a ZIP archive before any library opens it: office documents come from anywhere.

What is refused, and what it would do otherwise: sizes and ratios of a bomb (memory), entries that share
bytes of the file (the same, without a visible ratio), names that leave the folder or stand twice (two
readers see two documents), encryption and methods that OOXML does not allow (ECMA-376 part 2, annex B:
stored and deflated only), an archive inside the archive, except among the objects that office documents
embed. Every entry is inflated once in pieces and compared with what the directory says of it: sizes that
an archive states are claims.
"""

import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator, Sequence

from corpus.errors import BadArchive, EncryptedFile
from corpus.formats.xml_checks import MOST_XML, check_xml

__all__ = ["checked_zip"]

MOST_ENTRIES = 10_000
MOST_BYTES = 512 << 20  # of all entries, inflated
MOST_RATIO = 200  # inflated to stored bytes of one entry; text of office documents reaches about 50
FREE_BYTES = 1 << 20  # an entry smaller than this may have any ratio
_PIECE = 1 << 20
_LOCAL = b"PK\x03\x04"
_CENTRAL = b"PK\x01\x02"
_LOCAL_SIZE = 30  # bytes of a local header before name and extra field (APPNOTE 4.3.7)
_ENCRYPTED = 0x1
_BAD_NAME = re.compile(r"^[/\\]|^[A-Za-z]:|(?:^|[/\\])\.\.(?:[/\\]|$)|[\x00-\x1f]")
_XML = (".xml", ".rels")


def checked_zip(data: bytes, name: str) -> zipfile.ZipFile:
    """Open an archive of which every entry was looked at; `name` is for messages.

    The XML among its entries has passed `check_xml`. Raises BadArchive, BadXml or EncryptedFile.
    Example: `checked_zip(path.read_bytes(), "report.docx").read("word/document.xml")`
    """
    # Each entry of the directory begins so: counted before zipfile makes an object of each.
    if data.count(_CENTRAL) > MOST_ENTRIES:
        raise _bad(name, "more entries than an office document has", f"at most {MOST_ENTRIES}")
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, struct.error, OverflowError) as error:
        raise _bad(name, f"a damaged directory ({error})", "a whole ZIP archive") from error
    entries = archive.infolist()
    _check_directory(entries, len(data), name)
    total = 0
    for entry in entries:
        total = _check_entry(data, entry, total, name)
        try:
            archive.open(entry).close()  # compares the local header with the directory
        except (zipfile.BadZipFile, NotImplementedError, UnicodeDecodeError) as error:
            raise _bad(name, f"a damaged entry ({error})", "a whole ZIP archive") from error
    return archive


def _check_directory(entries: Sequence[zipfile.ZipInfo], length: int, name: str) -> None:
    seen: set[str] = set()
    for entry in entries:
        shown = repr(entry.orig_filename[:100])
        if _BAD_NAME.search(entry.orig_filename):
            raise _bad(name, f"an entry named {shown}", "names inside the archive")
        if entry.filename.casefold() in seen:  # OPC compares names so (ECMA-376 part 2, 6.2.2.3)
            raise _bad(name, f"two entries named {shown}", "each name once")
        seen.add(entry.filename.casefold())
        if entry.flag_bits & _ENCRYPTED:
            raise EncryptedFile(f"{name} is encrypted; expected a document without a password: save one")
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise _bad(name, f"{shown} packed by method {entry.compress_type}", "stored or deflated entries")
    _check_overlap(entries, length, name)
    if (stated := sum(entry.file_size for entry in entries)) > MOST_BYTES:
        raise _bad(name, f"{stated:,} bytes unpacked", f"at most {MOST_BYTES:,}")


def _check_overlap(entries: Sequence[zipfile.ZipInfo], length: int, name: str) -> None:
    """Entries that share bytes make a small file unpack to any size (Fifield, WOOT 2019)."""
    reached = 0
    for entry in sorted(entries, key=lambda one: one.header_offset):
        end = entry.header_offset + _LOCAL_SIZE + entry.compress_size
        if entry.header_offset < reached or end > length:
            raise _bad(name, "entries that share bytes or end beyond the file", "entries one after another")
        reached = end


def _check_entry(data: bytes, entry: zipfile.ZipInfo, total: int, name: str) -> int:
    """Inflate one entry in pieces; returns the bytes unpacked so far, this entry included."""
    shown = repr(entry.filename[:100])
    most = min(MOST_BYTES - total, max(FREE_BYTES, MOST_RATIO * entry.compress_size))
    is_xml = entry.filename.lower().endswith(_XML)
    most = min(most, MOST_XML) if is_xml else most
    pieces, size, crc = list[bytes](), 0, 0
    for piece in _inflated(data, entry, name):
        if size == 0 and piece.startswith(_LOCAL) and "/embeddings/" not in f"/{entry.filename}":
            raise _bad(name, f"{shown}, an archive in the archive", "a document by itself")
        size, crc = size + len(piece), zlib.crc32(piece, crc)
        if size > most:
            raise _bad(name, f"{shown}, {entry.compress_size:,} bytes that unpack to over {most:,}", "text")
        if is_xml:
            pieces.append(piece)
    if (size, crc) != (entry.file_size, entry.CRC):
        raise _bad(name, f"{shown}, which is not what the directory says of it", "an undamaged archive")
    if is_xml:
        check_xml(b"".join(pieces), f"{name}: {entry.filename}")
    return total + size


def _inflated(data: bytes, entry: zipfile.ZipInfo, name: str) -> Iterator[bytes]:
    """The contents of an entry, at most `_PIECE` bytes at a time."""
    header = data[entry.header_offset : entry.header_offset + _LOCAL_SIZE]
    if len(header) < _LOCAL_SIZE or not header.startswith(_LOCAL):
        raise _bad(name, f"no entry where the directory says {entry.filename[:100]!r} is", "a whole archive")
    begin = entry.header_offset + _LOCAL_SIZE + sum(struct.unpack("<HH", header[26:30]))
    packed = data[begin : begin + entry.compress_size]
    if entry.compress_type == zipfile.ZIP_STORED:
        yield packed
        return
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        while packed and not inflater.eof:
            if not (piece := inflater.decompress(packed, _PIECE)):
                return
            yield piece
            packed = inflater.unconsumed_tail
        while not inflater.eof and (piece := inflater.decompress(b"", _PIECE)):
            yield piece  # what zlib had read but not yet given out
    except zlib.error as error:
        raise _bad(
            name, f"{entry.filename[:100]!r} with damaged bytes ({error})", "a whole archive"
        ) from error


def _bad(name: str, found: str, expected: str) -> BadArchive:
    return BadArchive(
        f"{name} holds {found}; {expected} was expected: open it in the program that made it and save it anew"
    )
