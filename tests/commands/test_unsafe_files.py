"""Unsafe files and folders: links are not followed, pipes not waited for, endless files refused."""

from __future__ import annotations

import os
import signal
import socket
import warnings
import zipfile
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from app.commands import cli, database
from app.importers.loading import finder
from app.importers.reading import columns, grids, opening
from app.importers.seed import files as seed_files
from app.settings import Settings
from app.verifying.server import serving as api_server
from tests.builders import line, oews_book, oews_csv, write_xlsx
from tests.commands.publisher import Publisher, serving
from tests.conftest import new_database

SECRET = "secret,of,somebody,else\n1,2,3,4\n"
UNKNOWN = "ISCO,SOC\n1,2\n"


@pytest.fixture(autouse=True)
def _never_waits() -> Iterator[None]:
    """Fail a test that waits for a named pipe."""

    def ends(*_: Any) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, ends)
    signal.alarm(60)
    yield
    signal.alarm(0)
    signal.signal(signal.SIGALRM, before)


@pytest.fixture
def url(tmp_path_factory: pytest.TempPathFactory) -> str:
    return new_database("sqlite", tmp_path_factory.mktemp("database"), None)


def run(*arguments: str | Path, url: str = "sqlite:////nowhere/x.sqlite3") -> Result:
    """Run a command in this process."""
    env = {"OCCUPATIONS_DATABASE_URL": url}
    result = CliRunner().invoke(cli, list(map(str, arguments)), env=env)
    assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
    return result


def left_out(result: Result) -> dict[str, str]:
    """Return why each file was left out or refused."""
    lines = [one.partition(": left out, ") for one in result.stdout.splitlines()]
    lines += [
        one.removeprefix("occupations: ").partition(": ") for one in result.stderr.splitlines()
    ]
    return {name: why for name, said, why in lines if said}


def zipped(path: Path, *entries: tuple[str | zipfile.ZipInfo, str]) -> Path:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # of a name that stands twice
        with zipfile.ZipFile(path, "w") as out:
            for name, text in entries:
                out.writestr(name, text)
    return path


# --- folders ---


@pytest.mark.parametrize("command", ["import", "verify"])
def test_links_in_a_folder_are_not_followed(command: str, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "secret.csv").write_text(SECRET)
    folder = tmp_path / "given"
    (folder / "inner").mkdir(parents=True)
    (folder / "file.csv").symlink_to(elsewhere / "secret.csv")
    (folder / "inner" / "dangling.csv").symlink_to(folder / "none")
    (folder / "inner" / "folder").symlink_to(elsewhere)
    (folder / "loop").symlink_to(folder)
    (folder / "a.csv").write_text(UNKNOWN)
    result = run(command, folder)
    assert "secret" not in result.output
    assert left_out(result) == {
        "given/a.csv": "not a file this program knows; it begins: ISCO, SOC",
        "given/file.csv": "a link",
        "given/inner/dangling.csv": "a link",
        "given/inner/folder": "a link",
        "given/loop": "a link",
    }


def test_a_link_that_the_command_line_names_is_followed(tmp_path: Path, url: str) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    oews_book(kept / "book.xlsx", line())
    (tmp_path / "file").symlink_to(kept / "book.xlsx")
    (tmp_path / "folder").symlink_to(kept)
    assert "file: oews\n" in run("import", tmp_path / "file", "--dry-run", url=url).stdout
    taken = run("import", tmp_path / "folder", "--dry-run", url=url)
    assert "folder/book.xlsx: oews\n" in taken.stdout


def specials(folder: Path) -> dict[str, str]:
    """Create files that are not regular; return the name of each kind."""
    os.mkfifo(folder / "pipe.csv")
    with socket.socket(socket.AF_UNIX) as made:
        before = Path.cwd()
        os.chdir(folder)  # the path of a socket must be short
        try:
            made.bind("socket.csv")
        finally:
            os.chdir(before)
    return {"pipe.csv": "a named pipe", "socket.csv": "a socket"}


@pytest.mark.parametrize("command", ["import", "verify"])
def test_what_is_no_regular_file_is_not_opened(command: str, tmp_path: Path) -> None:
    words = specials(tmp_path)
    found = left_out(run(command, tmp_path))
    assert found == {f"{tmp_path.name}/{name}": word for name, word in words.items()}
    (tmp_path / "link.csv").symlink_to(tmp_path / "pipe.csv")
    for path, word in [
        *((str(tmp_path / name), word) for name, word in words.items()),
        (str(tmp_path / "link.csv"), "a named pipe"),
        ("/dev/zero", "a device"),
    ]:
        result = run(command, path)
        assert (result.exit_code, result.stdout) == (1, "")
        assert result.stderr == f"occupations: {path}: {word}, not a regular file\n"


