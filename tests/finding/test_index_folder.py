"""The folder of index files: what is kept, and that nothing in it stops search."""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any
from unittest.mock import patch

import httpx
import pytest

from app.finding import index_folder
from app.settings import Settings
from tests.conftest import Databases, occupations
from tests.servers import server_of, serving, serving_process, warmed

DAY = 86400.0


def files(folder: Path) -> dict[str, int]:
    """Return the index files and their inodes, which change when a file is built again."""
    return {file.name: file.stat().st_ino for file in folder.glob("*.index")}


def until(holds: Callable[[], bool], what: str) -> None:
    """Wait until a condition holds."""
    deadline = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < deadline, what
        time.sleep(0.05)


def finds(client: httpx.Client) -> bool:
    """Tell whether the server finds a word that only the article has."""
    answer = client.get("/v1/search", params={"q": "ambulatory"})
    assert answer.status_code == 200
    return bool(answer.json()["items"])


def answers(client: httpx.Client) -> list[Any]:
    """Return the answers to several titles and queries."""
    titles = ("truck driver", "medical and health services manger", "nurse", "hospital admin")
    found = [client.get("/v1/titles/match", params={"title": title}) for title in titles]
    found += [client.get("/v1/search", params={"q": q}) for q in ("manager", "health", "plan")]
    assert [answer.status_code for answer in found] == [200] * len(found)
    return [answer.json() for answer in found]


@pytest.fixture(scope="module")
def url(seeded: Callable[[str], str]) -> str:
    """Return the URL of a seeded database."""
    return seeded("sqlite")


@pytest.fixture(scope="module")
def built(url: str, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Any]]:
    """Return a folder of index files that a server built, and its answers."""
    folder = tmp_path_factory.mktemp("built") / "made" / "when missing"
    with serving(url, index_folder=str(folder)) as client:
        return folder, answers(warmed(client))


@pytest.fixture
def folder(built: tuple[Path, list[Any]], tmp_path: Path) -> Path:
    """Return a copy of the folder of index files."""
    return Path(shutil.copytree(built[0], tmp_path / "copy", symlinks=True))


@contextmanager
def logged_server(
    url: str, log: Path, index_folder: Path | None, temporary: Path
) -> Iterator[httpx.Client]:
    """Run a server that logs to a file, and open a client of it."""
    place = None if index_folder is None else str(index_folder)
    lent = server_of("occupations", "serve", url=url, log=str(log), index_folder=place)
    with patch.dict(os.environ, TMPDIR=str(temporary)), lent as (client, _):
        yield client


def warned(log: Path) -> list[str]:
    """Return the warnings in a log."""
    return [line for line in log.read_text().splitlines() if '"level":"warning"' in line]


def test_a_release_that_is_restored_finds_its_index(databases: Databases, tmp_path: Path) -> None:
    url = databases.seeded()
    folder = tmp_path / "indices"
    folder.mkdir()
    with serving(url, index_folder=str(folder)) as client:
        warmed(client)
        assert finds(client)
        first = files(folder)
        assert len(first) == 2
        retired = occupations("releases", "retire", "article-2022-11", url=url)
        assert retired.returncode == 0, retired.stderr
        until(lambda: not finds(client), "the article is still found")
        until(lambda: len(files(folder)) == 4, "the other index was not built")
        both = files(folder)
        assert first.items() < both.items()
        assert occupations("releases", "restore", "article-2022-11", url=url).returncode == 0
        until(lambda: finds(client), "the article is not found again")
        assert files(folder) == both
        # Third texts take the place of those used longest ago.
        retired = occupations("releases", "retire", "bls-oews-2021-05", url=url)
        assert retired.returncode == 0, retired.stderr
        until(lambda: len(files(folder).keys() - both.keys()) == 2, "the third was not built")
        assert files(folder).items() >= first.items()
        assert len(files(folder)) == 4


def test_servers_use_the_files_that_are_there_and_share_their_memory(
    url: str, built: tuple[Path, list[Any]], folder: Path
) -> None:
    before = files(folder)
    with (
        serving_process(url, index_folder=str(folder)) as (first, one),
        serving_process(url, index_folder=str(folder)) as (second, other),
    ):
        assert answers(warmed(first)) == answers(warmed(second)) == built[1]
        assert files(folder) == before
        if sys.platform == "linux":
            assert len(mapped(one)) == 2
            assert mapped(one) == mapped(other)


def mapped(pid: int) -> set[str]:
    """Return the sealed memories that a process has mapped."""
    lines = Path(f"/proc/{pid}/maps").read_text().splitlines()
    return {line.split()[4] for line in lines if "memfd:occupations-index" in line}


