"""What the fuzzer found, kept: each file is read or refused with a reason, soon and cheaply.

``found/FORMAT-WHAT.bin``; a new finding of ``make audit ARGS="--only fuzz"`` is copied there.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pytest

from tests.audit.fuzz_target import target

FOUND = sorted((Path(__file__).parent / "found").glob("*.bin"))

Targets = Callable[[str], Callable[[bytes], None]]


@pytest.fixture(scope="module")
def targets(tmp_path_factory: pytest.TempPathFactory) -> Targets:
    """Give what tries a case of a format."""
    return cache(lambda name: target(name, tmp_path_factory.mktemp(name), whole=True))


@pytest.mark.parametrize("path", FOUND, ids=lambda path: path.stem)
def test_what_was_found_is_read_or_refused(targets: Targets, path: Path) -> None:
    try_one = targets(path.stem.partition("-")[0])
    began = time.monotonic()
    try_one(path.read_bytes())
    assert time.monotonic() - began < 10


def test_findings_are_at_hand() -> None:
    assert len(FOUND) >= 8
