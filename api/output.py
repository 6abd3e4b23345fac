"""What the command line writes: results to stdout, messages to stderr.

Texts come from documents of any origin. What is written for people has no character that a terminal
would obey instead of showing; JSON, which is for programs, is exact.
"""

import sys
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, cast

import orjson
import typer

from api.messages.language import current
from api.messages.speak import said
from api.visible import visible

if TYPE_CHECKING:
    from rich.console import Console

    from search.shapes.answers import AskAnswer, CheckedSummary, SearchAnswer
    from search.shapes.documents import AnomalyRecord, Coverage, DocumentRecord
    from search.shapes.units import CitedUnit, FoundUnit, PassedOver, QuotedUnit, Reasons, Relative

__all__ = [
    "GAP",
    "cited",
    "facets_told",
    "family_told",
    "message",
    "print_anomalies",
    "print_answer",
    "print_documents",
    "print_json",
    "print_unit",
    "print_units",
    "print_unresolved",
    "progress",
    "reasons",
    "show",
    "stdout_console",
    "visible",
    "with_gaps",
]

GAP = "〔…〕"
"""What stands in a text for people where the source has something that the text passes over."""


_KIN = {
    "supersedes": "取代",
    "superseded_by": "已被取代，见",
    "corrects": "更正",
    "corrected_by": "有更正，见",
    "draft_of": "草案，定稿见",
    "final_of": "草案为",
    "duplicate_of": "同文，见",
    "adds_to": "增编，正编见",
    "added_by": "有增编，见",
}


def print_json(value: Mapping[str, object]) -> None:
    """Write one JSON object on one line to stdout."""
    typer.echo(orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE), nl=False)


def message(text: str) -> None:
    """Write a message to stderr; characters that its encoding lacks or a terminal obeys are escaped."""
    encoding = getattr(sys.stderr, "encoding", None) or "utf-8"
    text = said(text, current())
    typer.echo(visible(text).encode(encoding, "backslashreplace").decode(encoding), err=True)


@contextmanager
def progress() -> "Iterator[Callable[[str], None] | None]":
    """What tells how far long work is, on one line that goes with the end of it; None without a terminal.

    Example: `with progress() as say: build(…, progress=say)`
    """
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console

    console = Console(file=sys.stderr, highlight=False, markup=False, emoji=False)
    with console.status("") as status:
        yield lambda text: status.update(visible(said(text, current())))


def stdout_console() -> "Console":
    """A console on stdout: colours on a terminal unless NO_COLOR is set, no markup, no emoji."""
    from rich.console import Console

    return Console(file=sys.stdout, highlight=False, markup=False, emoji=False, soft_wrap=True)


def show(console: "Console", text: str, style: str | None = None) -> None:
    """Write a text in one style, as `visible` makes it: the one way from a document to a terminal."""
    console.print(visible(text), style=style)


def print_units(units: "Sequence[CitedUnit]") -> None:
    """Write ranked or listed units for people."""
    console = stdout_console()
    for unit in units:
        print_unit(unit, console)


def print_unresolved(answer: "SearchAnswer") -> None:
    """Say which references of a query name nothing here, before hits that are then not what was asked."""
    missing = answer.get("unresolved")
    if not missing:
        return
    line = "本索引中没有：" + "、".join(missing)
    hits = answer["hits"]
    if hits and not any(hit["why"]["reference"] for hit in hits):
        line += "；以下为按词语和含义找到的单元"
    show(stdout_console(), line, "yellow")


def cited(unit: "CitedUnit") -> str:
    """The citation of a unit, with the page of its file where that has pages.

    Example: `《…会议的报告》，建议17（第5页）`
    """
    return f"{unit['citation']}（第{unit['page']}页）" if "page" in unit else str(unit["citation"])


def print_unit(unit: "CitedUnit", console: "Console", *, style: str = "bold") -> None:
    """Write one unit: rank, citation, headings, text, why."""
    found = cast("FoundUnit | None", unit if "rank" in unit else None)
    rank = "" if found is None else f"{found['rank']}. "
    show(console, f"{rank}{cited(unit)}", style)
    if unit["headings"]:
        show(console, "   标题：" + " › ".join(unit["headings"]), "cyan")
    if unit.get("number_inferred"):
        show(console, "   编号：原文未印，按顺序推定", "yellow")
    show(console, "   " + with_gaps(unit["text"], unit.get("gaps", ())))
    if found is not None and (told := reasons(found["why"])):
        show(console, "   依据：" + "；".join(told), "dim")
    if found is not None and (kin := family_told(found.get("family", []))):
        show(console, "   版本：" + kin, "dim")
    console.print()


def family_told(family: "Sequence[Relative]") -> str:
    """A family in words: `取代 r19；更正见 r22-corr1`."""
    return "；".join(f"{_KIN[one['relation']]} {one['document']}" for one in family)


def with_gaps(text: str, gaps: "Sequence[PassedOver]") -> str:
    """A text with 〔…〕 where the source has something that the text passes over.

    Example: `with_gaps("缔约国应", [{"at": 3, …}]) == "缔约国〔…〕应"`
    """
    pieces, at = [], 0
    for place in sorted({gap["at"] for gap in gaps}):
        pieces += [text[at:place], GAP]
        at = place
    return "".join([*pieces, text[at:]])


def _gaps_of_quote(citation: "QuotedUnit") -> "list[PassedOver]":
    """The gaps inside the words quoted, counted from their beginning."""
    start = citation["text"].find(citation["quote"])
    end = start + len(citation["quote"])
    inside = [gap for gap in citation.get("gaps", []) if start >= 0 and start < gap["at"] < end]
    return [{**gap, "at": gap["at"] - start} for gap in inside]


