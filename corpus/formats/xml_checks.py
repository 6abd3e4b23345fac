"""Look through XML before any library builds a tree of it."""

from xml.parsers import expat

from corpus.errors import BadXml

__all__ = ["MOST_XML", "check_xml"]

MOST_XML = 64 << 20  # bytes; a report of a thousand pages has about ten million
MOST_ELEMENTS = 2_000_000  # a report of a thousand pages has a few hundred thousand
_ENCODINGS = frozenset(("utf-8", "utf-16", "us-ascii"))  # ECMA-376 part 2, 6.2.5; ASCII is UTF-8
MOST_DEPTH = 200  # libxml2 stops at 256 (XML_MAX_PARSER_DEPTH)


def check_xml(data: bytes, name: str) -> None:
    """Refuse XML that is not well-formed, declares a document type, or is deeper or larger than text is.

    Entities can only be declared in a document type, so none is ever expanded and none fetched; office
    documents may not have one (ECMA-376 part 2, 6.2.5). Raises BadXml; `name` is for messages.
    Example: `check_xml(b"<!DOCTYPE a><a/>", "a.xml")` raises
    """
    if len(data) > MOST_XML:
        raise _bad(name, f"{len(data):,} bytes of XML", f"at most {MOST_XML:,}")
    # An element needs a "<" in every encoding that expat reads: counting bytes costs next to nothing.
    if data.count(b"<") > 2 * MOST_ELEMENTS:
        raise _bad(name, f"more than {MOST_ELEMENTS:,} elements", "a document of ordinary size")
    depth = count = 0

    def start(_tag: str, _attributes: dict[str, str]) -> None:
        nonlocal depth, count
        depth, count = depth + 1, count + 1
        if depth > MOST_DEPTH:
            raise _bad(name, f"elements nested over {MOST_DEPTH} deep", "a document as programs write it")
        if count > MOST_ELEMENTS:
            raise _bad(name, f"more than {MOST_ELEMENTS:,} elements", "a document of ordinary size")

    def end(_tag: str) -> None:
        nonlocal depth
        depth -= 1

    def doctype(*_declared: object) -> None:
        raise _bad(name, "a document type, which can declare entities", "XML without one")

    def declared(_version: str, encoding: str | None, _standalone: int) -> None:
        if encoding is not None and encoding.lower() not in _ENCODINGS:
            raise _bad(name, f"XML in the encoding {encoding[:20]!r}", "UTF-8 or UTF-16")

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.StartDoctypeDeclHandler = doctype
    parser.XmlDeclHandler = declared
    try:
        parser.Parse(data, True)
    except (expat.ExpatError, ValueError, LookupError) as error:  # the last two: encodings expat cannot read
        raise _bad(name, f"XML that is not well-formed ({error})", "well-formed XML") from error


def _bad(name: str, found: str, expected: str) -> BadXml:
    return BadXml(
        f"{name} holds {found}; {expected} was expected: open it in the program that made it and save it anew"
    )
