"""One index of content, for a part in order and for a code in some parts alike."""

from __future__ import annotations

from alembic import op

revision = "7e4f0a9b6c21"
down_revision = "1c54cdf7914e"
branch_labels = None
depends_on = None

TABLES = (
    "courses",
    "descriptions",
    "duties",
    "education",
    "entries",
    "experience",
    "interests",
    "job_zones",
    "pathway",
    "projections",
    "related",
    "skills",
    "technologies",
    "titles",
    "workplaces",
)


def upgrade() -> None:
    for table in TABLES:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_index(f"ix_{table}_part")
            batch_op.drop_index(f"ix_{table}_code")
            batch_op.create_index(f"ix_{table}_part", ["part_id", "code", "position"], unique=True)


def downgrade() -> None:
    for table in TABLES:
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_index(f"ix_{table}_part")
            batch_op.create_index(f"ix_{table}_part", ["part_id"], unique=False)
            batch_op.create_index(f"ix_{table}_code", ["code", "part_id", "position"], unique=True)
