"""The lines of the log: one form for all that the server writes, and how often one may come.

Each line goes to standard error, as JSON or as text. It has a time, a level, the id of the process
(``worker``), the name of what happened (``event``), a text, and the request's id where there is
one. Lines of libraries have their logger's name as event: ``uvicorn.error``, ``py.warnings``.
"""

from __future__ import annotations

import json
import logging
import logging.config
import sys
import threading
import time
from collections.abc import Callable
from contextvars import ContextVar
from threading import Lock
from types import TracebackType
from typing import Any

from app.settings import Settings

EVENTS: dict[str, str] = {
    "setting": "a variable looks like a setting of the server and is none",
    "serving": "`serve` has everything that it needs, and starts its workers",
    "worker_started": "a worker answers requests",
    "worker_stopped": "a worker has answered what it was sent, and ends",
    "worker_died": "a worker ended by a signal or a fault, or was killed because it hung; another "
    "one takes its place",
    "request": "a request was answered",
    "fault": "the program has a fault: 500 with this `request_id`, or a task that failed; with a "
    "traceback",
    "stream_broken": "a list or file that was being sent broke off",
    "data_version": "another data version is shown",
    "database_lost": "the database does not answer, and why; again when the reason is another, "
    "and every five minutes",
    "database_back": "it answers again, and how long it was away",
    "database_error": "one statement or connection failed; at most one such line a minute",
    "indices_ready": "search, suggestions and title matching answer from new indices",
    "indices_failed": "the indices could not be loaded or built, and why",
    "index_folder": "the folder of the index files cannot be used, or a file in it is damaged",
    "seed": "what the first start loads into the empty database, or that it is empty",
    "metrics": "where the metrics are served, or why they are not",
    "stopped": "`serve` cannot go on, and why",
}
"""The events, and when a line has each."""

TRACEBACK_SECONDS = 60.0
"""How often the traceback of one fault is written; lines between have none."""

request_id: ContextVar[bytes] = ContextVar("request_id", default=b"")
"""The id of the request that is being answered."""

Hook = Callable[..., object]

_set_up = False


def printable(text: str, keep: str = "", escape: Callable[[str], str] = repr) -> str:
    r"""Return text with characters that are not printable escaped: \x1b, \n, \u202e.

    To Python these are control and format characters, line separators, all spaces but the usual
    one, and lone surrogates. ``escape`` returns a character's escape in quotes.
    """
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() or c in keep else escape(c)[1:-1] for c in text)


def stamp(seconds: float) -> str:
    """Write a Unix time as 2026-11-28T08:52:30.123Z."""
    whole = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(seconds))
    return f"{whole}.{int(seconds % 1 * 1000):03d}Z"


def is_text(form: str) -> bool:
    """Tell whether lines are text; ``form`` is the setting ``log_format``."""
    return form == "text" or (form == "auto" and sys.stderr.isatty())


class JsonLine(logging.Formatter):
    """Writes a record as a line of JSON, in ASCII; ``traceback`` is one key of it."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        told: dict[str, Any] = {
            "time": stamp(record.created),
            "level": record.levelname.lower(),
            "worker": record.process,
            "event": getattr(record, "event", record.name),
        }
        told["text"] = record.getMessage()
        if identity := request_id.get():
            told["request_id"] = identity.decode()
        if traceback := self.traceback(record):
            told["traceback"] = traceback
        return json.dumps(told, separators=(",", ":")).replace("\x7f", r"\u007f")

    def traceback(self, record: logging.LogRecord) -> str:
        """Return the traceback of this process, or the one that another process wrote."""
        if record.exc_info:
            return super().formatException(record.exc_info)
        return str(getattr(record, "traceback", ""))


class TextLine(JsonLine):
    """Writes a record as a line for people; a traceback follows, indented."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        event = getattr(record, "event", record.name)
        line = f"{stamp(record.created)} {record.levelname} {event} {record.getMessage()}"
        if identity := request_id.get():
            line += f" request_id={identity.decode()}"
        lines = [line, *filter(None, self.traceback(record).split("\n"))]
        return "\n  ".join(printable(one) for one in lines)


