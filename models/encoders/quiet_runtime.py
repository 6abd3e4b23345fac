"""onnxruntime, opened so that it reports to nobody."""

import os
from pathlib import Path
from typing import Any

from models.errors import DamagedModel

__all__ = ["ends_of", "open_onnxruntime", "open_session"]


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
    """An `InferenceSession` of a graph as it was exported; raises DamagedModel where it is none."""
    onnxruntime = open_onnxruntime()
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL  # done at export
    try:
        return onnxruntime.InferenceSession(path.read_bytes(), options, providers=["CPUExecutionProvider"])
    except Exception as error:  # onnxruntime raises errors of its own that share no base
        raise DamagedModel(
            f"{path} is not a graph that onnxruntime reads ({error}): restore the folder"
        ) from error


def ends_of(session: Any) -> tuple[list[str], list[str]]:
    """The names of what a graph takes and gives."""
    return [one.name for one in session.get_inputs()], [one.name for one in session.get_outputs()]
