"""What the Census index and employers' filings teach, and the file that it stands in."""

from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from app.finding.entries import Title
from app.finding.titles import evidence, ranker
from app.finding.titles.build import build
from bench import evidence_model
from bench.evidence_model import Taught
from tests.finding.titles.entries import ENTRIES

TAUGHT = Taught(
    ["11-1001", "11-1002", "11-1003"],
    {f"glork {word}": Counter({"11-1002": 30}) for word in ("maker", "fixer", "user", "holder")},
    [(f"blip {word}", "11-1003") for word in ("maker", "fixer", "user", "holder")],
)


def save(file: Path) -> None:
    evidence.save(file, TAUGHT.codes, evidence_model.learn(TAUGHT, range(10)))


def test_one_command_writes_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one.npz", "other.npz"):
        save(tmp_path / name)
    assert (tmp_path / "one.npz").read_bytes() == (tmp_path / "other.npz").read_bytes()


def test_the_file_of_the_program_is_small_and_knows_what_employers_write() -> None:
    assert evidence.FILE.stat().st_size <= 10_000_000
    for regression in evidence.load(["11-9111", "29-1141", "29-1141.01", "00-0000"]):
        assert regression.outer.shape[1] == 4
        assert (regression.outer[:, 1] == regression.outer[:, 2]).all()
        assert (regression.outer[:, 3] != regression.outer[:, 0]).any()


@pytest.mark.parametrize(
    ("harm", "why"),
    [
        (lambda whole: whole[: len(whole) // 2], "not all of one"),
        (lambda _: b"", "no archive of arrays"),
        (lambda whole: whole.replace(b"inner2", b"inner3"), "inner2"),
        (lambda whole: _turned(whole, len(whole) // 3), "CRC-32"),
    ],
)
def test_a_damaged_file_is_refused_by_name(
    tmp_path: Path, harm: Callable[[bytes], bytes], why: str
) -> None:
    file = tmp_path / "evidence.npz"
    save(file)
    file.write_bytes(harm(file.read_bytes()))
    with pytest.raises(evidence.BadModel, match=r"^evidence\.npz cannot be used: .*Install") as bad:
        evidence.load(["11-1001"], file)
    assert why in str(bad.value)


def test_a_file_of_another_version_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "evidence.npz"
    np.savez_compressed(file, form=np.array(evidence.FORM + 1))
    with pytest.raises(evidence.BadModel, match=f"its form is {evidence.FORM + 1}"):
        evidence.load(["11-1001"], file)
    np.savez_compressed(file, form=np.array(evidence.FORM))
    with pytest.raises(evidence.BadModel, match="keys1"):
        evidence.load(["11-1001"], file)


@pytest.mark.parametrize(
    ("name", "array"),
    [
        ("keys1", np.zeros(0, np.uint64)),
        ("inner2", np.array(["words"])),
        ("outer1", np.zeros((64, 1), np.float16)),
        ("codes", np.array(["11-1001"])),
    ],
)
def test_arrays_that_do_not_belong_together_are_refused(
    tmp_path: Path, name: str, array: np.ndarray
) -> None:
    file = tmp_path / "evidence.npz"
    save(file)
    with np.load(file) as stored:
        arrays = dict(stored) | {name: array}
    np.savez_compressed(file, **arrays)
    with pytest.raises(evidence.BadModel, match="do not belong together"):
        evidence.load(["11-1001"], file)


def test_any_byte_that_is_turned_is_refused_or_means_nothing(tmp_path: Path) -> None:
    file = tmp_path / "evidence.npz"
    save(file)
    whole = file.read_bytes()
    right = evidence.load(["11-1001"], file)
    places = [*range(200), *range(200, len(whole) - 600, 997), *range(len(whole) - 600, len(whole))]
    for at in places:
        file.write_bytes(_turned(whole, at))
        try:
            found = evidence.load(["11-1001"], file)
        except evidence.BadModel:
            continue
        for one, other in zip(found, right, strict=True):
            for name, array in one._asdict().items():
                assert np.array_equal(array, getattr(other, name))


@pytest.mark.parametrize(
    "harm", [lambda text: text[:-9], lambda text: text.replace("heard", "x"), lambda _: "[]"]
)
def test_a_damaged_ranker_is_refused_by_name(tmp_path: Path, harm: Callable[[str], str]) -> None:
    file = tmp_path / "ranker.json"
    file.write_text(harm(ranker.FILE.read_text()))
    with pytest.raises(evidence.BadModel, match=r"^ranker\.json cannot be used: .*Install"):
        ranker.load(file)


def test_a_match_says_how_many_filings_it_rests_on() -> None:
    filed, listed = (
        Title("15-1252", "software hacker", "employer", 12),
        Title("49-9021", "Blacksmith", "index"),
    )
    index = build(replace(ENTRIES, titles=[*ENTRIES.titles, filed, listed]))
    for title, said in (("Software  HACKER", filed), ("blacksmith", listed)):
        of_title = index.match([title], 50, min_confidence=0)[0]
        (match,) = [match for match in of_title if match.matched_title == said.title]
        assert (match.code, match.kind, match.filings) == (said.code, said.kind, said.n)
        assert match.how == ("employers" if said.n else "exact")


def _turned(whole: bytes, at: int) -> bytes:
    return whole[:at] + bytes([whole[at] ^ 255]) + whole[at + 1 :]
