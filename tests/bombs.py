"""Files made to harm whoever reads them, built here; `scale` 1.0 is the full size, less for quick tests."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
TYPES = (
    '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="xml" ContentType="application/xml"/>'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Override PartName="/word/document.xml" ContentType='
    '"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>'
)
RELS = (
    '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    '<Relationship Id="r1" Target="word/document.xml" Type='
    '"http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument"/></Relationships>'
)


def docx(document: str, *more: tuple[str, bytes]) -> bytes:
    """An office document whose main part is this XML; `more` are further entries."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("[Content_Types].xml", TYPES)
        archive.writestr("_rels/.rels", RELS)
        archive.writestr("word/document.xml", document)
        for name, data in more:
            archive.writestr(name, data)
    return out.getvalue()


def body(inner: str) -> str:
    return f'<w:document xmlns:w="{W}"><w:body>{inner}</w:body></w:document>'


PARAGRAPH = "<w:p><w:r><w:t>1. 甲。</w:t></w:r></w:p>"


def zip_of_zeros(scale: float) -> bytes:
    return docx(body(PARAGRAPH), ("word/media/a.bin", bytes(int(1_000_000_000 * scale))))


def zip_of_one_kernel(scale: float) -> bytes:
    """Many names of the directory for one entry: a small file that unpacks to any size (Fifield 2019)."""
    data = docx(body(PARAGRAPH), ("word/media/a.bin", bytes(5_000_000)))
    start = data.index(b"PK\x01\x02")
    at = data.rindex(b"PK\x01\x02")
    entry, count = data[at : data.index(b"PK\x05\x06")], max(2, int(5_000 * scale))
    names = [entry.replace(b"word/media/a.bin", b"word/media/%05d" % number) for number in range(count)]
    directory = data[start:at] + b"".join(names)
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 3 + count, 3 + count, len(directory), start, 0)
    return data[:start] + directory + end


def zip_of_many_entries(scale: float) -> bytes:
    return docx(
        body(PARAGRAPH), *((f"word/{number}.bin", b"") for number in range(int(60_000 * max(scale, 0.2))))
    )


def zip_in_zip(scale: float) -> bytes:
    inner = zip_of_zeros(scale / 10)
    for _ in range(5):
        inner = docx(body(PARAGRAPH), ("word/inner.docx", inner))
    return inner


def xml_billion_laughs(scale: float) -> bytes:
    lines = ['<!ENTITY l0 "哈">', *(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))]
    return docx(f"<!DOCTYPE a [{''.join(lines)}]>" + body("<w:p><w:r><w:t>&l9;</w:t></w:r></w:p>"))


def xml_quadratic(scale: float) -> bytes:
    size = int(200_000 * scale) + 1
    entity = f'<!DOCTYPE a [<!ENTITY a "{"哈" * size}">]>'
    return docx(entity + body(f"<w:p><w:r><w:t>{'&a;' * size}</w:t></w:r></w:p>"))


def xml_deep(scale: float) -> bytes:
    depth = int(1_000_000 * scale)
    return docx(body("<w:tbl>" * depth + "</w:tbl>" * depth))


def docx_of_paragraphs(scale: float) -> bytes:
    return docx(body(PARAGRAPH * int(3_000_000 * scale)))


def docx_of_incompressible_paragraphs(scale: float) -> bytes:
    """As many paragraphs as the checks of archives let through, under the ratio that shows a bomb."""
    rows = (
        f"<w:p><w:r><w:t>{n}. {n * 7919 % 99_991:x}甲。</w:t></w:r></w:p>"
        for n in range(int(600_000 * scale))
    )
    return docx(body("".join(rows)))


def pdf(*objects: bytes) -> bytes:
    """A PDF of these objects, numbered from 1, of which the first is the catalogue."""
    out, places = bytearray(b"%PDF-1.7\n"), list[int]()
    for number, inner in enumerate(objects, 1):
        places.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, inner)
    table = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, table)
    return bytes(out)


def stream(data: bytes, filters: int = 1, more: bytes = b"") -> bytes:
    for _ in range(filters):
        data = zlib.compress(data, 9)
    names = b"/FlateDecode" * filters
    return b"<</Length %d/Filter[%s]%s>>\nstream\n%s\nendstream" % (len(data), names, more, data)


CATALOGUE = b"<</Type/Catalog/Pages 2 0 R>>"
PAGES = b"<</Type/Pages/Count 1/Kids[3 0 R]>>"
FONT = b"/Font<</F<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>>>"
PAGE = (
    b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R/Resources<<"
    + FONT
    + b"/XObject<</X 4 0 R>>>>>>"
)


