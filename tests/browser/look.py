"""Show all pages: ``python -m tests.browser.look URL FOLDER``.

Writes a picture of each page of a running server at each width, in light and dark, and prints what
each page costs a reader whose network is slow. Pictures are to be looked at; nothing compares them.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from tests.audit.others import Missing
from tests.browser.addresses import ADDRESSES, SCHEMES, WIDTHS
from tests.browser.measuring import cost
from tests.browser.opening import Visit, chromium


def look(base: str, folder: Path) -> None:
    """Write the pictures and print a line for each page."""
    folder.mkdir(parents=True, exist_ok=True)
    print("| page | status | first paint, slow 4G | sent, compressed |\n| --- | --- | --- | --- |")
    with chromium() as browser, browser.new_context() as context:
        for address in ADDRESSES:
            visit = Visit(context, base)
            for width in WIDTHS:
                visit.open(address, width=width, settled=True)
                for scheme in SCHEMES:
                    visit.page.emulate_media(color_scheme=scheme)
                    picture = folder / f"{address.name}-{width}-{scheme}.png"
                    visit.page.screenshot(path=picture, full_page=True)
            visit.page.close()
            if address.titles:  # sent by a form: the page that has it is the one that is opened
                continue
            measured = cost(browser, base + address.path)
            paint, size = f"{measured.first_paint:,.0f} ms", f"{measured.size / 1000:,.1f} kB"
            print(f"| `{address.path}` | {visit.status} | {paint} | {size} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.browser.look", description=__doc__)
    parser.add_argument("url", help="of a running server, such as http://127.0.0.1:8000")
    parser.add_argument("folder", type=Path, help="for the pictures")
    given = parser.parse_args()
    try:
        look(given.url.rstrip("/"), given.folder)
    except Missing as reason:
        sys.exit(str(reason))


if __name__ == "__main__":
    main()
