"""A client of the API, which fetches whole lists page by page over one connection."""

from __future__ import annotations

import sys
from array import array
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import httpx
import orjson

from app.verifying.rows import LISTS, Wanted

Item = dict[str, Any]
Key = tuple[Any, ...]
PAGE = 200
"""Items a page, the most that the API gives."""


class ApiFault(Exception):
    """The API did not answer, or not as its contract says."""


class Api:
    """A client of one API."""

    def __init__(self, client: httpx.Client) -> None:
        self.client = client
        self.releases: dict[str, dict[str, Any]] = {}

    def fetch_releases(self) -> None:
        """Fetch the releases that the API shows now."""
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
        """Yield the pages of a list. Raises ``ApiFault`` if there are not ``total`` items."""
        asked = {**parameters, "limit": str(PAGE)}
        cursor: dict[str, str] | None = {}
        taken = total = 0
        while cursor is not None:
            following = f"{path}?{urlencode(asked | cursor)}"
            page = self.get(following)
            if page is None:
                raise ApiFault(f"{self.client.base_url}{following}: 404")
            taken, total = taken + len(page["items"]), page["total"]
            yield page
            # Not by ``next``: its address is the one that outsiders use.
            cursor = {"cursor": page["next_cursor"]} if page["next_cursor"] else None
        if taken != total:
            raise ApiFault(f"{path}?{urlencode(parameters)}: {taken} items, total says {total}")


RETIRED = frozenset({"soc", "oews", "nem", "onet-soc"})
"""Systems of classifications that releases have used codes of."""


class Answers:
    """The items of a list of one source and period, by their keys.

    ``met`` counts the lines of files that each item answers. A key that stands again has a number
    at its end. Items are packed: 400,000 wages take some 200 MB.
    """

    def __init__(self, api: Api, wanted: Wanted, source: str, period: str) -> None:
        self.wanted, self.source, self.period = wanted, source, period
        self.places: dict[Key, int] = {}
        self.met = array("L")
        self._names: list[str] = []
        self._packed: list[bytes] = []
        self._marks: dict[bytes, int] = {}
        self._marks_read: list[Any] = []
        known = LISTS[wanted.name]
        repeated: Counter[Key] = Counter()
        for parameters in self._queries(api):
            for page in api.pages(f"/v1/{wanted.segment}", parameters):
                for item in page["items"]:
                    key: Key = tuple(_interned(item[name]) for name in known.fields)
                    if wanted.name == "occupations" and key in self.places:
                        continue  # the code is one of several classifications
                    while key in self.places:
                        repeated[key] += 1
                        key = (*key[: len(known.fields)], repeated[key] + 1)
                    self.places[key] = len(self._packed)
                    self._packed.append(self._pack(item))
        self.met.extend([0] * len(self._packed))

    def _pack(self, item: Item) -> bytes:
        self._names = self._names or list(item)
        if "marks" in item:  # there are few different ones, and they are long
            text = orjson.dumps(item["marks"])
            if text not in self._marks:
                self._marks[text] = len(self._marks_read)
                self._marks_read.append(item["marks"])
            item["marks"] = self._marks[text]
        # A copy: what the writer returns keeps a buffer of many times its length.
        return bytes(memoryview(orjson.dumps([item[name] for name in self._names])))

    def _queries(self, api: Api) -> Iterator[dict[str, str]]:
        """Yield the parameters of each list: of occupations those in force, then the retired."""
        name = self.wanted.name
        if name == "occupations":
            yield {"level": "all"}
            for page in api.pages("/v1/classifications", {}):
                for one in page["items"]:
                    if one["system"] in RETIRED and one["id"] != "soc-2018":
                        yield {"classification": one["id"]}
            return
        parameters = {"source": self.source, "period": self.period} if name != "areas" else {}
        if name in {"wages", "projections"}:
            parameters |= {"area": "all"}
        if name == "wages":
            parameters |= {"industry": "all"}
        for kind in self.wanted.kinds or (None,):
            yield parameters | ({"kind": kind} if kind else {})

    def item(self, place: int) -> Item:
        """Return the item at this place of the list."""
        item = dict(zip(self._names, orjson.loads(self._packed[place]), strict=True))
        if "marks" in item:
            item["marks"] = self._marks_read[item["marks"]]
        return item

    def url(self, key: Key) -> str:
        """Return the address that answers for one occupation, or one area."""
        fields = dict(zip(LISTS[self.wanted.name].fields, key, strict=False))
        if self.wanted.name == "occupations":
            return f"/v1/occupations/{fields['code']}?include=descriptions"
        if self.wanted.name == "areas":
            return "/v1/areas"
        parameters = {"code": fields["code"], "source": self.source, "period": self.period}
        parameters |= {name: fields[name] for name in ("area", "industry") if name in fields}
        return f"/v1/{self.wanted.segment}?{urlencode(parameters)}"


def _interned(part: Any) -> Any:
    """Return one object for equal texts: codes stand in hundreds of thousands of keys."""
    return sys.intern(part) if type(part) is str else part
