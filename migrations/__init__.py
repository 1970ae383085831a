"""The database's history, one file a step."""

HEAD = "b1d7c2a95e38"
"""The newest step, so that a start need not load Alembic to see that nothing is to be done."""
