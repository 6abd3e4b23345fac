"""`python -m models.training.reader --backbone FOLDER --run FOLDER`: trains the reader, resumable.

A run that finds `checkpoint.pt` in its folder goes on from it; `--start` begins a new run with the weights of
another one.
"""

import argparse
from pathlib import Path

from tokenizers import Tokenizer

from models.reading.layout import Layout
from models.training.reader.draw import Drawer, Shares
from models.training.reader.network import new_network, open_network
from models.training.reader.pieces import cut_tokenizer, marking_pieces
from models.training.reader.sources import read_own, read_pairs, read_qa
from models.training.reader.train import Settings, train


def main() -> None:
    """Train; progress goes to `training.jsonl` in the folder of the run, one JSON object a line."""
    options = _options()
    options.run.mkdir(parents=True, exist_ok=True)
    whole = Tokenizer.from_file(str(options.backbone / "tokenizer.json"))
    kept = marking_pieces([whole.id_to_token(number) or "" for number in range(whole.get_vocab_size())])
    tokenizer = cut_tokenizer(whole, kept)
    tokenizer.save(str(options.run / "tokenizer.json"), pretty=False)
    if options.start:
        network = open_network(options.start, options.dropped)
    else:
        network = new_network(options.backbone, kept, options.dropped)
    data, added = options.data, options.added
    own = read_own(
        [data / "own/reader_items.jsonl.gz", *sorted(added.glob("items_*.jsonl"))],
        [data / "own/reader_passages.jsonl.gz", *sorted(added.glob("passages_*.jsonl")),
         *sorted(added.glob("own_passages_*.jsonl"))],
    )  # fmt: skip
    pairs = read_pairs([data / "own/precedent_pairs.jsonl.gz", *sorted(added.glob("pairs_new*.jsonl"))])
    qa = read_qa([data / "qa/cmrc2018_train.jsonl.gz", data / "qa/drcd_dev.jsonl.gz"])
    drawer = Drawer(qa, own, pairs, Layout(tokenizer), Shares(options.own, options.pairs))
    grades = [len(one) for one in drawer.pairs]
    print(f"{len(qa)} questions of CMRC and DRCD, {len(drawer.own)} own ones, pairs by grade {grades}")
    print(f"{len(kept)} pieces; starting", flush=True)
    settings = Settings(minutes=options.minutes, rate=options.rate, table_rate=2 * options.rate,
                        threads=options.threads, seed=options.seed)  # fmt: skip
    train(network, drawer, settings, options.run)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m models.training.reader", description=main.__doc__)
    parser.add_argument("--backbone", type=Path, required=True, help="folder of models.training.backbone")
    parser.add_argument("--run", type=Path, required=True, help="folder of checkpoint and log")
    parser.add_argument("--start", type=Path, help="checkpoint whose weights a new run begins with")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--added", type=Path, default=Path("../data_own"), help="folder of further own data")
    parser.add_argument("--minutes", type=float, default=Settings.minutes)
    parser.add_argument("--rate", type=float, default=Settings.rate)
    parser.add_argument("--own", type=float, default=Shares.own, help="share of own questions")
    parser.add_argument("--pairs", type=float, default=Shares.pairs, help="share of pairs of passages")
    parser.add_argument("--dropped", type=float, default=0.1, help="share of features left out")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--seed", type=int, default=0)
    return parser.parse_args()


if __name__ == "__main__":
    main()
