"""Downloads from a server that drops connections, refuses requests, and truncates files."""

from __future__ import annotations

import hashlib
import random
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import httpx
import pytest
from typer.testing import CliRunner

from app import __version__
from app.commands import cli, resumable_download
from app.commands.downloading import identity
from app.commands.resumable_download import DownloadFault, Fetched, ResumableDownload
from app.settings import Settings
from tests.builders import write_xlsx
from tests.commands.publisher import Publisher, serving

CONTENT = random.Random(1).randbytes(300_000)


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with serving(Publisher(CONTENT)) as one:
        yield one


class Fetching:
    """Fetches ``file.txt`` into a folder and records the pauses."""

    def __init__(self, publisher: Publisher, folder: Path, name: str = "file.txt") -> None:
        self.publisher, self.path = publisher, folder / name
        self.pauses: list[float] = []

    def __call__(self) -> Fetched:
        with httpx.Client(follow_redirects=True) as client:
            url = f"{self.publisher.url}/{self.path.name}"
            return ResumableDownload(client, url, self.path, sleep=self.pauses.append).fetch()

    def left(self) -> list[str]:
        return sorted(path.name for path in self.path.parent.iterdir())


@pytest.fixture
def fetch(publisher: Publisher, tmp_path: Path) -> Fetching:
    return Fetching(publisher, tmp_path)


def test_a_file_with_its_checksum_beside_it(fetch: Fetching) -> None:
    fetched = fetch()
    assert fetch.path.read_bytes() == CONTENT
    digest = hashlib.sha256(CONTENT).hexdigest()
    assert fetched == Fetched(fetch.path, len(CONTENT), digest, kept=False)
    assert (fetch.path.parent / "file.txt.sha256").read_text() == f"{digest}  file.txt\n"
    assert fetch.left() == [".file.txt.json", "file.txt", "file.txt.sha256"]


def test_what_is_there_is_not_fetched_again(fetch: Fetching) -> None:
    fetch()
    assert fetch().kept
    assert fetch.publisher.asked[1]["if-none-match"] == '"one"'
    assert fetch.publisher.sent == len(CONTENT)


def test_without_an_etag_the_length_decides(fetch: Fetching) -> None:
    fetch.publisher.etag = None
    fetch()
    assert fetch().kept
    fetch.publisher.content = CONTENT + b"more"
    assert not fetch().kept
    assert fetch.path.read_bytes() == CONTENT + b"more"


def test_a_file_brought_by_other_means_is_kept(fetch: Fetching) -> None:
    fetch.path.write_bytes(CONTENT)
    assert fetch().kept


def test_a_changed_file_is_fetched_anew(fetch: Fetching) -> None:
    fetch()
    fetch.publisher.content, fetch.publisher.etag = CONTENT[::-1], '"two"'
    assert not fetch().kept
    assert fetch.path.read_bytes() == CONTENT[::-1]


def test_a_damaged_file_is_fetched_anew(fetch: Fetching) -> None:
    fetch()
    fetch.path.write_bytes(b"damaged")
    assert not fetch().kept
    assert fetch.path.read_bytes() == CONTENT


def test_a_dropped_connection_is_resumed(fetch: Fetching) -> None:
    fetch.publisher.plan = ["drop:100000", "drop:50000"]
    assert fetch().sha256 == hashlib.sha256(CONTENT).hexdigest()
    asked = [request.get("range") for request in fetch.publisher.asked]
    assert asked == [None, "bytes=100000-", "bytes=150000-"]
    assert fetch.publisher.asked[1]["if-range"] == '"one"'
    assert fetch.publisher.sent == len(CONTENT)
    assert fetch.pauses == [1.0, 2.0]


def test_a_later_run_resumes(fetch: Fetching) -> None:
    fetch.publisher.plan = ["drop:100000", *["503"] * 5]
    with pytest.raises(DownloadFault, match="answers 503; given up after 6 attempts"):
        fetch()
    assert fetch.left() == [".file.txt.json", ".file.txt.part"]
    assert fetch().sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert fetch.publisher.sent == len(CONTENT)


