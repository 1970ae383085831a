"""docs/operations.md: its commands are run, in the order of the page, on one PostgreSQL database.

They are run as they stand, but for a folder that stands for the root of the file system, ports of
their own, and programs that would change this machine: ``tests/operations/`` has what stands for
them. What another test runs is named in ``ELSEWHERE``. A block that is in neither way run fails.
"""

from __future__ import annotations

import re
import shlex
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
from sqlalchemy import make_url

from tests.builders import oews_year
from tests.commands import publisher
from tests.commands.test_newer import table_of
from tests.database.webrole import psql
from tests.servers import environment, free_port
from tests.test_guides import blocks_of
from tests.test_repository import ROOT

PAGE = "docs/operations.md"
STAND_INS = ROOT / "tests" / "operations"

ELSEWHERE = {
    "docker build ": "tests/test_container.py",
    "export POSTGRES_PASSWORD": "tests/test_container.py",
    "docker compose run": "tests/test_container.py",
    "nginx -t": "tests/server/test_nginx.py",
    "occupations-owner backup": "tests/database/test_backup.py",
    "# /etc/cron.d/occupations-backup\nMAILTO=root\n0 4 * * *  occupations  /usr/local/bin/": (
        "tests/database/test_backup.py"
    ),
    "systemctl stop occupations\noccupations-owner restore": "tests/database/test_backup.py",
    'export OCCUPATIONS_DATABASE_URL="postgresql+psycopg://USER@/NAME?host=ONE': (
        "tests/audit/failover.py"
    ),
}
"""Beginning of a block → the file of the tests that do what it says."""

IN_THE_IMAGE = re.compile(r"^/opt/occupations/bin/python -m pip install .*$", re.M)
"""Commands that ``tests/test_container.py`` runs, as lines of the Dockerfile."""

SHOWN = frozenset({"json", "text"})
"""Languages of blocks that are no commands and no files."""


def blocks() -> list[tuple[str, str]]:
    return [(language, text) for language, text in blocks_of(PAGE) if language not in SHOWN]


def elsewhere(text: str) -> str | None:
    return next((file for begin, file in ELSEWHERE.items() if text.startswith(begin)), None)


@dataclass
class Machine:
    """A folder that stands for the root of a machine, on which the page's blocks are run."""

    root: Path
    words: dict[str, str]
    """What stands on the page → what it is here."""
    env: dict[str, str]

    def place(self, text: str) -> str:
        """Return a text with the folders, hosts and ports of this machine."""
        for word, here in self.words.items():
            text = text.replace(word, here)
        return re.sub(r"(?<![\w.:/])/(?=(?:etc|opt|usr/local|var)/)", f"{self.root}/", text)

    def shell(self, text: str) -> None:
        """Run commands; each must succeed."""
        done = subprocess.run(
            ["/bin/bash", "-euo", "pipefail", "-c", self.place(text)],
            cwd=self.root / "source", env=self.env, capture_output=True, text=True, timeout=120,
        )  # fmt: skip
        assert done.returncode == 0, f"{text}\n{done.stdout}\n{done.stderr}"

    def file(self, text: str) -> None:
        """Append a block to the file that its first line names."""
        first, _, rest = text.partition("\n")
        name = Path(self.place(first.removeprefix("# ")))
        name.parent.mkdir(parents=True, exist_ok=True)
        with name.open("a") as written:
            written.write(self.place(rest))

    def cron(self, text: str) -> None:
        """Run each line as cron does; the block is the file that is installed, or names one."""
        if not text.startswith("# /etc/cron.d/"):
            assert text == (ROOT / "deploy" / "occupations.cron").read_text()
        for line in text.splitlines():
            if line[0].isdigit():
                *_, user, command = re.split(r"\s+", line, maxsplit=6)
                assert user == "occupations"
                self.shell(command)


