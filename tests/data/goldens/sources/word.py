"""Writes word-report.docx and word-law.docx: WordprocessingML as Word writes it, typed by hand, zipped.

python word.py FOLDER
"""

import sys
import zipfile
from pathlib import Path

W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
R = 'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml."
RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/"

CONTENT_TYPES = (
    XML + '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    '<Default Extension="xml" ContentType="application/xml"/>'
    + "".join(
        f'<Override PartName="/word/{name}.xml" ContentType="{TYPE}{kind}+xml"/>'
        for name, kind in [
            ("document", "document.main"),
            ("styles", "styles"),
            ("numbering", "numbering"),
            ("footnotes", "footnotes"),
            ("header1", "header"),
            ("footer1", "footer"),
        ]
    )
    + "</Types>"
)
ROOT = (
    XML + '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    f'<Relationship Id="rId1" Type="{RELATION}officeDocument" Target="word/document.xml"/></Relationships>'
)
PARTS = (
    XML
    + '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
    + "".join(
        f'<Relationship Id="rId{i}" Type="{RELATION}{kind}" Target="{name}.xml"/>'
        for i, (name, kind) in enumerate(
            [
                ("styles", "styles"),
                ("numbering", "numbering"),
                ("footnotes", "footnotes"),
                ("header1", "header"),
                ("footer1", "footer"),
            ],
            1,
        )
    )
    + "</Relationships>"
)
STYLES = (
    XML
    + f'<w:styles {W}><w:style w:type="paragraph" w:default="1" w:styleId="a"><w:name w:val="Normal"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="1"><w:name w:val="heading 1"/><w:basedOn w:val="a"/>'
    '<w:pPr><w:outlineLvl w:val="0"/></w:pPr></w:style>'
    # The number of an article comes from its style, as legal templates have it.
    '<w:style w:type="paragraph" w:customStyle="1" w:styleId="tiao"><w:name w:val="条"/><w:basedOn w:val="a"/>'
    '<w:pPr><w:numPr><w:numId w:val="5"/></w:numPr></w:pPr></w:style></w:styles>'
)


def level(i, format_, text, suffix="tab"):
    return (
        f'<w:lvl w:ilvl="{i}"><w:start w:val="1"/><w:numFmt w:val="{format_}"/><w:suff w:val="{suffix}"/>'
        f'<w:lvlText w:val="{text}"/><w:lvlJc w:val="left"/></w:lvl>'
    )


NUMBERING = (
    XML + f"<w:numbering {W}>"
    f'<w:abstractNum w:abstractNumId="0"><w:multiLevelType w:val="multilevel"/>{level(0, "decimal", "%1.")}{level(1, "lowerLetter", "(%2)")}{level(2, "lowerRoman", "(%3)")}</w:abstractNum>'
    f'<w:abstractNum w:abstractNumId="1"><w:multiLevelType w:val="singleLevel"/>{level(0, "decimal", "建议%1", "space")}</w:abstractNum>'
    f'<w:abstractNum w:abstractNumId="2"><w:multiLevelType w:val="multilevel"/>{level(0, "chineseCountingThousand", "第%1条", "space")}{level(1, "chineseCounting", "（%2）", "nothing")}</w:abstractNum>'
    '<w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num>'
    '<w:num w:numId="2"><w:abstractNumId w:val="1"/></w:num>'
    # The annex begins again: the same list with a new start.
    '<w:num w:numId="3"><w:abstractNumId w:val="0"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>'
    '<w:num w:numId="5"><w:abstractNumId w:val="2"/></w:num></w:numbering>'
)


def footnotes(texts):
    out = (
        XML
        + f'<w:footnotes {W}><w:footnote w:type="separator" w:id="-1"><w:p><w:r><w:separator/></w:r></w:p></w:footnote>'
    )
    out += '<w:footnote w:type="continuationSeparator" w:id="0"><w:p><w:r><w:continuationSeparator/></w:r></w:p></w:footnote>'
    for i, text in enumerate(texts, 1):
        out += f'<w:footnote w:id="{i}"><w:p><w:r><w:footnoteRef/></w:r><w:r><w:t xml:space="preserve"> {text}</w:t></w:r></w:p></w:footnote>'
    return out + "</w:footnotes>"


def t(text, properties=""):
    return f'<w:r>{properties and f"<w:rPr>{properties}</w:rPr>"}<w:t xml:space="preserve">{text}</w:t></w:r>'


def p(*runs, style="", number=None, ilvl=0, properties=""):
    inside = f'<w:pStyle w:val="{style}"/>' if style else ""
    if number:
        inside += f'<w:numPr><w:ilvl w:val="{ilvl}"/><w:numId w:val="{number}"/></w:numPr>'
    inside += properties
    body = "".join(run if run.startswith("<") else t(run) for run in runs)
    return f"<w:p>{inside and f'<w:pPr>{inside}</w:pPr>'}{body}</w:p>\n"


def deleted(text):
    return f'<w:del w:id="1" w:author="秘书" w:date="2031-06-01T09:00:00Z"><w:r><w:delText>{text}</w:delText></w:r></w:del>'


