"""The database's history, one file a step."""

HEAD = "1c54cdf7914e"
"""The newest step, so that a start need not load Alembic to see that nothing is to be done."""
