"""The Dockerfile's own lines, run without a container engine, and the compose file's promises."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import shlex
import shutil
import socket
import string
import subprocess
import sys
import time
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import make_url

from tests.database.webrole import ROLE, SCRIPT

ROOT = Path(__file__).parents[1]
DOCKERFILE = ROOT / "Dockerfile"
PLACES = re.compile(r"(?<![\w.])/(?=(?:opt/occupations|data|src)\b)")


def instructions() -> list[tuple[str, str]]:
    """Return (instruction, rest) in order, comments gone and continued lines joined."""
    lines = [line for line in DOCKERFILE.read_text().splitlines() if not line.startswith("#")]
    joined = re.sub(r"\\\n\s*", "", "\n".join(lines))
    return [(word, rest) for word, _, rest in (x.partition(" ") for x in joined.splitlines() if x)]


def final_stage() -> list[tuple[str, str]]:
    steps = instructions()
    return steps[max(i for i, (word, _) in enumerate(steps) if word == "FROM") :]


@dataclass
class Container:
    """A folder that stands for the root of the file system; paths are put below it."""

    root: Path
    env: dict[str, str]
    workdir: Path = field(init=False)
    health: list[str] = field(default_factory=list)
    patience: float = 0
    """Seconds after which an engine calls it unhealthy: its start, and the tries after it."""
    command: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.workdir = self.root

    def place(self, text: str) -> str:
        return PLACES.sub(f"{self.root}/", text)

    def step(self, word: str, rest: str) -> None:
        match word:
            case "ENV":
                for pair in shlex.split(rest):
                    name, _, value = pair.partition("=")
                    self.env[name] = self.place(string.Template(value).safe_substitute(self.env))
            case "WORKDIR":
                self.workdir = Path(self.place(rest))
                self.workdir.mkdir(parents=True, exist_ok=True)
            case "COPY":
                self.copy(rest.split())
            case "RUN":
                self.run(["/bin/sh", "-c", self.place(rest)])
            case "HEALTHCHECK":
                self.health = json.loads(rest[rest.index("[") :])
                said = dict(re.findall(r"--([\w-]+)=(\d+)", rest))
                tries = int(said["retries"]) * int(said["interval"])
                self.patience = int(said["start-period"]) + tries
            case "CMD":
                self.command = json.loads(rest)
            case "FROM" | "USER" | "VOLUME" | "EXPOSE":
                pass
            case _:
                pytest.fail(f"this test cannot run {word}")

    def copy(self, words: list[str]) -> None:
        *sources, target = (w for w in words if not w.startswith("--"))
        if any(w.startswith("--from=") for w in words):
            assert sources == [target], "both stages stand in the same folder here"
            return
        for name in context() if sources == ["."] else sources:
            if (ROOT / name).is_dir():
                skip = shutil.ignore_patterns("__pycache__")
                shutil.copytree(ROOT / name, self.workdir / name, ignore=skip)
            elif (ROOT / name).exists():
                shutil.copy(ROOT / name, self.workdir / name)

    def run(self, command: list[str]) -> None:
        done = subprocess.run(
            command, cwd=self.workdir, env=self.env, text=True, capture_output=True
        )
        assert done.returncode == 0, f"{command}\n{done.stdout[-2000:]}\n{done.stderr[-2000:]}"

    def files(self) -> set[str]:
        return {str(p) for p in (self.root / "opt").rglob("*")}


def context() -> list[str]:
    """Return what .dockerignore lets through: it lists names after a lone ``*``."""
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    assert "*" in lines
    return [line[1:] for line in lines if line.startswith("!")]


def hand_out(packages: Path) -> None:
    """Copy the packages of the lock, with their bytecode, from where the tests run.

    The line that installs them finds each at its version, and installs whichever is missing or
    another; ``make dev`` has installed these from the same lock. To unpack them all again takes
    pip half a minute.
    """
    locked = re.findall(r"^([\w.-]+)==", (ROOT / "requirements.lock").read_text(), re.MULTILINE)
    for name in {*locked} - {"setuptools"}:  # of which older Pythons bring one of their own
        try:
            files = distribution(name).files or ()
        except PackageNotFoundError:  # its line has a marker: it is for another system
            continue
        for file in files:
            if ".." not in file.parts:  # programs, whose first line names the tests' Python
                (packages / file).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy2(file.locate(), packages / file)


@pytest.fixture(scope="module")
def container(tmp_path_factory: pytest.TempPathFactory) -> Container:
    """Every line of the Dockerfile carried out, up to the server's start."""
    root = tmp_path_factory.mktemp("container")
    (root / "bin").mkdir()
    base = root / "bin" / "python"
    base.write_text(f'#!/bin/sh\nexec "{Path(sys.executable).resolve()}" "$@"\n')
    base.chmod(0o755)
    kept = {k: v for k, v in os.environ.items() if k == "HOME" or k.startswith(("PIP_", "SSL_"))}
    # Only a start takes longer without bytecode, and compiling all of it takes longer still.
    kept["PIP_NO_COMPILE"] = "1"
    made = Container(root, kept | {"PATH": f"{root}/bin:/usr/bin:/bin"})
    for word, rest in instructions():
        if "--require-hashes" in rest:
            (packages,) = root.glob("opt/occupations/lib/*/site-packages")
            hand_out(packages)
        made.step(word, rest)
        made.env.pop("PIP_NO_CACHE_DIR", None)  # spares the registry; no line depends on it
    return made


