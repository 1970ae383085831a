"""The audit's check of mutated files tells a refusal, the same figures and other ones apart."""

from __future__ import annotations

from random import Random

import pytest

from tests.audit import mutating
from tests.audit.changed import Changed, number
from tests.audit.mutated_files import sources
from tests.audit.mutations import MUTATIONS, Mutation


@pytest.fixture(scope="module")
def ground(tmp_path_factory: pytest.TempPathFactory) -> mutating.Ground:
    source = next(one for one in sources(None) if one.name == "OEWS national csv")
    folder = tmp_path_factory.mktemp("mutated")
    why, reset = mutating._sqlite(folder, source)
    assert why == ""
    return mutating.Ground(source, folder, reset)


def a_digit(given: Changed) -> bool:
    """Change a mean, which nobody can notice."""
    row, at = given.lines()[-1], given.book.names.index("a_mean")
    given.book.rows[row][at] = (number(given.book.rows[row][at]) or 0) + 10
    return True


def nothing(_: Changed) -> bool:
    return True


def a_column_less(given: Changed) -> bool:
    for row in given.book.rows:
        del row[-5]
    return True


@pytest.mark.parametrize(
    ("mutation", "refused", "same", "other"),
    [
        (Mutation("a digit", a_digit), 0, 0, 1),
        (Mutation("nothing", nothing), 0, 1, 0),
        (Mutation("to be refused", nothing, refused=True), 0, 0, 1),
        (Mutation("a column less", a_column_less), 1, 0, 0),
        (Mutation("bytes", file=lambda _, path: bool(path.write_bytes(b"\0"))), 1, 0, 0),
    ],
    ids=lambda one: one.name if isinstance(one, Mutation) else "",
)
def test_what_became_of_a_file_is_told(
    ground: mutating.Ground, mutation: Mutation, refused: int, same: int, other: int
) -> None:
    tally = mutating.Tally()
    assert ground.attempt(mutation, Random(1), tally)
    assert (tally.refused, tally.same, tally.other.total()) == (refused, same, other)
    assert tally.outcome(mutation, "SQLite").lost == other


def test_a_mutation_that_does_not_fit_is_no_try(ground: mutating.Ground) -> None:
    tally = mutating.Tally()
    inapplicable = Mutation("never", lambda _: False)
    assert not ground.attempt(inapplicable, Random(1), tally)
    assert tally.tries == 0


def test_mutations_have_names_of_their_own() -> None:
    assert len({one.name for one in MUTATIONS}) == len(MUTATIONS)
