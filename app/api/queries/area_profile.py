"""One area: where it lies, and by its newest wages what people work there and what they earn."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from sqlalchemy import Integer, Select, select

from app import marks
from app.api.queries.absence import mark_of_absence
from app.api.queries.area_names import not_an_area
from app.api.queries.areas import known, listing, parents_of, reference, through_time
from app.api.queries.block_rows import given
from app.api.queries.commands import command_for
from app.api.queries.figure_marks import marks_of_figures
from app.api.queries.part_filter import official_wages
from app.api.queries.places import areas_beside, counties_of
from app.database.catalog import Catalog
from app.database.classifying import TOTAL
from app.database.driver import cached, run
from app.database.models import Wage
from app.database.models.occupations import NATION
from app.database.parts import PartInfo
from app.database.place_names import borders

Json = dict[str, Any]

LISTS = ("largest", "best_paid", "most_concentrated", "special")
SHOWN = 10
"""Occupations of each list."""
FACTS = 3
"""Facts of each kind."""
FLOOR, SHARE, LEAST = 500, 1_000, 30
"""A list leaves out occupations of fewer than 500 people: their wages are noise. Where fewer than
500,000 are employed it is one in a thousand of them, and never below 30, the least that the survey
publishes."""
NATIONS_KEPT = 2
"""Periods of which a catalog keeps the nation's wages; each is some 0.4 MB."""
FIGURES = ("employment", "jobs_per_1000", "location_quotient", "annual_median")


class Line(NamedTuple):
    """An occupation's wages in a part."""

    code: str
    published_levels: str
    employment: int | None
    jobs_per_1000: float | None
    location_quotient: float | None
    annual_median: int | None
    marks: str


class Wages(NamedTuple):
    """The wages of all industries in one area and period."""

    part: PartInfo
    lines: dict[str, Line]

    def mark(self, code: str, figure: str) -> marks.Mark | None:
        """Return why a figure is absent."""
        line = self.lines[code]
        return marks_of_figures(marks.WAGE_FIGURES, line.marks, self.part).get(figure)

    def paid(self, line: Line) -> float | None:
        """Return the median wage or, where it is top-coded, the bound that it is at least."""
        if line.annual_median is not None:
            return line.annual_median
        mark = self.mark(line.code, "annual_median") or {}
        bound: Any = mark.get("at_least")
        return bound  # type: ignore[no-any-return] # of a wage it is a number or null


def lines_of_part() -> Select[Any]:
    """Select the lines of a part."""
    columns: list[Any] = [getattr(Wage, name) for name in Line._fields]
    return select(*columns).where(Wage.part_id == given("part", Integer())).order_by(Wage.code)


def profile(connect: Callable[[], Any], catalog: Catalog, written: str) -> Json:
    """Return one area whole, by its code in upper or lower case.

    Raises ``UnknownArea``, or ``AmbiguousArea`` for the name of several places.
    """
    area = known(catalog, written.strip().upper())
    if area is None:
        raise not_an_area(catalog, written)
    code = area["code"]
    return {
        **area,
        **through_time(catalog, area),
        "parents": [reference(catalog, parent) for parent in parents_of(area)],
        "neighbours": [reference(catalog, other) for other in _beside_it(connect, catalog, code)],
        "children": _children(catalog, code),
        "counties": counties_of(catalog, code),
        **_wages_of(connect, catalog, area),
    }


def _beside_it(connect: Callable[[], Any], catalog: Catalog, code: str) -> tuple[str, ...]:
    """Return the states that have a border with one, or the areas beside one of counties."""
    return borders().get(code) or areas_beside(connect, catalog, code)


def _children(catalog: Catalog, code: str) -> dict[str, int]:
    """Return how many areas in force lie right below an area, by level."""
    its = (a for a in listing(catalog).items if code in parents_of(a) and a["valid_to"] is None)
    return dict(sorted(Counter(str(area["level"]) for area in its).items()))


def _wages_of(connect: Callable[[], Any], catalog: Catalog, area: Json) -> Json:
    """Return what an area's newest wages tell; the nation's are those of the same period."""
    wanted = official_wages(area["code"])
    part = next(iter(wanted.parts(catalog, "wages")), None)
    if part is None:
        return {
            "wage_period": None,
            **{name: [] for name in LISTS},
            "left_out": None,
            "marks": dict.fromkeys(("wage_period", *LISTS), _absence(catalog, area)),
        }
    here, nation = _read(connect, part), _of_nation(connect, catalog, part.period)
    return {"wage_period": part.period, **_ranked(catalog, here, nation), "marks": {}}


