"""What checked rows need in the database, each in a step of its own: people, speakers, answers."""

import secrets
from collections.abc import Iterable
from functools import partial
from typing import Any

from sqlalchemy import insert

from annotator.codebook.scheme import Codebook
from annotator.store.db import Steps, db
from annotator.store.models import (
    Roster,
    Speaker,
)
from annotator.work import staging
from annotator.work.accounts import accounts
from annotator.work.label_import import appearing
from annotator.work.labelling.arriving import (
    AT_ONCE,
    Batch,
    insert_all,
    pieces,
    table,
)

ACCOUNTS_AT_ONCE = 50


def begin(name: str, project_id: int) -> int:
    """Note that an import of labels begins; return its number."""
    return staging.begin(staging.LABELS, name, project_id).id


def add_people(number: int, plan: staging.Plan, pseudonyms: Iterable[str]) -> dict[str, int]:
    """Make an account without a way in for each; nobody belongs to the project yet."""
    made = {name: accounts.add_user(f"imported-{secrets.token_hex(4)}") for name in pseudonyms}
    numbers = {name: user.id for name, user in made.items()}
    plan["people"] |= numbers
    staging.move(number, plan=plan)
    return numbers


def speaker_row(name: str, kind: str | None, codebook: Codebook) -> dict[str, Any]:
    """Return the columns of a new speaker; whoever only passes a claim on counts as a person."""
    wording = None
    if kind == codebook.unnamed_type.value:
        # "a senior official (003)": the words, and the article they belong to.
        wording = name.rpartition(" (")[0] or name
    return {"name": name, "type": kind or codebook.named_types[0].value, "wording": wording}


def add_speakers(number: int, rows: Iterable[dict[str, Any]]) -> list[int]:
    """Add new speakers where nobody sees them."""
    staging.move(number)
    hidden = staging.hidden_of(number)
    return insert_all(Speaker, [{**row, "project_id": hidden} for row in rows])


def add_answers(number: int, batch: Batch) -> None:
    """Store some answers aside."""
    staging.move(number)
    batch.store(number)


def add_roster(number: int, met: Iterable[tuple[int, int, list[int]]]) -> Steps[None]:
    """Give new annotators the numbers of their speakers; they have no page to see them on yet."""
    rows = [
        appearing.entry(article, user, speaker, index)
        for article, user, speakers in met
        for index, speaker in enumerate(speakers, start=1)
    ]
    for piece in pieces(len(rows), AT_ONCE):
        yield partial(add_entries, number, rows[piece])


def add_entries(number: int, rows: list[dict[str, int]]) -> None:
    """Store some chips."""
    staging.move(number)
    db.session.execute(insert(table(Roster)), rows)
