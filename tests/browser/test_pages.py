"""Each page at each width, in light and dark."""

from __future__ import annotations

import pytest

from tests.browser.addresses import ADDRESSES, WIDEST, WIDTHS, Address
from tests.browser.opening import Visit, none_of

each = pytest.mark.parametrize("address", ADDRESSES, ids=lambda address: address.name)

OF_COLOURS = ("color-contrast", "link-in-text-block")
"""Rules of axe-core that depend on the colour scheme; no other does."""
IN_PRINT = "header nav, .toc, .find, .choose, .api, summary, .skip"
"""What leads elsewhere, which paper cannot."""
VISIBLE = "all => all.filter(one => one.checkVisibility()).map(one => one.outerHTML.slice(0, 80))"


@each
@pytest.mark.usefixtures("axe")
@pytest.mark.parametrize("width", WIDTHS)
def test_a_page_is_sound(visit: Visit, address: Address, width: int) -> None:
    narrowest = width == min(WIDTHS)
    visit.open(address, width=width, settled=narrowest or address.drawn_by_script)
    assert visit.status == address.status
    none_of(visit.faults())
    details = visit.page.locator("details")
    if narrowest and details.count():  # the widths differ in what is shown, not in what is closed
        none_of(visit.violations())
    details.evaluate_all("all => all.forEach(one => one.open = true)")
    none_of(visit.sticking_out())
    none_of(visit.violations())
    visit.page.emulate_media(color_scheme="dark")
    none_of(visit.violations(*OF_COLOURS))


@each
def test_a_page_fits_a_wide_window_and_paper(visit: Visit, address: Address) -> None:
    visit.open(address, width=WIDEST, scheme="dark", settled=address.drawn_by_script)
    none_of(visit.faults())
    visit.page.emulate_media(media="print")
    assert visit.page.locator(IN_PRINT).evaluate_all(VISIBLE) == []
