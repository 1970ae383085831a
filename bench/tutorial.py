"""The same documents as the framework's and SQLAlchemy's tutorials teach to make them.

ORM classes with relationships loaded by ``selectinload``, plain ``def`` routes with a session that
a dependency yields, and response models. Rows become items by the functions that our own answers
use, which spares this application work rather than adding some. It pages by offset, and knows no
cursors, sparse fields, inheritance of figures or older periods: occupations that need those are
left out of the comparison.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from typing import Annotated, Any

from fastapi import Depends, FastAPI, HTTPException
from sqlalchemy import create_engine, func, select
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    joinedload,
    relationship,
    selectinload,
    sessionmaker,
)

from app import marks, models
from app.queries.blocks import BLOCKS
from app.queries.occupations import PROJECTION_COLUMNS, WAGE_COLUMNS, FigureParts, item_of
from app.schemas.figures import WagePage
from app.schemas.occupations import OccupationPage, ProfileOut

engine = create_engine(
    os.environ["BENCH_DATABASE"],
    connect_args={"check_same_thread": False}
    if os.environ["BENCH_DATABASE"].startswith("sqlite")
    else {},
)
SessionLocal = sessionmaker(engine, autoflush=False)


class Base(DeclarativeBase):
    """Classes over the tables that are there."""

    metadata = models.Base.metadata


TABLES = Base.metadata.tables


class Source(Base):
    """Who publishes."""

    __table__ = TABLES["sources"]


class Release(Base):
    """A publication."""

    __table__ = TABLES["releases"]
    source: Mapped[Source] = relationship()


class Part(Base):
    """The rows of a release that are shown together."""

    __table__ = TABLES["parts"]
    publication: Mapped[Release] = relationship()

    @property
    def release(self) -> str:
        """The release's public id."""
        name: str = self.publication.name  # type: ignore[attr-defined]
        return name


class Content:
    """What every content row has."""

    part: Mapped[Part]


ROWS: dict[str, type[Any]] = {
    name: type(
        name.title().replace("_", ""),
        (Content, Base),
        {"__table__": TABLES[name], "part": relationship(Part)},
    )
    for name in BLOCKS
    if name != "related"
}


class Occupation(Base):
    """An occupation with everything about it."""

    __table__ = TABLES["occupations"]
    part: Mapped[Part] = relationship(
        primaryjoin="foreign(Occupation.part_id) == Part.id", viewonly=True
    )
    above: Mapped[Occupation | None] = relationship(
        primaryjoin="foreign(Occupation.parent) == remote(Occupation.code)", viewonly=True
    )
    children: Mapped[list[Occupation]] = relationship(
        primaryjoin="Occupation.code == foreign(remote(Occupation.parent))",
        order_by="Occupation.code",
        viewonly=True,
    )


class Related(Content, Base):
    """An occupation like another."""

    __table__ = TABLES["related"]
    part: Mapped[Part] = relationship(Part)
    occupation: Mapped[Occupation | None] = relationship(
        primaryjoin="foreign(Related.related_code) == Occupation.code", viewonly=True
    )


ROWS["related"] = Related
for _name, _row in ROWS.items():
    _own = TABLES["occupations"].c["figures_code" if _name in {"wages", "projections"} else "code"]
    setattr(
        Occupation,
        _name,
        relationship(
            _row,
            primaryjoin=_own == TABLES[_name].c.code,
            foreign_keys=TABLES[_name].c.code,
            order_by=TABLES[_name].c.position if BLOCKS[_name].positioned else None,
            viewonly=True,
            uselist=True,
        ),
    )


def get_db() -> Iterator[Session]:
    """Lend a session to a request."""
    db = SessionLocal()
    try:
        yield db
    finally:
        db.close()


Db = Annotated[Session, Depends(get_db)]
app = FastAPI()


def with_rows(name: str, which: Any) -> Any:
    """Load a block's rows of some parts with their parts, releases and sources."""
    row = ROWS[name]
    wanted = select(Part.id).where(which, TABLES["parts"].c.dataset == name)  # type: ignore[attr-defined]
    if name == "wages":
        parts = TABLES["parts"].c
        wanted = wanted.where(parts.area == "US", parts.industry == "000000")
    loading = selectinload(getattr(Occupation, name).and_(row.part_id.in_(wanted)))
    where_from = joinedload(row.part).joinedload(Part.publication).joinedload(Release.source)
    loads = [where_from] if name != "related" else [where_from, selectinload(Related.occupation)]
    return loading.options(*loads)


