"""What the marker `slow` holds: the README's command leaves it out, `.ci/run` runs it."""

import pytest

slow = pytest.mark.slow


def further(values):
    """Return the cases of a parameter, of which all but the first are slow."""
    first, *rest = values
    return [first, *map(as_slow, rest)]


def as_slow(case):
    """Return a case with the marker."""
    if isinstance(case, type(pytest.param())):
        return pytest.param(*case.values, marks=[*case.marks, slow], id=case.id)
    return pytest.param(*(case if isinstance(case, tuple) else (case,)), marks=slow)
