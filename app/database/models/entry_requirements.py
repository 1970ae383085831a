"""What it takes to enter: education, experience, job zones, courses, steps, related occupations."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Mapped

from app.database.models.base import Base, Content


class Education(Content, Base):
    """A level of education: named as required or preferred, or the share of people who have it."""

    __tablename__ = "education"

    kind: Mapped[str]  # degree (article), required_level (O*NET survey), attainment (census)
    level: Mapped[str]
    requirement: Mapped[str | None]  # required, preferred
    fields_of_study: Mapped[list[Any]]
    category: Mapped[int | None]
    percent: Mapped[float | None]
    n: Mapped[int | None]
    standard_error: Mapped[float | None]
    lower: Mapped[float | None]
    upper: Mapped[float | None]
    suppress: Mapped[bool | None]
    collected: Mapped[str | None]
    domain_source: Mapped[str | None]


class Experience(Content, Base):
    """Experience before entry: a position people come from, or the share with so much of it."""

    __tablename__ = "experience"

    kind: Mapped[str]  # entry_position, related_work, on_site_training, on_the_job_training
    name: Mapped[str]  # the position, or the amount of experience
    related_code: Mapped[str | None]  # the position's occupation
    category: Mapped[int | None]
    percent: Mapped[float | None]
    n: Mapped[int | None]
    standard_error: Mapped[float | None]
    lower: Mapped[float | None]
    upper: Mapped[float | None]
    suppress: Mapped[bool | None]
    collected: Mapped[str | None]
    domain_source: Mapped[str | None]


class JobZone(Content, Base):
    """How much preparation the occupation needs, from 1 (little) to 5 (extensive)."""

    __tablename__ = "job_zones"

    zone: Mapped[int]
    name: Mapped[str]
    experience: Mapped[str | None]  # null: the box leaves the publisher's texts out
    education: Mapped[str | None]
    training: Mapped[str | None]
    svp_range: Mapped[str]
    collected: Mapped[str | None]
    domain_source: Mapped[str | None]


class Course(Content, Base):
    """A course that prepares for the occupation."""

    __tablename__ = "courses"

    title: Mapped[str]
    provider: Mapped[str]
    platform: Mapped[str]
    text: Mapped[str]


class PathwayStep(Content, Base):
    """A step to enter the occupation."""

    __tablename__ = "pathway"

    title: Mapped[str]
    text: Mapped[str]


class Related(Content, Base):
    """Another occupation like this one, or one people come from."""

    __tablename__ = "related"

    related_code: Mapped[str]
    tier: Mapped[str]  # entry_position (article), primary_short, primary_long, supplemental (O*NET)
    rank: Mapped[int | None]  # the publisher's order, 1 the nearest
