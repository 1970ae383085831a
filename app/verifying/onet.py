"""O*NET releases, text and workbooks: what each file's columns are in the API's answers.

``n/a``, or a blank in a workbook, is null. Codes end in .00 for the SOC occupation itself. An
element is rated on two lines, importance (IM) and level (LV), which one item answers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
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
from app.verifying.rows import DEFINITIONS, Cell, Column, Names, Row, Wanted
from app.verifying.tables import Lines

SOC_CODE = r"o\*net-soc code"
JOB_ZONES = Wanted("job_zones")
TASKS = Wanted("duties", ("core", "supplemental", "unrated"))
TECHNOLOGIES = Wanted("technologies", ("technology",))
TOOLS = Wanted("technologies", ("tool",))

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
        Wanted("duties", ("new", "revision")),
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
        Wanted("titles", ("alternate",)),
        {
            "(alternate|job) title": ("title", words),
            "short title": ("short_title", words),
            r"source(\(s\)|s)?": ("origin", codes_of_sources),
        },
        lambda its: (its["code"], "alternate", its["title"], its["short_title"]),
    ),
    "onet_reported_titles": Plain(
        Wanted("titles", ("reported",)),
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
        lambda its: (its["code"], "technology", its["commodity_code"], its["name"]),
    ),
    "onet_tools": Plain(
        TOOLS,
        {
            "example": ("name", words),
            "commodity code": ("commodity_code", words),
            "commodity title": ("category", words),
        },
        lambda its: (its["code"], "tool", its["commodity_code"], its["name"]),
    ),
    "onet_work_values": Plain(
        Wanted("skills", ("work_value",)),
        {
            "element id": ("element_id", words),
            "element name": ("name", words),
            "scale id": ("scale", words),
            "data value": ("value", number()),
            **COLLECTED,
        },
        lambda its: (its["code"], its["element_id"], its["scale"]),
    ),
    "onet_job_zones": Plain(
        JOB_ZONES,
        {"job zone": ("zone", number(whole=True)), **COLLECTED},
        lambda its: (its["code"],),
    ),
    "onet_interests": Plain(
        Wanted("interests"),
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
        Wanted("related"),
        {
            r"related o\*net-soc code": ("related_code", code),
            "relatedness tier": ("tier", one_of(TIERS)),
            "index": ("rank", COUNT),
        },
        lambda its: (its["code"], its["tier"], its["related_code"]),
    ),
}


def columns_of(lines: Lines, wanted: Mapping[str, tuple[str, Rule]]) -> list[Column]:
    """Find the columns of a file. A rule is applied once to each different cell."""
    found = []
    for pattern, (path, rule) in wanted.items():
        place = lines.column(pattern)
        name = lines.name(place) if place is not None else f"no column of {path}"
        cached = lru_cache(maxsize=100_000, typed=True)(rule)
        found.append(Column(place, name, tuple(path.split(".")), cached))
    return found


def plain(kind: str, lines: Lines) -> Iterator[Row]:
    """Yield the rows of a file of which each is an item."""
    its = PLAIN[kind]
    columns = columns_of(lines, its.columns)
    for row, cells, soc_code in lines.select(SOC_CODE):
        found = [column.cell(cells) for column in columns]
        if kind == "onet_interests" and text(found[2].raw) not in {"OI", "IH"}:
            continue  # the API has ratings (OI) and the order of the three highest (IH)
        values = {str(cell.path[0]): cell.expected.value for cell in found}
        values["code"] = onet_code(soc_code)
        yield Row(its.wanted, its.key(values), lines.sheet, row, found)


def occupations(lines: Lines) -> Iterator[Row]:
    """Yield definitions and occupations."""
    names = Names(lines.sheet)
    for row, _, soc_code, title, definition in lines.select(SOC_CODE, "title", "description"):
        its = onet_code(soc_code)
        cell = Cell("Description", definition, ("text",), words(definition))
        key = (its, "definition", text(definition))
        yield Row(DEFINITIONS, key, lines.sheet, row, [cell], keys=0)
        names.add(its, row, "Title", title, keys=1)
    yield from names.rows()
