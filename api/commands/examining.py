"""Command doctor: what is missing or wrong, and what to do about it."""

from collections import Counter
from dataclasses import asdict

import typer

from api import output
from api.commands.options import DEFAULT_INDEX, IndexOption, JsonOption

__all__ = ["doctor"]


def doctor(index: IndexOption = DEFAULT_INDEX, json: JsonOption = False) -> None:
    """Say what is missing or wrong with the program, the machine, the settings and the index."""
    from api.doctor.examine import examine, exit_code
    from api.doctor.finding import Level

    findings = examine(index)
    counts = Counter(finding.level for finding in findings)
    if json:
        summary = {level.value: counts[level] for level in Level}
        output.print_json({"summary": summary, "findings": [asdict(finding) for finding in findings]})
    else:
        for finding in findings:
            typer.echo(output.visible(f"{finding.level:<8} {finding.name}: {finding.found}"))
            for label, text in (("expected", finding.expected), ("remedy", finding.remedy)):
                if text:
                    typer.echo(output.visible(f"{'':<8} {label}: {text}"))
        typer.echo(", ".join(f"{level} {counts[level]}" for level in Level))
    if code := exit_code(findings):
        raise typer.Exit(code)
