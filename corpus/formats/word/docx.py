"""Read a Word document (DOCX): words in reading order, with the numbers, notes and pages that Word shows.

Read by the standard library: packages that read DOCX leave out automatic numbers or print wrong ones
(docs/decisions/0031 has the count), and those are what people cite.
"""

from collections.abc import Iterator
from xml.etree.ElementTree import Element

from corpus.errors import BinaryFile, EmptyFile
from corpus.formats.extracted import Extracted
from corpus.formats.word.lines import Line, Text
from corpus.formats.word.margins import Margins
from corpus.formats.word.numbering import Numbering
from corpus.formats.word.ooxml import Package, child, local, value
from corpus.formats.word.pages import page_starts, stated_pages
from corpus.formats.word.report import report
from corpus.formats.word.story import Shared, Story
from corpus.formats.word.styles import Styles
from corpus.formats.word.words import NoteKind, Notes
from corpus.types import Omission, Span

__all__ = ["extract_docx"]

# What only holds blocks: read through, never as one, so that a document need not be in memory whole.
_CONTAINERS = frozenset(("document", "body", "sdt", "sdtContent", "customXml"))


def extract_docx(data: bytes, name: str) -> Extracted:
    """The text of a Word document; `name` is for messages.

    Headings begin with `# `, a reference to a note is `[^1]` and its text a line `[^1]: …` below the
    paragraph: both are marks to the grammar, so no digit is glued to a word. The header of the first
    page stands at the beginning, the others and all footers at the end, as furniture. Pages are told where
    Word has left them in the file. Raises BadArchive, BadXml, BinaryFile, DamagedFile or EmptyFile.
    Example: `extract_docx(path.read_bytes(), "a.docx").text.startswith("# 一. 导言")`
    """
    package = Package(data, name)
    main = package.target("", "officeDocument")
    if main is None:
        raise BinaryFile(
            f"{name} is a ZIP archive, but no Word document (it names no main part); "
            "a document was expected: unpack it, or save the document as DOCX"
        )
    shared = _shared(package, main)
    story, margins, body = Story(shared), Margins(), Text()
    for block in _blocks(package, main):
        if local(block) == "sectPr":
            margins.section(block)
            continue
        body.write(story.read([block]))
        if (section := child(block, "pPr", "sectPr")) is not None:
            margins.section(section)
    body.write(story.finish())
    _refuse_empty(body, name)
    head, tail = margins.read(package, main, shared)
    return _together(head, body, tail, stated_pages(package))


def _shared(package: Package, main: str) -> Shared:
    """The parts beside the text; a document may have none of them."""
    relations = {one.kind: one.target for one in package.relations(main)}

    def root(kind: str) -> Element | None:
        return package.root(relations[kind]) if relations.get(kind, "") in package else None

    styles = Styles(root("styles"))
    noted: dict[tuple[NoteKind, str], Element] = {}
    for kind in NoteKind:
        notes = root(f"{kind}s")
        for one in notes if notes is not None else ():
            noted[kind, value(one, "id") or ""] = one
    return Shared(styles, Numbering.read(root("numbering"), styles), Notes(), noted)


def _blocks(package: Package, main: str) -> Iterator[Element]:
    """Paragraphs, tables and sections of the body, in order; each is forgotten when the next is read."""
    above: list[Element] = []
    block: int | None = None  # how many elements stand above the block being read
    for event, element in package.events(main):
        if event == "start":
            if not above and local(element) != "document":
                raise BinaryFile(
                    f"{package.name} is an Office file, but no Word document (its main part is a "
                    f"{local(element)[:40]}); a document was expected: save it as DOCX or PDF"
                )
            if block is None and local(element) not in _CONTAINERS:
                block = len(above)
            above.append(element)
            continue
        above.pop()
        if block == len(above):
            yield element
            above[-1].remove(element)
            block = None


def _refuse_empty(body: Text, name: str) -> None:
    if not any(piece.strip() for piece in body.pieces):
        pictures = " but pictures or objects" if body.losses else ""
        raise EmptyFile(
            f"{name} holds no words{pictures}; a document with text was expected: "
            "if it is a scan, run text recognition on it first"
        )


def _together(head: list[Line], body: Text, tail: list[Line], stated: int | None) -> Extracted:
    """Head, body and tail as one text; offsets found in the body move by the length of the head."""
    whole = Text()
    whole.write(head)
    base = whole.length
    whole.pieces += body.pieces
    whole.length += body.length
    whole.furniture += [
        Omission(one.kind, Span(base + one.span.start, base + one.span.end)) for one in body.furniture
    ]
    rows = [one._replace(span=Span(base + one.span.start, base + one.span.end)) for one in body.rows]
    whole.write(tail)
    text = "".join(whole.pieces)
    breaks = [base + at for at in body.breaks]
    pages = page_starts(text[: base + body.length], breaks, stated)
    return Extracted(text, "docx", pages, tuple(whole.furniture), report(body.losses, base), tuple(rows))
