"""Trust, shown: the real process over real sockets, on both databases, with everything loaded.

``make audit`` runs all of it and prints one table: what was tried, how often, what was lost.
``make audit ARGS=--short`` is the part that CI runs. Each check is a module with one function
from a ``Place`` to ``Outcome`` rows; ``checks.py`` lists them.
"""
