"""The Makefile against stand-ins for Python, in a folder of its own: no network, no waiting."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
NAMES = ("python3.13", "python3.12", "python3.11", "python3")

# Claims a version, and makes virtual environments whose programs write down how they are called.
STAND_IN = """#!/bin/sh
case "$*" in
  *version_info*) echo {version} ;;
  *ensurepip*) exit {bare} ;;
  "-m venv --clear "*)
    mkdir -p "$4/bin"
    for name in python occupations pytest; do
      printf '#!/bin/sh\\necho "%s $*" >> "{log}"\\n' "$name" > "$4/bin/$name"
      chmod +x "$4/bin/$name"
    done
    echo "venv" >> "{log}" ;;
esac
"""


class Checkout:
    """A folder with the Makefile and the lock files, and a PATH of stand-ins."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "checkout"
        self.log = folder / "log"
        self.path = folder / "path"
        self.folder.mkdir()
        self.path.mkdir()
        for name in ("Makefile", "pyproject.toml", "requirements.lock", "requirements-dev.lock"):
            shutil.copy(ROOT / name, self.folder)
        for tool in ("sh", "env", "sed", "cat", "pwd", "touch", "mkdir", "chmod", "printf", "test"):
            if found := shutil.which(tool):
                (self.path / tool).symlink_to(found)

    def python(self, version: str, *, bare: bool = False, names: tuple[str, ...] = NAMES) -> None:
        for name in names:
            program = self.path / name
            program.write_text(STAND_IN.format(version=version, bare=int(bare), log=self.log))
            program.chmod(0o755)

    def make(self, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
        make = shutil.which("make")
        assert make
        return subprocess.run(
            [make, *words], cwd=self.folder, env={"PATH": str(self.path), **env},
            text=True, capture_output=True,
        )  # fmt: skip

    def calls(self) -> list[str]:
        """Return what was called since the last look."""
        lines = self.log.read_text().splitlines() if self.log.exists() else []
        self.log.write_text("")
        return lines


@pytest.fixture
def checkout(tmp_path: Path) -> Checkout:
    return Checkout(tmp_path)


def test_an_old_python_is_named_with_what_is_needed(checkout: Checkout) -> None:
    checkout.python("3.9.18", names=("python3",))
    done = checkout.make("run")
    assert done.returncode == 2
    assert "Python 3.11 or newer is needed; found: python3 is 3.9.18." in done.stderr
    assert "make PYTHON=/path/to/python3.12 run" in done.stderr
    assert not (checkout.folder / ".venv").exists()


@pytest.mark.parametrize("version", ["2.7.18", "3.1.5", "3.6.15", "3.10.13"])
def test_every_old_version_is_refused(checkout: Checkout, version: str) -> None:
    checkout.python(version)
    assert checkout.make("venv").returncode == 2


@pytest.mark.parametrize("version", ["3.11.0", "3.13.9", "3.14.1", "3.20.0"])
def test_every_new_version_will_do(checkout: Checkout, version: str) -> None:
    checkout.python(version, names=("python3",))
    done = checkout.make("venv")
    assert done.returncode == 0, done.stderr
    assert f"Python {version}" in done.stdout


def test_no_python_at_all(checkout: Checkout) -> None:
    done = checkout.make("run")
    assert done.returncode == 2
    assert "found: none." in done.stderr


def test_an_old_python_does_not_hide_a_new_one(checkout: Checkout) -> None:
    checkout.python("3.9.18", names=("python3.13", "python3"))
    checkout.python("3.11.4", names=("python3.11",))
    assert "Python 3.11.4" in checkout.make("venv").stdout


def test_a_missing_venv_module_is_named_with_what_brings_it(checkout: Checkout) -> None:
    checkout.python("3.11.2", bare=True, names=("python3",))
    done = checkout.make("run")
    assert done.returncode == 2
    assert "venv and ensurepip modules are missing in: python3 (3.11.2)." in done.stderr
    assert "apt-get install python3-venv" in done.stderr


def test_the_second_run_only_serves(checkout: Checkout) -> None:
    checkout.python("3.12.1")
    pip = "python -m pip --disable-pip-version-check --quiet --quiet install --no-deps"
    assert checkout.make("run").returncode == 0
    assert [line.strip() for line in checkout.calls()] == [
        "venv",
        f"{pip} --require-hashes -r requirements.lock",
        f"{pip} --no-build-isolation -e .",
        "occupations serve",
    ]
    assert checkout.make("run").returncode == 0
    assert [line.strip() for line in checkout.calls()] == ["occupations serve"]


def test_a_new_lock_is_installed(checkout: Checkout) -> None:
    checkout.python("3.12.1")
    checkout.make("venv")
    checkout.calls()
    later = (checkout.folder / ".venv" / ".runtime").stat().st_mtime + 5
    os.utime(checkout.folder / "requirements.lock", (later, later))
    checkout.make("venv")
    assert "-r requirements.lock" in "\n".join(checkout.calls())


def test_a_moved_folder_gets_a_new_environment(checkout: Checkout) -> None:
    checkout.python("3.12.1")
    checkout.make("venv")
    checkout.calls()
    checkout.folder = checkout.folder.rename(checkout.folder.with_name("moved here"))
    checkout.make("venv")
    assert checkout.calls()[0] == "venv"
    checkout.make("venv")
    assert checkout.calls() == []


def test_host_port_workers_and_more_reach_the_server(checkout: Checkout) -> None:
    checkout.python("3.12.1")
    checkout.make("venv")
    checkout.calls()
    checkout.make("run", "PORT=8080", "HOST=0.0.0.0", "WORKERS=2", "ARGS=--help")
    assert checkout.calls() == ["occupations serve --host 0.0.0.0 --port 8080 --workers 2 --help"]


def test_a_host_of_the_shell_itself_is_not_the_server_s(checkout: Checkout) -> None:
    checkout.python("3.12.1")
    checkout.make("run", HOST="workstation", PORT="1")
    assert checkout.calls()[-1].strip() == "occupations serve"


def test_arguments_reach_pytest(checkout: Checkout) -> None:
    checkout.python("3.12.1")
    checkout.make("pytest", "ARGS=-k wages -x")
    assert checkout.calls()[-1] == "pytest -n 2 -k wages -x"


def test_help_lists_every_command(checkout: Checkout) -> None:
    shown = checkout.make("help")
    assert shown.returncode == 0
    for name in [
        "run",
        "test",
        "lint",
        "types",
        "layers",
        "pytest",
        "verify",
        "format",
        "lock",
        "clean",
    ]:
        assert f"  make {name} " in shown.stdout


def test_chromium_is_installed_where_there_is_none(checkout: Checkout) -> None:
    installer = checkout.path / "apt-get"
    installer.write_text(f'#!/bin/sh\necho "$DEBIAN_FRONTEND $*" >> "{checkout.log}"\n')
    installer.chmod(0o755)
    assert checkout.make("browser").returncode == 0
    assert [line.strip() for line in checkout.calls()] == [
        "-qq update",
        "noninteractive -qq install --no-install-recommends chromium",
    ]
    (checkout.path / "chromium").symlink_to(installer)
    assert checkout.make("browser").returncode == 0
    assert checkout.calls() == []
