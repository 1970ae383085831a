"""Lines about one thing on several scales, brought together: means, and shares by category.

A task has a line of importance, one of relevance and seven of how often people do it. A work
context has a line of its mean and one for each answer. They may stand anywhere in a file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any, NamedTuple

from app.importers.onet.consistency import OFF
from app.importers.onet.lines import Lines
from app.importers.rules import Gate

FIGURES = ("value", "n", "standard_error", "lower", "upper", "suppress")


class Source(NamedTuple):
    """When and of whom a line was collected."""

    collected: str | None
    domain_source: str | None


@dataclass(slots=True)
class Group:
    """The lines about one thing. ``means``: scale → its figures."""

    code: str
    thing: str  # a task or an element
    lines: Lines  # of its first line
    at: int
    source: Source
    means: dict[str, list[Any]] = field(default_factory=dict)
    shares: dict[tuple[str, int], list[Any]] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    not_relevant: bool | None = None

    @property
    def note(self) -> str | None:
        """What a reader must know to read it rightly."""
        return " ".join(dict.fromkeys(self.notes)) or None

    @property
    def categories(self) -> list[Any] | None:
        """A list for each category: its number and its figures; None if there is none."""
        shares = sorted(self.shares.items())
        return [[category, *figures] for (_, category), figures in shares] or None

    def fault(self, why: str) -> Exception:
        """Return the fault of its first line."""
        return self.lines.fault(why, self.at, "scale")


class Groups:
    """Collects lines until those about a thing are complete."""

    def __init__(
        self,
        thing: str,
        means: frozenset[str],
        shares: frozenset[str],
        size: Callable[[str], int],
        gate: Gate,
    ) -> None:
        """Take the column of the thing, the scales, and how many lines there are of a thing."""
        self.thing, self.means, self.shares, self.size, self.gate = thing, means, shares, size, gate
        self.waiting: dict[tuple[str, str], Group] = {}

    def take(self, lines: Lines) -> Iterator[Group]:
        """Take some lines, and yield each thing all of whose lines have come."""
        names = ("code", self.thing, "scale", "category", "collected", "domain_source")
        figures = zip(*(lines[name] for name in FIGURES), strict=True)
        notes = lines.columns.get("note", [None] * len(lines.rows))
        relevant = lines.columns.get("not_relevant", [None] * len(lines.rows))
        keys = zip(*(lines[name] for name in names), strict=True)
        for at, ((code, thing, scale, category, *source), its, note, not_relevant) in enumerate(
            zip(keys, figures, notes, relevant, strict=True)
        ):
            group = self.waiting.get((code, thing))
            if group is None:
                group = Group(code, thing, lines, at, Source(*source))
                self.waiting[code, thing] = group
            self._add(group, lines, at, (scale, category), list(its))
            if tuple(source) != group.source:
                which = scale if category is None else f"{scale} {category}"
                group.notes.append(f"{which}: collected {source[0]}, {source[1]}")
            if note:
                group.notes.append(note)
            if not_relevant is not None:
                if group.not_relevant not in {None, not_relevant}:
                    raise lines.fault("other lines of this say otherwise", at, "not_relevant")
                group.not_relevant = not_relevant
            if len(group.means) + len(group.shares) == self.size(thing):
                yield self._checked(self.waiting.pop((code, thing)))

    def rest(self) -> Iterator[Group]:
        """Yield the things that have fewer lines than there are categories."""
        yield from map(self._checked, self.waiting.values())

    def _add(
        self, group: Group, lines: Lines, at: int, key: tuple[str, int | None], its: list[Any]
    ) -> None:
        scale, category = key
        if scale in self.means and category is None:
            group.means[scale] = its
        elif scale in self.shares and category is not None:
            group.shares[scale, category] = its
        elif scale in self.means | self.shares:
            why = f"a line of {scale} with" + ("out a category" if category is None else " one")
            raise lines.fault(why, at, "category")
        else:
            known = ", ".join(sorted(self.means | self.shares))
            raise lines.fault(f"scale {scale!r} is none of {known}", at, "scale")

    def _checked(self, group: Group) -> Group:
        """Note where an accepted rule is broken: shares add up to 100. Raises ``BadFile``."""
        for scale in sorted({scale for scale, _ in group.shares}):
            values = [its[0] for (other, _), its in group.shares.items() if other == scale]
            if None not in values and abs(sum(values) - 100) > OFF:
                total = sum(values)
                what = (
                    f"the shares of {group.thing} of {group.code}, {scale}, add up to {total:.2f}"
                )
                fault = partial(group.lines.fault, at=group.at, field="value")
                group.notes.append(self.gate.broken("sum-of-shares", what, fault))
        return group


def named(
    lines: Lines, scales: frozenset[str], names: Mapping[Any, str], key: Callable[[int], Any]
) -> Lines:
    """Return the lines without those of categories if the release names no category.

    Raises ``BadFile`` for a category that its file does not name. ``key`` gives that of a line.
    """
    kept = []
    for at, (scale, category) in enumerate(zip(lines["scale"], lines["category"], strict=True)):
        if scale in scales and not names:
            lines.table.leave_out("the release lacks the file that names the categories")
        elif scale in scales and category is not None and key(at) not in names:
            why = f"category {category} of {scale} is not in the categories file"
            raise lines.fault(why, at, "category")
        else:
            kept.append(at)
    return lines if len(kept) == len(lines.rows) else lines.only(kept)
