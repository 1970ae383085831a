"""Files become releases: which belong together, what each release is called, how it is read."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from app.importers.faults import BadFile
from app.importers.loading.reader_process import can_fork, read_in_child
from app.importers.loading.recognise import FIXED, Found, readme_of
from app.importers.oews.marks import top_codes_of
from app.importers.oews.scope import LEVELS, period_of, scope_of
from app.importers.oews.wages import OewsReader
from app.importers.onet import ratings, tables
from app.importers.onet.columns import ELEMENT_KINDS, KINDS
from app.importers.onet.lines import References
from app.importers.projections.employment import ProjectionsReader
from app.importers.reading.sheets import Document, TextTable
from app.importers.reading.tables import Table, file_read
from app.importers.rows import PartRows, Reading, ReleaseHead
from app.importers.soc import structure

READ_IN_CHILD = 16 << 20
"""Bytes of text from which a process of its own reads: below, starting one is not worth it."""
SCOPE_TITLES = {
    "": "national",
    "state": "states",
    "metropolitan": "metropolitan and nonmetropolitan areas",
    "industry": "national by industry",
    "all": "all data",
}
SOC_READERS: dict[str, tuple[str, str, Callable[[Table], Iterator[PartRows]]]] = {
    "soc_structure": ("", "structure", structure.read_structure),
    "soc_definitions": ("-definitions", "definitions", structure.read_definitions),
    "soc_titles": ("-titles", "direct-match titles", structure.read_direct_match),
}
ONET_READERS: dict[str, tables.Reader] = {
    "onet_occupations": tables.occupations,
    "onet_tasks": tables.tasks,
    "onet_emerging_tasks": tables.emerging_tasks,
    "onet_alternate_titles": tables.alternate_titles,
    "onet_reported_titles": tables.reported_titles,
    **{f"onet_{kind}": ratings.ratings for kind in ELEMENT_KINDS.values()},
    "onet_technologies": tables.technologies,
    "onet_education": ratings.education,
    "onet_job_zones": tables.job_zones,
    "onet_interests": ratings.interests,
    "onet_related": tables.related,
}
"""Kind → its reader, in the order of loading; the others are references for these."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line adds to what the files say."""

    period: str | None = None
    top_code: tuple[int, int] | None = None  # dollars a year, cents an hour
    version: str | None = None  # of O*NET


@dataclass(slots=True)
class Planned:
    """A release to be: its files, what it lacks, and how to begin reading it."""

    name: str
    files: list[Found]
    read: Callable[[], Reading]
    lacks: list[str] = field(default_factory=list)
    wider: Callable[[], Planned] | None = None  # where the first rows misled: all of it


def plan(found: Sequence[Found], options: Options) -> list[Planned]:
    """Group files into releases, in order of name. Raises ``BadFile`` where they contradict."""
    planned = [
        *_oews([f for f in found if f.kind == "oews"], options),
        *_richest(_projections(f, options) for f in found if f.kind.startswith("projections")),
        *(_soc(f, options) for f in found if f.kind in SOC_READERS),
        *_onet(found, options),
    ]
    for one in planned:
        others = [f for other in planned if other.name == one.name for f in other.files]
        if len(others) > len(one.files):
            raise BadFile(others[-1].name, f"{others[0].name} is {one.name} too: give one of them")
    # The classification first: what comes after finds its occupations named.
    return sorted(planned, key=lambda one: (not one.name.startswith("soc"), one.name))


def _richest(planned: Iterable[Planned]) -> list[Planned]:
    """Return the releases without an export of the data tool where its workbook is there too."""
    every = list(planned)
    whole = {one.name for one in every if one.files[0].kind == "projections_workbook"}
    return [o for o in every if o.files[0].kind == "projections_workbook" or o.name not in whole]


def checksum(documents: Iterable[Document]) -> str:
    """Return a digest of the files' contents, whatever they are called."""
    return hashlib.sha256("\n".join(sorted(d.sha256 for d in documents)).encode()).hexdigest()


def _document(found: Found) -> Document:
    assert found.document is not None  # noqa: S101 - of a kind, so it was opened
    return found.document


def _oews(found: Sequence[Found], options: Options) -> list[Planned]:
    groups: dict[tuple[str, str], list[tuple[Found, str, frozenset[str]]]] = {}
    for one in found:
        document = _document(one)
        if one.header is None:
            raise BadFile(document.name, "no sheet has the columns of the OEWS")
        period = period_of(document, one.header, options.period)
        scope, levels = scope_of(document, one.header)
        groups.setdefault((period, scope), []).append((one, scope, levels))
    return [
        _oews_release(period, scope, files, options) for (period, scope), files in groups.items()
    ]


def _oews_release(
    period: str,
    scope: str,
    files: list[tuple[Found, str, frozenset[str]]],
    options: Options,
) -> Planned:
    name = f"bls-oews-{period}" + (f"-{scope}" if scope else "")
    kinds = []
    taken = []
    for one, _, levels in files:
        document = _document(one)
        assert one.header is not None  # noqa: S101 - looked at when they were grouped
        rest = levels == {"nonmetropolitan"}
        kind = "oews_nonmetropolitan" if rest else f"oews_{scope or 'national'}"
        kinds.append(kind)
        codes = top_codes_of(document, one.header, period, options.top_code)
        taken.append((document, kind, codes))
    # Territories come after the states, beyond the rows that told the scope.
    allowed = LEVELS.get(scope)
    head = ReleaseHead(
        name=name,
        source="bls-oews",
        period=period,
        title=f"Occupational Employment and Wage Statistics, {period}, {SCOPE_TITLES[scope]}",
        source_url="https://www.bls.gov/oes/tables.htm",
        checksum=checksum(document for document, _, _ in taken),
        kinds=tuple(sorted(set(kinds))),
    )

    def read() -> Reading:
        reader = OewsReader(taken, allowed)
        # A workbook stays in the process that opened it; large text is read in a child.
        text = all(isinstance(document, TextTable) for document, _, _ in taken)
        large = sum(document.bytes for document, _, _ in taken) >= READ_IN_CHILD
        parts = reader.parts()
        if text and large and can_fork():
            parts = read_in_child(reader.parts, reader.result, reader.adopt)
        return Reading(
            head,
            parts,
            lambda: reader.files,
            lambda: reader.places.areas.values(),  # noqa: PLW0108 - places come at the end
            lambda: reader.places.industries(),  # noqa: PLW0108 - the same
        )

    def wider() -> Planned:
        return _oews_release(
            period, "all", [(one, "all", frozenset()) for one, _, _ in files], options
        )

    return Planned(name, [one for one, _, _ in files], read, wider=wider if allowed else None)


