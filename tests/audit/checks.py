"""The checks, in the order they run."""

from __future__ import annotations

from tests.audit import fuzz, headers, writing
from tests.audit.place import Check

CHECKS: tuple[Check, ...] = (
    Check("writing", writing.run, in_short=True),
    Check("headers", headers.run, in_short=True),
    Check("fuzz", fuzz.run, in_short=True),
)
