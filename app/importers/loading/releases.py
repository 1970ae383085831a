"""Files become releases: which belong together, what each release is called, how it is read."""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from app.importers.crosswalks.formats import FORMATS
from app.importers.crosswalks.reader import CodeListReader, version_of
from app.importers.faults import BadFile, Refusals
from app.importers.loading.flat_files import flat_files
from app.importers.loading.reader_process import can_fork, read_in_child
from app.importers.loading.recognise import FIXED, OEWS_NOTES, Found, readme_of
from app.importers.oews.flat_companions import PREFIX as FLAT
from app.importers.oews.marks import top_codes_in_notes, top_codes_of
from app.importers.oews.period import period_of
from app.importers.oews.scope import LEVELS, scope_of
from app.importers.oews.top_codes import top_code_of
from app.importers.oews.wages import OewsFile, OewsReader
from app.importers.onet import ratings, tables
from app.importers.onet.columns import ELEMENT_KINDS, KINDS
from app.importers.onet.lines import References
from app.importers.projections.assignments import AssignmentsReader
from app.importers.projections.edition import Reader, parts_of_edition
from app.importers.projections.employment import ProjectionsReader
from app.importers.reading.sheets import TextTable
from app.importers.reading.tables import Table, file_read
from app.importers.reading.unknown_columns import refuse_telling_names
from app.importers.rows import PartRows, Reading, ReleaseHead
from app.importers.soc import structure

READ_IN_CHILD = 16 << 20
"""Bytes of text from which a child process reads: below, starting one is not worth it."""
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
"""Kind → suffix of the release's name, what it is, reader."""
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
"""Kind → reader, in the order of loading. The other kinds are references for these."""


EDUCATION = "projections_education"
PROJECTION_KINDS = ("projections_workbook", "projections_csv", EDUCATION)
"""In the order in which a release reads them: the first has the figures."""

Files = list[tuple[str, Found]]
"""Files of a release with their kinds, of which OEWS has finer ones than those recognised."""


@dataclass(frozen=True, slots=True)
class Options:
    """What the command line adds to what the files state."""

    period: str | None = None
    top_code: tuple[int, int] | None = None  # dollars a year, cents an hour
    version: str | None = None  # of O*NET
    accepted: frozenset[str] = frozenset()  # rules that rows may break


@dataclass(slots=True)
class Planned:
    """A release to be: its files, what it lacks, and how to begin reading it."""

    name: str
    files: list[Found]
    read: Callable[[], Reading]
    lacks: list[str] = field(default_factory=list)
    wider: Callable[[], Planned] | None = None  # plans it anew where the first rows misled


Planner = Callable[[Sequence[Found], Options], Iterable[Planned]]


def plan(
    found: Sequence[Found], options: Options, refusals: Refusals | None = None
) -> list[Planned]:
    """Group files into releases, the classification first, then in order of name.

    Files that contradict themselves or each other are refused.
    """
    refusals = Refusals(strict=True) if refusals is None else refusals
    planned = [
        *_planned(_oews, [f for f in found if f.kind.startswith("oews")], options, refusals),
        *_planned(
            _projections, [f for f in found if f.kind.startswith("projections")], options, refusals
        ),
        *_planned(_soc, [f for f in found if f.kind in SOC_READERS], options, refusals),
        *_planned(_code_lists, [f for f in found if f.kind in FORMATS], options, refusals),
        *_planned(_onet, [f for f in found if f.kind.startswith("onet_")], options, refusals),
    ]
    for name in [name for name, n in Counter(one.name for one in planned).items() if n > 1]:
        one, *others = (one for one in planned if one.name == name)
        with refusals.caught():
            where = others[-1].files[-1].name
            raise BadFile(where, f"{one.files[0].name} is {name} too: give one of them")
        planned = [one for one in planned if one.name != name]
    # What comes after the classification finds its occupations named.
    return sorted(planned, key=lambda one: (not one.name.startswith("soc"), one.name))


def _planned(
    planner: Planner, found: Sequence[Found], options: Options, refusals: Refusals
) -> list[Planned]:
    """Plan files, and without those that are refused the others again."""
    while found:
        before = len(refusals)
        with refusals.caught():
            return list(planner(found, options))
        (fault,) = refusals[before:]
        # O*NET's faults of a whole release name its folder.
        rest = [f for f in found if not f"{f.name}/".startswith(f"{fault.file}/")]
        found = rest if len(rest) < len(found) else ()
    return []


