"""The database's history, one file a step."""

HEAD = "c4f0a86d2b17"
"""The newest step, so that a start need not load Alembic to see that nothing is to be done."""
