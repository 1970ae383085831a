"""Ratings of tasks, other scales of elements, and tools beside technologies."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "c4a90d7f1e52"
down_revision = "b1d7c2a95e38"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def estimate(name: str) -> list[sa.Column[object]]:
    """Return the columns of a rating and of how sure it is."""
    return [
        sa.Column(name, sa.Double(), nullable=True),
        sa.Column(f"{name}_n", sa.Integer(), nullable=True),
        sa.Column(f"{name}_se", sa.Double(), nullable=True),
        sa.Column(f"{name}_lower", sa.Double(), nullable=True),
        sa.Column(f"{name}_upper", sa.Double(), nullable=True),
        sa.Column(f"{name}_suppress", sa.Boolean(), nullable=True),
    ]


def columns() -> dict[str, list[sa.Column[object]]]:
    """Return the columns that each table gets."""
    return {
        "duties": [
            *estimate("importance"),
            *estimate("relevance"),
            sa.Column("frequency", sa.JSON(), nullable=True),
            sa.Column("rated", TEXT, nullable=True),
            sa.Column("rated_by", TEXT, nullable=True),
            sa.Column("activities", sa.JSON(), nullable=True),
        ],
        "skills": [
            sa.Column("scale", TEXT, nullable=True),
            *estimate("value"),
            sa.Column("categories", sa.JSON(), nullable=True),
        ],
    }


def upgrade() -> None:
    # Nullable columns without a default: neither database rewrites a row.
    for table, its in columns().items():
        for column in its:
            op.add_column(table, column)
    op.execute("UPDATE parts SET kind = 'technology' WHERE dataset = 'technologies'")


def downgrade() -> None:
    # Tools have no place of their own there: they would stand among the technologies.
    op.execute(
        "DELETE FROM technologies WHERE part_id IN (SELECT id FROM parts WHERE kind = 'tool')"
    )
    op.execute("DELETE FROM parts WHERE kind = 'tool'")
    op.execute("UPDATE parts SET kind = '' WHERE dataset = 'technologies'")
    for table, its in columns().items():
        for column in its:
            op.drop_column(table, column.name)
