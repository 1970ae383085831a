"""An application that answers the same documents, written as FastAPI's and SQLAlchemy's tutorials.

It has ORM classes with relationships loaded by ``selectinload``, plain ``def`` routes with a
session from a dependency, and response models. It makes items with our own functions, which saves
it work. It pages by offset, and has no cursors, sparse fields, inherited figures or older periods:
occupations that need those are not compared.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException
from sqlalchemy import and_, create_engine, func, select
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    configure_mappers,
    relationship,
    selectinload,
    sessionmaker,
)

from app import marks
from app.api.queries.blocks import BLOCKS
from app.api.queries.identity import NOWHERE
from app.api.queries.occupation_items import (
    PROJECTION_COLUMNS,
    WAGE_COLUMNS,
    FigureParts,
    blank_item,
    education_figures,
    item_of,
    no_figures,
    projection_figures,
    wage_figures,
)
from app.api.schemas.occupations import OccupationPage, ProfileOut
from app.api.schemas.wages import WagePage
from app.api.schemas.words import KINDS
from app.database import models
from app.database.models.classifications import CURRENT
from app.database.publication_dates import publication_dates

engine = create_engine(
    os.environ["BENCH_DATABASE"],
    connect_args={"check_same_thread": False}
    if os.environ["BENCH_DATABASE"].startswith("sqlite")
    else {},
)
SessionLocal = sessionmaker(engine, autoflush=False)


class Base(DeclarativeBase):
    """The base of classes over our tables."""

    metadata = models.Base.metadata


TABLES = Base.metadata.tables


class Source(Base):
    """A publisher."""

    __table__ = TABLES["sources"]


class Release(Base):
    """A release of a publisher."""

    __table__ = TABLES["releases"]
    source: Mapped[Source] = relationship(lazy="joined")


class Part(Base):
    """The rows of a release for one dataset, period and area."""

    __table__ = TABLES["parts"]
    publication: Mapped[Release] = relationship(lazy="joined")

    @property
    def release(self) -> str:
        """The release's id in the API."""
        name: str = self.publication.name  # type: ignore[attr-defined]
        return name

    @property
    def source(self) -> str:
        """The id of the release's source."""
        name: str = self.publication.source_id  # type: ignore[attr-defined]
        return name


class Content:
    """The relationship of every row of content."""

    part: Mapped[Part]


ROWS: dict[str, type[Any]] = {
    name: type(
        name.title().replace("_", ""),
        (Content, Base),
        {
            "__table__": TABLES[name],
            "part": relationship(
                Part,
                primaryjoin=TABLES[name].c.part_id == TABLES["parts"].c.id,
                foreign_keys=TABLES[name].c.part_id,
                viewonly=True,
                lazy="selectin",
            ),
        },
    )
    for name in BLOCKS
    if name != "related"
}


class Occupation(Base):
    """An occupation; the relationships to its blocks are added below."""

    __allow_unmapped__ = True

    __table__ = TABLES["occupations"]
    part: Mapped[Part] = relationship(
        primaryjoin="foreign(Occupation.part_id) == Part.id", viewonly=True, lazy="selectin"
    )
    above: Mapped[Occupation | None] = relationship(
        primaryjoin="foreign(Occupation.parent) == remote(Occupation.code)", viewonly=True
    )
    wages: Any
    every_wage: Any
    projections: Any
    related: Any
    children: Mapped[list[Occupation]] = relationship(
        primaryjoin="Occupation.code == foreign(remote(Occupation.parent))",
        order_by="Occupation.code",
        viewonly=True,
    )


class Related(Content, Base):
    """A related occupation."""

    __table__ = TABLES["related"]
    part: Mapped[Part] = relationship(lazy="selectin")
    occupation: Mapped[Occupation | None] = relationship(
        primaryjoin="foreign(Related.related_code) == Occupation.code", viewonly=True
    )


ROWS["related"] = Related
PARTS = TABLES["parts"].c


