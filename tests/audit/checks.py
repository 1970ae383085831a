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
from tests.audit.budget import budget
from tests.audit.ending import ending
from tests.audit.overload import overload
from tests.audit.place import Check
from tests.audit.rate import rate
from tests.audit.slow import slow_senders
from tests.audit.soak import soak
from tests.audit.watching import watching

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
    Check("overload", overload, in_short=True),
    Check("slow", slow_senders, in_short=True),
    Check("ending", ending, in_short=True),
    Check("soak", soak, in_short=True),
    Check("rate", rate, in_short=True),
    Check("budget", budget, in_short=False),
    Check("watching", watching, in_short=True),
)
