"""Writing the lexical index: a tantivy directory over tokens that were segmented beforehand.

| field                             | type          | indexed                                               |
|-----------------------------------|---------------|-------------------------------------------------------|
| words, bigrams, headings, topics  | text, `space` | terms, frequencies and field lengths; not stored      |
| row                               | u64           | terms and a column; unit row of the document          |

Tokens are joined by spaces and split at spaces again by the tokenizer `space`; a space inside a token (as in
第2652 (2022)号) is written U+2420, by `as_term`, on the way in and in every query.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import tantivy

from indexer.content.fields import FIELDS, Field

__all__ = ["as_term", "make_schema", "write_lexical"]

TOKENIZER = "space"
HEAP_BYTES = 128_000_000  # one segment up to some 200,000 units, so that documents stand in row order
SPACES = str.maketrans(
    dict.fromkeys("\t\n\x0c\r ", "\u2420")
)  # what tantivy's white space tokenizer splits at
LOCK_FILES = (".tantivy-meta.lock", ".tantivy-writer.lock")


def as_term(token: str) -> str:
    """A token as the index holds it: `as_term("第2652 (2022)号") == "第2652␠(2022)号"`."""
    return token.translate(SPACES)


def make_schema() -> tantivy.Schema:
    """The schema in the table at the top of this file."""
    builder = tantivy.SchemaBuilder()
    for field in FIELDS:
        builder.add_text_field(field, tokenizer_name=TOKENIZER, index_option="freq")
    builder.add_unsigned_field("row", indexed=True, fast=True)
    return builder.build()


def write_lexical(folder: Path, units: Iterable[Mapping[Field, Sequence[str]]]) -> None:
    """Write the tokens of every unit, in row order, to an empty folder that exists. Raises OSError.

    Example: `write_lexical(folder, [{"words": ["缔约国", "应"], "bigrams": ["缔约", "约国", "国应"], …}])`
    """
    with _as_os_error(folder):
        index = tantivy.Index(make_schema(), str(folder), reuse=False)
        splitter = tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.whitespace()).build()
        index.register_tokenizer(TOKENIZER, splitter)
        writer = index.writer(HEAP_BYTES, num_threads=1)
    for row, tokens in enumerate(units):
        document = tantivy.Document()
        document.add_unsigned("row", row)
        for field in FIELDS:
            document.add_text(field, " ".join(map(as_term, tokens[field])))
        with _as_os_error(folder):
            writer.add_document(document)
    with _as_os_error(folder):
        writer.commit()
        writer.wait_merging_threads()
    for name in LOCK_FILES:
        (folder / name).unlink(missing_ok=True)


@contextmanager
def _as_os_error(folder: Path) -> Iterator[None]:
    """tantivy reports a full disk, as everything else, by a ValueError."""
    try:
        yield
    except ValueError as error:
        raise OSError(f"tantivy could not write {folder}: {error}") from error
