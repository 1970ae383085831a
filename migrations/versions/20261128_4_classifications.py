"""Classifications, mappings between their codes, and parts that are of one."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "c5e80d4b7f16"
down_revision = "c4a90d7f1e52"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "classifications",
        sa.Column("id", TEXT, nullable=False),
        sa.Column("system", TEXT, nullable=False),
        sa.Column("version", TEXT, nullable=False),
        sa.Column("prefix", TEXT, nullable=False),
        sa.Column("source_id", TEXT, nullable=False),
        sa.Column("valid_from", TEXT, nullable=False),
        sa.Column("valid_to", TEXT, nullable=True),
        sa.Column("rank", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["source_id"], ["sources.id"], name=op.f("fk_classifications_source_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_classifications")),
        sa.UniqueConstraint("prefix", name=op.f("uq_classifications_prefix")),
    )
    op.create_table(
        "mappings",
        sa.Column("part_id", sa.Integer(), nullable=False),
        sa.Column("from_code", TEXT, nullable=False),
        sa.Column("to_code", TEXT, nullable=False),
        sa.Column("relation", TEXT, nullable=True),
        sa.Column("match", TEXT, nullable=True),
        sa.Column("note", TEXT, nullable=True),
        sa.ForeignKeyConstraint(
            ["part_id"], ["parts.id"], name=op.f("fk_mappings_part_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("part_id", "from_code", "to_code", name=op.f("pk_mappings")),
    )
    with op.batch_alter_table("mappings", schema=None) as batch_op:
        batch_op.create_index("ix_mappings_to", ["part_id", "to_code"], unique=False)
    with op.batch_alter_table("parts", schema=None) as batch_op:
        batch_op.add_column(sa.Column("classification_id", TEXT, nullable=True))
        batch_op.create_foreign_key(
            op.f("fk_parts_classification_id"), "classifications", ["classification_id"], ["id"]
        )
    with op.batch_alter_table("entries", schema=None) as batch_op:
        batch_op.add_column(sa.Column("uri", TEXT, nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("entries", schema=None) as batch_op:
        batch_op.drop_column("uri")
    # Codes of classifications would come to light as occupations.
    classified = "(SELECT id FROM parts WHERE classification_id IS NOT NULL)"
    for table, part in (("entries", "part_id"), ("mappings", "part_id"), ("parts", "id")):
        op.execute(f"DELETE FROM {table} WHERE {part} IN {classified}")  # noqa: S608 - no input
    with op.batch_alter_table("parts", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("fk_parts_classification_id"), type_="foreignkey")
        batch_op.drop_column("classification_id")
    with op.batch_alter_table("mappings", schema=None) as batch_op:
        batch_op.drop_index("ix_mappings_to")
    op.drop_table("mappings")
    op.drop_table("classifications")
