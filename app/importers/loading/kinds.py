"""Kinds of files for ``--as``. It imports little, so that the command line starts quickly."""

from __future__ import annotations

from app.importers.onet.columns import KINDS

SOC_KINDS = ("soc_structure", "soc_definitions", "soc_titles")
AS_KINDS = ("oews", "projections", *SOC_KINDS, *KINDS)
