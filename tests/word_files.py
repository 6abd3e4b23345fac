"""Write Word documents for tests, as XML: only so is every construct of the format at hand."""

import io
import zipfile
from collections.abc import Mapping, Sequence
from xml.sax.saxutils import escape, quoteattr

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
STRICT = "http://purl.oclc.org/ooxml/wordprocessingml/main"
NAMESPACES = (
    f'xmlns:w="{W}" xmlns:r="{R}" xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006" '
    'xmlns:wps="http://schemas.microsoft.com/office/word/2010/wordprocessingShape" '
    'xmlns:w14="http://schemas.microsoft.com/office/word/2010/wordml" xmlns:v="urn:schemas-microsoft-com:vml" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'
)
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_MAIN = "application/vnd.openxmlformats-officedocument.wordprocessingml.{}+xml"
_KINDS = ("numbering", "styles", "footnotes", "endnotes", "settings")

PAGE = "<w:r><w:lastRenderedPageBreak/></w:r>"


def run(text: str, properties: str = "") -> str:
    """A run; a tab and a line feed become w:tab and w:br."""
    body = escape(text).replace("\t", '</w:t><w:tab/><w:t xml:space="preserve">')
    body = body.replace("\n", '</w:t><w:br/><w:t xml:space="preserve">')
    return f'<w:r><w:rPr>{properties}</w:rPr><w:t xml:space="preserve">{body}</w:t></w:r>'


def p(*content: str, style: str = "", num: tuple[int, int] | None = None, more: str = "") -> str:
    """A paragraph of texts and of XML (what begins with <); `num` is the list and the level, `more` w:pPr."""
    inner = f'<w:pStyle w:val="{style}"/>' if style else ""
    if num is not None:
        inner += f'<w:numPr><w:ilvl w:val="{num[1]}"/><w:numId w:val="{num[0]}"/></w:numPr>'
    words = "".join(one if one.startswith("<") else run(one) for one in content)
    return f"<w:p><w:pPr>{inner}{more}</w:pPr>{words}</w:p>"


def table(*rows: Sequence[str]) -> str:
    """A table of rows of cells; a cell is a text or the XML of its blocks."""
    cells = [[cell if cell.startswith("<") else p(cell) for cell in row] for row in rows]
    body = "".join("<w:tr>" + "".join(f"<w:tc>{cell}</w:tc>" for cell in row) + "</w:tr>" for row in cells)
    return f"<w:tbl><w:tblPr/>{body}</w:tbl>"


def level(at: int, form: str, text: str, start: int = 1, more: str = "") -> str:
    """A level of a list; `more` is whatever else stands in w:lvl."""
    return (
        f'<w:lvl w:ilvl="{at}"><w:start w:val="{start}"/><w:numFmt w:val="{form}"/>{more}'
        f"<w:lvlText w:val={quoteattr(text)}/></w:lvl>"
    )


def abstract(id: int, *levels: str, more: str = "") -> str:
    return f'<w:abstractNum w:abstractNumId="{id}"><w:multiLevelType w:val="multilevel"/>{more}{"".join(levels)}</w:abstractNum>'


def num(id: int, abstract: int, starts: Mapping[int, int] | None = None) -> str:
    """An instance of a list; `starts` overrides the starts of levels."""
    over = "".join(
        f'<w:lvlOverride w:ilvl="{at}"><w:startOverride w:val="{start}"/></w:lvlOverride>'
        for at, start in (starts or {}).items()
    )
    return f'<w:num w:numId="{id}"><w:abstractNumId w:val="{abstract}"/>{over}</w:num>'


def style(id: str, based_on: str = "", properties: str = "", name: str = "", more: str = "") -> str:
    base = f'<w:basedOn w:val="{based_on}"/>' if based_on else ""
    default = ' w:default="1"' if id == "Normal" else ""
    return (
        f'<w:style w:type="paragraph" w:styleId="{id}"{default}><w:name w:val="{name or id}"/>{base}'
        f"<w:pPr>{properties}</w:pPr>{more}</w:style>"
    )


