"""Compares the files of a release with the API's answers, in both directions."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import chain, product
from typing import Any

from app.verifying.answers import Answers, Api, Item, Key
from app.verifying.cell_comparison import (
    Difference,
    Tally,
    agrees,
    entry_id,
    explain,
    is_not_loaded,
)
from app.verifying.consistency import contradictions
from app.verifying.rows import LISTS, About, Cell, Row, Wanted


class Comparison:
    """Compares the files of one release. Differences beyond ``limit`` are only counted."""

    def __init__(self, api: Api, release: dict[str, Any], limit: int) -> None:
        self.api, self.source, self.period = api, release["source"], release["period"]
        self.release, self.limit = release["id"], limit
        self.left_out = frozenset(release["left_out"])  # datasets, and columns of others
        self.lists: dict[Wanted, Answers] = {}
        self.covered: dict[Wanted, Tally] = {}
        self.unmet: dict[Wanted, dict[Key, list[tuple[Tally, Row]]]] = {}
        self.about: list[tuple[Tally, About]] = []
        self.again: Counter[tuple[Wanted, Key]] = Counter()
        self.differences: list[Difference] = []

    def cover(self, tally: Tally, wanted: Wanted) -> None:
        """Fetch a list of which every item of the release must stand in the files."""
        if wanted not in self.lists:
            self.lists[wanted] = Answers(self.api, wanted, self.source, self.period)
            self.covered[wanted] = tally

    def take(self, tally: Tally, row: Row | About) -> None:
        """Compare a row, or keep it until all are read."""
        if isinstance(row, About):
            self.about.append((tally, row))
            return
        answers = self.lists[row.wanted]
        place = answers.places.get(row.key)
        if place is not None and answers.met[place] and not row.shared:
            # The line stands again, and so does its item: the second answers the second.
            same = (row.wanted, row.key)
            self.again[same] += 1
            place = answers.places.get((*row.key, self.again[same] + 1))
        if place is None:
            group = row.key[: LISTS[row.wanted.name].group]
            groups = self.unmet.setdefault(row.wanted, defaultdict(list))
            groups[group].append((tally, row))
        else:
            self._compare(tally, row, answers, row.key, place)

    def _compare(self, tally: Tally, row: Row, answers: Answers, key: Key, place: int) -> None:
        answers.met[place] += 1
        item = answers.item(place)
        tally.compared += row.keys * row.times
        known, others = LISTS[row.wanted.name], item["release"] != self.release
        for cell in row.cells:
            times = row.times if cell.counted else 0
            if self._is_left_out(row, item, cell):
                tally.left_out += times
                continue
            if others and (known.led or cell.path[0] in known.own):
                tally.elsewhere += times
                continue
            tally.compared += times
            if cell.path == ("note",) and _accepted(item):
                continue  # the file's note has another behind it
            if not agrees(item, cell):
                self._differs(tally, row, cell, explain(item, cell), answers.url(key), row.times)

    def _is_left_out(self, row: Row | About, item: Item, cell: Cell) -> bool:
        """Tell whether the release came without the cell's column, and the item says so."""
        name = f"{row.wanted.name}.{cell.path[0]}"
        return name in self.left_out and is_not_loaded(item, cell)

    def _differs(
        self,
        tally: Tally,
        row: Row | About | None,
        cell: Cell | None,
        text: str,
        url: str,
        cells: int = 1,
    ) -> None:
        tally.differ += cells
        if len(self.differences) < self.limit:
            sheet, number = (row.sheet, row.number) if row else (None, None)
            column = cell.column if cell else ""
            self.differences.append(Difference(tally.file, sheet, number, column, text, url))

    def strange_column(
        self, tally: Tally, sheet: str | None, row: int, name: str, cell: str
    ) -> None:
        """Report a column that may say which rows are about what, and that nobody reads."""
        tally.differ += 1
        if len(self.differences) < self.limit:
            why = f"a column that is not known and may tell rows apart: {cell!r}"
            self.differences.append(Difference(tally.file, sheet, row, name, why, ""))

    def finish(self, wanted: Wanted) -> None:
        """Compare the rows that waited, report items without a row, and forget the list."""
        answers = self.lists.pop(wanted)
        for key, item, why in contradictions(answers):
            if item["release"] == self.release and not _accepted(item):
                tally = self.covered[wanted]
                text = f"the answer contradicts itself: {why}"
                self._differs(tally, None, None, f"{text} ({_named(key)})", answers.url(key))
        self._changed(answers, self.unmet.pop(wanted, {}))
        self._abouts(answers)
        self._extra(self.covered.pop(wanted), answers)

    def _changed(self, answers: Answers, groups: dict[Key, list[tuple[Tally, Row]]]) -> None:
        """Compare each row that no item answers with the item most like it, if there is one."""
        known = LISTS[answers.wanted.name]
        left: dict[Key, list[Key]] = defaultdict(list)
        if known.group < len(known.fields):
            for key, place in answers.places.items():
                if not answers.met[place] and key[: known.group] in groups:
                    left[key[: known.group]].append(key)
        for group, rows in groups.items():
            items = {key: answers.item(answers.places[key]) for key in left[group]}
            for tally, row in rows:
                likes = {key: _alike(item, row) for key, item in items.items()}
                nearest = max(likes, key=likes.__getitem__, default=None)
                alone = len(rows) == 1 and len(left[group]) == 1
                if nearest is not None and (likes[nearest] or alone):
                    del items[nearest]
                    self._compare(tally, row, answers, nearest, answers.places[nearest])
                else:
                    self._missing(tally, row, answers)

    def _missing(self, tally: Tally, row: Row, answers: Answers) -> None:
        cells = max(1, row.keys + sum(cell.counted for cell in row.cells)) * row.times
        if row.wanted.name in self.left_out:
            tally.left_out += cells
            return
        tally.compared += cells
        text = f"no item answers {_named(row.key)}: {cells} cells missing"
        self._differs(tally, row, None, text, answers.url(row.key), cells)

    def _abouts(self, answers: Answers) -> None:
        """Compare rows about many items with each of them, in one pass over the list."""
        waiting: dict[tuple[str, ...], dict[Key, list[tuple[Tally, About]]]] = {}
        for tally, about in self.about:
            if about.wanted == answers.wanted:
                names = tuple(name for name, _ in about.where)
                values = tuple(value for _, value in about.where)
                rows = waiting.setdefault(names, defaultdict(list))
                rows[values].append((tally, about))
        counted: set[int] = set()
        differing: set[tuple[int, str]] = set()
        for key, place in answers.places.items() if waiting else ():
            item = answers.item(place)
            for names, rows in waiting.items():
                every = (rows.get(values, ()) for values in _values(item, names))
                for tally, about in chain.from_iterable(every):
                    if id(about) not in counted:
                        counted.add(id(about))
                        out = sum(self._is_left_out(about, item, cell) for cell in about.cells)
                        tally.left_out += out
                        tally.compared += sum(cell.counted for cell in about.cells) - out
                    for cell in about.cells:
                        one = (id(about), cell.column)
                        if self._is_left_out(about, item, cell):
                            continue
                        if one not in differing and not agrees(item, cell):
                            differing.add(one)
                            url = answers.url(key)
                            self._differs(tally, about, cell, explain(item, cell), url)

    def _extra(self, tally: Tally, answers: Answers) -> None:
        """Report items of the release that no line of its files stands for."""
        name = answers.wanted.name
        lines = {
            **{"wages": _levels, "skills": _scales},
            **{"duties": _task_lines, "activities": _tasks},
        }.get(name)
        for key, place in answers.places.items():
            met = answers.met[place]
            if met and lines is None:
                continue
            item = answers.item(place)
            if item["release"] != self.release:
                continue
            if not met:
                text = f"an item of /v1/{name} that no row stands for: {_named(key)}"
                self._differs(tally, None, None, text, answers.url(key))
            elif lines and met < lines(item):
                text = f"/v1/{name} answers more of {_named(key)} than the file has lines for"
                self._differs(tally, None, None, text, answers.url(key))


