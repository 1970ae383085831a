"""Commands escape control characters in names, cells and arguments that they print."""

from __future__ import annotations

import json
import logging
import os
import pty
import select
import subprocess
import sys
import zipfile
from collections.abc import Callable
from importlib.resources import files
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.commands import cli
from app.commands.output import report
from app.logs import TextLine
from tests.builders import OEWS_HEADER, line, oews_book, oews_csv, write_xlsx
from tests.commands.publisher import Publisher, serving
from tests.conftest import new_database
from tests.servers import environment

RED = "\x1b[31m\x9b1m\u202e\u2066[red]\r\b"
"""Control characters that turn text red and reverse it, and markup of rich."""
SHOWN = r"\x1b[31m\x9b1m\u202e\u2066[red]\r\x08"


def run(*arguments: str, url: str = "sqlite:////nowhere/x.sqlite3", **settings: str) -> Result:
    """Run a command in this process; check that it prints no control character."""
    settings = {"export_folder": "none", **settings}
    env = {f"OCCUPATIONS_{name.upper()}": value for name, value in settings.items()}
    result = CliRunner().invoke(cli, list(arguments), env={"OCCUPATIONS_DATABASE_URL": url, **env})
    for text in (result.stdout, result.stderr):
        assert all(line.isprintable() for line in text.split("\n")), text
    return result


