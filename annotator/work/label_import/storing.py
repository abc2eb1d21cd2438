"""What checked rows need in the database, each in a step of its own: people, speakers, answers."""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from sqlalchemy import insert

from annotator.codebook.scheme import Codebook
from annotator.errors import RefusedError
from annotator.measure.origins import MODEL, REFERENCE
from annotator.store.clock import now
from annotator.store.db import Steps, db
from annotator.store.models import LabelImport, ModelMember, Roster, Speaker
from annotator.work import staging
from annotator.work.accounts import accounts, model_members
from annotator.work.imported_labels.kinds import Said
from annotator.work.label_import.handing_in import entry
from annotator.work.labelling.arriving import (
    AT_ONCE,
    Batch,
    insert_all,
    pieces,
    table,
)

ACCOUNTS_AT_ONCE = 50


@dataclass
class Brought:
    """What a file brings of one origin: how many answers, and by whom."""

    answers: int = 0
    annotators: set[str] = field(default_factory=set)


def named_model(models: Iterable[ModelMember], said: Said) -> str:
    """Return the pseudonym of the model that somebody names, its name where it is new, "" for none.

    Raises:
        RefusedError: it cannot be called so, or it is here in another version.

    """
    if not said.model:
        return ""
    name, version = model_members.checked(said.model, said.version, said.settings)
    for each in models:
        if name in model_members.names_of(each):
            if version and version != each.version:
                raise RefusedError(
                    f"the model “{name}” is here in version “{each.version}”, not “{version}”:"
                    " give another version a name of its own"
                )
            return each.membership.pseudonym
    return name


def new_models(
    brought: Mapping[str, Brought], said: Said, named: str, fresh: Iterable[str]
) -> dict[str, dict[str, str]]:
    """Return how the models among new annotators are called, by what the rows call them.

    Who gives nothing but answers of models is one; `named` is the one that somebody names.
    """
    models = brought.get(MODEL, Brought()).annotators & {*fresh}
    for origin, each in brought.items():
        models -= set() if origin == MODEL else each.annotators
    made = {who: {"name": who, "pseudonym": who} for who in sorted(models)}
    if named in made:
        made[named] = {"name": named, "version": said.version, "settings": said.settings}
    return made


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


def add_imports(number: int, said: Said, brought: Mapping[str, Brought]) -> dict[str, int]:
    """Note where nobody sees it which answers come, of each origin; return the number of each."""
    staging.move(number)
    hidden = staging.hidden_of(number)
    rows = [
        {
            "project_id": hidden,
            "origin": origin,
            "source": said.source,
            "model": said.model,
            "answers": each.answers,
            "annotators": sorted(each.annotators),
            "before": [],
            "user_id": said.user_id,
            "at": now(),
            # Decisions are made of them once they have appeared.
            "unfinished": origin == REFERENCE,
        }
        for origin, each in sorted(brought.items())
    ]
    return dict(zip(sorted(brought), insert_all(LabelImport, rows), strict=True))


def speaker_row(name: str, kind: str | None, codebook: Codebook) -> dict[str, Any]:
    """Return the columns of a new speaker; whoever only passes a claim on counts as a person."""
    wording = None
    if kind == codebook.unnamed_type.value:
        # "a senior official (003)": the words, and the article they belong to.
        wording = name.rpartition(" (")[0] or name
    return {"name": name, "type": kind or codebook.named_types[0].value, "wording": wording}


def add_speakers(number: int, label_import: int, rows: Iterable[dict[str, Any]]) -> list[int]:
    """Add new speakers where nobody sees them, as of an import."""
    staging.move(number)
    where = {"project_id": staging.hidden_of(number), "label_import_id": label_import}
    return insert_all(Speaker, [{**row, **where} for row in rows])


def add_answers(number: int, batch: Batch) -> None:
    """Store some answers aside."""
    staging.move(number)
    batch.store(number)


def add_roster(number: int, met: Iterable[tuple[int, int, list[int]]]) -> Steps[None]:
    """Give new annotators the numbers of their speakers; they have no page to see them on yet."""
    rows = [
        entry(article, user, speaker, index)
        for article, user, speakers in met
        for index, speaker in enumerate(speakers, start=1)
    ]
    for piece in pieces(len(rows), AT_ONCE):
        yield partial(add_entries, number, rows[piece])


def add_entries(number: int, rows: list[dict[str, int]]) -> None:
    """Store some chips."""
    staging.move(number)
    db.session.execute(insert(table(Roster)), rows)
