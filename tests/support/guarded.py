"""The protections that every response carries."""

from annotator.web.security import HEADERS


def guarded(response):
    """Each protection, exactly once."""
    return all(response.headers.getlist(name) == [value] for name, value in HEADERS.items())
