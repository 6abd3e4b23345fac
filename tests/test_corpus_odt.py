"""OpenDocument and RTF go through LibreOffice, as DOC does; without it the error says what to do."""

import json
import shutil
from pathlib import Path

import pytest

from corpus.errors import BinaryFile, EncryptedFile, MissingConverter
from corpus.formats import FileFormat, extract, sniff
from corpus.formats.word import other
from corpus.formats.word.doc import find_libreoffice
from corpus.plain_text.folding import fold
from tests.word_files import docx, p, table, zipped

GOLDENS = Path(__file__).parent / "data" / "goldens"
MIMETYPE = "application/vnd.oasis.opendocument.text"
RTF = rb"{\rtf1\ansi \u28572?\u27712?}"


def test_the_formats_are_told_by_their_bytes() -> None:
    assert sniff((GOLDENS / "writer-treaty-odt.odt").read_bytes(), "a.bin") is FileFormat.ODT
    assert sniff(RTF, "a.txt") is FileFormat.RTF


@pytest.mark.parametrize(("name", "data"), [("a.rtf", RTF), ("a.odt", zipped({"mimetype": MIMETYPE}))])
def test_without_libreoffice_the_error_says_what_to_do(
    name: str, data: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "which", lambda name, path: None)
    with pytest.raises(
        MissingConverter, match=rf"{name}.*install LibreOffice Writer, .*save the document as DOCX"
    ):
        extract(data, name)


def test_a_spreadsheet_and_a_protected_text_are_refused() -> None:
    with pytest.raises(BinaryFile, match="but no text"):
        extract(zipped({"mimetype": MIMETYPE.replace("text", "spreadsheet")}), "a.odt")
    manifest = '<m xmlns="urn:x"><encryption-data/></m>'
    with pytest.raises(EncryptedFile, match="protected by a password"):
        extract(zipped({"mimetype": MIMETYPE, "META-INF/manifest.xml": manifest}), "a.odt")


def test_what_libreoffice_makes_is_read_as_docx(monkeypatch: pytest.MonkeyPatch) -> None:
    made = docx(p("1. 数额如下。") + table(["项目", "押金"], ["大瓶", "一元"]))
    monkeypatch.setattr(other, "as_docx", lambda *_: made)
    found = extract(RTF, "a.rtf")
    assert (found.encoding, len(found.rows)) == ("rtf", 1)
    assert found.text.startswith("1. 数额如下。\n\n项目：大瓶；押金：一元")


@pytest.mark.long
@pytest.mark.skipif(find_libreoffice() is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize(
    "name", sorted(path.name for path in GOLDENS.iterdir() if path.suffix in (".odt", ".rtf", ".doc"))
)
def test_files_of_other_programs_hold_what_was_written_down_for_them(name: str) -> None:
    told = json.loads((GOLDENS / f"{Path(name).stem}.expected.json").read_text("utf-8"))
    found = extract((GOLDENS / name).read_bytes(), name)
    text = fold("".join(found.text.split()))
    for unit in told["units"]:
        words = fold("".join(unit["text"].split()))
        assert words in text or fold(unit.get("in_text", "\0")) in text, unit["ref"]
    aside = "".join(found.text[one.span.start : one.span.end] for one in found.furniture)
    assert all(word in aside or word not in found.text for word in told["not_text"])
