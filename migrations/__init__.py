"""The database's history, one file a step."""

STEPS = (
    "4b1f0c6a7d21",
    "8e2d93f5b604",
    "a6c7157e0f3b",
    "d90b4e82c1fa",
    "1c54cdf7914e",
    "7e4f0a9b6c21",
    "b1d7c2a95e38",
    "c4a90d7f1e52",
    "c5e80d4b7f16",
    "d1a7e3c95b20",
    "d2b96f4e1a83",
    "d83b5f2a6c04",
    "d3f6a2c90b57",
    "e5a17c0d94b2",
    "b7d93e5f1c08",
    "c4f0a86d2b17",
    "d91e7b3c5a46",
    "e3a52f9d7b18",
)
"""Every step, oldest first: a start need not load Alembic to see that nothing is to be done, or
that a newer program has been there."""

HEAD = STEPS[-1]
"""The newest step."""