def box(*blocks: str) -> str:
    """A text box as Word writes it: a drawing, and the same again as VML for older versions."""
    inner = "".join(blocks)
    return (
        '<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:wsp><wps:txbx><w:txbxContent>'
        f"{inner}</w:txbxContent></wps:txbx></wps:wsp></w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape>"
        f"<v:textbox><w:txbxContent>{inner}</w:txbxContent></v:textbox></v:shape></w:pict></mc:Fallback>"
        "</mc:AlternateContent></w:r>"
    )


def field(instruction: str, result: str | None) -> str:
    """A complex field; without a result where `result` is None."""
    shown = f'<w:r><w:fldChar w:fldCharType="separate"/></w:r>{run(result)}' if result is not None else ""
    return (
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve">{instruction}</w:instrText></w:r>{shown}'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def note_ref(id: int, kind: str = "footnote", mark: str = "") -> str:
    """A reference to a note, with a mark of the author's own where one is given."""
    custom = f' w:customMarkFollows="1" w:id="{id}"/><w:t>{mark}</w:t' if mark else f' w:id="{id}"/'
    return f"<w:r><w:{kind}Reference{custom}></w:r>"


def notes(kind: str, texts: Mapping[int, str]) -> str:
    """The part with the notes; a text is that of one paragraph or the XML of several."""
    separator = f'<w:{kind} w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:{kind}>'
    written = "".join(
        f'<w:{kind} w:id="{id}">{text if text.startswith("<") else p(f"<w:r><w:{kind}Ref/></w:r>", " " + text)}</w:{kind}>'
        for id, text in texts.items()
    )
    return separator + written


def section(*references: tuple[str, str, str], first: bool = False, more: str = "") -> str:
    """w:sectPr; a reference is (header or footer, type, relationship id)."""
    named = "".join(f'<w:{kind}Reference w:type="{type}" r:id="{id}"/>' for kind, type, id in references)
    return f"<w:sectPr>{named}{more}{'<w:titlePg/>' if first else ''}</w:sectPr>"


def docx(
    body: str, parts: Mapping[str, str] | None = None, *, pages: int | None = None, **more: str
) -> bytes:
    """A document of blocks. `more` are numbering, styles, footnotes, endnotes; `parts` headers by their id."""
    given = {f"word/{kind}.xml": (kind, more[kind]) for kind in _KINDS if kind in more}
    files = {"word/document.xml": f"<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>"}
    relations = []
    for at, (name, (kind, inner)) in enumerate(given.items()):
        files[name] = f"<w:{kind} {NAMESPACES}>{inner}</w:{kind}>"
        relations.append((f"k{at}", kind, name.removeprefix("word/")))
    for id, inner in (parts or {}).items():
        tag = "ftr" if id.startswith("footer") else "hdr"
        files[f"word/{id}.xml"] = f"<w:{tag} {NAMESPACES}>{inner}</w:{tag}>"
        relations.append((id, id.rstrip("0123456789"), f"{id}.xml"))
    files["word/_rels/document.xml.rels"] = _relations(relations)
    top = [("r1", "officeDocument", "word/document.xml")]
    if pages is not None:
        files["docProps/app.xml"] = f"<Properties><Pages>{pages}</Pages></Properties>"
        top.append(("r2", "extended-properties", "docProps/app.xml"))
    files["_rels/.rels"] = _relations(top)
    files["[Content_Types].xml"] = _types(files)
    return zipped(files)


def zipped(files: Mapping[str, str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, text in files.items():
            archive.writestr(zipfile.ZipInfo(name), text, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def unzipped(data: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name).decode("utf-8") for name in archive.namelist()}


def _relations(rows: Sequence[tuple[str, str, str]]) -> str:
    inner = "".join(
        f'<Relationship Id="{id}" Type="{R}/{kind}" Target="{target}"/>' for id, kind, target in rows
    )
    return f'<Relationships xmlns="{_PACKAGE}/relationships">{inner}</Relationships>'


def _types(files: Mapping[str, str]) -> str:
    inner = (
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
    )
    for name in files:
        if name.startswith("word/") and not name.endswith(".rels"):
            kind = name.removeprefix("word/").removesuffix(".xml").rstrip("0123456789")
            kind = "document.main" if kind == "document" else kind
            inner += f'<Override PartName="/{name}" ContentType="{_MAIN.format(kind)}"/>'
    return f'<Types xmlns="{_PACKAGE}/content-types">{inner}</Types>'
