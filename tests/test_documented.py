"""What the documents name exists, and what exists is documented.

docs/reference.md has every command, route, parameter and error; `make contract` writes it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import typer

from app.api.contract.document import TAGS
from app.commands import cli
from app.errors.problem_types import PROBLEMS
from app.importers.rules import RULES
from app.main import create_api
from app.settings import Settings
from tests.make_examples import operations

ROOT = Path(__file__).parents[1]
PAGE = ROOT / "docs" / "reference.md"
TEXTS = {
    str(page.relative_to(ROOT)): page.read_text("utf-8")
    for folder in (".", "docs", "docs/guides", "seed", "bench")
    for page in sorted((ROOT / folder).glob("*.md"))
}
"""The documents."""

HEAD = """\
# Reference

`make contract` writes this page from the program. The [README](../README.md#settings) lists the
settings. A running server shows its routes with examples at `/docs`.
"""


def _text(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")


def _commands(command: Any, *before: str) -> Iterator[str]:
    inner = getattr(command, "commands", {})
    if not inner:
        yield f"\n### `{' '.join(before)}`\n\n{_text(command.help)}\n"
        rows = [
            f"| `{' '.join(p.opts) if p.opts[0].startswith('-') else str(p.name).upper()}` "
            f"| {_text(p.help or '')} |"
            for p in command.params
        ]
        if rows:
            yield "\n".join(["", "| Option | What it does |", "| --- | --- |", *rows, ""])
    for name, each in inner.items():
        yield from _commands(each, *before, name)


def _routes(contract: dict[str, Any]) -> Iterator[str]:
    for tag in TAGS:
        yield f"\n### {tag['name'].capitalize()}\n\n{tag['description']}\n"
        for method, path, operation in operations(contract):
            if operation["tags"] != [tag["name"]]:
                continue
            yield f"\n#### `{method} {path}`\n\n{_text(operation['description'])}\n"
            rows = [
                f"| `{p['name']}` | {_text(p['description'])} |"
                for p in operation.get("parameters", ())
            ]
            if rows:
                yield "\n".join(["", "| Parameter | What it does |", "| --- | --- |", *rows, ""])


def reference() -> str:
    """Return the page as it should be."""
    contract = create_api(Settings(database_url="sqlite://")).openapi()
    problems = [
        f"| `{code}` | {problem.status} | {_text(problem.meaning)} |"
        for code, problem in PROBLEMS.items()
    ]
    rules = [
        f"| `{name}` | {rule.dataset} | {_text(rule.holds)} | {_text(rule.why)} "
        f"| {rule.checked:,} |"
        for name, rule in RULES.items()
    ]
    return "".join(
        [
            HEAD,
            "\n## Commands\n",
            *_commands(typer.main.get_command(cli), "occupations"),
            "\n## Routes\n",
            *_routes(contract),
            "\n## Errors\n\nEach is `application/problem+json`; its `type` leads to "
            "`/problems/{code}`.\n\n| Code | Status | What it means |\n| --- | --- | --- |\n",
            "\n".join(problems) + "\n",
            "\n## Rules of an import\n\nA file with a row that breaks one is refused, with row and "
            "column; `occupations import --accept RULE` loads it, with a note on the row. The last "
            "column says over how many rows of official files each was tried: none breaks one.\n\n"
            "| Rule | Dataset | What holds | Why | Rows tried |\n| --- | --- | --- | --- | --- |\n",
            "\n".join(rules) + "\n",
        ]
    )


def test_the_reference_is_as_the_program() -> None:
    assert PAGE.read_text("utf-8") == reference(), "run `make contract`"


def test_the_reference_names_everything() -> None:
    page = PAGE.read_text("utf-8")
    contract = create_api(Settings(database_url="sqlite://")).openapi()
    tags = {tag["name"] for tag in TAGS}
    for method, path, operation in operations(contract):
        assert set(operation["tags"]) <= tags, path
        assert f"`{method} {path}`" in page
        for parameter in operation.get("parameters", ()):
            assert f"| `{parameter['name']}` |" in page
    for code in (*PROBLEMS, *RULES):
        assert f"| `{code}` |" in page
    assert "| |\n" not in page.replace("|  |", "| |"), "a row without a text"


@pytest.mark.parametrize("name", ["README.md", "docs/operations.md"])
def test_every_setting_is_documented(name: str) -> None:
    named = set(re.findall(r"`OCCUPATIONS_(\w+)`", (ROOT / name).read_text("utf-8")))
    assert named == {setting.upper() for setting in Settings.model_fields}


def test_commands_and_paths_that_texts_name_exist() -> None:
    page = PAGE.read_text("utf-8")
    words = set(re.findall(r"### `occupations ([a-z]+)", page))
    contract = create_api(Settings(database_url="sqlite://")).openapi()
    templates = [re.sub(r"\{\w+\}", "[^/]+", path) for path in contract["paths"]]
    for name, text in TEXTS.items():
        for word in re.findall(r"(?:`|bin/|^)occupations ([a-z]+)", text, re.M):
            assert word in words, (name, word)
        for path in re.findall(r"127\.0\.0\.1:8000(/v1[\w/.-]*)", text):
            known = any(re.fullmatch(template, path.rstrip("/.")) for template in templates)
            assert known, (name, path)


def test_make_targets_that_texts_name_exist() -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.M))
    for name, text in TEXTS.items():
        assert set(re.findall(r"(?:`|^)make ([a-z]+)", text, re.M)) <= targets, name


def anchors(page: Path) -> set[str]:
    """Return what a link can lead to within a page: its headings, as GitHub names them."""
    headings = re.findall(r"^#+ (.+)", page.read_text("utf-8"), re.M)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_links_lead_somewhere() -> None:
    for name, text in TEXTS.items():
        for link, anchor in re.findall(r"\]\((?!https?://)([^)#]*)#?([^)]*)\)", text):
            page = (ROOT / name).parent / link if link else ROOT / name
            assert page.exists(), (name, link)
            assert not anchor or anchor in anchors(page), (name, link, anchor)


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(reference(), "utf-8")
