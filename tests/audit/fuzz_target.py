"""One format's importer, fuzzed: ``python -m tests.audit.fuzz_target NAME [libFuzzer options]``.

Coverage-guided. A case is a file, or a zip of files; it may be read or refused with an
``ImportFault``, and every sixteenth of those read is loaded into a database too. Anything else
ends the run: another exception, ten seconds, 300 MB.

``NAME --once FILE`` tries one case without the fuzzer.
"""

from __future__ import annotations

import importlib
import io
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

MOST_MEGABYTES = 300
LOADED = 16
"""One in so many of the cases that are read is loaded."""

WORDS = (
    *(b"", b"*", b"**", b"#", b"~", b"n/a", b"N/A", b"-", b"\xe2\x80\x94", b"0", b"-1", b"1e400"),
    *(b"1E+999999", b"1e-400", b"NaN", b"inf", b"-0.0", b"1_000", b"9" * 20, b"0.1234567"),
    *(b"208000", b"28.700000000000003", b"1,000.50", b">=208,000", b'="27-2011"', b"11-9111"),
    *(b"11-9111.00", b"99-9999", b"07/2014", b"13/2014", b"Y", b"N", b"x", b"detailed", b"total"),
    *(b"\x00", b"\xff", b"\xed\xa0\x80", b"\xe2\x80\xae", b"'", b'"', b"a" * 300, b"\xef\xbb\xbf"),
    *(b"true", b"null", b"[]", b"{}", b"2022-13-45", b"!!python/object:os.system", b"&a", b"*a"),
    *(b"A99999", b"ZZ9999", b"aaaa2", b"AAAAAAA2", b"A4294967297", b"4000000000", b"-1e300"),
    *(b"\xd9\xa3", b"\xc2\xb2", b"\xf0\x9f\x98\x80", b"&lt;", b"&#0;", b"&#x110000;", b"1e9"),
)
"""What a cell, an attribute or a value is replaced by."""

Mutate = Callable[[bytes, int], bytes]


def main() -> None:
    """Run libFuzzer over the target, or one case."""
    name = sys.argv[1]
    if sys.argv[2] == "--once":
        with tempfile.TemporaryDirectory(prefix="occupations-fuzz-") as folder:
            target(name, Path(folder), whole=True)(Path(sys.argv[3]).read_bytes())
        return
    fuzzer: Any = importlib.import_module("atheris")
    with fuzzer.instrument_imports(include=["app.importers", "zipfile"]):
        importlib.import_module("app.importers.loading.load")
        importlib.import_module("app.importers.loading.releases")
        importlib.import_module("app.importers.seed.files")
    with tempfile.TemporaryDirectory(prefix="occupations-fuzz-") as folder:
        tried = target(name, Path(folder))

        def mutated(data: bytes, room: int, seed: int) -> bytes:
            return change(data, room, Random(seed), fuzzer.Mutate)

        arguments = [sys.argv[0], *sys.argv[2:]]
        fuzzer.Setup(arguments, tried, custom_mutator=mutated)
        fuzzer.Fuzz()


def target(name: str, folder: Path, *, whole: bool = False) -> Callable[[bytes], None]:
    """Return the function that tries one case of a format; ``whole``: in every way there is."""
    read = _seed_file if name == "seed" else _files(folder, whole)

    def tried(data: bytes) -> None:
        before = _start_measuring()
        read(data)
        used = (_megabytes("VmHWM") - before) if before else 0
        if used > MOST_MEGABYTES:
            raise MemoryError(f"{used} MB for {len(data):,} bytes")

    return tried


def _files(folder: Path, whole: bool) -> Callable[[bytes], None]:
    from app.importers.faults import ImportFault  # noqa: PLC0415 - after it is instrumented
    from app.importers.loading.finder import Finder  # noqa: PLC0415
    from app.importers.loading.planned import Options  # noqa: PLC0415
    from app.importers.loading.releases import plan  # noqa: PLC0415

    load = _loader(folder)
    ways = (Options(), Options("2022-05", (208000, 10000), "27.0"))

    def read(data: bytes) -> None:
        zipped = data[:4] == b"PK\x03\x04"
        path = folder / ("a.zip" if zipped else "a.csv")
        path.write_bytes(data)
        digest = zlib.crc32(data)
        # Half of the cases as if the command line told what a file does not say of itself.
        for options in ways if whole else (ways[digest % 2],):
            try:
                with Finder() as finder:
                    for one in plan(list(finder.find([path])), options):
                        for run in one.read().parts:
                            list(run.rows)
                        if whole or digest // 2 % LOADED == 0:
                            load(one.read())
            except ImportFault as fault:
                str(fault).encode()  # can be printed

    return read