class Repeats(logging.Filter):
    """Keeps what happens again and again from filling the disk.

    A record with ``every`` passes once in so many seconds, and says how many did not. Of a fault
    that comes again from the same place only the traceback is left out.
    """

    def __init__(self) -> None:
        super().__init__()
        self._lock = Lock()
        self._last: dict[object, float] = {}
        self._held: dict[object, int] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Tell whether a record is written; shorten it."""
        now = time.monotonic()
        # Whatever uvicorn warns of, clients cause.
        every = getattr(record, "every", 60.0 if record.name.startswith("uvicorn") else 0.0)
        with self._lock:
            if every:
                key = getattr(record, "event", record.name), record.msg
                return self._is_due(key, every, now) and self._counted(record, key)
            if record.exc_info and record.exc_info[2]:
                place = _place_of(record.exc_info[2])
                if not self._is_due(place, TRACEBACK_SECONDS, now):
                    record.msg = f"{record.getMessage()}: {record.exc_info[1]!r}, as before"
                    record.args, record.exc_info = None, None
        return True

    def _is_due(self, key: object, every: float, now: float) -> bool:
        if now - self._last.get(key, float("-inf")) < every:
            self._held[key] = self._held.get(key, 0) + 1
            return False
        self._last[key] = now
        return True

    def _counted(self, record: logging.LogRecord, key: object) -> bool:
        held = self._held.pop(key, 0)
        if held:
            record.msg = f"{record.getMessage()} ({held:,} more since the line before)"
            record.args = None
        return True


def _place_of(traceback: TracebackType) -> tuple[str, int]:
    """Return where an error was raised."""
    while traceback.tb_next:
        traceback = traceback.tb_next
    return traceback.tb_frame.f_code.co_filename, traceback.tb_lineno


def configuration(form: str, level: str) -> dict[str, Any]:
    """Return what ``logging.config`` needs; ``form`` and ``level`` are settings.

    Libraries write warnings and errors alone: what they tell below is what clients sent.
    """
    line = "TextLine" if is_text(form) else "JsonLine"
    others = "ERROR" if level == "error" else "WARNING"
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": f"app.logs.{line}"}},
        "filters": {"repeats": {"()": "app.logs.Repeats"}},
        "handlers": {
            "stderr": {
                "class": "logging.StreamHandler",
                "formatter": "line",
                "filters": ["repeats"],
            }
        },
        "root": {"handlers": ["stderr"], "level": others},
        "loggers": {
            "occupations": {"level": level.upper()},
            "uvicorn.error": {"level": others},  # it asks for the level of this very logger
            # psycopg warns of the consequences of an error before the error itself is told.
            "psycopg": {"level": "ERROR"},
        },
    }


def set_up(settings: Settings) -> None:
    """Make all that this process writes lines of the log: warnings and uncaught errors too."""
    global _set_up  # noqa: PLW0603 - a process has one standard error
    _set_up = True
    logging.config.dictConfig(configuration(settings.log_format, settings.log_level))
    logging.captureWarnings(True)
    logging.raiseExceptions = False  # a full disk: what cannot be written is no fault of its own
    sys.excepthook = _told("the program ended")
    threading.excepthook = lambda given: _tell(
        f"the thread {given.thread.name if given.thread else '-'} ended", given.exc_value
    )
    sys.unraisablehook = lambda given: _tell("an error was passed over", given.exc_value)


def is_set_up() -> bool:
    """Tell whether all that this process writes is a line of the log."""
    return _set_up


def _told(text: str) -> Hook:
    return lambda _kind, error, _trace: _tell(text, error)


def _tell(text: str, error: BaseException | None) -> None:
    if isinstance(error, KeyboardInterrupt | SystemExit):
        return
    log = logging.getLogger("occupations")
    log.critical("%s", text, exc_info=error or True, extra={"event": "fault"})
