"""The database's history, one file a step."""

HEAD = "d3f6a2c90b57"
"""The newest step, so that a start need not load Alembic to see that nothing is to be done."""
