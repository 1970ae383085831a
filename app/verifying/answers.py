"""What the API answers: whole lists, page after page over one connection."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode, urlsplit

import httpx
import orjson

from app.verifying.rows import LISTS, Wanted

Item = dict[str, Any]
PAGE = 200
"""Items a page, the most that the API gives."""


class ApiFault(Exception):
    """The API did not answer, or not as its contract says."""


class Api:
    """A client of one API."""

    def __init__(self, client: httpx.Client) -> None:
        self.client = client
        self.releases: dict[str, dict[str, Any]] = {}

    def look(self) -> None:
        """Note the releases that the API shows now."""
        self.releases = {
            release["id"]: release
            for page in self.pages("/v1/releases", {})
            for release in page["items"]
        }

    def get(self, path: str) -> Any:
        """Return the JSON of an answer; None for 404. Raises ``ApiFault``."""
        try:
            answer = self.client.get(path)
        except httpx.HTTPError as fault:
            why = str(fault) or type(fault).__name__
            raise ApiFault(f"{self.client.base_url}: {why}") from fault
        if answer.status_code == httpx.codes.NOT_FOUND:
            return None
        if answer.status_code != httpx.codes.OK:
            raise ApiFault(f"{answer.url}: {answer.status_code} {answer.text[:300]}")
        try:
            return orjson.loads(answer.content)
        except orjson.JSONDecodeError as fault:
            raise ApiFault(f"{answer.url}: no JSON: {fault}") from fault

    def pages(self, path: str, parameters: dict[str, str]) -> Iterator[dict[str, Any]]:
        """Yield the pages of a list; checks that as many items come as its total says."""
        following: str | None = f"{path}?{urlencode({**parameters, 'limit': str(PAGE)})}"
        taken = total = 0
        while following is not None:
            page = self.get(following)
            if page is None:
                raise ApiFault(f"{self.client.base_url}{following}: 404")
            taken, total = taken + len(page["items"]), page["total"]
            yield page
            # A path alone: the address in it may be the one that outsiders use.
            following = None
            if page["next"] is not None:
                following = urlsplit(page["next"])._replace(scheme="", netloc="").geturl()
        if taken != total:
            raise ApiFault(f"{path}?{urlencode(parameters)}: {taken} items, total says {total}")


class Answers:
    """A list's items of one source and period, packed, by what tells them apart.

    ``met`` counts the file's lines that each answers. A key that stands again has a number
    behind it. 400,000 wages take about 200 MB.
    """

    def __init__(self, api: Api, wanted: Wanted, source: str, period: str) -> None:
        self.wanted, self.source, self.period = wanted, source, period
        self.names: list[str] = []
        self.packed: dict[tuple[Any, ...], bytes] = {}
        self.met: Counter[tuple[Any, ...]] = Counter()
        known = LISTS[wanted.name]
        repeated: Counter[tuple[Any, ...]] = Counter()
        for kind in wanted.kinds or (None,):
            for page in api.pages(f"/v1/{wanted.name}", self._parameters(kind)):
                for item in page["items"]:
                    self.names = self.names or list(item)
                    key = tuple(item[name] for name in known.key)
                    repeated[key] += 1
                    if repeated[key] > 1:
                        key = (*key, repeated[key])
                    self.packed[key] = orjson.dumps([item[name] for name in self.names])

    def _parameters(self, kind: str | None) -> dict[str, str]:
        name = self.wanted.name
        if name == "occupations":
            return {"level": "all"}
        if name == "areas":
            return {}
        parameters = {"source": self.source, "period": self.period}
        if name == "wages":
            parameters |= {"area": "all", "industry": "all"}
        return parameters | ({"kind": kind} if kind else {})

    def item(self, key: tuple[Any, ...]) -> Item | None:
        """Return the item with this key."""
        packed = self.packed.get(key)
        return None if packed is None else dict(zip(self.names, orjson.loads(packed), strict=True))

    def items(self) -> Iterator[tuple[tuple[Any, ...], Item]]:
        """Yield every item with its key."""
        for key, packed in self.packed.items():
            yield key, dict(zip(self.names, orjson.loads(packed), strict=True))

    def url(self, key: tuple[Any, ...]) -> str:
        """Return the address that answers for one occupation, or one area."""
        fields = dict(zip(LISTS[self.wanted.name].key, key, strict=False))
        if self.wanted.name == "occupations":
            return f"/v1/occupations/{fields['code']}?include=descriptions"
        if self.wanted.name == "areas":
            return "/v1/areas"
        parameters = {"code": fields["code"], "source": self.source, "period": self.period}
        parameters |= {name: fields[name] for name in ("area", "industry") if name in fields}
        return f"/v1/{self.wanted.name}?{urlencode(parameters)}"
