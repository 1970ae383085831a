"""Kinds of files for ``--as``. It imports little, so that the command line starts quickly."""

from __future__ import annotations

from app.importers.onet.columns import KINDS

SOC_KINDS = ("soc_structure", "soc_definitions", "soc_titles")
STATE_PROJECTIONS = "state_projections"
AS_KINDS = ("oews", "projections", STATE_PROJECTIONS, *SOC_KINDS, *KINDS)
