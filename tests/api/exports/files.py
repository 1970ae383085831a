"""Files of the list, and copies of the folder that they lie in."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path
from typing import Any

import httpx
import orjson

from app.exporting.export_index import read_index

LIST = "/v1/exports"
WAGES = f"{LIST}/wages.parquet"
WHOLE = f"{LIST}/occupations.zip"


def files_of(client: httpx.Client) -> list[dict[str, Any]]:
    """Return the entries of the list."""
    page = client.get(LIST, params={"limit": 200})
    assert page.status_code == 200, page.text
    assert page.json()["next"] is None
    items: list[dict[str, Any]] = page.json()["items"]
    return items


def digest_of(content: bytes) -> str:
    """Return a digest as the list writes it."""
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


def with_a_large_file(exports: str, folder: Path, size: int) -> Path:
    """Copy a folder of exports, in which ``WHOLE`` has so many bytes."""
    shutil.copytree(exports, folder)
    index = read_index(folder)
    assert index is not None
    document = index.model_dump() | {"previous": []}
    for one in document["entries"]:
        if f"{LIST}/{one['newest']}" == WHOLE:
            one["bytes"] = size
            with (folder / one["name"]).open("wb") as stream:
                stream.truncate(size)
    (folder / "index.json").write_bytes(orjson.dumps(document))
    return folder
