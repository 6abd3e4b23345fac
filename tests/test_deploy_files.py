"""Dockerfile, compose file and systemd units: what they promise, checked without a container engine."""

import configparser
import fnmatch
import json
import re
import shutil
import subprocess
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from api.service.settings import Settings
from tests.deploy_support import ROOT, stages

UNITS = sorted((ROOT / "deploy/systemd").iterdir())
SERVICES = [path for path in UNITS if path.suffix == ".service"]
SETTINGS = {f"YINZHENG_{name.upper()}" for name in Settings.model_fields}


def final() -> dict[str, list[str]]:
    """The last stage: arguments by instruction."""
    found: dict[str, list[str]] = {}
    for instruction, value in stages()[-1]:
        found.setdefault(instruction, []).append(value)
    return found


def compose() -> Any:
    return yaml.safe_load((ROOT / "compose.yaml").read_text(encoding="utf-8"))


def test_the_image_runs_as_nobody_special_and_can_be_asked_how_it_is() -> None:
    last = final()
    (user,) = last["USER"]
    assert re.fullmatch(r"[1-9]\d{3,}:[1-9]\d{3,}", user)
    names = [instruction for instruction, _ in stages()[-1]]
    assert names.index("USER") > max(i for i, name in enumerate(names) if name in ("RUN", "COPY"))
    for name in ("ENTRYPOINT", "CMD"):
        assert all(isinstance(word, str) for word in json.loads(last[name][0]))
    check = json.loads(last["HEALTHCHECK"][0].partition("CMD")[2])
    assert check[0] == "python"
    assert "/healthz" in check[2]


def test_the_final_stage_takes_the_program_and_nothing_that_builds() -> None:
    last = final()
    assert last["COPY"] == ["--from=build /opt/yinzheng /opt/yinzheng"]
    (command,) = last["RUN"]
    assert "pip uninstall" in command
    assert not re.search(r"apt-get|pip install|curl|wget|gcc", command)
    assert all("ADD" not in dict(stage) for stage in stages())
    bases = [value for stage in stages() for name, value in stage if name == "FROM"]
    assert [base.split()[0] for base in bases] == ["${PYTHON}", "${PYTHON}"]
    ((_, argument),) = [pair for pair in stages()[0] if pair[0] == "ARG"]
    assert re.fullmatch(r"PYTHON=python:3\.11-slim-[a-z]+", argument)


def ignored(path: str) -> bool:
    """Whether .dockerignore leaves a path out; the last line that fits decides."""
    verdict = False
    for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines():
        if not line or line.startswith("#"):
            continue
        pattern = line.removeprefix("!").removeprefix("**/")
        parts = Path(path).parts
        heads = ["/".join(parts[: n + 1]) for n in range(len(parts))]
        tails = list(parts) if "**/" in line else []
        if any(fnmatch.fnmatch(text, pattern) for text in (*heads, *tails)):
            verdict = not line.startswith("!")
    return verdict


def test_what_is_copied_exists_and_what_is_private_stays_out() -> None:
    sources = [
        word
        for stage in stages()
        for name, value in stage
        if name == "COPY" and not value.startswith("--from")
        for word in value.split()[:-1]
    ]
    assert {"pyproject.toml", "api", "search", "deploy/requirements.txt"} <= set(sources)
    assert [source for source in sources if not (ROOT / source).exists() or ignored(source)] == []
    packages = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]
    assert set(packages["targets"]["wheel"]["packages"]) <= set(sources)
    for private in (
        ".git/config",
        ".venv/bin/python",
        "keys.jsonl",
        ".env",
        "tests/x.py",
        ".yinzheng/CURRENT",
    ):
        assert ignored(private), private
    assert ignored("api/__pycache__/x.pyc")
    assert not ignored("models/packaged/modules.json")


