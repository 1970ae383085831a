"""`occupations backup` and `restore`, and what a copy of the file alone holds."""

from __future__ import annotations

import hashlib
import lzma
import re
import resource
import shutil
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, make_url, text

from app.database.engines import reading_engine
from tests.conftest import Databases, occupations
from tests.database.test_first_version import FOLDER as FIRST_VERSION
from tests.database.test_starts import held, newer, rows
from tests.database.webrole import psql
from tests.servers import serving

ROOT = Path(__file__).parents[2]


def file_of(url: str) -> Path:
    return Path(make_url(url).database or "")


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def token(file: Path) -> str:
    """Return the token of the newest data version, of a file without its log."""
    with closing(sqlite3.connect(f"file:{file}?immutable=1", uri=True)) as connection:
        query = "SELECT token FROM data_versions ORDER BY number DESC LIMIT 1"
        return str(connection.execute(query).fetchone()[0])


def newest(file: Path) -> str:
    """Return what the newest data version says of itself, of a file without its log."""
    with closing(sqlite3.connect(f"file:{file}?immutable=1", uri=True)) as connection:
        query = "SELECT why FROM data_versions ORDER BY number DESC LIMIT 1"
        return str(connection.execute(query).fetchone()[0])


@pytest.fixture
def url(databases_of: Callable[[str], Databases]) -> str:
    return databases_of("sqlite").seeded()


def test_a_backup_is_made_while_others_read_and_write(url: str, tmp_path: Path) -> None:
    backup = tmp_path / "backup.sqlite3"
    with serving(url):
        assert occupations("releases", "retire", "bls-ep-2021-31", url=url).returncode == 0
        with held(url) as connection:
            connection.execute(text("UPDATE data_versions SET token = 'not committed'"))
            done = occupations("backup", str(backup), url=url)
            connection.rollback()
    assert done.returncode == 0, done.stderr
    assert [one.name for one in tmp_path.iterdir()] == ["backup.sqlite3"]
    assert newest(backup) == "bls-ep-2021-31 retired"
    assert rows(url, "SELECT token FROM data_versions ORDER BY 1") == rows(
        f"sqlite:///{backup}", "SELECT token FROM data_versions ORDER BY 1"
    )


