"""`python -m models.training.reader --backbone FOLDER --run FOLDER`: trains the reader, resumable.

A run that finds `checkpoint.pt` in its folder goes on from it; `--start` begins a new run with the weights of
another one, or with the packaged ones (`--start models/packaged/reader`), which need no backbone.
"""

import argparse
from pathlib import Path

from tokenizers import Tokenizer

from models.reading.layout import Layout
from models.reading.onnx_reader import TOKENIZER
from models.training.reader.draw import Drawer, Shares
from models.training.reader.network import ReaderNetwork, new_network, open_network
from models.training.reader.pieces import cut_tokenizer, marking_pieces
from models.training.reader.shipped import open_shipped
from models.training.reader.sources import read_own, read_pairs, read_qa
from models.training.reader.train import Settings, train


def main() -> None:
    """Train; progress goes to `training.jsonl` in the folder of the run, one JSON object a line."""
    options = _options()
    options.run.mkdir(parents=True, exist_ok=True)
    tokenizer, network = _begin(options)
    tokenizer.save(str(options.run / "tokenizer.json"), pretty=False)
    own, pairs = read_own(options.data), read_pairs(options.data)
    qa = read_qa([options.data / f"qa/{name}.jsonl.gz" for name in ("cmrc2018_train", "drcd_dev")])
    drawer = Drawer(qa, own, pairs, Layout(tokenizer), Shares(options.own, options.pairs))
    grades = [len(one) for one in drawer.pairs]
    print(f"{len(qa)} questions of CMRC and DRCD, {len(drawer.own)} own ones, pairs by grade {grades}")
    print(f"{tokenizer.get_vocab_size()} pieces; starting", flush=True)
    settings = Settings(minutes=options.minutes, rate=options.rate, table_rate=2 * options.rate,
                        threads=options.threads, seed=options.seed)  # fmt: skip
    train(network, drawer, settings, options.run)


def _begin(options: argparse.Namespace) -> tuple[Tokenizer, ReaderNetwork]:
    """Tokenizer and network of an export, or the backbone's with the weights of a checkpoint or new heads."""
    if options.start and options.start.is_dir():
        tokenizer = Tokenizer.from_file(str(options.start / TOKENIZER))
        return tokenizer, open_shipped(options.start, options.dropped)
    whole = Tokenizer.from_file(str(options.backbone / "tokenizer.json"))
    kept = marking_pieces([whole.id_to_token(number) or "" for number in range(whole.get_vocab_size())])
    if options.start:
        return cut_tokenizer(whole, kept), open_network(options.start, options.dropped)
    return cut_tokenizer(whole, kept), new_network(options.backbone, kept, options.dropped)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m models.training.reader", description=main.__doc__)
    parser.add_argument("--backbone", type=Path, help="folder of models.training.backbone")
    parser.add_argument("--run", type=Path, required=True, help="folder of checkpoint and log")
    parser.add_argument("--start", type=Path, help="checkpoint, or folder of an export, to begin with")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--minutes", type=float, default=Settings.minutes)
    parser.add_argument("--rate", type=float, default=Settings.rate)
    parser.add_argument("--own", type=float, default=Shares.own, help="share of own questions")
    parser.add_argument("--pairs", type=float, default=Shares.pairs, help="share of pairs of passages")
    parser.add_argument("--dropped", type=float, default=0.1, help="share of features left out")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    if not options.backbone and not (options.start and options.start.is_dir()):
        parser.error(
            "name --backbone FOLDER, or --start models/packaged/reader to go on from the packaged reader"
        )
    return options


if __name__ == "__main__":
    main()
