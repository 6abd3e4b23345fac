"""What all four writers share: labels, runs of text, headings, lines."""

import re

NO_LINE_START = "，。；：、）)”》〉〕］？！%⁰¹²³⁴⁵⁶⁷⁸⁹"
NO_LINE_END = "（(“《〈〔［"


def separator(label):
    """What stands between a label and its text: 1. text, (a) text, （一）text, 第一条　text."""
    if not label:
        return ""
    if label.startswith("第"):
        return "　"
    return "" if label.startswith("（") else " "


def runs_of(piece):
    return piece["text"] if isinstance(piece["text"], list) else [piece["text"]]


def printed_heading(piece):
    """The lines of an article heading (第一条 / 目标), a rule (准则1　押金的数额) or 建议1."""
    if piece["kind"] == "article":
        return [piece["label"], piece["title"]]
    if piece["kind"] == "rule":
        return [f"{piece['label']}　{piece['title']}"]
    return [piece["label"]]


def wrapped(text, width, measure):
    """Lines of text no wider than width; Latin words and numbers stay whole."""
    tokens = re.findall(r"[A-Za-z0-9./,'%-]+|\s|[^A-Za-z0-9\s]|.", text)
    lines, line, used = [], "", 0.0
    for token in tokens:
        size = measure(token)
        if used + size > width and line.strip() and token[0] not in NO_LINE_START:
            carry = ""
            while line and line[-1] in NO_LINE_END:
                line, carry = line[:-1], line[-1] + carry
            lines.append(line.rstrip(" "))
            line = carry
            used = measure(carry) if carry else 0.0
            if token == " ":
                continue
        line += token
        used += size
    return [*lines, line] if line else lines
