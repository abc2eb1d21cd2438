"""What the address of a view asks for, and the address of what is asked for."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from flask import abort, request

from annotator.codebook.scheme import LABELS
from annotator.store.models import Membership, Project
from annotator.web.forms import LONGEST_LINE
from annotator.web.paging import chosen, refuse_unknown
from annotator.work.explore.filters import (
    CLAIMS,
    DECISIONS,
    KEY,
    NO,
    SENTENCES,
    SORTS,
    YES,
    Filters,
)
from annotator.work.explore.notes import notes_of

SEGMENTS = {
    "headline": "headline",
    "dateline": "date line",
    "body": "body",
    "boilerplate": "boilerplate",
}
YES_NO = (YES, NO)
TYPED = ("article", "publisher", "speaker")
NAMES = tuple(Filters.__dataclass_fields__)
USUAL = {"of": SENTENCES, "sort": KEY}
# What addresses said before, also those of saved views.
ONCE_CALLED = {"gold": DECISIONS}
# Of a number in the database; a greater one is an error there.
LARGEST = 2**31 - 1
TOKEN = re.compile(r"\d{1,10}(\.\d{1,10}){3}", re.ASCII)


def filters_asked(project: Project, people: list[Membership], *more: str) -> Filters:
    """Return what the address asks for; anything unknown is 400."""
    refuse_unknown(*NAMES, *more)
    codebook = project.codebook
    offered: Mapping[str, Any] = {
        "segment": SEGMENTS,
        "status": [each.value for each in codebook.statuses],
        **{name: [each.value for each in codebook.values_of(name)] for name in LABELS},
        "disputed": YES_NO,
        "flagged": YES_NO,
        "decided": YES_NO,
        "note": [*YES_NO, *(str(each.note.id) for each in notes_of(project))],
    }
    return Filters(
        of=chosen("of", (SENTENCES, CLAIMS), SENTENCES),
        sort=chosen("sort", SORTS, KEY),
        # Only what is no character at all is taken away: the rest is for the search to refuse.
        text=request.args.get("text", "").replace("\0", " "),
        since=day_asked("since"),
        until=day_asked("until"),
        version=line_asked("version"),
        **{name: line_asked(name) for name in TYPED},
        **{name: chosen(name, values) for name, values in offered.items()},
        by=by_asked([each.pseudonym for each in people]),
    )


def by_asked(pseudonyms: list[str]) -> str:
    """Return whose labels are asked for; anybody unknown is 400."""
    if request.args.get("by") in ONCE_CALLED:
        return ONCE_CALLED[request.args["by"]]
    return chosen("by", [*pseudonyms, DECISIONS])


def line_asked(name: str) -> str:
    """Return one line that was typed."""
    return " ".join(request.args.get(name, "").replace("\0", " ").split())[:LONGEST_LINE]


def day_asked(name: str) -> date | None:
    """Return a day that was typed; anything else is 400."""
    typed = line_asked(name)
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError:
        abort(400, f"“{typed[:64]}” is no day for {name}; write it as 2019-05-03.")


def kept(filters: Filters) -> dict[str, Any]:
    """Return the filters as the address has them, without those that ask for nothing."""
    said = {name: getattr(filters, name) for name in NAMES}
    return {name: str(value) for name, value in said.items() if value and USUAL.get(name) != value}


def token_of(typed: str) -> tuple[int, int, int, int]:
    """Return what names a row in an address; anything else is 400."""
    if not TOKEN.fullmatch(typed):
        abort(400, "This names no row.")
    article, position, owner, number = numbers = [int(part) for part in typed.split(".")]
    if max(numbers) > LARGEST:
        abort(400, "This names no row.")
    return article, position, owner, number