@pytest.mark.parametrize("change", ["other", "weak", "ranges"])
def test_what_cannot_be_resumed_is_begun_again(fetch: Fetching, change: str) -> None:
    if change == "weak":
        fetch.publisher.etag = 'W/"one"'
    fetch.publisher.ranges = change != "ranges"
    fetch.publisher.plan = ["drop:100000", *["503"] * 5]
    with pytest.raises(DownloadFault):
        fetch()
    if change == "other":
        fetch.publisher.content, fetch.publisher.etag = CONTENT[::-1], '"two"'
    fetch()
    assert fetch.path.read_bytes() == fetch.publisher.content


def test_a_part_longer_than_the_file_is_begun_again(fetch: Fetching) -> None:
    fetch.publisher.plan = ["drop:100000", *["503"] * 5]
    with pytest.raises(DownloadFault):
        fetch()
    fetch.publisher.plan = ["416"]
    assert fetch().bytes == len(CONTENT)
    assert fetch.publisher.asked[-1].get("range") is None


def test_pauses_grow_and_progress_starts_them_anew(
    fetch: Fetching, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resumable_download, "PROGRESS", 20_000)
    fetch.publisher.plan = ["503", "503", "503", "503", "drop:20000", "503", "503", "503"]
    fetch()
    assert fetch.pauses == [1.0, 2.0, 4.0, 8.0, 1.0, 2.0, 4.0, 8.0]


def test_retry_after_is_kept_to(fetch: Fetching) -> None:
    soon = format_datetime(datetime.now(UTC) + timedelta(seconds=60), usegmt=True)
    fetch.publisher.plan = ["503:7", "429:11", f"503:{soon}", "503:soon"]
    fetch()
    assert fetch.pauses[:2] == [7.0, 11.0]
    assert 50 < fetch.pauses[2] <= 60
    assert fetch.pauses[3] == 8.0


def test_a_long_retry_after_is_told(fetch: Fetching) -> None:
    fetch.publisher.plan = ["503:3600"]
    with pytest.raises(DownloadFault, match=r"answers 503; try again in 3,600 s"):
        fetch()


@pytest.mark.parametrize(
    ("status", "said"),
    [
        ("403", r"refuses it \(403\): set OCCUPATIONS_CONTACT"),
        ("404", r"no such file \(404\): is the period published"),
        ("410", r"no such file \(410\)"),
        ("418", r"the server answers 418"),
    ],
)
def test_a_refusal_is_one_line_and_final(fetch: Fetching, status: str, said: str) -> None:
    fetch.publisher.plan = [status]
    with pytest.raises(DownloadFault, match=rf"^http://\S+/file.txt: .*{said}") as caught:
        fetch()
    assert "\n" not in str(caught.value)
    assert len(fetch.publisher.asked) == 1
    assert fetch.left() == []


def test_a_refusal_leaves_the_old_file(fetch: Fetching) -> None:
    fetch()
    fetch.publisher.plan = ["403"]
    with pytest.raises(DownloadFault):
        fetch()
    assert fetch.path.read_bytes() == CONTENT


def test_short_bodies_every_time(fetch: Fetching) -> None:
    fetch.publisher.ranges = False
    fetch.publisher.plan = ["drop:10"] * 6
    with pytest.raises(DownloadFault, match="given up after 6 attempts"):
        fetch()
    assert not fetch.path.exists()


def test_a_workbook_cut_off_without_a_length(publisher: Publisher, tmp_path: Path) -> None:
    made = tmp_path / "made.xlsx"
    write_xlsx(made, {"Sheet1": [["a", 1.0]] * 50})
    publisher.content, publisher.plan = made.read_bytes(), ["cut:500"]
    fetch = Fetching(publisher, tmp_path / "to", "book.xlsx")
    assert fetch().bytes == made.stat().st_size
    assert len(publisher.asked) == 2


