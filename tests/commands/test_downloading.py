"""The table of addresses."""

from __future__ import annotations

from app.commands.downloading import downloads


def test_the_table_of_addresses() -> None:
    table = {(d.source, d.scope, d.period): d.urls for d in downloads()}
    assert table["bls-oews", "national", "2021-05"] == (
        "https://www.bls.gov/oes/special-requests/oesm21nat.zip",
    )
    assert table["onet", "text", "2022-08"] == (
        "https://www.onetcenter.org/dl_files/database/db_27_0_text.zip",
    )
    assert all(url.startswith("https://") for urls in table.values() for url in urls)
