"""What the program is made of, and whether a weakness of it is known.

``python -m tests.audit.supply FILE`` (``make sbom``) writes the software bill of materials.
The vulnerability audit is believed only if it knows a weakness that everybody knows: where its
database is away it says that nothing was found, and that is not the same.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.audit.others import ROOT, Missing, last_line, python_tools, said_by
from tests.audit.place import Outcome, Place

LOCK = ROOT / "requirements.lock"
KNOWN = "pyyaml==5.3"
"""A release with weaknesses on record since 2020."""

AUDIT = "weaknesses on record of the packages"


def run(place: Place) -> Iterator[Outcome]:
    """Make the bill of materials and compare it with the lock; look up weaknesses."""
    folder = place.scratch("supply")
    try:
        tools = python_tools("supply")
    except Missing as reason:
        yield Outcome("bill of materials, CycloneDX", "", 0, 0, str(reason), done=False)
        yield Outcome(AUDIT, "", 0, 0, str(reason), done=False)
        return
    yield _bill(tools, folder / "sbom.json")
    known = folder / "known.txt"
    known.write_text(f"{KNOWN}\n")
    told = _audit(tools, known)
    yield judged(told, _audit(tools, LOCK) if _sees(told) else {}, locked())


def locked() -> set[str]:
    """Return the packages of the lock, name==version."""
    lines = LOCK.read_text().splitlines()
    return {line.split()[0].lower() for line in lines if "==" in line and not line.startswith(" ")}


def write_bill(tools: Path, file: Path) -> None:
    """Write the bill of materials of the lock, checked against CycloneDX's schema."""
    command = [str(tools / "cyclonedx-py"), "requirements", str(LOCK), "--pyproject"]
    command += [str(ROOT / "pyproject.toml"), "--spec-version", "1.6", "--output-format", "JSON"]
    done = said_by([*command, "--output-reproducible", "--validate", "-o", str(file)], ROOT)
    if done.returncode:
        raise RuntimeError(last_line(done.stderr))


def _bill(tools: Path, file: Path) -> Outcome:
    write_bill(tools, file)
    bill = json.loads(file.read_text())
    there = {f"{one['name']}=={one['version']}".lower() for one in bill["components"]}
    faults = sorted(there ^ locked())
    said = "; ".join(faults) or f"{bill['bomFormat']} {bill['specVersion']}, valid"
    return Outcome("bill of materials, CycloneDX", "", len(there), len(faults), said[:300])


def _audit(tools: Path, file: Path) -> dict[str, Any]:
    """Return pip-audit's answer; empty if it has none."""
    command = [str(tools / "pip-audit"), "--requirement", str(file), "--disable-pip", "--no-deps"]
    command += ["--format", "json", "--progress-spinner", "off", "--timeout", "10"]
    try:
        answer: dict[str, Any] = json.loads(said_by(command, ROOT).stdout)
    except ValueError:
        return {}
    return answer


def _sees(known: dict[str, Any]) -> bool:
    return any(one.get("vulns") for one in known.get("dependencies", ()))


def judged(known: dict[str, Any], answer: dict[str, Any], packages: set[str]) -> Outcome:
    """Tell what an audit is worth: done only if it sees, and looked at every package."""
    if not _sees(known):
        why = f"the database does not tell of {KNOWN}: it could not be reached"
        return Outcome(AUDIT, "", 0, 0, why, done=False)
    looked = {
        f"{one['name']}=={one['version']}".lower(): one["vulns"]
        for one in answer.get("dependencies", ())
        if "skip_reason" not in one
    }
    found = [f"{name}: {one['id']}" for name, vulns in looked.items() for one in vulns]
    missing = sorted(packages - set(looked))
    if missing and not found:
        return Outcome(AUDIT, "", len(looked), 0, f"not looked at: {missing[:5]}", done=False)
    return Outcome(AUDIT, "", len(looked), len(found), "; ".join(found)[:300])


if __name__ == "__main__":
    try:
        write_bill(python_tools("supply"), Path(sys.argv[1]))
    except (Missing, RuntimeError) as reason:
        sys.exit(str(reason))
