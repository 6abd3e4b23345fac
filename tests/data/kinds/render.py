"""Writes NAME.txt, NAME.docx, NAME.pdf and NAME.html from NAME/content.json.

    python tests/data/kinds/render.py [NAME ...]

Needs python-docx and reportlab; the font "hei" needs wqy-zenhei. The same content gives the same bytes.
"""

import html
import io
import json
import re
import sys
from pathlib import Path

from shaping import printed_heading, runs_of, separator, wrapped
from word import docx_file

HERE = Path(__file__).parent
HEI = "/usr/share/fonts/truetype/wqy/wqy-zenhei.ttc"
SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


# ------------------------------------------------------------------ text


def folded(text, width):
    """Lines of a text, no wider than `width` where one is given."""
    if not width:
        return text.split("\n")
    return [
        line
        for part in text.split("\n")
        for line in wrapped(part, width, lambda t: sum(1 if ord(c) > 255 else 0.5 for c in t))
    ]


def text_paragraph(source, width, page):
    """Lines of a paragraph; `page` gives those of a page break inside it."""
    out = []
    label = source.get("label", "")
    text = label + separator(label)
    for run in runs_of(source):
        if isinstance(run, str):
            text += run
        elif "note" in run:
            text += run["note"].translate(SUPERSCRIPTS)
        else:
            out.extend([*folded(text, width), "", *page(run["page"])])
            text = ""
    return [*out, *folded(text, width), ""]


def text_file(content):
    width = content["render"].get("wrap")
    notes = {p["mark"]: p["text"] for p in content["pieces"] if p["kind"] == "footnote"}
    placed = set()
    out = []

    def page(break_):
        marks = break_.get("notes", [])
        placed.update(marks)
        told = [line for mark in marks for line in (f"{mark.translate(SUPERSCRIPTS)} {notes[mark]}", "")]
        return [*told, *break_["foot"], "", *break_["head"], ""]

    for piece in content["pieces"]:
        kind = piece["kind"]
        if kind == "paragraph":
            halves = [piece, piece["en"]] if "en" in piece else [piece]
            out.extend(line for half in halves for line in text_paragraph(half, width, page))
        elif kind == "page":
            out.extend(page(piece))
        elif kind == "footnote":
            if piece["mark"] not in placed:
                out.extend([f"{piece['mark'].translate(SUPERSCRIPTS)} {piece['text']}", ""])
        elif kind == "table":
            out.extend([piece["caption"], "", *("\t".join(row) for row in piece["rows"]), ""])
        elif kind in ("article", "rule", "recommendation"):
            out.extend([*printed_heading(piece), ""])
            if "en" in piece:
                out.extend([piece["en"]["label"], piece["en"]["title"], ""])
        else:
            out.extend([*folded(piece["text"], width), ""])
            if "en" in piece:
                out.extend([piece["en"], ""])
    return "\n".join(out).rstrip("\n") + "\n"


# ------------------------------------------------------------------ HTML


def html_file(content):
    out = []
    notes = []
    breaks = content["render"].get("breaks")

    def inline(runs):
        text = ""
        for run in runs:
            if isinstance(run, str):
                text += html.escape(run, quote=False).replace("\n", "<br>" if breaks else "")
            elif "note" in run:
                text += f'<sup><a href="#n{run["note"]}">{run["note"]}</a></sup>'
        return text

    def cell(piece):
        if piece["kind"] == "article":
            return "<b>{}<br>{}</b>".format(piece["label"], piece["title"])
        label = piece.get("label", "")
        return html.escape(label) + separator(label) + inline(runs_of(piece))

    if content["render"].get("bilingual"):
        out.append("<table>")
        for piece in content["pieces"]:
            english = piece["en"] if isinstance(piece["en"], dict) else {"text": piece["en"]}
            english = {"kind": piece["kind"], **english}
            out.append(f'<tr><td>{cell(piece)}</td><td lang="en">{cell(english)}</td></tr>')
        out.append("</table>")
        pieces = []
    else:
        pieces = content["pieces"]
    for piece in pieces:
        kind = piece["kind"]
        if kind == "title":
            out.append(f"<h1>{inline([piece['text']])}</h1>")
        elif kind == "heading":
            level = piece["level"] + 1
            out.append(f"<h{level}>{inline([piece['text']])}</h{level}>")
        elif kind in ("article", "rule", "recommendation"):
            out.append(f"<h3>{'<br>'.join(map(html.escape, printed_heading(piece)))}</h3>")
        elif kind == "table":
            out.append(f"<table><caption>{html.escape(piece['caption'])}</caption>")
            for i, row in enumerate(piece["rows"]):
                tag = "td" if i else "th"
                out.append("<tr>" + "".join(f"<{tag}>{html.escape(c)}</{tag}>" for c in row) + "</tr>")
            out.append("</table>")
        elif kind == "footnote":
            notes.append(
                f'<p id="n{piece["mark"]}"><sup>{piece["mark"]}</sup> {html.escape(piece["text"])}</p>'
            )
        elif kind != "page":
            out.append(f"<p>{cell(piece)}</p>")
    if notes:
        out.append('<section class="footnotes">\n<hr>\n' + "\n".join(sorted(notes)) + "\n</section>")
    title = next(p["text"] for p in content["pieces"] if p["kind"] == "title")
    body = "\n".join(out)
    lang = content["render"].get("language", "zh-Hans")
    return (
        f'<!DOCTYPE html>\n<html lang="{lang}">\n<head>\n<meta charset="utf-8">\n'
        f"<title>{html.escape(title)}</title>\n</head>\n<body>\n{body}\n</body>\n</html>\n"
    )


