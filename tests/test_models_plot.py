"""The picture of a training log holds every point of the log at its place."""

import json
import re
from xml.etree import ElementTree

from models.training.plot import draw, series_of


def test_series_and_picture_hold_every_point() -> None:
    log = [
        json.dumps({"step": step, "losses": {"total": 5.0 - step, "qa": 2.0}, "figures": None})
        for step in range(4)
    ]
    series = series_of(log, "losses")
    assert series == {
        "total": [(0, 5.0), (1, 4.0), (2, 3.0), (3, 2.0)],
        "qa": [(step, 2.0) for step in range(4)],
    }
    assert series_of(log, "figures") == {}
    picture = draw({"losses & more": series, "figures": {}})
    root = ElementTree.fromstring(picture)
    lines = [element.get("points", "") for element in root if element.tag.endswith("polyline")]
    assert [len(line.split()) for line in lines] == [4, 4]
    heights = [float(point.split(",")[1]) for point in lines[0].split()]
    assert heights == sorted(heights)  # a falling loss goes down the picture, where y grows
    assert len(set(re.findall(r",([\d.]+)", lines[1]))) == 1
