"""Builds the index files from the database: ``python -m app.finding.index_builder``.

It is a process of its own, so that a worker needs neither the time nor the memory. It has others
do a part of the work at the same time.
"""

from __future__ import annotations

import atexit
import gc
import logging
import os
import signal
import sys
from dataclasses import replace
from pathlib import Path

from app import logs
from app.child_process import Call
from app.database.store import Store
from app.errors import ApiError
from app.finding import index_folder
from app.finding.entries import Entries
from app.finding.index_folder import files_of
from app.finding.search import SearchIndex
from app.finding.sources import entries_of, is_held, key_of
from app.finding.titles.build import build
from app.finding.titles.evidence import BadModel
from app.settings import Settings

log = logging.getLogger("occupations")

LOOK_SECONDS = 1.0
"""How often the process looks whether the one that started it is still there."""


def build_files(settings: Settings, folder: Path) -> None:
    """Build the indices of the current data version; remove those before the previous ones."""
    store = Store(settings)
    store.refresh()
    reader = store.reader()
    catalog = reader.catalog
    entries = entries_of(reader)
    store.stop()
    search, titles = files_of(folder, key_of(catalog))
    index_folder.make_room(folder)
    written = Call(_write_search, entries, search)
    # Titles are matched to occupations that people hold, not to groups.
    held = [row for row in entries.occupations if is_held(catalog, row.code)]
    build(replace(entries, occupations=held)).save(titles)
    written.result()


def _write_search(entries: Entries, file: Path) -> None:
    SearchIndex.build(entries).save(file)


if __name__ == "__main__":
    started_by, later = map(int, sys.argv[1:])
    os.nice(later)
    gc.disable()  # nearly all that it makes is in use until it ends
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # which ends the other processes too
    # A worker that is killed leaves nobody who needs the files or holds the lock.
    signal.signal(signal.SIGALRM, lambda *_: os.getppid() == started_by or sys.exit(1))
    signal.setitimer(signal.ITIMER_REAL, 0.01, LOOK_SECONDS)
    atexit.register(signal.setitimer, signal.ITIMER_REAL, 0)  # Python gives up its handlers first
    given = Settings()
    logs.set_up(given)
    try:
        build_files(given, index_folder.path_of(given))
    except ApiError as fault:
        log.error("%s", fault.detail, extra={"event": "indices_failed"})
        sys.exit(1)
    except BadModel as fault:
        log.error("the indices cannot be built: %s", fault, extra={"event": "indices_failed"})
        sys.exit(1)
    except OSError as fault:  # a full disk
        log.error("the indices cannot be written: %s", fault, extra={"event": "indices_failed"})
        sys.exit(1)
