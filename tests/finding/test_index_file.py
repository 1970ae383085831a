"""Index files are verified, and read from memory that nobody can change."""

from __future__ import annotations

import gc
import os
import sys
from hashlib import blake2b
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from app.finding import index_file, shared_memory

ARRAYS: dict[str, npt.NDArray[Any]] = {
    "codes": np.arange(5, dtype=np.int32),
    "none": np.zeros(0, np.float32),
    "table": np.arange(6, dtype=np.uint8).reshape(2, 3),
}
linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux has sealed memory")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return an index file."""
    file = tmp_path / "some.index"
    index_file.write(file, "some 1", ARRAYS, {"words": ["é", "b"]})
    return file


def unshared(path: Path) -> None:
    """Read a file without using a shared copy."""
    path.with_suffix(".memory").unlink(missing_ok=True)
    index_file.read(path, "some 1")


def maps() -> set[str]:
    """Return the sealed memories that this process has mapped."""
    lines = Path("/proc/self/maps").read_text().splitlines()
    return {line.split()[4] for line in lines if f"memfd:{shared_memory.NAME}" in line}


def descriptors() -> int:
    """Count the descriptors of sealed memories that this process has open."""
    found = 0
    for descriptor in Path("/proc/self/fd").iterdir():
        found += descriptor.is_symlink() and shared_memory.NAME in str(descriptor.readlink())
    return found


def test_what_was_written_is_read(path: Path) -> None:
    texts, arrays = index_file.read(path, "some 1")
    assert texts == {"words": ["é", "b"]}
    assert arrays.keys() == ARRAYS.keys()
    for name, array in ARRAYS.items():
        assert arrays[name].dtype == array.dtype
        assert np.array_equal(arrays[name], array)
        assert not arrays[name].flags.writeable
    assert path.stat().st_mode & 0o777 == 0o600


def test_writing_replaces_a_symbolic_link_and_leaves_nothing_else(path: Path) -> None:
    path.with_suffix(".memory").unlink(missing_ok=True)
    victim = path.with_name("victim")
    victim.write_text("unharmed")
    path.unlink()
    path.symlink_to(victim)
    index_file.write(path, "some 1", ARRAYS)
    assert victim.read_text() == "unharmed"
    assert not path.is_symlink()
    assert {file.name for file in path.parent.iterdir()} == {"some.index", "victim"}


def test_a_wrong_byte_anywhere_is_detected(path: Path) -> None:
    whole = path.read_bytes()
    for at in range(len(whole)):
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
        with pytest.raises(ValueError, match=r"checksum|not all"):
            unshared(path)
    path.write_bytes(whole)
    unshared(path)


def test_a_file_of_another_size_is_refused(path: Path) -> None:
    whole = path.read_bytes()
    for wrong in (b"", whole[:63], whole[:64], whole[:-1], whole + b"\0"):
        path.write_bytes(wrong)
        with pytest.raises(ValueError, match="not all"):
            unshared(path)


def test_a_file_grown_to_a_terabyte_is_refused_unread(path: Path) -> None:
    os.truncate(path, 1 << 40)  # without blocks on the disk
    with pytest.raises(ValueError, match="not all"):
        unshared(path)


def test_only_a_regular_file_is_opened(path: Path, tmp_path: Path) -> None:
    link, pipe, folder = tmp_path / "link", tmp_path / "pipe", tmp_path / "folder"
    link.symlink_to(path)
    os.mkfifo(pipe)
    folder.mkdir()
    for other in (link, pipe, folder):
        with pytest.raises(ValueError, match="regular"):
            index_file.read(other, "some 1")
    with pytest.raises(FileNotFoundError):
        index_file.read(tmp_path / "missing", "some 1")


def test_another_form_is_refused(path: Path) -> None:
    with pytest.raises(ValueError, match="some 1, not some 2"):
        index_file.read(path, "some 2")


def test_an_array_of_objects_is_refused(path: Path) -> None:
    """Its bytes would be used as pointers, which crashes the process."""
    whole = path.read_bytes()
    checked = whole[48:].replace(b'"<i4",[5]', b'"|O", [1]')
    assert checked != whole[48:]
    path.write_bytes(whole[:16] + blake2b(checked, digest_size=32).digest() + checked)
    with pytest.raises(ValueError, match="OBJECT"):
        unshared(path)


def test_truncating_a_file_does_not_change_what_was_read_from_it(path: Path) -> None:
    _, arrays = index_file.read(path, "some 1")
    os.truncate(path, 0)
    assert np.array_equal(arrays["table"], ARRAYS["table"])


@linux
def test_a_second_reader_uses_the_memory_of_the_first(path: Path) -> None:
    before, had = maps(), descriptors()
    _, first = index_file.read(path, "some 1")
    _, second = index_file.read(path, "some 1")
    assert len(maps() - before) == 1
    assert np.array_equal(second["codes"], ARRAYS["codes"])
    del first, second
    gc.collect()
    assert maps() == before
    assert descriptors() == had


@linux
@pytest.mark.parametrize("wrong", ["not sealed", "another content", "no memory", "gone"])
def test_memory_that_is_not_right_is_not_used(path: Path, wrong: str) -> None:
    content = path.read_bytes()
    if wrong == "another content":
        content = content[:-64] + bytes(64)
    if wrong == "not sealed":
        memory = os.fdopen(os.memfd_create(shared_memory.NAME, os.MFD_ALLOW_SEALING), "w+b")
        memory.write(content)
        memory.flush()
    else:
        (path.parent / "copy").write_bytes(content)
        with (path.parent / "copy").open("rb") as file:
            memory = shared_memory.copy(file)  # type: ignore[assignment]
    link = path.with_suffix(".memory")
    shared_memory.share(memory, link)
    if wrong == "no memory":
        link.unlink()
        link.symlink_to(path.parent / "copy")
    if wrong == "gone":
        memory.close()
    _, arrays = index_file.read(path, "some 1")
    assert np.array_equal(arrays["table"], ARRAYS["table"])
    mapped = maps()
    if wrong != "gone":
        inode = os.fstat(memory.fileno()).st_ino
        assert str(inode) not in mapped
        memory.close()
    assert str(link.readlink()).startswith("/proc/")  # to the memory that is right


def test_without_sealed_memory_each_reader_has_a_copy(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(os, "memfd_create", raising=False)
    _, arrays = index_file.read(path, "some 1")
    os.truncate(path, 0)
    assert np.array_equal(arrays["table"], ARRAYS["table"])
    assert not arrays["table"].flags.writeable
    assert not path.with_suffix(".memory").is_symlink()