def test_a_backup_overwrites_nothing_unless_asked(url: str, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.write_text("mine")
    for target, said in (
        (kept, "--replace"),
        (tmp_path, "folder"),
        (file_of(url), "the database itself"),
        (tmp_path / "none" / "backup", "no such folder"),
    ):
        refused = occupations("backup", str(target), url=url)
        assert (refused.returncode, refused.stdout) == (1, "")
        assert said in refused.stderr
    assert kept.read_text() == "mine"
    missing = occupations("backup", str(tmp_path / "b"), url=f"sqlite:///{tmp_path}/missing")
    assert "there is no database yet" in missing.stderr
    assert occupations("backup", str(kept), "--replace", url=url).returncode == 0
    assert [one.name for one in tmp_path.iterdir()] == ["kept"]
    assert newest(kept)


def test_an_empty_database_is_not_backed_up(
    databases_of: Callable[[str], Databases], tmp_path: Path
) -> None:
    refused = occupations("backup", str(tmp_path / "b"), url=databases_of("sqlite").migrated())
    assert "holds no data" in refused.stderr
    assert list(tmp_path.iterdir()) == []


def test_a_backup_is_put_back_in_a_database_that_nobody_serves(url: str, tmp_path: Path) -> None:
    backup, database = tmp_path / "backup.sqlite3", file_of(url)
    assert occupations("backup", str(backup), url=url).returncode == 0
    assert occupations("releases", "retire", "bls-ep-2021-31", url=url).returncode == 0
    before = digest(database)
    with serving(url, poll_interval="60") as client:
        # Idle: nobody asks, and it looks for a new data version once a minute.
        refused = occupations("restore", str(backup), "--replace", url=url)
        assert (refused.returncode, "being served" in refused.stderr) == (1, True)
        assert token(database).startswith(client.get("/v1").json()["data_version"])
    assert digest(database) == before
    refused = occupations("restore", str(backup), url=url)
    assert (refused.returncode, "--replace" in refused.stderr) == (1, True)
    with held(url):
        assert "being served" in occupations("restore", str(backup), "--replace", url=url).stderr
    assert digest(database) == before
    done = occupations("restore", str(backup), "--replace", url=url)
    assert done.returncode == 0, done.stderr
    assert newest(database) == newest(backup) != "bls-ep-2021-31 retired"


def test_a_backup_is_put_back_where_there_is_no_database(url: str, tmp_path: Path) -> None:
    backup, database = tmp_path / "backup.sqlite3", tmp_path / "new" / "data.sqlite3"
    database.parent.mkdir()
    assert occupations("backup", str(backup), url=url).returncode == 0
    done = occupations("restore", str(backup), url=f"sqlite:///{database}")
    assert done.returncode == 0, done.stderr
    assert [one.name for one in database.parent.iterdir()] == ["data.sqlite3"]
    assert newest(database) == newest(backup)


def damaged(backup: Path, how: str) -> Path:
    """Return a file that must not be put back."""
    file = backup.with_name(how)
    content = bytearray(backup.read_bytes())
    if how == "text":
        file.write_text("no database")
    elif how == "foreign":
        with closing(sqlite3.connect(file)) as other:
            other.execute("CREATE TABLE mine (id INTEGER)")
    elif how == "cut":
        file.write_bytes(content[: len(content) // 2])
    elif how == "page":
        middle = len(content) // 2 // 4096 * 4096
        content[middle : middle + 64] = bytes(64)
        file.write_bytes(content)
    elif how == "newer":
        newer(f"sqlite:///{shutil.copy(backup, file)}")
    return file


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("missing", "no such file"),
        ("text", "no SQLite database"),
        ("foreign", "no database of this program"),
        ("cut", "malformed"),
        ("page", "damaged"),
        ("newer", "newer than this program"),
    ],
)
def test_what_is_no_whole_backup_changes_nothing(
    url: str, tmp_path: Path, how: str, said: str
) -> None:
    backup, database = tmp_path / "backup.sqlite3", file_of(url)
    assert occupations("backup", str(backup), url=url).returncode == 0
    before = digest(database)
    done = occupations("restore", str(damaged(backup, how)), "--replace", url=url)
    assert (done.returncode, done.stdout) == (1, "")
    assert said in done.stderr
    assert digest(database) == before
    fresh = tmp_path / "fresh.sqlite3"
    again = occupations("restore", str(backup.with_name(how)), url=f"sqlite:///{fresh}")
    assert (again.returncode, fresh.exists()) == (1, False)


@contextmanager
def no_room(limit: int) -> Iterator[None]:
    """Let no file grow beyond a size, as on a full disk."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def test_a_full_disk_leaves_the_old_database_and_the_old_backup(url: str, tmp_path: Path) -> None:
    backup, database = tmp_path / "backup.sqlite3", file_of(url)
    assert occupations("backup", str(backup), url=url).returncode == 0
    before, kept = digest(database), digest(backup)
    with no_room(backup.stat().st_size // 2):
        for command in ("backup", "restore"):
            done = occupations(command, str(backup), "--replace", url=url)
            assert done.returncode == 1, done.stdout
            assert str(tmp_path if command == "backup" else database) in done.stderr
    assert [one.name for one in tmp_path.iterdir()] == ["backup.sqlite3"]
    assert (digest(backup), newest(database)) == (kept, newest(backup))
    with closing(sqlite3.connect(database)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert before  # pages may be rewritten by the way back; what they say is as it was


def test_a_backup_of_the_first_version_is_made_and_put_back(tmp_path: Path) -> None:
    """The first step of an upgrade, by the old or by the new program; and the way back."""
    old, backup = tmp_path / "old.sqlite3", tmp_path / "backup.sqlite3"
    old.write_bytes(lzma.decompress((FIRST_VERSION / "article.sqlite3.xz").read_bytes()))
    url = f"sqlite:///{old}"
    assert occupations("backup", str(backup), url=url).returncode == 0
    assert occupations("migrate", url=url).returncode == 0
    back = occupations("restore", str(backup), "--replace", url=url)
    assert (back.returncode, "`migrate`" in back.stdout) == (0, True)
    assert occupations("migrate", url=url).returncode == 0


def test_a_copy_of_the_file_alone_has_what_was_written(
    url: str, tmp_path: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What people do all the same, while nothing writes: `cp`."""
    copy, database = tmp_path / "copy.sqlite3", file_of(url)
    monkeypatch.setattr("app.database.backup.WAIT", 0.1)
    caplog.set_level("INFO", logger="occupations")
    engine = reading_engine(url, threads=1, statement_timeout=2)  # pooled, as a server's are
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM wages").scalar_one()
    for command, why in (("retire", "retired"), ("restore", "restored")):
        assert occupations("releases", command, "bls-ep-2021-31", url=url).returncode == 0
        shutil.copy(database, copy)
        assert newest(copy) == f"bls-ep-2021-31 {why}"
        assert database.with_name(f"{database.name}-wal").stat().st_size == 0
    assert caplog.text == ""
    with engine.connect() as connection:  # one that does not end is said, and fails nothing
        connection.exec_driver_sql("BEGIN")
        assert connection.exec_driver_sql("SELECT count(*) FROM wages").scalar_one()
        assert occupations("releases", "retire", "bls-ep-2021-31", url=url).returncode == 0
        assert "`occupations backup`" in caplog.text
    engine.dispose()


def page_lines(url: str) -> str:
    """Return the lines of docs/operations.md that restore, for a database."""
    page = (ROOT / "docs" / "operations.md").read_text("utf-8")
    lines: str = re.findall(r"^(echo .+?pg_restore[^\n]+)$", page, re.M | re.S)[0]
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    return lines.replace("host=HOST dbname=occupations user=occupations", plain)


def test_postgresql_says_the_line_that_does_it(
    databases_of: Callable[[str], Databases], tmp_path: Path
) -> None:
    databases = databases_of("postgresql")
    source, target = databases.seeded(), databases.empty()
    dump = tmp_path / "it's a backup"
    for command, url in (("backup", source), ("restore", target)):
        secret = make_url(url).set(password="s3cret")
        said = occupations(command, str(dump), url=secret.render_as_string(hide_password=False))
        assert (said.returncode, said.stdout) == (2, "")
        assert "s3cret" not in said.stderr
        line = said.stderr.split("tables: ")[1].partition(" (into")[0]
        run = subprocess.run(
            ["sh", "-c", f"PATH={psql().parent}:$PATH; {line}"], capture_output=True, text=True
        )
        assert run.returncode == 0, run.stderr
    found = []
    shutil.copy(dump, tmp_path / "backup.dump")
    emptied = subprocess.run(
        ["sh", "-c", f"PATH={psql().parent}:$PATH; {page_lines(source)}"],
        capture_output=True,
        text=True,
        cwd=tmp_path,
    )
    assert emptied.returncode == 0, emptied.stderr
    for url in (source, target):
        engine = create_engine(url)
        with engine.connect() as connection:
            found.append(connection.execute(text("SELECT token FROM data_versions")).scalar_one())
        engine.dispose()
    assert found[0] == found[1]
    assert occupations("migrate", url=target).returncode == 0
