"""The contract knows every kind of file that import takes."""

from app.api.schemas.words import FILE_KINDS
from app.importers.loading.flat_files import KIND
from app.importers.loading.kinds import AS_KINDS
from app.importers.loading.releases import PROJECTION_KINDS

SEVERAL = {"oews", "projections", "onet_ratings"}
"""Words of `--as` that stand for several kinds."""


def test_the_contract_knows_every_kind_of_file() -> None:
    assert {*AS_KINDS, *PROJECTION_KINDS, KIND} - SEVERAL <= set(FILE_KINDS)
