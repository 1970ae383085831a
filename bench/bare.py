"""The fastest ASGI callable that there can be: it looks up prepared answers in a dictionary.

BENCH_ANSWERS names a JSON file: target → status, headers as pairs, body in base64. The answers are
our server's, so that both send the same bytes.
"""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path
from typing import Any

ANSWERS: dict[tuple[bytes, bytes], tuple[dict[str, Any], dict[str, Any]]] = {}

for target, (status, headers, body) in json.loads(
    Path(os.environ["BENCH_ANSWERS"]).read_text()
).items():
    path, _, query = target.partition("?")
    ANSWERS[path.encode(), query.encode()] = (
        {
            "type": "http.response.start",
            "status": status,
            "headers": [(name.encode(), value.encode()) for name, value in headers],
        },
        {"type": "http.response.body", "body": base64.b64decode(body)},
    )


async def app(scope: Any, _receive: Any, send: Any) -> None:
    """Answer a request."""
    start, body = ANSWERS[scope["raw_path"], scope["query_string"]]
    await send(start)
    await send(body)
