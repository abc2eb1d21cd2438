"""What the marker `slow` holds: the README's command leaves it out, `.ci/run` runs it."""

import pytest

slow = pytest.mark.slow
# What the database makes different: PostgreSQL's run, which leaves out what is slow, has it too.
server = pytest.mark.server


def further(values):
    """Return the cases of a parameter, of which all but the first are slow."""
    first, *rest = values
    return [first, *(marked(case, slow) for case in rest)]


def marked(case, *marks):
    """Return a case with more marks."""
    if isinstance(case, type(pytest.param())):
        return pytest.param(*case.values, marks=[*case.marks, *marks], id=case.id)
    return pytest.param(*(case if isinstance(case, tuple) else (case,)), marks=marks)
