"""The page that matches job titles."""

from __future__ import annotations

import csv
import io

import httpx
import pytest

from app.server.request_body import FORM_LIMIT
from app.web.match import word_for
from tests.web.figures import numbers
from tests.web.reading import main_of, published, words_of

CSV = {"format": "csv"}


def sent(client: httpx.Client, content: str | bytes, name: str = "t.txt", **form: str) -> list[str]:
    """Send a file; return the titles that the answer has, in order."""
    page = client.post("/match", data=form | CSV, files={"file": (name, content)})
    assert page.status_code == 200, words_of(page.text)
    return [row["title"] for row in rows_of(page)]


def rows_of(page: httpx.Response) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(page.content.decode("utf-8-sig"), newline="")))


def test_the_form_is_there(seeded_sqlite: httpx.Client) -> None:
    page = main_of(seeded_sqlite.get("/match"))
    assert 'method="post" action="/match" enctype="multipart/form-data"' in page
    assert "<table" not in page
    assert 'action="/es/match"' in seeded_sqlite.get("/es/match").text


@pytest.mark.parametrize("multipart", [False, True])
def test_each_title_gets_what_the_api_answers(seeded_sqlite: httpx.Client, multipart: bool) -> None:
    titles = ["RN mgr", "hospital administrator", "asdf qwer"]
    form = {"titles": "\r\n".join(titles), "min_confidence": "0"}
    files = {"file": ("", b"")} if multipart else None
    page = seeded_sqlite.post("/match", data=form, files=files)
    assert page.status_code == 200
    body = {"titles": titles, "limit": 3, "min_confidence": 0}
    answer = seeded_sqlite.post("/v1/titles/match", json=body).json()
    shown = main_of(page)
    assert published(shown.partition("<section")[2]) <= numbers(answer)
    for row in answer["items"]:
        assert row["title"] in shown
        for match in row["matches"]:
            assert f'<data value="{match["confidence"]}">' in shown
            assert f'href="/occupations/{match["code"]}"' in shown
    assert f"{answer['items'][0]['matches'][0]['matched_title']}</span>”" in shown


def test_answers_are_private_and_kept_nowhere(seeded_sqlite: httpx.Client) -> None:
    for prefix in ("", "/en", "/es"):
        for form in ({"titles": "RN"}, {"titles": "RN"} | CSV, {"titles": ""}):
            answer = seeded_sqlite.post(f"{prefix}/match", data=form)
            assert answer.headers["cache-control"] == "private, no-store"
        got = seeded_sqlite.get(f"{prefix}/match")
        assert got.headers["cache-control"].startswith("private, ")


def test_confidence_has_a_word() -> None:
    words = {0.0: "please choose", 0.5999: "please choose", 0.6: "likely", 0.8999: "likely"}
    words |= {0.9: "sure", 1.0: "sure"}
    assert {confidence: word_for(confidence) for confidence in words} == words


@pytest.mark.parametrize(
    ("content", "titles"),
    [
        ("RN\n\n  Lehrer/in \r\nmedicaid clerk\r", ["RN", "Lehrer/in", "medicaid clerk"]),
        ("\ufeffRN\nenfermera\n".encode(), ["RN", "enfermera"]),
        ("enfermería, jefa\n".encode("utf-16"), ["enfermería, jefa"]),
        ("\ufeffenfermería\n".encode("utf-16-be"), ["enfermería"]),
        ("enfermería\n".encode("latin-1"), ["enfermería"]),
        ("enfermería\n".encode(), ["enfermería"]),
    ],
)
def test_a_text_file_has_a_title_a_line(
    seeded_sqlite: httpx.Client, content: str | bytes, titles: list[str]
) -> None:
    assert sent(seeded_sqlite, content) == titles


def test_a_guessed_encoding_is_said(seeded_sqlite: httpx.Client) -> None:
    said = "It was read as Latin-1"
    for content, guessed in (
        ("enfermería".encode("latin-1"), True),
        ("enfermería".encode(), False),
    ):
        page = seeded_sqlite.post("/match", files={"file": ("a.txt", content)})
        assert (said in page.text) is guessed


@pytest.mark.parametrize(
    ("content", "titles"),
    [
        ("id,Job Title,city\n1,RN,Rome\n2,,Bonn\n3,cook,Bern\n", ["RN", "cook"]),
        (
            'id;job_title\n1;"Cook, line"\n2;"Head ""chef""\nof two"\n',
            ["Cook, line", 'Head "chef"\nof two'],
        ),
        ("position\tid\nRN\t1\n", ["RN"]),
        ("RN,1\ncook\n,2\n", ["RN", "cook"]),
        ("n,TITLE\n1\n2,RN\n", ["RN"]),
        ("", []),
    ],
)
def test_of_a_csv_the_column_of_titles_is_read(
    seeded_sqlite: httpx.Client, content: str, titles: list[str]
) -> None:
    form = {"titles": "dean"}
    assert sent(seeded_sqlite, content, "My.CSV", **form) == ["dean", *titles]


