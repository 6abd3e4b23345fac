"""`python -m models.training --data ../shared/data --out models/packaged/fast`: from text to model folder."""

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.encoders.static import unit_rows
from models.training.texts.pairs import tokenize_sources
from models.training.texts.sources import Sources, read_sources
from models.training.words.evaluate import evaluate
from models.training.words.export import export
from models.training.words.initial import initial_rows, latin_tokens
from models.training.words.student import new_student
from models.training.words.teacher import strongest_directions, teacher_vectors
from models.training.words.train import Settings, TeacherRows, train
from models.training.words.vocabulary import Vocabulary, build_tokenizer, choose_vocabulary

Rows = NDArray[np.float32]


def main() -> None:
    """Train and export; progress goes to the log, one JSON object a line."""
    options = _options()
    options.log.parent.mkdir(parents=True, exist_ok=True)
    options.log.unlink(missing_ok=True)
    settings = Settings(steps=options.steps, seed=options.seed, threads=options.threads)
    sources = read_sources(options.data, options.seed)
    vocabulary = choose_vocabulary(sources, options.han_words, options.latin_words)
    tokens = frozenset(
        vocabulary.tokens
    )  # words beyond them are read as characters: no row would learn the gloss
    sources = replace(sources, glosses=[gloss for gloss in sources.glosses if gloss.word in tokens])
    tokenizer = build_tokenizer(vocabulary)
    corpus = tokenize_sources(sources, tokenizer)
    teacher, held_out, latin = _taught(sources, vocabulary, options)
    start = initial_rows(corpus, vocabulary, teacher.translations, latin, options.seed)
    rows = train(
        new_student(vocabulary, start),
        corpus,
        teacher,
        settings,
        options.log,
        lambda current: evaluate(current, tokenizer, sources, held_out),
    )
    export(options.out, tokenizer, rows)


def _taught(
    sources: Sources, vocabulary: Vocabulary, options: argparse.Namespace
) -> tuple[TeacherRows, Rows, Rows]:
    """Vectors by the teacher in `options.dim` dimensions: to train on, to measure on, of English tokens."""
    full = [
        teacher_vectors(list(texts), options.cache, options.threads)
        for texts in (
            (translation.en for translation in sources.translations),
            (gloss.english for gloss in sources.glosses),
            (translation.en for translation in sources.held_out_translations),
            latin_tokens(vocabulary),
        )
    ]
    directions = strongest_directions(full[0], options.dim)
    translations, glosses, held_out, latin = (
        unit_rows(vectors.astype(np.float32) @ directions) for vectors in full
    )
    return TeacherRows(translations, glosses), held_out, latin


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m models.training", description=main.__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of zh_en, qa, text, lexicon")
    parser.add_argument("--out", type=Path, required=True, help="folder to write the model to")
    parser.add_argument(
        "--cache", type=Path, default=Path("build/teacher"), help="teacher vectors are kept here"
    )
    parser.add_argument("--log", type=Path, default=Path("build/training.jsonl"), help="losses and figures")
    parser.add_argument("--steps", type=int, default=Settings.steps)
    parser.add_argument("--dim", type=int, default=256, help="length of a vector")
    parser.add_argument("--han-words", type=int, default=28_000)
    parser.add_argument("--latin-words", type=int, default=12_000)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


if __name__ == "__main__":
    main()
