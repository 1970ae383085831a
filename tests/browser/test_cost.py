"""Pages are small, and there soon where the network is slow."""

from __future__ import annotations

import httpx
from playwright.sync_api import Browser

from tests.browser.measuring import cost

LARGEST = 60_000
LATEST = 1_000


def test_an_occupation_is_small_and_painted_within_a_second(
    browser: Browser, boxed: httpx.Client
) -> None:
    url = f"{boxed.base_url}/occupations/registered-nurses"
    tries = [cost(browser, url) for _ in range(3)]  # the other worker may take the processor once
    assert min(one.size for one in tries) > 5_000
    assert max(one.size for one in tries) < LARGEST
    # Page and style sheet come one after the other, each after the network's delay.
    assert 300 < min(one.first_paint for one in tries) < LATEST
