"""Plain data comes back from its bytes as it was, to the last digit."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from slow_cases import server, slow

from annotator.store.packing import packed, shape_of, unpacked

pytestmark = server


@dataclass(frozen=True)
class Leaf:
    name: str
    share: float | None = None


@dataclass(frozen=True)
class Tree:
    kind: Literal["oak", "elm"]
    numbers: tuple[int, ...]
    table: tuple[tuple[float, ...], ...] | None
    leaves: Mapping[str, Leaf]
    pair: tuple[int, Leaf]
    planted: date | None = None
    hidden: bool = field(default=False)


FLOATS = st.floats(allow_nan=False)
LEAVES = st.builds(Leaf, st.text(), st.none() | FLOATS)
TREES = st.builds(
    Tree,
    st.sampled_from(["oak", "elm"]),
    st.lists(st.integers()).map(tuple),
    st.none() | st.lists(st.lists(FLOATS).map(tuple)).map(tuple),
    st.dictionaries(st.text(), LEAVES),
    st.tuples(st.integers(), LEAVES),
    st.none() | st.dates(),
    st.booleans(),
)


@slow
@given(TREES)
def test_what_was_packed_comes_back_equal_and_in_its_order(tree):
    back = unpacked(Tree, packed(tree))
    assert back == tree
    assert list(back.leaves) == list(tree.leaves)


def test_numbers_of_numpy_become_plain_ones():
    back = unpacked(Leaf, packed(Leaf("a", np.float64(0.1))))
    assert type(back.share) is float
    assert back.share == 0.1


@pytest.mark.parametrize("wrong", [{1, 2}, b"bytes", 1j])
def test_what_is_no_plain_data_is_refused(wrong):
    with pytest.raises(TypeError):
        packed(Leaf("a", wrong))


def test_the_shape_changes_with_any_part():
    @dataclass(frozen=True)
    class Other:
        name: str
        share: int | None = None

    Other.__name__ = "Leaf"
    assert shape_of(Other) != shape_of(Leaf)
    assert "share: " in shape_of(Tree)
    assert "'elm'" in shape_of(Tree)
