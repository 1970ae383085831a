"""Puts the OEWS's flat files together: a file of data, and those of its folder that explain it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from app.importers.faults import BadFile, Refusals
from app.importers.loading.planned import Options, check_past
from app.importers.loading.recognise import Found
from app.importers.oews.flat_companions import DATA, DATATYPES, read_codes, top_codes_in
from app.importers.oews.flat_data import FlatData, flat_period
from app.importers.oews.top_codes import top_code_of
from app.importers.oews.wages import OewsFile
from app.importers.reading.sheets import TextTable

KIND = "oews_all"


def flat_files(
    found: Sequence[Found], options: Options, refusals: Refusals
) -> Iterator[tuple[str, OewsFile, list[Found]]]:
    """Yield period, file and all that it was made of, of each file of data.

    A file of data without companions, or with two of one kind, is refused.
    """
    folders: dict[str, dict[str, list[Found]]] = defaultdict(lambda: defaultdict(list))
    for one in found:
        folders[one.folder][one.kind].append(one)
    for kinds in folders.values():
        beside = {kind: its for kind, its in kinds.items() if kind != DATA}
        for one in kinds.get(DATA, ()):
            with refusals.caught():
                yield _flat_file(one, beside, options)


def _flat_file(
    one: Found, beside: Mapping[str, Sequence[Found]], options: Options
) -> tuple[str, OewsFile, list[Found]]:
    """Return period, file and all that it was made of. Raises ``BadFile``."""
    document, _ = one.opened
    assert isinstance(document, TextTable)  # noqa: S101 - recognised as one
    for first, *more in beside.values():
        if more:
            raise BadFile(document.name, f"beside it are {first.name} and {more[0].name}: which?")
    companions = {kind: its[0].opened for kind, its in beside.items()}
    period = flat_period(document, companions, options.period)
    check_past("bls-oews", period, document.name)
    codes = read_codes(document.name, companions)
    data = FlatData(document.path, document.name, codes, period[:4], options.accepted)
    document.lines //= len(DATATYPES)  # progress is shown in rows
    known = top_code_of(period)
    usual = (known.annual, known.hourly) if known else None
    stated = top_codes_in(companions) or options.top_code or usual
    others = tuple(other for other, _ in companions.values())
    file = OewsFile(data, KIND, stated, companions=others)
    return period, file, [one, *(its[0] for its in beside.values())]
