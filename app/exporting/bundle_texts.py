"""The README of a bundle: what it holds, and how its sources ask to be named."""

from __future__ import annotations

from typing import Any


def readme(manifest: dict[str, Any]) -> str:
    """Return the text of ``README.md``."""
    contents = manifest["occupations"]
    lines = [
        f"# {manifest['title']}",
        "",
        "A [data package](https://datapackage.org) of Parquet files, written by Occupations API "
        f"{contents['program']} ({contents['writer']}). `datapackage.json` describes each field, "
        "and names the publishers' files that every release was read from, with their checksums. "
        "`occupations import` loads it.",
        "",
        "| File | Rows | Bytes |",
        "| --- | ---: | ---: |",
    ]
    lines += [
        f"| `{one['path']}` | {one['rows']:,} | {one['size']:,} |" for one in manifest["resources"]
    ]
    lines += ["", "## Releases", "", "| Release | Title | Left out |", "| --- | --- | --- |"]
    lines += [
        f"| `{one['name']}` | {one['title']} | {', '.join(one['left_out'])} |"
        for one in contents["releases"]
    ]
    if noted := [one for one in contents["releases"] if one["notice"]]:
        lines += ["", "## To keep in mind", ""]
        lines += [f"- `{one['name']}`: {one['notice']}" for one in noted]
    lines += ["", "## Sources", ""]
    for source in contents["sources"]:
        licence = f"[{source['licence']}]({source['licence_url']})"
        lines += [
            f"**{source['publisher']}, {source['dataset']}** ({licence}). {source['attribution']}",
            "",
        ]
    return "\n".join(lines)
