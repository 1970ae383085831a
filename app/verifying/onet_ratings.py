"""O*NET's estimates, ratings on two scales and shares of people by category, and its references.

An element is rated on two lines, importance (IM) and level (LV), which one item answers. What a
reference says of a scale, a category or a job zone must stand in every item that it is about.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from app.verifying.cells import (
    NO_MARK,
    Expected,
    OwnOrNoted,
    Rule,
    Unreadable,
    estimate,
    given,
    mark,
    number,
    onet_code,
    text,
    words,
    yes_no,
)
from app.verifying.onet import COLLECTED, JOB_ZONES, SOC_CODE, columns_of
from app.verifying.rows import About, Cell, Column, Row, Wanted
from app.verifying.tables import Lines

EDUCATION = Wanted("education", ("required_level",))
EXPERIENCE = Wanted("experience", ("related_work", "on_site_training", "on_the_job_training"))
SHARES = {
    "RL": (EDUCATION, "required_level", "level"),
    "RW": (EXPERIENCE, "related_work", "name"),
    "PT": (EXPERIENCE, "on_site_training", "name"),
    "OJ": (EXPERIENCE, "on_the_job_training", "name"),
}
"""Scale of shares of people by category → list, kind, and what names the category."""

CATEGORY_COLUMNS = ("scale id", "category", "category description")
NUMBER, WHOLE = number(), number(whole=True)


@lru_cache(maxsize=100_000, typed=True)
def value(cell: Any, suppress: bool) -> Expected:
    """Read an estimate. It is marked where the publisher recommends not to use it."""
    if given(cell) is None:
        return Expected(None, mark("not_published"))
    return Expected(NUMBER(cell).value, mark("low_precision") if suppress else NO_MARK)


ESTIMATE: dict[str, tuple[str, Rule]] = {
    "n": ("n", estimate(whole=True)),
    "standard error": ("standard_error", estimate()),
    "lower ci bound": ("lower", estimate()),
    "upper ci bound": ("upper", estimate()),
    "recommend suppress": ("suppress", yes_no),
}


def estimates(lines: Lines, under: str) -> list[Column]:
    """Return the columns of how sure a rating is, which an item has ``under`` a key."""
    wanted = {name: (f"{under}.{path}", rule) for name, (path, rule) in ESTIMATE.items()}
    return columns_of(lines, wanted)


def own_or_noted(rule: Rule) -> Rule:
    """Return a rule for what the item has, or says in its note of another line."""
    return lambda cell: Expected(OwnOrNoted(rule(cell).value))


def ratings(wanted: Wanted, lines: Lines) -> Iterator[Row]:
    """Yield lines of importance and level."""
    named = columns_of(lines, {"element name": ("name", words)})
    noted = {name: (path, own_or_noted(rule)) for name, (path, rule) in COLLECTED.items()}
    columns = {
        "IM": [*named, *estimates(lines, "importance_estimate"), *columns_of(lines, COLLECTED)],
        "LV": [*named, *estimates(lines, "level_estimate"), *columns_of(lines, noted)],
    }
    kind = Cell("Element ID", "", ("kind",), Expected(wanted.kinds[0]), counted=False)
    relevant = columns_of(lines, {"not relevant": ("not_relevant", yes_no)})[0]
    for row, cells, code, element, scale_cell, raw, suppress in lines.select(
        SOC_CODE, "element id", "scale id", "data value", "recommend suppress"
    ):
        scale, key = text(scale_cell), (onet_code(code), text(element), None)
        if scale in columns:
            path = ("importance",) if scale == "IM" else ("level",)
            found = [Cell("Data Value", raw, path, value(raw, given(suppress) == "Y")), kind]
            found += [column.cell(cells) for column in columns[scale]]
            # Only levels can be not relevant; a line of importance says n/a.
            answer = relevant.cell(cells)
            if scale == "LV" or given(answer.raw) is not None:
                found.append(answer)
            yield Row(wanted, key, lines.sheet, row, found, keys=3, shared=True)
        else:
            unknown = Expected(Unreadable("neither IM nor LV"))
            found = [Cell("Scale ID", scale, ("importance",), unknown)]
            yield Row(wanted, key, lines.sheet, row, found, shared=True)


def shares(lines: Lines, named: dict[tuple[str, int], str]) -> Iterator[Row]:
    """Yield shares of people by category of education, experience or training.

    ``named``: scale and category → the words of the release's file of categories.
    """
    columns = [*estimates(lines, "estimate"), *columns_of(lines, COLLECTED)]
    for row, cells, code, scale, category, raw, suppress in lines.select(
        SOC_CODE, "scale id", "category", "data value", "recommend suppress"
    ):
        if text(scale) not in SHARES:
            continue  # a mean, no share by category
        wanted, kind, name = SHARES[text(scale)]
        its = WHOLE(category).value
        meaning = named.get((text(scale), its))
        found = [
            Cell("Data Value", raw, ("percent",), value(raw, given(suppress) == "Y")),
            Cell("Category", category, ("category",), Expected(its)),
            Cell("Category", meaning, (name,), Expected(meaning), counted=False),
            *(column.cell(cells) for column in columns),
        ]
        # Two cells make up the key: the occupation, and the scale, which is the kind.
        key = (onet_code(code), kind, its, meaning)
        yield Row(wanted, key, lines.sheet, row, found, keys=2)


def categories(lines: Lines) -> dict[tuple[str, int], str]:
    """Return scale and category → its words."""
    return {
        (text(scale), WHOLE(category).value): text(meaning)
        for _, _, scale, category, meaning in lines.select(*CATEGORY_COLUMNS)
    }


def category_rows(lines: Lines) -> Iterator[About]:
    """Yield the words of each category, which its items must have."""
    for row, _, scale, category, meaning in lines.select(*CATEGORY_COLUMNS):
        if known := SHARES.get(text(scale)):
            wanted, kind, name = known
            where = (("kind", kind), ("category", WHOLE(category).value))
            cell = Cell("Category Description", meaning, (name,), words(meaning))
            yield About(wanted, where, lines.sheet, row, [cell])


def zone_rows(lines: Lines) -> Iterator[About]:
    """Yield what the reference says of each job zone."""
    names = ("name", "experience", "education", "job training", "svp range")
    wanted = {name: (name.removeprefix("job ").replace(" ", "_"), words) for name in names}
    columns = columns_of(lines, wanted)
    for row, cells, zone in lines.select("job zone"):
        found = [column.cell(cells) for column in columns]
        yield About(JOB_ZONES, (("zone", WHOLE(zone).value),), lines.sheet, row, found)


def scale_rows(lines: Lines, rated: list[Wanted]) -> Iterator[About]:
    """Yield the bounds of importance and level, which every rating states."""
    for row, _, scale, least, most in lines.select("scale id", "minimum", "maximum"):
        under = {"IM": "importance_scale", "LV": "level_scale"}.get(text(scale))
        for n, wanted in enumerate(rated if under else ()):
            found = [
                Cell(name, raw, (str(under), end), Expected(NUMBER(raw).value), counted=n == 0)
                for name, raw, end in (("Minimum", least, "min"), ("Maximum", most, "max"))
            ]
            yield About(wanted, (), lines.sheet, row, found)
