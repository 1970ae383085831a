"""One file over HTTP: resumed where it broke off, kept where it is whole, whole or not at all.

Beside ``file.xlsx`` stand ``file.xlsx.sha256``, as sha256sum writes it, and, hidden, what the
server said of it (``.file.xlsx.json``). Until it is whole it is called ``.file.xlsx.part``. None
of these may be a link: what it leads to would be overwritten.
"""

from __future__ import annotations

import hashlib
import json
import time
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import httpx

from app.commands.output import Told
from app.importers.reading.opening import open_regular, open_to_write

ATTEMPTS = 6
"""Failures in a row after which a file is given up; ``PROGRESS`` bytes start the count anew."""
PROGRESS = 1 << 20
LONGEST_PAUSE = 120.0  # seconds; a server that asks for more is asked again by a person
TIMEOUT = httpx.Timeout(60.0, connect=15.0)
AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})


class DownloadFault(Exception):
    """Why a file could not be fetched: one line."""


class _TryAgain(Exception):
    """A failure that may pass: what it was, and the seconds that the server asks to wait."""

    def __init__(self, why: str, pause: float | None = None) -> None:
        super().__init__(why)
        self.pause = pause


@dataclass(frozen=True, slots=True)
class Fetched:
    """A file that is whole; ``kept`` if it was there already."""

    path: Path
    bytes: int
    sha256: str
    kept: bool