def _absence(catalog: Catalog, area: Json) -> marks.Mark:
    """Return why an area has no wages: the survey has them for every area that its lists name."""
    mark = mark_of_absence(catalog, "wages", official_wages(area["code"]))
    if mark != marks.NOT_PUBLISHED_MARK or area["code"] not in catalog.area_history.entries:
        return mark
    period = area["valid_to"] or catalog.area_history.entries[area["code"]][-1].first
    return marks.not_loaded(command_for("bls-oews", f"bls-oews-{period}-all"))


def _read(connect: Callable[[], Any], part: PartInfo) -> Wages:
    """Read the most detailed lines of a part, and that of all occupations."""
    with connect() as connection:
        select_lines = cached(lines_of_part, connection.dialect)
        (rows,) = run(connection, [(select_lines, {"part": part.id})])
    lines = map(Line._make, rows)
    kept = (one for one in lines if "detailed" in one.published_levels or one.code == TOTAL)
    return Wages(part, {line.code: line for line in kept})


def _of_nation(connect: Callable[[], Any], catalog: Catalog, period: str) -> Wages | None:
    """Return the nation's wages of a period, kept for the periods last asked for; None: no such."""
    kept: dict[str, Wages] = catalog.derived.setdefault("wages of the nation", {})
    found = kept.get(period)
    part = next(iter(official_wages(NATION, period).parts(catalog, "wages")), None)
    if found is None and part is not None:
        found = _read(connect, part)
        while len(kept) >= NATIONS_KEPT:
            kept.pop(next(iter(kept)), None)
        kept[period] = found
    return found


def _ranked(catalog: Catalog, here: Wages, nation: Wages | None) -> Json:
    total = here.lines.get(TOTAL)
    floor = floor_of(total.employment if total else None)
    detailed = [line for line in here.lines.values() if line.code != TOTAL]
    large = [line for line in detailed if (line.employment or 0) >= floor]

    def items(lines: Iterable[Line]) -> list[Json]:
        return [_item(catalog, here, nation, line) for line in lines]

    def left_out(figure: Callable[[Line], float | None]) -> Json:
        """Return what the floor takes out of a list."""
        without, with_it = highest(detailed, figure), highest(large, figure)
        return {
            "floor": floor,
            "count": len(without) - len(with_it),
            "first_without": without[0].code if without[:1] != with_it[:1] else None,
        }

    paid, concentrated = here.paid, _concentration
    facts = Facts(catalog, here, None if here.part.area == NATION else nation)
    return {
        "largest": items(highest(detailed, lambda line: line.employment)[:SHOWN]),
        "best_paid": items(highest(large, paid)[:SHOWN]),
        "most_concentrated": items(highest(large, concentrated)[:SHOWN]),
        "left_out": {"best_paid": left_out(paid), "most_concentrated": left_out(concentrated)},
        "special": [*facts.of_all(), *facts.of_some(large)],
    }


