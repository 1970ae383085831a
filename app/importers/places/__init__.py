"""Counties, ZIP codes and the areas that they lie in: files of the Census Bureau and of BLS.

It imports ``app.importers.reading`` and the rows.
"""
