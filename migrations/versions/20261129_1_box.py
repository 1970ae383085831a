"""Releases that a bundle brings: what it left out, parts that complete them, what sources omit.

Of the content only the rows of job zones are copied, on SQLite.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "e5a17c0d94b2"
down_revision = "d3f6a2c90b57"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")
KEY = ("release_id", "dataset", "kind", "area", "industry", "ownership")
CONTENT = (
    *("entries", "descriptions", "workplaces", "duties", "titles", "wages", "projections"),
    *("skills", "technologies", "interests", "education", "experience", "job_zones", "courses"),
    *("pathway", "related", "mappings"),
)
ZONE = ("experience", "education", "training")


def upgrade() -> None:
    for table, column in (("releases", "left_out"), ("sources", "not_covered")):
        with op.batch_alter_table(table) as batch_op:
            batch_op.add_column(sa.Column(column, sa.JSON(), server_default="[]", nullable=False))
    with op.batch_alter_table("parts") as batch_op:
        batch_op.add_column(
            sa.Column("from_number", sa.Integer(), server_default="0", nullable=False)
        )
        batch_op.add_column(sa.Column("to_number", sa.Integer(), nullable=True))
        batch_op.drop_constraint(op.f(f"uq_parts_{'_'.join(KEY)}"), type_="unique")
        batch_op.create_unique_constraint(op.f("uq_parts_key"), [*KEY, "from_number"])
    with op.batch_alter_table("job_zones") as batch_op:
        for column in ZONE:
            batch_op.alter_column(column, existing_type=TEXT, nullable=True)


def downgrade() -> None:
    replaced = "SELECT id FROM parts WHERE to_number IS NOT NULL"
    for table in CONTENT:
        op.execute(f"DELETE FROM {table} WHERE part_id IN ({replaced})")  # noqa: S608 - no input
    op.execute("DELETE FROM parts WHERE to_number IS NOT NULL")
    for column in ZONE:
        op.execute(f"UPDATE job_zones SET {column} = '' WHERE {column} IS NULL")  # noqa: S608 - no input
    with op.batch_alter_table("job_zones") as batch_op:
        for column in ZONE:
            batch_op.alter_column(column, existing_type=TEXT, nullable=False)
    with op.batch_alter_table("parts") as batch_op:
        batch_op.drop_constraint(op.f("uq_parts_key"), type_="unique")
        batch_op.create_unique_constraint(op.f(f"uq_parts_{'_'.join(KEY)}"), KEY)
        batch_op.drop_column("to_number")
        batch_op.drop_column("from_number")
    for table, column in (("releases", "left_out"), ("sources", "not_covered")):
        with op.batch_alter_table(table) as batch_op:
            batch_op.drop_column(column)
