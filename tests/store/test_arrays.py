"""Numbers that are read as one text are those that are read as rows."""

import pytest
from agreement_examples import label
from slow_cases import further
from sqlalchemy import BigInteger, literal, select, type_coerce

from annotator.store.arrays import integers, joined_integers
from annotator.store.models import Answer
from annotator.store.snapshot import one_moment

LARGE = 2**62 + 1


@pytest.mark.parametrize("by", further([LARGE, 1, -1]))
def test_columns_stand_in_one_order_and_to_the_last_digit(project, by):
    label(project, "a: x | b: z\na: x", "a: x | b: x | c: x")
    number = Answer.id + literal(by, BigInteger)
    rows = select(Answer.id, type_coerce(number, BigInteger).label("n"), Answer.user_id)
    with one_moment() as now:
        known = sorted(map(tuple, integers(now, rows, 3).tolist()))
        columns = joined_integers(now, rows)
    assert sorted(zip(*(column.tolist() for column in columns), strict=True)) == known
    assert len(known) == 6


def test_no_row_is_no_number(project):
    with one_moment() as now:
        found = joined_integers(now, select(Answer.id, Answer.user_id))
    assert [len(column) for column in found] == [0, 0]
