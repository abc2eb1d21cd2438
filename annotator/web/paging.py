"""Pages of a long list: which one is asked for, and what lies around it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from flask import abort, request


@dataclass(frozen=True)
class Pager:
    """One page of a list; `first` and `last` count from 1, as on screen."""

    number: int
    size: int
    total: int
    noun: str
    kept: Mapping[str, str] = field(default_factory=dict)  # filters that its links carry on

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


def refuse_unknown(*names: str) -> None:
    """Refuse filters that the list does not have: a wrong one must not pass for an empty one."""
    unknown = sorted(request.args.keys() - {"page", *names})
    if unknown:
        known = ", ".join((*names, "page"))
        abort(400, f"Unknown parameter “{unknown[0][:64]}”. Valid parameters: {known}.")


def chosen(name: str, offered: Collection[str], default: str = "") -> str:
    """Return what the address asks for, one of those offered; anything else is 400."""
    value = request.args.get(name, "") or default
    if value != default and value not in offered:
        abort(400, f"“{value[:64]}” is not a valid {name}. Valid values: {', '.join(offered)}.")
    return value


def pager_for(total: int, size: int, noun: str, kept: Mapping[str, str] | None = None) -> Pager:
    """Return the page that the address asks for; a page that does not exist is 404."""
    asked = request.args.get("page", "1")
    if not (asked.isascii() and asked.isdecimal() and len(asked) < 10):
        abort(404)
    kept = {name: value for name, value in (kept or {}).items() if value}
    pager = Pager(int(asked), size, total, noun, kept)
    if not 1 <= pager.number <= pager.pages:
        abort(404)
    return pager
