"""The database's history, one file a step."""

HEAD = "d91e7b3c5a46"
"""The newest step, so that a start need not load Alembic to see that nothing is to be done."""
