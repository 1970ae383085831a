"""Clients that generators make of the contract: compiled strictly, run against the server.

``programs/`` has a small program for each generator, written as its users write theirs.
"""
