"""The requests, answers and code that the documents show, run against a server.

The README shows what a first start has, the box; the other pages what the article alone gives.

- A request is a block ``http`` (``GET /v1/…``, its headers, its body) or a line
  ``curl "http://127.0.0.1:8000/…"``. The block after it is its answer: ``json``, or ``http`` with
  the status line and some of the headers.
- In an answer ``…`` stands for what the document leaves out: the rest of an object, of a list or of
  a text. Everything else is compared.
- In a request ``…`` stands for what the answer before it gave: in the path the rest of ``next``,
  in ``If-None-Match`` the ETag.
- The blocks of code of a page, ``python`` or ``js``, are run as one program. The ``text`` block
  after one is what it prints.
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

ROOT = Path(__file__).parents[1]
PAGES = (
    "README.md",
    "docs/operations.md",
    "docs/guides/clients.md",
    "docs/guides/downloads.md",
    "docs/guides/frontend.md",
    "docs/guides/partners.md",
)
TEXTS = (*PAGES, "docs/loading.md", "docs/serving.md")
"""Pages that name paths; the last two show no request."""
BASE = "http://127.0.0.1:8000"
MORE = "…"

BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.M | re.S)
REQUEST = re.compile(r"(GET|HEAD|POST|OPTIONS) (/\S*)")
CURL = re.compile(rf'\A(?:\$ )?curl "{BASE}(/[^"]*)"\n\Z')

NODE = shutil.which("node")
PROGRAMS = {
    "python": [sys.executable, "-c"],
    "js": [NODE or "node", "--input-type=module", "--eval"],
}


@dataclass(frozen=True)
class Message:
    """A request or an answer: its first line, headers and body, as the document shows them."""

    first: str
    headers: dict[str, str]
    body: str


@dataclass(frozen=True)
class Example:
    """A request and its answer."""

    request: Message
    answer: Message


def blocks_of(page: str) -> list[tuple[str, str]]:
    """Return the language and the text of each block of a page."""
    return BLOCK.findall((ROOT / page).read_text("utf-8"))


def message(text: str) -> Message:
    head, _, body = text.partition("\n\n")
    first, *lines = head.splitlines()
    return Message(first, dict(line.split(": ", 1) for line in lines), body.strip())


def request_in(language: str, text: str) -> Message | None:
    if language == "http" and REQUEST.match(text):
        return message(text)
    if language in {"sh", "console"} and (found := CURL.match(text)):
        return Message(f"GET {found[1]}", {}, "")
    return None


def answer_in(language: str, text: str) -> Message | None:
    if language == "json":
        return Message("HTTP/1.1 200 OK", {}, text)
    if language == "http" and text.startswith("HTTP/1.1 "):
        return message(text)
    return None


def examples_of(page: str) -> list[Example]:
    """Return the requests of a page with their answers; each has one, and no answer is alone."""
    found = []
    for (language, text), after in pairwise([*blocks_of(page), ("", "")]):
        if request := request_in(language, text):
            answer = answer_in(*after)
            assert answer, f"{page}: no answer follows {request.first}"
            found.append(Example(request, answer))
    answers = [text for language, text in blocks_of(page) if answer_in(language, text)]
    assert len(found) == len(answers), f"{page}: an answer without a request"
    return found


def fits(shown: Any, given: Any) -> bool:
    """Tell whether a value is the one that a document shows, perhaps shortened."""
    if isinstance(shown, dict) and isinstance(given, dict):
        whole = MORE in shown or len(shown) == len(given)
        return whole and all(
            key in given and fits(value, given[key]) for key, value in shown.items() if key != MORE
        )
    if isinstance(shown, list) and isinstance(given, list):
        if shown[-1:] == [MORE]:
            shown, given = shown[:-1], given[: len(shown) - 1]
        return len(shown) == len(given) and all(map(fits, shown, given))
    if isinstance(shown, str) and isinstance(given, str):
        return re.fullmatch(".*".join(map(re.escape, shown.split(MORE))), given, re.S) is not None
    return type(shown) is type(given) and bool(shown == given)


def sent(api: httpx.Client, request: Message, before: httpx.Response | None) -> httpx.Response:
    """Send a request as shown, with what the answer before it gave in place of each ``…``."""
    method, target = request.first.split()
    headers = dict(request.headers)
    if MORE in target:
        assert before is not None
        following = before.json()["next"]
        assert fits(target, following), f"{target}: not the next page, {following}"
        target = following
    if MORE in headers.get("If-None-Match", ""):
        assert before is not None
        headers["If-None-Match"] = before.headers["etag"]
    return api.request(method, target, headers=headers, content=request.body or None)


@pytest.mark.parametrize("page", PAGES[1:])
def test_each_request_has_the_answer_that_is_shown(api: httpx.Client, page: str) -> None:
    check(api, page)


def check(api: httpx.Client, page: str) -> None:
    """Send the requests of a page, and compare the answers with those shown."""
    examples = examples_of(page)
    assert examples
    answer = None
    for example in examples:
        request, shown = example.request, example.answer
        answer = sent(api, request, answer)
        status = f"HTTP/1.1 {answer.status_code} {answer.reason_phrase}"
        assert status == shown.first, request.first
        for name, value in shown.headers.items():
            assert fits(value, answer.headers.get(name)), (request.first, name)
        # YAML reads JSON, and `…` as a text.
        if shown.body:
            assert fits(yaml.safe_load(shown.body), answer.json()), (request.first, answer.text)


@pytest.mark.parametrize(
    ("page", "language"),
    [
        pytest.param(
            "docs/guides/frontend.md",
            "js",
            marks=pytest.mark.skipif(NODE is None, reason="no Node.js to run the guide's code"),
        ),
        ("docs/guides/downloads.md", "python"),
        ("docs/guides/partners.md", "python"),
    ],
)
def test_the_code_prints_what_is_shown(
    seeded_sqlite: httpx.Client, page: str, language: str
) -> None:
    blocks = blocks_of(page)
    code = "".join(text for kind, text in blocks if kind == language)
    printed = [
        text for (kind, _), (after, text) in pairwise(blocks) if (kind, after) == (language, "text")
    ]
    assert BASE in code
    assert printed
    code = code.replace(BASE, str(seeded_sqlite.base_url))
    done = subprocess.run(
        [*PROGRAMS[language], code], capture_output=True, text=True, encoding="utf-8", timeout=60
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == "".join(printed)


@pytest.mark.parametrize("page", TEXTS)
def test_each_path_that_a_text_names_answers(api: httpx.Client, page: str) -> None:
    named = set(
        re.findall(r"`(/(?:v1|health|problems|docs)[^`{…]*)`", (ROOT / page).read_text("utf-8"))
    )
    # A path that is named without its parameters may ask for them.
    wrong = {
        path
        for path in named
        if api.get(path).status_code not in ({200} if "?" in path else {200, 400})
    }
    assert wrong == set()


@pytest.mark.parametrize(
    ("shown", "given", "fit"),
    [
        ({"a": 1}, {"a": 1}, True),
        ({"a": 1}, {"a": 1, "b": 2}, False),
        ({"a": 1, MORE: None}, {"a": 1, "b": 2}, True),
        ({"c": None, MORE: None}, {"a": 1}, False),
        ([1, MORE], [1, 2], True),
        ([1, MORE], [1], True),
        ([1, MORE], [2], False),
        ([1, 2, MORE], [1], False),
        ([1], [1, 2], False),
        ("ab…", "abc", True),
        ("ab…", "cab", False),
        ("a.c", "abc", False),
        (1, True, False),
        (1, None, False),
    ],
)
def test_what_is_shown_is_compared(shown: Any, given: Any, fit: bool) -> None:
    assert fits(shown, given) is fit
