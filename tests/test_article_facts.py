"""Every fact of the article, from URL to value, on both databases."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

TABLE: dict[str, dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("facts.yaml").read_text(encoding="utf-8")
)
FACTS = [(url, at, value) for url, facts in TABLE.items() for at, value in facts.items()]
RELEASE = "article-2022-11"


@pytest.fixture(scope="module")
def answers(api: httpx.Client) -> dict[str, Any]:
    """Return the JSON at each URL of the table, asked for once."""
    answers = {}
    for url in TABLE:
        answer = api.get(url)
        assert answer.status_code == 200, f"{url}: {answer.text}"
        answers[url] = answer.json()
    return answers


def pointed(answer: Any, pointer: str) -> Any:
    """Return what a JSON pointer (RFC 6901) leads to; a missing key is an error."""
    for key in pointer.split("/")[1:]:
        answer = answer[int(key)] if isinstance(answer, list) else answer[key]
    return answer


@pytest.mark.parametrize(("url", "at", "value"), FACTS)
def test_fact(answers: dict[str, Any], url: str, at: str, value: Any) -> None:
    found = pointed(answers[url], at)
    if isinstance(value, dict) and list(value) == ["contains"]:
        assert value["contains"] in found
    else:
        assert found == value


def test_the_article_stands_by_itself(answers: dict[str, Any]) -> None:
    for url, answer in answers.items():
        if url.endswith("?source=article") and "items" in answer:
            assert {item["release"] for item in answer["items"]} == {RELEASE}
            assert list(answer["releases"]) == [RELEASE]
            assert all(item["locator"] for item in answer["items"])
