"""Occupations, areas and industries: what figures are about."""

from __future__ import annotations

from sqlalchemy import true
from sqlalchemy.orm import Mapped, mapped_column

from app.database.models.base import Base, Content

NATION = "US"
"""Our code of the whole nation."""
ALL_INDUSTRIES = "000000"
ALL_OWNERSHIPS = "1235"
"""The survey's codes of all industries, and of all ownerships, together."""
SECTORS = {
    **dict.fromkeys(("31", "32", "33"), "31-33"),
    **dict.fromkeys(("44", "45"), "44-45"),
    **dict.fromkeys(("48", "49"), "48-49"),
}
"""Number of a sector that takes several → the sector's code. Files by sector have the first."""

BY_OWNER = frozenset({"000001", "999001", "999101", "999201", "999301"})
"""Codes of all industries of one owner together."""

_STATES = """
    01 AL Alabama/02 AK Alaska/04 AZ Arizona/05 AR Arkansas/06 CA California/08 CO Colorado/
    09 CT Connecticut/10 DE Delaware/11 DC District of Columbia/12 FL Florida/13 GA Georgia/
    15 HI Hawaii/16 ID Idaho/17 IL Illinois/18 IN Indiana/19 IA Iowa/20 KS Kansas/21 KY Kentucky/
    22 LA Louisiana/23 ME Maine/24 MD Maryland/25 MA Massachusetts/26 MI Michigan/27 MN Minnesota/
    28 MS Mississippi/29 MO Missouri/30 MT Montana/31 NE Nebraska/32 NV Nevada/33 NH New Hampshire/
    34 NJ New Jersey/35 NM New Mexico/36 NY New York/37 NC North Carolina/38 ND North Dakota/
    39 OH Ohio/40 OK Oklahoma/41 OR Oregon/42 PA Pennsylvania/44 RI Rhode Island/
    45 SC South Carolina/46 SD South Dakota/47 TN Tennessee/48 TX Texas/49 UT Utah/50 VT Vermont/
    51 VA Virginia/53 WA Washington/54 WV West Virginia/55 WI Wisconsin/56 WY Wyoming/
    60 AS American Samoa/66 GU Guam/69 MP Northern Mariana Islands/72 PR Puerto Rico/
    78 VI Virgin Islands"""
STATES: dict[str, tuple[str, str]] = {
    fips: (state, name) for fips, state, name in (one.split(None, 2) for one in _STATES.split("/"))
}
"""FIPS code of a state or territory → postal abbreviation, name (ANSI INCITS 38)."""
POSTAL = {fips: state for fips, (state, _) in STATES.items()}
"""FIPS code of a state or territory → postal abbreviation."""
TERRITORIES = frozenset({"60", "66", "69", "72", "78"})
"""FIPS codes of the territories among them."""


def industry_level(naics: str) -> str:
    """Return the level of an industry's code, for a file without such a column."""
    if naics == ALL_INDUSTRIES:
        return "cross-industry"
    if naics in BY_OWNER:
        return "cross-industry, ownership"
    if len(naics) <= 2 or "-" in naics:
        return "sector"
    # 3250A1 stands for several of four digits.
    return f"{len(naics.rstrip('0')) if naics.isdigit() else 4}-digit"


class Area(Base):
    """A place that wages are given for; derived from the entries of the newest release shown."""

    __tablename__ = "areas"

    code: Mapped[str] = mapped_column(primary_key=True)  # US, CA, 31080
    name: Mapped[str]
    level: Mapped[str]  # nation, state, territory, metropolitan, nonmetropolitan
    publisher_code: Mapped[str]  # 99, 06, 31080, as in the file
    state: Mapped[str | None]  # postal abbreviation of the (first) state


class Industry(Base):
    """An industry that wages are given for (NAICS, and the survey's own groups)."""

    __tablename__ = "industries"

    code: Mapped[str] = mapped_column(primary_key=True)  # 000000, 622000, 31-330
    title: Mapped[str]
    level: Mapped[str]  # cross-industry, sector, 3-digit, 4-digit …


class Occupation(Base):
    """An occupation of the SOC or one that a survey or O*NET adds; derived from the entries shown.

    ``figures_code`` is the code that wages and projections stand under: a finer O*NET-SOC
    occupation has those of its SOC parent. ``current``: it is in force in the newest releases; a
    retired one answers by its code only.
    """

    __tablename__ = "occupations"

    code: Mapped[str] = mapped_column(primary_key=True)
    title: Mapped[str]
    slug: Mapped[str] = mapped_column(unique=True)
    level: Mapped[str] = mapped_column(index=True)  # total, major, minor, broad, detailed, onet
    parent: Mapped[str | None] = mapped_column(index=True)
    figures_code: Mapped[str]
    part_id: Mapped[int]  # the entry's part that gave the title
    classification_id: Mapped[str] = mapped_column(server_default="soc-2018")
    current: Mapped[bool] = mapped_column(server_default=true())


class Address(Base):
    """A slug that leads to an occupation, for ever; ``current``: it is the occupation's own now."""

    __tablename__ = "addresses"

    slug: Mapped[str] = mapped_column(primary_key=True)
    code: Mapped[str]
    classification_id: Mapped[str]
    current: Mapped[bool]


class Entry(Content, Base):
    """An occupation as one release names it; ``parent`` null means: by the code.

    In a part of a classification: a code of it, with its title.
    """

    __tablename__ = "entries"

    title: Mapped[str]
    level: Mapped[str]
    parent: Mapped[str | None]
    uri: Mapped[str | None]  # the publisher's address of it: ESCO


class Description(Content, Base):
    """What the occupation is: an official definition, a summary, or how it differs from another."""

    __tablename__ = "descriptions"

    kind: Mapped[str]  # definition, summary, distinction, pay, outlook, advice
    text: Mapped[str]


class Workplace(Content, Base):
    """Where people in the occupation work."""

    __tablename__ = "workplaces"

    name: Mapped[str]