def items_of(code: str, name: str, rows: Iterable[Any]) -> list[dict[str, Any]]:
    """Make items of rows, in the order of lists."""
    block = BLOCKS[name]

    def place(row: Any) -> tuple[Any, ...]:
        part = row.part
        return (part.kind, part.area != "US", part.area, part.industry, part.ownership)

    found = sorted(rows, key=lambda row: (*place(row), row.part.release))
    found.sort(key=lambda row: row.part.period, reverse=True)
    found.sort(key=lambda row: row.part.publication.source.rank)
    items = []
    for row in found:
        values = tuple(getattr(row, column) for column in block.columns)
        item = {"code": code, "inherited_from": None} | block.shape(values, row.part)
        if name == "related":
            item["related_title"] = row.occupation.title if row.occupation else None
        items.append(item)
    return items


def provenance(parts: Iterable[Part]) -> dict[str, Any]:
    """Give the releases of an answer."""
    releases: dict[str, Any] = {part.release: part.publication for part in parts}
    return {
        name: {
            "publisher": release.source.publisher,
            "dataset": release.source.dataset,
            "title": release.title,
            "period": release.period,
            "published": release.published,
            "source_url": release.source_url,
            "licence": release.source.licence,
            "licence_url": release.source.licence_url,
            "attribution": release.source.attribution,
        }
        for name, release in sorted(releases.items())
    }


def reference(occupation: Any) -> dict[str, str]:
    """Name an occupation."""
    return {"code": occupation.code, "title": occupation.title, "level": occupation.level}


@app.get("/v1/occupations", response_model=OccupationPage)
def list_occupations(db: Db, limit: int = 50, offset: int = 0) -> Any:
    """Give a page of detailed occupations with their figures."""
    table = TABLES["occupations"].c
    detailed = select(Occupation).where(table.level == "detailed")
    total = db.scalar(select(func.count()).select_from(detailed.subquery()))
    latest = TABLES["parts"].c.latest
    found: list[Any] = list(
        db.scalars(
            detailed.order_by(table.code)
            .offset(offset)
            .limit(limit)
            .options(
                selectinload(Occupation.part).joinedload(Part.publication),
                with_rows("wages", latest),
                with_rows("projections", latest),
            )
        )
    )
    items, used = [], []
    for occupation in found:
        wages = [w for w in occupation.wages if w.part.publication.source_id == "bls-oews"]
        projections = [p for p in occupation.projections if p.part.publication.source_id == "bls-ep"]
        wage, projection = (rows[0] if rows else None for rows in (wages, projections))
        parts = FigureParts(wage and wage.part, projection and projection.part)
        values = [getattr(wage, name, None) for name in (*WAGE_COLUMNS, "marks")]
        values += [getattr(projection, name, None) for name in (*PROJECTION_COLUMNS, "marks")]
        occupation.release = occupation.part.release
        items.append(item_of(occupation, tuple(values), parts, "US"))
        used += [occupation.part, *(p for p in (parts.wage, parts.projection) if p)]
    following = f"/v1/occupations?limit={limit}&offset={offset + limit}"
    return {
        "items": items,
        "total": total,
        "limit": limit,
        "next": following if offset + limit < (total or 0) else None,
        "releases": provenance(used),
        "unknown_codes": [],
        "notices": [],
    }


@app.get("/v1/occupations/{code}", response_model=ProfileOut)
def get_occupation(code: str, db: Db) -> Any:
    """Give one occupation with everything."""
    latest = TABLES["parts"].c.latest
    loads = [with_rows(name, latest) for name in ROWS]
    occupation: Any = db.get(
        Occupation, code, options=[*loads, selectinload(Occupation.children)]
    )
    if occupation is None:
        raise HTTPException(404, "Unknown occupation")
    blocks = {name: items_of(code, name, getattr(occupation, name)) for name in BLOCKS}
    ancestors = []
    above = occupation.above
    while above is not None:
        ancestors.insert(0, reference(above))
        above = above.above
    used = [occupation.part, *(row.part for name in BLOCKS for row in getattr(occupation, name))]
    return {
        **reference(occupation),
        "slug": occupation.slug,
        "parent": occupation.parent,
        "ancestors": ancestors,
        "children": [reference(child) for child in occupation.children],
        "release": occupation.part.release,
        "marks": {name: marks.NOT_PUBLISHED_MARK for name, rows in blocks.items() if not rows},
        **blocks,
        "releases": provenance(used),
    }


@app.get("/v1/occupations/{code}/wages", response_model=WagePage)
def list_wages(code: str, db: Db, period: str = "latest", limit: int = 50) -> Any:
    """Give the wages of one occupation, of the newest or of all periods."""
    parts = TABLES["parts"].c
    loads = with_rows("wages", parts.shown if period == "all" else parts.latest)
    occupation: Any = db.get(Occupation, code, options=[loads])
    if occupation is None:
        raise HTTPException(404, "Unknown occupation")
    items = items_of(code, "wages", occupation.wages)
    return {
        "items": items[:limit],
        "total": len(items),
        "limit": limit,
        "next": None,
        "releases": provenance(row.part for row in occupation.wages),
    }
