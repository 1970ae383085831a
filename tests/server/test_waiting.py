"""A database that is away when the server starts: it waits, says for what, and goes on."""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable
from pathlib import Path
from threading import Thread

from sqlalchemy import make_url

from tests.conftest import Databases
from tests.servers import free_port, server_of, started

PASSWORD = "s3one%40s3two"


def said(log: Path, event: str) -> list[str]:
    """Return what whole lines of a log say of an event."""
    lines = log.read_text().rpartition("\n")[0].splitlines() if log.exists() else []
    return [line["text"] for line in map(json.loads, lines) if line["event"] == event]


def wait_for(log: Path, event: str, times: int) -> None:
    deadline = time.monotonic() + 30
    while len(said(log, event)) < times:
        assert time.monotonic() < deadline, log.read_text()
        time.sleep(0.05)


def test_serve_goes_on_when_the_database_is_there(
    databases_of: Callable[[str], Databases], tmp_path: Path
) -> None:
    url = make_url(databases_of("postgresql").seeded())
    place, log = tmp_path / "sockets", tmp_path / "log"
    absent = url.set(query={**url.query, "host": str(place)})
    given = absent.render_as_string(hide_password=False)

    def come() -> None:
        wait_for(log, "database_lost", 2)
        place.symlink_to(str(url.query["host"]))

    coming = Thread(target=come)
    coming.start()
    with server_of("occupations", "serve", url=given, log=str(log), log_format="json") as lent:
        assert lent[0].get("/v1").status_code == 200
    coming.join()
    first, second = said(log, "database_lost")[:2]
    assert re.fullmatch(r"the database is away: .*No such file.*; trying again in 1 s", first)
    assert re.fullmatch(r"the database is away for \d+ s: .*; trying again in 2 s", second)
    assert re.match(r"the database answers again, after \d", said(log, "database_back")[0])
    assert len(said(log, "serving")) == 1


def test_sigterm_ends_the_wait_at_once(tmp_path: Path) -> None:
    log, port = tmp_path / "log", free_port()
    url = f"postgresql+psycopg://u:{PASSWORD}@127.0.0.1:{port}/d"
    process = started("occupations", "serve", url=url, log=str(log), log_format="json")
    wait_for(log, "database_lost", 2)  # now it rests for two seconds
    process.terminate()
    process.join(20)
    process.kill()
    assert process.exitcode == 0
    assert all("refused" in text for text in said(log, "database_lost"))
    assert "s3" not in log.read_text()


def test_a_wrong_url_ends_at_once(tmp_path: Path) -> None:
    for wrong in ("postgresql+nonsense://u@h/d", "postgresql+psycopg://u@127.0.0.1:1/d?nonsense=1"):
        log = tmp_path / "log"
        process = started("occupations", "serve", url=wrong, log=str(log), log_format="json")
        process.join(30)
        process.kill()
        assert process.exitcode in {1, 2}, log.read_text()
        assert log.read_text()
        assert "database_lost" not in log.read_text()
        log.unlink()
