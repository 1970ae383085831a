"""O*NET's tasks, which are duties here: statements, ratings, and the activities they belong to.

The ratings and the links to detailed work activities stand in files of their own. They are read
first, and each task takes its own. The activities of an occupation are rows too, with or without
the statements of the tasks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from app.importers.onet import consistency
from app.importers.onet.cells import Read, code, count, one_of
from app.importers.onet.grouped import Group, Groups, named
from app.importers.onet.lines import Lines, References, lines_of
from app.importers.onet.ratings import ESTIMATE, PERCENT, check_scales, scales_of
from app.importers.onet.tables import COLLECTED, parts_by_kind, rows_of
from app.importers.reading.cells import text, text_or_none, title
from app.importers.reading.tables import Table
from app.importers.rows import ActivityRow, DutyRow, PartKey, PartRows

TASK_KINDS = {"Core": "core", "Supplemental": "supplemental", None: "unrated"}
EMERGING_KINDS: dict[str | None, str] = {"New": "new", "Revision": "revision"}

MEANS = ("IM", "RT")
"""Scales of importance, and of relevance: percent of people who do the task."""
SHARES = frozenset({"FT"})
"""Scale of how many percent of them do it how often."""
RATING = ("", "_n", "_se", "_lower", "_upper", "_suppress")
RATED = (
    *(f"importance{suffix}" for suffix in RATING),
    *(f"relevance{suffix}" for suffix in RATING),
    *("frequency", "rated", "rated_by", "note"),
)
"""The columns of a duty that its ratings fill, and its note."""


def task_ratings(table: Table, references: References) -> Iterator[PartRows]:
    """Read the ratings of tasks for ``tasks``. There are no rows of their own."""
    names = references.categories("onet_task_categories")
    scales = scales_of(references, ("IM",))
    detail: dict[str, Any] = {"scales": scales}
    if names:
        detail["frequency"] = {str(category): words for (_, category), words in names.items()}
    references.of_tasks |= detail
    reads: dict[str, Read] = {
        **{"code": code, "task_id": text, "scale": text, "category": count},
        **ESTIMATE,
        **COLLECTED,
    }
    bounds = {**scales, "RT": PERCENT, "FT": PERCENT}
    groups = Groups(
        "task_id", frozenset(MEANS), SHARES, lambda _: len(MEANS) + len(names), references.gate
    )

    def keep(group: Group) -> None:
        figures = [cell for scale in MEANS for cell in group.means.get(scale, [None] * len(RATING))]
        size = len(group.means) + len(group.shares)
        its = [*figures, group.categories, *group.source, group.note]
        references.ratings[group.code, group.thing] = (its, size, table)

    key = ("code", "task_id", "scale", "category")
    for lines in lines_of(table, reads, references, "onet_task_ratings", key):
        check_scales(lines, references)
        lines.note(consistency.estimates(lines.columns, bounds), references.gate)
        categories = list(zip(lines["scale"], lines["category"], strict=True))
        for group in groups.take(named(lines, SHARES, names, categories.__getitem__)):
            keep(group)
    for group in groups.rest():
        keep(group)
    yield from ()


@dataclass(slots=True)
class _Activity:
    """A detailed work activity of one occupation: its tasks, each with month and source."""

    title: str
    tasks: list[list[Any]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    @property
    def note(self) -> str | None:
        """What a reader must know to read it rightly."""
        return " ".join(dict.fromkeys(self.notes)) or None


def task_activities(table: Table, references: References) -> Iterator[PartRows]:
    """Yield detailed work activities, each with its tasks, and keep for ``tasks`` what each has.

    The lines of an activity of an occupation are of different months and sources.
    """
    reference = references.rows("onet_activities", {"activity": text, "title": title})
    known = dict(reference)
    reads: dict[str, Read] = {
        **{"code": code, "task_id": text, "activity": text, "title": text_or_none},
        **COLLECTED,
    }
    found: dict[tuple[str, str], list[Any]] = defaultdict(list)
    activities: dict[tuple[str, str], _Activity] = {}
    key = ("code", "task_id", "activity")
    for lines in lines_of(table, reads, references, "onet_task_activities", key):
        names = ("code", "task_id", "activity", "title", "collected", "domain_source")
        columns = zip(*(lines[name] for name in names), strict=True)
        notes = lines.columns.get("note", [None] * len(lines.rows))
        for at, (its, task, activity, words, *source) in enumerate(columns):
            stated = known.get(activity, None if known else words)
            if stated is None and not known:
                table.leave_out("the release lacks the file that names the activities")
                continue
            if stated is None or words not in {None, stated}:
                why = f"{activity} is " + (f"{stated!r} in" if stated else "not in")
                raise lines.fault(f"{why} the file that names the activities", at, "activity")
            found[its, task].append([activity, stated, *source])
            one = activities.setdefault((its, activity), _Activity(stated))
            one.tasks.append([task, *source])
            one.notes += filter(None, [notes[at]])
    if found:  # else all tasks would have an empty list, which says that they have none
        references.of_tasks["activities"] = True
    references.links |= found
    if activities:
        yield PartRows(
            PartKey(ActivityRow),
            [
                ActivityRow(its, activity, one.title, one.tasks, note=one.note)
                for (its, activity), one in activities.items()
            ],
        )


def tasks(table: Table, references: References) -> Iterator[PartRows]:
    """Yield duties: core, supplemental, or not rated yet."""
    reads: dict[str, Read] = {
        "code": code,
        "task_id": text,
        "text": text,
        "kind": one_of(TASK_KINDS),
        "incumbents_responding": count,
        **COLLECTED,
    }
    for lines in lines_of(table, reads, references, "onet_tasks", ("code", "task_id")):
        rows = rows_of(DutyRow, lines, **_of_tasks(lines, references))
        yield from parts_by_kind(DutyRow, lines["kind"], rows, references.of_tasks)


def _of_tasks(lines: Lines, references: References) -> dict[str, list[Any]]:
    """Return the columns that ratings and activities fill, for the tasks of these lines."""
    keys = list(zip(lines["code"], lines["task_id"], strict=True))
    none = ([None] * len(RATED), 0, None)
    rated = [references.ratings.pop(key, none)[0] for key in keys]
    columns = dict(zip(RATED, map(list, zip(*rated, strict=True)), strict=True))
    if own := lines.columns.get("note"):
        pairs = zip(own, columns["note"], strict=True)
        columns["note"] = [" ".join(filter(None, pair)) or None for pair in pairs]
    without: Any = [] if "activities" in references.of_tasks else None
    columns["activities"] = [references.links.pop(key, without) for key in keys]
    return columns


def emerging_tasks(table: Table, references: References) -> Iterator[PartRows]:
    """Yield duties that incumbents wrote in: new ones and revisions of known ones."""
    reads = {
        "code": code,
        "text": text,
        "kind": one_of(EMERGING_KINDS),
        "original_task_id": text_or_none,
        "write_in_total": count,
        **COLLECTED,
    }
    key = ("code", "kind", "original_task_id", "text")
    for lines in lines_of(table, reads, references, "onet_emerging_tasks", key):
        yield from parts_by_kind(DutyRow, lines["kind"], rows_of(DutyRow, lines))
