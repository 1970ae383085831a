"""Downloads a file over HTTP: resumes where it broke off, and keeps a file that has not changed.

Beside ``file.xlsx`` are its checksum ``file.xlsx.sha256``, as sha256sum writes it, and hidden
``.file.xlsx.json`` with the ETag and Last-Modified of the server. Until it is complete the file is
``.file.xlsx.part``. None of them may be a symbolic link, whose target would be overwritten.
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

from app.commands.output import Progress
from app.importers.reading.opening import open_regular, open_to_write

ATTEMPTS = 6
"""After how many failures in a row a download gives up."""
PROGRESS = 1 << 20
"""Bytes after which failures are counted anew."""
LONGEST_PAUSE = 120.0  # seconds; a server that asks for more has to be asked again by a person
TIMEOUT = httpx.Timeout(60.0, connect=15.0)
AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})

Validators = dict[str, Any]
"""What the server said of a file: ``etag`` and ``modified``, each a string or None."""


class DownloadFault(Exception):
    """Why a file could not be fetched, in one line."""


class _TryAgain(Exception):
    """A failure that may pass. The server may ask to wait for ``pause`` seconds."""

    def __init__(self, why: str, pause: float | None = None) -> None:
        super().__init__(why)
        self.pause = pause


@dataclass(frozen=True, slots=True)
class Fetched:
    """A complete file; ``kept`` if it was there already."""

    path: Path
    bytes: int
    sha256: str
    kept: bool


class ResumableDownload:
    """Downloads one address into one file. ``again`` fetches it even if it has not changed."""

    def __init__(
        self,
        client: httpx.Client,
        url: str,
        path: Path,
        *,
        again: bool = False,
        progress: Progress = lambda _done, _total=None: None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self.client, self.url, self.path = client, url, path
        self.again, self.progress, self.sleep = again, progress, sleep
        self.part = path.with_name(f".{path.name}.part")
        self.notes = path.with_name(f".{path.name}.json")
        self.checksum = path.with_name(f"{path.name}.sha256")

    def fetch(self) -> Fetched:
        """Return the complete file; retries failures that may pass.

        Raises ``DownloadFault`` or ``OSError``. The file is then as it was before.
        """
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
        """Send one request and write what it brings."""
        kept = None if self.again else self._kept()
        notes = self._read_notes()
        known = notes["whole"] if kept and self.checksum.exists() else {}
        headers = self._headers(notes["part"], known)
        with self.client.stream("GET", self.url, headers=headers) as answer:
            self._check(answer)
            unchanged = answer.status_code == httpx.codes.NOT_MODIFIED
            if kept and (unchanged or _is_same(answer, kept, known)):
                self.part.unlink(missing_ok=True)
                return kept
            if unchanged:
                raise self._fault("the server says it has not changed, but it is not here")
            start = self._start(answer)
            total = _total(answer, start)
            part = {"etag": answer.headers.get("etag")}
            part["modified"] = answer.headers.get("last-modified")
            self._write_notes(part=part, whole=known)
            with open_to_write(self.part, "r+b" if start else "wb") as out:
                out.seek(start)
                for piece in answer.iter_raw():
                    out.write(piece)
                    self.progress(out.tell(), total)
                done = out.tell()
                out.truncate()
        if total is not None and done != total:
            raise _TryAgain(f"{done:,} bytes of {total:,} came")
        return self._finish(done, part)

    def _headers(self, part: Validators, known: Validators) -> dict[str, str]:
        """Ask for the rest of a part, or for the file if it has changed, or for all of it."""
        headers = {"Accept-Encoding": "identity"}
        etag = part.get("etag")
        # If-Range takes a strong ETag or a date; without one a part cannot be resumed.
        validator = etag if etag and not etag.startswith("W/") else part.get("modified")
        if (size := self._size()) and validator:
            headers |= {"Range": f"bytes={size}-", "If-Range": validator}
        elif known.get("etag"):
            headers["If-None-Match"] = known["etag"]
        elif known.get("modified"):
            headers["If-Modified-Since"] = known["modified"]
        return headers

    def _check(self, answer: httpx.Response) -> None:
        """Raise for a response without the file."""
        status = answer.status_code
        if status in AGAIN:
            raise _TryAgain(f"the server answers {status}", _retry_after(answer))
        if status == httpx.codes.REQUESTED_RANGE_NOT_SATISFIABLE:
            self.part.unlink(missing_ok=True)
            raise _TryAgain("the part that is here is longer than the file", 0)
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
            raise self._fault("the server sends it without encryption (http)")

    def _start(self, answer: httpx.Response) -> int:
        """Return the place of the response's first byte in the file."""
        if answer.status_code != httpx.codes.PARTIAL_CONTENT:
            return 0
        size = self._size()
        place = answer.headers.get("content-range", "")
        if not place.startswith(f"bytes {size}-"):
            self.part.unlink(missing_ok=True)
            raise _TryAgain(f"the server resumes elsewhere: {place or 'it does not say where'}")
        return size

    def _finish(self, size: int, part: Validators) -> Fetched:
        """Check a complete part and put it in place."""
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
        # The checksum goes first: a file that does not fit it is fetched again.
        _write(self.checksum, f"{digest}  {self.path.name}\n")
        self.part.replace(self.path)
        self._write_notes(part={}, whole=part)
        return Fetched(self.path, size, digest, kept=False)

    def _kept(self) -> Fetched | None:
        """Return the file that is here already, unless its checksum is wrong."""
        if not self.path.is_file():
            return None
        digest = _sha256(self.path)
        # Without a checksum somebody else has put the file here; it is kept if the length is right.
        if self.checksum.exists() and _read(self.checksum).partition(" ")[0] != digest:
            return None
        return Fetched(self.path, self.path.stat().st_size, digest, kept=True)

    def _size(self) -> int:
        return self.part.stat().st_size if self.part.exists() else 0

    def _read_notes(self) -> dict[str, Validators]:
        """Return the validators of the part and of the whole file, {} where unknown."""
        try:
            notes = json.loads(_read(self.notes))
            if notes["url"] == self.url:
                return {name: dict(notes.get(name) or {}) for name in ("part", "whole")}
        except (OSError, ValueError, LookupError, TypeError):
            pass
        return {"part": {}, "whole": {}}

    def _write_notes(self, **notes: Validators) -> None:
        _write(self.notes, json.dumps({"url": self.url, **notes}, indent=1))

    def _fault(self, why: str) -> DownloadFault:
        return DownloadFault(f"{self.url}: {why}")


def _is_same(answer: httpx.Response, kept: Fetched, known: Validators) -> bool:
    """Tell whether a complete response is the file that is here: by ETag, or else by length."""
    if answer.status_code != httpx.codes.OK:
        return False
    etag = answer.headers.get("etag")
    if known.get("etag") and etag:
        return bool(known["etag"] == etag)
    changed = known and known.get("modified") != answer.headers.get("last-modified")
    return _total(answer, 0) == kept.bytes and not changed


def _total(answer: httpx.Response, start: int) -> int | None:
    """Return the size of the file, of which the response has the bytes from ``start`` on."""
    whole = answer.headers.get("content-range", "").rpartition("/")[2]
    if answer.status_code == httpx.codes.PARTIAL_CONTENT and whole.isdecimal():
        return int(whole)
    length = answer.headers.get("content-length", "")
    return start + int(length) if length.isdecimal() else None


def _retry_after(answer: httpx.Response) -> float | None:
    """Return the seconds to wait, which the server gives as such or as a date."""
    after = answer.headers.get("retry-after", "")
    if after.isdecimal():
        return float(after)
    try:
        when = parsedate_to_datetime(after)
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
