"""The checks, in the order they run."""

from __future__ import annotations

from tests.audit import breaking, clients, fuzzing, lint, nasty, redbot
from tests.audit.place import Check

CHECKS: tuple[Check, ...] = (
    Check("schemathesis", fuzzing.run, in_short=True),
    Check("nasty", nasty.run, in_short=True),
    Check("breaking", breaking.run, in_short=True),
    Check("lint", lint.run, in_short=True),
    Check("redbot", redbot.run, in_short=False),
    Check("clients", clients.run, in_short=False),
)