def _accepted(item: Item) -> bool:
    """Tell whether the import accepted that the row breaks a rule, which its note then says."""
    return "accepted at import" in (item.get("note") or "")


def _levels(item: Item) -> int:
    return len(item["published_levels"])


def _scales(item: Item) -> int:
    return _rated(item, "importance", "level", "value") + len(item["categories"] or ())


def _task_lines(item: Item) -> int:
    lists = (item["frequency"], item["activities"])
    return 1 + _rated(item, "importance", "relevance") + sum(len(one or ()) for one in lists)


def _tasks(item: Item) -> int:
    return len(item["tasks"])


def _rated(item: Item, *names: str) -> int:
    return sum(item[n] is not None or item[f"{n}_estimate"] is not None for n in names)


def _values(item: Item, names: tuple[str, ...]) -> Iterator[tuple[Any, ...]]:
    """Yield what an item has of each name; of a list, what each entry is told by."""
    parts = (item[name] for name in names)
    yield from product(
        *([entry_id(one) for one in part] if isinstance(part, list) else [part] for part in parts)
    )


def _alike(item: Item, row: Row) -> int:
    """Return how many of the row's cells that are not blank agree with the item."""
    return sum(cell.raw not in {"", None} and agrees(item, cell) for cell in row.cells)


def _named(key: Key) -> str:
    return " ".join(str(part)[:60] for part in key if part is not None)
