"""HTML in whatever a page takes is shown as it was written, and nothing of it is carried out."""

from __future__ import annotations

from urllib.parse import parse_qsl, quote, urlencode, urlsplit

import pytest

from tests.browser.addresses import ADDRESSES, Address
from tests.browser.opening import Visit, none_of

SEGMENT = "<img src=x onerror=window.__x=1>"
"""What a path's segment can hold."""
TEXT = (
    f"'\">{SEGMENT}<svg onload=window.__x=1></svg></title></textarea><script>window.__x=1</script>"
)
CARRIED_OUT = "window.__x === 1 || document.querySelector('[src=x], [onload]') !== null"
LONG = "w" * 200
"""A word that no window is wide enough for."""


@pytest.mark.parametrize(
    "address",
    [address for address in ADDRESSES if not address.titles],
    ids=lambda address: address.name,
)
def test_no_parameter_is_carried_out(visit: Visit, address: Address) -> None:
    visit.open(address)
    path, query = urlsplit(address.path).path, dict(parse_qsl(urlsplit(address.path).query))
    fields = visit.page.locator("form:not([method=post]) [name]")
    names = {*query, *fields.evaluate_all("all => all.map(one => one.name)"), "nonsense"}
    for name in sorted(names):
        asked = {**query, name: TEXT}
        visit.open(Address(f"{path}?{urlencode(asked)}"))
        assert visit.status < 500, name
        assert not visit.page.evaluate(CARRIED_OUT), name
        none_of(visit.faults())


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("/", ""),
        ("/occupations/", ""),
        ("/occupations/", "/pay.svg"),
        ("/areas/", ""),
        ("/embed/occupations/", "/pay"),
        ("/es/occupations/", ""),
        ("/problems/", ""),
    ],
)
def test_no_path_is_carried_out(visit: Visit, before: str, after: str) -> None:
    visit.open(Address(f"{before}{quote(SEGMENT)}{after}"))
    assert visit.status == 404
    assert not visit.page.evaluate(CARRIED_OUT)
    none_of(visit.faults())


def test_titles_are_shown_as_written(visit: Visit) -> None:
    visit.open(Address("/match", titles=f"{TEXT}\nnurse"))
    assert visit.status == 200
    assert visit.page.locator("textarea").input_value().startswith(TEXT)
    assert SEGMENT in visit.page.locator("main table").first.inner_text()
    assert not visit.page.evaluate(CARRIED_OUT)
    none_of(visit.faults())


def test_what_was_searched_for_is_shown_as_written(visit: Visit) -> None:
    visit.open(Address(f"/search?q={quote(TEXT)}"))
    assert visit.page.locator("#q").input_value() == TEXT
    assert SEGMENT in visit.page.locator("main").inner_text()
    visit.open(Address(f"/occupations/{quote(SEGMENT)}"))
    assert SEGMENT in visit.page.locator("main").inner_text()


@pytest.mark.parametrize(
    "address",
    [
        Address(f"/search?q={LONG}"),
        Address(f"/occupations/{LONG}"),
        Address(f"/occupations/registered-nurses?area={LONG}"),
        Address("/match", titles=LONG),
    ],
    ids=["search", "slug", "area", "titles"],
)
def test_a_long_word_fits_a_narrow_window(visit: Visit, address: Address) -> None:
    visit.open(address, width=320)
    assert visit.status < 500
    none_of(visit.faults())
