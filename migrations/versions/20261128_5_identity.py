"""Occupations say their classification and whether they are current; slugs stay addresses."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "d1a7e3c95b20"
down_revision = "c5e80d4b7f16"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    with op.batch_alter_table("occupations", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("classification_id", TEXT, server_default="soc-2018", nullable=False)
        )
        batch_op.add_column(
            sa.Column("current", sa.Boolean(), server_default=sa.true(), nullable=False)
        )
    op.create_table(
        "addresses",
        sa.Column("slug", TEXT, nullable=False),
        sa.Column("code", TEXT, nullable=False),
        sa.Column("classification_id", TEXT, nullable=False),
        sa.Column("current", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("slug", name=op.f("pk_addresses")),
    )
    # Every slug that was given out leads to its occupation for ever.
    op.execute(
        "INSERT INTO addresses (slug, code, classification_id, current) "
        "SELECT slug, code, classification_id, current FROM occupations"
    )


def downgrade() -> None:
    op.drop_table("addresses")
    with op.batch_alter_table("occupations", schema=None) as batch_op:
        batch_op.drop_column("current")
        batch_op.drop_column("classification_id")
