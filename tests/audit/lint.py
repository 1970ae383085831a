"""Linters of OpenAPI documents that are not ours, with rules that are not ours.

What is switched off stands with its reason in the rulesets of ``node/``, eight rules at most. A
contract broken on purpose must fail every one of them.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from bench.speed_servers import ours
from tests.audit.others import NODE, Missing, last_line, node_tools, said_by
from tests.audit.place import Outcome, Place

CONTACT = "https://example.org ops@example.org"
"""Whoever runs an instance says who they are; one linter asks for both."""

MOST_OFF = 8

SPECTRAL = {
    "Spectral, spectral:oas": "oas",
    "Spectral, OWASP": "owasp",
    "Spectral, Zalando": "zalando",
}

Found = list[tuple[str, str]]
"""Rule → where."""


def run(place: Place) -> Iterator[Outcome]:
    """Lint the contract of a running server, and one that is broken on purpose."""
    try:
        tools = node_tools()
    except Missing as reason:
        yield Outcome("linters of the contract", "", 0, 0, str(reason), done=False)
        return
    folder = place.scratch("lint")
    with ours(place.urls["SQLite"], contact=CONTACT) as server:
        contract = server.get("/openapi.json").json()
    sound = folder / "openapi.json"
    sound.write_text(json.dumps(contract))
    planted = folder / "broken.json"
    planted.write_text(json.dumps(broken(contract)))
    for name, lint in linters(tools).items():
        found = lint(sound)
        said = "; ".join(f"{rule} at {where}" for rule, where in found[:3])
        yield Outcome(f"{name}: findings", "the contract", 1, len(found), said)
        rules = sorted({rule for rule, _ in lint(planted)})
        yield Outcome(
            f"{name}: a contract broken on purpose fails", "", 1, int(not rules), ", ".join(rules)
        )
    off = switched_off()
    yield Outcome(
        f"rules switched off, {MOST_OFF} at most",
        "all rulesets",
        len(off),
        max(0, len(off) - MOST_OFF),
        ", ".join(off),
    )


def linters(tools: Path) -> dict[str, Callable[[Path], Found]]:
    """Return the linters by name."""

    def spectral(rules: str) -> Callable[[Path], Found]:
        def lint(file: Path) -> Found:
            command = ["node_modules/.bin/spectral", "lint", "--ruleset", f"{rules}.yaml"]
            command += ["--format", "json", "--quiet", "--fail-severity", "hint", str(file)]
            done = said_by(command, tools)
            if done.returncode not in {0, 1}:
                raise RuntimeError(f"Spectral: {last_line(done.stderr or done.stdout)}")
            found = json.loads(done.stdout or "[]")
            return [(f["code"], ".".join(map(str, f["path"]))[:80]) for f in found]

        return lint

    def redocly(file: Path) -> Found:
        command = ["node_modules/.bin/redocly", "lint", str(file), "--config", "redocly.yaml"]
        done = said_by(
            [*command, "--format", "json", "--max-problems", "1000"],
            tools,
            REDOCLY_TELEMETRY="off",
            REDOCLY_SUPPRESS_UPDATE_NOTICE="true",
        )
        if not done.stdout.strip():
            raise RuntimeError(f"Redocly: {last_line(done.stderr)}")
        problems = json.loads(done.stdout)["problems"]
        found = [(p["ruleId"], str(p["location"][0].get("pointer"))[:80]) for p in problems]
        return [one for one in found if one not in used_by_extension(file)]

    every = {name: spectral(rules) for name, rules in SPECTRAL.items()}
    return {**every, "Redocly, recommended-strict": redocly}


def used_by_extension(file: Path) -> Found:
    """List what Redocly says of schemas that only ``x-sparse`` refers to: it reads no extension."""
    named = set(re.findall(r'"x-sparse": {"\$ref": "(#[^"]+)"', file.read_text()))
    return [("no-unused-components", name) for name in named]


def broken(contract: dict[str, Any]) -> dict[str, Any]:
    """Return the contract with a fault of each kind that the rulesets look for."""
    found: dict[str, Any] = copy.deepcopy(contract)
    operation = found["paths"]["/v1/occupations/{code}"]["get"]
    kept = [p for p in operation["parameters"] if p["name"] != "code"]  # the path's is undeclared
    secret = {"name": "password", "in": "query", "schema": {"type": "string"}}
    camel = {"name": "sortBy", "in": "query", "schema": {"type": "integer"}}
    operation["parameters"] = [*kept, secret, camel]
    operation["operationId"] = found["paths"]["/v1/areas"]["get"]["operationId"]
    return found


def switched_off() -> list[str]:
    """List the rules that the rulesets switch off."""
    text = "".join(file.read_text() for file in sorted(NODE.glob("*.yaml")))
    return re.findall(r"^  (\S+): (?:off|false)$", text, re.MULTILINE)