def rows_of(name: str, which: Any) -> Any:
    """Return the relationship to a block's rows of some parts; of wages to the nation's."""
    table = TABLES[name].c
    own = TABLES["occupations"].c["figures_code" if name in {"wages", "projections"} else "code"]
    wanted = select(PARTS.id).where(which, PARTS.dataset == name)
    if name == "wages":
        wanted = wanted.where(PARTS.area == "US", PARTS.industry == "000000")
    return relationship(
        ROWS[name],
        primaryjoin=and_(own == table.code, table.part_id.in_(wanted)),
        foreign_keys=table.code,
        order_by=table.position if BLOCKS[name].positioned else table.part_id,
        viewonly=True,
        uselist=True,
    )


for _name in ROWS:
    setattr(Occupation, _name, rows_of(_name, PARTS.latest))
Occupation.every_wage = rows_of("wages", PARTS.shown)


def get_db() -> Iterator[Session]:
    """Yield a session for a request."""
    db = SessionLocal()
    try:
        yield db
    finally:
        db.close()


Db = Annotated[Session, Depends(get_db)]
app = FastAPI()


configure_mappers()
# Created once, while the classes say how to load parts, releases and sources: options created for
# each request, or a chain of them for each block, cost twice as much.
WITH_EVERYTHING = [
    *(selectinload(getattr(Occupation, name)) for name in ROWS),
    selectinload(Occupation.related).selectinload(Related.occupation),
    selectinload(Occupation.children),
]
WITH_FIGURES = [selectinload(Occupation.wages), selectinload(Occupation.projections)]
WITH_EVERY_WAGE = [selectinload(Occupation.every_wage)]
WITH_WAGES = [selectinload(Occupation.wages)]


def items_of(code: str, name: str, rows: Iterable[Any]) -> list[dict[str, Any]]:
    """Return the items of rows in the order of our lists."""
    block = BLOCKS[name]

    def place(part: Any) -> tuple[Any, ...]:
        where = (part.area != "US", part.area, part.industry, part.ownership)
        tier = KINDS[name].index(part.kind) if name == "related" else part.kind
        return (tier, *where, part.release)

    parts = sorted({row.part for row in rows}, key=place)
    parts.sort(key=lambda part: part.period, reverse=True)
    parts.sort(key=lambda part: part.publication.source.rank)
    places = {part.id: n for n, part in enumerate(parts)}
    found = sorted(rows, key=lambda row: places[row.part_id])
    items = []
    for row in found:
        values = tuple(getattr(row, column) for column in block.columns)
        item = {"code": code, "inherited_from": None} | block.shape(values, row.part)
        if name == "related":
            item["related_title"] = row.occupation.title if row.occupation else None
        items.append(item)
    return items


def provenance(parts: Iterable[Part]) -> dict[str, Any]:
    """Return the releases of an answer."""
    releases: dict[str, Any] = {part.release: part.publication for part in parts}
    return {
        name: {
            "publisher": release.source.publisher,
            "dataset": release.source.dataset,
            "title": release.title,
            "period": release.period,
            "published": release.published
            or publication_dates().get((release.source_id, release.period)),
            "source_url": release.source_url,
            "licence": release.source.licence,
            "licence_url": release.source.licence_url,
            "attribution": release.source.attribution,
        }
        for name, release in sorted(releases.items())
    }


OF_OUR_CATALOG: dict[str, Any] = {
    "valid_from": "",
    "valid_to": None,
    "predecessors": [],
    "successors": [],
    "figures_at": NOWHERE,
    "notices": [],
    "continues": {"wages": None, "projections": None},
}
"""Keys of a profile that this application does not work out, and nobody compares."""


def reference(occupation: Any) -> dict[str, str]:
    """Return the reference to an occupation."""
    return {"code": occupation.code, "title": occupation.title, "level": occupation.level}


