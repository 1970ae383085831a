"""Parts of files: ranges at their edges, and what a client has already."""

from __future__ import annotations

import httpx
import pytest

from tests.api.exports.files import WAGES, digest_of, files_of
from tests.server.raw import connect, request


def _ranges(size: int) -> list[tuple[str, tuple[int, int] | None]]:
    """Give ranges → the first and last byte that they stand for; None: there is none."""
    return [
        ("bytes=0-0", (0, 0)),
        ("bytes=0-", (0, size - 1)),
        ("bytes=1-1", (1, 1)),
        (f"bytes={size - 1}-", (size - 1, size - 1)),
        (f"bytes={size - 1}-{size - 1}", (size - 1, size - 1)),
        (f"bytes=0-{size - 1}", (0, size - 1)),
        (f"bytes=0-{size}", (0, size - 1)),
        (f"bytes=0-{'9' * 5000}", (0, size - 1)),
        (f"bytes=00000000000000000000001-{'0' * 30}2", (1, 2)),
        ("bytes=-1", (size - 1, size - 1)),
        (f"bytes=-{size}", (0, size - 1)),
        (f"bytes=-{size + 1}", (0, size - 1)),
        ("Bytes= 3-4", (3, 4)),
        (f"bytes={size}-", None),
        (f"bytes={size}-{size}", None),
        (f"bytes={'9' * 5000}-", None),
        ("bytes=-0", None),
        ("bytes=5-4", None),
        ("bytes=-", None),
        ("bytes=", None),
        ("bytes=a-b", None),
        ("bytes=1-2,x", None),
        ("bytes=0x1-0x2", None),
        ("bytes=--1", None),
    ]


def test_a_range_is_sent_and_one_that_makes_no_sense_is_refused(api: httpx.Client) -> None:
    whole = api.get(WAGES).content
    size = len(whole)
    for asked, part in _ranges(size):
        answer = api.get(WAGES, headers={"Range": asked})
        if part is None:
            assert answer.status_code == 416, asked
            assert answer.headers["content-range"] == f"bytes */{size}"
            assert answer.headers["content-type"] == "application/problem+json"
            problem = answer.json()
            assert problem["code"] == "range_not_satisfiable"
            assert api.get(problem["type"]).status_code == 200
            continue
        first, last = part
        assert answer.status_code == 206, asked
        assert answer.content == whole[first : last + 1], asked
        assert answer.headers["content-range"] == f"bytes {first}-{last}/{size}"
        assert int(answer.headers["content-length"]) == last + 1 - first
        assert answer.headers["etag"] == api.head(WAGES).headers["etag"]


@pytest.mark.parametrize("asked", ["bytes=0-1,3-4", "bytes=0-0, -1", "items=0-1", "0-1", ""])
def test_several_ranges_and_other_units_get_the_whole(api: httpx.Client, asked: str) -> None:
    answer = api.get(WAGES, headers={"Range": asked})
    assert answer.status_code == 200
    assert len(answer.content) == int(answer.headers["content-length"])
    assert "content-range" not in answer.headers


def test_a_range_of_another_state_of_the_file_gets_the_whole(api: httpx.Client) -> None:
    whole = api.get(WAGES)
    tag = whole.headers["etag"]
    for if_range, status in (
        (tag, 206),
        ('"other"', 200),
        (f"W/{tag}", 200),  # a weak tag may stand for other bytes
        ("Sun, 29 Nov 2026 12:00:00 GMT", 200),
        ("", 200),
    ):
        answer = api.get(WAGES, headers={"Range": "bytes=10-", "If-Range": if_range})
        assert answer.status_code == status, if_range
        assert answer.content == whole.content[10 if status == 206 else 0 :]


def test_what_a_client_has_is_not_sent_again(api: httpx.Client) -> None:
    tag = api.head(WAGES).headers["etag"]
    for given in (tag, f"W/{tag}", f'"x", {tag}', "*"):
        for more in ({}, {"Range": "bytes=0-0"}, {"Range": "bytes=99999999-"}):
            answer = api.get(WAGES, headers={"If-None-Match": given, **more})
            assert (answer.status_code, answer.content) == (304, b""), (given, more)
            assert answer.headers["etag"] == tag
            assert "content-length" not in answer.headers
    assert api.get(WAGES, headers={"If-None-Match": '"x"'}).status_code == 200


def test_head_tells_the_whole_file(api: httpx.Client) -> None:
    size = len(api.get(WAGES).content)
    for headers in ({}, {"Range": "bytes=0-0"}, {"Range": "bytes=99999999-"}):
        answer = api.head(WAGES, headers=headers)
        assert answer.status_code == 200
        assert int(answer.headers["content-length"]) == size
        assert answer.content == b""


def test_a_download_that_broke_off_goes_on(api: httpx.Client) -> None:
    entry = next(one for one in files_of(api) if one["newest"] == "occupations.zip")
    with connect(api) as connection:
        connection.sendall(request(entry["url"]))
        got = b""
        while len(got) < 3000:
            got += connection.recv(1000)
    have = got.partition(b"\r\n\r\n")[2]
    assert 0 < len(have) < entry["bytes"]
    headers = {"Range": f"bytes={len(have)}-", "If-Range": api.head(entry["url"]).headers["etag"]}
    rest = api.get(entry["url"], headers=headers)
    assert rest.status_code == 206
    assert digest_of(have + rest.content) == entry["digest"]
