"""Archives and XML are looked through before a library opens them; good ones pass unchanged."""

import io
import struct
import tracemalloc
import zipfile
from collections.abc import Callable

import pytest

from corpus.errors import BadArchive, BadXml, EncryptedFile
from corpus.formats import xml_checks, zip_checks
from corpus.formats.xml_checks import check_xml
from corpus.formats.zip_checks import checked_zip

XML = "<w:document xmlns:w='x'><w:body><w:p>1. 甲。</w:p></w:body></w:document>".encode()


def archive(*entries: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as written:
        for name, data in entries:
            written.writestr(name, data)
    return out.getvalue()


def good() -> bytes:
    noise = bytes(range(256)) * 40
    return archive(
        ("word/document.xml", XML),
        ("word/media/a.png", noise),
        ("word/embeddings/t.xlsx", archive(("a", b"b"))),
    )


def test_a_good_archive_reads_as_zipfile_reads_it() -> None:
    data = good()
    checked, plain = checked_zip(data, "a.docx"), zipfile.ZipFile(io.BytesIO(data))
    assert {name: checked.read(name) for name in checked.namelist()} == {
        name: plain.read(name) for name in plain.namelist()
    }
    stored = archive(("word/document.xml", XML), method=zipfile.ZIP_STORED)
    assert checked_zip(stored, "a.docx").read("word/document.xml") == XML


def encrypted() -> bytes:
    data = bytearray(archive(("a.txt", b"text")))
    data[6] |= 1  # general purpose flag of the local header
    data[data.index(b"PK\x01\x02") + 8] |= 1
    return bytes(data)


def understated() -> bytes:
    """The directory says 10 bytes; the stream holds a million."""
    data = bytearray(archive(("a.bin", bytes(1_000_000))))
    at = data.index(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<I", 10)
    return bytes(data)


def overlapping() -> bytes:
    """Two names of the directory that point at one local entry."""
    data = archive(("a.bin", b"x" * 500), ("b.bin", b"x" * 500))
    second = data.index(b"PK\x01\x02", data.index(b"PK\x01\x02") + 1)
    return data[: second + 42] + struct.pack("<I", 0) + data[second + 46 :]


def overstated() -> bytes:
    """The directory claims ten gigabytes in three entries of a few bytes."""
    data = bytearray(archive(*((f"{n}.bin", bytes(n)) for n in range(3))))
    at = -1
    while (at := data.find(b"PK\x01\x02", at + 1)) >= 0:
        data[at + 24 : at + 28] = struct.pack("<I", 0xFFFFFFF0)
    return bytes(data)


def duplicate() -> bytes:
    return archive(("word/a.bin", b"1"), ("word/b.bin", b"2")).replace(b"word/b.bin", b"Word/A.bin")


@pytest.mark.parametrize(
    ("make", "found"),
    [
        (lambda: archive(("zeros.bin", bytes(40_000_000))), "unpack to over"),
        (lambda: archive(*((f"{n}", b"") for n in range(10_001))), "more entries"),
        (overlapping, "share bytes"),
        (understated, "not what the directory says"),
        (overstated, "12,884,901,840 bytes unpacked"),
        (duplicate, "two entries named"),
        (lambda: archive(("../../etc/passwd", b"x")), "passwd"),
        (lambda: archive(("a.bin", b"x")).replace(b"a.bin", b"/abin"), "/abin"),
        (lambda: archive(("C:/a", b"x")), "C:/a"),
        (lambda: archive(("inner.docx", archive(("a", b"b")))), "archive in the archive"),
        (lambda: archive(("a", b"x" * 99), method=zipfile.ZIP_LZMA), "method 14"),
        (lambda: good()[:-30], "damaged directory"),
        (lambda: good().replace(b"word/document.xml", b"word/documint.xml", 1)[40:], "holds"),
    ],
)
def test_an_archive_made_to_harm_is_refused(make: Callable[[], bytes], found: str) -> None:
    with pytest.raises(BadArchive, match=r"a\.docx holds .* was expected: open it") as caught:
        checked_zip(make(), "a.docx")
    assert found in str(caught.value)


def test_an_encrypted_archive_is_called_so() -> None:
    with pytest.raises(EncryptedFile, match=r"a\.docx is encrypted"):
        checked_zip(encrypted(), "a.docx")


def test_every_flipped_byte_is_refused_or_changes_no_content() -> None:
    data = archive(("word/document.xml", XML), ("a.bin", b"some bytes"))
    contents = {XML, b"some bytes"}
    for at in range(len(data)):
        damaged = data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :]
        try:
            checked = checked_zip(damaged, "a.docx")
            assert {checked.read(name) for name in checked.namelist()} <= contents
        except (BadArchive, BadXml, EncryptedFile):
            pass


def test_a_bomb_is_refused_without_being_unpacked() -> None:
    data = archive(("zeros.bin", bytes(300_000_000)))
    tracemalloc.start()
    with pytest.raises(BadArchive):
        checked_zip(data, "a.docx")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 8_000_000


@pytest.mark.parametrize(
    ("data", "found"),
    [
        (b"<!DOCTYPE a [<!ENTITY b 'bbbb'>]><a>&b;</a>", "document type"),
        (b"<!DOCTYPE a SYSTEM 'http://example.invalid/a.dtd'><a/>", "document type"),
        (b"<a>&b;</a>", "not well-formed"),
        (b"<a><b></a>", "not well-formed"),
        (b"", "not well-formed"),
        (b"<a>" * 100_000, "nested"),
        (b"<a>" + b"<b/>" * 5_000_000 + b"</a>", "more than 2,000,000 elements"),
        (b"<a>" + b"<b/>" * 2_000_001 + b"</a>", "more than 2,000,000 elements"),
    ],
)
def test_xml_made_to_harm_is_refused(data: bytes, found: str) -> None:
    with pytest.raises(BadXml, match=r"a\.xml holds") as caught:
        check_xml(data, "a.xml")
    assert found in str(caught.value)


def test_xml_inside_an_archive_is_looked_through() -> None:
    with pytest.raises(BadXml, match=r"a\.docx: word/document\.xml holds a document type"):
        checked_zip(archive(("word/document.xml", b"<!DOCTYPE a><a/>")), "a.docx")


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_ordinary_xml_passes(encoding: str) -> None:
    text = "<a x='1'>" + "<b>甲</b>" * 5_000 + "<c>" * 150 + "</c>" * 150 + "</a>"
    check_xml(f"<?xml version='1.0' encoding='{encoding}'?>{text}".encode(encoding), "a.xml")


def test_the_bounds_leave_room_for_real_documents() -> None:
    assert zip_checks.MOST_BYTES >= 512 << 20
    assert xml_checks.MOST_XML >= 64 << 20
