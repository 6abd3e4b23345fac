"""onnxruntime, opened so that it reports to nobody."""

import os
from typing import Any

__all__ = ["open_onnxruntime"]


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
