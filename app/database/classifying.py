"""Which classification an occupation's code belongs to, and whether it is current."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from app.database.crosswalks import OCCUPATIONAL
from app.database.models import Classification, Entry, Part, Projection, Release, Wage
from app.database.models.classifications import CURRENT as SOC
from app.database.models.occupations import ALL_INDUSTRIES, ALL_OWNERSHIPS

MATRIX = "nem-2022"
"""The codes that the survey and the projections share and the SOC 2018 has not."""
TOTAL = "00-0000"

CODED_IN: dict[str, tuple[tuple[str, str], ...]] = {
    "bls-oews": (
        ("2021-05", SOC),
        ("2019-05", "oews-2019"),
        ("2010-05", "soc-2010"),
        ("", "soc-2000"),
    ),
    "bls-ep": (("2020", SOC), ("2019", "oews-2019"), ("2010", "soc-2010"), ("", "soc-2000")),
    "onet": (("2020-11", SOC), ("2010", "soc-2010"), ("", "soc-2000")),
}
"""Source → from which period on its releases use the codes of which classification."""
FINER: dict[str, str] = {SOC: "onet-soc-2019", "soc-2010": "onet-soc-2010"}
"""SOC → the classification of O*NET that divides it."""
IN_FORCE = frozenset({SOC, MATRIX, "onet-soc-2019"})
"""Classifications that the newest releases use."""
OLD = frozenset({"soc-2010", "soc-2000", "onet-soc-2010"})
"""Classifications that the SOC 2018 replaced."""


class Classifying:
    """Tells classification and currency of codes, from all entries that are shown.

    A code of the SOC 2018 is one for ever. Any other belongs to the first classification by rank
    whose list has it; if no list is loaded, to the one that its source used when it used it last.
    It is current if the newest national wages, the newest projections or the newest O*NET release
    use it, and it is of no SOC that was replaced. As long as the SOC 2018 is not loaded whole,
    nothing else can tell that a code is none of it.
    """

    def __init__(
        self,
        connection: Connection,
        shown: ColumnElement[bool],
        entries: Mapping[str, Sequence[Any]],
    ) -> None:
        self._entries = entries
        soc = {code for code, its in entries.items() if any(e.source == "soc" for e in its)}
        self._soc = soc | {TOTAL}
        self._whole = any(
            e.source == "soc" and not e.excerpt for its in entries.values() for e in its
        )
        self._known = _codes_of_classifications(connection, shown)
        self._newest = _newest_codes(connection, shown)
        onet = [e.period for its in entries.values() for e in its if e.source == "onet"]
        self._newest_onet = max(onet, default="")

    def __call__(self, code: str) -> tuple[str, bool]:
        """Return a code's classification, and whether it is current."""
        its = self._entries[code]
        if code in self._soc:
            return SOC, True
        finer = its[0].level == "onet"
        used = self._used(max(its, key=lambda e: (e.period[:4], e.source)), finer=finer)
        classification = used if used == MATRIX else self._listed(code) or used
        newest = self._is_newest(code, finer=finer)
        if not self._whole:
            return classification, used in IN_FORCE or newest
        return classification, used not in OLD and newest

    def _used(self, entry: Any, *, finer: bool) -> str:
        """Return the classification that an entry's source used in its period."""
        coded = CODED_IN.get(entry.source, (("", SOC),))
        used = next(name for since, name in coded if entry.period >= since)
        if finer:
            return FINER.get(used, used)
        return MATRIX if used == SOC and self._whole else used

    def _listed(self, code: str) -> str | None:
        """Return the first classification by rank whose list, if loaded, has the code."""
        return next((name for name, codes in self._known.items() if code in codes), None)

    def _is_newest(self, code: str, *, finer: bool) -> bool:
        if not finer:
            return code in self._newest
        its = self._entries[code]
        return any(e.source == "onet" and e.period == self._newest_onet for e in its)


def _codes_of_classifications(
    connection: Connection, shown: ColumnElement[bool]
) -> dict[str, set[str]]:
    """Return each classification of occupations with its codes, in the order of their ranks."""
    query = (
        select(Classification.id)
        .where(Classification.system.in_(OCCUPATIONAL), Classification.id != SOC)
        .order_by(Classification.rank)
    )
    found: dict[str, set[str]] = {name: set() for name in connection.execute(query).scalars()}
    codes = (
        select(Part.classification_id, Entry.code)
        .join(Part, Part.id == Entry.part_id)
        .where(shown, Part.classification_id.in_(found))
    )
    for name, code in connection.execute(codes):
        found[name or ""].add(code)
    return found


def _newest_codes(connection: Connection, shown: ColumnElement[bool]) -> set[str]:
    """Return the codes of the newest national wages and of the newest projections.

    An excerpt, which has few of them, counts only where nothing else is loaded.
    """
    wages = (
        *(Part.area == "US", Part.industry == ALL_INDUSTRIES),
        *(Part.ownership == ALL_OWNERSHIPS, Release.source_id == "bls-oews"),
    )
    found: set[str] = set()
    for model, narrowed in ((Wage, wages), (Projection, (Release.source_id == "bls-ep",))):
        newest = (
            select(Part.id)
            .join(Release, Release.id == Part.release_id)
            .where(shown, Part.dataset == model.__tablename__, *narrowed)
            .order_by(Release.excerpt, Part.period.desc())
            .limit(1)
        )
        found.update(
            connection.execute(select(model.code).where(model.part_id.in_(newest))).scalars()
        )
    return found
