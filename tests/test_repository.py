"""What holds for the files themselves, whatever they do."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.version import Version

from app import __version__

ROOT = Path(__file__).parents[1]
LOCKS = ("requirements.lock", "requirements-dev.lock")
AUDIT = ROOT / "tests" / "audit"
TOOLS = [str(lock.relative_to(ROOT)) for lock in sorted((AUDIT / "tools").glob("*.lock"))]
# Written in two parts, so that this file does not hold what it looks for.
HOSTS = ("py" + "pi.org", "python" + "hosted.org", "npm" + "js.org", "npm" + "js.com")
MACHINE = re.compile(r"(?<![\w.}>-])/(?:root|home|work|Users|opt/(?:wheels|pypi))/", re.IGNORECASE)


def tracked() -> list[Path]:
    done = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT, text=True, capture_output=True,
    )  # fmt: skip
    if done.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in done.stdout.split("\0") if name and (ROOT / name).is_file()]


def text_of(path: Path) -> str:
    return path.read_bytes().decode("utf-8", errors="replace")


def pins(lock: str) -> dict[str, Requirement]:
    lines = (ROOT / lock).read_text().splitlines()
    found = [Requirement(x.rstrip(" \\")) for x in lines if x and not x.startswith(" ")]
    return {requirement.name: requirement for requirement in found}


def test_no_file_names_a_package_registry() -> None:
    named = [(p.name, h) for p in tracked() for h in HOSTS if h in text_of(p).lower()]
    assert named == []


def test_no_file_names_a_place_on_some_machine() -> None:
    named = [(p.name, m[0]) for p in tracked() if (m := MACHINE.search(text_of(p)))]
    assert named == []


def test_no_module_is_longer_than_400_lines() -> None:
    lines = {str(p): text_of(p).count("\n") for p in (ROOT / "app").rglob("*.py")}
    assert {name: n for name, n in lines.items() if n > 400} == {}


@pytest.mark.parametrize("lock", [*LOCKS, *TOOLS])
def test_a_lock_is_pins_and_hashes_and_nothing_else(lock: str) -> None:
    pin = re.compile(r"[a-z0-9-]+==[0-9][\w.]*( ; [\w .'<>=!()]+)? \\")
    digest = re.compile(r"    --hash=sha256:[0-9a-f]{64}( \\)?")
    lines = (ROOT / lock).read_text().splitlines()
    assert [x for x in lines if not (pin.fullmatch(x) or digest.fullmatch(x))] == []
    text = "\n".join([*lines, "end"])
    assert re.search(r"\\\n(?!    --hash)", text) is None, "a pin without a hash"


def test_tools_of_the_audit_and_of_the_browser_are_locked() -> None:
    assert TOOLS
    for lock in TOOLS:
        for text in (ROOT / lock).with_suffix(".in").read_text().splitlines():
            asked = Requirement(text)
            (locked,) = pins(lock)[asked.name].specifier
            assert locked.operator == "=="
            assert locked.version in asked.specifier
    for npm in (AUDIT / "node", AUDIT / "clients" / "npm", ROOT / "tests" / "browser" / "axe"):
        wanted = json.loads((npm / "package.json").read_text())["dependencies"]
        packages = json.loads((npm / "package-lock.json").read_text())["packages"]
        assert {name: packages[f"node_modules/{name}"]["version"] for name in wanted} == wanted
        assert all("integrity" in package for place, package in packages.items() if place)
        assert not any("resolved" in package for package in packages.values()), "an address"


@pytest.mark.parametrize("lock", LOCKS)
def test_what_is_asked_for_is_locked(lock: str) -> None:
    project = _project()
    asked = [*project["build-system"]["requires"], *project["project"]["dependencies"]]
    if lock == "requirements-dev.lock":
        asked += project["project"]["optional-dependencies"]["dev"]
    locked = pins(lock)
    for text in asked:
        wanted = Requirement(text)
        (version,) = locked[wanted.name.lower()].specifier
        assert Version(version.version) in wanted.specifier, text


def test_both_locks_agree() -> None:
    runtime, dev = (pins(lock) for lock in LOCKS)
    assert {name: str(dev[name]) for name in runtime} == {n: str(r) for n, r in runtime.items()}


def test_what_runs_here_is_what_is_locked() -> None:
    """`make test` installs the lock; a stray version here would test something else."""
    if sys.prefix != str(ROOT / ".venv"):
        pytest.skip("not the Makefile's environment")
    here = {d.name.lower().replace("_", "-"): d.version for d in distributions()}
    strays = {
        name: (here.get(name), str(pin.specifier))
        for name, pin in pins("requirements-dev.lock").items()
        if (pin.marker is None or pin.marker.evaluate())
        and here.get(name) not in {s.version for s in pin.specifier}
    }
    assert strays == {}


def test_every_requirement_of_what_is_installed_is_met() -> None:
    done = subprocess.run([sys.executable, "-m", "pip", "check"], text=True, capture_output=True)
    assert done.returncode == 0, done.stdout


def test_hadolint_finds_nothing_in_the_dockerfile() -> None:
    hadolint = shutil.which("hadolint", path=str(Path(sys.executable).parent))
    assert hadolint
    done = subprocess.run([hadolint, str(ROOT / "Dockerfile")], text=True, capture_output=True)
    assert done.returncode == 0, done.stdout


def test_ci_runs_what_a_person_runs() -> None:
    script = ROOT / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert "make test" in script.read_text()
    assert subprocess.run(["bash", "-n", str(script)]).returncode == 0


def test_the_version_is_said_once_and_the_same() -> None:
    assert _project()["project"]["version"] == __version__
    assert re.search(rf"^## {re.escape(__version__)} - ", text_of(ROOT / "CHANGELOG.md"), re.M)


def _project() -> dict[str, Any]:
    return tomllib.loads((ROOT / "pyproject.toml").read_text())