def test_the_lock_has_what_the_program_asks_for() -> None:
    lines = (ROOT / "deploy/requirements.txt").read_text(encoding="utf-8").splitlines()
    locked = dict(line.split("==") for line in lines if not line.startswith("#"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    asked = [*project["dependencies"], *project["optional-dependencies"]["exports"]]
    wrong = []
    for requirement in map(Requirement, asked):
        version = locked.get(canonicalize_name(requirement.name))
        if version is None or not requirement.specifier.contains(version, prereleases=True):
            wrong.append(f"{requirement}: {version}")
    assert wrong == [], "run: make lock"
    assert all(re.fullmatch(r"[a-z0-9._-]+==[0-9][0-9a-z.]*", line) for line in lines[1:])


@pytest.mark.parametrize("name", ["yinzheng", "job"])
def test_containers_may_do_nothing_that_they_need_not(name: str) -> None:
    service = compose()["services"][name]
    assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["pids_limit"] <= 512
    assert re.fullmatch(r"\d+[mg]", service["mem_limit"])
    assert service["tmpfs"][0].startswith("/tmp:size=")
    assert not {"privileged", "cap_add", "user", "devices", "pid", "ipc"} & service.keys()
    assert service.get("environment", {}).keys() <= SETTINGS


def test_the_service_reads_the_index_and_jobs_have_no_network() -> None:
    whole = compose()
    service, job = whole["services"]["yinzheng"], whole["services"]["job"]
    (environment,) = final()["ENV"]
    index = re.findall(r"YINZHENG_INDEX=(\S+)", environment)[0]
    assert service["volumes"] == [f"index:{index}:ro"]
    assert f"index:{index}" in job["volumes"]
    assert job["network_mode"] == "none"
    assert whole["volumes"].keys() == {"index"}
    assert service["environment"]["YINZHENG_KEYS"] == f"/run/secrets/{service['secrets'][0]}"
    assert whole["secrets"].keys() == set(service["secrets"])
    assert service["ports"] == ["127.0.0.1:8765:8765"]
    assert final()["EXPOSE"] == ["8765"]
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert service["image"] == job["image"] == f"yinzheng:{version}"


def directives(path: Path) -> Iterator[tuple[str, str]]:
    parser = configparser.RawConfigParser(strict=False, interpolation=None, delimiters=("=",))
    parser.optionxform = str  # type: ignore[method-assign,assignment]  # as its documentation says
    for line in path.read_text(encoding="utf-8").splitlines():
        if "=" in line and not line.startswith("#"):
            name, _, value = line.partition("=")
            yield name, value


CLOSED = {
    "ProtectSystem": "strict",
    "NoNewPrivileges": "yes",
    "CapabilityBoundingSet": "",
    "PrivateTmp": "yes",
    "ProtectHome": "yes",
    "RestrictNamespaces": "yes",
    "SystemCallFilter": "@system-service",
    "MemoryDenyWriteExecute": "yes",
    "User": "yinzheng",
}


@pytest.mark.parametrize("path", SERVICES, ids=lambda path: path.name)
def test_units_are_closed_and_bounded(path: Path) -> None:
    found = dict(directives(path))
    assert {name: found.get(name) for name in CLOSED} == CLOSED
    assert re.fullmatch(r"\d+G", found["MemoryMax"])
    assert int(found["TasksMax"]) <= 512
    variables = [value.split("=")[0] for name, value in directives(path) if name == "Environment"]
    assert set(variables) <= SETTINGS


def test_the_service_has_longer_to_stop_than_its_requests_have_to_end() -> None:
    from api.service.server import GRACEFUL_SECONDS

    unit = dict(directives(ROOT / "deploy/systemd/yinzheng.service"))
    assert GRACEFUL_SECONDS < int(unit["TimeoutStopSec"]) <= 25
    assert int(compose()["services"]["yinzheng"]["stop_grace_period"].removesuffix("s")) > GRACEFUL_SECONDS
    assert unit["Restart"] == "on-failure"
    assert unit["StateDirectory"] == "yinzheng"


@pytest.mark.skipif(shutil.which("systemd-analyze") is None, reason="systemd-analyze is not installed")
def test_systemd_finds_nothing_wrong(tmp_path: Path) -> None:
    program = tmp_path / "yinzheng"
    program.write_text("#!/bin/sh\n")
    program.chmod(0o755)
    for path in UNITS:
        text = path.read_text(encoding="utf-8")
        assert path.suffix == ".timer" or "/opt/yinzheng/bin/yinzheng" in text
        (tmp_path / path.name).write_text(text.replace("/opt/yinzheng/bin/yinzheng", str(program)))
    units = [str(tmp_path / path.name) for path in UNITS]
    command = ["systemd-analyze", "verify", "--man=no", "--recursive-errors=no", *units]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_the_compose_file_of_a_milvus_server_names_the_index_and_says_that_it_was_not_run() -> None:
    text = (ROOT / "deploy/milvus/compose.yaml").read_text(encoding="utf-8")
    assert "NOT RUN" in text
    whole = yaml.safe_load(text)
    services = whole["services"]
    assert services["yinzheng"]["environment"]["YINZHENG_INDEX"].startswith(
        "${ADDRESS:-milvus://milvus:19530/"
    )
    for name in ("yinzheng", "job"):
        assert {key for key in services[name]["environment"] if key.startswith("YINZHENG_")} <= SETTINGS
        assert services[name]["cap_drop"] == ["ALL"]
    assert all("ports" not in services[name] for name in ("etcd", "minio", "milvus", "job"))
    used = {volume.split(":")[0] for each in services.values() for volume in each.get("volumes", ())}
    assert {name for name in used if name[0] not in "$."} == set(whole["volumes"])
