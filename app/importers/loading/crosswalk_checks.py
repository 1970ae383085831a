"""Checks of crosswalks against the lists of codes and the other crosswalks that are loaded.

A crosswalk is refused if a list of codes that is loaded lacks one of its codes. If the list comes
second, the import says so: a fault in a crosswalk must not keep the SOC out. Of two crosswalks that
contradict each other the second is refused. Successors cannot form a cycle: a step leads to the
next version of a classification (``NEXT`` of ``app.database.crosswalks``), never to an earlier one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import Connection, Row, select

from app.database.models import Entry, Mapping, Part, Release
from app.did_you_mean import did_you_mean
from app.importers.faults import BadFile

SOC_2018 = "soc-2018"
COMPLETE: dict[str, str] = {
    "soc-2010": "crosswalk-soc-2010-soc-2018",
    "onet-soc-2019": "crosswalk-onet-soc-2019-soc-2018",
    "onet-soc-2010": "crosswalk-onet-soc-2010-onet-soc-2019",
}
"""Classification → the release that lists all its codes.

The SOC 2018 has files of its own. Codes of other classifications exist as soon as a crosswalk
names them.
"""

FaultAt = Callable[[str, str, str], BadFile]
"""Makes a fault of a classification, a code of it and what is wrong, at its place in the file."""
Pairs = dict[tuple[str, str], dict[str, set[str]]]
"""Two classifications → code of the first → codes of the second."""


def check_crosswalks(connection: Connection, release: int, fault_at: FaultAt) -> None:
    """Raise a fault of the first code of a release that contradicts what else is loaded."""
    parts = _live_parts(connection)
    crosswalks = [part for part in parts if part.dataset == "mappings"]
    for part in crosswalks:
        if part.release_id != release:
            continue
        pairs = _pairs(connection, part)
        for classification, code, why in _unknown(connection, parts, pairs):
            raise fault_at(classification, code, why)
        for other in crosswalks:
            if other.release_id != release and _sides(other) == _sides(part):
                others = _pairs(connection, other)
                for classification, code, why in _contradicting(pairs, others, other.name):
                    raise fault_at(classification, code, why)


def codes_not_listed(connection: Connection, release: int) -> Iterator[str]:
    """Yield a sentence for each loaded crosswalk with codes that a release, a list, lacks."""
    parts = _live_parts(connection)
    listed = {_lists(part) for part in parts if part.release_id == release} - {None}
    for part in parts:
        if part.dataset != "mappings" or not listed & _sides(part):
            continue
        unknown = {
            (one, code) for one, code, _ in _unknown(connection, parts, _pairs(connection, part))
        }
        for classification, code in sorted(unknown)[:1]:
            yield (
                f"{part.name} names {code}, which is no code of {classification}"
                f"{f', and {len(unknown) - 1:,} more' if len(unknown) > 1 else ''}: "
                f"`occupations releases retire {part.name}` hides that crosswalk"
            )


def _sides(part: Row[Any]) -> set[str]:
    return {part.detail["from"], part.detail["to"]}


def _live_parts(connection: Connection) -> list[Row[Any]]:
    columns = (
        Part.id,
        Part.release_id,
        Part.dataset,
        Part.classification_id,
        Part.detail,
        Part.whole,
        Release.name,
        Release.source_id,
        Release.excerpt,
    )
    query = (
        select(*columns)
        .join(Release, Release.id == Part.release_id)
        .where(Part.dataset.in_(("entries", "mappings")), ~Release.retired, ~Release.superseded)
        .order_by(Release.name, Part.id)
    )
    return list(connection.execute(query))


def _pairs(connection: Connection, part: Row[Any]) -> Pairs:
    """Return the pairs of a part, both ways."""
    first, second = part.detail["from"], part.detail["to"]
    found: Pairs = {(first, second): defaultdict(set), (second, first): defaultdict(set)}
    query = select(Mapping.from_code, Mapping.to_code).where(Mapping.part_id == part.id)
    for one, other in connection.execute(query):
        found[first, second][one].add(other)
        found[second, first][other].add(one)
    return found


def _lists(part: Row[Any]) -> str | None:
    """Return the classification that a part lists whole; None for other parts."""
    if part.dataset != "entries":
        return None
    if part.classification_id is None:
        soc = part.source_id == "soc" and part.whole and not part.excerpt
        return SOC_2018 if soc else None
    complete = part.name == COMPLETE.get(part.classification_id)
    return part.classification_id if complete else None


def _unknown(
    connection: Connection, parts: list[Row[Any]], pairs: Pairs
) -> Iterator[tuple[str, str, str]]:
    """Yield the codes of a crosswalk that the loaded list of their classification lacks."""
    for (classification, _), codes in pairs.items():
        lists = [part for part in parts if _lists(part) == classification]
        if not lists:
            continue
        query = select(Entry.code).where(Entry.part_id == lists[0].id)
        known = set(connection.execute(query).scalars())
        for code in sorted(codes.keys() - known):
            near = ", ".join(did_you_mean(code, sorted(known), 0.7))
            why = (
                f"{code} is no code of {classification}: allowed are the {len(known):,} of "
                f"{lists[0].name}{f', of which {near} are near' if near else ''}"
            )
            yield classification, code, why


def _contradicting(own: Pairs, others: Pairs, name: str) -> Iterator[tuple[str, str, str]]:
    """Yield codes for which each of two crosswalks has a partner that the other has not.

    One may have less than the other: the structure of May 2019 leaves some pairs of the SOC out.
    """
    for between in own.keys() & others.keys():
        first, second = between
        for code in sorted(own[between].keys() & others[between].keys()):
            here, there = own[between][code], others[between][code]
            if here - there and there - here:
                why = (
                    f"{code} of {first} stands beside {' and '.join(sorted(here))} of {second}, "
                    f"but beside {' and '.join(sorted(there))} in {name}, which is loaded: one of "
                    f"them is wrong (`occupations releases retire {name}` hides that)"
                )
                yield first, code, why