def pdf_page_tree_loop(scale: float) -> bytes:
    return pdf(
        CATALOGUE, b"<</Type/Pages/Count 1000000/Kids[3 0 R 2 0 R]>>", b"<</Type/Pages/Kids[2 0 R 3 0 R]>>"
    )


def pdf_million_pages(scale: float) -> bytes:
    count = int(1_000_000 * scale)
    return pdf(
        CATALOGUE, b"<</Type/Pages/Count %d/Kids[%s]>>" % (count, b"3 0 R " * count), PAGE, stream(b"")
    )


def pdf_stream_of_operators(scale: float) -> bytes:
    """A few kilobytes that unpack to a page of many characters."""
    text = b"BT /F 9 Tf " + b"(aaaaaaaaaaaaaaaaaaaa) Tj " * int(20_000_000 * scale) + b"ET"
    return pdf(CATALOGUE, PAGES, PAGE, stream(text, 2))


def pdf_stream_of_spaces(scale: float) -> bytes:
    return pdf(CATALOGUE, PAGES, PAGE, stream(b" " * int(2_000_000_000 * scale), 3))


def pdf_form_that_draws_itself(scale: float) -> bytes:
    form = b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 4 0 R>>>>"
    return pdf(CATALOGUE, PAGES, PAGE, stream(b"/X Do " * max(10, int(1_000 * scale)), 1, form))


def pdf_deep_arrays(scale: float) -> bytes:
    depth = int(3_000_000 * scale)
    return pdf(CATALOGUE, PAGES, PAGE, b"[" * depth + b"]" * depth)


def html_deep(scale: float) -> bytes:
    depth = int(100_000 * max(scale, 0.2))
    return ("<!DOCTYPE html><html><body>" + "<div>" * depth + "1. 甲。" + "</div>" * depth).encode()


def text_in_one_line(scale: float) -> bytes:
    return b"a" * int(100_000_000 * scale)


def text_of_paragraphs(scale: float) -> bytes:
    return "1. 甲。\n".encode() * int(3_000_000 * scale)


def text_of_rising_paragraphs(scale: float) -> bytes:
    return "".join(f"{number}. 甲。\n" for number in range(1, int(500_000 * scale))).encode()


def text_of_openings(scale: float) -> bytes:
    size = int(1_000_000 * scale) // 10
    return "1. 甲".encode() + b"".join(one.encode() * size for one in "[(*·《“ .<") + b"1/" * size


def text_of_long_numbers(scale: float) -> bytes:
    return b"".join(
        b"9" * 10_000 + f". 第{'九' * 10_000}段\n".encode() for _ in range(max(2, int(60 * scale)))
    )


def text_of_deep_front_matter(scale: float) -> bytes:
    size = int(1_000_000 * scale)
    return b"+++\na = " + b"[" * size + b"\n+++\n"


BOMBS: dict[str, Callable[[float], bytes]] = {
    "zip_of_zeros.docx": zip_of_zeros,
    "zip_of_one_kernel.docx": zip_of_one_kernel,
    "zip_of_many_entries.docx": zip_of_many_entries,
    "zip_in_zip.docx": zip_in_zip,
    "xml_billion_laughs.docx": xml_billion_laughs,
    "xml_quadratic.docx": xml_quadratic,
    "xml_deep.docx": xml_deep,
    "docx_of_paragraphs.docx": docx_of_paragraphs,
    "docx_of_incompressible_paragraphs.docx": docx_of_incompressible_paragraphs,
    "pdf_page_tree_loop.pdf": pdf_page_tree_loop,
    "pdf_million_pages.pdf": pdf_million_pages,
    "pdf_stream_of_operators.pdf": pdf_stream_of_operators,
    "pdf_stream_of_spaces.pdf": pdf_stream_of_spaces,
    "pdf_form_that_draws_itself.pdf": pdf_form_that_draws_itself,
    "pdf_deep_arrays.pdf": pdf_deep_arrays,
    "html_deep.html": html_deep,
    "text_in_one_line.txt": text_in_one_line,
    "text_of_paragraphs.txt": text_of_paragraphs,
    "text_of_rising_paragraphs.txt": text_of_rising_paragraphs,
    "text_of_openings.txt": text_of_openings,
    "text_of_long_numbers.txt": text_of_long_numbers,
    "text_of_deep_front_matter.txt": text_of_deep_front_matter,
}
