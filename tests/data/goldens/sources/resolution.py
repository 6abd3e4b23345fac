"""Writes reportlab-resolution.pdf with reportlab's platypus: justified text, running heads, page numbers.

python resolution.py FOLDER
"""

import sys
from pathlib import Path

from reportlab.lib.pagesizes import A5
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer

FRONT = [
    "RHE/COP/RES/4/11",
    "第四届会议",
    "2027年11月8日至19日",
    "议程项目9",
    "缔约方会议2027年11月19日通过的决议",
]
TITLE = "4/11. 水鸟迁徙路线上的渔网"
BODY = [
    "缔约方会议，",
    "回顾其2025年11月21日第3/8号决议第2段，",
    "关切地注意到每年约有六千只水鸟因缠于渔网而死亡，",
    "1. 决定在附件所列湿地设立无网区；",
    "2. 请缔约方在水鸟迁徙季节：",
    "(a) 禁止夜间设网；",
    "(b) 每周巡查无网区两次，并将巡查结果报告秘书处；",
    "3. 鼓励缔约方对因设立无网区而减少收入的渔民给予补偿，补偿的数额应当参照设立无网区以前三年的平均捕获量计算，并在每年年底以前支付；",
    "4. 请秘书处向第六届会议报告无网区的效果；",
    "5. 决定不将本决议适用于科学研究所需的设网。",
    "附件",
    "无网区",
    "1. 下滩湿地，面积2 100公顷。",
    "2. 鹭洲湿地，面积860公顷。",
]


def furniture(canvas, document):
    canvas.setFont("STSong-Light", 8)
    if document.page > 1:
        canvas.drawString(50, 565, "RHE/COP/RES/4/11")
    canvas.drawString(50, 25, "V.27-09118")
    canvas.drawRightString(370, 25, f"{document.page}/2")


def main():
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    style = ParagraphStyle(
        "text", fontName="STSong-Light", fontSize=12, leading=21, wordWrap="CJK", spaceAfter=8
    )
    title = ParagraphStyle("title", parent=style, fontSize=15, leading=24)
    flow = [Paragraph(text, style) for text in FRONT] + [Spacer(1, 8), Paragraph(TITLE, title)]
    flow += [Paragraph(text, style) for text in BODY]
    path = Path(sys.argv[1]) / "reportlab-resolution.pdf"
    document = SimpleDocTemplate(
        str(path), pagesize=A5, leftMargin=50, rightMargin=50, topMargin=50, bottomMargin=50, invariant=1
    )
    document.build(flow, onFirstPage=furniture, onLaterPages=furniture)


main()
