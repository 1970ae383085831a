"""Settings: what is wrong is said in words, all of it at once, and no secret with it."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.settings import Settings
from app.settings.check import read_settings
from tests.commands.test_cli import run
from tests.servers import free_port

GOOD = "sqlite:////nowhere/x.sqlite3"


@pytest.fixture(autouse=True)
def _nowhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Run in a folder of its own, with no setting of this machine."""
    monkeypatch.chdir(tmp_path)
    kept = dict(os.environ)
    for name in [name for name in os.environ if name.startswith("OCCUPATIONS_")]:
        del os.environ[name]
    yield
    os.environ.clear()
    os.environ.update(kept)


def test_all_faults_are_said_at_once_and_in_words() -> None:
    wrong = {
        "seed": ("bx", "'bx' is not box, article or none"),
        "port": ("65536", "'65536' is not a whole number from 0 to 65535"),
        "workers": ("four", "'four' is not a whole number from 1 to 64"),
        "queue_limit": ("0", "'0' is not a whole number of at least 1"),
        "statement_timeout": ("0", "'0' is not a number above 0 and at most 60"),
        "rate_limit": (
            "many",
            "'many' is not a number of requests in a period, such as 600/minute",
        ),
        "trusted_proxies": (
            "127.0.0.1, nginx",
            "'nginx' is not an address or network such as 127.0.0.1, 10.0.0.0/8 or ::1; "
            "names of hosts are not taken",
        ),
        "log_format": ("xml", "'xml' is not auto, json or text"),
    }
    given = {name: value for name, (value, _) in wrong.items()}
    result = run("serve", url=GOOD, **given, prot="8000")
    assert result.exit_code == 2
    assert result.stderr.splitlines() == [
        *(
            f"occupations: OCCUPATIONS_{name.upper()}: {said}"
            for name in Settings.model_fields
            if (said := wrong.get(name, ("", ""))[1])
        ),
        "occupations: OCCUPATIONS_PROT is not a setting and is ignored; did you mean "
        "OCCUPATIONS_PORT?",
    ]


def test_the_least_and_the_most_are_taken() -> None:
    run("migrate", url=GOOD, port="65535", workers="64", queue_limit="1", statement_timeout="60")
    for values in ({"port": "0", "workers": "1"}, {"port": "65535", "workers": "64"}):
        assert run("migrate", url=GOOD, **values).exit_code == 1  # the database, not a setting


@pytest.mark.parametrize(
    ("proxies", "said"),
    [
        ("10.0.0.1/8", "10.0.0.1/8 is an address within a network; the network is 10.0.0.0/8"),
        ("::1,fe80::/10,10.0.0.0/8,127.0.0.1", ""),
    ],
)
def test_networks_are_networks(proxies: str, said: str) -> None:
    result = run("migrate", url=GOOD, trusted_proxies=proxies)
    assert (result.exit_code, said in result.stderr) == (2 if said else 1, True)


def test_an_empty_value_is_none() -> None:
    empty = dict.fromkeys(Settings.model_fields, "")
    for name in empty:
        os.environ[f"OCCUPATIONS_{name.upper()}"] = ""
    assert read_settings() == Settings.model_construct()
    Path(".env").write_text("OCCUPATIONS_PORT=\nOCCUPATIONS_WORKERS=3\n")
    assert (read_settings().port, read_settings().workers) == (8000, 3)


def test_names_that_are_no_settings_are_named_with_the_near_one(
    caplog: pytest.LogCaptureFixture,
) -> None:
    Path(".env").write_text("OCCUPATIONS_DATABSE_URL=x\nPOSTGRES_PASSWORD=x\n")
    os.environ |= {
        "OCCUPATIONS_WORKES": "4",
        "occupations_threads": "9",
        "OCCUPATIONS_ENTIRELY_DIFFERENT": "x",
        "OCCUPATIONS_DOWNLOADS": "x",
    }
    assert read_settings().threads == 9
    assert caplog.messages == [
        "OCCUPATIONS_DATABSE_URL is not a setting and is ignored; did you mean "
        "OCCUPATIONS_DATABASE_URL?",
        "OCCUPATIONS_ENTIRELY_DIFFERENT is not a setting and is ignored",
        "OCCUPATIONS_WORKES is not a setting and is ignored; did you mean OCCUPATIONS_WORKERS?",
    ]
    assert {record.levelname for record in caplog.records} == {"WARNING"}


