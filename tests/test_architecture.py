"""The map of the program: what it names exists, and it names every room."""

from __future__ import annotations

import re

from tests.test_repository import ROOT

MAP = (ROOT / "docs" / "architecture.md").read_text("utf-8")


def test_every_path_on_the_map_exists() -> None:
    named = set(re.findall(r"\b(?:app|tests|docs|bench|seed|migrations)/[\w./]*", MAP))
    assert len(named) > 50
    assert {path for path in named if not (ROOT / path).exists()} == set()


def test_every_package_and_module_of_the_top_is_on_the_map() -> None:
    packages = {
        f"`{init.parent.relative_to(ROOT)}/`" for init in (ROOT / "app").rglob("__init__.py")
    }
    top = {f"`app/{module.name}`" for module in (ROOT / "app").glob("*.py")}
    named = packages | top - {"`app/__init__.py`"}
    assert {name for name in named - {"`app/`"} if name not in MAP} == set()


def test_every_package_says_what_it_is() -> None:
    silent = [
        str(init.relative_to(ROOT))
        for init in (ROOT / "app").rglob("__init__.py")
        if not init.read_text("utf-8").startswith('"""')
    ]
    assert silent == []


def test_every_path_of_the_audits_rules_exists() -> None:
    # A rule for a folder that is gone would find nothing, in silence.
    rules = (ROOT / "tests" / "audit" / "semgrep.yaml").read_text("utf-8")
    named = set(re.findall(r"(?<=[ \[])/(?:app|migrations)/[\w./]*\w", rules))
    assert len(named) > 8
    assert {path for path in named if not (ROOT / path[1:]).exists()} == set()
