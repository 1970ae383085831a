"""Detailed work activities of occupations, by their names."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "b7d93e5f1c08"
down_revision = "e5a17c0d94b2"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "activities",
        sa.Column("activity_id", TEXT, nullable=False),
        sa.Column("title", TEXT, nullable=False),
        sa.Column("tasks", sa.JSON(), nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("part_id", sa.Integer(), nullable=False),
        sa.Column("code", TEXT, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("locator", TEXT, nullable=True),
        sa.Column("note", TEXT, nullable=True),
        sa.ForeignKeyConstraint(
            ["part_id"], ["parts.id"], name=op.f("fk_activities_part_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_activities")),
    )
    with op.batch_alter_table("activities", schema=None) as batch_op:
        batch_op.create_index("ix_activities_part", ["part_id", "code", "position"], unique=True)


def downgrade() -> None:
    op.drop_table("activities")
    op.execute("DELETE FROM parts WHERE dataset = 'activities'")