@pytest.fixture
def machine(tmp_path: Path, postgresql: str) -> Iterator[Machine]:
    """Give a machine with PostgreSQL, and a publisher on loopback."""
    root = tmp_path
    source, bin_ = root / "source", root / "bin"
    folders = ("etc/nginx", "opt", "usr/local/bin", "var/lib/occupations", "var/cache/occupations")
    for folder in folders:
        (root / folder).mkdir(parents=True)
    shutil.copytree(STAND_INS, bin_)
    book = oews_year(tmp_path, year=2025)
    with zipfile.ZipFile(tmp_path / "oews.zip", "w") as zipped:
        zipped.write(book, book.name)
    url = make_url(postgresql)
    port, metrics = str(free_port()), str(free_port())
    words = {
        "@HOST/occupations": f"@/occupations?host={url.query['host']}",
        "host=HOST user=ADMIN": f"host={url.query['host']} user={url.username}",
        "host=HOST": f"host={url.query['host']}",
        "127.0.0.1:8000": f"127.0.0.1:{port}",
        "=9100": f"={metrics}",
        "127.0.0.1:9100": f"127.0.0.1:{metrics}",
        "WORKERS=2": "WORKERS=1",
        "/usr/bin/python3": "python3",
        "…": "pass",
    }
    programs = [bin_, root / "usr/local/bin", Path(psql()).parent]
    env = environment("", poll_interval="0.1", port=port)
    for name in ("DATABASE_URL", "INDEX_FOLDER", "EXPORT_FOLDER"):
        env.pop(f"OCCUPATIONS_{name}", None)
    env |= {
        "PATH": ":".join([*map(str, programs), env["PATH"]]),
        "ROOT": str(root),
        "PROGRAM": str(Path(sys.executable).with_name("occupations")),
        "PYTHON": sys.executable,
        "POSTGRES": f"{url.query['host']} {url.username}",
    }
    made = Machine(root, words, env)
    for folder in ("deploy", "docs"):
        (source / folder).mkdir(parents=True)
        for file in (ROOT / folder).iterdir():
            if file.is_file() and file.suffix not in {".png", ".md"}:
                target = source / folder / file.name
                target.write_text(made.place(file.read_text()))
                target.chmod(file.stat().st_mode)
    with publisher.serving(publisher.Publisher((tmp_path / "oews.zip").read_bytes())) as there:
        table = Path(table_of(tmp_path, there.url))
        onet = f"  - {{source: onet, scope: text, urls: ['{there.url}/onet{{value}}.zip']}}\n"
        periods = "periods:\n  onet: {'31.0': '31'}\n"
        table.write_text(table.read_text().replace("periods:\n", periods) + onet)
        made.env["TABLE"] = str(table)
        try:
            yield made
        finally:
            made.shell("systemctl stop occupations")
            admin = f"psql --quiet --dbname='{words['host=HOST user=ADMIN']} dbname=postgres'"
            made.shell(f"{admin} --command='DROP DATABASE occupations WITH (FORCE)'")
            made.shell(f"{admin} --command='DROP ROLE occupations_web, occupations, admin'")


@pytest.mark.whole
def test_the_page_is_a_way_through(machine: Machine) -> None:
    for language, text in blocks():
        if elsewhere(text):
            continue
        if language == "sh":
            machine.shell(text)
        elif language in {"ini", "yaml"}:
            machine.file(text)
        elif language == "crontab":
            machine.cron(text)
    ready = "curl --silent --fail --retry 60 --retry-delay 1 --retry-all-errors"
    machine.shell(f"{ready} http://127.0.0.1:8000/health/ready")
    with httpx.Client(base_url=machine.place("http://127.0.0.1:8000")) as client:
        wages = client.get("/v1/wages?period=2025-05").json()
        assert wages["releases"]["bls-oews-2025-05"]
        assert client.get("/v1/exports").status_code == 200
    asked = (machine.root / "asked").read_text().splitlines()
    assert "adduser --system --group --home /var/lib/occupations occupations" in [
        line.replace(str(machine.root), "") for line in asked
    ]


def test_each_block_is_run_here_or_elsewhere() -> None:
    for language, text in blocks():
        assert language in {"sh", "ini", "yaml", "crontab"}, text
        if language in {"ini", "yaml"}:
            assert re.match(r"# /etc/\S+\n", text), text
        if file := elsewhere(text):
            assert (ROOT / file).exists()
    for begin in ELSEWHERE:
        assert any(text.startswith(begin) for _, text in blocks()), begin


def test_what_the_page_installs_is_what_the_image_installs() -> None:
    image = (ROOT / "Dockerfile").read_text()
    lines = IN_THE_IMAGE.findall("".join(text for _, text in blocks()))
    assert len(lines) == 4
    assert {line in image for line in lines} == {True}


def test_the_unit_and_the_scripts_are_sound(tmp_path: Path) -> None:
    verify = shutil.which("systemd-analyze")
    if verify is None:
        pytest.skip("no systemd-analyze here")
    text = (ROOT / "deploy" / "occupations.service").read_text()
    program = "/opt/occupations/bin/occupations"
    assert program in text
    unit = tmp_path / "occupations.service"
    unit.write_text(text.replace(program, sys.executable))
    done = subprocess.run([verify, "verify", "--man=no", str(unit)], capture_output=True, text=True)
    assert (done.returncode, done.stderr) == (0, "")
    settings = (ROOT / "deploy" / "web.env").read_text()
    for line in settings.splitlines():
        assert not line or re.match(r"# |#?[A-Z_]+='?\S", line), line
        assert line.startswith("# ") or len(shlex.split(line.lstrip("#"))) <= 1
