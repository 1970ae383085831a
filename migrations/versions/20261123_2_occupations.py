"""Areas, industries, occupations, and what each occupation is."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "8e2d93f5b604"
down_revision = "4b1f0c6a7d21"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "areas",
        sa.Column("code", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("level", TEXT, nullable=False),
        sa.Column("publisher_code", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_areas")),
    )
    op.create_table(
        "industries",
        sa.Column("code", TEXT, nullable=False),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("level", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_industries")),
    )
    op.create_table(
        "occupations",
        sa.Column("code", TEXT, nullable=False),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("slug", TEXT, nullable=False),
        sa.Column("level", TEXT, nullable=False),
        sa.Column("parent", TEXT, nullable=True),
        sa.Column("figures_code", TEXT, nullable=False),
        sa.Column("part_id", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_occupations")),
        sa.UniqueConstraint("slug", name=op.f("uq_occupations_slug")),
    )
    with op.batch_alter_table("occupations", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_occupations_level"), ["level"], unique=False)
        batch_op.create_index(batch_op.f("ix_occupations_parent"), ["parent"], unique=False)
    op.create_table(
        "descriptions",
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("text", TEXT, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("part_id", sa.Integer(), nullable=False),
        sa.Column("code", TEXT, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("locator", TEXT, nullable=True),
        sa.Column("note", TEXT, nullable=True),
        sa.ForeignKeyConstraint(
            ["part_id"], ["parts.id"], name=op.f("fk_descriptions_part_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_descriptions")),
    )
    with op.batch_alter_table("descriptions", schema=None) as batch_op:
        batch_op.create_index("ix_descriptions_code", ["code", "part_id", "position"], unique=True)
        batch_op.create_index("ix_descriptions_part", ["part_id"], unique=False)
    op.create_table(
        "entries",
        sa.Column("title", TEXT, nullable=False),
        sa.Column("level", TEXT, nullable=False),
        sa.Column("parent", TEXT, nullable=True),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("part_id", sa.Integer(), nullable=False),
        sa.Column("code", TEXT, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("locator", TEXT, nullable=True),
        sa.Column("note", TEXT, nullable=True),
        sa.ForeignKeyConstraint(
            ["part_id"], ["parts.id"], name=op.f("fk_entries_part_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_entries")),
    )
    with op.batch_alter_table("entries", schema=None) as batch_op:
        batch_op.create_index("ix_entries_code", ["code", "part_id", "position"], unique=True)
        batch_op.create_index("ix_entries_part", ["part_id"], unique=False)
    op.create_table(
        "workplaces",
        sa.Column("name", TEXT, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("part_id", sa.Integer(), nullable=False),
        sa.Column("code", TEXT, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("locator", TEXT, nullable=True),
        sa.Column("note", TEXT, nullable=True),
        sa.ForeignKeyConstraint(
            ["part_id"], ["parts.id"], name=op.f("fk_workplaces_part_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_workplaces")),
    )
    with op.batch_alter_table("workplaces", schema=None) as batch_op:
        batch_op.create_index("ix_workplaces_code", ["code", "part_id", "position"], unique=True)
        batch_op.create_index("ix_workplaces_part", ["part_id"], unique=False)


def downgrade() -> None:
    with op.batch_alter_table("workplaces", schema=None) as batch_op:
        batch_op.drop_index("ix_workplaces_part")
        batch_op.drop_index("ix_workplaces_code")
    op.drop_table("workplaces")
    with op.batch_alter_table("entries", schema=None) as batch_op:
        batch_op.drop_index("ix_entries_part")
        batch_op.drop_index("ix_entries_code")
    op.drop_table("entries")
    with op.batch_alter_table("descriptions", schema=None) as batch_op:
        batch_op.drop_index("ix_descriptions_part")
        batch_op.drop_index("ix_descriptions_code")
    op.drop_table("descriptions")
    with op.batch_alter_table("occupations", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_occupations_parent"))
        batch_op.drop_index(batch_op.f("ix_occupations_level"))
    op.drop_table("occupations")
    op.drop_table("industries")
    op.drop_table("areas")
