"""`python -m models.training.backbone --out FOLDER`: the pretrained weights, vocabulary cut, checked."""

import argparse
import json
import random
from dataclasses import asdict
from pathlib import Path

import torch

from models.training.backbone.check import compare, same_cuts
from models.training.backbone.convert import network_state
from models.training.backbone.network import Shape, load_backbone
from models.training.backbone.package import package_file, read_package
from models.training.backbone.vocabulary import kept_pieces, make_tokenizer, read_texts

CHECKED = 1_000
LEAST_COSINE = 0.995
LEAST_ALIKE = 0.99  # of the texts: the package normalises a few characters otherwise
LEAST_LENGTH, MOST_LENGTH = 8, 600  # characters of a text checked


def main() -> None:
    """Write `backbone.pt` and `tokenizer.json`; exit 1 where they do not agree with the package."""
    options = _options()
    torch.set_num_threads(options.threads)
    package = read_package(package_file())
    texts = list(read_texts(options.data))
    kept = kept_pieces(package, texts)
    tokenizer = make_tokenizer(package, kept)
    shape = Shape(
        len(kept), package.sizes.width, package.sizes.layers, package.sizes.heads, package.sizes.inner,
        package.sizes.positions, package.sizes.epsilon,
    )  # fmt: skip
    options.out.mkdir(parents=True, exist_ok=True)
    state = {"shape": asdict(shape), "weights": network_state(package, kept)}
    torch.save(state, options.out / "backbone.pt")
    tokenizer.save(str(options.out / "tokenizer.json"), pretty=False)

    chosen = [text for text in texts if LEAST_LENGTH <= len(text) <= MOST_LENGTH]
    chosen = random.Random(options.seed).sample(chosen, CHECKED)
    counted, cut = same_cuts(package, tokenizer, kept, chosen)
    agreement = compare(load_backbone(options.out).eval(), tokenizer, chosen)
    figures = {"pieces": len(kept), "texts": CHECKED, "counted_alike": counted, "cut_alike": cut,
               "cosine": asdict(agreement)}  # fmt: skip
    print(json.dumps(figures))
    (options.out / "check.json").write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    if agreement.mean < LEAST_COSINE or counted < LEAST_ALIKE * CHECKED:
        raise SystemExit(f"the weights in {options.out} do not agree with the package: do not train on them")


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m models.training.backbone", description=main.__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"), help="folder of the texts")
    parser.add_argument("--out", type=Path, required=True, help="folder to write to")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


if __name__ == "__main__":
    main()
