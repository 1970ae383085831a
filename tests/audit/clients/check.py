"""Makes each client, compiles it strictly, and runs its programs against the server."""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

from bench.speed_data import occupations
from bench.speed_servers import ours, warmed
from tests.audit.clients.contract import earlier, findings
from tests.audit.clients.every_operation import Call, calls_of
from tests.audit.clients.generators import GENERATORS, PROGRAMS, Generator
from tests.audit.others import CACHE, Missing, last_line, node_tools, python_tools, said_by
from tests.audit.place import Outcome, Place

NPM = Path(__file__).parent / "npm"

MEANINGLESS = re.compile(r"\b(?:VALUE|Value|NUMBER|FIELD|field|_)_*\d+\b")
"""Names that generators give where a value has none that they can use."""

LINES = 5
"""What each of the small programs prints."""


@dataclass(frozen=True, slots=True)
class Bench:
    """What all generators work with."""

    place: Place
    contract: str
    calls: list[Call]
    servers: dict[str, str]
    """Name of a database → address of the server that reads it."""
    node_modules: Path
    path: str


def run(place: Place) -> Iterator[Outcome]:
    """Look at the contract, then at each client, two at a time."""
    with ThreadPoolExecutor(2) as pool:
        installing = pool.submit(node_tools, NPM), pool.submit(python_tools, "clients")
        try:
            node, python = (one.result() for one in installing)
        except Missing as reason:
            yield Outcome("generated clients", "", 0, 0, str(reason), done=False)
            return
        modules = node / "node_modules"
        with ExitStack() as stack:
            urls = place.some("SQLite")
            servers = {
                name: warmed(stack.enter_context(ours(url, export_folder=_exports(place, url))))
                for name, url in urls.items()
            }
            contract = servers["SQLite"].get("/openapi.json").json()
            yield from findings(contract)
            bench = Bench(
                place,
                json.dumps(earlier(contract)),
                list(calls_of(contract)),
                {name: server.url for name, server in servers.items()},
                modules,
                os.pathsep.join(map(str, (modules / ".bin", python, os.environ["PATH"]))),
            )
            said: dict[str, Counter[str]] = {where: Counter() for where in servers}
            for rows in pool.map(partial(_tried, bench, said), GENERATORS):
                yield from rows
    for where, outputs in said.items():
        others = outputs.total() - max(outputs.values(), default=0)
        yield Outcome("the small programs print the same", where, outputs.total(), others)


def _exports(place: Place, url: str) -> str:
    """Make the files of whole datasets, whose list is an operation too; return their folder."""
    folder = str(place.scratch(f"exports-{make_url(url).get_backend_name()}"))
    occupations("export", url=url, exports=folder)
    return folder


def _tried(bench: Bench, said: dict[str, Counter[str]], generator: Generator) -> list[Outcome]:
    """Make, compile and run one client."""
    made = f"{generator.name}: made, compiled strictly"
    for tool, package in (generator.needs or {}).items():
        if shutil.which(tool) is None:
            reason = f"there is no {tool} here: apt-get install {package}"
            return [Outcome(made, "", 0, 0, reason, done=False)]
    folder = bench.place.scratch(f"client-{generator.folder}")
    shutil.copytree(PROGRAMS / generator.folder, folder, dirs_exist_ok=True)
    shutil.copy(PROGRAMS / "tsconfig.json", folder)
    (folder / "node_modules").symlink_to(bench.node_modules)
    (folder / "openapi.json").write_text(bench.contract)
    if generator.calls:
        (folder / f"calls{generator.suffix}").write_text(generator.calls(bench.calls))
    done = _do(bench, generator.generate, folder)
    if done.returncode:
        return [Outcome(made, "", 1, 1, f"not made: {last_line(done.stdout + done.stderr)}")]
    done = _do(bench, generator.compile, folder)
    errors = [
        line
        for line in (done.stdout + done.stderr).splitlines()
        if re.search(r" error TS|: error: |^\S+\.go:\d+", line)
    ]
    enums, meaningless = _enums(generator, folder)
    counts = f"{len(errors)} compile errors, {enums} enums, {len(meaningless)} meaningless names"
    failed = max(len(errors), int(done.returncode != 0)) + len(meaningless)
    shown = "; ".join([counts, *errors[:3], *sorted(meaningless)[:3]])
    rows = [Outcome(made, "", 1, failed, shown[:600])]
    if errors or done.returncode:
        return rows
    for where, url in bench.servers.items():
        rows.append(_program(bench, said[where], generator, folder, where, url))
        if generator.calls:
            rows.append(_every_operation(bench, generator, folder, where, url))
    return rows


def _program(
    bench: Bench, said: Counter[str], generator: Generator, folder: Path, where: str, url: str
) -> Outcome:
    """Run the small program; what it printed stands in the table, in one line."""
    done = _do(bench, generator.run.format("main"), folder, OCCUPATIONS_API=url)
    said[done.stdout] += 1
    lines = done.stdout.splitlines()
    lost = max(int(done.returncode != 0), LINES - len(lines))
    printed = " / ".join([*lines, *([last_line(done.stderr)] if lost else [])])
    return Outcome(f"{generator.name}: the small program", where, LINES, lost, printed)


def _every_operation(
    bench: Bench, generator: Generator, folder: Path, where: str, url: str
) -> Outcome:
    """Run the program that calls every operation."""
    done = _do(bench, generator.run.format("calls"), folder, OCCUPATIONS_API=url)
    what = f"{generator.name}: every operation called"
    try:
        found = json.loads(done.stdout)
    except ValueError:
        return Outcome(what, where, 1, 1, last_line(done.stderr))
    missed = {call.name for call in bench.calls} - set(found["called"])
    wrong = [*(f"{name}: {why}" for name, why in found["failed"].items()), *sorted(missed)]
    shown = " ".join("; ".join(wrong).split())[:300]
    return Outcome(what, where, len(bench.calls), len(wrong), shown)


def _enums(generator: Generator, folder: Path) -> tuple[int, set[str]]:
    """Count the enums of the generated code, and find the names in it that say nothing."""
    files = [
        file
        for place in (folder / "client", folder / "client.py")
        for file in ([place] if place.is_file() else place.rglob(f"*{generator.suffix}"))
    ]
    text = "\n".join(file.read_text("utf-8") for file in files)
    enums = set(re.findall(generator.enums, text, re.MULTILINE))
    return len(enums), {name for name in enums if name[-1].isdigit()} | {*MEANINGLESS.findall(text)}


def _do(bench: Bench, command: str, folder: Path, **environment: str) -> Any:
    """Run a command of a generator's user in the folder."""
    tools = {"PATH": bench.path, "GOCACHE": str(CACHE / "go"), "GOTOOLCHAIN": "local"}
    return said_by(shlex.split(command), folder, **tools, **environment)