def test_what_kubernetes_sets_for_services_is_known(caplog: pytest.LogCaptureFixture) -> None:
    for service in ("OCCUPATIONS", "OCCUPATIONS_API", "OCCUPATIONS_METRICS"):
        address = "tcp://10.0.0.1:8000"
        os.environ |= {
            f"{service}_SERVICE_HOST": "10.0.0.1",
            f"{service}_SERVICE_PORT": "8000",
            f"{service}_SERVICE_PORT_HTTP": "8000",
            f"{service}_PORT": address,
            f"{service}_PORT_8000_TCP": address,
            f"{service}_PORT_8000_TCP_PROTO": "tcp",
            f"{service}_PORT_8000_TCP_PORT": "8000",
            f"{service}_PORT_8000_TCP_ADDR": "10.0.0.1",
        }
    settings = read_settings()
    assert (settings.port, settings.metrics_port) == (8000, 0)
    assert caplog.messages == [
        f"{name}=tcp://10.0.0.1:8000 is ignored: Kubernetes sets it for a service of this name. "
        f"The setting is {value}"
        for name, value in (("OCCUPATIONS_METRICS_PORT", 0), ("OCCUPATIONS_PORT", 8000))
    ]


def test_a_fault_in_a_file_names_the_file() -> None:
    Path(".env").write_text("OCCUPATIONS_PORT=x\nOCCUPATIONS_WORKERS=0\n")
    result = run("migrate", workers="0")
    assert "occupations: OCCUPATIONS_PORT in .env: 'x' is not" in result.stderr
    assert "occupations: OCCUPATIONS_WORKERS: '0' is not" in result.stderr
    Path(".env").write_bytes(b"OCCUPATIONS_CONTACT=\xff\n")
    said = f"occupations: {Path('.env').absolute()} cannot be read: it is not UTF-8\n"
    assert run("migrate").stderr == said


@pytest.mark.parametrize(
    ("port", "metrics", "workers", "code"),
    [
        ("8000", "8000", "1", 2),
        ("8001", "8000", "2", 2),
        ("8002", "8000", "2", 1),
        ("7999", "8000", "2", 1),
        ("8000", "65535", "1", 1),
        ("8000", "65535", "2", 2),
    ],
)
def test_ports_of_metrics_are_ports_of_their_own(
    port: str, metrics: str, workers: str, code: int
) -> None:
    result = run("migrate", url=GOOD, port=port, metrics_port=metrics, workers=workers)
    assert result.exit_code == code
    assert ("OCCUPATIONS_METRICS_PORT: " in result.stderr) is (code == 2)


@pytest.mark.parametrize("scheme", ["postgres", "postgresql", "postgresql+psycopg", "POSTGRES"])
def test_urls_as_hosts_give_them_are_taken(scheme: str) -> None:
    rest = "u:p%40@h:5432/d?host=ONE:5432&host=TWO:5432"
    assert (
        Settings(database_url=f"{scheme}://{rest}").database_url == f"postgresql+psycopg://{rest}"
    )


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("occupations.sqlite3", "no URL; write sqlite:///FILE or postgresql+psycopg://"),
        ("mysql://u:s3cret@h/d", "mysql:// is not supported; write sqlite:///FILE or "),
        ("s3 cret://h/d", "no URL; write "),
        ("sqlite://s3cret.sqlite3", "a file needs three slashes"),
        ("postgres://u@h:0/d", "the port, "),
        ("postgres://u@h:65536/d", "the port, "),
        ("postgres://u:s3cret/d", "the port, "),
        ("postgres://u:1@ONE:5432,TWO:5432/d", "the port, "),
    ],
)
def test_other_urls_are_refused_in_words(url: str, said: str) -> None:
    result = run("migrate", url=url)
    assert result.exit_code == 2
    assert result.stderr.startswith(f"occupations: OCCUPATIONS_DATABASE_URL: {said}")
    assert "s3" not in result.stderr


@pytest.mark.parametrize(
    "between", [*"@/?#:% []&=\\", "%41", "@@", "@/", "/@", "?@", "@x:1/", "\n"]
)
def test_no_part_of_a_password_is_said(between: str) -> None:
    url = f"postgresql://u:s3one{between}s3two@127.0.0.1:{free_port()}/d"
    for words in (["migrate"], ["status"]):  # serve waits: tests/server/test_waiting.py
        result = run(*words, url=url)
        assert result.exit_code
        assert result.exception is None or isinstance(result.exception, SystemExit)
        assert "s3" not in result.output
    assert "s3" not in repr(Settings(database_url="postgresql://u:s3one@h/d"))


def test_uvicorn_alone_says_the_same() -> None:
    env = {
        **os.environ,
        "OCCUPATIONS_DATABASE_URL": "postgresql://u:s3one@s3two@h/d",
        "OCCUPATIONS_PORT": "x",
    }
    command = [sys.executable, "-m", "uvicorn", "--factory", "app.main:create_app"]
    done = subprocess.run(command, env=env, capture_output=True, text=True, timeout=60)
    assert done.returncode
    assert "OCCUPATIONS_DATABASE_URL: there is more than one @" in done.stderr
    assert "OCCUPATIONS_PORT: 'x' is not a whole number from 0 to 65535" in done.stderr
    assert "s3" not in done.stderr.replace(str(Path.cwd()), "")
