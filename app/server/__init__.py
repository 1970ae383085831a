"""What stands between the socket and a route: HTTP, caching, limits, logs. It knows no occupation.

It imports ``app.errors``, ``app.settings`` and ``app.memory``. What it needs of the data, it is
handed.
"""
