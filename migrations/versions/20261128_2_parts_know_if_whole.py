"""Parts say whether they are whole, and what they lack."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "b1d7c2a95e38"
down_revision = "7e4f0a9b6c21"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("parts", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("whole", sa.Boolean(), server_default=sa.true(), nullable=False)
        )
        batch_op.add_column(sa.Column("lacks", sa.JSON(), server_default="{}", nullable=False))


def downgrade() -> None:
    with op.batch_alter_table("parts", schema=None) as batch_op:
        batch_op.drop_column("lacks")
        batch_op.drop_column("whole")
