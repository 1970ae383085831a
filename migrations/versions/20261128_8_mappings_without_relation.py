"""Mappings without ``relation``, which is computed when a crosswalk is read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "d3f6a2c90b57"
down_revision = "d83b5f2a6c04"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.drop_column("mappings", "relation")


def downgrade() -> None:
    op.add_column("mappings", sa.Column("relation", TEXT, nullable=True))
