"""PDF files that cannot be read: what is said of them, and that nothing worse happens."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from corpus.errors import DamagedFile, EncryptedFile, NoTextLayer
from corpus.formats import extract
from tests.layouts import Element
from tests.pdf_pages import PdfLayout, draw, image_page, render_pdf, write
from tests.test_corpus_layouts import HEAD, ROOT

MUTATE = """
import random, sys
from pathlib import Path
from corpus.errors import CorpusError
from corpus.formats import extract

good = Path(sys.argv[1]).read_bytes()
for seed in range(int(sys.argv[2])):
    rng, data = random.Random(seed), bytearray(good)
    for _ in range(rng.choice([1, 3, 10, 40])):
        at = rng.randrange(len(data))
        data[at : at + rng.choice([0, 1, 8, 200])] = rng.choice([b"", b"99999999", b"-1", b"<<", rng.randbytes(5)])
    try:
        extract(bytes(data[: rng.choice([len(data), rng.randrange(1, len(data))])]), "a.pdf")
    except CorpusError:
        pass
print("read or refused")
"""


def test_a_scan_is_refused_with_the_remedy() -> None:
    data = draw(lambda canvas: [(image_page(canvas), canvas.showPage()) for _ in range(3)])
    with pytest.raises(NoTextLayer, match=r"a\.pdf has 3 page\(s\) and no text.*text recognition"):
        extract(data, "a.pdf")


def test_an_encrypted_file_says_what_to_do() -> None:
    from reportlab.lib.pdfencrypt import StandardEncryption

    data = draw(
        lambda canvas: (write(canvas, ["1. 甲。"]), canvas.showPage()), encrypt=StandardEncryption("secret")
    )
    with pytest.raises(EncryptedFile, match=r"needs a password.*qpdf"):
        extract(data, "a.pdf")


@pytest.mark.parametrize(
    "data", [b"%PDF-1.7", b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>"], ids=["cut", "bare"]
)
def test_a_damaged_file_says_what_to_do(data: bytes) -> None:
    with pytest.raises(DamagedFile, match=r"a whole PDF file was expected"):
        extract(data, "a.pdf")


@pytest.mark.parametrize("count", [80, pytest.param(2000, marks=pytest.mark.long)])
def test_damaged_files_are_read_or_refused_with_an_error_of_ours(tmp_path: Path, count: int) -> None:
    parts = [
        Element("paragraph", "缔约方应当在河流塑料污染的监测方面加强合作。" * 6, number)
        for number in range(1, 9)
    ]
    good = tmp_path / "good.pdf"
    good.write_bytes(render_pdf(HEAD, parts, PdfLayout(columns=2, head="RIV/COP/2031/9|{page}", notes=True)))
    done = subprocess.run(  # PDFium is written in C++: a crash must fail the test, not end it
        [sys.executable, "-c", MUTATE, str(good), str(count)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        timeout=600,
        check=False,
    )
    assert (done.returncode, done.stdout.strip()) == (0, "read or refused"), done.stderr[-2000:]
