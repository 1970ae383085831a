"""The command line: help, errors in one line with an exit code, and releases."""

from __future__ import annotations

import json
import re
import shutil
import socket
import time
from collections.abc import Callable, Iterator
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from app import __version__
from app.commands import cli
from tests.conftest import Databases, occupations_process
from tests.servers import serving

COMMANDS: Any = typer.main.get_command(cli)


def run(*arguments: str, url: str = "sqlite:////nowhere/x.sqlite3", **settings: str) -> Result:
    """Run a command in this process."""
    settings = {"export_folder": "none", **settings}
    env = {f"OCCUPATIONS_{name.upper()}": value for name, value in settings.items()}
    return CliRunner().invoke(cli, list(arguments), env={"OCCUPATIONS_DATABASE_URL": url, **env})


def commands(command: Any = COMMANDS, *before: str) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Yield every command with its arguments."""
    yield before, command
    for name, inner in getattr(command, "commands", {}).items():
        yield from commands(inner, *before, name)


def test_every_command_has_help() -> None:
    for words, command in commands():
        shown = run(*words, "--help")
        assert shown.exit_code == 0, words
        assert command.help, words
        assert command.help.split(".")[0].split()[0] in shown.stdout
        for parameter in command.params:
            assert parameter.help, (words, parameter.name)


def test_the_version_is_shown() -> None:
    assert run("--version").stdout == f"occupations {__version__}\n"


def broken_seed(tmp_path: Path) -> str:
    folder = tmp_path / "seed"
    shutil.copytree(str(files("seed")), folder)
    article = folder / "article.yaml"
    article.write_text(article.read_text("utf-8").replace("duties:", "dutys:"), "utf-8")
    return str(folder)


def test_a_mistake_is_one_line_and_no_traceback(
    seeded: Callable[[str], str], tmp_path: Path
) -> None:
    good = seeded("sqlite")
    text = tmp_path / "text.sqlite3"
    text.write_text("this is no database " * 100)
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))  # and does not listen
        closed = f"postgresql+psycopg://nobody@127.0.0.1:{silent.getsockname()[1]}/x"
        mistakes: list[tuple[list[str], dict[str, str], int, str]] = [
            (["migrate"], {"url": "nonsense"}, 2, "OCCUPATIONS_DATABASE_URL"),
            (["seed"], {"url": "mysql://a@b/c"}, 2, "OCCUPATIONS_DATABASE_URL"),
            (["migrate"], {"url": closed}, 1, "the database: "),
            (["releases", "list"], {"url": closed}, 1, "the database: "),
            (["migrate"], {"url": "sqlite:////nowhere/x.sqlite3"}, 1, "the database: "),
            (["migrate"], {"url": f"sqlite:///{text}"}, 1, "the database: "),
            (["releases", "list"], {"url": f"sqlite:///{tmp_path}/new"}, 1, "occupations seed"),
            (["releases", "show", "none"], {"url": good}, 1, "'none'"),
            (["releases", "retire", "none"], {"url": good}, 1, "none"),
            (["releases", "restore", "none"], {"url": good}, 1, "none"),
            (["serve", "--port", "70000"], {"url": good}, 2, "--port: '70000'"),
            (["serve", "--workers", "0"], {"url": good}, 2, "--workers: '0'"),
            (["serve"], {"url": good, "threads": "many"}, 2, "OCCUPATIONS_THREADS"),
            (["serve"], {"url": good, "log_format": "xml"}, 2, "OCCUPATIONS_LOG_FORMAT"),
            (["seed", broken_seed(tmp_path)], {"url": good}, 1, "article.yaml"),
            (["seed", str(tmp_path / "none")], {"url": good}, 1, "none"),
            (["openapi", "--output", "/nowhere/x.json"], {"url": good}, 1, "/nowhere/x.json"),
        ]
        for arguments, settings, code, said in mistakes:
            result = run(*arguments, **settings)
            assert result.exception is None or isinstance(result.exception, SystemExit), (
                arguments,
                settings,
                result.exception,
            )
            assert result.exit_code == code, (arguments, settings, result.output)
            assert re.fullmatch(r"occupations: [^\n]+\n", result.stderr), (arguments, result.stderr)
            assert said in result.stderr, (arguments, settings, result.stderr)


def test_words_that_are_no_command_are_refused() -> None:
    for arguments in (["serv"], ["--nonsense"], ["serve", "--port", "x"], ["releases", "sho"]):
        result = run(*arguments)
        assert result.exit_code == 2
        assert "Traceback" not in result.stderr


def test_a_mistake_in_a_process_of_its_own_is_one_line_too() -> None:
    result = occupations_process("migrate", url="sqlite:////nowhere/x.sqlite3")
    assert result.returncode == 1
    assert result.stdout == ""
    assert re.fullmatch(r"occupations: the database: [^\n]+\n", result.stderr)


def test_the_contract_is_printed(seeded: Callable[[str], str], tmp_path: Path) -> None:
    printed = run("openapi", url=seeded("sqlite"))
    assert printed.exit_code == 0
    assert json.loads(printed.stdout)["openapi"].startswith("3.1")
    out = tmp_path / "openapi.json"
    assert run("openapi", "--output", str(out), url="sqlite:////nowhere/x").exit_code == 0
    assert json.loads(out.read_text("utf-8")) == json.loads(printed.stdout)


def eventually(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 2
    while not condition():
        assert time.monotonic() < deadline, "not seen within 2 s"
        time.sleep(0.02)


@pytest.mark.alone
def test_a_retired_release_is_gone_and_restored_is_back(databases: Databases) -> None:
    url = databases.seeded()
    name = "bls-oews-2021-05"
    with serving(url, poll_interval="1") as client:
        listed = run("releases", "list", url=url)
        assert listed.exit_code == 0
        assert {line.split()[0] for line in listed.stdout.splitlines()} == {
            item["id"] for item in client.get("/v1/releases").json()["items"]
        }
        shown = json.loads(run("releases", "show", name, url=url).stdout)
        assert shown["name"] == name
        assert shown["checksum"] == client.get(f"/v1/releases/{name}").json()["checksum"]
        before = {path: client.get(path) for path in ("/v1/wages", "/v1/occupations?sort=-wage")}
        following = client.get("/v1/wages?limit=1").json()["next"]
        second = client.get(following).content

        assert run("releases", "retire", name, url=url).stdout == f"{name} is retired.\n"
        eventually(lambda: client.get(f"/v1/releases/{name}").status_code == 404)
        wages = client.get("/v1/wages").json()
        assert {item["release"] for item in wages["items"]} == {"article-2022-11"}
        # A list that was begun before goes on in the data that it began with.
        assert client.get(following).content == second
        occupation = client.get("/v1/occupations?codes=11-9111").json()["items"][0]
        assert occupation["annual_median"] is None
        assert occupation["marks"]["annual_median"]["status"] == "not_loaded"
        assert "retired" in run("releases", "list", url=url).stdout
        assert run("releases", "retire", name, url=url).stdout == f"{name} was retired already.\n"

        assert run("releases", "restore", name, url=url).stdout == f"{name} is shown again.\n"
        eventually(lambda: client.get(f"/v1/releases/{name}").status_code == 200)
        for path, answer in before.items():
            again = client.get(path)
            assert again.content == answer.content
            assert again.headers["etag"] == answer.headers["etag"]
        assert client.get(following).content == second


@pytest.mark.parametrize(
    ("option", "value", "allowed"),
    [
        ("--as", "wages", "must be one of oews, projections, "),
        ("--period", "", "must be YYYY, YYYY-MM or YYYY-YY"),
        ("--period", "May 2021", "must be YYYY, YYYY-MM or YYYY-YY"),
        ("--top-code", "", "must be dollars a year and an hour"),
        ("--top-code", "208000", "must be dollars a year and an hour"),
        ("--top-code", "208000/100.0", "must be dollars a year and an hour"),
    ],
)
@pytest.mark.parametrize("command", ["import", "verify"])
def test_an_option_that_cannot_be_read_says_what_is_allowed(
    command: str, option: str, value: str, allowed: str
) -> None:
    done = run(command, "nothing", option, value, url="sqlite:////nowhere/x")
    assert done.exit_code == 2
    assert f"{option} {value}: {allowed}" in done.stderr