class Transfer:
    """Fetches one address into one file."""

    def __init__(
        self,
        client: httpx.Client,
        url: str,
        path: Path,
        *,
        again: bool = False,
        progress: Told = lambda _done, _total=None: None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.client, self.url, self.path = client, url, path
        self.again = again  # fetch what is there too
        self.progress, self.sleep = progress, sleep
        self.part = path.with_name(f".{path.name}.part")
        self.said = path.with_name(f".{path.name}.json")
        self.sum = path.with_name(f"{path.name}.sha256")

    def fetch(self) -> Fetched:
        """Return the file, whole. Raises ``DownloadFault`` or ``OSError``; then nothing changed."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        failures, pause = 0, 1.0
        while True:
            before = self._size()
            try:
                return self._attempt()
            except (_TryAgain, httpx.TransportError) as fault:
                if self._size() - before >= PROGRESS:
                    failures, pause = 0, 1.0
                failures += 1
                asked = fault.pause if isinstance(fault, _TryAgain) else None
                why = str(fault) or type(fault).__name__
                if failures == ATTEMPTS:
                    raise self._fault(f"{why}; given up after {ATTEMPTS} attempts") from fault
                if asked is not None and asked > LONGEST_PAUSE:
                    raise self._fault(f"{why}; try again in {asked:,.0f} s") from fault
                self.sleep(pause if asked is None else asked)
                pause = min(pause * 2, LONGEST_PAUSE)
            except (httpx.HTTPError, httpx.InvalidURL) as fault:
                raise self._fault(str(fault) or type(fault).__name__) from fault

    def _attempt(self) -> Fetched:
        whole = self._whole()
        said = self._read_said()
        with self.client.stream("GET", self.url, headers=self._headers(whole, said)) as answer:
            self._check(answer)
            if whole and (answer.status_code == httpx.codes.NOT_MODIFIED or _same(answer, whole)):
                self.part.unlink(missing_ok=True)
                return whole[0]
            if answer.status_code == httpx.codes.NOT_MODIFIED:
                raise self._fault("the server says it has not changed, and it is not here")
            start = self._start(answer)
            total = _total(answer, start)
            self._write_said(answer, whole)
            with open_to_write(self.part, "r+b" if start else "wb") as out:
                out.seek(start)
                for piece in answer.iter_raw():
                    out.write(piece)
                    self.progress(out.tell(), total)
                done = out.tell()
                out.truncate()
        if total is not None and done != total:
            raise _TryAgain(f"{done:,} bytes of {total:,} came")
        return self._finish(done)

    def _headers(self, whole: tuple[Fetched, dict[str, Any]] | None, said: dict[str, Any]) -> Any:
        headers = {"Accept-Encoding": "identity"}
        size = self._size()
        validator = _validator(said.get("part") or {})
        if size and validator:
            return {**headers, "Range": f"bytes={size}-", "If-Range": validator}
        if whole:
            known = whole[1]
            if known.get("etag"):
                headers["If-None-Match"] = known["etag"]
            elif known.get("modified"):
                headers["If-Modified-Since"] = known["modified"]
        return headers

    def _check(self, answer: httpx.Response) -> None:
        """Raise for an answer that brings no file."""
        status = answer.status_code
        if status in AGAIN:
            raise _TryAgain(f"the server answers {status}", _retry_after(answer))
        if status == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
            self.part.unlink(missing_ok=True)
            raise _TryAgain("what was begun is of another length than the file", 0)
        if status in {401, 403}:
            why = f"the server refuses it ({status}): set OCCUPATIONS_CONTACT to a mail address"
            raise self._fault(f"{why}; some publishers refuse programs that do not say whose")
        if status in {404, 410}:
            raise self._fault(f"there is no such file ({status}): is the period published?")
        if status not in {200, 206, 304}:
            raise self._fault(f"the server answers {status}")
        if answer.headers.get("content-encoding", "identity") != "identity":
            raise self._fault("the server sends it compressed, against the request")
        if self.url.startswith("https:") and answer.url.scheme != "https":
            raise self._fault("the server sends it over an open connection")

    def _start(self, answer: httpx.Response) -> int:
        """Return the byte that the answer begins at."""
        if answer.status_code != httpx.codes.PARTIAL_CONTENT:
            return 0
        said = answer.headers.get("content-range", "")
        if not said.startswith(f"bytes {self._size()}-"):
            self.part.unlink(missing_ok=True)
            raise _TryAgain(f"the server resumes elsewhere: {said or 'it does not say where'}")
        return self._size()

    def _finish(self, size: int) -> Fetched:
        if not size:
            raise _TryAgain("an empty file came")
        if self.path.suffix in {".zip", ".xlsx"} and not zipfile.is_zipfile(self.part):
            with open_regular(self.part) as stream:
                start = stream.read(40)
            self.part.unlink()
            if start.startswith(b"PK"):
                raise _TryAgain("the file that came is cut off")
            what = start.decode("ascii", "replace")
            raise self._fault(f"what came is no {self.path.suffix[1:]}; it begins {what!r}")
        digest = _sha256(self.part)
        said = self._read_said()
        # The checksum goes first: with a file that it does not fit, the file is fetched again.
        _write(self.sum, f"{digest}  {self.path.name}\n")
        self.part.replace(self.path)
        self._store({"whole": {**(said.get("part") or {}), "bytes": size}})
        return Fetched(self.path, size, digest, kept=False)

    def _whole(self) -> tuple[Fetched, dict[str, Any]] | None:
        """Return the file that is there, if it is as its checksum says, and what is known of it."""
        if self.again or not self.path.is_file():
            return None
        digest = _sha256(self.path)
        if not self.sum.exists():
            # Somebody brought it by other means: the server's length decides.
            return Fetched(self.path, self.path.stat().st_size, digest, kept=True), {}
        if _read(self.sum).partition(" ")[0] != digest:
            return None
        known = self._read_said().get("whole") or {}
        return Fetched(self.path, self.path.stat().st_size, digest, kept=True), known

    def _size(self) -> int:
        return self.part.stat().st_size if self.part.exists() else 0

    def _read_said(self) -> dict[str, Any]:
        try:
            said = json.loads(_read(self.said))
        except (OSError, ValueError):
            return {}
        return said if isinstance(said, dict) and said.get("url") == self.url else {}

    def _write_said(
        self, answer: httpx.Response, whole: tuple[Fetched, dict[str, Any]] | None
    ) -> None:
        part = {
            "etag": answer.headers.get("etag"),
            "modified": answer.headers.get("last-modified"),
        }
        self._store({"part": part, "whole": whole[1] if whole else {}})

    def _store(self, said: dict[str, Any]) -> None:
        _write(self.said, json.dumps({"url": self.url, **said}, indent=1))

    def _fault(self, why: str) -> DownloadFault:
        return DownloadFault(f"{self.url}: {why}")


def _validator(said: dict[str, Any]) -> str | None:
    """Return what If-Range may carry: a strong ETag, else a date; None forbids resuming."""
    etag = said.get("etag")
    if etag and not etag.startswith("W/"):
        return str(etag)
    return said.get("modified")


def _same(answer: httpx.Response, whole: tuple[Fetched, dict[str, Any]]) -> bool:
    """Tell whether a whole answer is the file that is there, by its ETag, else by its length."""
    if answer.status_code != httpx.codes.OK:
        return False
    known, etag = whole[1].get("etag"), answer.headers.get("etag")
    if known and etag:
        return bool(known == etag)
    changed = whole[1].get("modified") != answer.headers.get("last-modified")
    return _length(answer) == whole[0].bytes and not (whole[1] and changed)


def _total(answer: httpx.Response, start: int) -> int | None:
    """Return the bytes of the whole file, of which the answer brings those from ``start`` on."""
    said = answer.headers.get("content-range", "").rpartition("/")[2]
    if answer.status_code == httpx.codes.PARTIAL_CONTENT and said.isdecimal():
        return int(said)
    length = _length(answer)
    return None if length is None else start + length


def _length(answer: httpx.Response) -> int | None:
    said = answer.headers.get("content-length", "")
    return int(said) if said.isdecimal() else None


def _retry_after(answer: httpx.Response) -> float | None:
    """Return the seconds that the server asks to wait; it may give a date."""
    said = answer.headers.get("retry-after", "")
    if said.isdecimal():
        return float(said)
    try:
        when = parsedate_to_datetime(said)
    except ValueError:
        return None
    when = when if when.tzinfo else when.replace(tzinfo=UTC)
    return max(0.0, (when - datetime.now(UTC)).total_seconds())


def _read(path: Path) -> str:
    with open_regular(path) as stream:
        return stream.read().decode("utf-8", "replace")


def _write(path: Path, text: str) -> None:
    with open_to_write(path) as out:
        out.write(text.encode())


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()
