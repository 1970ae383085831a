"""deploy/alerts.yaml: its metrics are a server's, and each alert fires when the page says."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from tests.servers import free_port, serving
from tests.test_repository import ROOT

FILE = ROOT / "deploy" / "alerts.yaml"
RULES = {
    rule["alert"]: rule for rule in yaml.safe_load(FILE.read_text("utf-8"))["groups"][0]["rules"]
}
PAGE = (ROOT / "docs" / "operations.md").read_text("utf-8")
PROMTOOL = shutil.which("promtool")
needs_promtool = pytest.mark.skipif(PROMTOOL is None, reason="no promtool (make servers)")


def promtool(*arguments: str, folder: Path) -> None:
    assert PROMTOOL
    done = subprocess.run(
        [PROMTOOL, *arguments], cwd=folder, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stdout + done.stderr


def metrics_in(expression: str) -> set[str]:
    bare = re.sub(r'"[^"]*"|\{|\}|\[\w+\]', " ", expression)
    return set(re.findall(r"\b(?:up|[a-z]+(?:_[a-z]+)+)\b", bare)) - {"histogram_quantile"}


def rows() -> dict[str, list[str]]:
    """Return the rows of the page's table by alert."""
    found = [line.strip("| ").split(" | ") for line in PAGE.splitlines() if "| `Occup" in line]
    return {cells[1].strip("`"): cells for cells in found}


def test_each_alert_is_on_the_page_with_its_metrics_and_its_threshold() -> None:
    assert list(rows()) == list(RULES)
    for name, (metrics, _, when, what) in rows().items():
        expression = RULES[name]["expr"]
        named = set(re.findall(r"`(\w+)`", metrics))
        assert {one.removesuffix("_bucket") for one in metrics_in(expression)} - named <= {
            "http_requests_total"
        }, name
        limit = float(re.findall(r"[<>]=? ([\d.e]+)|== (0)", expression)[0][0] or 0)
        said = {float(one) for one in re.findall(r"\d+(?:\.\d+)?", when)}
        assert {limit, limit * 100, limit / 1e6} & said or (limit == 0 and "any" in when), name
        if "for" in RULES[name]:
            count, unit = re.fullmatch(r"(\d+)([mh])", RULES[name]["for"]).groups()  # type: ignore[union-attr]
            assert f"{count} {'minute' if unit == 'm' else 'hour'}" in when, name
        assert what
    assert len(rows()) >= 10


def test_each_metric_is_there(seeded: Callable[[str], str]) -> None:
    port = free_port()
    with serving(seeded("sqlite"), metrics_port=str(port)) as client:
        client.get("/v1/wages")
        client.get("/v1/wages")
        client.get("/v1/nothing")
        deadline = time.monotonic() + 10
        while missing := _without(httpx.get(f"http://127.0.0.1:{port}/metrics").text):
            assert time.monotonic() < deadline, missing
            time.sleep(0.05)  # a request is counted a moment after its answer


def _without(shown: str) -> dict[str, set[str]]:
    """Return the alerts that ask for metrics which are not shown, and these."""
    given = {"up", *re.findall(r"^(\w+)[ {]", shown, re.M)}
    lacking = {name: metrics_in(rule["expr"]) - given for name, rule in RULES.items()}
    return {name: metrics for name, metrics in lacking.items() if metrics}


@needs_promtool
def test_promtool_accepts_the_file_and_the_configuration_of_the_page(tmp_path: Path) -> None:
    shutil.copy(FILE, tmp_path / "occupations-alerts.yaml")
    (given,) = re.findall(r"```yaml\n.*?(rule_files:.*?)```", PAGE, re.S)
    (tmp_path / "prometheus.yml").write_text(given)
    promtool("check", "rules", str(FILE), folder=tmp_path)
    promtool("check", "config", "prometheus.yml", folder=tmp_path)


IT = 'job="occupations", instance="a"'


def flow(a_minute: float) -> str:
    """Return samples of a counter, one a minute for three hours."""
    return f"0+{a_minute}x180"