def test_a_damaged_file_is_built_anew(
    url: str, built: tuple[Path, list[Any]], folder: Path, tmp_path: Path
) -> None:
    right = {file.name: file.read_bytes() for file in folder.glob("*.index")}
    for name, content in right.items():
        half = len(content) // 2
        (folder / name).write_bytes(content[:half] + bytes(len(content) - half))
    with logged_server(url, tmp_path / "log", folder, tmp_path) as client:
        assert answers(warmed(client)) == built[1]
    assert {file.name: file.read_bytes() for file in folder.glob("*.index")} == right
    said = warned(tmp_path / "log")
    assert len(said) == 2
    assert all("removed and built anew: its checksum is wrong" in line for line in said)


def test_a_link_or_folder_in_place_of_an_index_file_is_replaced(
    url: str, built: tuple[Path, list[Any]], folder: Path, tmp_path: Path
) -> None:
    victim = tmp_path / "victim"
    victim.write_text("unharmed")
    search, titles = sorted(folder.glob("*.index"))
    search.unlink()
    search.symlink_to(victim)
    titles.unlink()
    (titles / "inside").mkdir(parents=True)
    with logged_server(url, tmp_path / "log", folder, tmp_path) as client:
        assert answers(warmed(client)) == built[1]
    assert victim.read_text() == "unharmed"
    assert all(file.is_file() and not file.is_symlink() for file in (search, titles))
    assert len(warned(tmp_path / "log")) == 2


def test_truncating_the_files_does_not_affect_a_server_that_has_loaded_them(
    url: str, built: tuple[Path, list[Any]], folder: Path
) -> None:
    with serving_process(url, index_folder=str(folder), cache_bytes="0") as (client, pid):
        warmed(client)
        for file in folder.glob("*.index"):
            os.truncate(file, 64)
        assert answers(client) == built[1]
        # The next server finds them damaged, and builds them.
        with serving(url, index_folder=str(folder)) as other:
            assert answers(warmed(other)) == built[1]
        assert answers(client) == built[1]
        os.kill(pid, 0)


def test_a_lock_that_is_a_symbolic_link_is_not_followed(
    url: str, built: tuple[Path, list[Any]], tmp_path: Path
) -> None:
    folder, victim, own = tmp_path / "indices", tmp_path / "victim", tmp_path / "temporary"
    folder.mkdir()
    own.mkdir()
    victim.write_text("unharmed")
    (folder / "building.lock").symlink_to(victim)
    with logged_server(url, tmp_path / "log", folder, own) as client:
        assert answers(warmed(client)) == built[1]
        assert list(own.iterdir()) == []  # removed after loading
    assert victim.read_text() == "unharmed"
    assert files(folder) == {}
    (said,) = warned(tmp_path / "log")
    assert "the shared index folder is not used" in said
    assert "building.lock" in said


@pytest.mark.slow
def test_a_server_waits_for_the_lock_while_its_holder_shows_signs_of_life(
    url: str, built: tuple[Path, list[Any]], folder: Path, tmp_path: Path
) -> None:
    log = tmp_path / "log"
    for file in files(folder):  # those that are there need no lock
        (folder / file).unlink()
    with (folder / "building.lock").open("r+") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        with logged_server(url, log, folder, tmp_path) as client:
            for _ in range(60):
                os.utime(lock.fileno())
                time.sleep(0.1)
            assert client.get("/v1/search", params={"q": "nurse"}).status_code == 503
            assert client.get("/health/ready").status_code == 503
            assert warned(log) == []
            assert answers(warmed(client)) == built[1]
    (said,) = warned(log)
    assert "the shared index folder is not used: the holder of building.lock" in said


