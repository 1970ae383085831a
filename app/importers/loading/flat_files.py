"""Puts the OEWS's flat files together: a file of data, and those of its folder that explain it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence

from app.importers.faults import BadFile
from app.importers.loading.recognise import Found
from app.importers.oews.flat_companions import DATA, DATATYPES, read_codes, top_codes_in
from app.importers.oews.flat_data import FlatData, flat_period
from app.importers.oews.top_codes import top_code_of
from app.importers.oews.wages import OewsFile
from app.importers.reading.sheets import TextTable

KIND = "oews_all"


def flat_files(
    found: Sequence[Found],
    period: str | None,
    top_codes: tuple[int, int] | None,
    accepted: Collection[str],
) -> Iterator[tuple[str, OewsFile, list[Found]]]:
    """Yield period, file and all that it was made of, of each file of data.

    ``period``, ``top_codes`` and the rules ``accepted`` are those of the command line. Raises
    ``BadFile`` where a file of data has no companions, or two of one kind.
    """
    folders: dict[str, dict[str, list[Found]]] = defaultdict(lambda: defaultdict(list))
    for one in found:
        folders[one.folder][one.kind].append(one)
    for kinds in folders.values():
        every = [one for kind, its in kinds.items() if kind != DATA for one in its]
        companions = {one.kind: one.opened for one in every}
        for one in kinds.get(DATA, ()):
            document, _ = one.opened
            assert isinstance(document, TextTable)  # noqa: S101 - recognised as one
            if len(companions) < len(every):
                first, other, *_ = next(
                    its for kind, its in kinds.items() if kind != DATA and its[1:]
                )
                raise BadFile(document.name, f"beside it are {first.name} and {other.name}: which?")
            document.lines //= len(DATATYPES)  # progress is shown in rows
            of = flat_period(document, companions, period)
            codes = read_codes(document.name, companions)
            data = FlatData(document.path, document.name, codes, of[:4], accepted)
            known = top_code_of(of)
            usual = (known.annual, known.hourly) if known else None
            stated = top_codes_in(companions) or top_codes or usual
            others = tuple(other for other, _ in companions.values())
            yield of, OewsFile(data, KIND, stated, companions=others), [one, *every]