FIRES: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "OccupationsDown": ({f"up{{{IT}}}": "0x180"}, {f"up{{{IT}}}": "1x180"}),
    "OccupationsDatabaseAway": (
        {f"occupations_database_up{{{IT}}}": "0x180"},
        {f"occupations_database_up{{{IT}}}": "1x180"},
    ),
    "OccupationsIndices": (
        {f"occupations_indices_ready{{{IT}}}": "0x180"},
        {f"occupations_indices_ready{{{IT}}}": "1x180"},
    ),
    "OccupationsErrors": (
        {f'http_requests_total{{{IT}, status="500"}}': flow(1)},
        {f'http_requests_total{{{IT}, status="500"}}': "7x180"},
    ),
    "OccupationsRefusals": (
        {
            f'http_requests_total{{{IT}, status="200"}}': flow(980),
            f'http_requests_total{{{IT}, status="503"}}': flow(20),
        },
        {
            f'http_requests_total{{{IT}, status="200"}}': flow(990),
            f'http_requests_total{{{IT}, status="503"}}': flow(10),
        },
    ),
    "OccupationsSlow": (
        {
            f'http_request_duration_seconds_bucket{{{IT}, le="0.5"}}': flow(970),
            f'http_request_duration_seconds_bucket{{{IT}, le="1"}}': flow(1000),
            f'http_request_duration_seconds_bucket{{{IT}, le="+Inf"}}': flow(1000),
        },
        {
            f'http_request_duration_seconds_bucket{{{IT}, le="0.5"}}': flow(995),
            f'http_request_duration_seconds_bucket{{{IT}, le="1"}}': flow(1000),
            f'http_request_duration_seconds_bucket{{{IT}, le="+Inf"}}': flow(1000),
        },
    ),
    "OccupationsQueue": (
        {f"occupations_requests_computing{{{IT}}}": "257x180"},
        {f"occupations_requests_computing{{{IT}}}": "256x180"},
    ),
    "OccupationsConnections": (
        {
            f"occupations_pool_connections_in_use{{{IT}}}": "10x180",
            f"occupations_pool_connections_max{{{IT}}}": "11x180",
        },
        {
            f"occupations_pool_connections_in_use{{{IT}}}": "9x180",
            f"occupations_pool_connections_max{{{IT}}}": "10x180",
        },
    ),
    "OccupationsCacheUseless": (
        {
            f'occupations_cache_requests_total{{{IT}, result="hit"}}': flow(100),
            f'occupations_cache_requests_total{{{IT}, result="miss"}}': flow(900),
            f"http_requests_total{{{IT}}}": flow(1000),
        },
        {
            f'occupations_cache_requests_total{{{IT}, result="hit"}}': flow(100),
            f'occupations_cache_requests_total{{{IT}, result="miss"}}': flow(400),
            f"http_requests_total{{{IT}}}": flow(500),
        },
    ),
    "OccupationsDataDiffer": (
        {
            f'occupations_data_version_info{{{IT}, token="one"}}': "1x180",
            'occupations_data_version_info{job="occupations", instance="b", token="two"}': "1x180",
        },
        {
            f'occupations_data_version_info{{{IT}, token="one"}}': "1x180",
            'occupations_data_version_info{job="occupations", instance="b", token="one"}': "1x180",
        },
    ),
    "OccupationsMemory": (
        {f"process_resident_memory_bytes{{{IT}}}": "400000001x180"},
        {f"process_resident_memory_bytes{{{IT}}}": "400000000x180"},
    ),
    "OccupationsFiles": (
        {f"process_open_fds{{{IT}}}": "81x180", f"process_max_fds{{{IT}}}": "100x180"},
        {f"process_open_fds{{{IT}}}": "80x180", f"process_max_fds{{{IT}}}": "100x180"},
    ),
    "OccupationsRestarts": (
        {f"process_start_time_seconds{{{IT}}}": "0+1x180"},
        {f"process_start_time_seconds{{{IT}}}": "0x160 1 2 3 3x20"},
    ),
}
"""Alert → series of three hours with which it fires at their end, and series with which it does
not."""


@needs_promtool
def test_each_alert_fires_beyond_its_threshold_and_not_at_it(tmp_path: Path) -> None:
    assert list(FIRES) == list(RULES)
    shutil.copy(FILE, tmp_path / "alerts.yaml")
    tests: list[dict[str, Any]] = []
    for name, cases in FIRES.items():
        for fires, series in zip((True, False), cases, strict=True):
            count = {"expr": f'count(ALERTS{{alertname="{name}", alertstate="firing"}})'}
            samples = [{"labels": "{}", "value": 1}] if fires else []
            tests.append(
                {
                    "name": f"{name} {fires}",
                    "interval": "1m",
                    "input_series": [{"series": s, "values": v} for s, v in series.items()],
                    "promql_expr_test": [{**count, "eval_time": "3h", "exp_samples": samples}],
                }
            )
    (tmp_path / "tests.yaml").write_text(
        yaml.safe_dump({"rule_files": ["alerts.yaml"], "evaluation_interval": "1m", "tests": tests})
    )
    promtool("test", "rules", "tests.yaml", folder=tmp_path)