def inserted(text):
    return f'<w:ins w:id="2" w:author="秘书" w:date="2031-06-01T09:00:00Z">{t(text)}</w:ins>'


def footnote(i):
    return f'<w:r><w:rPr><w:vertAlign w:val="superscript"/></w:rPr><w:footnoteReference w:id="{i}"/></w:r>'


def table(rows):
    out = (
        '<w:tbl><w:tblPr><w:tblW w:w="0" w:type="auto"/></w:tblPr><w:tblGrid>'
        + "<w:gridCol/>" * len(rows[0])
        + "</w:tblGrid>"
    )
    for i, row in enumerate(rows):
        head = "<w:trPr><w:tblHeader/></w:trPr>" if i == 0 else ""
        out += f"<w:tr>{head}" + "".join(f"<w:tc><w:tcPr/>{p(cell)}</w:tc>" for cell in row) + "</w:tr>"
    return out + "</w:tbl>\n"


END = (
    '<w:sectPr><w:headerReference w:type="default" r:id="rId4"/><w:footerReference w:type="default" r:id="rId5"/>'
    '<w:pgSz w:w="11906" w:h="16838"/></w:sectPr>'
)

REPORT = (
    p("RHE/WG.4/2031/2")
    + p("打捞工作组")
    + p("2031年8月4日至6日，石桥")
    + p("2031年8月4日至6日在石桥举行的打捞工作组会议的报告", properties='<w:jc w:val="center"/>')
    + p("一. 建议", style="1")
    + p("打捞工作组通过了下列建议。", number=1)
    + p("缔约方应当为打捞船免费提供燃料。", number=2)
    + p("缔约方应当在", deleted("五"), inserted("两"), "年内拆除废弃的拦河网。", number=2)
    + p("二. 审议情况", style="1")
    + p("秘书处报告了打捞的数量，见下表。", footnote(1), number=1)
    + table([["河流", "渔网", "浮标"], ["大汀河", "312", "45"], ["青鹭江", "97", "8"]])
    + p("讨论中提出了下列意见：", number=1)
    + p("打捞应当避开鱼类的产卵期；", number=1, ilvl=1)
    + p("下列费用由船旗国负担：", number=1, ilvl=1)
    + p("运输；", number=1, ilvl=2)
    + p("焚烧；", number=1, ilvl=2)
    + p("打捞者应当得到报酬。", number=1, ilvl=1)
    + p("会议感谢", t("（此处待核）", "<w:vanish/>"), "石桥市政府。", number=1)
    + p("附件", style="1")
    + p("打捞船应当悬挂黄旗。", number=3)
    + p(
        "打捞船",
        '<w:bookmarkStart w:id="9" w:name="夜间"/>',
        "夜间",
        '<w:bookmarkEnd w:id="9"/>',
        "不得作业。",
        number=3,
    )
)
LAW = (
    p("柳岸市夜间捕鱼管理办法", properties='<w:jc w:val="center"/>')
    + p("（2030年6月9日柳岸市人民政府令第15号）")
    + p("第一章　总则", style="1")
    + p("为了保护鱼类，制定本办法。", style="tiao")
    + p("在本市河段夜间捕鱼，适用本办法。", style="tiao")
    + p("前款所称夜间，是指二十时至次日六时。")
    + p("第二章　许可", style="1")
    + p("申请许可的，应当提交：", style="tiao")
    + p("身份证明；", style="tiao", number=5, ilvl=1)
    + p("渔船的照片。", style="tiao", number=5, ilvl=1)
    + p("许可的有效期为一年，期满以前三十日可以申请延续。", style="tiao")
    + "<w:sdt><w:sdtContent>"
    + p(
        "违反第三条规定的，处",
        '<w:hyperlink w:anchor="x">' + t("三百元") + "</w:hyperlink>",
        "罚款。",
        style="tiao",
    )
    + "</w:sdtContent></w:sdt>"
    + p("本办法自2030年8月1日起施行。", style="tiao")
)


def write(path, body, header, notes):
    footer = '<w:p><w:fldSimple w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple></w:p>'
    parts = {
        "[Content_Types].xml": CONTENT_TYPES,
        "_rels/.rels": ROOT,
        "word/_rels/document.xml.rels": PARTS,
        "word/document.xml": XML + f"<w:document {W} {R}><w:body>{body}{END}</w:body></w:document>",
        "word/styles.xml": STYLES,
        "word/numbering.xml": NUMBERING,
        "word/footnotes.xml": footnotes(notes),
        "word/header1.xml": XML + f"<w:hdr {W}>{p(header)}</w:hdr>",
        "word/footer1.xml": XML + f"<w:ftr {W}>{footer}</w:ftr>",
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        for name, text in parts.items():
            package.writestr(zipfile.ZipInfo(name, (2031, 8, 7, 0, 0, 0)), text, zipfile.ZIP_DEFLATED)


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    write(folder / "word-report.docx", REPORT, "RHE/WG.4/2031/2", ["数量为2030年全年的数量。"])
    write(folder / "word-law.docx", LAW, "柳岸市夜间捕鱼管理办法", [])
