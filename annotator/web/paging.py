"""Pages of a long list: which one is asked for, and what lies around it."""

from dataclasses import dataclass

from flask import abort, request


@dataclass(frozen=True)
class Pager:
    """One page of a list; `first` and `last` count from 1, as on screen."""

    number: int
    size: int
    total: int
    noun: str

    @property
    def pages(self) -> int:
        """Return how many pages there are; an empty list has one."""
        return max(-(-self.total // self.size), 1)

    @property
    def offset(self) -> int:
        """Return how many rows come before this page."""
        return (self.number - 1) * self.size

    @property
    def first(self) -> int:
        """Return the number of the first row of this page."""
        return self.offset + 1

    @property
    def last(self) -> int:
        """Return the number of the last row of this page."""
        return min(self.offset + self.size, self.total)


def pager_for(total: int, size: int, noun: str) -> Pager:
    """Return the page that the address asks for; a page that does not exist is 404."""
    asked = request.args.get("page", "1")
    if not (asked.isascii() and asked.isdecimal() and len(asked) < 10):
        abort(404)
    pager = Pager(int(asked), size, total, noun)
    if not 1 <= pager.number <= pager.pages:
        abort(404)
    return pager
