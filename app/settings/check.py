"""Reads the settings: what is wrong with them is said in words, all of it at once."""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails
from pydantic_settings import DotEnvSettingsSource

from app.did_you_mean import did_you_mean
from app.settings import PREFIX, SERVICE_ADDRESS, Settings

log = logging.getLogger("occupations")

ENV_FILE = ".env"

SECRETS = frozenset({"database_url", "rate_limit_keys"})
"""Settings whose values no message repeats."""

OTHERS = frozenset({"OCCUPATIONS_DOWNLOADS", "OCCUPATIONS_PUBLISH"})
"""Variables that are no settings of the program: of ``occupations download``, of compose.yaml."""

KUBERNETES = re.compile(
    r"(?:[A-Z0-9_]+_)?(?:SERVICE_HOST|SERVICE_PORT(?:_[A-Z0-9_]+)?"
    r"|PORT_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?)"
)
"""What Kubernetes sets beside ``…_PORT`` for a service whose name begins with ``occupations``."""

_NEAR = 0.75
_SHOWN = 60
"""Letters of a wrong value that a message repeats."""


class WrongSettings(Exception):
    """Settings that cannot be used.

    ``faults`` has a sentence for each.
    """

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


def read_settings(begin: Callable[[Settings], object] | None = None, **options: Any) -> Settings:
    """Return the settings of the environment, with ``options`` of the command line in their place.

    Raises ``WrongSettings``. Variables that look like settings and are none are logged, after
    ``begin`` is called.
    """
    try:
        in_file = {name.upper() for name in DotEnvSettingsSource(Settings).env_vars}
        settings = Settings(**options)
    except ValidationError as error:
        details = error.errors(include_url=False)
        faults = [_fault(one, options, in_file) for one in details]
        raise WrongSettings([*faults, *_ignored(in_file)]) from None
    except (OSError, UnicodeDecodeError) as error:
        why = getattr(error, "strerror", None) or "it is not UTF-8"
        raise WrongSettings([f"{Path(ENV_FILE).absolute()} cannot be read: {why}"]) from None
    if begin is not None:
        begin(settings)
    for line in _ignored(in_file, settings):
        log.warning("%s", line, extra={"event": "setting"})
    return settings


def _fault(error: ErrorDetails, options: dict[str, Any], in_file: set[str]) -> str:
    if not error["loc"]:
        return str(error["ctx"]["error"])
    name = str(error["loc"][0])
    variable = f"{PREFIX}{name.upper()}"
    shown = f"--{name}" if name in options else variable
    if variable in in_file - {each.upper() for each in os.environ}:
        shown = f"{variable} in {ENV_FILE}"
    if error["type"] == "value_error":
        return f"{shown}: {error['ctx']['error']}"
    wanted = _wanted(name) or error["msg"]
    if name in SECRETS:
        return f"{shown}: not {wanted}"
    return f"{shown}: {str(error['input'])[:_SHOWN]!r} is not {wanted}"


def _wanted(name: str) -> str:
    """Return what a setting may be: ``a whole number from 1 to 64``, ``json, text or auto``."""
    field = Settings.model_fields[name]
    bounds = {
        word: getattr(each, word)
        for each in field.metadata
        for word in ("ge", "gt", "le", "pattern")
        if getattr(each, word, None) is not None
    }
    if pattern := bounds.get("pattern"):
        *words, last = pattern.strip("^()$").split("|")
        return f"{', '.join(words)} or {last}"
    if field.annotation not in {int, float}:
        return ""
    kind = "a whole number" if field.annotation is int else "a number"
    if "gt" in bounds:
        return f"{kind} above {bounds['gt']} and at most {bounds['le']}"
    if "le" in bounds:
        return f"{kind} from {bounds['ge']} to {bounds['le']}"
    return f"{kind} of at least {bounds['ge']}"


def _ignored(in_file: set[str], settings: Settings | None = None) -> list[str]:
    """Return a sentence for each variable that begins as a setting does and has no effect."""
    known = [f"{PREFIX}{name.upper()}" for name in Settings.model_fields]
    given = {name.upper(): value for name, value in os.environ.items()}
    lines = []
    for name in sorted({*given, *in_file}):
        bare = name.removeprefix(PREFIX)
        if bare == name or name in OTHERS or KUBERNETES.fullmatch(bare):
            continue
        if SERVICE_ADDRESS.match(given.get(name, "")):
            if name in known:
                lines.append(
                    f"{name}={given[name][:_SHOWN]} is ignored: Kubernetes sets it for a service "
                    "of this name"
                    + (f". The setting is {getattr(settings, bare.lower())}" if settings else "")
                )
        elif name not in known:
            near = did_you_mean(name, known, _NEAR)
            hint = f"; did you mean {near[0]}?" if near else ""
            lines.append(f"{name[:_SHOWN]} is not a setting and is ignored{hint}")
    return lines
