"""Spans and durations for OpenTelemetry, if it is installed and set up.

The program does not depend on it. An operator who runs the server under
``opentelemetry-instrument``, or sets up a provider, gets a span and a duration for each request,
named as the semantic conventions for HTTP say. They are made after the answer is sent, when lines
of the log are written.
"""

from __future__ import annotations

import time
from importlib.util import find_spec
from typing import Any

Request = tuple[int, bytes | None, str, str, int, float]
"""When it ended (Unix time in ns), traceparent, method, route, status, seconds."""


class Telemetry:
    """Requests for OpenTelemetry, sent in batches."""

    def __init__(self, spans: bool, durations: bool) -> None:
        from opentelemetry import metrics, trace  # noqa: PLC0415 - only where it is installed

        self._requests: list[Request] = []
        self._tracer = trace.get_tracer("occupations-api") if spans else None
        meter = metrics.get_meter("occupations-api") if durations else None
        self._durations = meter and meter.create_histogram(
            "http.server.request.duration", "s", "Duration of HTTP server requests."
        )

    def note(
        self, parent: bytes | None, method: str, route: str, status: int, seconds: float
    ) -> None:
        """Add a request to the batch."""
        self._requests.append((time.time_ns(), parent, method, route, status, seconds))

    def tell(self, _: object = None) -> None:
        """Send the batch."""
        requests, self._requests = self._requests, []
        for ended, parent, method, route, status, seconds in requests:
            about: dict[str, Any] = {
                "http.request.method": method,
                "http.response.status_code": status,
            }
            if route != "-":
                about["http.route"] = route
            if status >= 500:
                about["error.type"] = str(status)
            if self._durations:
                self._durations.record(seconds, about)
            if self._tracer:
                self._span(about, f"{method} {route}", parent, ended, seconds)

    def _span(
        self, about: dict[str, Any], name: str, parent: bytes | None, ended: int, seconds: float
    ) -> None:
        from opentelemetry import propagate, trace  # noqa: PLC0415 - only where it is installed

        assert self._tracer  # noqa: S101 - asked before
        given = {"traceparent": parent.decode("latin-1")} if parent else {}
        span = self._tracer.start_span(
            name,
            context=propagate.extract(given),
            kind=trace.SpanKind.SERVER,
            attributes=about,
            start_time=ended - int(seconds * 1e9),
        )
        if "error.type" in about:
            span.set_status(trace.StatusCode.ERROR)
        span.end(ended)


def telemetry() -> Telemetry | None:
    """Return the telemetry; None if OpenTelemetry is not installed or not set up."""
    if find_spec("opentelemetry") is None or find_spec("opentelemetry.trace") is None:
        return None
    from opentelemetry import metrics, trace  # noqa: PLC0415 - only where it is installed

    def set_up(provider: object) -> bool:
        return not type(provider).__name__.startswith(("Proxy", "_Proxy", "NoOp"))

    spans, durations = set_up(trace.get_tracer_provider()), set_up(metrics.get_meter_provider())
    return Telemetry(spans, durations) if spans or durations else None