def get_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.slow
def test_the_image_holds_what_runs_and_no_build_tools(container: Container) -> None:
    names = {p.name.lower() for p in container.root.glob("opt/occupations/lib/*/site-packages/*")}
    assert {"app", "migrations", "fastapi", "psycopg"} <= names
    assert not {"pip", "setuptools", "wheel", "pytest", "mypy"} & names
    container.run([f"{container.root}/opt/occupations/bin/python", "-c", "import app.settings"])


@pytest.mark.slow
def test_every_file_of_the_packages_is_installed(container: Container) -> None:
    (site,) = container.root.glob("opt/occupations/lib/*/site-packages")
    files = [p for name in ("app", "migrations", "seed") for p in (ROOT / name).rglob("*.*")]
    wanted = [str(p.relative_to(ROOT)) for p in files if p.is_file() and p.suffix != ".pyc"]
    assert [name for name in wanted if not (site / name).exists()] == []


@pytest.mark.slow
@pytest.mark.skipif(not importlib.util.find_spec("app.commands"), reason="no command line yet")
def test_the_command_starts_turns_healthy_and_writes_to_the_volume_alone(
    container: Container,
) -> None:
    before = container.files()
    env = container.env | {"OCCUPATIONS_PORT": str(get_port())}
    program = shutil.which(container.command[0], path=env["PATH"])
    assert program
    log = container.root / "log"
    with log.open("w") as output:
        server = subprocess.Popen(
            [program, *container.command[1:]], cwd=container.workdir, env=env,
            stdout=output, stderr=subprocess.STDOUT,
        )  # fmt: skip
    python = shutil.which(container.health[0], path=env["PATH"])
    assert python
    check = [python, *container.health[1:]]
    try:
        until = time.monotonic() + container.patience
        while subprocess.run(check, env=env, capture_output=True, timeout=5).returncode:
            assert server.poll() is None, log.read_text()
            assert time.monotonic() < until, f"unhealthy\n{log.read_text()}"
            time.sleep(1)  # as its --start-interval says; each check is a process of its own
    finally:
        server.terminate()
        server.wait(timeout=15)
    assert "Traceback" not in log.read_text()
    assert (container.root / "data" / "occupations.sqlite3").exists()
    assert container.files() == before
    assert subprocess.run(check, env=env, capture_output=True).returncode == 1


