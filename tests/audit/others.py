"""Tools that are not ours, each kind installed from its lock into ``.cache/audit``."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
CACHE = ROOT / ".cache" / "audit"
LOCKS = HERE / "tools"
NODE = HERE / "node"


class Missing(Exception):
    """A tool that cannot be had here; the reason in words."""


def python_tools(name: str) -> Path:
    """Return the ``bin`` of an environment with the packages of a lock, made when first needed."""
    lock = LOCKS / f"{name}.lock"
    folder = CACHE / name
    install = [str(folder / "bin" / "python"), "-m", "pip", "--disable-pip-version-check"]
    install += ["install", "--quiet", "--quiet", "--no-deps", "--require-hashes", "-r", str(lock)]
    if _stale(folder, lock):
        _run([sys.executable, "-m", "venv", "--clear", str(folder)], name)
        _run(install, name)
        _stamp(folder, lock)
    return folder / "bin"


def node_tools(source: Path = NODE) -> Path:
    """Return a folder with the npm packages of a lock, and the linters' rules beside theirs."""
    folder = CACHE / source.name
    if _stale(folder, source / "package-lock.json"):
        npm = shutil.which("npm")
        if npm is None:
            raise Missing("there is no npm here: apt-get install npm")
        shutil.rmtree(folder, ignore_errors=True)
        shutil.copytree(source, folder)
        _run([npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"], "npm", folder)
        _stamp(folder, source / "package-lock.json")
    for file in source.glob("*.yaml"):
        shutil.copy(file, folder)
    return folder


def said_by(
    command: list[str], folder: Path, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Run a tool and return what it said."""
    return subprocess.run(
        command,
        cwd=folder,
        env={**os.environ, "CI": "true", **environment},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=3000,
        check=False,
    )


def last_line(text: str) -> str:
    """Return the last line that says something."""
    return next((line for line in reversed(text.splitlines()) if line.strip()), "").strip()[:200]


def _digest(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes() + str(CACHE).encode()).hexdigest()


def _stale(folder: Path, lock: Path) -> bool:
    stamp = folder / ".lock"
    return not stamp.is_file() or stamp.read_text() != _digest(lock)


def _stamp(folder: Path, lock: Path) -> None:
    (folder / ".lock").write_text(_digest(lock))


def _run(command: list[str], name: str, folder: Path = ROOT) -> None:
    done = said_by(command, folder)
    if done.returncode:
        raise Missing(f"{name} could not be installed: {last_line(done.stderr or done.stdout)}")
