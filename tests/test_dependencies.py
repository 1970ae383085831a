"""docs/dependencies.md names every package of the lock, with the licence that it has."""

from __future__ import annotations

import re
import tomllib
from importlib.metadata import PackageMetadata, PackageNotFoundError, metadata

import pytest

from tests.audit.supply import locked
from tests.test_repository import ROOT

PAGE = (ROOT / "docs" / "dependencies.md").read_text("utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))

CLASSIFIERS = {
    "Apache Software License": "Apache-2.0",
    "BSD License": "BSD-3-Clause",
    "ISC License (ISCL)": "ISC",
    "MIT License": "MIT",
    "Mozilla Public License 2.0 (MPL 2.0)": "MPL-2.0",
}


def rows(heading: str) -> dict[str, tuple[str, str, str]]:
    """Return a table's rows by package: why or for whom it is there, its licence, its keeper."""
    table = PAGE.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    cells = [line.strip("| ").split(" | ") for line in table.splitlines() if line.startswith("| `")]
    return {package.strip("`"): (why, licence, by) for package, why, licence, by in cells}


DIRECT, INDIRECT = rows("Direct"), rows("Indirect")


def names(requirements: list[str]) -> set[str]:
    return {re.split(r"[^\w.-]", each)[0] for each in requirements}


def licences_of(package: PackageMetadata) -> set[str]:
    """Return what a package says of its licence, as SPDX ids."""
    if "License-Expression" in package:
        return ids(package["License-Expression"])
    said = [c.split(" :: ")[-1] for c in package.get_all("Classifier") or () if " :: " in c]
    known = {CLASSIFIERS[one] for one in said if one in CLASSIFIERS}
    return known or ids(package["License"])


def ids(expression: str) -> set[str]:
    return set(re.findall(r"[\w.-]+", expression)) - {"AND", "OR"}


def test_every_package_is_named_once() -> None:
    assert set(DIRECT) == names(PROJECT["project"]["dependencies"])
    assert set(INDIRECT) == {one.split("==")[0] for one in locked()} - set(DIRECT)
    assert all(all(row) for row in (DIRECT | INDIRECT).values())


@pytest.mark.parametrize("package", DIRECT | INDIRECT)
def test_its_licence_is_what_it_says(package: str) -> None:
    try:
        said = licences_of(metadata(package))
    except PackageNotFoundError:
        assert INDIRECT[package][0].endswith("on Windows")
        return
    assert said == ids((DIRECT | INDIRECT)[package][1])
