"""What the marker `slow` holds: the README's command leaves it out, `.ci/run` runs it."""

import pytest

slow = pytest.mark.slow


def further(values):
    """Return the cases of a parameter, of which all but the first are slow."""
    first, *rest = values
    return [first, *(pytest.param(*as_words(each), marks=slow) for each in rest)]


def as_words(value):
    """Return the arguments of a case."""
    return value if isinstance(value, tuple) else (value,)
