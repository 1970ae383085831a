"""A second reading of the publishers' files, compared with what the API answers over HTTP.

Nothing here uses the importers' conversions: what a cell must become in JSON is worked out anew
from the publishers' own descriptions. Only recognising a file, finding its header row and naming
its release are shared with the importers.
"""
