"""Answers that are sent piece by piece: lists whole, files.

Pieces are made in threads of their own, one at a time for each answer, and the next one when the
client has read most of the one before: a worker holds two pieces of each. An answer begins when its
first piece is there, so what keeps it from beginning is a problem document. What breaks it later
ends the connection without the last chunk, which tells the client that the answer is not whole.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from starlette.types import Send

from app.errors import ApiError, Overloaded
from app.server.handed import Pieces
from app.server.request_body import Body
from app.settings import STREAMS

log = logging.getLogger("occupations")

FILES_AT_MOST = 64
"""Files that a worker sends at once: they take a thread only while a block is read."""

FILE_THREADS = 2


@dataclass(slots=True)
class Stream:
    """An answer that has begun: its first piece, and what makes the others."""

    first: bytes
    rest: Iterator[bytes]
    file: bool = False


class Streams:
    """The streams of one worker."""

    def __init__(self) -> None:
        self.open = 0
        self.open_files = 0
        self._threads = ThreadPoolExecutor(STREAMS, thread_name_prefix="stream")
        self._file_threads = ThreadPoolExecutor(FILE_THREADS, thread_name_prefix="file")

    async def begin(self, pieces: Pieces, *, file: bool = False) -> Stream:
        """Make the first piece. Raises ``Overloaded`` if there are too many, or what it raises."""
        if file and self.open_files >= FILES_AT_MOST:
            raise Overloaded(f"{FILES_AT_MOST} files are being sent. One more has to wait.", 5)
        if not file and self.open >= STREAMS:
            raise Overloaded(f"{STREAMS} lists are being sent whole. One more has to wait.", 5)
        self._count(file, 1)
        try:
            rest = pieces()
            return Stream(await self._next(rest, file), rest, file)
        except BaseException:
            self._count(file, -1)
            raise

    def _count(self, file: bool, change: int) -> None:
        if file:
            self.open_files += change
        else:
            self.open += change

    async def send(self, stream: Stream, send: Send, body: Body) -> bool:
        """Send a stream that has begun, to its end or until the client is gone.

        Return False if it broke off.
        """
        gone = asyncio.create_task(body.client_gone())
        piece = stream.first
        try:
            while piece and not gone.done():
                await send({"type": "http.response.body", "body": piece, "more_body": True})
                piece = await self._next(stream.rest, stream.file)
        except asyncio.CancelledError:
            log.warning("a stream broke off: the server ends", extra={"event": "stream_broken"})
            return False
        except Exception as error:  # whatever it is, the answer is not whole
            fault = None if isinstance(error, ApiError) else error
            about = {"event": "stream_broken"}
            log.warning("a stream broke off: %s", error, exc_info=fault, extra=about)
            return False
        finally:
            gone.cancel()
            self._count(stream.file, -1)
        await send({"type": "http.response.body", "body": b""})
        return True

    async def _next(self, pieces: Iterator[bytes], file: bool) -> bytes:
        """Return the next piece; empty: there is none."""
        threads = self._file_threads if file else self._threads
        return await asyncio.get_running_loop().run_in_executor(threads, next, pieces, b"")
