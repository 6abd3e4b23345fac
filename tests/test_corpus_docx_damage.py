"""Files that are no Word document, or a damaged one: an error that says so, and never another exception."""

import io
import random
import re
import sys
import time
import zipfile
from pathlib import Path

import pytest

from corpus.errors import BadArchive, BadXml, BinaryFile, CorpusError, DamagedFile, EmptyFile, EncryptedFile
from corpus.formats import FileFormat, extract, sniff
from corpus.formats.word.docx import extract_docx
from corpus.reader import parse_extracted, read_document
from corpus.types import UnitKind
from tests.test_corpus_docx_units import as_word
from tests.word_files import W, abstract, box, docx, level, num, p, run, style, table, unzipped, zipped

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504


@pytest.mark.parametrize(
    ("data", "name", "expected"),
    [
        (docx(p("甲")), "a.docx", FileFormat.DOCX),
        (docx(p("甲")), "renamed.txt", FileFormat.DOCX),
        (b"PK\x03\x04 cut off", "a.docx", FileFormat.DOCX),
        (b"PK\x03\x04 other", "a.zip", FileFormat.TEXT),
        (OLE, "a.doc", FileFormat.DOC),
        (b"%PDF-1.7\n", "a", FileFormat.PDF),
        (b"\n\n%PDF-1.4\n", "a.pdf", FileFormat.PDF),
        (b"<!DOCTYPE html><p>", "a.txt", FileFormat.HTML),
        (b"<?xml version='1.0'?>\n<html xmlns='x'>", "a", FileFormat.HTML),
        (b"<p>", "a.HTM", FileFormat.HTML),
        ("1. <html> 是一种格式。".encode(), "a.txt", FileFormat.TEXT),
        (b"", "a.txt", FileFormat.TEXT),
    ],
)
def test_formats_are_told_by_the_bytes(data: bytes, name: str, expected: FileFormat) -> None:
    assert sniff(data, name) is expected


def test_a_word_file_is_read_like_any_document(tmp_path: Path) -> None:
    path = tmp_path / "report.docx"
    path.write_bytes(as_word())
    path.with_suffix(".toml").write_text('symbol = "RIV/COP/2031/9"\n', encoding="utf-8")
    document = read_document(path)
    assert (document.id, document.encoding, document.metadata.symbol) == ("report", "docx", "RIV/COP/2031/9")
    assert sum(unit.kind is not UnitKind.BLOCK for unit in document.units) == 8


def without(part: str) -> bytes:
    return zipped({name: text for name, text in unzipped(docx(p("甲"))).items() if name != part})


def replaced(old: str, new: str) -> bytes:
    return zipped({name: text.replace(old, new) for name, text in unzipped(docx(p("甲"))).items()})


REFUSED = {
    "cut off": (docx(p("甲"))[:300], BadArchive, "save it anew"),
    "no relations": (without("_rels/.rels"), BinaryFile, "no Word document"),
    "no main part": (without("word/document.xml"), DamagedFile, "does not hold"),
    "a spreadsheet": (replaced("w:document", "w:workbook"), BinaryFile, "main part is a workbook"),
    "broken markup": (replaced("</w:body>", ""), BadXml, "not well-formed"),
    "a document type": (replaced("<w:document ", "<!DOCTYPE d [<!ENTITY e 'x'>]><w:document "), BadXml, "document type"),
    **{
        f"in {encoding}": (
            replaced("<w:document ", f'<?xml version="1.0" encoding="{encoding}"?><w:document '), BadXml, "XML",
        )
        for encoding in ("gb18030", "koi8-r", "nonsense", "idna", "utf-7", "hex")
    },
    "no name space": (replaced("</w:body>", '<w:p xmlns:w=""/></w:body>'), BadXml, "declare its names"),
    "no words": (docx(p("") + p(run(" \t"))), EmptyFile, "no words"),
    "a scan": (docx(p("<w:r><w:drawing><a:blip/></w:drawing></w:r>")), EmptyFile, "run text recognition"),
    "encrypted": (OLE + "EncryptedPackage".encode("utf-16-le"), EncryptedFile, "save it without protection"),
    "an old spreadsheet": (OLE + "Workbook".encode("utf-16-le"), BinaryFile, "no Word document"),
}  # fmt: skip


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_is_refused_by_its_name_with_a_remedy(name: str) -> None:
    data, error, words = REFUSED[name]
    with pytest.raises(error, match=re.escape(words)) as raised:
        extract(data, "given.docx")
    assert "given.docx" in str(raised.value)


def test_footnotes_alone_are_no_text() -> None:
    headers = {"header1": p("联合国")}
    reference = '<w:sectPr><w:headerReference w:type="default" r:id="header1"/></w:sectPr>'
    with pytest.raises(EmptyFile):
        extract_docx(docx(p("") + reference, headers), "a.docx")


