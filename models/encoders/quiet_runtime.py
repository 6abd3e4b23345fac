"""onnxruntime, opened so that it reports to nobody."""

import os
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.errors import DamagedModel

__all__ = ["ends_of", "open_onnxruntime", "open_session", "run"]


_NO_MEMORY = ("bad_alloc", "bad allocation", "Failed to allocate memory")


def open_onnxruntime() -> Any:
    """The module onnxruntime, with its telemetry off; every use of it goes through here.

    From 1.29 the published Linux builds report which models are opened, with an id of the machine, to their
    makers (github.com/microsoft/onnxruntime, pull request 27379), and keep that id and a database under
    ~/.cache/Microsoft. The variable, set before the library starts, is what that request names to stop it.
    Example: `open_onnxruntime().InferenceSession("model.onnx")`
    """
    os.environ["ORT_DISABLE_TELEMETRY"] = "1"
    import onnxruntime

    onnxruntime.disable_telemetry_events()  # where somebody else has started the library before
    return onnxruntime


def open_session(path: Path, threads: int = 1) -> Any:
    """An `InferenceSession` of a graph as it was exported; raises DamagedModel, MemoryError."""
    onnxruntime = open_onnxruntime()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL  # done at export
    try:
        return onnxruntime.InferenceSession(path.read_bytes(), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime raises errors of its own that share no base
        _raise_for_memory(error)
        raise DamagedModel(
            f"{path} is not a graph that onnxruntime reads ({error}): restore the folder"
        ) from error


def run(session: Any, outputs: list[str] | None, inputs: dict[str, NDArray[np.int64]]) -> Any:
    """What a session gives for its inputs; raises MemoryError where the library had too little."""
    try:
        return session.run(outputs, inputs)
    except Exception as error:  # as above
        _raise_for_memory(error)
        raise


def _raise_for_memory(error: Exception) -> None:
    """Raise MemoryError for an error of onnxruntime that says so in words alone."""
    if isinstance(error, MemoryError) or any(sign in str(error) for sign in _NO_MEMORY):
        raise MemoryError(str(error)) from error


def ends_of(session: Any) -> tuple[list[str], list[str]]:
    """The names of what a graph takes and gives."""
    return [one.name for one in session.get_inputs()], [one.name for one in session.get_outputs()]
