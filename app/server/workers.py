"""The worker processes: started, watched, replaced when they end; with one worker there is none.

uvicorn does the work. Here it tells which worker ended and how, and SIGHUP does nothing: a shell or
terminal that closes sends it to all that was started from it.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import sys
from threading import Thread

import uvicorn
from uvicorn.config import STARTUP_FAILURE
from uvicorn.supervisors import Multiprocess

log = logging.getLogger("occupations")


def run(config: uvicorn.Config) -> None:
    """Run the workers until SIGTERM or SIGINT; the process exits with 3 if they cannot start."""
    if config.workers > 1:
        workers = Workers(config, [config.bind_socket()])
        workers.run()
        failed = STARTUP_FAILURE in {one.exitcode for one in workers.processes}
    else:
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        server = uvicorn.Server(config)
        server.run()
        failed = not server.started
    if failed:
        sys.exit(STARTUP_FAILURE)


class Workers(Multiprocess):
    """uvicorn's supervisor, which tells of each worker that it replaces."""

    def run(self) -> None:
        """Start the workers and watch them; all of them ignore SIGHUP, as this process does."""
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        super().run()

    def keep_subprocess_alive(self) -> None:
        """Replace the workers that have ended, or give no sign of life."""
        before = [(one, one.exitcode) for one in self.processes]
        super().keep_subprocess_alive()
        for (old, code), new in zip(before, self.processes, strict=True):
            if new is not old:
                why = "gave no sign of life and was killed" if code is None else _how(code)
                message = "worker %s %s; worker %s takes its place"
                log.error(message, old.pid, why, new.pid, extra={"event": "worker_died"})


def _how(code: int) -> str:
    """Say how a process ended."""
    if code < 0:
        return f"was ended by {signal.Signals(-code).name}"
    return f"ended with {code}"


def end_with_parent() -> None:
    """End this process as SIGTERM does when the process that started it is gone.

    The system closes the parent's end of a pipe then, however it ended and however early.
    """
    parent = multiprocessing.parent_process()
    if parent is not None:
        Thread(target=_follow, args=(parent,), name="parent", daemon=True).start()


def _follow(parent: multiprocessing.process.BaseProcess) -> None:
    parent.join()
    os.kill(os.getpid(), signal.SIGTERM)
