"""README's table of settings is that of ``app.settings``; ``make readme`` writes it anew."""

from __future__ import annotations

import re
from pathlib import Path

from app.commands import cli
from app.settings import Settings

ROOT = Path(__file__).parents[1]
README = ROOT / "README.md"
TABLE = re.compile(r"(?<=<!-- settings: made by make readme -->\n).*?(?=<!-- /settings -->)", re.S)


def settings_table() -> str:
    """Return a row for each setting: its variable, its default, its description."""
    prefix = Settings.model_config["env_prefix"]
    rows = ["| Variable | Default | What it is |", "| --- | --- | --- |"]
    for name, field in Settings.model_fields.items():
        value = field.default
        shown = ",".join(value) if isinstance(value, tuple) else str(value)
        default = "" if value is None else f"`{shown}`"
        text = (field.description or "").replace("|", "\\|")
        rows.append(f"| `{prefix}{name.upper()}` | {default} | {text} |")
    return "\n".join(rows) + "\n"


def test_every_setting_is_described() -> None:
    bare = [name for name, field in Settings.model_fields.items() if not field.description]
    assert bare == []


def test_readme_lists_the_settings_as_they_are() -> None:
    found = TABLE.search(README.read_text())
    assert found, "README has lost the markers around its table of settings"
    assert found[0] == settings_table(), "run `make readme`"


def test_readme_starts_with_the_two_commands() -> None:
    head = README.read_text().split("## ")[1]
    assert re.findall(r"^make \w+", head, re.M)[:2] == ["make run", "make test"]


def test_every_command_is_in_its_table() -> None:
    commands = {
        command.name or getattr(command.callback, "__name__", "")
        for command in cli.registered_commands
    }
    groups = {group.name for group in cli.registered_groups}
    named = set(re.findall(r"^\| `occupations (\w+)`", README.read_text(), re.M))
    assert named == commands | groups


if __name__ == "__main__":
    text = README.read_text()
    README.write_text(TABLE.sub(lambda _: settings_table(), text))
