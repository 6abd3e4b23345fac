"""Figures of a reader on what it was not trained on.

`python -m models.training.reader.measure --reader FOLDER` prints one JSON object: own questions of the fifth
held out, and CMRC 2018 dev.
"""

import argparse
import json
import random
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from models.reader import Passage, Reader, Reading
from models.reading.onnx_reader import OnnxReader
from models.training.reader.sources import Item, held_out, read_own, read_qa

__all__ = ["measure", "right"]

IGNORED = frozenset(" \t\n　,，、。；;：:“”\"'‘’「」『』《》（）()[]")


def bare(text: str) -> str:
    """Without white space, commas, quotation marks and brackets, in which answers may differ."""
    return "".join(character for character in text if character not in IGNORED)


def right(item: Item, reading: Reading) -> bool:
    """Whether what would be marked is the answer.

    A fact: the best span, or the only member, equals an answer. Several: every member is found, none other.
    """
    text = item.passage.text
    if item.kind == "fact":
        return bool(reading.spans) and bare(_text(text, reading.spans[0])) in map(bare, item.answers)
    found = [bare(_text(text, one)) for one in reading.members]
    wanted = [bare(answer) for answer in item.answers]
    return "".join(sorted(found)) == "".join(sorted(wanted)) or "".join(found) == "".join(wanted)


def measure(reader: Reader, items: Sequence[Item]) -> dict[str, object]:
    """Shares right by kind; how well answered and refused questions are told apart."""
    shares: dict[str, list[bool]] = defaultdict(list)
    scores: dict[bool, list[float]] = {True: [], False: []}
    for item in items:
        (reading,) = reader.read(item.query, [Passage(item.passage.text, item.passage.context)])
        scores[item.kind != "none"].append(reading.answers)
        if item.kind == "none":
            shares["refused"].append(reading.answers < 0)
            shares["refused by margin"].append(reading.margin < 0)
        elif item.kind == "open":
            shares["open sentence"].append(_decisive(item, reading))
            shares["open answered"].append(reading.answers >= 0)
        else:
            shares[item.kind].append(right(item, reading))
            shares[f"{item.kind} answered"].append(reading.answers >= 0)
            shares["kind"].append((reading.kind == "fact") == (item.kind == "fact"))
    figures: dict[str, object] = {
        name: [round(sum(found) / len(found), 3), len(found)] for name, found in sorted(shares.items())
    }
    if all(scores.values()):
        figures["auc"] = round(_area(scores[True], scores[False]), 4)
    return figures


def exact_and_overlap(reader: Reader, items: Sequence[Item]) -> dict[str, float]:
    """EM and F1 over characters, as CMRC 2018 counts them, of the best span of an answerable question."""
    exact, overlap = 0.0, 0.0
    for item in items:
        (reading,) = reader.read(item.query, [Passage(item.passage.text)])
        said = bare(_text(item.passage.text, reading.spans[0])) if reading.spans else ""
        exact += any(said == bare(answer) for answer in item.answers)
        overlap += max(_f1(said, bare(answer)) for answer in item.answers)
    return {"em": round(exact / len(items), 4), "f1": round(overlap / len(items), 4), "questions": len(items)}


def _decisive(item: Item, reading: Reading) -> bool:
    best = max(reading.sentences, key=lambda one: one.evidence)
    said = bare(item.passage.text[best.start : best.end])
    return any(bare(answer) in said or said in bare(answer) for answer in item.answers)


def _text(text: str, span: object) -> str:
    return text[span.start : span.end]  # type: ignore[attr-defined]


def _f1(said: str, answer: str) -> float:
    """By the longest common substring, as the task's own script does."""
    longest, before = 0, [0] * (len(answer) + 1)
    for character in said:
        row = [0] * (len(answer) + 1)
        for at, other in enumerate(answer, 1):
            if character == other:
                row[at] = before[at - 1] + 1
                longest = max(longest, row[at])
        before = row
    return 2 * longest / (len(said) + len(answer)) if longest else 0.0


def _area(above: Sequence[float], below: Sequence[float]) -> float:
    """Probability that an answered question scores higher than a refused one."""
    wins = sum((one > other) + 0.5 * (one == other) for one in above for other in below)
    return wins / (len(above) * len(below))


def own_held_out(data: Path) -> list[Item]:
    """The own questions of the fifth that is never trained on."""
    return [item for item in read_own(data) if held_out(item.passage.key)]


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--reader", type=Path, required=True)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--own", type=int, default=600, help="own questions, drawn at random")
    parser.add_argument("--cmrc", type=int, default=300, help="questions of CMRC dev, drawn at random")
    options = parser.parse_args()
    reader = OnnxReader.open(options.reader)
    own = own_held_out(options.data)
    cmrc = read_qa([options.data / "qa/cmrc2018_dev.jsonl.gz"])
    draw = random.Random(0)
    own, cmrc = draw.sample(own, min(options.own, len(own))), draw.sample(cmrc, min(options.cmrc, len(cmrc)))
    print(
        json.dumps({"own": measure(reader, own), "cmrc": exact_and_overlap(reader, cmrc)}, ensure_ascii=False)
    )


if __name__ == "__main__":
    main()
