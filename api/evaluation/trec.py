"""An evaluation as the tools of the field read it: a dataset of BEIR, and runs of TREC.

    corpus.jsonl  queries.jsonl  qrels/test.tsv     the form of BEIR (Thakur et al., 2021)
    qrels.txt  bm25.run  dense.run  fused.run       the form of trec_eval

Units are named as permalinks name them, `document/kind/number` with what else their address has, and no
white space, which both forms use between columns.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

import orjson

from api.errors import BadPath
from api.evaluation.questions import Question
from api.evaluation.run import search_for
from search.library import Library
from search.query import Mode
from search.unit_key import UnitKey, key_of

__all__ = ["FILES", "unit_name", "write_trec"]

FILES = ("corpus.jsonl", "queries.jsonl", "qrels/test.tsv", "qrels.txt", *(f"{mode}.run" for mode in Mode))


DEPTH = 100  # units of a run


def write_trec(library: Library, questions: Sequence[Question], folder: Path) -> tuple[str, ...]:
    """Write FILES into a folder, which is made where it is not there; answers their names.

    Questions that nothing answers have no judgments and stand in none of the files. Raises BadPath.
    Example: `ir_measures.calc_aggregate([nDCG@10], read_trec_qrels("qrels.txt"), read_trec_run("fused.run"))`
    """
    asked = [one for one in questions if one.relevant and not one.type.refusable]
    written: Mapping[str, Iterable[str]] = {
        "corpus.jsonl": _corpus(library),
        "queries.jsonl": (_line(_id=one.id, text=_words(library, one)) for one in asked),
        "qrels/test.tsv": (
            "query-id\tcorpus-id\tscore\n",
            *("\t".join(row) + "\n" for row in _judged(asked)),
        ),
        "qrels.txt": (f"{query} 0 {unit} {grade}\n" for query, unit, grade in _judged(asked)),
        **{f"{mode}.run": _run(library, asked, mode) for mode in Mode},
    }
    try:
        (folder / "qrels").mkdir(parents=True, exist_ok=True)
        for name, lines in written.items():
            with (folder / name).open("w", encoding="utf-8", newline="\n") as file:
                file.writelines(lines)
    except OSError as error:
        raise BadPath(
            f"{folder} cannot be written ({error.strerror}); a folder that may be was expected: name another"
        ) from error
    return tuple(written)


def unit_name(key: UnitKey) -> str:
    """A unit in one word: `unit_name(UnitKey("r31", UnitKind.PARAGRAPH, 4)) == "r31/paragraph/4"`."""
    more = [str(one) for one in (key.part, key.suffix, key.clause) if one is not None]
    return "/".join(quote(one, safe="") for one in (key.document, str(key.kind), str(key.number), *more))


def _corpus(library: Library) -> Iterator[str]:
    for place in library.places():
        yield _line(_id=unit_name(key_of(place.unit)), title=" › ".join(place.unit.headings), text=place.text)


def _words(library: Library, question: Question) -> str:
    """The words of a query; of a precedent, the text of the unit whose precedents are sought."""
    return library.find(question.source).text if question.source is not None else question.query or ""


def _judged(questions: Sequence[Question]) -> Iterator[tuple[str, str, str]]:
    for one in questions:
        for key, grade in one.relevant.items():
            yield one.id, unit_name(key), str(grade)


def _run(library: Library, questions: Sequence[Question], mode: Mode) -> Iterator[str]:
    """Lines of a run. Equal scores would be ordered anew by whoever reads it, so ranks make the scores."""
    for one in questions:
        for rank, hit in enumerate(search_for(library, one, mode, DEPTH).hits, 1):
            yield f"{one.id} Q0 {unit_name(key_of(hit.unit))} {rank} {DEPTH - rank + 1} yinzheng-{mode}\n"


def _line(**values: str) -> str:
    return orjson.dumps(values).decode() + "\n"
