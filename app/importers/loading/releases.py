"""Files become releases: which belong together, what each release is called, how it is read."""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial

from app.importers.faults import BadFile, Refusals
from app.importers.loading import onet_editions
from app.importers.loading.reader_process import can_fork, read_in_child
from app.importers.loading.recognise import FIXED, Found, readme_of
from app.importers.oews.marks import BOUNDED, top_codes_of
from app.importers.oews.scope import LEVELS, period_of, scope_of
from app.importers.oews.wages import OewsReader
from app.importers.onet import elements, ratings, tables, tasks
from app.importers.onet.columns import ELEMENT_KINDS, KINDS
from app.importers.onet.lines import References
from app.importers.projections.employment import ProjectionsReader
from app.importers.projections.export import parts_of_both
from app.importers.reading.sheets import TextTable
from app.importers.reading.tables import Table, file_read
from app.importers.reading.unknown_columns import refuse_telling_names
from app.importers.rows import FileRead, PartRows, Reading, ReleaseHead
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
    "onet_task_ratings": tasks.task_ratings,
    "onet_task_activities": tasks.task_activities,
    "onet_tasks": tasks.tasks,
    "onet_emerging_tasks": tasks.emerging_tasks,
    "onet_alternate_titles": tables.alternate_titles,
    "onet_reported_titles": tables.reported_titles,
    **{f"onet_{kind}": ratings.ratings for kind in ELEMENT_KINDS.values()},
    "onet_work_styles": elements.work_styles,
    "onet_work_values": elements.work_values,
    "onet_work_context": elements.work_context,
    "onet_technologies": tables.technologies,
    "onet_tools": tables.tools,
    "onet_tools_and_technology": tables.tools_and_technology,
    "onet_education": ratings.education,
    "onet_job_zones": tables.job_zones,
    "onet_interests": ratings.interests,
    "onet_related": tables.related,
}
"""Kind → reader, in the order of loading. The other kinds are references for these."""


PROJECTION_KINDS = ("projections_workbook", "projections_csv")
"""In the order in which a release reads them."""

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
    others: list[Found] = field(default_factory=list)  # the same figures in another edition


Planner = Callable[[Sequence[Found], Options], Iterable[Planned]]


