"""Downloads against a server that drops connections, answers 403 and 503, and cuts bodies short."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import httpx
import pytest

from app.commands.downloading import DownloadFailed, downloads, fetch

BODY = bytes(range(256)) * 400

Answer = Callable[["Handler", int], None]


class Handler(BaseHTTPRequestHandler):
    answer: Answer
    asked: list[dict[str, str]]

    def do_GET(self) -> None:
        self.asked.append(dict(self.headers))
        type(self).answer(self, len(self.asked))

    def log_message(self, *_: object) -> None:
        pass

    def give(self, body: bytes = BODY, *, only: int | None = None, etag: str = '"v1"') -> None:
        """Give the body, or the range asked for; ``only`` so many bytes of it."""
        begin = 0
        if "Range" in self.headers and self.headers["If-Range"] == etag:
            begin = int(self.headers["Range"].removeprefix("bytes=").removesuffix("-"))
            self.send_response(206)
            self.send_header("Content-Range", f"bytes {begin}-{len(body) - 1}/{len(body)}")
        else:
            self.send_response(200)
        self.send_header("ETag", etag)
        self.send_header("Content-Length", str(len(body) - begin))
        self.end_headers()
        self.wfile.write(body[begin:][:only])
        if only is not None:
            self.close_connection = True

    def refuse(self, status: int, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", "0")
        self.end_headers()


@pytest.fixture
def handler() -> type[Handler]:
    class Own(Handler):
        asked: list[dict[str, str]] = []  # noqa: RUF012 - one a test

    return Own


@pytest.fixture
def url(handler: type[Handler]) -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/a.zip"
    server.shutdown()
    thread.join()
    server.server_close()


def fetched(url: str, folder: Path, tries: int = 4) -> tuple[bytes, list[float]]:
    waits: list[float] = []
    with httpx.Client(headers={"User-Agent": "occupations-api/test (me@example.org)"}) as client:
        fetch(client, url, folder / "a.zip", sleep=waits.append, tries=tries)
    assert not list(folder.glob("*.part*"))
    return (folder / "a.zip").read_bytes(), waits


def test_a_file_is_fetched_whole_and_says_who_asks(
    handler: type[Handler], url: str, tmp_path: Path
) -> None:
    handler.answer = lambda self, _n: self.give()
    assert fetched(url, tmp_path) == (BODY, [])
    assert handler.asked[0]["User-Agent"] == "occupations-api/test (me@example.org)"
    assert (tmp_path / "a.zip.sha256").read_text().endswith("  a.zip\n")


def test_a_short_body_is_gone_on_with(handler: type[Handler], url: str, tmp_path: Path) -> None:
    handler.answer = lambda self, n: self.give(only=1000 if n < 3 else None)
    assert fetched(url, tmp_path) == (BODY, [1.0, 2.0])
    assert [asked.get("Range") for asked in handler.asked] == [
        None,
        "bytes=1000-",
        "bytes=2000-",
    ]


def test_another_version_begins_anew(handler: type[Handler], url: str, tmp_path: Path) -> None:
    new = BODY[::-1]
    handler.answer = lambda self, n: self.give(only=1000) if n == 1 else self.give(new, etag='"v2"')
    assert fetched(url, tmp_path)[0] == new


def test_a_dropped_connection_is_tried_again(
    handler: type[Handler], url: str, tmp_path: Path
) -> None:
    def answer(self: Handler, n: int) -> None:
        if n == 1:
            self.connection.close()
        else:
            self.give()

    handler.answer = answer
    assert fetched(url, tmp_path) == (BODY, [1.0])


def test_503_waits_as_long_as_it_asks(handler: type[Handler], url: str, tmp_path: Path) -> None:
    handler.answer = lambda self, n: self.refuse(503, Retry_After="7") if n < 3 else self.give()
    assert fetched(url, tmp_path) == (BODY, [7.0, 7.0])


def test_it_gives_up_at_last(handler: type[Handler], url: str, tmp_path: Path) -> None:
    handler.answer = lambda self, _n: self.refuse(503)
    with pytest.raises(DownloadFailed, match=r"503 .*; gave up after 4 tries"):
        fetched(url, tmp_path)


@pytest.mark.parametrize(("status", "why"), [(403, "say who you are"), (404, "404")])
def test_what_will_not_change_is_not_tried_again(
    handler: type[Handler], url: str, tmp_path: Path, status: int, why: str
) -> None:
    handler.answer = lambda self, _n: self.refuse(status)
    with pytest.raises(DownloadFailed, match=why):
        fetched(url, tmp_path)
    assert len(handler.asked) == 1
    assert not (tmp_path / "a.zip").exists()


def test_a_web_page_is_not_the_file(handler: type[Handler], url: str, tmp_path: Path) -> None:
    handler.answer = lambda self, _n: self.refuse(200, Content_Type="text/html")
    with pytest.raises(DownloadFailed, match="a web page and not the file"):
        fetched(url, tmp_path)


def test_the_table_of_addresses() -> None:
    table = {(d.source, d.scope, d.period): d.urls for d in downloads()}
    assert table["bls-oews", "national", "2021-05"] == (
        "https://www.bls.gov/oes/special-requests/oesm21nat.zip",
    )
    assert table["onet", "text", "2022-08"] == (
        "https://www.onetcenter.org/dl_files/database/db_27_0_text.zip",
    )
    assert all(url.startswith("https://") for urls in table.values() for url in urls)
