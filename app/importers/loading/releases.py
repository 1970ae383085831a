"""Files become releases: which belong together, what each release is called, how it is read."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from functools import partial

from app.importers.census.occupation_index import IndexReader, edition_of
from app.importers.crosswalks.formats import FORMATS
from app.importers.crosswalks.reader import CodeListReader, version_of
from app.importers.faults import BadFile, Refusals
from app.importers.loading.kinds import CENSUS_INDEX, EMPLOYER_TITLES, STATE_PROJECTIONS
from app.importers.loading.oews_releases import plan_oews
from app.importers.loading.onet_releases import plan_onet
from app.importers.loading.planned import Options, Planned, check_past, release_head
from app.importers.loading.recognise import FIXED, Found
from app.importers.oflc.titles import read_titles, years_of
from app.importers.places import formats as places
from app.importers.places.reader import PlacesReader, year_of
from app.importers.projections.assignments import AssignmentsReader
from app.importers.projections.edition import Reader, parts_of_edition
from app.importers.projections.employment import ProjectionsReader
from app.importers.reading.tables import Table, file_read
from app.importers.reading.unknown_columns import refuse_telling_names
from app.importers.rows import PartRows, Reading
from app.importers.soc import structure
from app.importers.state_projections.reader import StateProjectionsReader

SOC_READERS: dict[str, tuple[str, str, Callable[[Table], Iterator[PartRows]]]] = {
    "soc_structure": ("", "structure", structure.read_structure),
    "soc_definitions": ("-definitions", "definitions", structure.read_definitions),
    "soc_titles": ("-titles", "direct-match titles", structure.read_direct_match),
}
"""Kind → suffix of the release's name, what it is, reader."""

EDUCATION = "projections_education"
PROJECTION_KINDS = ("projections_workbook", "projections_csv", EDUCATION)
"""In the order in which a release reads them: the first has the figures."""


def plan(
    found: Sequence[Found], options: Options, refusals: Refusals | None = None
) -> list[Planned]:
    """Group files into releases, the classification first, then in order of name.

    ``refusals`` gets the faults of files that contradict themselves or each other, while the others
    are planned.
    """
    refusals = Refusals(strict=True) if refusals is None else refusals
    planned = [
        *plan_oews([one for one in found if one.kind.startswith("oews")], options, refusals),
        *_projections([f for f in found if f.kind.startswith("projections")], options, refusals),
        *_one_a_file(_soc_release, [f for f in found if f.kind in SOC_READERS], options, refusals),
        *_one_a_file(
            _state_projections, [f for f in found if f.kind == STATE_PROJECTIONS], options, refusals
        ),
        *_one_a_file(_code_list, [f for f in found if f.kind in FORMATS], options, refusals),
        *_one_a_file(
            _census_index, [f for f in found if f.kind == CENSUS_INDEX], options, refusals
        ),
        *_one_a_file(
            _employer_titles, [f for f in found if f.kind == EMPLOYER_TITLES], options, refusals
        ),
        *_one_a_file(_places, [f for f in found if f.kind in places.FORMATS], options, refusals),
        *plan_onet([one for one in found if one.kind.startswith("onet_")], options, refusals),
    ]
    for name in [name for name, n in Counter(one.name for one in planned).items() if n > 1]:
        one, *others = (one for one in planned if one.name == name)
        with refusals.caught():
            where = others[-1].files[-1].name
            raise BadFile(where, f"{one.files[0].name} is {name} too: give one of them")
        planned = [one for one in planned if one.name != name]
    # What comes after the classification finds its occupations named.
    return sorted(planned, key=lambda one: (not one.name.startswith("soc"), one.name))


def _one_a_file(
    make: Callable[[Found, Options], Planned],
    found: Sequence[Found],
    options: Options,
    refusals: Refusals,
) -> Iterator[Planned]:
    """Plan a release a file."""
    for one in found:
        with refusals.caught():
            yield make(one, options)


