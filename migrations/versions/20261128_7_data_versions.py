"""Data versions are kept, each with the releases that it showed.

Only small tables are written: no part and no content row. What follows from the rows is derived
anew after the migration, by ``app.importers.loading.load.derive_anew``.
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "d83b5f2a6c04"
down_revision = "d2b96f4e1a83"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "data_versions",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("token", TEXT, nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("program", TEXT, nullable=False),
        sa.Column("why", TEXT, nullable=False),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_data_versions")),
    )
    op.create_table(
        "release_spans",
        sa.Column("release_id", sa.Integer(), nullable=False),
        sa.Column("from_number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("to_number", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["release_id"], ["releases.id"], name=op.f("fk_release_spans_release_id")
        ),
        sa.PrimaryKeyConstraint("release_id", "from_number", name=op.f("pk_release_spans")),
    )
    with op.batch_alter_table("releases", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("purged", sa.Boolean(), server_default=sa.false(), nullable=False)
        )
    op.execute(
        "INSERT INTO data_versions (number, token, changed_at, program, why) "
        "SELECT number, token, CURRENT_TIMESTAMP, '', 'the newest of an earlier program' "
        "FROM data_version"
    )
    op.execute(
        "INSERT INTO release_spans (release_id, from_number, to_number) "
        "SELECT r.id, v.number, NULL FROM releases r CROSS JOIN data_version v "
        "WHERE NOT r.retired AND NOT r.superseded"
    )
    # When a release was retired is not known, only that it was by the time of this version: an
    # empty span says so, and its rows stay as long as if it had been retired now.
    op.execute(
        "INSERT INTO release_spans (release_id, from_number, to_number) "
        "SELECT r.id, v.number, v.number FROM releases r CROSS JOIN data_version v "
        "WHERE r.retired AND NOT r.superseded"
    )
    op.drop_table("data_version")


def downgrade() -> None:
    op.create_table(
        "data_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("token", TEXT, nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_data_version_one_row")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_data_version")),
    )
    op.execute(
        "INSERT INTO data_version (id, number, token, changed_at) "
        "SELECT 1, number, token, changed_at FROM data_versions "
        "WHERE number = (SELECT max(number) FROM data_versions)"
    )
    op.drop_table("release_spans")
    # A release without rows could be restored.
    purged = "(SELECT id FROM releases WHERE purged)"
    for table, release in (("release_files", "release_id"), ("citations", "release_id")):
        op.execute(f"DELETE FROM {table} WHERE {release} IN {purged}")  # noqa: S608 - no input
    op.execute("DELETE FROM releases WHERE purged")
    with op.batch_alter_table("releases", schema=None) as batch_op:
        batch_op.drop_column("purged")
    op.drop_table("data_versions")
