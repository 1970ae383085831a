"""Counties, the areas that they lie in, and ZIP codes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "c4f0a86d2b17"
down_revision = "b7d93e5f1c08"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
TABLES: dict[str, tuple[tuple[str, ...], tuple[sa.Column[str] | sa.Column[int], ...]]] = {
    "counties": (
        ("fips",),
        (
            sa.Column("fips", TEXT, nullable=False),
            sa.Column("name", TEXT, nullable=False),
            sa.Column("state", TEXT, nullable=False),
            sa.Column("note", TEXT, nullable=True),
        ),
    ),
    "county_areas": (
        ("fips", "area_code"),
        (
            sa.Column("fips", TEXT, nullable=False),
            sa.Column("area_code", TEXT, nullable=False),
            sa.Column("towns", sa.Integer(), nullable=True),
        ),
    ),
    "zip_counties": (
        ("zip", "fips"),
        (
            sa.Column("zip", TEXT, nullable=False),
            sa.Column("fips", TEXT, nullable=False),
            sa.Column("land", sa.BigInteger(), nullable=False),
            sa.Column("water", sa.BigInteger(), nullable=False),
        ),
    ),
}


def upgrade() -> None:
    for name, (key, columns) in TABLES.items():
        op.create_table(
            name,
            sa.Column("part_id", sa.Integer(), nullable=False),
            *columns,
            sa.ForeignKeyConstraint(
                ["part_id"], ["parts.id"], name=op.f(f"fk_{name}_part_id"), ondelete="CASCADE"
            ),
            sa.PrimaryKeyConstraint("part_id", *key, name=op.f(f"pk_{name}")),
        )
    op.create_index("ix_zip_counties_fips", "zip_counties", ["part_id", "fips"])


def downgrade() -> None:
    for name in TABLES:
        op.drop_table(name)
        op.execute(f"DELETE FROM parts WHERE dataset = '{name}'")  # noqa: S608 - of the table
