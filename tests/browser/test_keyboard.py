"""What a reader does with the keyboard alone."""

from __future__ import annotations

import re

import httpx
import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.addresses import Address
from tests.browser.opening import Visit, none_of

START = Address("/")
NURSES = Address("/occupations/registered-nurses")
MEDIAN = "main dl data >> nth=0"
"""The first of the key figures: pay in the middle."""


def opened_list(page: Page, field: Locator, typed: str) -> Locator:
    """Type into a field with suggestions, wait for them, and return them."""
    field.fill("")
    field.focus()
    page.keyboard.insert_text(typed)  # at once: one answer is awaited, not one for each letter
    expect(field).to_have_attribute("aria-expanded", "true")
    options = page.locator(f"#{field.get_attribute('aria-controls')} [role=option]")
    expect(options.first).to_be_visible()
    return options


def chosen(field: Locator, options: Locator) -> int:
    """Return which suggestion both the field and the list say is chosen; -1 for none."""
    marked = options.evaluate_all("all => all.findIndex(one => one.ariaSelected === 'true')")
    ids = options.evaluate_all("all => all.map(one => one.id)")
    active = field.get_attribute("aria-activedescendant")
    assert active == (ids[marked] if marked >= 0 else None)
    return int(marked)


def test_tab_leads_past_the_head_of_a_page(visit: Visit) -> None:
    visit.open(NURSES)
    visit.page.keyboard.press("Tab")
    skip = visit.page.locator(":focus")
    assert skip.get_attribute("href") == "#main"
    box = skip.bounding_box()
    assert box is not None
    assert box["width"] > 40, "where the focus is can be seen"
    skip.press("Enter")
    visit.page.keyboard.press("Tab")
    assert visit.page.evaluate("document.activeElement.closest('main') !== null")


def test_suggestions_are_chosen_with_arrows(visit: Visit) -> None:
    visit.open(START)
    field = visit.page.get_by_role("combobox").first
    expect(field).to_have_attribute("aria-expanded", "false")
    expect(field).to_have_attribute("aria-autocomplete", "list")
    options = opened_list(visit.page, field, "nurse")
    count = options.count()
    assert count > 2
    assert chosen(field, options) == -1
    walked = ("ArrowDown", "ArrowDown", "ArrowUp", "ArrowUp", "ArrowDown", "ArrowUp")
    found = []
    for key in walked:
        field.press(key)
        found.append(chosen(field, options))
    assert found == [0, 1, 0, count - 1, 0, count - 1]
    expect(field).to_be_focused()
    none_of(visit.faults())


@pytest.mark.parametrize("language", ["", "/es"], ids=["english", "spanish"])
def test_enter_leads_to_the_occupation_chosen(visit: Visit, language: str) -> None:
    visit.open(Address(language or "/"))
    field = visit.page.get_by_role("combobox").first
    options = opened_list(visit.page, field, "nurse anesth")
    field.press("ArrowDown")
    title = options.first.evaluate("one => one.firstChild.textContent")
    with visit.page.expect_navigation() as there:
        field.press("Enter")
    assert there.value.ok
    assert visit.page.url.startswith(f"{visit.base}{language}/occupations/")
    expect(visit.page.locator("h1")).to_have_text(title)


def test_enter_without_a_choice_searches_what_was_typed(visit: Visit) -> None:
    visit.open(START)
    field = visit.page.get_by_role("combobox").first
    opened_list(visit.page, field, "nurse")
    with visit.page.expect_navigation():
        field.press("Enter")
    assert visit.page.url.endswith("/search?q=nurse")


def test_escape_closes_suggestions_and_keeps_what_was_typed(visit: Visit) -> None:
    visit.open(START)
    field = visit.page.get_by_role("combobox").first
    options = opened_list(visit.page, field, "nurse")
    field.press("ArrowDown")
    field.press("Escape")
    expect(options.first).to_be_hidden()
    expect(field).to_have_attribute("aria-expanded", "false")
    assert field.get_attribute("aria-activedescendant") is None
    expect(field).to_be_focused()
    expect(field).to_have_value("nurse")


def test_an_answer_that_comes_late_opens_nothing(visit: Visit) -> None:
    visit.open(START)
    field = visit.page.get_by_role("combobox").first
    field.focus()
    visit.page.keyboard.insert_text("nurse")
    field.press("Tab")
    visit.page.wait_for_timeout(700)
    expect(field).to_have_attribute("aria-expanded", "false")


@pytest.mark.usefixtures("axe")
def test_suggestions_have_no_violations(visit: Visit) -> None:
    visit.open(START, width=320)
    field = visit.page.get_by_role("combobox").first
    opened_list(visit.page, field, "nurse")
    field.press("ArrowDown")
    none_of(visit.violations())
    none_of(visit.sticking_out())


def test_what_is_suggested_is_said(visit: Visit) -> None:
    visit.open(START)
    field = visit.page.get_by_role("combobox").first
    options = opened_list(visit.page, field, "nurse")
    said = visit.page.get_by_role("status").filter(has_text=str(options.count()))
    expect(said).to_have_count(1)


@pytest.mark.parametrize("column", [0, 1], ids=["words", "figures"])
def test_a_head_sorts_its_table(visit: Visit, column: int) -> None:
    visit.open(NURSES)
    table = visit.page.locator("table[data-sort]").first
    head = table.locator("thead th").nth(column)
    before = sorted(_cells(table, column))
    orders = []
    for _ in range(2):
        head.get_by_role("button").press("Enter")
        orders.append((head.get_attribute("aria-sort"), _cells(table, column)))
    assert {order for order, _ in orders} == {"ascending", "descending"}
    for order, cells in orders:
        assert sorted(cells) == before
        known = [cell for cell in cells if cell]
        assert cells[: len(known)] == known, "what is missing stays last"
        keys = [_key(cell) for cell in known]
        assert keys == sorted(keys, reverse=order == "descending")
    expect(head.get_by_role("button")).to_be_focused()
    others = table.locator("thead th[aria-sort]")
    expect(others).to_have_count(1)


def test_an_area_is_chosen(visit: Visit, boxed: httpx.Client) -> None:
    visit.open(NURSES)
    field = visit.page.locator("form.choose").first.locator("[name=area]")
    options = opened_list(visit.page, field, "Texas")
    field.press("ArrowDown")
    field.press("Enter")
    expect(options.first).to_be_hidden()
    with visit.page.expect_navigation() as there:
        field.press("Enter")
    assert there.value.ok
    assert re.search(r"[?&]area=(TX|Texas)\b", visit.page.url)
    wages = boxed.get("/v1/occupations/29-1141/wages", params={"area": "TX"}).json()
    median = wages["items"][0]["annual_median"]
    expect(visit.page.locator(MEDIAN)).to_have_attribute("value", str(median))


def _cells(table: Locator, column: int) -> list[str]:
    """Return a column: a figure's value, else the words."""
    found: list[str] = table.evaluate(
        """(table, n) => [...table.tBodies[0].rows].map(({cells}) => {
          const figure = cells[n].querySelector("data");
          return figure ? figure.value : cells[n].textContent.trim();
        })""",
        column,
    )
    return found


def _key(cell: str) -> tuple[float, str]:
    return (float(cell), "") if re.fullmatch(r"-?[\d.]+", cell) else (0, cell.casefold())
