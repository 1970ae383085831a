"""Titles say the industries that they are restricted to, and in how many filings they stand.

Neither column has a value in rows that are there: no row is written.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "e3a52f9d7b18"
down_revision = "d91e7b3c5a46"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.add_column("titles", sa.Column("industries", TEXT, nullable=True))
    op.add_column("titles", sa.Column("n", sa.Integer(), nullable=True))


def downgrade() -> None:
    op.drop_column("titles", "n")
    op.drop_column("titles", "industries")