@pytest.mark.parametrize(
    ("kind", "said"),
    [
        ("pipe", "a named pipe, not a regular file"),
        ("link", "Too many levels of symbolic links"),
    ],
)
def test_a_file_exchanged_as_it_is_opened_is_refused(
    kind: str, said: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, aside, opens = tmp_path / "a.csv", tmp_path / "aside", os.open
    path.write_text(UNKNOWN)
    (tmp_path / "secret.csv").write_text(SECRET)

    def exchanged(given: Any, *flags: int, **more: Any) -> int:
        """Replace the file at the moment when it is opened."""
        if given != str(path):
            return opens(given, *flags, **more)
        path.rename(aside)
        os.mkfifo(path) if kind == "pipe" else path.symlink_to(tmp_path / "secret.csv")
        try:
            return opens(given, *flags, **more)
        finally:
            path.unlink()
            aside.rename(path)

    monkeypatch.setattr(os, "open", exchanged)
    assert run("import", path).stderr == f"occupations: {said}: {path}\n"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_folder_that_may_not_be_read_is_not_passed_over(tmp_path: Path) -> None:
    (tmp_path / "closed").mkdir(mode=0)
    assert "Permission denied" in run("import", tmp_path).stderr


def test_a_folder_is_searched_as_far_as_it_is_bounded(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finder, "MOST_FILES", 4)
    (tmp_path / "inner").mkdir()
    (tmp_path / "inner" / "a.csv").write_text(UNKNOWN)
    zipped(tmp_path / "b.zip", ("c.csv", UNKNOWN))
    assert len(left_out(run("import", tmp_path))) == 2
    (tmp_path / ".hidden").mkdir()
    (tmp_path / ".hidden" / "f.csv").write_text(UNKNOWN)
    assert len(left_out(run("import", tmp_path))) == 2
    zipped(tmp_path / "b.zip", ("c.csv", UNKNOWN), ("d.csv", UNKNOWN))
    assert "more than 4 files and folders in all" in run("import", tmp_path).stderr
    zipped(tmp_path / "b.zip", ("c.csv", UNKNOWN))
    (tmp_path / "inner" / "e.csv").write_text(UNKNOWN)
    assert "more than 4 files and folders in all" in run("import", tmp_path).stderr


def test_a_name_that_is_not_utf_8_is_kept_escaped(tmp_path: Path, url: str) -> None:
    path = oews_csv(tmp_path / "a\udcff\n.csv", line())
    options = ("--period", "2021-05", "--top-code", "208000/100.00")
    imported = run("import", path, *options, url=url)
    assert imported.exit_code == 0, imported.output
    assert r"a\xff\n.csv: oews" in imported.stdout
    assert r'"a\\xff\n.csv"' in run("releases", "show", "bls-oews-2021-05", url=url).stdout


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_a_file_that_changes_while_it_is_read_is_refused(
    suffix: str, tmp_path: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / f"a.{suffix}"
    make = oews_book if suffix == "xlsx" else oews_csv
    make(path, line())
    before = database.migrate_database

    def late(*given: Any) -> None:
        """Change the file after its checksum was computed and before its rows are read."""
        make(path, line(TOT_EMP=436771.0), line(OCC_CODE="27-2011"))
        before(*given)

    monkeypatch.setattr(database, "migrate_database", late)
    options = ("--period", "2021-05", "--top-code", "208000/100.00")
    result = run("import", path, *options, url=url)
    assert result.exit_code == 1
    assert f"a.{suffix}: it was changed while it was read" in result.stderr
    assert "failed" in result.stdout
    listed = run("releases", "list", url=url).stdout
    assert "bls-oews-2021-05 " in listed  # the seed's excerpt
    assert "excerpt" in next(one for one in listed.splitlines() if "bls-oews" in one)


def test_a_workbook_is_read_as_it_was_inspected(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = oews_book(tmp_path / "a.xlsx", line())

    def late(*given: Any) -> Any:
        found = grids.inspect(*given)
        path.write_bytes(b"another")
        return found

    monkeypatch.setattr("app.importers.reading.sheets.inspect", late)
    assert "a.xlsx: it was changed while it was read" in run("import", path).stderr


def test_the_first_rows_of_a_file_are_read_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file is compared with every format, and must be read once only."""
    write_xlsx(tmp_path / "a.xlsx", {"Sheet": [["ISCO", "SOC"], ["1", "2"]]})
    (tmp_path / "b.csv").write_text(UNKNOWN)
    seen: list[object] = []

    def normal(cell: object) -> str:
        seen.append(cell)
        return columns_normal(cell)

    def opened(path: Path) -> Any:
        seen.append(path.name)
        return opening.open_regular(path)

    columns_normal = columns.normal
    monkeypatch.setattr("app.importers.reading.columns.normal", normal)
    monkeypatch.setattr("app.importers.reading.sheets.open_regular", opened)
    assert len(left_out(run("import", tmp_path))) == 2
    assert seen.count("ISCO") == 2
    # Its first bytes, checksum, separator, first line and first rows.
    assert seen.count("b.csv") == 5


# --- the seed ---


@pytest.fixture
def seed(tmp_path: Path) -> Path:
    folder = tmp_path / "seed"
    folder.mkdir()
    for item in files("seed").iterdir():
        if item.name.endswith(".yaml"):
            (folder / item.name).write_bytes(item.read_bytes())
    return folder


def exchanged(path: Path, how: Callable[[Path], object]) -> None:
    path.unlink()
    how(path)


def sparse(path: Path) -> None:
    path.touch()
    os.truncate(path, 1 << 40)


def test_a_seed_file_is_a_regular_file_of_its_folder(seed: Path, tmp_path: Path, url: str) -> None:
    (tmp_path / "secret").write_text(SECRET)
    article = seed / "article.yaml"
    for how, said in (
        (os.mkfifo, "a named pipe, not a regular file"),
        (lambda path: path.symlink_to(tmp_path / "secret"), "a link that leads out of the folder"),
        (lambda path: path.symlink_to("/dev/zero"), "a link that leads out of the folder"),
        (lambda path: path.symlink_to(path), "a link, not a regular file"),
        (sparse, "more than 4,194,304 bytes"),
    ):
        exchanged(article, how)
        result = run("seed", seed, url=url)
        assert result.stderr == f"occupations: seed/article.yaml: cannot be read: {said}\n"
        assert result.exit_code == 1


def test_a_seed_mounted_as_links_within_its_folder_is_read(seed: Path, url: str) -> None:
    """Kubernetes mounts a ConfigMap like this."""
    (seed / "..2026").mkdir()
    (seed / "..data").symlink_to("..2026")
    for path in list(seed.glob("*.yaml")):
        path.rename(seed / "..2026" / path.name)
        path.symlink_to(Path("..data") / path.name)
    assert run("seed", seed, url=url).exit_code == 0


def test_a_seed_file_as_large_as_may_be_is_read(
    seed: Path, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    largest = max(path.stat().st_size for path in seed.iterdir())
    monkeypatch.setattr(seed_files, "MOST_BYTES", largest)
    assert run("seed", seed, url=url).exit_code == 0


# --- downloads ---


def table(folder: Path, url: str, **changed: str) -> Path:
    """Write a table of addresses with one file."""
    path = folder / "table.yaml"
    source, period = changed.get("source", "soc"), changed.get("period", "2018")
    path.write_text(
        f'periods: {{"{source}": {{"{period}": "18"}}}}\n'
        f'downloads: [{{source: "{source}", scope: all, urls: ["{url}"]}}]\n'
    )
    return path


@pytest.mark.parametrize("name", [".a.txt.part", "a.txt.sha256", ".a.txt.json"])
@pytest.mark.parametrize("kind", ["link", "pipe"])
def test_a_download_overwrites_nothing_elsewhere(name: str, kind: str, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.write_text(SECRET)
    place = tmp_path / "to" / "soc" / "2018"
    place.mkdir(parents=True)
    if kind == "link":
        (place / name).symlink_to(kept)
    else:
        os.mkfifo(place / name)
    with serving(Publisher(b"text")) as publisher:
        given = ("--table", table(tmp_path, f"{publisher.url}/a.txt"), "--to", tmp_path / "to")
        result = run("download", "soc", *given)
    word = "a link" if kind == "link" else "a named pipe"
    assert result.stderr == f"occupations: {word}, not a regular file: {place / name}\n"
    assert result.exit_code == 1
    assert kept.read_text() == SECRET


def test_a_table_of_addresses_names_no_place_outside(tmp_path: Path) -> None:
    to = tmp_path / "to"
    for url, changed in (
        ("http://127.0.0.1:1/..", {}),
        ("http://127.0.0.1:1/a.txt", {"period": "../../up"}),
        ("http://127.0.0.1:1/a.txt", {"source": "/root"}),
    ):
        given = ("--table", table(tmp_path, url, **changed), "--to", to)
        result = run("download", changed.get("source", "soc"), *given)
        assert f"is not in {to}: see the table of addresses" in result.stderr
    assert not to.exists()


@pytest.mark.parametrize(
    "content", [b"", b"[", b"periods: 1", b"\xff", b"downloads: [{}]", b'"\\e[31m": [', b"a: \x1b"]
)
def test_what_is_no_table_of_addresses_is_one_line(content: bytes, tmp_path: Path) -> None:
    (tmp_path / "t.yaml").write_bytes(content)
    result = run("download", "soc", "--table", tmp_path / "t.yaml")
    assert result.exit_code == 2
    assert result.stderr.startswith(f"occupations: {tmp_path}/t.yaml is not a table of addresses: ")
    assert result.stderr.count("\n") == 1
    assert result.stderr.strip().isprintable()


def test_the_server_of_verify_runs_no_module_of_the_working_folder(
    databases_of: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(database_url=databases_of("sqlite").seeded())
    for name in ("gzip.py", "uvicorn.py", "app.py"):
        (tmp_path / name).write_text(f"open({str(tmp_path / 'run')!r}, 'w')")
    monkeypatch.chdir(tmp_path)
    with api_server(settings) as url:
        assert url.startswith("http://127.0.0.1:")
    assert not (tmp_path / "run").exists()