def test_names_and_first_cells_are_escaped(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as out:
        out.writestr(f"{RED}\n.csv", f"{RED},caf\u00e9 \u2014\n1,2\n".replace("\r", ""))
    result = run("import", str(tmp_path / "a.zip"), url=new_database("sqlite", tmp_path, None))
    cell = SHOWN.replace(r"\r", "")
    assert result.stdout.endswith(
        rf"refused: a.zip/{SHOWN}\n.csv: not a file this program knows; "
        f"it begins: {cell}, caf\u00e9 \u2014\n"
    )


def test_sheets_and_columns_are_escaped(tmp_path: Path) -> None:
    url = new_database("sqlite", tmp_path, None)
    book = tmp_path / "book.xlsx"
    write_xlsx(book, {"Sheet": [OEWS_HEADER, line()], "\u202eFacts": [OEWS_HEADER, line()]})
    assert r"\u202eFacts" in run("import", str(book), url=url).stderr
    named = oews_book(tmp_path / "a.xlsx", [*line(), "1"], header=[*OEWS_HEADER, "New\u202e"])
    assert r"columns not known: new\u202e" in run("import", str(named), url=url).stdout


def test_a_release_shows_its_files_as_json(tmp_path: Path) -> None:
    url = new_database("sqlite", tmp_path, None)
    path = oews_csv(tmp_path / f"{RED}M2021\u00e9.csv", line())
    options = ("--period", "2021-05", "--top-code", "208000/100.00")
    imported = run("import", str(path), *options, url=url)
    assert f"{SHOWN}M2021\u00e9.csv: oews\n" in imported.stdout
    printed = run("releases", "show", "bls-oews-2021-05", url=url).stdout
    assert r"\u001b[31m\u009b1m\u202e\u2066[red]\r\bM2021" in printed
    assert json.loads(printed)["files"][0]["name"] == path.name


@pytest.mark.parametrize(
    "arguments",
    [
        ["import", f"/nowhere/{RED}"],
        ["import", "x", "--as", RED],
        ["import", "x", "--period", RED],
        ["import", "x", "--top-code", RED],
        ["verify", "x", "--period", RED],
        ["verify", f"/nowhere/{RED}"],
        ["download", RED],
        ["download", "soc", "--table", f"/nowhere/{RED}"],
        ["openapi", "--output", f"/nowhere/{RED}"],
        ["seed", f"/nowhere/{RED}"],
        ["seed", "x", RED],
        ["releases", "show", RED],
        ["releases", RED],
        [RED],
        [f"--{RED}"],
        ["-\u202e"],
        ["migrate", "\u202e"],
        ["migrate", "--\u202e"],
    ],
    ids=lambda arguments: " ".join(arguments).encode("unicode_escape").decode(),
)
def test_arguments_are_escaped(arguments: list[str], seeded: Callable[[str], str]) -> None:
    result = run(*arguments, url=seeded("sqlite"))
    assert result.exit_code in {1, 2}
    assert isinstance(result.exception, SystemExit)
    assert "202e" in result.stderr


def test_a_name_that_is_not_utf_8_is_escaped(tmp_path: Path) -> None:
    url = new_database("sqlite", tmp_path, None)
    assert r"/nowhere/\udcff" in run("import", "/nowhere/\udcff", url=url).stderr


def test_an_address_is_escaped(tmp_path: Path) -> None:
    book = oews_book(tmp_path / "a.xlsx", line())
    result = run("verify", str(book), "--url", f"http://a/{RED}")
    assert (result.exit_code, result.stdout) == (1, "")
    assert r"'\x1b'" in result.stderr


@pytest.mark.parametrize("url", [f"sqlite:///{RED}/x", f"{RED}://x", f"sqlite:////{RED}/x"])
def test_settings_are_escaped(url: str) -> None:
    assert run("migrate", url=url).exit_code in {1, 2}
    assert run("serve", url=url, log_format=RED).exit_code == 2


def test_what_a_driver_says_is_escaped(postgresql: str) -> None:
    url = new_database("postgresql", Path(), postgresql).rpartition("/")[0]
    rest = postgresql.partition("?")[2]
    result = run("migrate", url=f"{url}/%1B[31m%E2%80%AE?{rest}")
    assert result.exit_code == 1
    assert r'database "\x1b[31m\u202e" does not exist' in result.stderr


def test_seed_files_are_escaped(tmp_path: Path, seeded: Callable[[str], str]) -> None:
    for item in files("seed").iterdir():
        if item.name.endswith(".yaml"):
            (tmp_path / item.name).write_bytes(item.read_bytes())
    with (tmp_path / "article.yaml").open("a") as out:
        out.write('"\\e[31m\\u202e": 1\n')
    (tmp_path / f"{RED}.yaml").touch()
    result = run("seed", str(tmp_path), url=seeded("sqlite"))
    assert result.exit_code == 1
    assert r"\x1b[31m\u202e: " in result.stderr


def table(folder: Path, url: str) -> Path:
    """Write a table of addresses with one file, whose name has markup and control characters."""
    path = folder / "table.yaml"
    path.write_text(
        'periods: {soc: {"2018": "18"}}\n'
        f'downloads: [{{source: soc, scope: all, urls: ["{url}/\\u202e[red].txt"]}}]\n'
    )
    return path


def test_downloads_are_escaped(tmp_path: Path) -> None:
    with serving(Publisher(b"text", plan=["404"])) as publisher:
        given = ("download", "soc", "--table", str(table(tmp_path, publisher.url)), "--to")
        assert r"/\u202e[red].txt: there is no such file" in run(*given, str(tmp_path)).stderr
        assert r"/\u202e[red].txt: fetched" in run(*given, str(tmp_path)).stdout


def test_a_progress_bar_shows_a_name_as_it_stands(tmp_path: Path) -> None:
    with serving(Publisher(b"text" * 100_000)) as publisher:
        given = ["download", "soc", "--table", str(table(tmp_path, publisher.url))]
        printed = on_a_terminal([*given, "--to", str(tmp_path)])
    # Once in the closing line, and before in the bar.
    assert printed.count(rb"\u202e[red].txt") > 1
    assert "\u202e".encode() not in printed


def on_a_terminal(arguments: list[str]) -> bytes:
    """Run a command in a terminal and return its output."""
    ours, its = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "app.commands", *arguments],
        env=environment("sqlite://") | {"TERM": "xterm", "COLUMNS": "200"},
        stdin=subprocess.DEVNULL,
        stdout=its,
        stderr=its,
    )
    os.close(its)
    printed = b""
    while select.select([ours], [], [], 60)[0]:
        try:
            printed += os.read(ours, 65536)
        except OSError:  # so Linux says that the last writer has gone
            break
    os.close(ours)
    assert process.wait(timeout=10) == 0, printed
    return printed


def test_a_line_of_the_log_is_one_line() -> None:
    try:
        raise ValueError(f"{RED}\nsecond line")
    except ValueError:
        error = sys.exc_info()
    record = logging.LogRecord(
        "odd", logging.ERROR, "", 1, "a fault: %s", (f"{RED}\nINFO x",), error
    )
    first, *traceback = TextLine().format(record).split("\n")
    assert first.partition("Z ")[2] == rf"ERROR odd a fault: {SHOWN}\nINFO x"
    assert traceback[-2:] == [f"  ValueError: {SHOWN}", "  second line"]


def test_an_error_that_nothing_caught_is_escaped(capsys: pytest.CaptureFixture[str]) -> None:
    error = ValueError(RED)
    report(ValueError, error, None)
    assert capsys.readouterr().err == f"ValueError: {SHOWN}\n"
