"""What a page costs a reader whose network is slow."""

from __future__ import annotations

from dataclasses import dataclass

from playwright.sync_api import Browser

SLOW_4G = {
    "offline": False,
    "latency": 150,  # milliseconds
    "downloadThroughput": 1_600_000 / 8,  # bytes a second
    "uploadThroughput": 750_000 / 8,
}
"""The browser's setting of that name."""
PAINTED = """new Promise((done) => new PerformanceObserver((list) => {
  for (const one of list.getEntriesByName("first-contentful-paint")) done(one.startTime);
}).observe({ type: "paint", buffered: true }))"""


@dataclass(frozen=True, slots=True)
class Cost:
    """A page with everything that it asks for, none of it kept from before."""

    first_paint: float
    """Milliseconds from the click to the first words or pictures, with the slow network."""
    size: int
    """Bytes of all answers as they are sent: compressed, with their heads."""


def cost(browser: Browser, url: str) -> Cost:
    """Open a page for the first time over a slow network and measure it."""
    sizes: list[int] = []
    with browser.new_context() as context:
        page = context.new_page()
        session = context.new_cdp_session(page)
        session.on("Network.loadingFinished", lambda one: sizes.append(one["encodedDataLength"]))
        session.send("Network.enable")
        session.send("Network.emulateNetworkConditions", SLOW_4G)
        page.goto(url, wait_until="networkidle")
        first_paint: float = page.evaluate(PAINTED)
    return Cost(first_paint, round(sum(sizes)))
