"""O*NET releases, text and workbooks: what each file's columns are in the API's answers.

``n/a``, or a blank in a workbook, is null. Codes end in .00 for the SOC occupation itself. An
element is rated on two lines, importance (IM) and level (LV), which one item answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from app.verifying.cells import (
    Expected,
    Rule,
    estimate,
    given,
    month,
    number,
    one_of,
    onet_code,
    text,
    words,
    yes_no,
)
from app.verifying.rows import Cell, Column, Names, Row, Wanted
from app.verifying.tables import Lines, at

OCCUPATIONS = Wanted("occupations")
DEFINITIONS = Wanted("descriptions", ("definition",))
TASKS = Wanted("duties", ("core", "supplemental", "unrated"))
EMERGING = Wanted("duties", ("new", "revision"))
ALTERNATE = Wanted("titles", ("alternate",))
REPORTED = Wanted("titles", ("reported",))
TECHNOLOGIES = Wanted("technologies")
JOB_ZONES = Wanted("job_zones")
INTERESTS = Wanted("interests")
RELATED = Wanted("related")

TASK_TYPES = {"core": "core", "supplemental": "supplemental", "": "unrated"}
CATEGORIES = {"new": "new", "revision": "revision"}
TIERS = {
    "primary-short": "primary_short",
    "primary-long": "primary_long",
    "supplemental": "supplemental",
}


def codes_of_sources(cell: Any) -> Expected:
    """Two-digit codes: a workbook's 8 is 08."""
    found = given(cell)
    return Expected(found.zfill(2) if found and isinstance(cell, float) else found)


def code(cell: Any) -> Expected:
    """An O*NET-SOC code as this API writes it."""
    return Expected(onet_code(cell))


COUNT = estimate(whole=True, marked=False)
COLLECTED: dict[str, tuple[str, Rule]] = {
    "date": ("collected", month),
    "domain source": ("domain_source", words),
}


class Plain(NamedTuple):
    """A kind of file of which each row is an item of one list."""

    wanted: Wanted
    columns: dict[str, tuple[str, Rule]]  # header → where in the item, and the rule
    key: Callable[[dict[str, Any]], tuple[Any, ...]]


PLAIN: dict[str, Plain] = {
    "onet_tasks": Plain(
        TASKS,
        {
            "task id": ("task_id", words),
            "task": ("text", words),
            "task type": ("kind", one_of(TASK_TYPES)),
            "incumbents responding": ("incumbents_responding", COUNT),
            **COLLECTED,
        },
        lambda its: (its["code"], its["task_id"], its["text"]),
    ),
    "onet_emerging_tasks": Plain(
        EMERGING,
        {
            "task": ("text", words),
            "category": ("kind", one_of(CATEGORIES)),
            "original task id": ("original_task_id", words),
            "write-in total": ("write_in_total", COUNT),
            **COLLECTED,
        },
        lambda its: (its["code"], None, its["text"]),
    ),
    "onet_alternate_titles": Plain(
        ALTERNATE,
        {
            "(alternate|job) title": ("title", words),
            "short title": ("short_title", words),
            r"source(\(s\)|s)?": ("origin", codes_of_sources),
        },
        lambda its: (its["code"], "alternate", its["title"], its["short_title"]),
    ),
    "onet_reported_titles": Plain(
        REPORTED,
        {
            "reported (job )?title": ("title", words),
            "shown in my next move": ("featured", yes_no),
        },
        lambda its: (its["code"], "reported", its["title"], None),
    ),
    "onet_technologies": Plain(
        TECHNOLOGIES,
        {
            "(workplace )?example": ("name", words),
            "commodity code|element id": ("commodity_code", words),
            "commodity title|element name": ("category", words),
            "hot technology": ("hot", yes_no),
            "in demand": ("in_demand", yes_no),
        },
        lambda its: (its["code"], its["commodity_code"], its["name"]),
    ),
    "onet_job_zones": Plain(
        JOB_ZONES,
        {"job zone": ("zone", number(whole=True)), **COLLECTED},
        lambda its: (its["code"],),
    ),
    "onet_interests": Plain(
        INTERESTS,
        {
            "element id": ("element_id", words),
            "element name": ("name", words),
            "scale id": ("scale", words),
            "data value": ("value", number()),
            **COLLECTED,
        },
        lambda its: (its["code"], its["element_id"], its["scale"]),
    ),
    "onet_related": Plain(
        RELATED,
        {
            r"related o\*net-soc code": ("related_code", code),
            "relatedness tier": ("tier", one_of(TIERS)),
            "index": ("rank", COUNT),
        },
        lambda its: (its["code"], its["tier"], its["related_code"]),
    ),
}


def columns_of(lines: Lines, wanted: dict[str, tuple[str, Rule]]) -> list[Column]:
    """Find the columns of a file."""
    found = []
    for pattern, (path, rule) in wanted.items():
        place = lines.column(pattern)
        name = lines.name(place) if place is not None else f"no column of {path}"
        # Cells repeat: each is worked out once.
        kept = lru_cache(maxsize=100_000, typed=True)(rule)
        found.append(Column(place, name, tuple(path.split(".")), kept))
    return found


def plain(kind: str, lines: Lines) -> Iterator[Row]:
    """Yield the rows of a file of which each is an item."""
    its = PLAIN[kind]
    columns = columns_of(lines, its.columns)
    code_at = lines.column(r"o\*net-soc code")
    for row, cells in lines:
        found = [column.cell(cells) for column in columns]
        if kind == "onet_interests" and text(found[2].raw) not in {"OI", "IH"}:
            continue  # the API has ratings (OI) and the order of the three highest (IH)
        values = {cell.path[0]: cell.expected.value for cell in found}
        values["code"] = onet_code(at(cells, code_at))
        yield Row(its.wanted, its.key(values), lines.header.sheet, row, found)


def occupations(lines: Lines) -> Iterator[Row]:
    """Yield definitions and occupations."""
    code_at, title_at, text_at = (
        lines.column(name) for name in (r"o\*net-soc code", "title", "description")
    )
    names = Names(lines.header.sheet)
    for row, cells in lines:
        its, title, said = onet_code(at(cells, code_at)), at(cells, title_at), at(cells, text_at)
        cell = Cell("Description", said, ("text",), words(said))
        yield Row(
            DEFINITIONS, (its, "definition", text(said)), lines.header.sheet, row, [cell], keys=0
        )
        names.add(its, row, [Cell("Title", title, ("title",), words(title))], keys=1)
    yield from names.rows()
