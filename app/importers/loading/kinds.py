"""Kinds of files by name, as ``--as`` takes them; light, so that the command line can list them."""

from __future__ import annotations

from app.importers.onet.columns import KINDS

SOC_KINDS = ("soc_structure", "soc_definitions", "soc_titles")
AS_KINDS = ("oews", "projections", *SOC_KINDS, *KINDS)
