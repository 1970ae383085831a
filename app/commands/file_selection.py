"""Which releases the files on the command line make: for ``import`` and ``verify``."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from pathlib import Path

from app.commands.output import complain, fail, say
from app.importers.faults import BadFile
from app.importers.loading.finder import Finder
from app.importers.loading.kinds import AS_KINDS
from app.importers.loading.load import Loaded
from app.importers.loading.planned import Options, Planned
from app.importers.loading.recognise import OEWS_NOTES, Found
from app.importers.loading.releases import plan
from app.importers.oews.areas import WrongScope
from app.importers.oews.flat_companions import PREFIX as FLAT
from app.importers.rows import Reading
from app.importers.rules import RULES

TOP_CODE = re.compile(r"([\d,]+)/([\d,]+\.\d\d)")
PERIOD = re.compile(r"\d{4}|\d{4}-\d{2}")


def options_of(
    as_: str | None,
    period: str | None,
    release: str | None,
    top_code: str | None,
    accept: Sequence[str] = (),
) -> Options:
    """Return the options that complete what the files say; a malformed one ends the command."""
    if as_ is not None and as_ not in AS_KINDS:
        fail(f"--as {as_}: must be one of {', '.join(AS_KINDS)}", 2)
    if period is not None and not PERIOD.fullmatch(period):
        fail(f"--period {period}: must be YYYY, YYYY-MM or YYYY-YY", 2)
    for rule in accept:
        if rule not in RULES:
            fail(f"--accept {rule}: must be one of {', '.join(RULES)}", 2)
    return Options(period, _top_codes(top_code), release, frozenset(accept))


def _top_codes(text: str | None) -> tuple[int, int] | None:
    """Return dollars a year and cents an hour; text that is neither ends the command."""
    if text is None:
        return None
    found = TOP_CODE.fullmatch(text)
    if found is None:
        fail(f"--top-code {text}: must be dollars a year and an hour: 208000/100.00", 2)
    year, cents = (int(re.sub("[,.]", "", figure)) for figure in found.groups())
    return year, cents


def planned_releases(
    finder: Finder, paths: Sequence[Path], as_: str | None, options: Options, *, verbose: bool
) -> list[Planned]:
    """Return the releases that the files make; say which files are left out or refused.

    ``verbose`` also says what each file was recognized as. The finder's refusals get a fault for
    each file that is refused; if it is strict, the first ends the command.
    """
    found: dict[tuple[str, str], Found] = {}
    one = None
    for one in finder.find(paths, as_):
        if one.document is not None and not one.kind:
            with finder.refusals.caught():
                raise BadFile(one.name, one.why)
            continue
        if one.document is None or one.why:
            say(f"{one.name}: left out, {one.why}")
            continue
        # Each folder needs what explains its files: companions, references, notes.
        folder = one.folder if one.kind.startswith((FLAT, "onet_", OEWS_NOTES)) else ""
        first = found.setdefault((one.document.sha256, folder), one)
        if verbose:
            say(f"{one.name}: {one.kind if first is one else f'the same as {first.name}'}")
    if one is None and not finder.refusals:
        fail("there is no file in what is given")
    planned = plan(list(found.values()), options, finder.refusals)
    for fault in finder.refusals:
        complain(str(fault))
    return planned


def load_planned(
    load: Callable[[Reading], Loaded], planned: Planned
) -> tuple[Planned, Reading, Loaded]:
    """Load a release. If its rows tell that it is of a wider scope, it is planned anew."""
    reading = planned.read()
    try:
        return planned, reading, load(reading)
    except WrongScope:  # the first rows suggested a narrower release
        if planned.wider is None:
            raise
    planned = planned.wider()
    reading = planned.read()
    return planned, reading, load(reading)
