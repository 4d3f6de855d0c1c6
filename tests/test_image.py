"""The image and what stands around it: read as Docker reads them, and built without Docker by the very commands."""

import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.request
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cluster.node import free_port
from tests.conftest import missing

ROOT = Path(__file__).parents[1]
DOCKERFILE = (ROOT / "Dockerfile").read_text()
COPIED = re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.MULTILINE)
PASSWORD = "the password of a test"
DATABASE_PASSWORD = "another-password"
SHORT_LIVED = {"setup", "certificates"}
BESIDE = {"worker", "database", "queue"}
"""What runs beside the catalogue and its Elasticsearch."""


@pytest.fixture(scope="module")
def compose() -> list[str]:
    """The command of Compose: Docker's plugin, or the program of its own."""
    for command in (["docker", "compose"], ["docker-compose"]):
        if shutil.which(command[0]) and subprocess.run([*command, "version"], capture_output=True, check=False).returncode == 0:
            return command
    missing("Docker Compose (the Debian package docker-compose)")
    return []


def _config(compose: list[str], *words: str, **environment: str) -> dict[str, Any]:
    """Return the composition as Compose reads it."""
    variables = {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"]} | environment
    read = subprocess.run([*compose, *words, "config"], cwd=ROOT, env=variables, capture_output=True, text=True, check=False)
    assert read.returncode == 0, read.stderr
    composed: dict[str, Any] = yaml.safe_load(read.stdout)
    return composed


@pytest.mark.parametrize(
    ("words", "nodes"),
    [((), {"elasticsearch"}), (("--profile", "cluster"), {"elasticsearch", "elasticsearch-2", "elasticsearch-3"})],
    ids=["one node", "three nodes"],
)
def test_compose_reads_the_composition(words: tuple[str, ...], nodes: set[str], compose: list[str]) -> None:
    composed = _config(compose, *words, REFLECS_ELASTICSEARCH_PASSWORD=PASSWORD, REFLECS_DATABASE_PASSWORD=DATABASE_PASSWORD)
    services = {name: service for name, service in composed["services"].items() if words or not service.get("profiles")}
    assert set(services) == {"catalogue", *BESIDE, *SHORT_LIVED, *nodes}
    assert {name for name, service in services.items() if service.get("ports")} == {"catalogue"}
    assert composed["networks"]["inside"]["internal"]
    for name, service in services.items():
        assert service["mem_limit"], name
        assert name in {*SHORT_LIVED, "worker"} or service["healthcheck"]["test"], name
        if name.startswith("elasticsearch"):
            assert set(service["networks"]) == {"inside"}
            assert service["environment"]["ELASTIC_PASSWORD"] == PASSWORD
    assert set(services["database"]["networks"]) == set(services["queue"]["networks"]) == {"inside"}
    assert services["database"]["environment"]["POSTGRES_PASSWORD"] == DATABASE_PASSWORD
    # The image's own check asks the port of the catalogue. Either Compose has its own word for none.
    assert services["worker"]["healthcheck"] in ({"disable": True}, {"test": ["NONE"]})
    for name in ("catalogue", "setup", "worker"):
        service = services[name]
        assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
        assert service["environment"]["REFLECS_ELASTICSEARCH_PASSWORD"] == PASSWORD
        assert service["environment"]["REFLECS_DATABASE"] == f"postgresql://reflecs:{DATABASE_PASSWORD}@database/reflecs"
    assert "/health/ready" in str(services["catalogue"]["healthcheck"]["test"])
    assert services["setup"]["command"] == ["load", "--shipped", "--if-empty"]


@pytest.mark.parametrize("missing_one", ["REFLECS_ELASTICSEARCH_PASSWORD", "REFLECS_DATABASE_PASSWORD"])
def test_compose_refuses_to_go_without_a_password(compose: list[str], missing_one: str) -> None:
    variables = {"PATH": os.environ["PATH"], "HOME": os.environ["HOME"]}
    variables |= {"REFLECS_ELASTICSEARCH_PASSWORD": PASSWORD, "REFLECS_DATABASE_PASSWORD": DATABASE_PASSWORD} | {missing_one: ""}
    read = subprocess.run([*compose, "config"], cwd=ROOT, env=variables, capture_output=True, text=True, check=False)
    assert read.returncode != 0
    assert missing_one in read.stderr


def test_compose_names_every_setting_and_no_secret() -> None:
    """What is set outside reaches the service."""
    text = (ROOT / "docker-compose.yml").read_text()
    read = set(re.findall(r'"(REFLECS_[A-Z_]+)"', (ROOT / "catalogue/settings.py").read_text()))
    given = set(yaml.safe_load(text)["services"]["catalogue"]["environment"])
    assert read == given - {"TMPDIR"}
    for line in text.splitlines():
        name, colon, value = line.strip().partition(": ")
        if colon and re.search(r"PASSWORD|SECRET|TOKEN|API_KEY", name):
            assert value.startswith("${"), line


def test_the_image_runs_as_nobody_of_importance_and_says_how_it_is() -> None:
    *_, last = re.findall(r"^USER (\S+)$", DOCKERFILE, re.MULTILINE)
    assert last not in {"root", "0"}
    assert "/health/ready" in DOCKERFILE[DOCKERFILE.index("HEALTHCHECK") :]
    assert "secret" not in DOCKERFILE.lower()


def test_docker_is_given_what_is_copied_and_nothing_else() -> None:
    given = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    assert given == {name for names in COPIED for name in names.replace("./", "").split()}
    assert all((ROOT / name).exists() for name in given)


@pytest.mark.lengthy
def test_what_the_image_is_built_by_serves(tmp_path: Path) -> None:
    """The commands of the Dockerfile, on the files that it copies, make a service that needs nothing of this checkout and no home."""
    if not os.environ.get("CI"):
        pytest.skip("it fetches all packages anew; CI does so")
    source, installed = tmp_path / "build", tmp_path / "reflecs"
    source.mkdir()
    for name in (name for names in COPIED for name in names.split()):
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, source / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(ROOT / name, source / name)
    commands = re.findall(r"^RUN (make .+)$", DOCKERFILE, re.MULTILINE)
    assert commands == ["make packages PREFIX=/opt/reflecs", "make install PREFIX=/opt/reflecs"]
    for command in commands:
        words = command.replace("/opt/reflecs", str(installed)).split()
        subprocess.run([*words, f"PYTHON={sys.executable}", "UV="], cwd=source, check=True)  # the image has no uv
    shutil.rmtree(source)
    port = free_port()
    variables = {
        "PATH": f"{installed / 'bin'}:/usr/bin:/bin",
        "HOME": "/nonexistent",
        "PYTHONDONTWRITEBYTECODE": "1",
        "REFLECS_ENGINE": f"embedded:{tmp_path / 'catalogue'}",
    }
    reflecs = installed / "bin" / "reflecs"
    subprocess.run([reflecs, "load", "--shipped"], env=variables, cwd=tmp_path, check=True)
    command_line = [str(word) for word in json.loads(re.findall(r"^CMD (.+)$", DOCKERFILE, re.MULTILINE)[-1])]
    server = subprocess.Popen([reflecs, *command_line, "--port", str(port)], env=variables, cwd=tmp_path)
    try:
        assert _answer(f"http://127.0.0.1:{port}/health/ready")["records"] == 110
        for path in ("/", "/records/COROT", "/records/COROT?f=pdf", "/ogc/conformance", "/csw?service=CSW&request=GetCapabilities"):
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=60) as answer:
                assert answer.status == 200
    finally:
        server.terminate()
        assert server.wait(timeout=30) == 0


def _answer(address: str) -> dict[str, Any]:
    """Return what a server answers, once it does."""
    until = time.monotonic() + 60
    while True:
        try:
            with urllib.request.urlopen(address, timeout=10) as answer:  # noqa: S310 (our own server)
                told: dict[str, Any] = json.load(answer)
                return told
        except OSError:
            if time.monotonic() > until:
                raise
            time.sleep(0.2)
