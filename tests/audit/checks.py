"""The checks, in the order they run."""

from __future__ import annotations

from tests.audit import fuzz, headers, static, supply, writing
from tests.audit.place import Check

CHECKS: tuple[Check, ...] = (
    Check("writing", writing.run, in_short=True),
    Check("headers", headers.run, in_short=True),
    Check("static", static.run, in_short=True),
    Check("supply", supply.run, in_short=False),
    Check("fuzz", fuzz.run, in_short=True),
)
