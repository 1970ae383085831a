"""The JSON API: routes, queries, schemas, and the contract that describes them.

``contract`` imports ``routers``; these import ``app.finding`` and ``queries``; these import
``app.database`` and ``schemas``.
"""