DIGEST = "@sha256:[0-9a-f]{64}"


def test_base_images_have_a_tag_and_a_digest() -> None:
    images = {rest.split()[0] for word, rest in instructions() if word == "FROM"}
    assert len(images) == 1, "both stages have one base"
    assert all(re.fullmatch(rf"python:3\.\d+-slim-\w+{DIGEST}", image) for image in images)


def test_the_final_stage_runs_nothing_and_is_no_root() -> None:
    steps = final_stage()
    words = [word for word, _ in steps]
    assert "RUN" not in words
    assert words.index("USER") < words.index("CMD")
    user = dict(steps)["USER"].split(":")
    assert all(part.isdigit() and int(part) >= 10000 for part in user)
    assert dict(steps)["VOLUME"] == "/data"


def test_the_context_is_what_the_build_needs() -> None:
    assert set(context()) == {
        "app", "migrations", "seed", "LICENSE", "README.md", "pyproject.toml", "requirements.lock",
    }  # fmt: skip


@pytest.fixture
def services() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((ROOT / "compose.yaml").read_text())
    assert set(loaded) == {"name", "services", "volumes", "x-logging"}
    found: dict[str, Any] = loaded["services"]
    return found


def test_compose_locks_both_services_down(services: dict[str, Any]) -> None:
    assert set(services) == {"load", "api", "database"}
    for service in services.values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]
        assert "/tmp" in service["tmpfs"]


def test_compose_waits_for_a_healthy_database(services: dict[str, Any]) -> None:
    assert services["load"]["depends_on"] == {"database": {"condition": "service_healthy"}}
    loaded = {"load": {"condition": "service_completed_successfully"}}
    assert services["api"]["depends_on"] == loaded
    assert services["database"]["healthcheck"]["test"][:2] == ["CMD", "pg_isready"]
    assert re.fullmatch(rf"postgres:\d+-\w+{DIGEST}", services["database"]["image"])
    assert services["load"]["healthcheck"] == {"disable": True}
    assert "healthcheck" not in services["api"], "the image's asks whether it is ready"
    (health,) = (rest for word, rest in instructions() if word == "HEALTHCHECK")
    assert "/health/ready" in health
    assert services["database"]["volumes"][0] == "database:/var/lib/postgresql/data"


def test_compose_bounds_the_logs(services: dict[str, Any]) -> None:
    for service in services.values():
        assert service["logging"]["options"] == {"max-size": "10m", "max-file": "5"}


def test_compose_holds_no_password_and_says_when_it_is_missing(services: dict[str, Any]) -> None:
    places = [
        ("load", "PGPASSWORD", "POSTGRES_PASSWORD"),
        ("api", "PGPASSWORD", "WEB_PASSWORD"),
        ("database", "POSTGRES_PASSWORD", "POSTGRES_PASSWORD"),
        ("database", "WEB_PASSWORD", "WEB_PASSWORD"),
    ]
    for service, name, variable in places:
        value = services[service]["environment"][name]
        assert re.fullmatch(rf"\$\{{{variable}:\?choose a password first, .+\}}", value)
    for service in ("load", "api"):
        assert "@database/" in services[service]["environment"]["OCCUPATIONS_DATABASE_URL"]


def test_compose_lets_the_web_side_read_alone(services: dict[str, Any]) -> None:
    url = services["api"]["environment"]["OCCUPATIONS_DATABASE_URL"]
    assert make_url(url).username == ROLE
    file, place, mode = services["database"]["volumes"][1].split(":")
    assert (ROOT / file).resolve() == SCRIPT
    assert place.startswith("/docker-entrypoint-initdb.d/")
    assert mode == "ro"


def test_compose_publishes_to_this_machine_alone_unless_told_otherwise(
    services: dict[str, Any],
) -> None:
    assert services["api"]["ports"] == ["${OCCUPATIONS_PUBLISH:-127.0.0.1:8000}:8000"]
