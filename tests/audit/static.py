"""What reads the code without running it: bandit, ruff's S, semgrep with our rules, hadolint.

Each is shown to see what is planted before it is believed about the program.
"""

from __future__ import annotations

import json
import re
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.audit.others import HERE, ROOT, Missing, last_line, python_tools, said_by
from tests.audit.place import Outcome, Place

CODE = ("app", "migrations", "seed")
RULES = HERE / "semgrep.yaml"
PLANTED = HERE / "planted.txt"
SKIPPED = "B403,B404"
"""bandit: that pickle or subprocess is imported; what is done with them is looked at each time."""

BAD_DOCKERFILE = "FROM python:latest\nRUN cd /tmp && sudo apt-get install curl\n"


def run(place: Place) -> Iterator[Outcome]:
    """Run each tool on what is planted, and on the program."""
    folder = place.scratch("static")
    planted = folder / "app" / "api" / "queries" / "planted.py"
    planted.parent.mkdir(parents=True)
    shutil.copy(PLANTED, planted)
    dockerfile = folder / "Dockerfile"
    dockerfile.write_text(BAD_DOCKERFILE)
    beside = Path(sys.executable).parent
    yield _tool("ruff, rules S", _ruff(beside, planted), _ruff(beside, *CODE))
    yield _tool("hadolint", _hadolint(beside, dockerfile), _hadolint(beside, "Dockerfile"))
    try:
        tools = python_tools("static")
    except Missing as reason:
        for what in ("bandit", "semgrep with rules of our own"):
            yield Outcome(what, "", 0, 0, str(reason), done=False)
        return
    yield _tool("bandit", _bandit(tools, str(planted)), _bandit(tools, *CODE))
    yield _planted(_semgrep(tools, folder, "."))
    yield _tool("semgrep with rules of our own", ["planted"], _semgrep(tools, ROOT, *CODE))


def _tool(what: str, planted: list[str], found: list[str]) -> Outcome:
    if not planted:
        found = ["it does not find what is planted", *found]
    files = sum(1 for folder in CODE for _ in (ROOT / folder).rglob("*.py"))
    tried = 1 if what == "hadolint" else files
    return Outcome(what, "", tried, len(found), "; ".join(found)[:300])


def _ruff(beside: Path, *paths: Path | str) -> list[str]:
    command = [
        str(beside / "ruff"),
        "check",
        "--no-cache",
        "--select",
        "S",
        "--output-format",
        "json",
    ]
    done = said_by([*command, *map(str, paths)], ROOT)
    return [f"{one['code']} {_place(one['filename'])}" for one in _answer(done.stdout, done.stderr)]


def _hadolint(beside: Path, dockerfile: Path | str) -> list[str]:
    done = said_by([str(beside / "hadolint"), "--format", "json", str(dockerfile)], ROOT)
    return [f"{one['code']} line {one['line']}" for one in _answer(done.stdout, done.stderr)]


def _bandit(tools: Path, *paths: str) -> list[str]:
    """Return what is found and not answered: ruff's S are bandit's rules, a noqa has its reason."""
    command = [str(tools / "bandit"), "-q", "-r", "-f", "json", "-s", SKIPPED]
    done = said_by([*command, *paths], ROOT)
    found = []
    for one in _answer(done.stdout, done.stderr)["results"]:
        rule = one["test_id"].replace("B", "S", 1)
        lines = Path(ROOT / one["filename"]).read_text().splitlines()
        said = " ".join(lines[number - 1] for number in one["line_range"])
        if not re.search(rf"# noqa: [^#]*\b{rule}\b", said):
            found.append(f"{one['test_id']} {_place(one['filename'])}:{one['line_number']}")
    return found


def _semgrep(tools: Path, folder: Path, *paths: str) -> list[str]:
    """Return rule and line; nothing is asked of a network, nothing told to anybody."""
    command = [str(tools / "semgrep"), "scan", "--metrics=off", "--disable-version-check"]
    command += ["--config", str(RULES), "--json", "--no-git-ignore", "--quiet", *paths]
    path = f"{tools}:/usr/bin:/bin"  # it calls its other half by name
    done = said_by(command, folder, PATH=path, SEMGREP_SEND_METRICS="off")
    answer = _answer(done.stdout, done.stderr)
    if answer["errors"] or not answer["paths"]["scanned"]:
        raise RuntimeError(f"semgrep: {answer['errors'][:1] or 'no file was looked at'}")
    return [
        f"{one['check_id'].rpartition('.')[2]} {one['path']}:{one['start']['line']}"
        for one in answer["results"]
    ]


def _planted(found: list[str]) -> Outcome:
    """Compare what was found with what is marked, line by line and rule by rule."""
    wanted = {
        (marked[1], number + 1)
        for number, line in enumerate(PLANTED.read_text().splitlines(), 1)
        if (marked := re.search(r"# ruleid: ([\w-]+)", line))
    }
    got = {(one.partition(" ")[0], int(one.rpartition(":")[2])) for one in found}
    rules = set(re.findall(r"^  - id: ([\w-]+)", RULES.read_text(), re.MULTILINE))
    faults = [f"{rule} misses line {line}" for rule, line in sorted(wanted - got)]
    faults += [f"{rule} finds line {line}" for rule, line in sorted(got - wanted)]
    faults += [f"nothing is planted for {rule}" for rule in rules - {rule for rule, _ in wanted}]
    what = f"violations planted for {len(rules)} semgrep rules"
    return Outcome(what, "", len(wanted), len(faults), "; ".join(faults)[:300])


def _answer(text: str, otherwise: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        raise RuntimeError(last_line(otherwise or text)) from None


def _place(name: str) -> str:
    path = Path(name)
    return str(path.relative_to(ROOT) if path.is_relative_to(ROOT) else path)
