"""Looks for answers that contradict themselves, and for columns that may change what rows mean.

The rules are written here a second time, from the publishers' descriptions: percentiles are in
order, a year has 2,080 hours, a change is target less base, a rating is on its scale.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import pairwise
from typing import Any

from app.verifying.answers import Answers, Item, Key
from app.verifying.tables import Lines

POINTS = ("p10", "p25", "median", "p75", "p90")
SILENT = re.compile(
    "naics_title|i_group"
    "|employment distribution.*|employment / percent distribution.*|job openings due to growth.*"
    "|education code|workex code|trcode|related occupational outlook.*"
)
"""Columns that the API does not answer and that change no figure."""
DIMENSION = re.compile(
    "state|area|county|counties|metro|cbsa|region|location|geo|territory|province|jurisdiction"
    "|postal|naics|industry|sector|owner|worker|year|period|vintage"
    r"|\b(st|fips|msa|place|city|zip|country|sic|own|entity|yr|date|month|quarter)\b"
)
"""Words for places, industries, owners and years in a column's name."""


def _wage(item: Item) -> Iterator[str]:
    for basis in ("hourly", "annual"):
        top = [
            item["marks"].get(f"{basis}_{point}", {}).get("status") == "top_coded"
            for point in POINTS
        ]
        wages = [item[f"{basis}_{point}"] for point in POINTS]
        known = [
            (float("inf") if is_top else wage)
            for wage, is_top in zip(wages, top, strict=True)
            if is_top or wage is not None
        ]
        if any(one > other for one, other in pairwise(known)):
            yield f"{basis} percentiles are not in order: {wages}"
        if 0 in {*wages, item[f"{basis}_mean"]}:
            yield f"an {basis} wage is 0"
    for point in (*POINTS, "mean"):
        hour, year = item[f"hourly_{point}"], item[f"annual_{point}"]
        if hour and year and not 0.99 <= hour * 2080 / year <= 1.0102:
            yield f"{point}: {hour} an hour is not {year} a year"
    for share in ("percent_of_industry", "percent_reporting"):
        if (item[share] or 0) > 100:
            yield f"{share} is {item[share]}"


def _projection(item: Item) -> Iterator[str]:
    base, target, change = (item[n] for n in ("base_employment", "target_employment", "change"))
    if None not in {base, target, change} and abs(target - base - change) >= 200:
        yield f"{base} to {target} is no change of {change}"


def _rating(item: Item) -> Iterator[str]:
    for name in ("importance", "level", "value"):
        value, scale = item[name], item[f"{name}_scale"]
        # A value of 0 says that the occupation has no high point.
        none = name == "value" and item["scale"] == "VH" and value == 0
        outside = scale and value is not None and not scale["min"] <= value <= scale["max"]
        if outside and not none:
            yield f"{name} {value} is not from {scale['min']} to {scale['max']}"
    yield from _shares("categories", item["categories"])


def _duty(item: Item) -> Iterator[str]:
    value, scale, percent = item["importance"], item["importance_scale"], item["relevance"]
    if value is not None and scale and not scale["min"] <= value <= scale["max"]:
        yield f"importance {value} is not from {scale['min']} to {scale['max']}"
    if percent is not None and not 0 <= percent <= 100:
        yield f"relevance is {percent} %"
    yield from _shares("frequency", item["frequency"])


def _shares(name: str, entries: list[Item] | None) -> Iterator[str]:
    shares = [entry["percent"] for entry in entries or ()]
    if shares and None not in shares and abs(sum(shares) - 100) > 1:
        yield f"{name}: the shares add up to {sum(shares):g}"


CHECKS: dict[str, Callable[[Item], Iterator[str]]] = {
    "wages": _wage,
    "projections": _projection,
    "skills": _rating,
    "duties": _duty,
}
EMPLOYED = {"wages": "employment", "projections": "base_employment"}


def contradictions(answers: Answers) -> Iterator[tuple[Key, Item, str]]:
    """Yield key, item and fault of answers that contradict themselves or their groups."""
    name = answers.wanted.name
    check, employed = CHECKS.get(name), EMPLOYED.get(name, "")
    groups: dict[tuple[Any, ...], int] = {}
    for last in (False, True) if check else ():
        for key, place in answers.places.items():
            item = answers.item(place)
            code, persons = item["code"], item.get(employed)
            at = tuple(item.get(n) for n in ("area", "industry", "ownership"))
            if persons is not None and code.endswith("-0000"):
                groups[*at, code] = persons
            if not last or check is None:
                continue
            yield from ((key, item, why) for why in check(item))
            for group in (f"{code[:2]}-0000", "00-0000"):
                most = groups.get((*at, group))
                if persons is not None and most is not None and persons > most:
                    yield key, item, f"{persons} employed, more than the {most} of {group}"


def telling_columns(lines: Lines, unused: Iterable[str]) -> Iterator[tuple[int, str, str]]:
    """Yield row, name and cell of columns that nobody reads and that may tell rows apart."""
    places = {lines.names.index(name): name for name in unused if not SILENT.fullmatch(name)}
    first: dict[int, Any] = {}
    for row, cells in lines if places else ():
        for place, name in [*places.items()]:
            differs = first.setdefault(place, cells[place]) != cells[place]
            if differs or DIMENSION.search(name.replace("_", " ")):
                yield row, name, str(cells[place])
                del places[place]
