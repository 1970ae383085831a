"""The server behind PgBouncer in transaction mode: Debian's, as operators have it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import URL, make_url

from app.database.engines import writing_engine
from app.importers.loading import load
from tests.conftest import Databases, occupations
from tests.database.webrole import ROLE, web_url
from tests.servers import bare_server, free_port, warmed

pytestmark = pytest.mark.skipif(
    shutil.which("pgbouncer") is None, reason="pgbouncer is missing: make servers"
)

TARGETS = (
    *("/v1", "/v1/occupations/11-9111", "/v1/wages?period=all&limit=200", "/v1/areas"),
    *(f"/v1/occupations?wage_min={n}" for n in range(40)),
    "/v1/compare?codes=11-9111,29-1141",
)


@contextmanager
def pgbouncer(url: str, folder: Path, *settings: str) -> Iterator[str]:
    """Run PgBouncer in transaction mode before a server; give the URL through it."""
    server, port = make_url(url), free_port()
    there = {"host": server.host or server.query.get("host"), "port": server.port}
    place = " ".join(f"{name}={value}" for name, value in there.items() if value)
    text = ["[databases]", f"* = {place}", "[pgbouncer]", "pool_mode = transaction"]
    text += ["listen_addr = 127.0.0.1", f"listen_port = {port}", "unix_socket_dir ="]
    text += ["auth_type = trust", f"auth_file = {folder}/users", "default_pool_size = 4"]
    users = {str(server.username), ROLE}
    (folder / "users").write_text("".join(f'"{user}" ""\n' for user in users))
    (folder / "pgbouncer.ini").write_text("\n".join((*text, *settings, "")))
    # As the user of PostgreSQL, whose socket it opens; as root it does not run.
    user = Path(str(there["host"])).stat().st_uid if os.geteuid() == 0 else None
    command = ["pgbouncer", "--quiet", str(folder / "pgbouncer.ini")]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, stderr=log, user=user, cwd="/")
    through = URL.create(
        server.drivername, server.username, None, "127.0.0.1", port, server.database
    ).render_as_string(hide_password=False)
    try:
        deadline = time.monotonic() + 10
        while not _answers(port):
            assert process.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < deadline, "pgbouncer did not start"
            time.sleep(0.05)
        yield through
    finally:
        process.terminate()
        process.wait(10)


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


@pytest.fixture
def folder() -> Iterator[Path]:
    """Give a folder that PgBouncer's own user can read."""
    with tempfile.TemporaryDirectory(prefix="occupations-pgbouncer-") as name:
        Path(name).chmod(0o755)
        yield Path(name)


@pytest.mark.parametrize("settings", [(), ("ignore_startup_parameters = options",)])
def test_answers_through_a_pooler_are_those_without(
    databases_of: Callable[[str], Databases], folder: Path, settings: tuple[str, ...]
) -> None:
    url = databases_of("postgresql").seeded()
    web = make_url(web_url(url))
    with pgbouncer(url, folder, *settings) as through:
        pooled = make_url(through).set(username=ROLE).render_as_string(hide_password=False)
        direct = web.render_as_string(hide_password=False)
        common = {"cache_bytes": "0", "poll_interval": "0.1", "queue_seconds": "20"}
        with bare_server(direct, **common) as one, bare_server(pooled, **common) as other:
            warmed(other)
            with ThreadPoolExecutor(12) as pool:
                # More than five times each: then psycopg would prepare the statement.
                found = list(pool.map(other.get, TARGETS * 7))
            refused = {answer.text for answer in found if answer.status_code != 200}
            assert refused == set()
            for target, answer in zip(TARGETS, found, strict=False):
                assert answer.content == one.get(target).content, target
            whole = "/v1/wages?format=csv&limit=all"
            assert other.get(whole).content == one.get(whole).content
            engine = writing_engine(url)
            before = other.get("/v1").json()["data_version"]
            load.retire(engine, "bls-ep-2021-31")
            engine.dispose()
            deadline = time.monotonic() + 20
            while other.get("/v1").json()["data_version"] == before:
                assert time.monotonic() < deadline, "the new data version is not shown"
                time.sleep(0.05)


def test_through_a_pooler_the_role_must_be_read_only(
    databases_of: Callable[[str], Databases], folder: Path
) -> None:
    with pgbouncer(databases_of("postgresql").seeded(), folder) as through:
        said = occupations("status", url=through)
    assert said.returncode != 0
    assert "through a pooler the role must be read-only by itself" in said.stderr


def test_a_worker_opens_no_more_connections_than_it_may(
    databases_of: Callable[[str], Databases],
) -> None:
    url = databases_of("postgresql").seeded()
    threads = 2
    with (
        bare_server(url, cache_bytes="0", threads=str(threads)) as client,
        psycopg.connect(make_url(url).set(drivername="postgresql").render_as_string(False)) as own,
        ThreadPoolExecutor(32) as pool,
    ):
        warmed(client)
        asked = [f"/v1/wages?period=all&limit={n + 1}" for n in range(100)]
        asked += ["/v1/wages?format=csv&limit=all"] * 20
        answered = pool.map(client.get, asked)
        statuses = {answer.status_code for answer in answered}
        count = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()"
        (most,) = own.execute(count).fetchone() or (0,)
    assert statuses <= {200, 503}
    assert 3 <= most - 1 <= threads + 8
