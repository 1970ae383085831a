"""Kinds of files for ``--as``. It imports little, so that the command line starts quickly."""

from __future__ import annotations

from app.importers.onet.columns import KINDS

SOC_KINDS = ("soc_structure", "soc_definitions", "soc_titles")
STATE_PROJECTIONS = "state_projections"
CENSUS_INDEX, EMPLOYER_TITLES = EVIDENCE_KINDS = ("census_index", "employer_titles")
AS_KINDS = ("oews", "projections", STATE_PROJECTIONS, *SOC_KINDS, *EVIDENCE_KINDS, *KINDS)
