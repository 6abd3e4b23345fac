"""Metrics: what is counted, and that several processes are added up."""

import os
import re
import subprocess
import sys
from pathlib import Path

from fastapi.testclient import TestClient

from api.service.app import create_app
from api.service.metrics import Metrics, forget_ended_workers
from tests.api_support import ROOT, build_samples


def value(text: str, sample: str) -> float:
    """The value of a sample in the text format."""
    found = re.search(rf"^{re.escape(sample)} (\S+)$", text, re.MULTILINE)
    assert found, f"no {sample} in\n{text}"
    return float(found[1])


def test_stages_hits_refusals_and_the_version_are_told(tmp_path: Path) -> None:
    index = build_samples(tmp_path / "index")
    with TestClient(create_app(index)) as client:
        version = client.get("/v1/search?q=押金&k=7").headers["x-index-version"]
        client.get("/v1/ask?q=zzqxv+wvbbq")
        text = client.get("/metrics").text
        (index / "CURRENT").write_text("nonsense")
        assert client.post("/v1/reload").status_code == 503
        after = client.get("/metrics").text
    assert value(text, 'yinzheng_hits_sum{route="/v1/search"}') == 7
    assert value(text, "yinzheng_refusals_total") == 1
    assert value(text, f'yinzheng_index_info{{index_version="{version}"}}') == 1
    assert value(text, "yinzheng_index_generation") == int(version.split("-")[0])
    parts = sum(
        value(text, f'yinzheng_stage_seconds_sum{{stage="{stage}"}}') for stage in ("lexical", "dense")
    )
    assert 0 < parts < value(text, 'yinzheng_stage_seconds_sum{stage="search"}')
    assert value(text, "yinzheng_index_reload_failures_total") == 0
    assert value(after, "yinzheng_index_reload_failures_total") == 1


PROCESS = """
import sys
from api.service.metrics import Metrics
metrics = Metrics()
for _ in range(int(sys.argv[1])):
    metrics.observe("GET", "/v1/search", 200, 0.004)
metrics.working(1)
metrics.opened("7-3f2a9c", 12)
if len(sys.argv) > 2:
    print(metrics.exposition().decode())
"""


def test_processes_are_added_up_and_ended_ones_do_no_work(tmp_path: Path) -> None:
    environment = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path), "PYTHONPATH": str(ROOT)}

    def run(*arguments: str) -> str:
        command = [sys.executable, "-c", PROCESS, *arguments]
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
        return done.stdout

    run("3")
    run("4")
    forget_ended_workers(str(tmp_path))
    text = run("5", "tell")
    assert value(text, 'yinzheng_requests_total{method="GET",route="/v1/search",status="200"}') == 12
    assert value(text, "yinzheng_requests_working") == 1
    assert value(text, "yinzheng_index_reloads_total") == 3
    assert value(text, 'yinzheng_index_info{index_version="7-3f2a9c"}') == 1
    assert len(re.findall(r'yinzheng_index_generation\{pid="\d+"\} 7.0', text)) == 1


def test_two_applications_in_one_process_do_not_mix() -> None:
    one, two = Metrics(), Metrics()
    one.rejected("queue_full")
    assert value(one.exposition().decode(), 'yinzheng_rejected_total{reason="queue_full"}') == 1
    assert "queue_full" not in two.exposition().decode()
