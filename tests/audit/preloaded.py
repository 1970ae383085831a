"""What the process that commands are forked from has loaded: the command line, whole."""

from __future__ import annotations

import alembic.command
import alembic.config  # noqa: F401

import app.commands
import app.importers.onet.tables
import app.importers.seed.files  # noqa: F401
import tests.audit.__main__  # noqa: F401 - each fork would load it again