def test_the_first_thousand_are_matched(seeded_sqlite: httpx.Client) -> None:
    for extra in (0, 1, 1200):
        form = {"titles": "\n".join(f"cook {n}" for n in range(1000 + extra)) + "\n\n"}
        page = words_of(main_of(seeded_sqlite.post("/match", data=form)))
        assert (f"{extra:,} more were left out" in page) is (extra > 0)
        assert "1,000 are sure enough" in page
        assert "cook 999" in page
        assert "cook 1000" not in page


def test_a_title_too_long_names_its_line(seeded_sqlite: httpx.Client) -> None:
    good = seeded_sqlite.post("/match", data={"titles": "RN\n" + "x" * 500})
    assert good.status_code == 200
    form = {"titles": f"RN\n\n{'x' * 501}"}
    page = seeded_sqlite.post("/match", data=form, files={"file": ("a.csv", "y" * 501)})
    assert page.status_code == 422
    assert "titles, line 3" in main_of(page)
    assert "a.csv, line 1" in main_of(page)


@pytest.mark.parametrize("least", ["2", "-1", "abc", "nan"])
def test_a_wrong_confidence_is_refused(seeded_sqlite: httpx.Client, least: str) -> None:
    page = seeded_sqlite.post("/match", data={"titles": "RN", "min_confidence": least})
    assert page.status_code == 422
    assert "min_confidence" in main_of(page)


def test_matches_below_the_least_are_left_out(seeded_sqlite: httpx.Client) -> None:
    best = float(
        rows_of(seeded_sqlite.post("/match", data={"titles": "nurse boss"} | CSV))[0]["confidence"]
    )
    for least, code in ((best - 0.0001, True), (best + 0.0001, False)):
        form = {"titles": "nurse boss", "min_confidence": f"{least:.4f}"}
        (row,) = rows_of(seeded_sqlite.post("/match", data=form | CSV))
        assert bool(row["code"]) is code


def test_the_csv_is_safe_to_open(seeded_sqlite: httpx.Client) -> None:
    titles = ["=1+1", "+1", "-1", "@SUM(A1)", 'a "b", c', "RN"]
    page = seeded_sqlite.post("/match", data={"titles": "\n".join(titles)} | CSV)
    assert page.headers["content-type"].startswith("text/csv")
    assert page.headers["content-disposition"] == 'attachment; filename="matches.csv"'
    assert page.content.startswith(b"\xef\xbb\xbftitle,code,")
    assert page.content.count(b"\n") == page.content.count(b"\r\n") == 1 + len(titles)
    guarded = [f"'{title}" for title in titles[:4]] + titles[4:]
    assert [row["title"] for row in rows_of(page)] == guarded


@pytest.mark.parametrize(
    ("headers", "content", "status"),
    [
        ("application/x-www-form-urlencoded", b"titles=", 422),
        ("application/x-www-form-urlencoded", b"a=1&" * 30, 422),
        ("multipart/form-data", b"titles=RN", 422),
        ("multipart/form-data; boundary=x", b"titles=RN", 422),
        ("multipart/form-data; boundary=x", b"--x\r\n\r\nRN\r\n--x--", 422),
        ("application/json", b"{}", 415),
        ("application/x-www-form-urlencoded", b"titles=" + b"a" * FORM_LIMIT, 413),
    ],
)
def test_what_is_no_form_is_refused(
    seeded_sqlite: httpx.Client, headers: str, content: bytes, status: int
) -> None:
    answer = seeded_sqlite.post("/match", content=content, headers={"Content-Type": headers})
    assert answer.status_code == status


def test_a_workbook_is_no_text(seeded_sqlite: httpx.Client) -> None:
    page = seeded_sqlite.post("/match", files={"file": ("t.xlsx", b"PK\3\4\0\0")})
    assert page.status_code == 422
    assert "saved as csv" in main_of(page)


def test_a_csv_with_endless_lines_is_refused(seeded_sqlite: httpx.Client) -> None:
    for length, status in ((20_000, 200), (20_001, 422)):
        line = "RN" + "," * (length - 2)
        page = seeded_sqlite.post("/match", files={"file": ("t.csv", f"title\n{line}")})
        assert page.status_code == status
    assert "from line 2 on" in main_of(page)


def test_titles_are_text_and_no_markup(seeded_sqlite: httpx.Client) -> None:
    page = seeded_sqlite.post("/match", data={"titles": '"><script>alert(1)</script>'})
    assert page.status_code == 200
    assert "<script>alert" not in page.text


@pytest.mark.parametrize("multipart", [False, True])
def test_a_form_has_twenty_fields_at_most(seeded_sqlite: httpx.Client, multipart: bool) -> None:
    for fields, status in ((20, 200), (21, 422)):
        form = {"titles": "RN", **{f"a{n}": "x" for n in range(fields - 1)}}
        files = {name: (None, value) for name, value in form.items()} if multipart else None
        page = seeded_sqlite.post("/match", data=None if files else form, files=files)
        assert page.status_code == status
