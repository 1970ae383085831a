"""The database's history, one file a step."""

HEAD = "7e4f0a9b6c21"
"""The newest step, so that a start need not load Alembic to see that nothing is to be done."""
