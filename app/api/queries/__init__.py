"""Typed selects, one file a resource. They import ``app.database`` and the schemas."""
