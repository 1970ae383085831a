"""The documentation, drawn by its script, which reaches this server alone."""

from __future__ import annotations

import httpx
import pytest

from tests.browser.addresses import Address
from tests.browser.opening import Visit, none_of

VALUES = """rows => Object.fromEntries(
  rows.map((row) => [
    row.dataset.paramName,
    [...row.querySelectorAll("input")].map((one) => one.value).filter(Boolean),
  ]).filter(([, its]) => its.length),
)"""


def opened(visit: Visit, anchor: str) -> str:
    """Open the documentation at an operation; return the operation's element."""
    operation = f"#operations-{anchor.replace('/', '-')}"
    visit.page.goto("about:blank")  # within one page an anchor loads nothing
    visit.open(Address(f"/docs#/{anchor}"))
    visit.page.wait_for_selector(f"{operation} tr[data-param-name]")
    return operation


def test_the_page_paints_every_operation_and_opens_one(visit: Visit, boxed: httpx.Client) -> None:
    operation = opened(visit, "occupations/list_occupation_wages")
    visit.page.wait_for_selector(f"{operation} .responses-wrapper >> text=annual_median")
    assert "Only items of this source." in visit.page.locator(operation).inner_text()
    contract = boxed.get("/openapi.json").json()
    shown = visit.page.content()
    for path, methods in contract["paths"].items():
        for its in methods.values():
            assert f"operations-{its['tags'][0]}-{its['operationId']}" in shown
        assert path.rpartition("/")[2] in shown
    assert contract["info"]["title"] in shown
    none_of(visit.said)


@pytest.mark.parametrize(
    ("anchor", "filled"),
    [
        (
            "bulk/list_wages",
            {
                "limit": ["50"],
                "period": ["latest"],
                "area": ["US"],
                "industry": ["000000"],
                "ownership": ["all"],
            },
        ),
        (
            "occupations/compare_occupations",
            {"codes": ["11-9111", "29-1141"], "areas": ["US"], "period": ["latest"]},
        ),
    ],
)
def test_an_operation_opens_with_what_it_needs_and_its_defaults(
    visit: Visit, anchor: str, filled: dict[str, list[str]]
) -> None:
    rows = visit.page.locator(f"{opened(visit, anchor)} tr[data-param-name]")
    assert rows.evaluate_all(VALUES) == filled


def test_a_problem_page_is_styled_by_this_server_alone(visit: Visit) -> None:
    visit.open(Address("/problems/unknown_occupation"))
    assert "Unknown occupation" in visit.page.content()
    none_of(visit.faults())
