"""How much the development questions lose when thousands of foreign law articles are indexed too."""

import gzip
import json
import random
import shutil
from pathlib import Path
from typing import Any

from process import run, run_json

__all__ = ["fused_with_distractors", "write_articles"]

SEED = 0


def write_articles(laws: Path, folder: Path, count: int) -> int:
    """Write whole laws, drawn at random, as documents of numbered paragraphs until `count` articles stand.

    `laws` holds one article a line (`law`, `chapter`, `article`, `text`). White space inside an article
    becomes one space, so that no list in it is read as a paragraph. Returns how many were written.
    """
    articles: dict[str, list[str]] = {}
    with gzip.open(laws, "rt", encoding="utf-8") as lines:
        for line in lines:
            record = json.loads(line)
            articles.setdefault(record["law"], []).append(" ".join(record["text"].split()))
    names = sorted(articles)
    random.Random(SEED).shuffle(names)
    written = 0
    for name in names:
        texts = articles[name][: count - written]
        body = "\n\n".join(f"{number}. {text}" for number, text in enumerate(texts, 1))
        (folder / f"law-{written:06}.txt").write_text(f"{name}\n\n{body}\n", encoding="utf-8")
        written += len(texts)
        if written >= count:
            break
    return written


def fused_with_distractors(shared: Path, place: Path, encoder: str, count: int) -> tuple[Any, Any, int]:
    """`types` of `yinzheng eval` on the seeds alone, the same beside the articles, and the units indexed.

    Everything is written under `place`.
    """
    questions, index = shared / "eval/dev_questions.jsonl", place / "index"
    documents = place / "documents"
    shutil.copytree(shared / "seeds", documents, copy_function=shutil.copyfile)
    documents.chmod(0o755)
    run("index", documents, "--index", index, "--encoder", encoder)
    before = run_json("eval", questions, "--index", index)["types"]
    write_articles(shared / "data/text/cn_law.jsonl.gz", documents, count)
    report = run_json("index", documents, "--index", index, "--encoder", encoder)
    after = run_json("eval", questions, "--index", index)["types"]
    units = report["units"]
    return before, after, units if isinstance(units, int) else 0
