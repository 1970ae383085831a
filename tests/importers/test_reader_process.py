"""A reader in a process of its own gives what it would give here, faults included."""

from __future__ import annotations

import os
from collections.abc import Iterator
from typing import Any

import pytest

from app.importers.faults import BadFile, ImportFault
from app.importers.loading.reader_process import read_in_child
from app.importers.rows import PartKey, PartRows, WageRow

ONE = PartKey(WageRow, area="US", industry="000000", ownership="1235")
TWO = PartKey(WageRow, area="CA", industry="000000", ownership="1235")


def runs() -> Iterator[PartRows]:
    for n in range(3):
        yield PartRows(ONE, [("11-9111", n, None, 1.5)] * 5_000, {"top_code_annual": 208000})
        yield PartRows(TWO, [("11-9111", n, "é", 0.1)], {})


def taken(parts: Any) -> list[tuple[PartKey, list[Any], dict[str, Any]]]:
    return [(run.key, list(run.rows), run.detail) for run in parts]


def test_the_same_rows_and_what_comes_after() -> None:
    after: list[Any] = []
    found = taken(read_in_child(runs, lambda: {"areas": ["US", "CA"]}, after.append))
    assert found == taken(runs())
    assert after == [{"areas": ["US", "CA"]}]


def test_a_fault_keeps_its_place() -> None:
    def bad() -> Iterator[PartRows]:
        yield from runs()
        raise BadFile("a.csv", "unknown", row=7, column="A_MEAN")

    with pytest.raises(BadFile, match=r"a.csv, row 7, column A_MEAN: unknown") as fault:
        taken(read_in_child(bad, dict, lambda _state: None))
    assert fault.value.row == 7


def test_a_reader_that_dies_is_a_fault() -> None:
    def dies() -> Iterator[PartRows]:
        yield from runs()
        os._exit(9)

    with pytest.raises(ImportFault, match="ended before its end"):
        taken(read_in_child(dies, dict, lambda _state: None))


def test_a_reader_no_longer_wanted_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    forked: list[int] = []
    real = os.fork

    def fork() -> int:
        forked.append(real())
        return forked[-1]

    monkeypatch.setattr(os, "fork", fork)

    def endless() -> Iterator[PartRows]:
        while True:
            yield from runs()

    parts = read_in_child(endless, dict, lambda _state: None)
    next(parts)
    parts.close()  # type: ignore[attr-defined]
    with pytest.raises(ChildProcessError):
        os.waitpid(forked[0], os.WNOHANG)
