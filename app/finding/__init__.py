"""Search, suggestions and title matching, and the files of their indices.

``index_builder`` reads the rows through ``app.api.queries`` and ``app.database``; ``search`` and
``titles`` import neither.
"""