def _projections(found: Found, options: Options) -> Planned:
    document = _document(found)
    period = ProjectionsReader(document).period
    document.forget()
    if options.period not in {None, period}:
        raise BadFile(document.name, f"its header says {period}, --period says {options.period}")
    head = ReleaseHead(
        name=f"bls-ep-{period}",
        source="bls-ep",
        period=period,
        title=f"Employment Projections {period}",
        source_url="https://www.bls.gov/emp/data/occupational-data.htm",
        checksum=checksum([document]),
        kinds=(found.kind,),
    )

    def read() -> Reading:
        reader = ProjectionsReader(document)
        return Reading(head, reader.parts(), lambda: [file_read(document, found.kind, reader.used)])

    return Planned(head.name, [found], read)


def _soc(found: Found, options: Options) -> Planned:
    document, header = _document(found), found.header
    assert header is not None  # noqa: S101 - it was recognised by it
    suffix, what, reader = SOC_READERS[found.kind]
    period = structure.period_of(document, header, options.period)
    head = ReleaseHead(
        name=f"soc-{period}{suffix}",
        source="soc",
        period=period,
        title=f"Standard Occupational Classification {period}, {what}",
        source_url=f"https://www.bls.gov/soc/{period}/",
        checksum=checksum([document]),
        kinds=(found.kind,),
    )

    def read() -> Reading:
        table = Table(document, header, FIXED[found.kind].columns)
        return Reading(head, reader(table), lambda: [file_read(document, found.kind, [table])])

    return Planned(head.name, [found], read)


def _onet(found: Sequence[Found], options: Options) -> list[Planned]:
    folders: dict[str, list[Found]] = {}
    for one in found:
        if one.kind.startswith("onet_"):
            folders.setdefault(one.name.rpartition("/")[0], []).append(one)
    return [
        _onet_release(folder, files, options)
        for folder, files in folders.items()
        if any(one.kind != "onet_readme" for one in files)
    ]


def _onet_release(folder: str, files: list[Found], options: Options) -> Planned:
    version, period = _onet_version(folder, files, options)
    tables = [one for one in files if one.kind != "onet_readme"]
    kinds = [one.kind for one in tables]
    head = ReleaseHead(
        name=f"onet-{version}",
        source="onet",
        period=period,
        title=f"O*NET {version} Database",
        source_url="https://www.onetcenter.org/database.html",
        checksum=checksum(_document(one) for one in tables),
        kinds=tuple(sorted(set(kinds))),
    )

    def read() -> Reading:
        opened: list[tuple[Found, Table]] = []
        return Reading(
            head,
            _onet_parts(tables, opened),
            lambda: [file_read(_document(one), one.kind, [table]) for one, table in opened],
        )

    every = {*ONET_READERS, *KINDS} - {"onet_ratings", *kinds}
    named = {one.partition("_")[2].replace("_", " ") for one in every}
    return Planned(head.name, tables, read, sorted(named))


def _onet_parts(files: list[Found], opened: list[tuple[Found, Table]]) -> Iterator[PartRows]:
    references = References()
    for one in files:
        if one.kind not in ONET_READERS:
            table = _table(one)
            references.tables.setdefault(one.kind, []).append(table)
            opened.append((one, table))
    for kind, reader in ONET_READERS.items():
        for one in files:
            if one.kind == kind:
                table = _table(one)
                opened.append((one, table))
                yield from reader(table, references)
                table.document.forget()


def _table(found: Found) -> Table:
    assert found.header is not None  # noqa: S101 - it was recognised by it
    rated = found.kind.removeprefix("onet_") in ELEMENT_KINDS.values()
    its = KINDS["onet_ratings" if rated else found.kind]
    table = Table(_document(found), found.header, its.columns, its.optional)
    table.leave_out_unknown_columns()
    return table


def _onet_version(folder: str, files: list[Found], options: Options) -> tuple[str, str]:
    """Return version and period from the Read Me, else the folder's name, else the options."""
    where = folder or files[0].name
    said = [readme_of(_document(one)) for one in files if one.kind == "onet_readme"]
    named = re.search(r"db_(\d+)_(\d+)", folder)
    versions = {version for version, _ in said}
    versions |= {f"{named[1]}.{named[2]}"} if named else set()
    versions |= {options.version} if options.version else set()
    periods = {period for _, period in said if period}
    periods |= {options.period} if options.period else set()
    for what, values, option in (
        ("release", versions, "--release 27.0"),
        ("period", periods, "--period YYYY-MM"),
    ):
        if not values:
            why = f"no Read Me tells the O*NET {what}: give {option}"
            raise BadFile(where, why)
        if len(values) > 1:
            raise BadFile(where, f"contradicts itself about its {what}: {sorted(values)}")
    return versions.pop(), periods.pop()
