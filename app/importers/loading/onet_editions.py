"""O*NET publishes a release as text and as workbooks. Given together, the two are one release.

What both have is loaded from the text, and every row of it must stand in the workbooks too.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from hashlib import blake2b
from typing import Any

from app.importers.faults import BadFile
from app.importers.loading.recognise import Found
from app.importers.reading.sheets import TextTable
from app.importers.rows import TABLES, PartKey, PartRows

Read = Callable[[], Iterable[PartRows]]
EDITIONS = ("text", "workbook", "csv")
"""In the order in which they are preferred."""


def edition_of(one: Found) -> str:
    """Return the edition that a file is of: csv is a workbook saved in another form."""
    document = one.opened[0]
    if not isinstance(document, TextTable):
        return "workbook"
    return "text" if document.delimiter == "\t" else "csv"


def split(files: Iterable[Found]) -> tuple[list[Found], list[Found]]:
    """Return the files to load, and those of kinds that a preferred edition has too.

    Raises ``BadFile`` for an edition's kind in two folders. One folder may have it in two files.
    """
    by_kind: dict[str, dict[str, list[Found]]] = defaultdict(lambda: defaultdict(list))
    for one in files:
        by_kind[one.kind][edition_of(one)].append(one)
    loaded: list[Found] = []
    others: list[Found] = []
    for editions in by_kind.values():
        for its in editions.values():
            first, *more = its
            for one in more:
                if one.name.rpartition("/")[0] != first.name.rpartition("/")[0]:
                    why = f"{first.name} is of the same release and kind: give one of them"
                    raise BadFile(one.name, why)
        best, *rest = sorted(editions, key=EDITIONS.index)
        loaded += editions[best]
        others += [one for edition in rest for one in editions[edition]]
    return loaded, others


def other_edition(loaded: Iterable[Found], others: Iterable[Found]) -> list[Found]:
    """Return the release as the other edition has it, completed by what that lacks."""
    kinds = {one.kind for one in others}
    return [*others, *(one for one in loaded if one.kind not in kinds)]


@dataclass(slots=True)
class _Sum:
    """The rows of a part, in any order: how many, the sum of their digests, and the detail."""

    rows: int = 0
    digests: int = 0
    detail: dict[str, Any] | None = None


def agreed(read: Read, read_other: Read, others: list[Found]) -> Iterator[PartRows]:
    """Yield what ``read`` gives; then raise ``BadFile`` unless ``read_other`` gives the same."""
    sums: dict[PartKey, _Sum] = defaultdict(_Sum)
    of_other: dict[PartKey, _Sum] = defaultdict(_Sum)
    yield from _summed(read(), sums)
    for _ in _summed(read_other(), of_other):
        pass
    for key in {**sums, **of_other}:
        if sums[key] != of_other[key]:
            what = f"{TABLES[key.row].__tablename__} {key.kind}".strip()
            why = f"it contradicts the other edition of its release, {what}: "
            names = ", ".join(one.name for one in others)
            raise BadFile(names, why + _difference(read, read_other, key))


def _summed(runs: Iterable[PartRows], sums: dict[PartKey, _Sum]) -> Iterator[PartRows]:
    for run in runs:
        rows, its = list(run.rows), sums[run.key]
        its.rows += len(rows)
        its.detail = run.detail if its.detail is None else its.detail
        for row in rows:
            its.digests += int.from_bytes(blake2b(repr(row).encode(), digest_size=16).digest())
        yield replace(run, rows=rows)


def _difference(read: Read, read_other: Read, key: PartKey) -> str:
    """Say in words in which row two editions differ."""
    rows, others = (
        [row for run in one() if run.key == key for row in run.rows] for one in (read, read_other)
    )
    alone, other_alone = (
        [row for row in its if repr(row) not in known]
        for its, known in (
            (rows, Counter(map(repr, others))),
            (others, Counter(map(repr, rows))),
        )
    )
    if not alone and not other_alone:
        return f"{len(rows):,} rows and {len(others):,}, or what they say of all rows"
    if not other_alone:
        return f"it lacks {_named(alone[0])}"
    if not alone:
        return f"the other edition lacks {_named(other_alone[0])}"
    its = alone[0]
    nearest = max(other_alone, key=lambda other: sum(map(_same, its, other)))
    fields = zip(its._fields, its, nearest, strict=True)
    said = [f"{name} {ours!r} and {theirs!r}" for name, ours, theirs in fields if ours != theirs]
    return f"{_named(its)}: {'; '.join(said)}"


def _same(one: Any, other: Any) -> bool:
    return bool(one == other)


def _named(row: Any) -> str:
    return " ".join(str(cell)[:60] for cell in row[:5] if isinstance(cell, str))
