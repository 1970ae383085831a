"""The database's history, one file a step."""

HEAD = "b7d93e5f1c08"
"""The newest step, so that a start need not load Alembic to see that nothing is to be done."""
