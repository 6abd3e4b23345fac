"""The reader that ships, opened once a process."""

from dataclasses import dataclass
from functools import cache

from models.reader import Reader
from models.reading.calibration import Calibration

__all__ = ["Judge", "packaged_judge"]


@dataclass(frozen=True)
class Judge:
    """A reader with the curves that make probabilities of its scores."""

    reader: Reader
    calibration: Calibration


@cache
def packaged_judge(threads: int = 1) -> Judge:
    """The packaged reader with its calibration; `threads` of onnxruntime. Raises DamagedModel."""
    from models.reading.onnx_reader import PACKAGED, OnnxReader

    return Judge(OnnxReader.open(PACKAGED, threads=threads), Calibration.open(PACKAGED))
