"""Reads publishers' files into rows of releases, and writes each release in one transaction.

Each publisher has a package of pure functions: file → rows. Only ``loading`` writes. They import
``app.database`` for its tables.
"""
