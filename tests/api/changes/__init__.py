"""``/v1/changes`` and its feed."""