@app.get("/v1/occupations", response_model=OccupationPage, response_model_exclude_unset=True)
def list_occupations(db: Db, limit: int = 50, offset: int = 0) -> Any:
    """Return a page of detailed occupations with their figures."""
    table = TABLES["occupations"].c
    detailed = select(Occupation).where(
        table.level == "detailed", table.classification_id == CURRENT
    )
    total = db.scalar(select(func.count()).select_from(detailed.subquery()))
    found: list[Any] = list(
        db.scalars(detailed.order_by(table.code).offset(offset).limit(limit).options(*WITH_FIGURES))
    )
    items, used = [], []
    for occupation in found:
        wages = [w for w in occupation.wages if w.part.publication.source_id == "bls-oews"]
        projections = [
            p for p in occupation.projections if p.part.publication.source_id == "bls-ep"
        ]
        wage, projection = (rows[0] if rows else None for rows in (wages, projections))
        parts = [row and row.part for row in (wage, projection, projection)]
        absent = no_figures(
            FigureParts(*parts, *[marks.NOT_PUBLISHED_MARK] * 3),  # type: ignore[arg-type]
            military=False,
        )
        figures = [
            make([getattr(row, name) for name in (*columns, "marks")], row.part, {}) if row else no
            for make, row, columns, no in zip(
                (wage_figures, projection_figures, education_figures),
                (wage, projection, projection),
                (WAGE_COLUMNS, PROJECTION_COLUMNS, PROJECTION_COLUMNS),
                absent,
                strict=True,
            )
        ]
        occupation.release = occupation.part.release
        occupation.classification = occupation.classification_id
        items.append(item_of(occupation, blank_item(occupation, NOWHERE), "US", *figures))
        used += [occupation.part, *(p for p in parts[:2] if p)]
    following = f"/v1/occupations?limit={limit}&offset={offset + limit}"
    return {
        "items": items,
        "total": total,
        "limit": limit,
        "next": following if offset + limit < (total or 0) else None,
        "next_cursor": None,
        "releases": provenance(used),
        "unknown_codes": [],
        "left_out": None,
        "notices": [],
    }


@app.get("/v1/occupations/{code}", response_model=ProfileOut, response_model_exclude_unset=True)
def get_occupation(code: str, db: Db) -> Any:
    """Return one occupation with all blocks."""
    occupation: Any = db.get(Occupation, code, options=WITH_EVERYTHING)
    if occupation is None:
        raise HTTPException(404, "Unknown occupation")
    blocks = {name: items_of(code, name, getattr(occupation, name)) for name in BLOCKS}
    ancestors: list[dict[str, str]] = []
    above = occupation.above
    while above is not None:
        ancestors.insert(0, reference(above))
        above = above.above
    used = [occupation.part, *(row.part for name in BLOCKS for row in getattr(occupation, name))]
    return {
        **reference(occupation),
        "slug": occupation.slug,
        "parent": occupation.parent,
        "classification": occupation.classification_id,
        "current": occupation.current,
        **OF_OUR_CATALOG,
        "ancestors": ancestors,
        "children": [reference(child) for child in occupation.children],
        "release": occupation.part.release,
        "marks": {name: marks.NOT_PUBLISHED_MARK for name, rows in blocks.items() if not rows},
        **blocks,
        "releases": provenance(used),
    }


@app.get("/v1/occupations/{code}/wages", response_model=WagePage, response_model_exclude_unset=True)
def list_wages(code: str, db: Db, period: str = "latest", limit: int = 50) -> Any:
    """Return the wages of one occupation, of the latest or of all periods."""
    every = period == "all"
    occupation: Any = db.get(Occupation, code, options=WITH_EVERY_WAGE if every else WITH_WAGES)
    if occupation is None:
        raise HTTPException(404, "Unknown occupation")
    rows = occupation.every_wage if every else occupation.wages
    items = items_of(code, "wages", rows)
    return {
        "items": items[:limit],
        "total": len(items),
        "limit": limit,
        "next": None,
        "next_cursor": None,
        "releases": provenance(row.part for row in rows),
        "absent": None,
        "figures_at": NOWHERE,
        "continues": {"earlier": [], "later": []} if every else None,
    }
