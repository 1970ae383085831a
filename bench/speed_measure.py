"""The measurements: each adds a few rows to the table."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import httpx

from bench import speed_rivals as rivals
from bench.speed_cases import ONE, WARM, Warm, check_bytes, ends_of, first_cases, ready
from bench.speed_load import Load, Plan, Row, compare, wrk
from bench.speed_servers import Server, bare, fetch, ours, tutorial, warmed

WAGES = f"{ONE}/wages?period=all"
NATIONAL = ("profile with everything", ONE), ("wages of a year", f"{ONE}/wages?period=2021-05")


class Bench:
    """Takes measurements and collects their rows; ``folder`` is for temporary files."""

    def __init__(self, plan: Plan, folder: Path, show: Callable[[Row], None]) -> None:
        self.plan = plan
        self.folder = folder
        self.show = show
        self.rows: list[Row] = []

    def targets(self, targets: Sequence[str]) -> Path:
        """Write a file of targets for wrk."""
        with tempfile.NamedTemporaryFile("w", dir=self.folder, delete=False) as file:
            file.write("\n".join(targets) + "\n")
        return Path(file.name)

    def loading(
        self, server: Server, targets: Sequence[str], connections: int, *headers: str
    ) -> Callable[[float], Load]:
        """Return a function that loads a server for a number of seconds."""
        file = self.targets(targets)
        return lambda seconds: wrk(server, file, connections, seconds, headers)

    def row(
        self,
        what: str,
        against: str,
        one: Callable[[float], Load],
        other: Callable[[float], Load],
        target: float | None,
        figure: str = "rate",
        at_most: bool = False,
    ) -> Row:
        """Measure two servers in turn; add the row and print it."""
        a, b, ratio, by_cpu = compare(self.plan, one, other, figure)
        row = Row(what, against, a, b, ratio, target, at_most, by_cpu if figure == "rate" else None)
        self.rows.append(row)
        self.show(row)
        return row

    def warm(self, url: str) -> int:
        """Compare cached answers with the bare ASGI callable's; return our server's memory."""
        with ours(url) as mine:
            answers = ready(warmed(mine))
            with bare(answers, self.folder) as least:
                check_bytes(mine, least, answers)
                for case in WARM:
                    one, other = self._pair(mine, least, case, answers, 32)
                    self.row(f"warm: {case.name}", "bare ASGI callable", one, other, 0.85)
                for case in (WARM[2], WARM[3], WARM[0]):
                    one, other = self._pair(mine, least, case, answers, 100)
                    what = f"p99 warm, 100 connections: {case.name}"
                    self.row(what, "bare ASGI callable", one, other, 1.3, "p99", at_most=True)
            return mine.resident()

    def _pair(
        self,
        one: Server,
        other: Server,
        case: Warm,
        answers: dict[str, httpx.Response],
        connections: int,
    ) -> Iterator[Callable[[float], Load]]:
        tag = answers[case.target].headers["etag"]
        headers = (f"If-None-Match: {tag}",) if case.conditional else ()
        return iter([self.loading(s, [case.target], connections, *headers) for s in (one, other)])

    def first(self, url: str, kind: str, factor: float, most: int = 800) -> None:
        """Compare first answers with the tutorial application's on the same database."""
        with ours(url, cache_bytes="0") as mine, tutorial(url) as theirs:
            for case in first_cases(mine, theirs, most):
                for connections in (8, 1):
                    self.row(
                        f"first, {kind}, {connections} at once: {case.name}",
                        "tutorial-style app",
                        self.loading(mine, case.ours, connections),
                        self.loading(theirs, case.theirs, connections),
                        factor,
                    )

    def rivals(self, url: str, programs: tuple[Path, Path | None]) -> None:
        """Compare cached wages with Datasette and json-server on the same rows."""
        with ours(url) as mine:
            items: list[dict[str, Any]] = mine.get(WAGES).json()["items"]
            others = [(rivals.datasette, "/rows/wages.json?code=11-9111&_shape=array")]
            if programs[1]:
                others.append((rivals.json_server, "/wages?code=11-9111"))
            for (serve, target), program in zip(others, programs, strict=False):
                assert program is not None
                with serve(program, self.folder, items) as rival:
                    rivals.check(rival, target, items)
                    self.row(
                        "warm: wages of all years",
                        rival.name,
                        self.loading(mine, [WAGES], 32),
                        self.loading(rival, [target], 32),
                        15,
                    )

    def areas(self, url: str, loaded: str) -> None:
        """Compare first answers of national figures with and without 400,000 rows of areas."""
        with ours(url, cache_bytes="0") as without, ours(loaded, cache_bytes="0") as mine:
            for name, target in NATIONAL:
                assert mine.get(target).content == without.get(target).content, target
                self.row(
                    f"first, national, 400,000 area rows loaded: {name}",
                    "without them (time per answer)",
                    self.loading(mine, [target], 1),
                    self.loading(without, [target], 1),
                    1.2,
                    "p50",
                    at_most=True,
                )
            everything = "/v1/wages?period=all&area=all"
            first, last, total = ends_of(mine, everything)
            self.row(
                f"first: last page of 200 of {total:,} wages",
                "its first page (time per answer)",
                self.loading(mine, [last], 1),
                self.loading(mine, [first], 1),
                1.5,
                "p50",
                at_most=True,
            )

    def workers(self, url: str, codes: Sequence[str]) -> None:
        """Compare two workers with one; wrk has one thread for both."""
        profiles = [f"/v1/occupations/{code}" for code in codes]
        with ours(url, workers=2) as two, ours(url) as one:
            fetch(two, profiles[:1])
            more, less = (self.loading(s, [WAGES], 32) for s in (two, one))
            self.row("warm, 2 workers: wages of all years", "1 worker", more, less, None)
        with ours(url, workers=2, cache_bytes="0") as two, ours(url, cache_bytes="0") as one:
            more, less = (self.loading(s, profiles, 8) for s in (two, one))
            self.row("first, 2 workers: profile with everything", "1 worker", more, less, None)
