"""The checks, in the order they run."""

from __future__ import annotations

from tests.audit import (
    breaking,
    clients,
    fuzz,
    fuzzing,
    headers,
    lint,
    nasty,
    redbot,
    static,
    supply,
    writing,
)
from tests.audit.place import Check

CHECKS: tuple[Check, ...] = (
    Check("schemathesis", fuzzing.run, in_short=True),
    Check("nasty", nasty.run, in_short=True),
    Check("breaking", breaking.run, in_short=True),
    Check("lint", lint.run, in_short=True),
    Check("redbot", redbot.run, in_short=False),
    Check("clients", clients.run, in_short=False),
    Check("writing", writing.run, in_short=True),
    Check("headers", headers.run, in_short=True),
    Check("static", static.run, in_short=True),
    Check("supply", supply.run, in_short=False),
    Check("fuzz", fuzz.run, in_short=True),
)
