"""O*NET's ratings on several scales: tasks and what they belong to, work context, work styles.

One item answers all lines about a task, or about a work context: its mean, its relevance, and the
share of people for each category, which stands in a list of the item.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from app.verifying.cells import Expected, Unreadable, given, onet_code, text, words, yes_no
from app.verifying.onet import COLLECTED, SOC_CODE, TASKS, TECHNOLOGIES, TOOLS, columns_of
from app.verifying.onet import PLAIN as TABLES
from app.verifying.onet_ratings import (
    CATEGORY_COLUMNS,
    NUMBER,
    WHOLE,
    estimates,
    own_or_noted,
    value,
)
from app.verifying.rows import About, Cell, Row, Wanted
from app.verifying.tables import Lines

ACTIVITIES = Wanted("activities")
CONTEXT = Wanted("skills", ("work_context",))
STYLES = Wanted("skills", ("work_style",))
VALUES = TABLES["onet_work_values"].wanted

OF_CONTEXT = {"CXP": "CX", "CTP": "CT"}
"""Scale of the shares of a work context → the scale of its mean, which its item names."""
MEANS = {"IM": "importance", "RT": "relevance"}
"""Scale of a task's mean → where it is answered."""
IDS = r"dwa (element )?id"
TITLES = r"dwa (title|element name)"

Texts = Mapping[tuple[str, str], str]
"""Code and id of a task → its words."""


def tasks(lines: Lines) -> dict[tuple[str, str], str]:
    """Return code and id → words of each task."""
    return {
        (onet_code(code), text(task)): text(said)
        for _, _, code, task, said in lines.select(SOC_CODE, "task id", "task")
    }


def titles(lines: Lines) -> dict[str, str]:
    """Return id → title of each detailed work activity."""
    return {text(its): text(title) for _, _, its, title in lines.select(IDS, TITLES)}


def context_names(lines: Lines) -> dict[tuple[str, str, int], str]:
    """Return element, scale and category → its words."""
    return {
        (text(element), text(scale), WHOLE(category).value): text(meaning)
        for _, _, element, scale, category, meaning in lines.select("element id", *CATEGORY_COLUMNS)
    }


def task_ratings(lines: Lines, texts: Texts, named: Mapping[tuple[str, int], str]) -> Iterator[Row]:
    """Yield lines of importance, relevance and frequency. ``named``: scale and category → words."""
    said = {"date": ("rated", COLLECTED["date"][1])}
    said["domain source"] = ("rated_by", COLLECTED["domain source"][1])
    noted = columns_of(lines, {name: (at, own_or_noted(rule)) for name, (at, rule) in said.items()})
    under = {scale: estimates(lines, f"{name}_estimate") for scale, name in MEANS.items()}
    of_share = estimates(lines, "estimate")
    for row, cells, code, task, scale_cell, category, raw, suppress in lines.select(
        SOC_CODE, "task id", "scale id", "category", "data value", "recommend suppress"
    ):
        key = (onet_code(code), text(task))
        if key not in texts:
            continue  # ``not_a_task`` counts these
        scale, its = text(scale_cell), value(raw, given(suppress) == "Y")
        if scale in MEANS:
            found = [Cell("Data Value", raw, (MEANS[scale],), its)]
            found += [column.cell(cells) for column in under[scale]]
        elif scale == "FT" and not named:
            continue  # nor does a release have them that lacks the names of the categories
        elif scale == "FT":
            number = WHOLE(category).value
            place = ("frequency", number)
            found = _share(place, named.get((scale, number)), raw, its)
            found += [cell.under(place) for cell in (column.cell(cells) for column in of_share)]
        else:
            unknown = Expected(Unreadable("none of IM, RT and FT"))
            found = [Cell("Scale ID", scale, ("importance",), unknown)]
        found += [column.cell(cells) for column in noted]
        yield Row(TASKS, (*key, texts[key]), lines.sheet, row, found, keys=3, shared=True)


def _share(
    place: tuple[str | int, ...], meaning: str | None, raw: Any, its: Expected
) -> list[Cell]:
    """Return the cells of a share of people: its percent, and the words of its category."""
    return [
        Cell("Data Value", raw, (*place, "percent"), its),
        Cell("Category", place[-1], (*place, "category"), Expected(place[-1])),
        Cell("Category", meaning, (*place, "name"), Expected(meaning), counted=False),
    ]


