"""Reads the publishers' files a second time and compares them with the API's answers over HTTP.

Nothing here uses the importers' conversions: the rules for what a cell must be in JSON follow the
publishers' own descriptions. Shared with the importers are opening and recognising a file, finding
its header row and naming its release.
"""
