"""How a cell of an O*NET file is read. A blank or ``n/a`` is None."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from app.importers.reading.cells import BadCell, number, text, text_or_none

CODE = re.compile(r"\d\d-\d{4}\.\d\d")
MONTH = re.compile(r"(0?[1-9]|1[0-2])/((?:19|20)\d\d)")

Read = Callable[[Any], Any]


def value_or_none(cell: Any) -> float | None:
    """Return a number as it stands."""
    if isinstance(cell, float):
        return cell
    found = text_or_none(cell)
    return None if found is None else float(number(found))


def value(cell: Any) -> float:
    """Return a number as it stands. Raises ``BadCell`` if there is none."""
    found = value_or_none(cell)
    if found is None:
        raise BadCell("blank")
    return found


def count(cell: Any) -> int | None:
    """Return a whole number from 0."""
    found = text_or_none(cell)
    if found is None:
        return None
    exact = number(found)
    if exact != exact.to_integral_value() or exact < 0:
        raise BadCell(f"{cell!r} is no whole number from 0")
    return int(exact)


def month(cell: Any) -> str | None:
    """Return MM/YYYY, or a workbook's date, as YYYY-MM."""
    if isinstance(cell, date):
        return f"{cell:%Y-%m}"
    found = text_or_none(cell)
    if found is None:
        return None
    parts = MONTH.fullmatch(found)
    if parts is None:
        raise BadCell(f"{found!r} is no month: MM/YYYY")
    return f"{parts[2]}-{parts[1]:0>2}"


def code(cell: Any) -> str:
    """Return an O*NET-SOC code as this API writes it: 11-9111 for 11-9111.00, and 15-1299.08."""
    found = text(cell)
    if not CODE.fullmatch(found):
        raise BadCell(f"{found!r} is no O*NET-SOC code: NN-NNNN.NN")
    return found.removesuffix(".00")


def origin(cell: Any) -> str | None:
    """Return the publisher's two-digit codes of sources: 02,04. A workbook may hold 8.0 for 08."""
    found = text_or_none(cell)
    return found.zfill(2) if isinstance(cell, float) and found else found


def one_of(known: Mapping[str | None, Any]) -> Read:
    """Return a reader that translates the publisher's words to ours."""

    def read(cell: Any) -> Any:
        found = text_or_none(cell)
        if found not in known:
            raise BadCell(f"{found!r} is none of {', '.join(word for word in known if word)}")
        return known[found]

    return read


flag = one_of({"Y": True, "N": False, None: None})
"""Y is True, N is False."""