def _projections(found: Sequence[Found], options: Options, refusals: Refusals) -> list[Planned]:
    """Plan a release an edition, of all its files: a workbook, an export, table 5.4."""
    editions: dict[str, list[Found]] = defaultdict(list)
    for one in found:
        document, _ = one.opened
        with refusals.caught():
            period = _projections_reader(one, options).period
            document.forget()
            if options.period not in {None, period}:
                why = f"its header says {period}, --period says {options.period}"
                raise BadFile(document.name, why)
            check_past("bls-ep", period, document.name)
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
    head = release_head(
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


def _soc_release(found: Found, options: Options) -> Planned:
    document, header = found.opened
    suffix, what, reader = SOC_READERS[found.kind]
    period = structure.period_of(document, header, options.period)
    check_past("soc", period, document.name)
    title = f"Standard Occupational Classification {period}, {what}"
    url = f"https://www.bls.gov/soc/{period}/"
    head = release_head(f"soc-{period}{suffix}", "soc", period, title, url, [(found.kind, found)])

    def read() -> Reading:
        table = Table(document, header, FIXED[found.kind].columns)
        refuse_telling_names(table)
        return Reading(head, reader(table), lambda: [file_read(document, found.kind, [table])])

    return Planned(head.name, [found], read)


def _state_projections(found: Found, options: Options) -> Planned:
    document, header = found.opened

    def reader() -> StateProjectionsReader:
        return StateProjectionsReader(document, header, options.period, options.accepted)

    period = reader().period
    document.forget()
    check_past("projections-central", period, document.name)
    head = release_head(
        f"projections-central-{period}",
        "projections-central",
        period,
        f"Long-term projections of the states {period}",
        "https://projectionscentral.org/longterm",
        [(found.kind, found)],
    )

    def read() -> Reading:
        its = reader()
        counts = partial(file_read, document, found.kind, [its.table])
        return Reading(head, its.parts(), lambda: [counts()])

    return Planned(head.name, [found], read)


def _code_list(found: Found, options: Options) -> Planned:
    document, header = found.opened
    form = FORMATS[found.kind]
    version = version_of(document, header, form, options.version)
    name, period, title = (
        text.format(version=version) for text in (form.name or found.kind, form.period, form.title)
    )
    check_past(form.source, period, document.name)
    kind = "crosswalk" if form.pairs else "codes"
    head = release_head(name, form.source, period, title, form.url, [(kind, found)])

    def read() -> Reading:
        reader = CodeListReader(document, header, form, version)
        counts = partial(file_read, document, kind, [reader.table])
        return Reading(head, reader.parts(), lambda: [counts()], fault_at=reader.fault_at)

    return Planned(head.name, [found], read)


def _census_index(found: Found, options: Options) -> Planned:
    document, header = found.opened
    year, day = edition_of(document, header)
    _check_period("census", year, document.name, options)
    title = f"Alphabetical Index of Occupations {year}"
    url = "https://www.census.gov/topics/employment/industry-occupation/guidance/indexes.html"
    files = [(found.kind, found)]
    head = release_head(f"census-occupations-{year}", "census", year, title, url, files)
    head = replace(head, published=day)

    def read() -> Reading:
        reader = IndexReader(document, header)
        refuse_telling_names(reader.table)
        counts = partial(file_read, document, found.kind, [reader.table])
        return Reading(head, reader.parts(), lambda: [counts()], fault_at=reader.fault_at)

    return Planned(head.name, [found], read)


def _employer_titles(found: Found, options: Options) -> Planned:
    document, header = found.opened
    years = years_of(header, document.name)
    last = years[-4:]
    _check_period("dol-oflc", last, document.name, options)
    title = f"Job titles of employers in certified filings, fiscal years {years}"
    url = "https://www.dol.gov/agencies/eta/foreign-labor/performance"
    head = release_head(f"dol-oflc-{last}", "dol-oflc", last, title, url, [(found.kind, found)])

    def read() -> Reading:
        table = Table(document, header, FIXED[found.kind].columns)
        refuse_telling_names(table)
        counts = partial(file_read, document, found.kind, [table])
        return Reading(head, read_titles(table), lambda: [counts()])

    return Planned(head.name, [found], read)


def _check_period(source: str, period: str, name: str, options: Options) -> None:
    """Raise ``BadFile`` if ``--period`` is another than the header's, or that is still to come."""
    if options.period not in {None, period}:
        raise BadFile(name, f"its header says {period}, --period says {options.period}")
    check_past(source, period, name)


def _places(found: Found, options: Options) -> Planned:
    document, header = found.opened
    form = places.FORMATS[found.kind]
    year = year_of(document, header)
    name, period, title = (text.format(year=year) for text in (form.name, form.period, form.title))
    if year:
        _check_period(form.source, period, document.name, options)
    else:
        check_past(form.source, period, document.name)
    head = release_head(name, form.source, period, title, form.url, [(found.kind, found)])

    def read() -> Reading:
        reader = PlacesReader(document, header, found.kind)
        counts = partial(file_read, document, found.kind, [reader.table])
        return Reading(head, reader.parts(), lambda: [counts()])

    return Planned(head.name, [found], read)
