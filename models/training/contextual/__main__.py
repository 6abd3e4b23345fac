"""`python -m models.training.contextual --data ../shared/data --out FOLDER`: from text to model folder.

With `--start FOLDER --terms TERM_BANK` a packaged model goes on from its weights, on a term bank.
"""

import argparse
import json
import random
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.encoders.registry import FAST
from models.encoders.static import StaticEncoder, unit_rows
from models.training.contextual.batches import Terms
from models.training.contextual.export import export
from models.training.contextual.measure import measure_on
from models.training.contextual.network import Network, load_network
from models.training.contextual.shipped import open_shipped
from models.training.contextual.train import Settings, adapting, train
from models.training.texts.pairs import tokenize_sources
from models.training.texts.passages import answering_part
from models.training.texts.sources import Sources, read_sources
from models.training.texts.terms import Concept, find_mentions, held_out, read_concepts
from models.training.words.teacher import teacher_folder, teacher_vectors

LAW_SHARE = 3  # one in three of the translated law articles: they are many and of one kind
KEPT_TRANSLATIONS = 4_000  # of a second run, which sees a dozen a step: the teacher need not read the rest
SEARCHED_ARTICLES = 60_000  # in which terms are looked for: most have their mentions by then


def main() -> None:
    """Train and export; progress goes to the folder of the run, one JSON object a line."""
    options = _options()
    settings = Settings(steps=options.steps, seed=options.seed, threads=options.threads)
    static = StaticEncoder.open(options.static, "static")
    sources = _thinned(read_sources(options.data, options.seed))
    bank: Terms | None = None
    concepts: list[Concept] = []
    measured: list[Concept] = []
    if options.start:
        settings = adapting(options.steps, options.seed, options.threads)
        sources = _few_translations(sources, options.seed)
        concepts = read_concepts(options.terms)
        known, measured = held_out(concepts)
        bank = _bank(known, sources, static, options.seed)
    corpus = tokenize_sources(sources, static.tokenizer)
    said, held_out_said = (
        _teacher_vectors([pair.en for pair in pairs], options)
        for pairs in (sources.translations, sources.held_out_translations)
    )
    network = _first_network(options, static)
    measure = measure_on(sources, static.tokenizer, held_out_said, (concepts, measured))
    if not (options.run / "training.jsonl").exists():
        options.run.mkdir(parents=True, exist_ok=True)
        line = json.dumps({"step": 0, "losses": {}, "figures": dict(measure(network)), "seconds": 0})
        (options.run / "training.jsonl").write_text(line + "\n", encoding="utf-8")
    train(network, corpus, said, settings, options.run, measure, bank)
    export(options.out, static.tokenizer, network)


def _first_network(options: argparse.Namespace, static: StaticEncoder) -> Network:
    if options.start:
        return open_shipped(options.start)
    return load_network(static.tokenizer, static.rows, teacher_folder())


def _teacher_vectors(texts: list[str], options: argparse.Namespace) -> NDArray[np.float32]:
    vectors = teacher_vectors(texts, options.run / "teacher", options.threads)
    return unit_rows(vectors.astype(np.float32))


def _bank(concepts: list[Concept], sources: Sources, static: StaticEncoder, seed: int) -> Terms:
    articles = list(sources.articles)
    random.Random(seed).shuffle(articles)

    def tokens(text: str) -> NDArray[np.int32]:
        return np.array(static.tokenizer.encode(text, add_special_tokens=False).ids, np.int32)

    return Terms(concepts, find_mentions(concepts, articles[:SEARCHED_ARTICLES]), tokens)


def _few_translations(sources: Sources, seed: int) -> Sources:
    pairs = list(sources.translations)
    random.Random(seed).shuffle(pairs)
    return replace(sources, translations=pairs[:KEPT_TRANSLATIONS])


def _thinned(sources: Sources) -> Sources:
    """Questions with the part of the paragraph that answers them, and a third of the translated laws."""
    laws = [pair for pair in sources.translations if pair.law]
    others = [pair for pair in sources.translations if not pair.law]
    questions = [
        replace(question, paragraph=answering_part(question.paragraph, question.answers))
        for question in sources.questions
    ]
    return replace(sources, questions=questions, translations=[*others, *laws[::LAW_SHARE]])


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m models.training.contextual", description=main.__doc__)
    parser.add_argument("--data", type=Path, required=True, help="folder of zh_en, qa, text, lexicon")
    parser.add_argument("--out", type=Path, required=True, help="folder to write the model to")
    parser.add_argument("--static", type=Path, default=FAST, help="folder of the static encoder")
    parser.add_argument("--start", type=Path, help="folder of packaged weights to go on from, with --terms")
    parser.add_argument("--terms", type=Path, help="term bank to train on, with --start")
    parser.add_argument(
        "--run", type=Path, help="folder of checkpoint, log and cache, under build/ if not given"
    )
    parser.add_argument("--steps", type=int, default=Settings.steps)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    if (options.start is None) != (options.terms is None):
        parser.error("--start and --terms go together: the one says from where, the other on what")
    if options.run is None:  # one for each kind of run: a checkpoint is gone on from
        options.run = Path("build/contextual-terms" if options.start else "build/contextual")
    return options


if __name__ == "__main__":
    main()