# ------------------------------------------------------------------ PDF


class Sheet:
    """Lines set one under another on A4 pages, in one or two columns."""

    LEFT, RIGHT, TOP, BOTTOM = 72.0, 523.0, 760.0, 90.0

    def __init__(self, canvas, font, columns):
        self.canvas, self.font, self.columns = canvas, font, columns
        self.column, self.y, self.used = 0, self.TOP, False

    @property
    def width(self):
        whole = self.RIGHT - self.LEFT
        return whole if self.columns == 1 else (whole - 24) / 2

    @property
    def x(self):
        return self.LEFT + self.column * (self.width + 24)

    def measure(self, text, size=10.5):
        from reportlab.pdfbase.pdfmetrics import stringWidth

        return stringWidth(text, self.font, size)

    def room(self, height):
        if self.y - height < self.BOTTOM:
            if self.column + 1 < self.columns:
                self.column, self.y = self.column + 1, self.TOP
            else:
                self.new_page()

    def new_page(self):
        self.canvas.showPage()
        self.column, self.y = 0, self.TOP

    def string(self, x, text, size):
        self.canvas.setFont(self.font, size)
        self.canvas.drawString(x, self.y, text)

    def lines(self, text, size=10.5, indent=0.0, centred=False, marks=True):
        for part in text.split("\n"):
            for line in wrapped(part, self.width - indent, lambda t: self.measure(t, size)):
                self.room(size * 1.6)
                self.y -= size * 1.6
                x = self.x + indent
                if centred:
                    x = self.x + (self.width - self.measure(line, size)) / 2
                for i, bit in enumerate(re.split(r"([⁰¹²³⁴⁵⁶⁷⁸⁹]+)", line)):
                    if not bit:
                        continue
                    if i % 2:
                        digits = "".join(str("⁰¹²³⁴⁵⁶⁷⁸⁹".index(c)) for c in bit)
                        self.canvas.setFont(self.font, size * 0.6)
                        self.canvas.drawString(x, self.y + size * 0.35, digits)
                        x += self.measure(digits, size * 0.6)
                    else:
                        self.string(x, bit, size)
                        x += self.measure(bit, size)

    def foot(self, break_, notes):
        y = 56.0 + 12 * len(break_.get("notes", []))
        for mark in break_.get("notes", []):
            self.canvas.setFont(self.font, 5)
            self.canvas.drawString(self.LEFT, y + 3, mark)
            self.canvas.setFont(self.font, 8)
            self.canvas.drawString(self.LEFT + 6, y, notes[mark])
            y -= 12
        if break_.get("notes"):
            self.canvas.line(
                self.LEFT, 70 + 12 * len(break_["notes"]), self.LEFT + 90, 70 + 12 * len(break_["notes"])
            )
        self.canvas.setFont(self.font, 8)
        for i, line in enumerate(break_["foot"]):
            x = self.LEFT if i == 0 and len(break_["foot"]) > 1 else (self.LEFT + self.RIGHT) / 2
            self.canvas.drawString(x, 36, line)

    def head(self, break_):
        self.canvas.setFont(self.font, 8)
        for i, line in enumerate(break_["head"]):
            self.canvas.drawString(self.LEFT, 800 - 10 * i, line)


def pdf_font(name):
    from reportlab.pdfbase import cidfonts, pdfmetrics, ttfonts

    if name == "hei":
        pdfmetrics.registerFont(ttfonts.TTFont("hei", HEI, subfontIndex=0))
        return "hei"
    pdfmetrics.registerFont(
        cidfonts.UnicodeCIDFont("STSong-Light")
    )  # MSung-Light gets a wrong CMap from reportlab
    return "STSong-Light"


