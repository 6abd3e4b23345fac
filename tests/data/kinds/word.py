"""Writes a Word document from the content of one of the folders."""

import html
import io
import re
import zipfile

from shaping import printed_heading, runs_of, separator

# ------------------------------------------------------------------ DOCX

W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
NUMBERS = {  # label pattern -> (number format, level text, separator)
    r"\d+\.": ("decimal", "%1.", "tab"),
    r"\([a-z]\)": ("lowerLetter", "(%1)", "tab"),
    r"（[一二三四五六七八九十]+）": ("chineseCountingThousand", "（%1）", "nothing"),
    r"第[一二三四五六七八九十]+条": ("chineseCountingThousand", "第%1条", "space"),
}
FIRST = {"1.", "(a)", "（一）", "第一条"}


class Numbering:
    """Automatic numbers: one list for each new start."""

    def __init__(self, document):
        self.root = document.part.numbering_part.element
        for child in list(self.root):
            self.root.remove(child)
        self.count = 0
        self.lists = {}

    def new_list(self, form):
        """A list with counters of its own; the schema wants all w:abstractNum before all w:num."""
        from docx.oxml import parse_xml

        format_, text, suffix = form
        self.count += 1
        abstract = parse_xml(
            f'<w:abstractNum xmlns:w="{W}" w:abstractNumId="{self.count}"><w:multiLevelType w:val="singleLevel"/>'
            f'<w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="{format_}"/><w:suff w:val="{suffix}"/>'
            f'<w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/></w:lvl></w:abstractNum>'
        )
        self.root.insert(self.count - 1, abstract)
        self.root.append(
            parse_xml(
                f'<w:num xmlns:w="{W}" w:numId="{self.count}"><w:abstractNumId w:val="{self.count}"/></w:num>'
            )
        )
        return self.count

    def number(self, paragraph, level, label):
        """Numbers the paragraph automatically; False where the label is of no automatic form."""
        from docx.oxml import parse_xml

        form = next((form for pattern, form in NUMBERS.items() if re.fullmatch(pattern, label)), None)
        if form is None:
            return False
        for deeper in [key for key in self.lists if key[0] > level]:
            del self.lists[deeper]
        if label in FIRST or (level, form) not in self.lists:
            self.lists[level, form] = self.new_list(form)
        paragraph._p.get_or_add_pPr().append(
            parse_xml(
                f'<w:numPr xmlns:w="{W}"><w:ilvl w:val="0"/><w:numId w:val="{self.lists[level, form]}"/></w:numPr>'
            )
        )
        return True


def add_footnotes(document, notes):
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part

    xml = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:footnotes xmlns:w="{W}">'
    xml += '<w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
    xml += '<w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:r><w:continuationSeparator/></w:r></w:p></w:footnote>'
    for mark, text in sorted(notes.items()):
        xml += (
            f'<w:footnote w:id="{mark}"><w:p><w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:footnoteRef/></w:r>'
            f'<w:r><w:t xml:space="preserve"> {html.escape(text)}</w:t></w:r></w:p></w:footnote>'
        )
    xml += "</w:footnotes>"
    type_ = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    part = Part(PackURI("/word/footnotes.xml"), type_, xml.encode(), document.part.package)
    document.part.relate_to(
        part, "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    )


def docx_file(content):
    import docx

    document = docx.Document()
    document.styles["Normal"].font.name = "Times New Roman"
    numbering = Numbering(document)
    heads = [p["head"][0] for p in content["pieces"] if p["kind"] == "page" and p["head"]]
    heads += [
        r["page"]["head"][0]
        for p in content["pieces"]
        if p["kind"] == "paragraph"
        for r in runs_of(p)
        if isinstance(r, dict) and r.get("page", {}).get("head")
    ]
    if heads:
        running_head(document, heads[0])

    def fill(paragraph, piece):
        fill_paragraph(paragraph, piece, numbering, content["render"])

    if content["render"].get("bilingual"):
        two_columns(document, content["pieces"], fill)
    else:
        for piece in content["pieces"]:
            add_piece(document, piece, fill)
    notes = {p["mark"]: p["text"] for p in content["pieces"] if p["kind"] == "footnote"}
    if notes:
        add_footnotes(document, notes)
    buffer = io.BytesIO()
    document.save(buffer)
    return dated(buffer.getvalue())


def running_head(document, text):
    from docx.oxml import parse_xml

    section = document.sections[0]
    section.header.paragraphs[0].text = text
    section.footer.paragraphs[0]._p.append(
        parse_xml(f'<w:fldSimple xmlns:w="{W}" w:instr=" PAGE "><w:r><w:t>2</w:t></w:r></w:fldSimple>')
    )


def fill_paragraph(paragraph, piece, numbering, render):
    from docx.oxml import parse_xml

    label = piece.get("label", "")
    automatic = render["automatic_numbers"]
    if label and not (automatic and numbering.number(paragraph, piece["level"], label)):
        paragraph.add_run(label + separator(label))
    for run in runs_of(piece):
        if isinstance(run, str):
            paragraph.add_run(run if render.get("breaks") else run.replace("\n", ""))
        elif "note" in run:
            paragraph._p.append(
                parse_xml(
                    f'<w:r xmlns:w="{W}"><w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
                    f'<w:footnoteReference w:id="{run["note"]}"/></w:r>'
                )
            )


def two_columns(document, pieces, fill):
    table = document.add_table(rows=0, cols=2)
    for piece in pieces:
        english = piece["en"] if isinstance(piece["en"], dict) else {"text": piece["en"]}
        cells = table.add_row().cells
        halves = (piece, {"kind": piece["kind"], "level": piece.get("level", 0), **english})
        for cell, half in zip(cells, halves, strict=True):
            if piece["kind"] == "article":
                cell.paragraphs[0].add_run(half["label"]).bold = True
                cell.add_paragraph(half["title"])
            else:
                fill(cell.paragraphs[0], half)


def add_piece(document, piece, fill):
    from docx.enum.text import WD_ALIGN_PARAGRAPH

    kind = piece["kind"]
    if kind == "title":
        paragraph = document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        paragraph.add_run(piece["text"]).bold = True
    elif kind == "heading":
        document.add_heading(piece["text"], piece["level"])
    elif kind in ("article", "rule", "recommendation"):
        for line in printed_heading(piece):
            paragraph = document.add_paragraph()
            paragraph.add_run(line).bold = True
            if kind == "article":
                paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    elif kind == "table":
        document.add_paragraph(piece["caption"])
        table = document.add_table(rows=0, cols=len(piece["rows"][0]))
        table.style = "Table Grid"
        for row in piece["rows"]:
            for cell, text in zip(table.add_row().cells, row, strict=True):
                cell.text = text
    elif kind not in ("page", "footnote"):
        fill(document.add_paragraph(), piece)


def dated(package):
    """The same package with one date for all its parts and without the thumbnail's bytes changing."""
    buffer = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(package)) as source,
        zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            target.writestr(
                zipfile.ZipInfo(name, (2031, 1, 1, 0, 0, 0)), source.read(name), zipfile.ZIP_DEFLATED, 9
            )
    return buffer.getvalue()
