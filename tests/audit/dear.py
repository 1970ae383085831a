"""Requests that may cost most, valid and faulty, on every route."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

from app.api.schemas.parameters import BLOCK_NAMES

LISTS = tuple(name.replace("_", "-") for name in BLOCK_NAMES)
MATCH = "/v1/titles/match"


MOST = 0.020
"""Seconds of processor that a request may take, beside those of its titles."""

MOST_OF_TITLE = 0.002
"""Seconds that each title of a body may take, however long."""


@dataclass(frozen=True, slots=True)
class Request:
    """A GET, or a POST of ``content``; ``titles`` are those that it asks for."""

    target: str
    content: bytes = b""
    titles: int = 0

    @property
    def line(self) -> str:
        """The request on one line, cut."""
        if not self.content:
            return f"GET {self.target[:70]}"
        shown = self.content[:50].decode("utf-8", "replace").replace("|", "/")
        return f"POST {shown} … {len(self.content):,} bytes"

    @property
    def most(self) -> float:
        """Seconds of processor that it may take."""
        return max(MOST, self.titles * MOST_OF_TITLE)

    @property
    def size(self) -> int:
        """Bytes that the client sends: line and body."""
        return len(self.target) + len(self.content)


WORDS = (
    *("manager", "nurse", "engineer", "operator", "assistant", "teacher", "supervisor", "clerk"),
    *("technician", "registered", "practitioner", "administrator", "representative"),
    *("specialist", "maintenance", "electrical"),
)


def misspelt(count: int) -> str:
    """Write words with a slip in each, never the same ones."""
    found = []
    for _ in range(count):
        word = random.choice(WORDS)
        at = random.randrange(1, len(word))
        found.append(word[:at] + random.choice("abcdefghijklmnopqrstuvwxyz") + word[at:])
    return " ".join(found)


def texts() -> list[str]:
    """Give texts as people and others type them."""
    return [
        *("a", "e", "s s s", "x" * 200, "é" * 100, "nurse", "11-9111 29-1141 15-1252"),
        "manager " * 25,
        " ".join(WORDS),
        " ".join("abcdefghijklmnopqrstuvwxyz") * 3,
        *(misspelt(count) for count in (1, 3, 12, 16)),
        "aaaaaaaa bbbbbbbb cccccccc dddddddd eeeeeeee ffffffff gggggggg hhhhhhhh",
        "n\u0301\u0302\u0303u\u0316\u0317r\u0334s\u0335e\u0336" * 20,
        "\u0301" * 500,
        "\ufdfa" * 100,
        " ".join(f"({misspelt(3)})" for _ in range(4)),
        "(" * 200,
        "rn lpn cna ceo cfo cto emt hvac hr it pr qa",
        "r." * 100,
        "0 1 2 3 4 5 6 7 8 9 11 12",
    ]


def valid(codes: list[str]) -> Iterator[Request]:
    """Give requests that are answered with much, or after much work."""
    many = ",".join(codes[:200])
    fields = "fields=" + ",".join(["code"] * 300)
    targets = [
        *("/v1", "/v1/areas?limit=200", "/v1/sources", "/v1/releases?limit=200", "/openapi.json"),
        "/v1/occupations?level=all&limit=200&sort=-wage",
        "/v1/occupations?level=all&limit=200&sort=title&q=a",
        f"/v1/occupations?codes={many}&limit=200",
        f"/v1/occupations?codes={many}&limit=200&sort=-employment&{fields}",
        f"/v1/occupations?codes={','.join(f'zz-{n}' for n in range(200))}",
        f"/v1/occupations?codes={','.join('z' * 29 for _ in range(200))}",
        f"/v1/compare?codes={','.join(codes[:10])}",
        f"/v1/compare?codes={','.join(codes[:2])}&period=all",
        f"/v1/compare?codes={','.join(codes[:5])}&areas=US,CA,TX,NY",
        "/v1/wages?area=all&industry=all&period=all&limit=200",
        "/v1/wages?area=all&industry=all&period=all&limit=1&group=99",
        "/v1/wages?area=all&industry=all&period=all&limit=200&code=00-0000",
    ]
    for code in ("11-9111", "29-1141", "00-0000", "11-0000"):
        one = f"/v1/occupations/{code}"
        targets += [f"{one}?include=all&area=all&period={period}" for period in ("all", "latest")]
        targets += [f"{one}/{name}?period=all&limit=200" for name in LISTS]
        targets.append(f"{one}/wages?area=all&industry=all&period=all&limit=200")
    for name in LISTS:
        targets += [f"/v1/{name}?period=all&limit=200{more}" for more in ("", "&group=11")]
    for text in texts():
        q = quote(text[:200].strip())
        targets.append(f"/v1/search?q={q}&limit=200&level=all")
        targets.append(f"/v1/search?q={quote(text[:500])}&limit=1")
        targets.append(f"/v1/suggest?q={quote(text[:100])}&limit=20")
        targets.append(f"{MATCH}?title={quote(text[:500])}&limit=20&min_confidence=0")
        targets.append(f"/v1/occupations?q={q}&level=all&limit=200")
        targets.append(f"/v1/areas?q={quote(text[:100])}&limit=200")
    yield from map(Request, targets)


def faulty(codes: list[str]) -> Iterator[Request]:
    """Give requests with as many faults as there is room for, each looked into."""
    long = "z" * 200
    keys = ",".join(f"anual_media{n}" for n in range(150))
    slug = "medical-and-health-services-manager-" * 5
    targets = [
        f"/v1/occupations/{long}",
        f"/v1/occupations/{slug}",
        f"/v1/occupations/{slug}/wages",
        f"/v1/occupations/{'11-911' * 33}",
        "/v1/occupations/registered-nursez",
        f"/v1/releases/{'bls-oews-2021-' * 14}",
        f"/v1/compare?codes={','.join(['zz-0000'] * 10)}",
        f"/v1/compare?codes={','.join(f'registered-nurse-{n}' for n in range(300))}",
        f"/v1/compare?codes={','.join(codes[:10])}&period=all&areas=all",
        f"/v1/compare?codes={','.join(codes[:2])}&areas={','.join(f'Z{n}' for n in range(60))}",
        f"/v1/occupations?codes={','.join('z' * 29 for _ in range(201))}",
        f"/v1/occupations?codes={'a ' * 2900}",
        f"/v1/occupations/11-9111?fields={keys[:2000]}",
        f"/v1/occupations/11-9111?fields={',' * 1999}",
        f"/v1/occupations/11-9111?fields={','.join('a' * 1000)}",
        f"/v1/occupations/11-9111?fields={'titles.' * 285}",
        f"/v1/occupations/11-9111?include={','.join(['dutis'] * 66)}",
        f"/v1/occupations?level={','.join(['detaild'] * 12)}&education={'bachelors,' * 19}",
        f"/v1/wages?area={'Z' * 20}&industry={'9' * 20}&period={'2021-05x' * 2}&code={slug[:200]}",
        f"/v1/duties?kind={'comon' * 8}&period=2021-5&source=onett&group=1&code={long}",
        f"/v1/wages?limit=0&period={'9' * 21}&source=z&group=z&fields=z,y,x,w",
        f"/v1/occupations?wage_min={'9' * 4000}&wage_max=1e999&growth_min=nan&openings_min=-1",
        f"/v1/search?q={'nurce+' * 1300}",
        f"/v1/suggest?q={'%F0%9F%9A%92' * 600}&limit=-1",
        f"{MATCH}?title={'nurce+' * 1300}&limit=1e9&min_confidence=1e999",
        *(f"/{'/'.join(['v1'] + ['occupation'] * n)}" for n in (1, 2, 3, 17)),
        f"/v1/{long}",
        f"/v1/occupatons/{long}/wagse",
        f"/v1{'/' * 7000}",
        f"/v1/occupations?cursor={'A' * 1000}",
        "/v1/wages?" + "&".join(["a=", "b="] * 50),
        "/v1/wages?" + "&".join(["limit=1", "period=x"] * 49),
        "/v1/wages?" + "&".join(["a=", "b="] * 1300),
    ]
    for most in (99, 900):
        targets.append("/v1/wages?" + "&".join(f"x{n}=1" for n in range(most)))
        targets.append("/v1/wages?" + "&".join(f"{'period' * 12}{n}=" for n in range(most // 9)))
    yield from map(Request, targets)


def bodies() -> Iterator[Request]:
    """Give bodies: a thousand titles of each kind, and faults of each kind."""
    for text in texts():
        yield many_titles([text[:500]] * 1000)
    for count in (3, 16):
        yield many_titles([misspelt(count) for _ in range(1000)])
    for content in (
        b'{"titles":["a"],' + b",".join(b'"k%d":1' % n for n in range(40_000)) + b"}",
        b'{"titles":["a"],' + b",".join(b'"k%d":1' % n for n in range(990)) + b"}",
        b'{"titles":[' + b"[]," * 130_000 + b"[]]}",
        b'{"titles":[' + b"1," * 200_000 + b"1]}",
        b'{"titles":[' + b"1," * 900 + b"1]}",
        b'{"titles":["' + b'","' * 130_000 + b'"]}',
        b'{"titles":["' + b'\\\\\\"' * 100_000 + b'"]}',
        b'{"titles":["' + b"a" * 400_000 + b'"]}',
        b'{"titles":["a"],"limit":' + b"9" * 400_000 + b"}",
        b"[" * 400_000,
        b'{"a":' * 900,
        b" " * 400_000,
    ):
        yield Request(MATCH, content)


def many_titles(titles: list[str]) -> Request:
    """Ask for so many titles with all their matches."""
    asked = {"titles": titles, "limit": 20, "min_confidence": 0}
    return Request(MATCH, json.dumps(asked).encode(), len(titles))
