"""The table of addresses that `occupations download` uses."""

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


def test_other_periods_fit_a_pattern() -> None:
    def urls(source: str, period: str) -> list[str]:
        found = [d for d in downloads(asked=period) if (d.source, d.period) == (source, period)]
        return [url.rpartition("/")[2] for one in found for url in one.urls]

    assert urls("bls-oews", "2017-05")[:2] == ["oesm17nat.zip", "oesm17st.zip"]
    assert urls("bls-oews", "2031-05")[-1] == "oesm31all.zip"
    assert urls("onet", "25.1") == ["db_25_1_text.zip", "db_25_1_excel.zip"]
    assert urls("onet", "2026-08") == urls("onet", "31.0")
    assert urls("bls-oews", "2017-11") == urls("bls-ep", "2017-05") == urls("onet", "2017-05") == []