def pdf_file(content):
    from reportlab.pdfgen.canvas import Canvas

    buffer = io.BytesIO()
    canvas = Canvas(buffer, pagesize=(595, 842), invariant=1, pageCompression=1)
    canvas.setTitle(content["name"])
    sheet = Sheet(canvas, pdf_font(content["render"]["font"]), content["render"].get("columns", 1))
    notes = {p["mark"]: p["text"] for p in content["pieces"] if p["kind"] == "footnote"}
    placed = set()

    def page(break_):
        sheet.foot(break_, notes)
        placed.update(break_.get("notes", []))
        sheet.new_page()
        sheet.head(break_)

    def paragraph(piece):
        label = piece.get("label", "")
        indent = 18.0 * piece.get("level", 0)
        text = label + separator(label)
        for run in runs_of(piece):
            if isinstance(run, str):
                text += run
            elif "note" in run:
                text += run["note"].translate(SUPERSCRIPTS)
            else:
                sheet.lines(text, indent=indent)
                page(run["page"])
                text = ""
        sheet.lines(text, indent=indent)
        sheet.y -= 6

    def table(piece):
        rows = piece["rows"]
        weights = [max(sheet.measure(row[i], 9.5) for row in rows) + 14 for i in range(len(rows[0]))]
        sheet.lines(piece["caption"], size=9.5, centred=True)
        sheet.y -= 6
        sheet.room(17 * len(rows))
        x0, top = sheet.x, sheet.y
        edges = [x0]
        for w in weights:
            edges.append(edges[-1] + w)
        for i, row in enumerate(rows):
            canvas.setFont(sheet.font, 9.5)
            for x, text in zip(edges, row, strict=False):
                canvas.drawString(x + 6, top - 17 * i - 12, text)
        for i in range(len(rows) + 1):
            canvas.line(edges[0], top - 17 * i, edges[-1], top - 17 * i)
        for x in edges:
            canvas.line(x, top, x, top - 17 * len(rows))
        sheet.y = top - 17 * len(rows) - 12

    def side_by_side(piece):
        english = piece["en"] if isinstance(piece["en"], dict) else {"text": piece["en"]}
        start, lowest = sheet.y, sheet.y
        for column, half in enumerate(
            (piece, {"kind": piece["kind"], "level": piece.get("level", 0), **english})
        ):
            sheet.column, sheet.y = column, start
            if piece["kind"] == "article":
                sheet.lines("\n".join(printed_heading(half)), centred=True)
            else:
                label = half.get("label", "")
                indent = 14.0 * half.get("level", 0)
                text = label + separator(label) + "".join(runs_of(half))
                big = 13 if piece["kind"] == "title" else 10.5
                sheet.lines(text, size=big, indent=indent, centred=piece["kind"] == "title")
            lowest = min(lowest, sheet.y)
        sheet.column, sheet.y = 0, lowest - 6

    for piece in content["pieces"]:
        kind = piece["kind"]
        if content["render"].get("bilingual"):
            sheet.columns = 2
            if sheet.y < 170:
                sheet.new_page()
            side_by_side(piece)
        elif kind == "title":
            sheet.y -= 6
            sheet.lines(piece["text"], size=15, centred=sheet.columns == 1)
            sheet.y -= 6
        elif kind == "heading":
            sheet.y -= 4
            sheet.lines(
                piece["text"],
                size=13 if piece["level"] == 1 else 11.5,
                centred=content["name"].startswith("law"),
            )
            sheet.y -= 4
        elif kind in ("article", "rule", "recommendation"):
            sheet.lines("\n".join(printed_heading(piece)), size=11, centred=kind == "article")
            sheet.y -= 4
        elif kind == "table":
            table(piece)
        elif kind == "footnote":
            if piece["mark"] not in placed:
                sheet.room(20)
                sheet.lines(piece["mark"].translate(SUPERSCRIPTS) + " " + piece["text"], size=8)
        elif kind == "page":
            page(piece)
        else:
            paragraph(piece)
    if content["pieces"][-1]["kind"] != "page":
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def main():
    names = sys.argv[1:] or sorted(p.parent.name for p in HERE.glob("*/content.json"))
    for name in names:
        content = json.loads((HERE / name / "content.json").read_text(encoding="utf-8"))
        writers = {"txt": text_file, "html": html_file, "docx": docx_file, "pdf": pdf_file}
        for ending in content["render"]["formats"]:
            data = writers[ending](content)
            (HERE / name / f"{name}.{ending}").write_bytes(data.encode() if isinstance(data, str) else data)


if __name__ == "__main__":
    main()