def task_activities(lines: Lines, texts: Texts, known: Mapping[str, str]) -> Iterator[Row]:
    """Yield lines of a task and an activity: for the activity, and for the task if it is stated.

    ``known``: id → title. The cells are counted once.
    """
    own = lines.column(TITLES) is not None
    said = columns_of(lines, COLLECTED)
    for row, cells, code, task, its, title in lines.select(SOC_CODE, "task id", IDS, TITLES):
        key, activity = (onet_code(code), text(task)), text(its)
        if not (own or known):
            continue
        stated = Expected(text(title) if own else known.get(activity))
        source = [column.cell(cells) for column in said]
        place: tuple[str | int, ...] = ("tasks", key[1])
        found = [
            Cell("Task ID", task, (*place, "id"), Expected(key[1])),
            Cell("DWA ID", its, ("activity_id",), Expected(activity)),
            Cell("DWA Title", title, ("title",), stated, counted=own),
            *(cell.under(place) for cell in source),
        ]
        yield Row(ACTIVITIES, (key[0], activity), lines.sheet, row, found, shared=True)
        if key not in texts:
            continue
        place = ("activities", activity)
        found = [
            Cell("DWA ID", its, (*place, "id"), Expected(activity), counted=False),
            Cell("DWA Title", title, (*place, "title"), stated, counted=False),
            *(cell.under(place)._replace(counted=False) for cell in source),
        ]
        yield Row(TASKS, (*key, texts[key]), lines.sheet, row, found, keys=0, shared=True)


def not_a_task(lines: Lines, texts: Texts) -> Iterator[str]:
    """Say how many lines are about tasks that the release's Task Statements lack."""
    keys = ((onet_code(code), text(task)) for _, _, code, task in lines.select(SOC_CODE, "task id"))
    if count := sum(key not in texts for key in keys):
        yield f"{count:,} lines are about tasks that the release's Task Statements lack"


def activity_rows(lines: Lines) -> Iterator[About]:
    """Yield the title of each detailed work activity, which its items and its tasks must have."""
    for row, _, its, title in lines.select(IDS, TITLES):
        activity = text(its)
        of_task = ("activities", activity)
        for wanted, where, at, under in (
            (ACTIVITIES, ("activity_id", activity), ("activity_id",), ()),
            (TASKS, of_task, (*of_task, "id"), of_task),
        ):
            counted = wanted is ACTIVITIES
            cells = [
                Cell("DWA ID", its, at, Expected(activity), counted),
                Cell("DWA Title", title, (*under, "title"), words(title), counted),
            ]
            yield About(wanted, (where,), lines.sheet, row, cells)


def frequency_rows(lines: Lines) -> Iterator[About]:
    """Yield the words of each frequency, which every task that has it must have."""
    for row, _, _, category, meaning in lines.select(*CATEGORY_COLUMNS):
        number = WHOLE(category).value
        cell = Cell("Category Description", meaning, ("frequency", number, "name"), words(meaning))
        yield About(TASKS, (("frequency", number),), lines.sheet, row, [cell])


def context_rows(lines: Lines) -> Iterator[About]:
    """Yield the words of each answer to a question about work context."""
    for row, _, element, scale, category, meaning in lines.select("element id", *CATEGORY_COLUMNS):
        number = WHOLE(category).value
        cell = Cell("Category Description", meaning, ("categories", number, "name"), words(meaning))
        where = (
            ("element_id", text(element)),
            ("scale", OF_CONTEXT.get(text(scale))),
            ("categories", number),
        )
        yield About(CONTEXT, where, lines.sheet, row, [cell])


