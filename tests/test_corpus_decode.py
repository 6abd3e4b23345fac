"""Bytes to text: round trips through every encoding, and a refusal with a remedy for the rest."""

import random

import pytest

from corpus.errors import BinaryFile, CorpusError, EmptyFile, UnknownEncoding
from corpus.layout.decode import decode
from corpus.layout.mojibake import find_mojibake
from corpus.reader import parse_document
from corpus.types import AnomalyKind

TEXT = "一. 导言\r\n1. 工作组建议缔约方会议审议《公约》第9条，请参阅“背景文件”（2019年）。\n建议１２\n"
TRADITIONAL = (
    "一. 導言\n1. 工作組建議締約方會議審議《公約》第9條，請參閱背景文件，並採取適當措施保護受害人的權利。\n"
)


@pytest.mark.parametrize("text", [TEXT, TRADITIONAL])
@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (b"", "utf-8"),
        (b"\xef\xbb\xbf", "utf-8"),
        (b"\xff\xfe", "utf-16-le"),
        (b"\xfe\xff", "utf-16-be"),
        (b"", "utf-16-le"),
        (b"", "utf-16-be"),
        (b"", "gb18030"),
    ],
)
def test_round_trip(text: str, mark: bytes, encoding: str) -> None:
    assert decode(mark + text.encode(encoding), "a.txt") == (text, encoding)


def test_characters_outside_the_basic_plane_and_replacement_characters_stay() -> None:
    assert decode(("\U00020bb7\ufffd" + TEXT).encode(), "a.txt")[0] == "\U00020bb7\ufffd" + TEXT


@pytest.mark.parametrize("text", [TRADITIONAL, TRADITIONAL.replace("，", ""), TRADITIONAL * 50])
def test_big5_is_refused_not_misread(text: str) -> None:
    with pytest.raises(UnknownEncoding, match=r"b\.txt is not UTF-8 .*Big5: convert it to UTF-8"):
        decode(text.encode("big5", errors="ignore"), "b.txt")


@pytest.mark.parametrize("encoding", ["shift_jis", "euc_kr", "latin-1"])
def test_other_encodings_are_refused(encoding: str) -> None:
    texts = {
        "shift_jis": "これは日本語の文章です。",
        "euc_kr": "인신매매 피해자를 보호하기 위한 회의의 권고 사항을 검토한다.",
        "latin-1": "Réunion d'été à Genève",
    }
    with pytest.raises(UnknownEncoding):
        decode(texts[encoding].encode(encoding) * 20, "c.txt")


def test_utf8_cut_in_mid_character_is_refused() -> None:
    with pytest.raises(UnknownEncoding, match="damaged"):
        decode(TEXT.strip().encode()[:-1] + b"\xe4", "d.txt")


def test_random_bytes_never_give_text() -> None:
    for seed in range(200):
        source = random.Random(seed)
        data = bytes(source.randrange(0x20, 256) for _ in range(400))
        with pytest.raises(CorpusError):
            decode(data, "random")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"%PDF-1.7\n1 0 obj", "e.bin is a PDF file.*pdftotext"),
        (b"PK\x03\x04\x14\x00", "ZIP archive or an Office document.*plain text"),
        (b"\x7fELF\x02\x00\x00\x01\x00\x03" * 10, "NUL bytes.*save the document as text"),
        (bytes(range(1, 32)) * 4 + b"text", "control characters.*save the document as text"),
    ],
)
def test_binary_files_name_what_they_are(data: bytes, words: str) -> None:
    with pytest.raises(BinaryFile, match=words):
        decode(data, "e.bin")


@pytest.mark.parametrize("data", [b"", b" \r\n\t ", b"\xef\xbb\xbf \n", "\u3000\n".encode()])
def test_empty_files(data: bytes) -> None:
    with pytest.raises(EmptyFile, match=r"f\.txt"):
        decode(data, "f.txt")


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("utf-8", "gb18030"),
        ("utf-8", "latin-1"),
        ("utf-8", "cp1252"),
        ("gb18030", "latin-1"),
        ("gb18030", "cp1252"),
    ],
)
def test_text_read_in_another_encoding_is_told_and_served_as_it_stands(written: str, read: str) -> None:
    sentence = "工作组建议缔约方立即向拾荒者提供防护用品，非政府组织予以支持。"
    spoilt = sentence.encode(written).decode(read, errors="ignore")
    text = f"会议的报告\n\n1. {spoilt}\n\n2. 会议闭幕。\n"
    (found,) = find_mojibake(text)
    assert found.kind is AnomalyKind.MOJIBAKE
    assert spoilt[:4] in text[found.span.start : found.span.end]
    assert "convert the file anew" in found.message
    assert AnomalyKind.MOJIBAKE in {one.kind for one in parse_document(text, "a").anomalies}


def test_text_that_is_in_order_is_no_mojibake() -> None:
    for text in (
        "“——……”——“……”",
        "Élève àéèùçâñõ São Tomé",
        "联通",
        "工作组建议缔约方" * 50,
        "萬俟卨、李䶮和王𬭎",
    ):
        assert find_mojibake(text) == []
    assert find_mojibake("见锟斤拷第3段")[0].span == (1, 4)
