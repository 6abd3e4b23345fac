"""The command eval."""

from pathlib import Path
from typing import Annotated

import typer

from api import output
from api.commands.options import DEFAULT_INDEX, IndexOption, JsonOption
from search.library import open_library

__all__ = ["evaluate"]


def evaluate(
    questions: Annotated[
        Path, typer.Argument(metavar="QUESTIONS.jsonl", help="Graded questions, one a line.")
    ],
    index: IndexOption = DEFAULT_INDEX,
    trec: Annotated[
        Path | None,
        typer.Option(
            "--trec", metavar="DIR", help="Write runs and judgments for trec_eval, and a BEIR dataset."
        ),
    ] = None,
    json: JsonOption = False,
) -> None:
    """Measure BM25, dense and fused search, and answers, on graded questions."""
    from api.evaluation.questions import read_questions
    from api.evaluation.report import evaluate as run_evaluation
    from api.evaluation.report import print_report

    asked = read_questions(questions)
    library = open_library(index)
    if trec is not None:
        from api.evaluation.trec import write_trec

        output.message(f"{trec}: {', '.join(write_trec(library, asked, trec))}")
    report = run_evaluation(library, asked)
    if json:
        output.print_json({"file": str(questions), **report})
    else:
        print_report(report)