def _head(name: str, source: str, period: str, title: str, url: str, files: Files) -> ReleaseHead:
    """Return the head of a release. Its checksum is of the files' contents, not their names."""
    # The base year of a projection, 2024-34, is past; the month of all others too.
    present = f"{date.today():%Y-%m}"
    if (period[:4] if source == "bls-ep" else period) > present:
        raise BadFile(files[0][1].name, f"its period is {period}, and it is {present} now")
    digests = sorted(one.opened[0].sha256 for _, one in files)
    checksum = hashlib.sha256("\n".join(digests).encode()).hexdigest()
    kinds = tuple(sorted({kind for kind, _ in files}))
    return ReleaseHead(name, source, period, title, url, checksum, kinds=kinds)


def _oews(found: Sequence[Found], options: Options) -> list[Planned]:
    groups: dict[tuple[str, str], list[tuple[OewsFile, list[Found]]]] = defaultdict(list)
    scopes = {one: scope_of(*one.opened) for one in found if one.kind == "oews"}
    periods = {one: period_of(*one.opened, options.period) for one in scopes}
    for one, scope in scopes.items():
        document, header = one.opened
        period = periods[one]
        rest = scope.levels == {"nonmetropolitan"}
        kind = "oews_nonmetropolitan" if rest else f"oews_{scope.name or 'national'}"
        top_codes = top_codes_of(document, header, period, options.top_code)
        notes = _notes_of(one, found, periods) if top_codes is None else []
        explained = [note.opened[0] for note in notes]
        for note in explained:
            top_codes = top_codes_in_notes(note)
        file = OewsFile(document, kind, top_codes, scope.owners_told, tuple(explained))
        groups[period, scope.name].append((file, [one, *notes]))
    all_data = {period: files for (period, scope), files in groups.items() if scope == "all"}
    flat = [one for one in found if one.kind.startswith(FLAT)]
    for period, file, made_of in flat_files(
        flat, options.period, options.top_code, options.accepted
    ):
        if period in all_data:
            (_, (other, *_)), *_ = all_data[period]
            why = f"{other.name} is bls-oews-{period}-all too: give one of them"
            raise BadFile(file.document.name, why)
        groups[period, "all"].append((file, made_of))
    return [_oews_release(*group, files, options) for group, files in groups.items()]


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
    head = _head(
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


def _projections(found: Sequence[Found], options: Options) -> list[Planned]:
    """Plan a release an edition, of all its files: a workbook, an export, table 5.4."""
    editions: dict[str, list[Found]] = defaultdict(list)
    for one in found:
        document, _ = one.opened
        period = _projections_reader(one, options).period
        document.forget()
        if options.period not in {None, period}:
            why = f"its header says {period}, --period says {options.period}"
            raise BadFile(document.name, why)
        editions[period].append(one)
    planned = []
    for period, files in editions.items():
        # Two workbooks of one edition are two releases of one name, which are refused.
        distinct = len({one.kind for one in files}) == len(files)
        groups = [files] if distinct else [[one] for one in files]
        planned += [_projections_release(period, group, options) for group in groups]
    return planned


def _projections_reader(found: Found, options: Options) -> Reader:
    document, _ = found.opened
    if found.kind == EDUCATION:
        return AssignmentsReader(document, options.period)
    return ProjectionsReader(document, options.accepted)


def _projections_release(period: str, found: list[Found], options: Options) -> Planned:
    """Plan a release of the files of one edition."""
    files = sorted(found, key=lambda one: PROJECTION_KINDS.index(one.kind))
    head = _head(
        f"bls-ep-{period}",
        "bls-ep",
        period,
        f"Employment Projections {period}",
        "https://www.bls.gov/emp/data/occupational-data.htm",
        [(one.kind, one) for one in files],
    )
    # A workbook and an export have the columns of table 5.4, so they may replace it.
    head = replace(head, kinds=tuple(sorted({*head.kinds, EDUCATION})))

    def read() -> Reading:
        readers = [_projections_reader(one, options) for one in files]
        return Reading(
            head,
            parts_of_edition(readers),
            lambda: [
                file_read(reader.document, one.kind, reader.used)
                for one, reader in zip(files, readers, strict=True)
            ],
        )

    return Planned(head.name, files, read)


def _soc(found: Sequence[Found], options: Options) -> Iterator[Planned]:
    return (_soc_release(one, options) for one in found)


def _soc_release(found: Found, options: Options) -> Planned:
    document, header = found.opened
    suffix, what, reader = SOC_READERS[found.kind]
    period = structure.period_of(document, header, options.period)
    title = f"Standard Occupational Classification {period}, {what}"
    url = f"https://www.bls.gov/soc/{period}/"
    head = _head(f"soc-{period}{suffix}", "soc", period, title, url, [(found.kind, found)])

    def read() -> Reading:
        table = Table(document, header, FIXED[found.kind].columns)
        refuse_telling_names(table)
        return Reading(head, reader(table), lambda: [file_read(document, found.kind, [table])])

    return Planned(head.name, [found], read)


def _code_lists(found: Sequence[Found], options: Options) -> Iterator[Planned]:
    """Plan a release a file."""
    return (_code_list_release(one, options) for one in found)


def _code_list_release(found: Found, options: Options) -> Planned:
    document, header = found.opened
    form = FORMATS[found.kind]
    version = version_of(document, form, options.version)
    name, period, title = (
        text.format(version=version) for text in (form.name or found.kind, form.period, form.title)
    )
    kind = "crosswalk" if form.pairs else "codes"
    head = _head(name, form.source, period, title, form.url, [(kind, found)])

    def read() -> Reading:
        reader = CodeListReader(document, header, form, version)
        return Reading(head, reader.parts(), lambda: [file_read(document, kind, [reader.table])])

    return Planned(head.name, [found], read)


def _onet(found: Sequence[Found], options: Options) -> Iterator[Planned]:
    folders: dict[str, list[Found]] = defaultdict(list)
    for one in found:
        folders[one.name.rpartition("/")[0]].append(one)
    for folder, every in folders.items():
        readmes = [one for one in every if one.kind == "onet_readme"]
        if len(readmes) < len(every):
            version, period = _onet_version(folder or every[0].name, folder, readmes, options)
            read = [one for one in every if one not in readmes]
            yield _onet_release(version, period, read, options)


def _onet_release(version: str, period: str, files: list[Found], options: Options) -> Planned:
    head = _head(
        f"onet-{version}",
        "onet",
        period,
        f"O*NET {version} Database",
        "https://www.onetcenter.org/database.html",
        [(one.kind, one) for one in files],
    )

    def read() -> Reading:
        opened: list[tuple[str, Table]] = []
        return Reading(
            head,
            _onet_parts(files, opened, References(period, options.accepted)),
            lambda: [file_read(table.document, kind, [table]) for kind, table in opened],
        )

    lacks = {*ONET_READERS, *KINDS} - {"onet_ratings", *head.kinds}
    names = sorted(kind.removeprefix("onet_").replace("_", " ") for kind in lacks)
    return Planned(head.name, files, read, names)


def _onet_parts(
    files: list[Found], opened: list[tuple[str, Table]], references: References
) -> Iterator[PartRows]:
    """Yield the rows of all files; ``opened`` gets kind and table of each."""
    for one in files:
        if one.kind not in ONET_READERS:
            table = _onet_table(one)
            opened.append((one.kind, table))
            references.tables.setdefault(one.kind, []).append(table)
    for kind, reader in ONET_READERS.items():
        for one in (one for one in files if one.kind == kind):
            table = _onet_table(one)
            opened.append((kind, table))
            yield from reader(table, references)
            table.document.forget()


def _onet_table(found: Found) -> Table:
    rated = found.kind.removeprefix("onet_") in ELEMENT_KINDS.values()
    its = KINDS["onet_ratings" if rated else found.kind]
    table = Table(*found.opened, its.columns, its.optional)
    # A release may add columns, but none that tells places or years apart.
    refuse_telling_names(table)
    table.leave_out_unknown_columns()
    return table


def _onet_version(
    where: str, folder: str, readmes: Sequence[Found], options: Options
) -> tuple[str, str]:
    """Return version and period, from the Read Me, the folder's name and the options.

    Raises ``BadFile`` if these contradict, or none of them states one.
    """
    stated = [readme_of(one) for one in readmes]
    named = re.search(r"db_(\d+)_(\d+)", folder)
    in_name = f"{named[1]}.{named[2]}" if named else None
    versions = {*filter(None, (*(version for version, _ in stated), in_name, options.version))}
    periods = {*filter(None, (*(period for _, period in stated), options.period))}
    asked = {"release": (versions, "--release N.N"), "month": (periods, "--period YYYY-MM")}
    for what, (values, _) in asked.items():
        if len(values) > 1:
            raise BadFile(where, f"contradicts itself about its {what}: {sorted(values)}")
    if missing := {what: option for what, (values, option) in asked.items() if not values}:
        why = f"no Read Me tells the {' and the '.join(missing)} of O*NET"
        raise BadFile(where, f"{why}: give {' '.join(missing.values())}")
    return versions.pop(), periods.pop()