def work_context(lines: Lines, named: Mapping[tuple[str, str, int], str]) -> Iterator[Row]:
    """Yield means and shares. ``named``: element, scale and category → words."""
    columns = columns_of(lines, {"element name": ("name", words)})
    noted = {name: (path, own_or_noted(rule)) for name, (path, rule) in COLLECTED.items()}
    columns += columns_of(lines, noted)
    of_mean, of_share = estimates(lines, "value_estimate"), estimates(lines, "estimate")
    relevant = columns_of(lines, {"not relevant": ("not_relevant", yes_no)})[0]
    for row, cells, code, element_cell, scale_cell, category, raw, suppress in lines.select(
        *(SOC_CODE, "element id", "scale id", "category", "data value", "recommend suppress")
    ):
        element, scale = text(element_cell), text(scale_cell)
        its = value(raw, given(suppress) == "Y")
        if scale in OF_CONTEXT and not named:
            continue
        if scale in OF_CONTEXT:
            number = WHOLE(category).value
            place = ("categories", number)
            found = _share(place, named.get((element, scale, number)), raw, its)
            found += [cell.under(place) for cell in (column.cell(cells) for column in of_share)]
        elif scale in OF_CONTEXT.values():
            found = [Cell("Data Value", raw, ("value",), its)]
            found += [column.cell(cells) for column in of_mean]
        else:
            unknown = Expected(Unreadable("none of CX, CXP, CT and CTP"))
            found = [Cell("Scale ID", scale, ("scale",), unknown)]
        found += [column.cell(cells) for column in columns]
        if given(relevant.cell(cells).raw) is not None:
            found.append(relevant.cell(cells))
        key = (onet_code(code), element, OF_CONTEXT.get(scale, scale))
        yield Row(CONTEXT, key, lines.sheet, row, found, keys=3, shared=True)


def work_styles(lines: Lines) -> Iterator[Row]:
    """Yield importance, or impact and rank."""
    columns = columns_of(lines, {"element name": ("name", words), **COLLECTED})
    under = {name: estimates(lines, f"{name}_estimate") for name in ("importance", "value")}
    for row, cells, code, element, scale, raw, suppress in lines.select(
        SOC_CODE, "element id", "scale id", "data value", "recommend suppress"
    ):
        path = "importance" if text(scale) == "IM" else "value"
        key = (onet_code(code), text(element), None if path == "importance" else text(scale))
        found = [Cell("Data Value", raw, (path,), value(raw, given(suppress) == "Y"))]
        found += [column.cell(cells) for column in (*under[path], *columns)]
        yield Row(STYLES, key, lines.sheet, row, found, keys=3)


def tools_and_technology(lines: Lines) -> Iterator[Row]:
    """Yield tools and software of a release that has both in one file."""
    its = TABLES["onet_tools"]
    columns = columns_of(
        lines, {f"(t2 )?{n}" if n == "example" else n: c for n, c in its.columns.items()}
    )
    hot = columns_of(lines, {"hot technology": ("hot", yes_no)})[0]
    for row, cells, soc_code, which in lines.select(SOC_CODE, "t2 type"):
        wanted = {"tools": TOOLS, "technology": TECHNOLOGIES}.get(text(which).lower(), TOOLS)
        found = [column.cell(cells) for column in (*columns, hot)]
        values = {cell.path[0]: cell.expected.value for cell in found}
        key = (onet_code(soc_code), wanted.kinds[0], values["commodity_code"], values["name"])
        kind = {"tools": "tool"}.get(text(which).lower(), text(which).lower())
        found.append(Cell("T2 Type", which, ("kind",), Expected(kind)))
        yield Row(wanted, key, lines.sheet, row, found)


def scale_rows(lines: Lines, wanted: set[Wanted]) -> Iterator[About]:
    """Yield the bounds of each scale, which every value on it states."""
    for row, _, scale_cell, least, most in lines.select("scale id", "minimum", "maximum"):
        scale = text(scale_cell)
        where: tuple[tuple[str, Any], ...] = (("scale", scale),)
        about = [(one, where, "value_scale") for one in (CONTEXT, STYLES, VALUES)]
        if scale == "IM":
            about = [(TASKS, (), "importance_scale")]
            about += [(STYLES, (("scale", None),), "importance_scale")]
        ends = (("Minimum", least, "min"), ("Maximum", most, "max"))
        for its, where, under in about:
            cells = [
                # The skills of the release count the bounds of importance.
                Cell(name, raw, (under, end), Expected(NUMBER(raw).value), counted=scale != "IM")
                for name, raw, end in ends
            ]
            if its in wanted:
                yield About(its, where, lines.sheet, row, cells)
