"""O*NET's estimates: ratings on two scales, shares of people by category; and its references.

An element is rated on two lines, importance (IM) and level (LV), which one item answers. What the
references say of a scale, a category or a job zone must be in every item that it is about.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from app.verifying.cells import (
    NO_MARK,
    Expected,
    Rule,
    Told,
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
from app.verifying.onet import COLLECTED, JOB_ZONES, columns_of
from app.verifying.rows import About, Cell, Column, Row, Wanted
from app.verifying.tables import Lines, at

EDUCATION = Wanted("education", ("required_level",))
EXPERIENCE = Wanted("experience", ("related_work", "on_site_training", "on_the_job_training"))
SHARES = {
    "RL": (EDUCATION, "required_level", "level"),
    "RW": (EXPERIENCE, "related_work", "name"),
    "PT": (EXPERIENCE, "on_site_training", "name"),
    "OJ": (EXPERIENCE, "on_the_job_training", "name"),
}
"""Scale of shares of people by category → list, kind, and what names the category."""


NUMBER = number()


@lru_cache(maxsize=100_000, typed=True)
def value(cell: Any, suppress: bool) -> Expected:
    """An estimate, which is marked where the publisher recommends not to use it."""
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


def _estimates(lines: Lines, under: str) -> list[Column]:
    wanted = {name: (f"{under}.{path}", rule) for name, (path, rule) in ESTIMATE.items()}
    return columns_of(lines, wanted)


def _told(rule: Rule) -> Rule:
    def read(cell: Any) -> Expected:
        return Expected(Told(rule(cell).value))

    return read


def ratings(wanted: Wanted, lines: Lines) -> Iterator[Row]:
    """Yield lines of importance and level."""
    place = {
        name: lines.column(name)
        for name in ("element id", "scale id", "recommend suppress", "data value", "not relevant")
    }
    code_at = lines.column(r"o\*net-soc code")
    named = columns_of(lines, {"element name": ("name", words)})
    estimates = {
        "IM": [*named, *_estimates(lines, "importance_estimate"), *columns_of(lines, COLLECTED)],
        "LV": [
            *named,
            *_estimates(lines, "level_estimate"),
            *columns_of(lines, {k: (path, _told(rule)) for k, (path, rule) in COLLECTED.items()}),
        ],
    }
    kind = Cell("Element ID", "", ("kind",), Expected(wanted.kinds[0]), counted=False)
    relevant = columns_of(lines, {"not relevant": ("not_relevant", yes_no)})[0]
    for row, cells in lines:
        scale, element = (text(at(cells, place[name])) for name in ("scale id", "element id"))
        key = (onet_code(at(cells, code_at)), element)
        raw = at(cells, place["data value"])
        suppress = at(cells, place["recommend suppress"])
        if scale not in estimates:
            unknown = Expected(Unreadable("neither IM nor LV"))
            yield Row(
                wanted,
                key,
                lines.header.sheet,
                row,
                [Cell("Scale ID", scale, ("importance",), unknown)],
                shared=True,
            )
            continue
        path = ("importance",) if scale == "IM" else ("level",)
        found = [Cell("Data Value", raw, path, value(raw, given(suppress) == "Y"))]
        found += [column.cell(cells) for column in estimates[scale]]
        found.append(kind)
        # Only levels can be not relevant; a line of importance says n/a.
        if scale == "LV" or given(at(cells, place["not relevant"])) is not None:
            found.append(relevant.cell(cells))
        yield Row(wanted, key, lines.header.sheet, row, found, keys=3, shared=True)


def shares(lines: Lines, named: dict[tuple[str, int], str]) -> Iterator[Row]:
    """Yield shares of people by category of education, experience or training.

    ``named``: scale and category → the words of the release's file of categories.
    """
    place = {
        name: lines.column(name)
        for name in ("scale id", "category", "data value", "recommend suppress")
    }
    code_at = lines.column(r"o\*net-soc code")
    columns = [*_estimates(lines, "estimate"), *columns_of(lines, COLLECTED)]
    for row, cells in lines:
        scale = text(at(cells, place["scale id"]))
        if scale not in SHARES:
            continue  # a mean, no share by category
        raw, category = at(cells, place["data value"]), at(cells, place["category"])
        its = number(whole=True)(category).value
        wanted, kind, name = SHARES[scale]
        said = named.get((scale, its))
        suppress = at(cells, place["recommend suppress"])
        found = [
            Cell("Data Value", raw, ("percent",), value(raw, given(suppress) == "Y")),
            Cell("Category", category, ("category",), Expected(its)),
            Cell("Category", said, (name,), Expected(said), counted=False),
            *(column.cell(cells) for column in columns),
        ]
        key = (onet_code(at(cells, code_at)), kind, its, said)
        # The occupation, and the scale, which is the kind.
        yield Row(wanted, key, lines.header.sheet, row, found, keys=2)


def categories(lines: Lines) -> dict[tuple[str, int], str]:
    """Return scale and category → its words."""
    scale, category, said = (
        lines.column(name) for name in ("scale id", "category", "category description")
    )
    return {
        (text(at(cells, scale)), number(whole=True)(at(cells, category)).value): text(
            at(cells, said)
        )
        for _, cells in lines
    }


def category_rows(lines: Lines) -> Iterator[About]:
    """Yield the words of each category, which its items must have."""
    scale, category, said = (
        lines.column(name) for name in ("scale id", "category", "category description")
    )
    for row, cells in lines:
        known = SHARES.get(text(at(cells, scale)))
        if known is not None:
            wanted, kind, name = known
            where = (("kind", kind), ("category", number(whole=True)(at(cells, category)).value))
            raw = at(cells, said)
            cell = Cell("Category Description", raw, (name,), words(raw))
            yield About(wanted, where, lines.header.sheet, row, [cell])


def zone_rows(lines: Lines) -> Iterator[About]:
    """Yield what the reference says of each job zone."""
    zone = lines.column("job zone")
    columns = columns_of(
        lines,
        {
            "name": ("name", words),
            "experience": ("experience", words),
            "education": ("education", words),
            "job training": ("training", words),
            "svp range": ("svp_range", words),
        },
    )
    for row, cells in lines:
        where = (("zone", number(whole=True)(at(cells, zone)).value),)
        found = [column.cell(cells) for column in columns]
        yield About(JOB_ZONES, where, lines.header.sheet, row, found)


def scale_rows(lines: Lines, rated: list[Wanted]) -> Iterator[About]:
    """Yield the bounds of importance and level, which every rating states."""
    scale = lines.column("scale id")
    for row, cells in lines:
        under = {"IM": "importance_scale", "LV": "level_scale"}.get(text(at(cells, scale)))
        if under is None:
            continue
        columns = columns_of(
            lines, {"minimum": (f"{under}.min", number()), "maximum": (f"{under}.max", number())}
        )
        found = [
            cell._replace(expected=cell.expected._replace(mark=None))
            for cell in (column.cell(cells) for column in columns)
        ]
        for wanted in rated:
            yield About(wanted, (), lines.header.sheet, row, found)
            found = [cell._replace(counted=False) for cell in found]