def _loader(folder: Path) -> Callable[[Any], None]:
    """Return what loads a reading into a database of its own, and takes it back."""
    from app.commands.database import migrate_database  # noqa: PLC0415
    from app.database.engines import writing_engine  # noqa: PLC0415
    from app.importers.loading.load import ensure_sources, load_release  # noqa: PLC0415
    from app.importers.seed.files import read_seed, seed_folder  # noqa: PLC0415

    engine = writing_engine(f"sqlite:///{folder / 'fuzz.sqlite3'}")
    migrate_database(engine)
    sources, *_ = read_seed(seed_folder())
    ensure_sources(engine, (source.model_dump() for source in sources))

    def load(reading: Any) -> None:
        load_release(engine, reading, dry_run=True)

    return load


def _seed_file(data: bytes) -> None:
    from app.importers.faults import ImportFault  # noqa: PLC0415
    from app.importers.seed import files  # noqa: PLC0415 - after it is instrumented
    from app.importers.seed.facts import Facts, SeedRelease  # noqa: PLC0415
    from app.importers.seed.yaml_lines import read_yaml  # noqa: PLC0415

    head = data.partition(b"\n")[0].removeprefix(b"# ").decode("ascii", "replace")
    models: dict[str, type[Facts]] = {files.SOURCES: files.SourcesFile, **files.RELEASES}
    model = models.get(head)
    if model is None:
        return
    try:
        facts = files._checked(read_yaml("a.yaml", data), model)
        if isinstance(facts, SeedRelease):
            files._release("a.yaml", facts, data)
    except ImportFault as fault:
        str(fault).encode()  # can be printed


def _start_measuring() -> int:
    """Forget the peak of the process's memory; return what it has now in MB, 0 if not told."""
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        return 0
    return _megabytes("VmRSS")


def _megabytes(field: str) -> int:
    status = Path("/proc/self/status").read_text()
    return int(status.partition(f"{field}:")[2].split()[0]) // 1024


# --- mutations ---


def change(data: bytes, room: int, random: Random, mutate: Mutate) -> bytes:
    """Return a changed case: inside a zip, one of its files; in text, cells and lines."""
    if random.random() < 0.1:
        return mutate(data, room)
    if data[:4] == b"PK\x03\x04":
        try:
            return _in_zip(data, room, random, mutate)[:room]
        except Exception:
            return mutate(data, room)
    return _in_text(data, random, mutate)[:room]


def _in_zip(data: bytes, room: int, random: Random, mutate: Mutate) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        entries = archive.infolist()
        sizes = [entry.file_size for entry in entries]
        if not entries or sum(sizes) > room:
            return mutate(data, room)
        files = [(entry.filename, archive.read(entry)) for entry in entries]
    at = random.choices(range(len(files)), [size + 1 for size in sizes])[0]
    name, content = files[at]
    match random.random():
        case chance if chance < 0.02:
            files.append((name, content))
        case chance if chance < 0.04:
            del files[at]
        case chance if chance < 0.08:
            files[at] = (random.choice(["a.csv", "Read Me.txt", "../a.xlsx", "a\0.xlsx"]), content)
        case _:
            files[at] = (name, change(content, room, random, mutate))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name, content in files:
            archive.writestr(zipfile.ZipInfo(name), content)
    return out.getvalue()


def _in_text(data: bytes, random: Random, mutate: Mutate) -> bytes:
    """Change some cells: between separators, between tags, or of a line."""
    for _ in range(random.choice((1, 1, 1, 2, 4))):
        if data[:1] == b"<":
            cut = (b">", b"<") if random.random() < 0.6 else (b'"', b'"')
        elif b"\t" in data[:4000]:
            cut = (b"\t", b"\t")
        elif b": " in data[:200]:
            cut = (b": ", b"\n")
        else:
            cut = (b",", b",")
        chance = random.random()
        if chance < 0.15:
            data = _in_lines(data, random)
            continue
        at = data.find(cut[0], random.randrange(len(data) + 1))
        if at < 0:
            at = data.find(cut[0])
        start = at + len(cut[0]) if at >= 0 else 0
        end = min(
            (e for e in (data.find(cut[1], start), data.find(b"\n", start)) if e >= 0),
            default=len(data),
        )
        cell = data[start:end]
        if chance < 0.6:
            cell = random.choice(WORDS)
        elif chance < 0.7:
            cell = cell + random.choice(WORDS)
        elif chance < 0.8:
            other = random.randrange(len(data) + 1)
            cell = data[other : other + random.randrange(20)]
        else:
            cell = mutate(cell, max(len(cell) + 16, 16))
        data = data[:start] + cell + data[end:]
    return data


def _in_lines(data: bytes, random: Random) -> bytes:
    end = b"</row>" if b"</row>" in data else b"\n"
    lines = data.split(end)
    at, other = random.randrange(len(lines)), random.randrange(len(lines))
    match random.randrange(4):
        case 0:
            lines.insert(at, lines[other])
        case 1:
            del lines[at]
        case 2:
            lines[at], lines[other] = lines[other], lines[at]
        case _:
            lines[at] = lines[at][: random.randrange(len(lines[at]) + 1)]
    return end.join(lines)


if __name__ == "__main__":
    main()
