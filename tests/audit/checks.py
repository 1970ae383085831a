"""The checks, in the order they run."""

from __future__ import annotations

from tests.audit.place import Check

CHECKS: tuple[Check, ...] = ()
