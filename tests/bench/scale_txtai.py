"""The same texts in txtai, for `tests/bench/scale.py`: run by an interpreter that has txtai (`TXTAI`).

    python tests/bench/scale_txtai.py TEXTS.json

Hybrid search, as txtai has it by default, over vectors of the encoder `fast`, by the same code. Prints one line of
JSON: CPU seconds of indexing, and the milliseconds of a query, the median and the 95th percentile.
"""

import json
import os
import sys
import time
from pathlib import Path

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS"):
    os.environ.setdefault(name, "1")
sys.path.insert(0, str(Path(__file__).parents[2]))

import numpy as np  # noqa: E402  # after the number of threads
from txtai import Embeddings  # type: ignore[import-not-found]  # noqa: E402

from models.encoders.registry import load_encoder  # noqa: E402


def main() -> None:
    """Index, ask, print."""
    given = json.loads(Path(sys.argv[1]).read_text("utf-8"))
    encoder = load_encoder("fast")

    def transform(texts: list[str]) -> object:  # txtai takes a plain function alone
        return encoder.encode_documents(texts)

    embeddings = Embeddings(method="external", transform=transform, hybrid=True, content=False)
    started = time.process_time()
    embeddings.index(list(enumerate(given["texts"])))
    built = time.process_time() - started
    for query in given["queries"][:20]:
        embeddings.search(query, 10)
    spent = []
    for query in given["queries"][20:]:
        started = time.process_time()
        embeddings.search(query, 10)
        spent.append(1000 * (time.process_time() - started))
    p50, p95 = (float(np.percentile(spent, part)) for part in (50, 95))
    print(json.dumps({"built": built, "p50": p50, "p95": p95}))


if __name__ == "__main__":
    main()
