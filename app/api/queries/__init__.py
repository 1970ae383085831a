"""Typed selects, one file a resource, and the catalog of what is shown."""
