"""Scripts of people of the project."""

import pytest
from script import Script, make_token


@pytest.fixture
def script(app, project):
    """Return a function: `script("lea", "read")` is Lea's script with a token of that scope."""

    def make(username="lea", *scopes, **kwargs):
        return Script(app, make_token(username, *scopes, **kwargs))

    return make
