"""Requests that schemathesis makes of the contract: all phases, all checks, several seeds."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.speed_servers import Server, ours, warmed
from tests.audit.others import LOCKS, Missing, last_line, python_tools, said_by
from tests.audit.place import Outcome, Place

SEEDS = (1, 2, 3)
EXAMPLES, EXAMPLES_SHORT = 15, 8
"""Requests that each seed's fuzzing makes of each operation, and twice as many wrong ones."""

LEAST = 10_000
LEAST_SHORT = 1_000
"""Cases a database at least."""

SHORT_OPERATIONS = (
    "list_occupations",
    "get_occupation",
    "list_occupation_wages",
    "list_duties",
    "suggest_occupations",
    "match_titles",
    "list_areas",
    "compare_occupations",
    "get_release",
)
"""One operation of each kind, for the short form."""


def run(place: Place) -> Iterator[Outcome]:
    """Run every seed on both databases; a failure is lost, and so is a case too few."""
    try:
        tools = python_tools("schemathesis")
    except Missing as reason:
        yield Outcome("schemathesis", "", 0, 0, str(reason), done=False)
        return
    least = LEAST_SHORT if place.short else LEAST
    for where, url in place.urls.items():
        cases = 0
        with ours(url) as server:
            warmed(server)
            file = place.scratch(f"schemathesis-{where}") / "openapi.json"
            file.write_text(json.dumps(strict(server.get("/openapi.json").json())))
            for seed in SEEDS[:1] if place.short else SEEDS:
                made, failed, said = fuzz(tools, server, file, seed, short=place.short)
                cases += made
                yield Outcome(
                    f"schemathesis, every phase and check, seed {seed}", where, made, failed, said
                )
        few = max(0, least - cases)
        yield Outcome(f"schemathesis: {least:,} cases at least", where, 1, few, f"{cases:,}")


def strict(contract: dict[str, Any]) -> dict[str, Any]:
    """Return the contract with ``default`` and ``x-sparse`` written out.

    A status that ``default`` does not name is a fault.
    """
    found: dict[str, Any] = copy.deepcopy(contract)
    schemas = found["components"]["schemas"]
    for name in schemas:
        if f"Sparse{name}" in schemas:  # that answers without ``fields`` are whole the tests say
            schemas[name]["required"] = schemas[f"Sparse{name}"]["required"]
    for operations in found["paths"].values():
        for operation in operations.values():
            beside = operation["responses"].pop("default", {"$ref": ""})
            shared = found["components"]["responses"].get(beside["$ref"].rpartition("/")[2], {})
            # The description names each status with its code: (405 method_not_allowed).
            for status in re.findall(r"\((\d{3}) \w+\)", shared.get("description", "")):
                operation["responses"][status] = beside
    return found


def fuzz(
    tools: Path, server: Server, contract: Path, seed: int, *, short: bool
) -> tuple[int, int, str]:
    """Return how many cases were tried, how many failed, and how."""
    reports = contract.parent / f"reports-{seed}"
    command = [str(tools / "schemathesis"), "--no-color"]
    command += ["--config-file", str(LOCKS / "schemathesis.toml"), "run", str(contract)]
    # One worker: two threads that parse Python at once fail now and then under CPython 3.11 ("AST
    # constructor recursion depth mismatch"), and an operation is then left out.
    command += ["--url", server.url, "--workers", "1", "--seed", str(seed)]
    command += [
        "--max-examples",
        str(EXAMPLES_SHORT if short else EXAMPLES),
        "--continue-on-failure",
    ]
    command += ["--phases", "examples,coverage,fuzzing,stateful", "--checks", "all"]
    command += ["--report", "json", "--report-dir", str(reports)]
    for name in SHORT_OPERATIONS if short else ():
        command += ["--include-operation-id", name]
    done = said_by(
        command, contract.parent, SCHEMATHESIS_HOOKS="schemathesis_hooks", PYTHONPATH=str(LOCKS)
    )
    (file,) = reports.glob("json-*.json")
    return judged(json.loads(file.read_text()), done.returncode, done.stdout)


def judged(report: dict[str, Any], code: int, said: str) -> tuple[int, int, str]:
    """Read the report: cases that checks looked at, and what failed.

    An operation that was left out or a phase that was skipped counts as a failure, and so does an
    exit code that nothing else explains.
    """
    cases, asked = report["test_cases"], report["operations"]
    failures = [f"{f.get('operation')}: {f.get('title')}" for f in report["failures"]]
    left_out = asked["selected"] - asked["tested"] + asked["errored"] + asked["skipped"]
    skipped = [name for name, phase in report["phases"].items() if phase["status"] == "skip"]
    lost = cases["unique_failures"] + cases["errored"] + len(report["errors"])
    lost += left_out + len(skipped)
    failures += [f"{e.get('count', 1)} times {e.get('title')}" for e in report["errors"]]
    how = "; ".join([*failures[:3], *(f"phase {name} skipped" for name in skipped)])
    if code and not lost:
        return cases["generated"], 1, last_line(said)
    how = how or f"{asked['tested']} operations"
    return cases["generated"] - cases["without_checks"], lost, how
