"""Areas as each release names them, and which area followed which."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "d2b96f4e1a83"
down_revision = "d1a7e3c95b20"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "area_entries",
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("code", TEXT, nullable=False),
        sa.Column("name", TEXT, nullable=False),
        sa.Column("level", TEXT, nullable=False),
        sa.Column("publisher_code", TEXT, nullable=False),
        sa.Column("state", TEXT, nullable=True),
        sa.Column("first", TEXT, nullable=False),
        sa.Column("last", TEXT, nullable=True),
        sa.ForeignKeyConstraint(
            ["release_id"],
            ["releases.id"],
            name=op.f("fk_area_entries_release_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("release_id", "code", name=op.f("pk_area_entries")),
    )
    op.create_table(
        "area_links",
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("from_code", TEXT, nullable=False),
        sa.Column("to_code", TEXT, nullable=False),
        sa.Column("relation", TEXT, nullable=False),
        sa.Column("common", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["release_id"],
            ["releases.id"],
            name=op.f("fk_area_links_release_id"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("release_id", "from_code", "to_code", name=op.f("pk_area_links")),
    )
    # What earlier releases called an area was not kept: they get the newest name.
    op.execute(
        "INSERT INTO area_entries"
        " (release_id, code, name, level, publisher_code, state, first, last)"
        " SELECT parts.release_id, areas.code, areas.name, areas.level, areas.publisher_code,"
        " areas.state, min(parts.period), max(parts.period)"
        " FROM parts JOIN areas ON areas.code = parts.area WHERE parts.dataset = 'wages'"
        " GROUP BY parts.release_id, areas.code"
    )


def downgrade() -> None:
    op.drop_table("area_links")
    op.drop_table("area_entries")
