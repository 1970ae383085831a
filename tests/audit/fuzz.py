"""The importers under files that a fuzzer writes, format by format; see ``fuzz_target``.

An hour in all, CI's share 20 s. Cases that reach new code are kept in ``.cache/audit/cases``, so a
second run goes on where the first ended. A finding's file is kept beside them, and its path said:
copy it to ``tests/importers/found``.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from tests.audit.fuzz_seeds import SEEDS
from tests.audit.others import CACHE, ROOT, Missing, python_tools
from tests.audit.place import Outcome, Place

LONG, SHORT = 3600.0, 20.0
"""Seconds in all."""
LARGEST = 65_536
"""Bytes of a case."""
MOST_FOUND = 5
"""Findings after which a format is left: the next would be the same again."""


def run(place: Place) -> Iterator[Outcome]:
    """Fuzz every format for its share of the time, on one processor."""
    try:
        packages = next((python_tools("fuzz").parent / "lib").glob("python*/site-packages"))
        if not (packages / "atheris").is_dir():
            raise Missing(f"the fuzzer has no package for Python {sys.version_info.minor}")
    except Missing as reason:
        yield Outcome("fuzzed files of every format", "", 0, 0, str(reason), done=False)
        return
    seconds = (SHORT if place.short else LONG) / len(SEEDS)
    for name in SEEDS:
        yield _fuzz(name, seconds, packages)


def _fuzz(name: str, seconds: float, packages: Path) -> Outcome:
    cases, found = CACHE / "cases" / name, CACHE / "found" / name
    for folder in (cases, found):
        folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="occupations-fuzz-") as scratch:
        for kind, content in SEEDS[name](Path(scratch)).items():
            (cases / kind).write_bytes(content)
    before = set(found.iterdir())
    tried, covered, left = 0, 0, seconds
    said = ""
    while left >= 1 and len(set(found.iterdir()) - before) < MOST_FOUND:
        options = [f"-max_total_time={left:.0f}", "-timeout=10", "-rss_limit_mb=2000"]
        options += [f"-max_len={LARGEST}", f"-artifact_prefix={found}/", "-print_final_stats=1"]
        output = _call(packages, name, *options, str(cases), wait=left + 120)
        tried += sum(map(int, re.findall(r"number_of_executed_units: (\d+)", output)))
        covered = max([covered, *map(int, re.findall(r" cov: (\d+)", output))])
        spent = re.findall(r"Done \d+ runs in (\d+) second", output)
        if spent or "Test unit written to" not in output:
            said = said or ("" if spent else output.strip().rpartition("\n")[2][:200])
            break
        left -= seconds / MOST_FOUND
    new = sorted(set(found.iterdir()) - before)
    lost = len(new) + (1 if said else 0)
    said = said or (f"see {new[0].relative_to(ROOT)}" if new else f"{covered:,} branches reached")
    return Outcome(f"fuzzed files, {name}", "", tried, lost, said)


def _call(packages: Path, *arguments: str, wait: float) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "tests.audit.fuzz_target", *arguments],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(packages)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=wait,
        check=False,
        preexec_fn=_lowly,
    )
    return done.stdout.decode(errors="replace")


def _lowly() -> None:
    os.nice(10)
