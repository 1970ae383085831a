"""The checks, in the order they run.

CI's share leaves out what takes long, with its installation counted, and what measures seconds or
memory under a flood: on a machine that others share that would tell of them. With ``--only`` any
check has a short form.
"""

from __future__ import annotations

from tests.audit import (
    bundles,
    disk_full,
    failover,
    fuzz,
    fuzzing,
    headers,
    killed,
    lint,
    long_run,
    migrating,
    mutating,
    nasty,
    postgresql_faults,
    redbot,
    rolling,
    sqlite_faults,
    static,
    supply,
    writing,
)
from tests.audit.budget import budget
from tests.audit.clients import check as clients
from tests.audit.ending import ending
from tests.audit.grammar import grammar
from tests.audit.hostile import hostile
from tests.audit.overload import overload
from tests.audit.place import Check
from tests.audit.rate import rate
from tests.audit.slow import slow_senders
from tests.audit.soak import soak
from tests.audit.watching import watching

CHECKS: tuple[Check, ...] = (
    Check("schemathesis", fuzzing.run, in_short=True),
    Check("nasty", nasty.run, in_short=True),
    Check("lint", lint.run, in_short=False),
    Check("redbot", redbot.run, in_short=False),
    Check("clients", clients.run, in_short=True),
    Check("bundles", bundles.run, in_short=True),
    Check("writing", writing.run, in_short=True),
    Check("headers", headers.run, in_short=True),
    Check("grammar", grammar, in_short=False),
    Check("static", static.run, in_short=False),
    Check("supply", supply.run, in_short=False),
    Check("fuzz", fuzz.run, in_short=False),
    Check("overload", overload, in_short=False),
    Check("slow", slow_senders, in_short=False),
    Check("ending", ending, in_short=False),
    Check("soak", soak, in_short=False),
    Check("rolling", rolling.check, in_short=False),
    Check("long-run", long_run.check, in_short=False),
    Check("hostile", hostile, in_short=True),
    Check("rate", rate, in_short=False),
    Check("budget", budget, in_short=False),
    Check("watching", watching, in_short=False),
    Check("postgresql-faults", postgresql_faults.check, in_short=True),
    Check("failover", failover.check, in_short=False),
    Check("mutations", mutating.run, in_short=True),
    Check("killed", killed.check, in_short=False),
    Check("disk-full", disk_full.check, in_short=False),
    Check("migrating", migrating.check, in_short=True),
    Check("sqlite-faults", sqlite_faults.check, in_short=True),
)
