"""What people in an occupation do, are called, know and use."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "a6c7157e0f3b"
down_revision = "8e2d93f5b604"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "duties",
        sa.Column("text", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("task_id", TEXT, nullable=True),
        sa.Column("original_task_id", TEXT, nullable=True),
        sa.Column("incumbents_responding", sa.Integer(), nullable=True),
        sa.Column("write_in_total", sa.Integer(), nullable=True),
        sa.Column("collected", TEXT, nullable=True),
        sa.Column("domain_source", TEXT, nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("part_id", sa.Integer(), nullable=False),
        sa.Column("code", TEXT, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("locator", TEXT, nullable=True),
        sa.Column("note", TEXT, nullable=True),
        sa.ForeignKeyConstraint(
            ["part_id"], ["parts.id"], name=op.f("fk_duties_part_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_duties")),
    )
    with op.batch_alter_table("duties", schema=None) as batch_op:
        batch_op.create_index("ix_duties_code", ["code", "part_id", "position"], unique=True)
        batch_op.create_index("ix_duties_part", ["part_id"], unique=False)
    op.create_table(
        "interests",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("element_id", TEXT, nullable=False),
        sa.Column("scale", TEXT, nullable=False),
        sa.Column("value", sa.Double(), nullable=False),
        sa.Column("collected", TEXT, nullable=True),
        sa.Column("domain_source", TEXT, nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("part_id", sa.Integer(), nullable=False),
        sa.Column("code", TEXT, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("locator", TEXT, nullable=True),
        sa.Column("note", TEXT, nullable=True),
        sa.ForeignKeyConstraint(
            ["part_id"], ["parts.id"], name=op.f("fk_interests_part_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_interests")),
    )
    with op.batch_alter_table("interests", schema=None) as batch_op:
        batch_op.create_index("ix_interests_code", ["code", "part_id", "position"], unique=True)
        batch_op.create_index("ix_interests_part", ["part_id"], unique=False)
    op.create_table(
        "skills",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("element_id", TEXT, nullable=True),
        sa.Column("importance", sa.Double(), nullable=True),
        sa.Column("importance_n", sa.Integer(), nullable=True),
        sa.Column("importance_se", sa.Double(), nullable=True),
        sa.Column("importance_lower", sa.Double(), nullable=True),
        sa.Column("importance_upper", sa.Double(), nullable=True),
        sa.Column("importance_suppress", sa.Boolean(), nullable=True),
        sa.Column("level", sa.Double(), nullable=True),
        sa.Column("level_n", sa.Integer(), nullable=True),
        sa.Column("level_se", sa.Double(), nullable=True),
        sa.Column("level_lower", sa.Double(), nullable=True),
        sa.Column("level_upper", sa.Double(), nullable=True),
        sa.Column("level_suppress", sa.Boolean(), nullable=True),
        sa.Column("not_relevant", sa.Boolean(), nullable=True),
        sa.Column("collected", TEXT, nullable=True),
        sa.Column("domain_source", TEXT, nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("part_id", sa.Integer(), nullable=False),
        sa.Column("code", TEXT, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("locator", TEXT, nullable=True),
        sa.Column("note", TEXT, nullable=True),
        sa.ForeignKeyConstraint(
            ["part_id"], ["parts.id"], name=op.f("fk_skills_part_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_skills")),
    )
    with op.batch_alter_table("skills", schema=None) as batch_op:
        batch_op.create_index("ix_skills_code", ["code", "part_id", "position"], unique=True)
        batch_op.create_index("ix_skills_part", ["part_id"], unique=False)
    op.create_table(
        "technologies",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("category", TEXT, nullable=False),
        sa.Column("commodity_code", TEXT, nullable=False),
        sa.Column("hot", sa.Boolean(), nullable=True),
        sa.Column("in_demand", sa.Boolean(), nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("part_id", sa.Integer(), nullable=False),
        sa.Column("code", TEXT, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("locator", TEXT, nullable=True),
        sa.Column("note", TEXT, nullable=True),
        sa.ForeignKeyConstraint(
            ["part_id"], ["parts.id"], name=op.f("fk_technologies_part_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_technologies")),
    )
    with op.batch_alter_table("technologies", schema=None) as batch_op:
        batch_op.create_index("ix_technologies_code", ["code", "part_id", "position"], unique=True)
        batch_op.create_index("ix_technologies_part", ["part_id"], unique=False)
    op.create_table(
        "titles",
        sa.Column("title", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("short_title", TEXT, nullable=True),
        sa.Column("featured", sa.Boolean(), nullable=True),
        sa.Column("origin", TEXT, nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("part_id", sa.Integer(), nullable=False),
        sa.Column("code", TEXT, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("locator", TEXT, nullable=True),
        sa.Column("note", TEXT, nullable=True),
        sa.ForeignKeyConstraint(
            ["part_id"], ["parts.id"], name=op.f("fk_titles_part_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_titles")),
    )
    with op.batch_alter_table("titles", schema=None) as batch_op:
        batch_op.create_index("ix_titles_code", ["code", "part_id", "position"], unique=True)
        batch_op.create_index("ix_titles_part", ["part_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("titles", schema=None) as batch_op:
        batch_op.drop_index("ix_titles_part")
        batch_op.drop_index("ix_titles_code")
    op.drop_table("titles")
    with op.batch_alter_table("technologies", schema=None) as batch_op:
        batch_op.drop_index("ix_technologies_part")
        batch_op.drop_index("ix_technologies_code")
    op.drop_table("technologies")
    with op.batch_alter_table("skills", schema=None) as batch_op:
        batch_op.drop_index("ix_skills_part")
        batch_op.drop_index("ix_skills_code")
    op.drop_table("skills")
    with op.batch_alter_table("interests", schema=None) as batch_op:
        batch_op.drop_index("ix_interests_part")
        batch_op.drop_index("ix_interests_code")
    op.drop_table("interests")
    with op.batch_alter_table("duties", schema=None) as batch_op:
        batch_op.drop_index("ix_duties_part")
        batch_op.drop_index("ix_duties_code")
    op.drop_table("duties")
