"""Bundles of ``app.exporting``: opened and checked whole, then read as rows."""