def print_answer(answer: "AskAnswer") -> None:
    """Write an answer and then each quotation with its citation, or a refusal with its reason."""
    console = stdout_console()
    text = answer["answer"]
    if text is None:
        show(console, f"未作答：{answer['reason']}", "yellow")
        if answer["nearest"]:
            console.print()
            show(console, "相近段落（未必回答了问题）：", "dim")
            for unit in answer["nearest"]:
                show(console, f"—— {cited(unit)}", "dim")
                show(console, "   " + unit["text"], "dim")
        return
    if answer["answer_span"] is not None:
        start, end = answer["answer_span"]
        show(console, "答：" + text[start:end], "bold green")
    for number, citation in enumerate(answer["citations"], start=1):
        if citation.get("lead"):
            show(console, citation["lead"], "dim")
        quote, gaps = citation["quote"], _gaps_of_quote(citation)
        show(console, f"“{with_gaps(quote, gaps)}”")
        mark = "" if answer["summary"] is None else f"[{number}] "
        show(console, f"{mark}——{cited(citation)}", "bold")
        if citation["headings"]:
            show(console, "   标题：" + " › ".join(citation["headings"]), "cyan")
        left_out = f"，其中略去{len(gaps)}处（〔…〕）" if gaps else ""
        show(console, f"   引文已与原文逐字核对{left_out}", "green")
        for one in citation.get("corrections", []):
            doubt = "" if one["certain"] else "可能"
            show(console, f"   {doubt}有更正：{one['text']}（{cited(one)}）", "yellow")
    if answer["summary"] is not None:
        _print_summary(answer["summary"], console)


def _print_summary(summary: "CheckedSummary", console: "Console") -> None:
    """The summary below the quotes that it numbers, said to be a machine's; what was removed, and why."""
    console.print()
    show(console, f"摘要（模型 {summary['model']} 撰写）：", "bold")
    show(console, summary["text"])
    show(console, f"   {summary['note']}", "yellow")
    if summary["removed"]:
        told = "，".join(f"{reason} {count}" for reason, count in summary["removed_reasons"].items())
        show(console, f"   未通过核对而删去的句子：{summary['removed']}（{told}）", "dim")


def print_documents(documents: "Sequence[DocumentRecord]") -> None:
    """Write documents for people: title, symbol, counts, and each anomaly with its place."""
    console = stdout_console()
    for document in documents:
        show(console, f"{document['document']}  {document['title'] or '（题名未印出）'}", "bold")
        counts = f"   段落 {document['paragraphs']}，建议 {document['recommendations']}"
        counts += f"，条 {document['articles']}" if document.get("articles") else ""
        show(console, counts + (f"，文段 {document['blocks']}" if document["blocks"] else ""))
        show(console, f"   文号：{document['symbol'] or '未知'}")
        if told := facets_told(document):
            show(console, "   " + told)
        if kin := family_told(document.get("family", [])):
            show(console, "   版本：" + kin)
        if coverage := document.get("coverage"):
            show(console, f"   字符 {_covered([coverage])}", "dim")
        for anomaly in document["anomalies"]:
            start, end = anomaly["span"]
            show(console, f"   异常 {anomaly['kind']} [{start}, {end})：{anomaly['message']}", "yellow")
        console.print()
    coverages = [document["coverage"] for document in documents if "coverage" in document]
    if len(coverages) > 1:
        show(console, f"全部 {len(coverages)} 个文件的字符 {_covered(coverages)}", "dim")


def _covered(coverages: "Sequence[Coverage]") -> str:
    """Where characters stand, summed: `1,204：编号单元 1,010，文段 120，另列 74（page_number 4，…）`."""
    aside: Counter[str] = Counter()
    for coverage in coverages:
        aside.update(coverage["aside"])
    total, units, blocks = (sum(one[name] for one in coverages) for name in ("characters", "units", "blocks"))
    kinds = "，".join(f"{kind} {count:,}" for kind, count in sorted(aside.items()))
    told = f"（{kinds}）" if kinds else ""
    return f"{total:,}：编号单元 {units:,}，文段 {blocks:,}，另列 {sum(aside.values()):,}{told}"


def facets_told(document: "DocumentRecord") -> str:
    """What a document can be filtered by, as its owner says: `type law，country 林泽、澜汀`."""
    said = {"type": document.get("type"), **document.get("facets", {})}
    values = {
        name: "、".join(each) if isinstance(each, list) else each for name, each in said.items() if each
    }
    return "，".join(f"{name} {value}" for name, value in values.items())


def print_anomalies(document: str, anomalies: "Iterable[AnomalyRecord]") -> None:
    """Tell on stderr, one line a document, what could not be decided in it."""
    kinds = Counter(anomaly["kind"] for anomaly in anomalies)
    if kinds:
        counts = ", ".join(f"{kind} {number}" for kind, number in kinds.items())
        message(f"warning: {document}: {counts}; `yinzheng documents` says where")


def reasons(why: "Reasons") -> list[str]:
    """Why a unit was found, in words: `["词语 押金", "含义 0.61"]`."""
    told = []
    if why["reference"]:
        told.append(f"引证 {why['reference']}")
    if why["words"]:
        told.append("词语 " + " ".join(why["words"]))
    if why["variants"]:
        told.append("异称 " + "、".join(why["variants"]))
    if why["meaning"] is not None:
        told.append(f"含义 {why['meaning']:.2f}")
    return told
