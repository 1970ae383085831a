"""docs/database.sql and docs/web-role.sql, run by an admin who is no superuser."""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import create_engine, make_url, text
from sqlalchemy.exc import DBAPIError

from app.database.engines import reading_engine
from tests.conftest import occupations
from tests.database.webrole import SCRIPT, psql

DATABASE_SQL = SCRIPT.with_name("database.sql")
DEBIAN = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
_numbers = itertools.count(1)


@pytest.fixture(scope="module")
def debian() -> Iterator[str]:
    """Start Debian's PostgreSQL and return its URL."""
    if not DEBIAN:
        pytest.skip("Debian's PostgreSQL is missing: make servers")
    folder = Path(tempfile.mkdtemp(prefix="occupations-debian-"))
    nobody = pwd.getpwnam("nobody").pw_uid if os.geteuid() == 0 else None
    if nobody is not None:
        os.chown(folder, nobody, -1)
    programs, data = DEBIAN[-1].parent, str(folder / "data")
    options = f"-k {folder} -c listen_addresses= -c fsync=off"
    for arguments in (
        ["initdb", "--auth=trust", "--username=postgres", "--no-sync", f"--pgdata={data}"],
        ["pg_ctl", "start", "-w", f"--pgdata={data}", f"--options={options}", "--log=/dev/null"],
    ):
        program, *rest = arguments
        subprocess.run(
            [str(programs / program), *rest],
            user=nobody,
            cwd="/",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=True,
        )
    yield f"postgresql://postgres@/postgres?host={folder}"
    stop = [str(programs / "pg_ctl"), "stop", "--mode=immediate", f"--pgdata={data}"]
    subprocess.run(stop, user=nobody, cwd="/", stdout=subprocess.DEVNULL, check=True)
    shutil.rmtree(folder)


def run(url: str, file: Path, **variables: str) -> str:
    """Run a file with psql, with a password for each role; return what it warned of."""
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    sets = [f"--set={name}={value}" for name, value in variables.items()]
    done = subprocess.run(
        [
            DEBIAN[-1].with_name("psql") if DEBIAN else psql(),
            "--no-psqlrc",
            "--quiet",
            *sets,
            f"--file={file}",
            plain,
        ],
        env={**os.environ, "OWNER_PASSWORD": "o 'w\"n", "WEB_PASSWORD": "w 'e\"b"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stderr


@pytest.mark.parametrize(
    ("kind", "owns"), [("debian", True), ("debian", False), ("postgresql", True)]
)
def test_a_fresh_server_from_the_page_alone(
    request: pytest.FixtureRequest, kind: str, owns: bool
) -> None:
    server: str = request.getfixturevalue(kind)
    number = f"{os.getpid()}_{next(_numbers)}"
    admin, owner, web, name = (f"{noun}_{number}" for noun in ("admin", "owner", "web", "data"))
    with psycopg.connect(server, autocommit=True) as superuser:
        superuser.execute(f"CREATE ROLE {admin} LOGIN CREATEROLE CREATEDB")
    by_admin = make_url(server).set(username=admin)
    if owns:
        for _ in range(2):
            run(str(by_admin), DATABASE_SQL, owner=owner, database=name)
    else:
        with psycopg.connect(str(by_admin), autocommit=True) as connection:
            connection.execute(f"CREATE ROLE {owner} LOGIN")
            connection.execute(f"CREATE DATABASE {name} ENCODING 'UTF8' TEMPLATE template0")
    there = by_admin.set(database=name)
    as_owner = there.set(drivername="postgresql+psycopg", username=owner)
    urls = [str(as_owner), str(as_owner.set(username=web))]
    # Before the tables are there, and after; the second time changes nothing.
    for _ in range(2):
        assert "large objects" in run(str(there), SCRIPT, owner=owner, web=web)
        done = occupations("seed", url=urls[0])
        assert done.returncode == 0, done.stderr
    engine = reading_engine(urls[1], threads=1, statement_timeout=5)
    with engine.connect() as connection:
        connection.execute(text("SET default_transaction_read_only = off"))
        assert connection.execute(text("SELECT count(*) FROM wages")).scalar_one() > 0
        for write in ("UPDATE wages SET code = ''", "CREATE TABLE mine (id int)"):
            with pytest.raises(DBAPIError, match="permission denied"):
                connection.execute(text(write))
        with pytest.raises(DBAPIError, match="permission denied"):
            connection.execute(text("CREATE TEMPORARY TABLE mine (id int)"))
    engine.dispose()
    refused = occupations("releases", "retire", "bls-ep-2021-31", url=urls[1])
    assert (refused.returncode, "as the owner" in refused.stderr) == (1, True), refused.stderr
    other = create_engine(str(as_owner.set(username=admin)))
    with other.connect() as connection:
        member = "SELECT pg_has_role(:admin, :owner, 'USAGE')"
        given = connection.execute(text(member), {"admin": admin, "owner": owner}).scalar_one()
        assert given is owns, "the membership that web-role.sql takes is given back"
    other.dispose()
