"""What people in an occupation do and what it is called: duties, titles, skills, technologies."""

from __future__ import annotations

from sqlalchemy.orm import Mapped

from app.database.models.base import Base, Content


class Duty(Content, Base):
    """Something people in the occupation do."""

    __tablename__ = "duties"

    text: Mapped[str]
    kind: Mapped[str]  # common (article), core, supplemental, unrated, new, revision (O*NET)
    task_id: Mapped[str | None]
    original_task_id: Mapped[str | None]  # an emerging revision's task
    incumbents_responding: Mapped[int | None]
    write_in_total: Mapped[int | None]
    collected: Mapped[str | None]  # YYYY-MM
    domain_source: Mapped[str | None]


class Title(Content, Base):
    """A name that people use for the occupation."""

    __tablename__ = "titles"

    title: Mapped[str]
    kind: Mapped[str]  # job (article), direct_match, alternate, reported, example
    short_title: Mapped[str | None]
    featured: Mapped[bool | None]  # publisher shows it as an example of the occupation
    origin: Mapped[str | None]  # the publisher's codes of where it got the title


class Skill(Content, Base):
    """A skill, knowledge area, ability or work activity, with the publisher's ratings of it."""

    __tablename__ = "skills"

    name: Mapped[str]
    kind: Mapped[str]  # skill, knowledge, ability, work_activity
    element_id: Mapped[str | None]
    importance: Mapped[float | None]
    importance_n: Mapped[int | None]
    importance_se: Mapped[float | None]
    importance_lower: Mapped[float | None]
    importance_upper: Mapped[float | None]
    importance_suppress: Mapped[bool | None]
    level: Mapped[float | None]
    level_n: Mapped[int | None]
    level_se: Mapped[float | None]
    level_lower: Mapped[float | None]
    level_upper: Mapped[float | None]
    level_suppress: Mapped[bool | None]
    not_relevant: Mapped[bool | None]
    collected: Mapped[str | None]
    domain_source: Mapped[str | None]


class Technology(Content, Base):
    """Software or equipment used in the occupation."""

    __tablename__ = "technologies"

    name: Mapped[str]
    category: Mapped[str]
    commodity_code: Mapped[str]
    hot: Mapped[bool | None]
    in_demand: Mapped[bool | None]


class Interest(Content, Base):
    """How well an occupational interest (RIASEC) describes the occupation."""

    __tablename__ = "interests"

    name: Mapped[str]
    element_id: Mapped[str]
    scale: Mapped[str]  # OI, IH
    value: Mapped[float]
    collected: Mapped[str | None]
    domain_source: Mapped[str | None]