def plan(
    found: Sequence[Found], options: Options, refusals: Refusals | None = None
) -> list[Planned]:
    """Group files into releases, the classification first, then in order of name.

    Files that contradict themselves or each other are refused.
    """
    refusals = Refusals(strict=True) if refusals is None else refusals
    planned = [
        *_planned(_oews, [f for f in found if f.kind == "oews"], options, refusals),
        *_planned(
            _projections, [f for f in found if f.kind.startswith("projections")], options, refusals
        ),
        *_planned(_soc, [f for f in found if f.kind in SOC_READERS], options, refusals),
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
    groups: dict[tuple[str, str], Files] = defaultdict(list)
    for one in found:
        document, header = one.opened
        period = period_of(document, header, options.period)
        scope, levels = scope_of(document, header)
        rest = levels == {"nonmetropolitan"}
        kind = "oews_nonmetropolitan" if rest else f"oews_{scope or 'national'}"
        groups[period, scope].append((kind, one))
    return [_oews_release(*group, files, options) for group, files in groups.items()]


def _oews_release(period: str, scope: str, files: Files, options: Options) -> Planned:
    documents = [
        (one.opened[0], kind, top_codes_of(*one.opened, period, options.top_code))
        for kind, one in files
    ]
    # Territories come after the states, beyond the rows that decided on the scope.
    allowed = LEVELS.get(scope)
    head = _head(
        f"bls-oews-{period}" + (f"-{scope}" if scope else ""),
        "bls-oews",
        period,
        f"Occupational Employment and Wage Statistics, {period}, {SCOPE_TITLES[scope]}",
        "https://www.bls.gov/oes/tables.htm",
        files,
    )

    def read() -> Reading:
        reader = OewsReader(
            documents, allowed, bounded=period in BOUNDED, accepted=options.accepted
        )
        # A workbook stays in the process that opened it.
        text = all(isinstance(document, TextTable) for document, _, _ in documents)
        large = sum(document.bytes for document, _, _ in documents) >= READ_IN_CHILD
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
        return _oews_release(period, "all", [("oews_all", one) for _, one in files], options)

    found = [one for _, one in files]
    return Planned(head.name, found, read, wider=wider if allowed else None)


def _projections(found: Sequence[Found], options: Options) -> list[Planned]:
    """Plan a release a file; the workbook and the data tool's export of one edition are one."""
    editions: dict[str, dict[str, list[Found]]] = defaultdict(lambda: defaultdict(list))
    for one in found:
        document, _ = one.opened
        period = ProjectionsReader(document).period
        document.forget()
        if options.period not in {None, period}:
            why = f"its header says {period}, --period says {options.period}"
            raise BadFile(document.name, why)
        editions[period][one.kind].append(one)
    planned = []
    for period, kinds in editions.items():
        pair = len(kinds) == 2 and all(len(files) == 1 for files in kinds.values())
        every = [one for kind in PROJECTION_KINDS for one in kinds[kind]]
        groups = [every] if pair else [[one] for one in every]
        planned += [_projections_release(period, files, options) for files in groups]
    return planned


def _projections_release(period: str, files: list[Found], options: Options) -> Planned:
    """Plan a release of a workbook, of an export, or of a workbook and its export."""
    head = _head(
        f"bls-ep-{period}",
        "bls-ep",
        period,
        f"Employment Projections {period}",
        "https://www.bls.gov/emp/data/occupational-data.htm",
        [(one.kind, one) for one in files],
    )

    def read() -> Reading:
        readers = [ProjectionsReader(one.opened[0], options.accepted) for one in files]
        parts = parts_of_both(*readers) if len(readers) > 1 else readers[0].parts()
        return Reading(
            head,
            parts,
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


def _onet(found: Sequence[Found], options: Options) -> Iterator[Planned]:
    """Plan a release a version: its text and its workbooks may lie in folders of their own."""
    folders: dict[str, list[Found]] = defaultdict(list)
    for one in found:
        folders[one.name.rpartition("/")[0]].append(one)
    releases: dict[str, tuple[str, list[Found]]] = {}
    for folder, every in folders.items():
        readmes = [one for one in every if one.kind == "onet_readme"]
        if len(readmes) < len(every):
            version, period = _onet_version(folder or every[0].name, folder, readmes, options)
            stated, files = releases.setdefault(version, (period, []))
            if stated != period:
                why = f"its month is {period}, that of other files of O*NET {version} is {stated}"
                raise BadFile(folder, why)
            known = {one.opened[0].sha256 for one in files}  # copies of a folder, zipped say
            files += [
                one for one in every if one not in readmes and one.opened[0].sha256 not in known
            ]
    for version, (period, files) in releases.items():
        yield _onet_release(version, period, files, options)


def _onet_release(version: str, period: str, files: list[Found], options: Options) -> Planned:
    loaded, others = onet_editions.split(files)
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
        references = partial(References, period, options.accepted)
        parts = _onet_parts(loaded, opened, references())
        of_other: list[tuple[str, Table]] = []
        if others:
            other = onet_editions.other_edition(loaded, others)
            parts = onet_editions.agreed(
                lambda: _onet_parts(loaded, _emptied(opened), references()),
                lambda: _onet_parts(other, _emptied(of_other), references()),
                others,
            )
        return Reading(
            head,
            parts,
            lambda: [
                *(file_read(table.document, kind, [table]) for kind, table in opened),
                *(_same_figures(one, of_other) for one in others),
            ],
        )

    lacks = {*ONET_READERS, *KINDS} - {"onet_ratings", "onet_tools_and_technology", *head.kinds}
    if "onet_tools_and_technology" in head.kinds:
        lacks -= {"onet_technologies", "onet_tools"}
    names = sorted(kind.removeprefix("onet_").replace("_", " ") for kind in lacks)
    return Planned(head.name, loaded, read, names, others=others)


def _emptied(opened: list[tuple[str, Table]]) -> list[tuple[str, Table]]:
    """Return the list of tables for a reading from the start."""
    opened.clear()
    return opened


def _same_figures(found: Found, opened: list[tuple[str, Table]]) -> FileRead:
    """Return the entry of a file that has what another edition has."""
    document = found.opened[0]
    (table,) = (table for _, table in opened if table.document is document)
    table.left_out = {"the same figures as in the other edition": table.read} if table.read else {}
    return file_read(document, found.kind, [table])


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
    references.leave_out_the_rest()


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
