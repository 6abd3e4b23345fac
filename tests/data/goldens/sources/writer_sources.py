"""Writes report.fodt, tracked.fodt and treaty.fodt: flat OpenDocument text for LibreOffice, written by hand.

python writer_sources.py FOLDER
"""

import sys
from pathlib import Path

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"
 xmlns:style="urn:oasis:names:tc:opendocument:xmlns:style:1.0"
 xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"
 xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"
 xmlns:fo="urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0"
 xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0"
 xmlns:dc="http://purl.org/dc/elements/1.1/"
 office:version="1.3" office:mimetype="application/vnd.oasis.opendocument.text">
<office:font-face-decls><style:font-face style:name="Hei" svg:font-family="'WenQuanYi Zen Hei'"/></office:font-face-decls>
<office:styles>
<style:default-style style:family="paragraph"><style:paragraph-properties fo:margin-bottom="0.2cm"/>
<style:text-properties style:font-name="Hei" style:font-name-asian="Hei" fo:font-size="11pt" style:font-size-asian="11pt"
 fo:language="en" fo:country="US" style:language-asian="zh" style:country-asian="CN"/></style:default-style>
<style:style style:name="Standard" style:family="paragraph"/>
<style:style style:name="Header" style:family="paragraph" style:parent-style-name="Standard"/>
</office:styles>
<office:automatic-styles>
<style:style style:name="C" style:family="paragraph" style:parent-style-name="Standard">
<style:paragraph-properties fo:text-align="center"/></style:style>
<style:style style:name="B" style:family="paragraph" style:parent-style-name="Standard">
<style:paragraph-properties fo:break-before="page"/></style:style>
<style:style style:name="cell" style:family="table-cell"><style:table-cell-properties fo:border="0.5pt solid #000000"/></style:style>
<text:list-style style:name="L">
<text:list-level-style-number text:level="1" style:num-suffix="." style:num-format="1"/>
<text:list-level-style-number text:level="2" style:num-prefix="(" style:num-suffix=")" style:num-format="a"/>
</text:list-style>
<text:list-style style:name="M">
<text:list-level-style-number text:level="1" style:num-suffix="." style:num-format="1"/>
<text:list-level-style-number text:level="2" style:num-prefix="(" style:num-suffix=")" style:num-format="a"/>
</text:list-style>
<style:page-layout style:name="P"><style:page-layout-properties fo:page-width="21cm" fo:page-height="14cm" fo:margin="2cm"/>
<style:header-style/><style:footer-style/></style:page-layout>
</office:automatic-styles>
<office:master-styles><style:master-page style:name="Standard" style:page-layout-name="P">
<style:header><text:p text:style-name="Header">HEADING</text:p></style:header>
<style:footer><text:p text:style-name="Header"><text:page-number/></text:p></style:footer>
</style:master-page></office:master-styles>
<office:body><office:text>
"""
TAIL = "</office:text></office:body></office:document>\n"

NOTE = (
    '<text:note text:id="n1" text:note-class="footnote"><text:note-citation>1</text:note-citation>'
    "<text:note-body><text:p>数额按2031年5月1日的汇率折算。</text:p></text:note-body></text:note>"
)
DELETED = '<text:change text:change-id="d1"/>'
INSERTED = '<text:change-start text:change-id="i1"/>三十<text:change-end text:change-id="i1"/>'
INFO = "<office:change-info><dc:creator>秘书</dc:creator><dc:date>2031-06-01T09:00:00</dc:date></office:change-info>"
CHANGES = (
    '<text:tracked-changes><text:changed-region text:id="d1"><text:deletion>'
    f"{INFO}<text:p>六十</text:p></text:deletion></text:changed-region>"
    f'<text:changed-region text:id="i1"><text:insertion>{INFO}</text:insertion></text:changed-region>'
    "</text:tracked-changes>\n"
)


def p(text, style="Standard"):
    return f'<text:p text:style-name="{style}">{text}</text:p>\n'


def h(text, level=1):
    return f'<text:h text:outline-level="{level}">{text}</text:h>\n'


def numbered(items, first=True, style="L"):
    """A list of level 1; an item with a list of its own has (a), (b) below it."""
    again = "" if first else ' text:continue-numbering="true"'
    out = f'<text:list text:style-name="{style}"{again}>'
    for item in items:
        text, below = item if isinstance(item, tuple) else (item, [])
        out += f"<text:list-item><text:p>{text}</text:p>"
        if below:
            out += "<text:list>" + "".join(
                f"<text:list-item><text:p>{b}</text:p></text:list-item>" for b in below
            )
            out += "</text:list>"
        out += "</text:list-item>"
    return out + "</text:list>\n"


def table(rows):
    out = f'<table:table table:name="T"><table:table-column table:number-columns-repeated="{len(rows[0])}"/>'
    for row in rows:
        cells = "".join(
            f'<table:table-cell table:style-name="cell" office:value-type="string"><text:p>{c}</text:p></table:table-cell>'
            for c in row
        )
        out += f"<table:table-row>{cells}</table:table-row>"
    return out + "</table:table>\n"


def report(days, before=""):
    return (
        HEAD.replace("HEADING", "RHE/WG.3/2031/7")
        + before
        + p("RHE/WG.3/2031/7")
        + p("回收工作组")
        + p("2031年5月19日至21日，柳岸")
        + p("2031年5月19日至21日在柳岸举行的回收工作组会议的报告", "C")
        + h("一. 导言")
        + numbered(
            [
                "回收工作组第三次会议于2031年5月19日至21日在柳岸举行。",
                ("工作组选出了下列主席团成员：", ["主席：陶然（澜汀）；", "报告员：叶知秋（木渡）。"]),
            ]
        )
        + h("二. 建议")
        + numbered(["工作组通过了以下两项建议。"], first=False)
        + p("建议1")
        + p(f"经营者应当在{days}日内退还押金。")
        + p("建议2")
        + p("缔约方不得对拾荒者征收登记费。")
        + h("三. 讨论情况")
        + numbered([f"各缔约方的押金见下表。{NOTE}"], first=False)
        + table([["缔约方", "小瓶", "大瓶"], ["澜汀", "五角", "一元"], ["木渡", "三角", "六角"]])
        + numbered(["一位代表说，押金过低，消费者宁愿丢弃容器。", "会议于5月21日闭幕。"], first=False)
        + TAIL
    )


def treaty():
    return (
        HEAD.replace("HEADING", "关于共用渡口的条约")
        + p("关于共用渡口的条约", "C")
        + p("缔约双方，")
        + p("愿便利两岸居民往来，")
        + p("议定如下：")
        + p("第一条", "C")
        + p("渡口", "C")
        + numbered(["双方共同使用柳岸渡口。", "渡口每日六时至二十一时开放。"])
        + p("第二条", "C")
        + p("费用", "C")
        + p("渡船的费用由双方各负担一半。")
        + p("第三条", "C")
        + p("检查", "C")
        + numbered(
            [
                ("任何一方可以检查：", ["乘客的证件；", "所载的货物。"]),
                "检查不得超过二十分钟。",
                "检查记录保存一年。",
            ],
            style="M",
        )
        + TAIL
    )


if __name__ == "__main__":
    folder = Path(sys.argv[1])
    (folder / "report.fodt").write_text(report("三十"), encoding="utf-8")
    (folder / "tracked.fodt").write_text(report(DELETED + INSERTED, CHANGES), encoding="utf-8")
    (folder / "treaty.fodt").write_text(treaty(), encoding="utf-8")
