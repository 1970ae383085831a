"""What a proxy says of a request: whose it is, and under which path clients see this server.

Only a proxy whose address the setting ``trusted_proxies`` has is believed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network

from starlette.types import Scope

from app.addresses import Place, see
from app.memory import remembered
from app.settings import Settings

PREFIX = b"x-forwarded-prefix"

Network = IPv4Network | IPv6Network

_PREFIX = re.compile(r"(?:/[A-Za-z0-9_~-][A-Za-z0-9._~-]*){1,20}")
_WITH_PORT = re.compile(r"\[([^\]]*)\](?::[0-9]+)?|([0-9.]+):[0-9]+")
"""An address as some proxies write it: 203.0.113.7:4711, [2001:db8::1]:4711, [2001:db8::1]."""


class Proxies:
    """Reads what proxies say. ``paths``: those of all routes."""

    def __init__(self, settings: Settings, paths: Iterable[str]) -> None:
        self._trusted = settings.trusted_proxies
        self._place = Place.at(settings.public_url or "")
        self._firsts = {path.split("/")[1] for path in paths}

    def say_prefix(self, headers: dict[bytes, bytes]) -> bool:
        """Tell whether a proxy may say where clients see this server, and these headers do."""
        return bool(self._trusted) and not self._place.url and PREFIX in headers

    def enter(self, scope: Scope, headers: dict[bytes, bytes]) -> None:
        """Find where the client sees this server, and take that path off the request's own.

        It goes into ``scope["cut"]``. ``scope["forwarded"]`` is what a proxy said, and a blank,
        which no target has: answers to one target differ by it.
        """
        place, scope["forwarded"], scope["cut"] = self._place, b"", b""
        if self.say_prefix(headers) and trusted(_peer(scope), self._trusted):
            given = headers[PREFIX].decode("latin-1").rstrip("/")
            if _PREFIX.fullmatch(given):
                place, scope["forwarded"] = Place.at(given), given.encode() + b" "
        see(place)
        prefix = place.path
        if prefix and self._is_under(prefix, scope["path"]):
            raw = prefix.encode()
            if scope["raw_path"].startswith(raw):
                scope["cut"] = raw
                scope["raw_path"] = scope["raw_path"][len(raw) :] or b"/"
                scope["path"] = scope["path"][len(prefix) :] or "/"

    def _is_under(self, prefix: str, path: str) -> bool:
        """Tell whether a path begins with the prefix. A proxy may have taken it off.

        A prefix may look like a path of ours: under /occupations, /occupations/docs is our /docs,
        and /occupations/registered-nurses is what a proxy left of a longer one.
        """
        if path != prefix and not path.startswith(prefix + "/"):
            return False
        following = path[len(prefix) + 1 :].split("/", maxsplit=1)[0]
        return prefix.split("/")[1] not in self._firsts or following in {*self._firsts, ""}


def client_address(scope: Scope, proxies: tuple[Network, ...]) -> str:
    """Return the address of the client, as far as it can be trusted; IPv6: its /64 network.

    X-Forwarded-For is read from its end, where the proxy nearest to us wrote, and no further
    than to the first address that is not a trusted proxy's.
    """
    peer = _peer(scope)
    if not proxies or not trusted(peer, proxies):
        return of_one_holder(peer)
    said = b",".join(value for name, value in scope["headers"] if name == b"x-forwarded-for")
    for given in reversed(said.decode("latin-1").split(",")):
        address = given.strip()
        if not of_one_holder(address):
            break  # no address: what stands before it was not written by a proxy we trust
        peer = address
        if not trusted(address, proxies):
            break
    return of_one_holder(peer)


def _peer(scope: Scope) -> str:
    client = scope.get("client")
    return client[0] if client else ""


@remembered(most=4096, longest=64)
def trusted(address: str, networks: tuple[Network, ...]) -> bool:
    """Tell whether an address is in one of the networks."""
    try:
        given = _plain(address)
    except ValueError:
        return False
    return any(given in network for network in networks)


@remembered(most=4096, longest=64)
def of_one_holder(address: str) -> str:
    """Return what identifies a client: its IPv4 address, or the /64 network of its IPv6 address."""
    try:
        given = _plain(address)
    except ValueError:
        return ""
    if isinstance(given, IPv6Address):
        return str(ip_network((given, 64), strict=False))
    return str(given)


def _plain(address: str) -> IPv4Address | IPv6Address:
    ported = _WITH_PORT.fullmatch(address)
    bare = (ported[1] or ported[2] or "") if ported else address
    given = ip_address(bare.partition("%")[0])
    mapped = given.ipv4_mapped if isinstance(given, IPv6Address) else None
    return mapped or given
