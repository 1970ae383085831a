"""The commands that fetch and import what is not loaded."""

from __future__ import annotations

SEED_COMMAND = "occupations seed"
"""The command that fills an empty database."""

BOX_COMMAND = "occupations import box"
"""The command that loads the box into a database that has other data."""


def command_for(source: str, release: str | None = None) -> str:
    """Return the commands that fetch and import a release, by default the newest of its source.

    The current edition is the only one that the publisher of the SOC and of the projections has.
    The states' projections, and the evidence for titles, come with the box.
    """
    if source in {"projections-central", "census", "dol-oflc"}:
        return BOX_COMMAND
    options = ""
    if release is not None and source == "bls-oews":
        year, month, *scope = release.removeprefix("bls-oews-").split("-", 2)
        options = f" --period {year}-{month} --scope {scope[0] if scope else 'national'}"
    elif release is not None and source == "onet":
        options = f" --period {release.removeprefix('onet-')}"
    return f"occupations download {source}{options} && occupations import downloads"
