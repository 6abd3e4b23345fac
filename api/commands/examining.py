"""Command doctor: what is missing or wrong, and what to do about it."""

from collections import Counter
from dataclasses import asdict
from functools import partial

import typer

from api import output
from api.commands.options import DEFAULT_INDEX, IndexOption, JsonOption
from api.messages.language import current
from api.messages.speak import said

__all__ = ["doctor"]


def doctor(context: typer.Context, index: IndexOption = DEFAULT_INDEX, json: JsonOption = False) -> None:
    """Say what is missing or wrong with the program, the machine, the settings and the index."""
    from api.doctor.examine import examine, exit_code
    from api.doctor.finding import Level

    findings = examine(index, _variables(context))
    counts = Counter(finding.level for finding in findings)
    if json:
        summary = {level.value: counts[level] for level in Level}
        output.print_json({"summary": summary, "findings": [asdict(finding) for finding in findings]})
    else:
        say = partial(said, language=current())
        for finding in findings:
            typer.echo(output.visible(f"{say(finding.level):<8} {say(finding.name)}: {say(finding.found)}"))
            for label, text in (("expected", finding.expected), ("remedy", finding.remedy)):
                if text:
                    typer.echo(output.visible(f"{'':<8} {say(label)}: {say(text)}"))
        typer.echo(", ".join(f"{say(level)} {counts[level]}" for level in Level))
    if code := exit_code(findings):
        raise typer.Exit(code)


def _variables(context: typer.Context) -> set[str]:
    """Variables that stand in for options of any command."""
    commands = getattr(context.find_root().command, "commands", {}).values()
    variables = (parameter.envvar for command in commands for parameter in command.params)
    return {name for found in variables if found for name in ([found] if isinstance(found, str) else found)}
