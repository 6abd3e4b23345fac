"""`python -m models.training.contextual --data ../shared/data --out FOLDER`: from text to model folder."""

import argparse
import json
from dataclasses import replace
from pathlib import Path

import numpy as np

from models.registry import FAST
from models.static import StaticEncoder, unit_rows
from models.training.contextual.export import export
from models.training.contextual.measure import measure_on
from models.training.contextual.network import load_network
from models.training.contextual.train import Settings, train
from models.training.pairs import tokenize_sources
from models.training.passages import answering_part
from models.training.sources import Sources, read_sources
from models.training.teacher import teacher_folder, teacher_vectors

LAW_SHARE = 3  # one in three of the translated law articles: they are many and of one kind


def main() -> None:
    """Train and export; progress goes to the folder of the run, one JSON object a line."""
    options = _options()
    settings = Settings(steps=options.steps, seed=options.seed, threads=options.threads)
    static = StaticEncoder.open(options.static, "static")
    sources = _thinned(read_sources(options.data, options.seed))
    corpus = tokenize_sources(sources, static.tokenizer)
    cache = options.run / "teacher"
    said, held_out = (
        unit_rows(teacher_vectors([pair.en for pair in pairs], cache, options.threads).astype(np.float32))
        for pairs in (sources.translations, sources.held_out_translations)
    )
    network = load_network(static.tokenizer, static.rows, teacher_folder())
    measure = measure_on(sources, static.tokenizer, held_out)
    if not (options.run / "training.jsonl").exists():
        options.run.mkdir(parents=True, exist_ok=True)
        line = json.dumps({"step": 0, "losses": {}, "figures": dict(measure(network)), "seconds": 0})
        (options.run / "training.jsonl").write_text(line + "\n", encoding="utf-8")
    train(network, corpus, said, settings, options.run, measure)
    export(options.out, static.tokenizer, network)


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
    parser.add_argument("--run", type=Path, default=Path("build/contextual"), help="checkpoint, log, cache")
    parser.add_argument("--steps", type=int, default=Settings.steps)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


if __name__ == "__main__":
    main()