def test_a_page_instead_of_a_workbook(publisher: Publisher, tmp_path: Path) -> None:
    publisher.content = b"<!DOCTYPE html><title>Access denied</title>"
    fetch = Fetching(publisher, tmp_path, "book.xlsx")
    with pytest.raises(DownloadFault, match="no xlsx; it begins '<!DOCTYPE html>"):
        fetch()
    assert fetch.left() == [".book.xlsx.json"]


def test_nobody_there(tmp_path: Path) -> None:
    with serving(Publisher(b"")) as gone:
        pass
    with pytest.raises(DownloadFault, match="refused; given up after 6 attempts"):
        Fetching(gone, tmp_path)()


def test_identity() -> None:
    settings = Settings(_env_file=None)
    assert identity(settings) == f"occupations-api/{__version__}"
    owned = settings.model_copy(update={"contact": "data@example.org"})
    assert identity(owned) == f"occupations-api/{__version__} (data@example.org)"
    named = owned.model_copy(update={"user_agent": "Caf\u00e9 bot/1"})
    assert identity(named) == "Caf bot/1"


def run(publisher: Publisher, folder: Path, *given: str) -> tuple[int, str]:
    table = folder / "table.yaml"
    urls = f'["{publisher.url}/{{value}}/a.txt", "{publisher.url}/{{value}}/b.txt"]'
    table.write_text(
        'periods: {bls-oews: {"2024-05": "24", "2021-05": "21"}}\n'
        f"downloads: [{{source: bls-oews, scope: national, urls: {urls}}}]\n"
    )
    options = ["--to", str(folder), "--table", str(table)]
    result = CliRunner().invoke(cli, ["download", *given, *options])
    return result.exit_code, result.output


def test_the_command(publisher: Publisher, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OCCUPATIONS_USER_AGENT", "school/1 (data@example.org)")
    given = ("bls-oews", "--period", "2021-05")
    code, said = run(publisher, tmp_path, *given)
    folder = tmp_path / "bls-oews" / "2021-05"
    assert code == 0, said
    assert (folder / "a.txt").read_bytes() == (folder / "b.txt").read_bytes() == CONTENT
    assert f"a.txt: fetched, {len(CONTENT):,} bytes, sha256" in said
    assert said.endswith(f"Load it with: occupations import {folder}\n")
    assert {request["user-agent"] for request in publisher.asked} == {"school/1 (data@example.org)"}
    assert "there already" in run(publisher, tmp_path, *given)[1]
    assert publisher.sent == 2 * len(CONTENT)
    assert "a.txt: fetched" in run(publisher, tmp_path, *given, "--again")[1]


def test_a_new_edition_at_the_same_address(publisher: Publisher, tmp_path: Path) -> None:
    run(publisher, tmp_path, "bls-oews")
    publisher.content, publisher.etag = b"the next edition", '"two"'
    assert "a.txt: fetched, 16 bytes" in run(publisher, tmp_path, "bls-oews")[1]


def test_the_command_goes_on_after_a_fault(publisher: Publisher, tmp_path: Path) -> None:
    publisher.plan = ["404"]
    code, said = run(publisher, tmp_path, "bls-oews")
    assert code == 1
    assert "a.txt: there is no such file (404)" in said
    assert (tmp_path / "bls-oews" / "2024-05" / "b.txt").exists()
    assert "Load it" not in said


def test_the_command_line_at_fault(publisher: Publisher, tmp_path: Path) -> None:
    code, said = run(publisher, tmp_path, "wages")
    assert (code, said) == (2, "occupations: source 'wages': must be one of bls-oews\n")
    code, said = run(publisher, tmp_path, "bls-oews", "--period", "2021")
    assert (code, said) == (2, "occupations: period '2021': must be one of 2024-05, 2021-05\n")
