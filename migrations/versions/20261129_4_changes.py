"""What each data version changed is written down; of earlier ones, which releases came and went.

No content row is read: how many figures came with a release that is there already is not told.
"""

from __future__ import annotations

from collections import defaultdict
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "d91e7b3c5a46"
down_revision = "c4f0a86d2b17"
branch_labels = None
depends_on = None

UNKNOWN = dict.fromkeys(("figures_added", "figures_removed", "figures_changed"))
TEXT = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    changes = op.create_table(
        "changes",
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("subject", TEXT, nullable=False),
        sa.Column("id", TEXT, nullable=False),
        sa.Column("kind", TEXT, nullable=False),
        sa.Column("detail", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("number", "subject", "id", "kind", name=op.f("pk_changes")),
    )
    if rows := _of_releases(op.get_bind()):
        op.bulk_insert(changes, rows)


def _of_releases(connection: sa.Connection) -> list[dict[str, Any]]:
    """Return the changes of releases that the data versions so far made."""
    spans = sa.text(
        "SELECT release_id, from_number, to_number, name, title, source_id, period "
        "FROM release_spans JOIN releases ON releases.id = release_id "
        "WHERE to_number IS NULL OR to_number > from_number"
    )
    rows_of = sa.text(
        "SELECT release_id, dataset, sum(rows) FROM parts WHERE shown GROUP BY release_id, dataset"
    )
    rows: defaultdict[int, dict[str, Any]] = defaultdict(dict)
    for release, dataset, count in connection.execute(rows_of):
        rows[release][dataset] = {"rows_added": int(count), **UNKNOWN}
    began: dict[tuple[int, str], Any] = {}
    ended: dict[tuple[int, str], Any] = {}
    first: dict[int, int] = {}
    for span in connection.execute(spans):
        began[span.from_number, span.name] = span
        first[span.release_id] = min(span.from_number, first.get(span.release_id, span.from_number))
        if span.to_number is not None:
            ended[span.to_number, span.name] = span
    found = []
    for number, name in began.keys() | ended.keys():
        span = began.get((number, name)) or ended[number, name]
        if (number, name) not in began:
            kind = "retired"
        elif (number, name) in ended:
            kind = "revised"
        else:
            kind = "added" if first[span.release_id] == number else "restored"
        detail = {"title": span.title, "source": span.source_id, "period": span.period}
        if kind == "added" and rows[span.release_id]:
            detail["datasets"] = rows[span.release_id]
        row = {"number": number, "subject": "release", "id": name, "kind": kind, "detail": detail}
        found.append(row)
    return found


def downgrade() -> None:
    op.drop_table("changes")
