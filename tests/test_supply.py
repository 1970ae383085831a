"""An audit that could not look is never reported as clean."""

from __future__ import annotations

from typing import Any

import pytest

from tests.audit.__main__ import line
from tests.audit.supply import judged, locked

WEAK: dict[str, Any] = {"dependencies": [{"name": "a", "version": "1", "vulns": [{"id": "X-1"}]}]}
SOUND: dict[str, Any] = {"dependencies": [{"name": "b", "version": "2", "vulns": []}]}
# What pip-audit says, with exit code 0 and "No known vulnerabilities found", where it found nobody.
AWAY: dict[str, Any] = {
    "dependencies": [{"name": "b", "skip_reason": "Dependency not found and could not be audited"}]
}


@pytest.mark.parametrize("known", [{}, AWAY, SOUND])
@pytest.mark.parametrize("answer", [{}, AWAY, SOUND])
def test_an_audit_without_its_database_is_not_done(
    known: dict[str, Any], answer: dict[str, Any]
) -> None:
    outcome = judged(known, answer, {"b==2"})
    assert not outcome.done
    assert "not done" in line("supply", outcome)


def test_an_audit_that_skipped_a_package_is_not_done() -> None:
    assert not judged(WEAK, AWAY, {"b==2"}).done
    assert not judged(WEAK, SOUND, {"b==2", "c==3"}).done


def test_an_audit_that_sees_is_believed() -> None:
    clean = judged(WEAK, SOUND, {"b==2"})
    assert (clean.done, clean.tried, clean.lost) == (True, 1, 0)
    weak = judged(WEAK, WEAK, {"a==1"})
    assert (weak.done, weak.lost, weak.said) == (True, 1, "a==1: X-1")


def test_the_lock_names_packages_once() -> None:
    assert len(locked()) > 30
    assert all(one.count("==") == 1 for one in locked())
