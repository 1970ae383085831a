"""The checks, in the order they run."""

from __future__ import annotations

from tests.audit.budget import budget
from tests.audit.ending import ending
from tests.audit.overload import overload
from tests.audit.place import Check
from tests.audit.rate import rate
from tests.audit.slow import slow_senders
from tests.audit.soak import soak
from tests.audit.watching import watching

CHECKS: tuple[Check, ...] = (
    Check("overload", overload, in_short=True),
    Check("slow", slow_senders, in_short=True),
    Check("ending", ending, in_short=True),
    Check("soak", soak, in_short=True),
    Check("rate", rate, in_short=True),
    Check("budget", budget, in_short=False),
    Check("watching", watching, in_short=True),
)
