"""``occupations releases diff``: two releases compared cell by cell."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import typer
from sqlalchemy import ColumnElement, Connection, select

from app.commands.console import reading, settings_of
from app.commands.output import fail, say, say_table
from app.database import versions
from app.database.models import Part, Release
from app.importers.loading.row_differences import (
    AREAS,
    PART_KEY,
    Counts,
    Difference,
    PartKey,
    PartPair,
    ShownPart,
    compare,
    pairs,
)

DIFFERENT = 1
WRONG = 2
"""Exit codes."""
HEADS = ("", "", "only in A", "only in B", "changed", "figures")


class _Side(NamedTuple):
    """A release as it is now, or as a data version showed it."""

    parts: dict[PartKey, ShownPart]
    details: dict[PartKey, dict[str, Any]]  # what the file states for all rows of a part


def compare_releases(old: str, new: str, limit: int) -> None:
    """Print what two releases have different, at most ``limit`` differences one by one."""
    counts: dict[str, Counts] = {}
    listed = found = 0
    with reading(settings_of(), WRONG) as engine, engine.connect() as connection:
        one, other = _side(connection, old), _side(connection, new)
        together = pairs(one.parts, other.parts)
        lines = [*_of_parts(together), *_of_details(one, other)]
        for line in lines:
            found += 1
            if listed < limit:
                listed += 1
                say(line)
        for difference in compare(connection, together, counts):
            found += 1
            if listed < limit:
                listed += 1
                say(_line(difference))
    if found > listed > 0:
        say(f"… and {found - listed:,} more")
    rows = [_row(dataset, its) for dataset, its in sorted(counts.items()) if its]
    if rows:
        say_table([HEADS, *rows])
    if found:
        say(f"{old} and {new} differ.")
        raise typer.Exit(DIFFERENT)
    say(f"{old} and {new} are equal.")


def _row(dataset: str, its: Counts) -> tuple[str, ...]:
    figures = its.figures_added + its.figures_removed + its.figures_changed
    counted = (its.rows_removed, its.rows_added, its.rows_changed, figures)
    return (dataset, "rows", *(f"{count:,}" for count in counted))


def _side(connection: Connection, given: str) -> _Side:
    """Find a release; a name or data version that is not known, or gone, ends the command."""
    name, _, version = given.partition("@")
    query = select(Release.id, Release.purged).where(Release.name == name)
    its_parts: ColumnElement[bool] = Part.to_number.is_(None)
    if "@" in given:
        number = versions.find(connection, version) if versions.is_name(version) else None
        if number is None:
            fail(f"{given}: this database showed no data version {version!r}", WRONG)
        query = query.where(Release.id.in_(versions.releases_of(number)))
        its_parts = versions.shown_in(number)
    else:
        query = query.where(~Release.superseded)
    release = connection.execute(query).one_or_none()
    if release is None:
        if version:
            fail(f"{given}: that data version shows no release of this id", WRONG)
        fail(f"no release has the id {given!r}; `occupations releases list` lists them", WRONG)
    if release.purged:
        fail(f"the rows of {given} are deleted", WRONG)
    columns = (Part.id, Part.rows, Part.detail, *(getattr(Part, key) for key in PART_KEY))
    parts: dict[PartKey, ShownPart] = {}
    details: dict[PartKey, dict[str, Any]] = {}
    found = select(*columns).where(Part.release_id == release.id, its_parts)
    for id_, rows, detail, *key in connection.execute(found):
        parts[tuple(key)], details[tuple(key)] = ShownPart(id_, rows), detail
    for table in AREAS:
        parts[table, "", "", "", ""] = ShownPart(release.id, 0)
    return _Side(parts, details)


def _of_parts(together: Iterable[PartPair]) -> Iterable[str]:
    """Yield the parts that one side has alone."""
    for pair in together:
        part = pair.old or pair.new
        if part is not None and None in {pair.old, pair.new}:
            side = "A" if pair.old else "B"
            yield f"{_part(pair.key)}: {part.rows:,} rows only in {side}"


def _of_details(one: _Side, other: _Side) -> Iterable[str]:
    """Yield what files state otherwise for all rows of a part, such as the top code."""
    for key in sorted(one.details.keys() & other.details.keys()):
        old, new = one.details[key], other.details[key]
        for name in sorted({*old, *new}):
            if old.get(name) != new.get(name):
                yield f"{_part(key)}  {name}: {_text(old.get(name))} → {_text(new.get(name))}"


def _line(found: Difference) -> str:
    row = f"{_part(found.key)}  {'  '.join(filter(None, found.row))}"
    if found.what == "changed":
        cents = found.key[0] == "wages" and found.field.startswith("hourly_")
        old, new = (
            value / 100 if cents and isinstance(value, int) else value
            for value in (found.old, found.new)
        )
        return f"{row}  {found.field}: {_text(old)} → {_text(new)}"
    return f"{row}  only in {'A' if found.what == 'removed' else 'B'}"


def _part(key: PartKey) -> str:
    return " ".join(filter(None, key))


def _text(value: Any) -> str:
    return "nothing" if value is None else str(value)
