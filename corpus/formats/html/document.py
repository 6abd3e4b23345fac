"""HTML and XHTML to text, line by line as a browser shows them."""

import codecs
import re

from corpus.errors import EmptyFile
from corpus.formats.extracted import Extracted
from corpus.formats.html.elements import PageReader
from corpus.formats.html.items import count_items
from corpus.layout.decode import decode
from corpus.types import Anomaly, AnomalyKind, Span

__all__ = ["extract_html"]

_HEAD = 4096  # bytes in which a page says its encoding; the HTML Standard (13.2.3.2) looks at 1,024
_META = re.compile(rb"<meta[^>]{0,300}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.\-]{1,40})", re.IGNORECASE)
_XML = re.compile(rb"<\?xml[^>]{0,200}?encoding\s*=\s*[\"']([A-Za-z0-9_:.\-]{1,40})", re.IGNORECASE)
# Labels that pages use for more than they name (Encoding Standard, 4.2): GBK pages say gb2312, and so on.
_WIDER = {
    "gb2312": "gb18030",
    "gbk": "gb18030",
    "x-gbk": "gb18030",
    "ascii": "cp1252",
    "us-ascii": "cp1252",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "big5": "big5hkscs",
    "utf-16": "utf-8",  # a page whose label can be read byte by byte is not in UTF-16
    "utf-16le": "utf-8",
    "utf-16be": "utf-8",
    "unicode": "utf-8",
}


def extract_html(data: bytes, name: str) -> Extracted:
    """The text of a page; `name` is for messages.

    Raises EmptyFile where the page shows no words, else BinaryFile or UnknownEncoding.
    Example: `extract_html(b"<ol><li>Meet<li>Rise</ol>", "a.html").text == "1. Meet\\n2. Rise"`
    """
    source, encoding = _decode(data, name)
    source = _without_open_end(source.replace("\0", ""))
    reader = PageReader(count_items(source))
    reader.feed(source)
    reader.close()
    text, furniture, rows = reader.lines.text()
    if not text.strip():
        raise EmptyFile(
            f"{name} shows no words ({len(data)} bytes of HTML); a page with text was expected: "
            "if its text comes by a script, save the page from a browser"
        )
    anomalies = []
    if reader.hidden:
        message = f"{reader.hidden} character(s) of the page that a reader does not see were left out"
        anomalies.append(Anomaly(AnomalyKind.HIDDEN_TEXT, message, Span(0, len(text))))
    if reader.images:
        message = f"{reader.images} picture(s) of the page are not read"
        anomalies.append(Anomaly(AnomalyKind.NOT_READ, message, Span(0, len(text))))
    return Extracted(text, encoding, furniture=tuple(furniture), anomalies=tuple(anomalies), rows=tuple(rows))


def _without_open_end(source: str) -> str:
    """Write what follows the last > as words: no tag ends there, and html.parser would look for its end again
    and again, in time that grows with the square of the length."""
    end = source.rfind(">") + 1
    return source[:end] + source[end:].replace("<", "&lt;")


def _decode(data: bytes, name: str) -> tuple[str, str]:
    """By the byte-order mark, as UTF-8, by what the page says, then as text is decoded.

    What is valid UTF-8 beyond ASCII is UTF-8, whatever the page says: saved pages often keep the label of the
    server.
    """
    if data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)) or not data.strip():
        return decode(data, name)
    said = _META.search(data[:_HEAD]) or _XML.search(data[:_HEAD])
    label = said[1].decode("ascii").lower() if said is not None else ""
    for encoding in ("utf-8", _WIDER.get(label, label)):
        try:
            if encoding and b"\0" not in data[:_HEAD]:
                return data.decode(encoding), encoding
        except (UnicodeDecodeError, LookupError):
            continue
    return decode(data, name)
