"""The database's history, one file a step."""

HEAD = "c4a90d7f1e52"
"""The newest step, so that a start need not load Alembic to see that nothing is to be done."""
