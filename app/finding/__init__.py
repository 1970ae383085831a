"""Search, suggestions and title matching, and the files of their indices.

``indices`` reads the rows by ``app.api.queries`` and ``app.database``; the engines know neither.
"""
