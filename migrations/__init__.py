"""The database's history, one file a step."""

HEAD = "c5e80d4b7f16"
"""The newest step, so that a start need not load Alembic to see that nothing is to be done."""
