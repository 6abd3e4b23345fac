"""The command line `yinzheng`: wiring of the commands, and one place where errors become exit codes."""

import gc
import os
import sys
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperGroup

from api.commands import (
    citations,
    compiling,
    copying,
    examining,
    measure,
    precedents,
    query,
    read,
    serving,
    watching,
    write,
)
from api.errors import foreseeable, outcome_of
from api.memory import LEAST, address_space, explained
from api.messages.language import Language, current, without_choice
from api.messages.speak import in_words, localise
from api.output import message
from api.trust import trust_chosen_encoders

__all__ = ["app", "main"]

# Read by numerical libraries when they are loaded. One query is too small a task for a pool of
# threads: starting them costs a tenth of a second, and under load they wait for each other.
_ONE_THREAD = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")


STOPPED = "stopped; the index is as it was before, and vectors made so far are kept for the next run"
INTERRUPTED = 130
"""What a shell gives for Ctrl-C: 128 and the number of the signal."""


class _Reporting(TyperGroup):
    """Turns foreseeable errors into one line on stderr and the exit code of `api.errors`."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command; raises typer.Exit with the code of the error."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise  # the reader has gone; `main` ends quietly
        except KeyboardInterrupt as stopped:
            message(STOPPED)
            raise typer.Exit(INTERRUPTED) from stopped
        except foreseeable() as error:
            _tell(explained(error))
        except (RuntimeError, ImportError) as error:
            _tell(explained(error))


def _tell(error: Exception) -> NoReturn:
    """One line and the exit code of the error; an error that nobody foresaw is raised."""
    outcome = outcome_of(error)
    if outcome is None:
        raise error
    message(f"yinzheng: {in_words(error, current())}")
    raise typer.Exit(outcome.exit_code) from error


def _warn_of_little_memory() -> None:
    """A library may end the process where its memory ends: who has set the limit is told beforehand."""
    given = address_space()
    if given is not None and given < LEAST:
        message(
            f"warning: this process may use {given >> 20:,} MiB of address space; {LEAST >> 20:,} or more "
            "were expected: raise the limit (ulimit -v), or it may end without a word"
        )


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(version("yinzheng"))
        raise typer.Exit


app = typer.Typer(
    name="yinzheng",
    cls=_Reporting,
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


_KEYS = typer.Typer(no_args_is_help=True, help="API keys of the service.")
_KEYS.callback()(lambda: None)
_KEYS.command("new")(serving.new_key)


@app.callback()
def about(
    version: Annotated[
        bool, typer.Option("--version", is_eager=True, callback=_print_version, help="Print the version.")
    ] = False,
    lang: Annotated[
        Language | None,
        typer.Option("--lang", help="Language of help and messages, en or zh; else that of the locale."),
    ] = None,
) -> None:
    """Semantic search over Chinese-language documents whose paragraphs people cite."""
    trust_chosen_encoders()


app.command("index")(write.index)
app.command("encode")(write.encode)
app.command("units")(read.units)
app.command("documents")(read.documents)
app.command("search")(query.search)
app.command("ask")(query.ask)
app.command("related")(precedents.related)
app.command("chain")(precedents.chain)
app.command("show")(read.show)
app.command("cited-by")(citations.cited_by)
app.command("resolve")(citations.resolve)
app.command("compile")(compiling.compile_command)
app.command("eval")(measure.evaluate)
app.command("verify")(write.verify)
app.command("optimize")(write.optimize)
app.command("backup")(copying.backup)
app.command("restore")(copying.restore)
app.command("doctor")(examining.doctor)
app.command("serve")(serving.serve)
app.command("demo")(serving.demo)
app.command("watch")(watching.watch)
app.command("mcp")(serving.mcp)
app.command("sample")(serving.sample)
app.add_typer(_KEYS, name="key")


def main() -> NoReturn:
    """Run the command line and exit with its code."""
    # Importing makes many objects that live on: fewer collections save a tenth of a short command's time.
    gc.set_threshold(100_000, 50, 50)
    for name in _ONE_THREAD:
        os.environ.setdefault(name, "1")
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # Chinese text also where the locale is C or a code page
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")
    _warn_of_little_memory()
    try:
        command = localise(typer.main.get_command(app), current())
        command(args=without_choice(sys.argv[1:]), prog_name="yinzheng")
    except BrokenPipeError:
        # The reader has gone, as with `| head`. Python would complain again when it flushes stdout
        # at exit (docs.python.org/3/library/signal.html, note on SIGPIPE).
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(0)
