"""Plans releases of O*NET: the files of a version are one, whatever edition each is of."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import partial

from app.importers.faults import BadFile, Refusals
from app.importers.loading import onet_editions
from app.importers.loading.planned import Options, Planned, check_past, release_head
from app.importers.loading.recognise import Found, readme_of
from app.importers.onet import elements, ratings, tables, tasks
from app.importers.onet.columns import ELEMENT_KINDS, KINDS
from app.importers.onet.lines import References
from app.importers.reading.tables import Table, file_read
from app.importers.reading.unknown_columns import refuse_telling_names
from app.importers.rows import FileRead, PartRows, Reading

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


def plan_onet(found: Sequence[Found], options: Options, refusals: Refusals) -> Iterator[Planned]:
    """Plan a release a version: its text and its workbooks may lie in folders of their own."""
    folders: dict[str, list[Found]] = defaultdict(list)
    for one in found:
        folders[one.name.rpartition("/")[0]].append(one)
    releases: dict[str, tuple[str, list[Found]]] = {}
    for folder, every in folders.items():
        readmes = [one for one in every if one.kind == "onet_readme"]
        if len(readmes) == len(every):
            continue
        where = folder or every[0].name
        with refusals.caught():
            version, period = _onet_version(where, folder, readmes, options)
            check_past("onet", period, where)
            stated, files = releases.setdefault(version, (period, []))
            if stated != period:
                why = f"its month is {period}, that of other files of O*NET {version} is {stated}"
                raise BadFile(where, why)
            known = {one.opened[0].sha256 for one in files}  # copies of a folder, zipped say
            files += [
                one for one in every if one not in readmes and one.opened[0].sha256 not in known
            ]
    for version, (period, files) in releases.items():
        with refusals.caught():
            yield _onet_release(version, period, files, options)


def _onet_release(version: str, period: str, files: list[Found], options: Options) -> Planned:
    loaded, others = onet_editions.split(files)
    head = release_head(
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
