"""Publishers' files become rows of releases, written in one transaction.

A package a publisher, each pure: file → typed rows. ``loading`` alone writes. They import
``app.database`` for its tables.
"""
