"""Each page at each width, in light and dark."""

from __future__ import annotations

import pytest

from tests.browser.addresses import ADDRESSES, WIDEST, WIDTHS, Address
from tests.browser.opening import Visit

each = pytest.mark.parametrize("address", ADDRESSES, ids=lambda address: address.name)

IN_PRINT = "header nav, .toc, .find, .choose, .api, summary, .skip"
"""What leads elsewhere, which paper cannot."""
VISIBLE = "all => all.filter(one => one.checkVisibility()).map(one => one.outerHTML.slice(0, 80))"


@each
@pytest.mark.parametrize("width", WIDTHS)
def test_a_page_is_sound(visit: Visit, axe: str, address: Address, width: int) -> None:
    narrowest = width == min(WIDTHS)
    visit.open(address, width=width, settled=narrowest or address.drawn_by_script)
    assert visit.status == address.status
    assert visit.faults() == []
    if narrowest:  # the other widths differ in what is shown, not in what is closed
        assert visit.violations(axe) == []
    visit.page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
    assert visit.sticking_out() == []
    assert visit.violations(axe) == []
    visit.page.emulate_media(color_scheme="dark")
    assert visit.violations(axe) == []


@each
def test_a_page_fits_a_wide_window_and_paper(visit: Visit, address: Address) -> None:
    visit.open(address, width=WIDEST, scheme="dark", settled=address.drawn_by_script)
    assert visit.faults() == []
    visit.page.emulate_media(media="print")
    assert visit.page.locator(IN_PRINT).evaluate_all(VISIBLE) == []
