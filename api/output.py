"""What the command line writes: results to stdout, messages to stderr."""

import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any

import orjson
import typer

if TYPE_CHECKING:
    from rich.console import Console

__all__ = [
    "message",
    "print_anomalies",
    "print_answer",
    "print_documents",
    "print_json",
    "print_unit",
    "print_units",
    "stdout_console",
]

Json = Mapping[str, Any]


def print_json(value: Json) -> None:
    """Write one JSON object on one line to stdout."""
    typer.echo(orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE), nl=False)


def message(text: str) -> None:
    """Write a message to stderr; characters that its encoding lacks are written as escapes."""
    encoding = getattr(sys.stderr, "encoding", None) or "utf-8"
    typer.echo(text.encode(encoding, "backslashreplace").decode(encoding), err=True)


def stdout_console() -> "Console":
    """A console on stdout: colours on a terminal unless NO_COLOR is set, no markup, no emoji."""
    from rich.console import Console

    return Console(file=sys.stdout, highlight=False, markup=False, emoji=False, soft_wrap=True)


def print_units(units: list[Json]) -> None:
    """Write ranked or listed units for people."""
    console = stdout_console()
    for unit in units:
        print_unit(unit, console)


def print_unit(unit: Json, console: "Console", *, style: str = "bold") -> None:
    """Write one unit: rank, citation, headings, text, why."""
    rank = f"{unit['rank']}. " if "rank" in unit else ""
    console.print(f"{rank}{unit['citation']}", style=style)
    if unit["headings"]:
        console.print("   标题：" + " › ".join(unit["headings"]), style="cyan")
    if unit.get("number_inferred"):
        console.print("   编号：原文未印，按顺序推定", style="yellow")
    console.print("   " + unit["text"])
    if "why" in unit and (reasons := _reasons(unit["why"])):
        console.print("   依据：" + "；".join(reasons), style="dim")
    console.print()


def print_answer(answer: Json) -> None:
    """Write an answer with its citations, or the reason of a refusal."""
    console = stdout_console()
    if not answer["answered"]:
        console.print("未作答：" + answer["reason"], style="yellow")
        return
    for citation in answer["citations"]:
        console.print(f"“{citation['quote']}”")
        console.print(f"——{citation['citation']}", style="bold")
        if citation["headings"]:
            console.print("   标题：" + " › ".join(citation["headings"]), style="cyan")
        if citation["verified"]:
            console.print("   引文已与原文逐字核对", style="green")


def print_documents(documents: list[Json]) -> None:
    """Write documents for people: title, symbol, counts, and each anomaly with its place."""
    console = stdout_console()
    for document in documents:
        console.print(f"{document['document']}  {document['title'] or '（题名未印出）'}", style="bold")
        counts = f"   段落 {document['paragraphs']}，建议 {document['recommendations']}"
        console.print(counts + (f"，文段 {document['blocks']}" if document["blocks"] else ""))
        console.print(f"   文号：{document['symbol'] or '未知'}")
        for anomaly in document["anomalies"]:
            start, end = anomaly["span"]
            console.print(f"   异常 {anomaly['kind']} [{start}, {end})：{anomaly['message']}", style="yellow")
        console.print()


def print_anomalies(document: str, anomalies: Iterable[Json]) -> None:
    """Tell on stderr, one line a document, what could not be decided in it."""
    kinds = Counter(anomaly["kind"] for anomaly in anomalies)
    if kinds:
        counts = ", ".join(f"{kind} {number}" for kind, number in kinds.items())
        message(f"warning: {document}: {counts}; `yinzheng documents` says where")


def _reasons(why: Json) -> list[str]:
    reasons = []
    if why["reference"]:
        reasons.append(f"引证 {why['reference']}")
    if why["words"]:
        reasons.append("词语 " + " ".join(why["words"]))
    if why["variants"]:
        reasons.append("异称 " + "、".join(why["variants"]))
    if why["meaning"] is not None:
        reasons.append(f"含义 {why['meaning']:.2f}")
    return reasons
