"""Options of the optional writer, and what is told of it on stderr."""

import os
from typing import TYPE_CHECKING, Annotated

import typer

from api import output
from api.errors import BadInput

if TYPE_CHECKING:
    from api.writer.writer import Writer
    from search.shapes.answers import WriterReport

__all__ = ["LlmModelOption", "LlmOption", "tell_writer", "writer_asked"]

KEY_VARIABLE = "YINZHENG_LLM_KEY"

LlmOption = Annotated[
    str | None,
    typer.Option(
        "--llm",
        metavar="URL",
        help="Also summarise the quotations by your own OpenAI-compatible endpoint: question and quotations "
        f"are sent there. A key is read from {KEY_VARIABLE}.",
    ),
]
LlmModelOption = Annotated[
    str | None, typer.Option("--llm-model", metavar="NAME", help="The model to name to the endpoint.")
]


def writer_asked(url: str | None, model: str | None) -> "Writer | None":
    """The writer that the options ask for; raises BadEndpoint, WriterUnavailable, BadInput without a URL."""
    if url is None:
        if model is not None:
            raise BadInput("found --llm-model without --llm; name the endpoint too")
        return None
    from api.writer.endpoint import parse_endpoint
    from api.writer.writer import Writer

    return Writer(parse_endpoint(url, model, os.environ.get(KEY_VARIABLE)))


def tell_writer(told: "WriterReport | None") -> None:
    """Say on stderr why there is no summary, where one was asked for and the answer is not a refusal."""
    if told is not None and told["outcome"] == "failed":
        output.message(f"no summary: {told['message']}; the quotations stand without one")
    elif told is not None and told["outcome"] == "nothing_left":
        reasons = ", ".join(f"{reason} {count}" for reason, count in told["removed_reasons"].items())
        output.message(f"no summary: none of the {told['removed']} sentences passed the checks ({reasons})")