def test_a_server_that_waits_takes_the_files_as_soon_as_they_are_there(
    url: str, built: tuple[Path, list[Any]], tmp_path: Path
) -> None:
    folder = tmp_path / "indices"
    folder.mkdir()
    log = tmp_path / "log"
    with (folder / "building.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # as one that builds holds it, here for ever
        with logged_server(url, log, folder, tmp_path) as client:
            assert client.get("/health/ready").json()["code"] == "warming"
            search, titles = sorted(built[0].glob("*.index"))
            shutil.copy(search, folder)
            os.utime(lock.fileno())
            time.sleep(0.5)
            assert client.get("/health/ready").json()["code"] == "warming"
            os.utime(lock.fileno())
            shutil.copy(titles, tmp_path / "copied")
            (tmp_path / "copied").rename(folder / titles.name)
            assert answers(warmed(client)) == built[1]
            assert client.get("/health/ready").status_code == 200
    assert warned(log) == []
    assert len(files(folder)) == 2


def test_the_process_that_builds_ends_with_the_one_that_started_it(
    url: str, tmp_path: Path
) -> None:
    def builders() -> set[int]:
        seen = set()
        for place in Path("/proc").glob("[0-9]*/cmdline"):
            with suppress(OSError):
                words = place.read_bytes().split(b"\0")
                if b"app.finding.index_builder" in words and str(pid).encode() in words:
                    seen.add(int(place.parent.name))
        return seen

    with serving_process(url, index_folder=str(tmp_path)) as (_, pid):
        until(lambda: bool(builders()), "nobody builds")
        (builder,) = (n for n in builders() if parent_of(n) == pid)
        os.kill(builder, signal.SIGSTOP)
        os.kill(pid, signal.SIGKILL)
        time.sleep(1.1)  # it looks once a second
        os.kill(builder, signal.SIGCONT)
        until(lambda: not builders(), "it goes on")
    assert files(tmp_path) == {}


def parent_of(process: int) -> int:
    """Return the id of the process that started another."""
    return int(Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[1])


def test_a_server_that_can_write_indices_nowhere_does_not_start(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "file"
    file.touch()
    monkeypatch.setattr(tempfile, "tempdir", str(file / "temporary"))
    for folder in (None, file / "indices"):
        why = index_folder.lack(Settings(index_folder=folder))
        assert why.startswith(str(folder or "the system's folder for temporary files"))
        assert "cannot be written to" in why
    done = occupations("serve", url=url, index_folder=str(file / "indices"), log_format="text")
    assert (done.returncode, done.stdout) == (1, "")
    (said,) = done.stderr.splitlines()
    assert f"{file}/indices and the system's folder" in said
    assert "set OCCUPATIONS_INDEX_FOLDER to a folder" in said
    # Files that were built elsewhere will do.
    (tmp_path / "built").mkdir()
    (tmp_path / "built" / "search-x.index").touch()
    assert index_folder.lack(Settings(index_folder=tmp_path / "built")) == ""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    assert index_folder.lack(Settings(index_folder=file / "indices")) == ""


def test_a_process_that_builds_shows_signs_of_life(url: str, tmp_path: Path) -> None:
    left = tmp_path / "killed.part"
    left.touch()
    lock = tmp_path / "building.lock"
    seen: set[int] = set()

    def look() -> bool:
        if lock.exists():
            seen.add(lock.stat().st_mtime_ns)
        return len(files(tmp_path)) == 2

    with serving(url, index_folder=str(tmp_path)):
        until(look, "the indices were not built")
    assert len(seen) > 3
    assert not left.exists()


def test_a_file_at_the_place_of_the_temporary_folder_does_not_stop_search(
    url: str, built: tuple[Path, list[Any]], tmp_path: Path
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    place = temporary / f"occupations-{os.getuid()}"
    place.write_text("unharmed")
    with logged_server(url, tmp_path / "log", None, temporary) as client:
        assert answers(warmed(client)) == built[1]
    (said,) = warned(tmp_path / "log")
    assert "the shared index folder is not used" in said
    assert place.read_text() == "unharmed"
    assert list(temporary.iterdir()) == [place]  # the process has removed its own folder


@pytest.mark.parametrize("level", ["of the user", "of the database"])
@pytest.mark.parametrize("thing", ["file", "link", "open to a group", "of another user"])
def test_a_temporary_folder_that_is_not_private_is_not_used(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, level: str, thing: str
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    settings = Settings(database_url=url, index_folder=None)
    place = index_folder.path_of(settings)
    if level == "of the user":
        place = place.parent
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir(mode=0o700)
    place.parent.mkdir(mode=0o700, exist_ok=True)
    if thing == "file":
        place.touch()
    elif thing == "link":
        place.symlink_to(elsewhere)
    else:
        place.mkdir(mode=0o700)
        with index_folder.shared(settings) as lent:
            assert lent.path == index_folder.path_of(settings)
        if thing == "open to a group":
            place.chmod(0o710)
        elif os.getuid() == 0:
            os.chown(place, 1, 1)
        else:
            pytest.skip("only root can give a folder away")
    with pytest.raises(OSError, match=r"private|exists"), index_folder.shared(settings):
        pass
    assert list(elsewhere.iterdir()) == []


def test_folders_that_no_server_uses_any_more_are_removed(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def aged(path: Path, days: float) -> Path:
        os.utime(path, (time.time() - days * DAY,) * 2, follow_symlinks=False)
        return path

    base = tmp_path / f"occupations-{os.getuid()}"
    with logged_server(url, tmp_path / "log", None, tmp_path) as client:
        warmed(client)
        (served,) = base.iterdir()
        assert {path.stat().st_mode & 0o777 for path in (base, served)} == {0o700}
        before = files(served)
        assert len(before) == 2
        aged(served, 30)
        until(lambda: served.stat().st_mtime > time.time() - DAY, "the folder was not marked")
        unused, recent, stray = base / "unused", base / "recent", base / "stray"
        for path in (unused, recent):
            path.mkdir()
            (path / "titles-0.index").touch()
        stray.symlink_to(tmp_path / "log")
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
        settings = Settings(database_url="sqlite://", index_folder=None)
        with index_folder.shared(settings) as again:
            (again.path / "titles-0.index").touch()
        aged(unused, 7.1), aged(recent, 6.9), aged(stray, 8), aged(again.path, 8)
        with index_folder.shared(settings):
            assert set(base.iterdir()) == {served, recent, again.path}
        assert files(again.path).keys() == {"titles-0.index"}
        assert files(served) == before
    assert (tmp_path / "log").exists()