def rich() -> dict[str, str]:
    """A document in which every reader has something to read."""
    body = (
        p("甲", run("乙", "<w:vanish/>"), box(p("框", num=(1, 1))), num=(1, 0))
        + table(["一", "2"], [table(["内"]) + p("后"), "丁"])
        + p("<w:ins>" + run("丙") + "</w:ins>", style="S", more="<w:rPr><w:del/></w:rPr>")
        + p('<w:r><w:sym w:font="Symbol" w:char="F0B3"/><w:footnoteReference w:id="1"/></w:r>', style="S")
        + '<w:sectPr><w:headerReference w:type="first" r:id="header1"/><w:titlePg/></w:sectPr>'
    )
    numbering = abstract(0, level(0, "decimal", "%1."), level(1, "lowerLetter", "(%2)")) + num(1, 0, {1: 3})
    styles = style("Normal") + style(
        "S", "Normal", '<w:outlineLvl w:val="1"/><w:numPr><w:numId w:val="1"/></w:numPr>'
    )
    note = '<w:footnote w:id="1">' + p("注") + "</w:footnote>"
    made = docx(body, {"header1": p("页眉")}, pages=2, numbering=numbering, styles=styles, footnotes=note)
    return unzipped(made)


def mutated(files: dict[str, str], rng: random.Random) -> bytes:
    """One part changed so that it mostly stays XML: numbers, names and ids swapped, elements moved or lost."""
    files = dict(files)
    name = rng.choice(sorted(files))
    text = files[name]
    values = list(re.finditer(r'"[^"<>]*"', text))
    elements = list(re.finditer(r"<(w:\w+)[^<>]*/>|<(w:\w+)[^<>]*>[^<>]*</\2>", text))
    what = rng.randrange(5)
    if what == 0 and values:
        at = rng.choice(values)
        given = rng.choice(
            ['"-1"', '"99999999999"', '""', '"x"', '"０"', '"0"', '"../../x"', rng.choice(values)[0]]
        )
        text = text[: at.start()] + given + text[at.end() :]
    elif what in (1, 2) and elements:
        at = rng.choice(elements)
        text = text[: at.start()] + (at[0] * rng.choice([0, 2, 50])) + text[at.end() :]
    elif what == 3 and len(elements) > 1:
        one, other = rng.choice(elements), rng.choice(elements)
        text = text.replace(one[0], other[0])
    else:
        at = rng.randrange(len(text) + 1)
        text = text[:at] + rng.choice(["", "<w:p/>", "&#0;", "\ufffe", "<", "\u2028", "]]>"]) + text[at + 1 :]
    files[name] = text
    return zipped(files)


def attempt(data: bytes) -> bool:
    """Whether a file is read to the end, grammar included; only a CorpusError may say that it is not."""
    try:
        document = parse_extracted(extract(data, "f.docx"), "f")
    except CorpusError:
        return False
    assert all(0 <= at <= len(document.source) for at in document.pages)
    for one in document.omissions:
        assert 0 <= one.span.start < one.span.end <= len(document.source)
    return True


def test_changed_parts_are_read_or_refused() -> None:
    files, rng = rich(), random.Random(7)
    read = sum(attempt(mutated(files, rng)) for _ in range(400))
    assert 100 < read < 400


def test_changed_bytes_are_read_or_refused() -> None:
    whole, rng = zipped(rich()), random.Random(8)
    for _ in range(300):
        data = bytearray(whole)
        for _ in range(rng.choice([1, 1, 2, 20])):
            data[rng.randrange(len(data))] = rng.randrange(256)
        attempt(bytes(data[: rng.choice([len(data), len(data), rng.randrange(len(data))])]))


def test_stored_bytes_changed_inside_the_markup_are_read_or_refused() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, text in rich().items():
            archive.writestr(zipfile.ZipInfo(name), text)
    whole, rng = buffer.getvalue(), random.Random(9)
    for _ in range(100):
        data = bytearray(whole)
        data[rng.randrange(len(data))] ^= 1 << rng.randrange(8)
        attempt(bytes(data))


def nested(depth: int, opening: str, closing: str) -> bytes:
    return docx(opening * depth + p("甲") + closing * depth)


@pytest.mark.parametrize(
    ("opening", "closing", "levels"),
    [
        ("<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>", 3),
        ("<w:sdt><w:sdtContent>", "</w:sdtContent></w:sdt>", 2),
        ("<w:p><w:r><w:pict><w:txbxContent>", "</w:txbxContent></w:pict></w:r></w:p>", 4),
        ("<w:customXml>", "</w:customXml>", 1),
    ],
)
def test_the_deepest_nesting_that_passes_the_checks_is_read(opening: str, closing: str, levels: int) -> None:
    depth = 190 // levels
    assert "甲" in extract_docx(nested(depth, opening, closing), "deep.docx").text
    assert sys.getrecursionlimit() == 1000
    with pytest.raises(BadXml, match="nested over"):
        extract_docx(nested(400, opening, closing), "deeper.docx")


def test_time_grows_with_the_length_not_with_its_square() -> None:
    def seconds(paragraphs: int) -> float:
        data = docx(
            "".join(p(f"第{n}号文件。", num=(1, 0)) for n in range(paragraphs)),
            numbering=abstract(0, level(0, "decimal", "%1.")) + num(1, 0),
        )
        begun = time.process_time()
        extract_docx(data, "long.docx")
        return time.process_time() - begun

    seconds(200)
    assert seconds(8000) < 10 * seconds(2000) + 0.5


def test_the_name_space_of_the_tests_is_that_of_the_standard() -> None:
    assert W in unzipped(docx(p("甲")))["word/document.xml"]
