"""Plans releases of the OEWS: files of a period and scope are one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence

from app.importers.faults import BadFile, Refusals
from app.importers.loading.flat_files import flat_files
from app.importers.loading.planned import Options, Planned, check_past, release_head
from app.importers.loading.reader_process import can_fork, read_in_child
from app.importers.loading.recognise import OEWS_NOTES, Found
from app.importers.oews.flat_companions import PREFIX as FLAT
from app.importers.oews.marks import top_codes_in_notes, top_codes_of
from app.importers.oews.period import period_of
from app.importers.oews.scope import LEVELS, Scope, scope_of
from app.importers.oews.top_codes import top_code_of
from app.importers.oews.wages import OewsFile, OewsReader
from app.importers.reading.sheets import TextTable
from app.importers.rows import Reading

READ_IN_CHILD = 16 << 20
"""Bytes of text from which a child process reads: below, starting one is not worth it."""
SCOPE_TITLES = {
    "": "national",
    "state": "states",
    "metropolitan": "metropolitan and nonmetropolitan areas",
    "industry": "national by industry",
    "all": "all data",
}


def plan_oews(found: Sequence[Found], options: Options, refusals: Refusals) -> list[Planned]:
    """Plan a release for each period and scope, with what explains its files."""
    groups: dict[tuple[str, str], list[tuple[OewsFile, list[Found]]]] = defaultdict(list)
    scopes: dict[Found, Scope] = {}
    periods: dict[Found, str] = {}
    for one in (one for one in found if one.kind == "oews"):
        with refusals.caught():
            scope, period = scope_of(*one.opened), period_of(*one.opened, options.period)
            check_past("bls-oews", period, one.name)
            scopes[one], periods[one] = scope, period
    for one, scope in scopes.items():
        with refusals.caught():
            notes = _notes_of(one, found, periods)
            file, used = _described(one, scope, periods[one], notes, options)
            groups[periods[one], scope.name].append((file, [one, *used]))
    all_data = {period: files for (period, scope), files in groups.items() if scope == "all"}
    flat = [one for one in found if one.kind.startswith(FLAT)]
    for period, file, made_of in flat_files(flat, options, refusals):
        with refusals.caught():
            if period in all_data:
                (_, (other, *_)), *_ = all_data[period]
                why = f"{other.name} is bls-oews-{period}-all too: give one of them"
                raise BadFile(file.document.name, why)
            groups[period, "all"].append((file, made_of))
    return [_oews_release(*group, files, options) for group, files in groups.items()]


def _described(
    one: Found, scope: Scope, period: str, notes: Sequence[Found], options: Options
) -> tuple[OewsFile, Sequence[Found]]:
    """Return a file with its top codes, and the notes that it has them from."""
    document, header = one.opened
    rest = scope.levels == {"nonmetropolitan"}
    kind = "oews_nonmetropolitan" if rest else f"oews_{scope.name or 'national'}"
    top_codes = top_codes_of(document, header, period, options.top_code)
    if top_codes is not None:
        notes = ()
    explained = tuple(note.opened[0] for note in notes)
    for note in explained:
        top_codes = top_codes_in_notes(note)
    return OewsFile(document, kind, top_codes, scope.owners_told, explained), notes


def _notes_of(one: Found, found: Sequence[Found], periods: Mapping[Found, str]) -> list[Found]:
    """Return the workbook of notes in the folder of an OEWS file, if all is of one period there.

    Until 2012 the files of a zip had one for all of them.
    """
    notes = [other for other in found if other.kind == OEWS_NOTES and other.folder == one.folder]
    its = {period for other, period in periods.items() if other.folder == one.folder}
    return notes if len(notes) == len(its) == 1 else []


def _oews_release(
    period: str,
    scope: str,
    files: Sequence[tuple[OewsFile, list[Found]]],
    options: Options,
) -> Planned:
    oews_files = [file for file, _ in files]
    kinds = {one: file.kind for file, made_of in files for one in made_of}
    known = top_code_of(period)
    # Territories come after the states, beyond the rows that decided on the scope.
    allowed = LEVELS.get(scope)
    head = release_head(
        f"bls-oews-{period}" + (f"-{scope}" if scope else ""),
        "bls-oews",
        period,
        f"Occupational Employment and Wage Statistics, {period}, {SCOPE_TITLES[scope]}",
        "https://www.bls.gov/oes/tables.htm",
        [(kind, one) for one, kind in kinds.items()],
    )

    def read() -> Reading:
        reader = OewsReader(
            oews_files,
            allowed,
            bounded=known is not None and known.bounded,
            accepted=options.accepted,
        )
        # A workbook stays in the process that opened it.
        text = all(isinstance(one.document, TextTable) for one in oews_files)
        large = sum(one.document.bytes for one in oews_files) >= READ_IN_CHILD
        parts = reader.parts()
        if text and large and can_fork():
            parts = read_in_child(reader.parts, reader.result, reader.adopt)
        return Reading(
            head,
            parts,
            lambda: reader.files,
            lambda: reader.places.areas.values(),  # noqa: PLW0108 - places come at the end
            lambda: reader.places.industries(),  # noqa: PLW0108 - the same
            lambda: reader.notices,
        )

    def wider() -> Planned:
        wide = [(file._replace(kind="oews_all"), made_of) for file, made_of in files]
        return _oews_release(period, "all", wide, options)

    return Planned(head.name, list(kinds), read, wider=wider if allowed else None)
