"""Reads workbooks, text files and zips into rows of cells, and cells into figures.

Nothing here knows a publisher.
"""
