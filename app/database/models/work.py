"""What people in an occupation do, are called, know and use: duties, activities, titles, skills."""

from __future__ import annotations

from typing import Any

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
    importance: Mapped[float | None]
    importance_n: Mapped[int | None]
    importance_se: Mapped[float | None]
    importance_lower: Mapped[float | None]
    importance_upper: Mapped[float | None]
    importance_suppress: Mapped[bool | None]
    relevance: Mapped[float | None]  # percent of people
    relevance_n: Mapped[int | None]
    relevance_se: Mapped[float | None]
    relevance_lower: Mapped[float | None]
    relevance_upper: Mapped[float | None]
    relevance_suppress: Mapped[bool | None]
    frequency: Mapped[list[Any] | None]  # a list a category: category, percent, n … suppress
    rated: Mapped[str | None]  # YYYY-MM in which it was rated
    rated_by: Mapped[str | None]
    activities: Mapped[list[Any] | None]  # a list each: id, title, YYYY-MM, domain source


class Activity(Content, Base):
    """A detailed work activity of the occupation, with those of its tasks that belong to it."""

    __tablename__ = "activities"

    activity_id: Mapped[str]
    title: Mapped[str]
    tasks: Mapped[list[Any]]  # a list each: task id, YYYY-MM, domain source


class Title(Content, Base):
    """A name that people use for the occupation, or evidence of one: kinds index and employer."""

    __tablename__ = "titles"

    title: Mapped[str]
    kind: Mapped[str]  # job (article), direct_match, alternate, reported, example, index, employer
    short_title: Mapped[str | None]
    featured: Mapped[bool | None]  # publisher shows it as an example of the occupation
    origin: Mapped[str | None]  # the publisher's codes of where it got the title
    industries: Mapped[str | None]  # Census industry codes and words that it is restricted to
    n: Mapped[int | None]  # filings in which employers gave it this code


class Skill(Content, Base):
    """An element that describes the occupation, a skill say, with the publisher's ratings of it.

    Most are rated for importance and level. Others have a ``value`` on a ``scale`` of their own,
    and some also shares of people by category.
    """

    __tablename__ = "skills"

    name: Mapped[str]
    kind: Mapped[str]  # skill, knowledge, ability, work_activity, work_context, …
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
    scale: Mapped[str | None]  # CX, CT, EX, VH, WI, DR; null: importance and level
    value: Mapped[float | None]
    value_n: Mapped[int | None]
    value_se: Mapped[float | None]
    value_lower: Mapped[float | None]
    value_upper: Mapped[float | None]
    value_suppress: Mapped[bool | None]
    categories: Mapped[list[Any] | None]  # as a duty's frequency


class Technology(Content, Base):
    """Software or equipment used in the occupation; the part's kind says which.

    Their position is the order in which they are listed: those in demand, hot ones, the others.
    """

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
