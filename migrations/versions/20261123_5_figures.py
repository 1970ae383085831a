"""Wages and projections."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "1c54cdf7914e"
down_revision = "d90b4e82c1fa"
branch_labels = None
depends_on = None

TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    op.create_table(
        "projections",
        sa.Column("line", TEXT, nullable=True),
        sa.Column("base_year", sa.Integer(), nullable=False),
        sa.Column("target_year", sa.Integer(), nullable=False),
        sa.Column("base_employment", sa.BigInteger(), nullable=True),
        sa.Column("target_employment", sa.BigInteger(), nullable=True),
        sa.Column("change", sa.BigInteger(), nullable=True),
        sa.Column("percent_change", sa.Double(), nullable=True),
        sa.Column("annual_openings", sa.BigInteger(), nullable=True),
        sa.Column("percent_self_employed", sa.Double(), nullable=True),
        sa.Column("annual_median", sa.Integer(), nullable=True),
        sa.Column("typical_education", TEXT, nullable=True),
        sa.Column("work_experience", TEXT, nullable=True),
        sa.Column("training", TEXT, nullable=True),
        sa.Column("marks", TEXT, nullable=False),
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("part_id", sa.Integer(), nullable=False),
        sa.Column("code", TEXT, nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("locator", TEXT, nullable=True),
        sa.Column("note", TEXT, nullable=True),
        sa.ForeignKeyConstraint(
            ["part_id"], ["parts.id"], name=op.f("fk_projections_part_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_projections")),
    )
    with op.batch_alter_table("projections", schema=None) as batch_op:
        batch_op.create_index("ix_projections_code", ["code", "part_id", "position"], unique=True)
        batch_op.create_index("ix_projections_part", ["part_id"], unique=False)
    op.create_table(
        "wages",
        sa.Column("code", TEXT, nullable=False),
        sa.Column("part_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("published_levels", TEXT, nullable=False),
        sa.Column("employment", sa.BigInteger(), nullable=True),
        sa.Column("employment_rse", sa.Double(), nullable=True),
        sa.Column("jobs_per_1000", sa.Double(), nullable=True),
        sa.Column("location_quotient", sa.Double(), nullable=True),
        sa.Column("percent_of_industry", sa.Double(), nullable=True),
        sa.Column("percent_reporting", sa.Double(), nullable=True),
        sa.Column("hourly_mean", sa.Integer(), nullable=True),
        sa.Column("annual_mean", sa.Integer(), nullable=True),
        sa.Column("wage_rse", sa.Double(), nullable=True),
        sa.Column("hourly_p10", sa.Integer(), nullable=True),
        sa.Column("hourly_p25", sa.Integer(), nullable=True),
        sa.Column("hourly_median", sa.Integer(), nullable=True),
        sa.Column("hourly_p75", sa.Integer(), nullable=True),
        sa.Column("hourly_p90", sa.Integer(), nullable=True),
        sa.Column("annual_p10", sa.Integer(), nullable=True),
        sa.Column("annual_p25", sa.Integer(), nullable=True),
        sa.Column("annual_median", sa.Integer(), nullable=True),
        sa.Column("annual_p75", sa.Integer(), nullable=True),
        sa.Column("annual_p90", sa.Integer(), nullable=True),
        sa.Column("marks", TEXT, nullable=False),
        sa.Column("locator", TEXT, nullable=True),
        sa.Column("note", TEXT, nullable=True),
        sa.PrimaryKeyConstraint("part_id", "code", name=op.f("pk_wages")),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    op.drop_table("wages")
    with op.batch_alter_table("projections", schema=None) as batch_op:
        batch_op.drop_index("ix_projections_part")
        batch_op.drop_index("ix_projections_code")
    op.drop_table("projections")
