"""Old Word documents go through LibreOffice; without it the error says what to do."""

import shutil
import subprocess
from pathlib import Path

import pytest

from corpus.errors import CorpusError, DamagedFile, MissingConverter
from corpus.formats import extract
from corpus.formats.word import doc
from corpus.formats.word.doc import extract_doc, find_libreoffice
from corpus.reader import read_document
from tests.test_corpus_docx_units import as_word, comparable, of_word

NEEDS_LIBREOFFICE = pytest.mark.skipif(find_libreoffice() is None, reason="LibreOffice is not installed")
LOOKS_LIKE_DOC = (
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504 + "WordDocument".encode("utf-16-le") + b"\0" * 512
)


def script(folder: Path, monkeypatch: pytest.MonkeyPatch, body: str) -> None:
    """A program named soffice in place of LibreOffice."""
    program = folder / "soffice"
    program.write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setattr(doc, "find_libreoffice", lambda: str(program))


def test_without_libreoffice_the_error_names_it_and_the_way_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name, path: None)
    with pytest.raises(
        MissingConverter, match=r"old\.doc.*install LibreOffice Writer, .*or save the document as DOCX"
    ):
        extract(LOOKS_LIKE_DOC, "old.doc")


def test_a_conversion_that_makes_nothing_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script(tmp_path, monkeypatch, "exit 1")
    with pytest.raises(DamagedFile, match="could not be read by LibreOffice"):
        extract_doc(LOOKS_LIKE_DOC, "old.doc")


def test_a_conversion_that_hangs_is_ended_with_all_it_started(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script(tmp_path, monkeypatch, f"sleep 60 & echo $! > {tmp_path}/pid; wait")
    with pytest.raises(MissingConverter, match=r"within 0\.5 seconds"):
        extract_doc(LOOKS_LIKE_DOC, "old.doc", seconds=0.5)
    child = (tmp_path / "pid").read_text(encoding="utf-8").strip()
    state = subprocess.run(
        ["ps", "-o", "stat=", "-p", child], capture_output=True, text=True, check=False
    ).stdout
    assert state.strip()[:1] in ("", "Z")


def test_what_the_program_makes_is_read_as_docx_and_the_folder_is_removed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "made.docx").write_bytes(as_word())
    script(
        tmp_path,
        monkeypatch,
        f"pwd > {tmp_path}/where; env > {tmp_path}/env; cp {tmp_path}/made.docx source.docx",
    )
    monkeypatch.setenv("SECRET_OF_THE_USER", "1")
    found = extract_doc(LOOKS_LIKE_DOC, "old.doc")
    assert (found.encoding, found.text) == ("doc", extract(as_word(), "made.docx").text)
    assert not Path((tmp_path / "where").read_text(encoding="utf-8").strip()).exists()
    assert "SECRET_OF_THE_USER" not in (tmp_path / "env").read_text(encoding="utf-8")


@NEEDS_LIBREOFFICE
def test_a_doc_gives_the_units_of_the_docx_it_was_made_from(tmp_path: Path) -> None:
    program = find_libreoffice()
    assert program is not None
    data = as_word(
        annex_list=4
    )  # LibreOffice writes no list into a DOC that begins anew under another's levels
    (tmp_path / "report.docx").write_bytes(data)
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [program, profile, "--headless", "--convert-to", "doc:MS Word 97", "--outdir", str(tmp_path)]
    subprocess.run([*command, str(tmp_path / "report.docx")], check=True, capture_output=True)
    (tmp_path / "report.docx").unlink()
    found = read_document(tmp_path / "report.doc")
    assert comparable(found.units) == comparable(of_word(data).units)
    assert found.encoding == "doc"


@NEEDS_LIBREOFFICE
def test_a_file_that_only_looks_like_a_doc_is_refused() -> None:
    with pytest.raises(CorpusError):
        extract_doc(LOOKS_LIKE_DOC, "old.doc")
