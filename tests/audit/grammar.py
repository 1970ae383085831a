"""The grammar of tests/server/http_grammar.py at length: other seeds, on loaded databases."""

from __future__ import annotations

from collections.abc import Iterator

import httpx

from bench.speed_servers import ours, warmed
from tests.audit.place import Outcome, Place
from tests.server.http_grammar import conversations, faults, heads_of
from tests.server.raw import exchange

SEEDS = range(2, 12)
REQUESTS = 2000
"""Requests of each seed."""


def grammar(place: Place) -> Iterator[Outcome]:
    """Ask a server that keeps answers, twice, and one that keeps none; h11 is the judge."""
    seeds = SEEDS[:1] if place.short else SEEDS
    for where, url in place.urls.items():
        with (
            ours(url, queue_seconds="60") as keeping,
            ours(url, queue_seconds="60", cache_bytes="0") as plain,
        ):
            servers = [warmed(server).url for server in (keeping, keeping, plain)]
            clients = [httpx.Client(base_url=server) for server in servers]
            found = []
            for seed in seeds:
                for made in conversations(seed, REQUESTS):
                    heads = heads_of(made)
                    said = [exchange(client, made.pieces, heads) for client in clients]
                    found += [f"seed {seed}: {each}" for each in faults(made, said[:2], said[2])]
            for client in clients:
                client.close()
        yield Outcome(
            "requests of a grammar: kept or not the same, and as h11 reads them",
            where,
            len(seeds) * REQUESTS,
            len(found),
            "; ".join(dict.fromkeys(found))[:200],
        )
