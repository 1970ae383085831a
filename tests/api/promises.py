"""What operators may rely on: the settings with their defaults, the commands with their options."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import typer

from app.commands import cli
from app.settings import Settings

RELEASED_COMMANDS = Path(__file__).parent / "released_commands.json"
"""Those of the last release; ``python -m tests.api.breaking`` writes it anew."""


def promised() -> dict[str, Any]:
    """Return the settings with their defaults, and the commands with their options."""
    return {
        "settings": {name: str(field.default) for name, field in Settings.model_fields.items()},
        "commands": dict(_options("occupations", typer.main.get_command(cli))),
    }


def _options(words: str, command: Any) -> Iterator[tuple[str, list[str]]]:
    yield words, sorted(option for each in command.params for option in each.opts)
    for name, inner in getattr(command, "commands", {}).items():
        yield from _options(f"{words} {name}", inner)
