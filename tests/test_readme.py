"""README's table of settings is that of ``app.settings``; ``make readme`` writes it anew."""

from __future__ import annotations

import json
import re
from pathlib import Path

import httpx

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


def test_every_make_target_that_a_text_names_exists() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.M))
    for page in ("README.md", "CONTRIBUTING.md"):
        named = set(re.findall(r"(?:`|^)make ([a-z]+)", (ROOT / page).read_text(), re.M))
        assert named - targets == set(), page


def test_every_link_to_a_file_leads_somewhere() -> None:
    for page in ("README.md", "CONTRIBUTING.md", "CHANGELOG.md"):
        links = re.findall(r"\]\((?!https?://|#)([^)#]+)", (ROOT / page).read_text())
        assert [link for link in links if not (ROOT / link).exists()] == [], page


def test_the_request_it_shows_has_the_answer_it_shows(api: httpx.Client) -> None:
    text = README.read_text()
    found = re.search(r'curl "http://127.0.0.1:8000(/[^"]+)"\n```\n\n```json\n(.*?)```', text, re.S)
    assert found, "README has lost its request or its answer"
    assert api.get(found[1]).json() == json.loads(found[2])


def test_the_requests_it_names_answer(api: httpx.Client) -> None:
    named = re.findall(r"`(/v1[^`]*)`", README.read_text())
    assert len(named) >= 5
    assert {api.get(path).status_code for path in named} == {200}


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