def floor_of(employed: int | None) -> int:
    """Return the least employment that lists show, by all who are employed in an area."""
    return min(FLOOR, max(LEAST, (employed or 0) // SHARE))


def highest(lines: Iterable[Line], figure: Callable[[Line], float | None]) -> list[Line]:
    """Return the lines that have a figure, the highest first; those with the same stay in order."""
    having = [(value, line) for line in lines if (value := figure(line)) is not None]
    having.sort(key=lambda one: -one[0])
    return [line for _, line in having]


def _concentration(line: Line) -> float | None:
    return line.location_quotient


def _title(catalog: Catalog, code: str) -> str:
    occupation = catalog.occupations.get(code)
    return occupation.title if occupation else code


def _item(catalog: Catalog, here: Wages, nation: Wages | None, line: Line) -> Json:
    """Return an occupation for a list, with its median wage in the nation."""
    every = marks_of_figures(marks.WAGE_FIGURES, line.marks, here.part)
    return {
        "code": line.code,
        "title": _title(catalog, line.code),
        **{name: getattr(line, name) for name in FIGURES},
        "marks": {name: every[name] for name in FIGURES if name in every},
        "nation": _beside(catalog, here, nation, line.code),
        "release": here.part.release,
    }


def _beside(catalog: Catalog, here: Wages, nation: Wages | None, code: str) -> Json:
    """Return an occupation's median wage in the nation, or why there is none."""
    line = nation.lines.get(code) if nation else None
    if nation is None or line is None:
        wanted = official_wages(NATION, here.part.period)
        absent = {"annual_median": mark_of_absence(catalog, "wages", wanted, code)}
        return {"annual_median": None, "marks": absent, "release": None}
    mark = nation.mark(code, "annual_median")
    return {
        "annual_median": line.annual_median,
        "marks": {"annual_median": mark} if mark else {},
        "release": nation.part.release,
    }


class Facts(NamedTuple):
    """Makes the facts about an area."""

    catalog: Catalog
    here: Wages
    nation: Wages | None

    def fact(self, kind: str, line: Line, figure: str, beside: float | None, text: str) -> Json:
        """Return a fact: an occupation's figure, beside the nation's."""
        value = getattr(line, figure)
        nation = self.nation if beside else None
        return {
            "kind": kind,
            "code": line.code,
            "title": _title(self.catalog, line.code),
            "figure": figure,
            "value": value,
            "nation": beside,
            "ratio": round(value / beside, 4) if beside else None,
            "text": text,
            "release": self.here.part.release,
            "nation_release": nation.part.release if nation else None,
        }

    def of_all(self) -> list[Json]:
        """Return how many people are employed, and their median wage."""
        line = self.here.lines.get(TOTAL)
        beside = self.nation.lines.get(TOTAL) if self.nation else None
        found = []
        if line is not None and line.employment is not None:
            people = beside.employment if beside else None
            text = f"{line.employment:,} people are employed here"
            text += (
                f", {100 * line.employment / people:.2g} percent of the nation's" if people else ""
            )
            found.append(self.fact("people", line, "employment", people, f"{text}."))
        if line is not None and line.annual_median is not None:
            wage = beside.annual_median if beside else None
            text = f"Half of all people employed here earn less than ${line.annual_median:,} a year"
            text += f"; in the nation less than ${wage:,}" if wage else ""
            found.append(self.fact("median", line, "annual_median", wage, f"{text}."))
        return found

    def of_some(self, lines: list[Line]) -> list[Json]:
        """Return what stands out: occupations that are frequent, and paid better or worse.

        Published medians alone are compared, not the bounds of top-coded ones.
        """
        if self.nation is None:
            return []
        found = []
        for line in highest(lines, _concentration)[:FACTS]:
            times = line.location_quotient or 0
            if times > 1:
                title = _title(self.catalog, line.code)
                text = f"{title}: {line.employment:,} people, {times:g} times the nation's share."
                found.append(self.fact("concentrated", line, "location_quotient", 1, text))
        medians = {code: one.annual_median for code, one in self.nation.lines.items()}

        def ratio(line: Line) -> float | None:
            beside = medians.get(line.code)
            return line.annual_median / beside if line.annual_median and beside else None

        ranked = [(ratio(line) or 1, line) for line in highest(lines, ratio)]
        above = [one for one in ranked if one[0] > 1][:FACTS]
        below = sorted((one for one in ranked if one[0] < 1), key=lambda one: one[0])[:FACTS]
        for kind, its in (("paid_above", above), ("paid_below", below)):
            for value, line in its:
                text = f"{_title(self.catalog, line.code)}: ${line.annual_median:,} a year, "
                text += (
                    f"{abs(value - 1):.0%} {'more' if value > 1 else 'less'} than in the nation."
                )
                found.append(self.fact(kind, line, "annual_median", medians[line.code], text))
        return found


def releases_of(answer: Json) -> set[str]:
    """Return the releases that an answer or anything in it names."""
    found: set[str] = set()
    ahead: list[Any] = [answer]
    while ahead:
        node = ahead.pop()
        if isinstance(node, dict):
            named = (node.get(key) for key in ("release", "crosswalk", "nation_release"))
            found.update(filter(None, named))
            ahead += node.values()
        elif isinstance(node, list):
            ahead += node
    return found
