"""What it takes to enter an occupation, and what is near it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "d90b4e82c1fa"
down_revision = "a6c7157e0f3b"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "courses",
        sa.Column("title", TEXT, nullable=False),
        sa.Column("provider", TEXT, nullable=False),
        sa.Column("platform", TEXT, nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("part_id", sa.Integer(), nullable=False),
        sa.Column("code", TEXT, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("locator", TEXT, nullable=True),
        sa.Column("note", TEXT, nullable=True),
        sa.ForeignKeyConstraint(
            ["part_id"], ["parts.id"], name=op.f("fk_courses_part_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_courses")),
    )
    with op.batch_alter_table("courses", schema=None) as batch_op:
        batch_op.create_index("ix_courses_code", ["code", "part_id", "position"], unique=True)
        batch_op.create_index("ix_courses_part", ["part_id"], unique=False)
    op.create_table(
        "education",
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("level", TEXT, nullable=False),
        sa.Column("requirement", TEXT, nullable=True),
        sa.Column("fields_of_study", sa.JSON(), nullable=False),
        sa.Column("category", sa.Integer(), nullable=True),
        sa.Column("percent", sa.Double(), nullable=True),
        sa.Column("n", sa.Integer(), nullable=True),
        sa.Column("standard_error", sa.Double(), nullable=True),
        sa.Column("lower", sa.Double(), nullable=True),
        sa.Column("upper", sa.Double(), nullable=True),
        sa.Column("suppress", sa.Boolean(), nullable=True),
        sa.Column("collected", TEXT, nullable=True),
        sa.Column("domain_source", TEXT, nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("part_id", sa.Integer(), nullable=False),
        sa.Column("code", TEXT, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("locator", TEXT, nullable=True),
        sa.Column("note", TEXT, nullable=True),
        sa.ForeignKeyConstraint(
            ["part_id"], ["parts.id"], name=op.f("fk_education_part_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_education")),
    )
    with op.batch_alter_table("education", schema=None) as batch_op:
        batch_op.create_index("ix_education_code", ["code", "part_id", "position"], unique=True)
        batch_op.create_index("ix_education_part", ["part_id"], unique=False)
    op.create_table(
        "experience",
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("related_code", TEXT, nullable=True),
        sa.Column("category", sa.Integer(), nullable=True),
        sa.Column("percent", sa.Double(), nullable=True),
        sa.Column("n", sa.Integer(), nullable=True),
        sa.Column("standard_error", sa.Double(), nullable=True),
        sa.Column("lower", sa.Double(), nullable=True),
        sa.Column("upper", sa.Double(), nullable=True),
        sa.Column("suppress", sa.Boolean(), nullable=True),
        sa.Column("collected", TEXT, nullable=True),
        sa.Column("domain_source", TEXT, nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("part_id", sa.Integer(), nullable=False),
        sa.Column("code", TEXT, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("locator", TEXT, nullable=True),
        sa.Column("note", TEXT, nullable=True),
        sa.ForeignKeyConstraint(
            ["part_id"], ["parts.id"], name=op.f("fk_experience_part_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_experience")),
    )
    with op.batch_alter_table("experience", schema=None) as batch_op:
        batch_op.create_index("ix_experience_code", ["code", "part_id", "position"], unique=True)
        batch_op.create_index("ix_experience_part", ["part_id"], unique=False)
    op.create_table(
        "job_zones",
        sa.Column("zone", sa.Integer(), nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("experience", TEXT, nullable=False),
        sa.Column("education", TEXT, nullable=False),
        sa.Column("training", TEXT, nullable=False),
        sa.Column("svp_range", TEXT, nullable=False),
        sa.Column("collected", TEXT, nullable=True),
        sa.Column("domain_source", TEXT, nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("part_id", sa.Integer(), nullable=False),
        sa.Column("code", TEXT, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("locator", TEXT, nullable=True),
        sa.Column("note", TEXT, nullable=True),
        sa.ForeignKeyConstraint(
            ["part_id"], ["parts.id"], name=op.f("fk_job_zones_part_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_job_zones")),
    )
    with op.batch_alter_table("job_zones", schema=None) as batch_op:
        batch_op.create_index("ix_job_zones_code", ["code", "part_id", "position"], unique=True)
        batch_op.create_index("ix_job_zones_part", ["part_id"], unique=False)
    op.create_table(
        "pathway",
        sa.Column("title", TEXT, nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("part_id", sa.Integer(), nullable=False),
        sa.Column("code", TEXT, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("locator", TEXT, nullable=True),
        sa.Column("note", TEXT, nullable=True),
        sa.ForeignKeyConstraint(
            ["part_id"], ["parts.id"], name=op.f("fk_pathway_part_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pathway")),
    )
    with op.batch_alter_table("pathway", schema=None) as batch_op:
        batch_op.create_index("ix_pathway_code", ["code", "part_id", "position"], unique=True)
        batch_op.create_index("ix_pathway_part", ["part_id"], unique=False)
    op.create_table(
        "related",
        sa.Column("related_code", TEXT, nullable=False),
        sa.Column("tier", TEXT, nullable=False),
        sa.Column("rank", sa.Integer(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("part_id", sa.Integer(), nullable=False),
        sa.Column("code", TEXT, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("locator", TEXT, nullable=True),
        sa.Column("note", TEXT, nullable=True),
        sa.ForeignKeyConstraint(
            ["part_id"], ["parts.id"], name=op.f("fk_related_part_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_related")),
    )
    with op.batch_alter_table("related", schema=None) as batch_op:
        batch_op.create_index("ix_related_code", ["code", "part_id", "position"], unique=True)
        batch_op.create_index("ix_related_part", ["part_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("related", schema=None) as batch_op:
        batch_op.drop_index("ix_related_part")
        batch_op.drop_index("ix_related_code")
    op.drop_table("related")
    with op.batch_alter_table("pathway", schema=None) as batch_op:
        batch_op.drop_index("ix_pathway_part")
        batch_op.drop_index("ix_pathway_code")
    op.drop_table("pathway")
    with op.batch_alter_table("job_zones", schema=None) as batch_op:
        batch_op.drop_index("ix_job_zones_part")
        batch_op.drop_index("ix_job_zones_code")
    op.drop_table("job_zones")
    with op.batch_alter_table("experience", schema=None) as batch_op:
        batch_op.drop_index("ix_experience_part")
        batch_op.drop_index("ix_experience_code")
    op.drop_table("experience")
    with op.batch_alter_table("education", schema=None) as batch_op:
        batch_op.drop_index("ix_education_part")
        batch_op.drop_index("ix_education_code")
    op.drop_table("education")
    with op.batch_alter_table("courses", schema=None) as batch_op:
        batch_op.drop_index("ix_courses_part")
        batch_op.drop_index("ix_courses_code")
    op.drop_table("courses")
