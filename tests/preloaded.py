"""Imported by the process that servers are forked from: what all make alike is made once.

Most of a server's start is the schemas of the contract, which routes and settings decide.
"""

from __future__ import annotations

import json
import pickle
from functools import cache
from typing import Any

import typer
from fastapi.openapi.utils import get_openapi

import app.commands
from app.api.contract import document
from app.main import create_api
from app.settings import Settings

_made: dict[str, bytes] = {}


def _made_once(*, routes: Any, **said: Any) -> dict[str, Any]:
    """Return what ``get_openapi`` makes of the program's routes and of what settings say."""
    key = json.dumps(said)
    if key not in _made:
        _made[key] = pickle.dumps(get_openapi(routes=routes, **said))
    made: dict[str, Any] = pickle.loads(_made[key])  # several times as fast as a deep copy
    return made


typer.main.get_command = cache(typer.main.get_command)
document.get_openapi = _made_once  # type: ignore[attr-defined] # it is imported there
create_api(Settings(database_url="sqlite://")).openapi()
typer.main.get_command(app.commands.cli)
