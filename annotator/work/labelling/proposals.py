"""Who may be speaking in a sentence: proposed from the text, and kept with the article.

Everybody who labels an article is offered the same. So it is made of the text and of the register
as it is when the article is stored, and nothing that people label or add from then on changes it.
"""

import json
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import select, update

from annotator.codebook.scheme import Codebook
from annotator.store.db import db
from annotator.store.models import Article, Sentence, Speaker
from annotator.store.rows.answers import AnswerRow, AnySpeaker, ClaimRow
from annotator.store.rows.places import AnyArticle, AnyProject
from annotator.text.proposals import (
    GROUP,
    ORGANISATION,
    PERSON,
    ROLE,
    UNNAMED,
    Line,
    Proposal,
    propose,
)
from annotator.text.spelling import folded
from annotator.work.labelling.drafts import AnswerDraft, Span
from annotator.work.labelling.speaker_search import MOST_READ, holds, surname

# What was stored before there were proposals gets them a stretch at a time.
STRETCH = 500
NAMED = (PERSON, ORGANISATION, GROUP)
MOST_FOUND = 4


def written(found: Iterable[Proposal]) -> str:
    """Return the proposals of a sentence as they are stored: start, end, name, kind, and `known`.

    The last one is left out where it is not so.
    """
    rows = [
        [each.start, each.end, each.name, each.kind, *([True] if each.known else [])]
        for each in found
    ]
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"))


def read(text: str | None) -> tuple[Proposal, ...]:
    """Return what `written` wrote; nothing where nothing was proposed yet."""
    rows: list[list[Any]] = json.loads(text) if text else []
    return tuple(Proposal(*row) for row in rows)


def span_text(proposal: Proposal | None) -> str:
    """Return where the words of a proposal stand, as "3-14"; "" for none."""
    return f"{proposal.start}-{proposal.end}" if proposal else ""


def columns(sentences: Iterable[tuple[int, int, str]]) -> list[str]:
    """Return what is stored with each sentence of an article: given start, paragraph and words."""
    return [written(found) for found in propose([Line(*each) for each in sentences])]


@dataclass(frozen=True)
class Register:
    """The named speakers of a project at one moment, to compare proposals with."""

    names: frozenset[str]  # folded
    people: Mapping[str, str]  # the name by the last name, where only one person has that


def register_of(project: AnyProject, at: datetime | None = None) -> Register:
    """Return the register of a project; with `at` as it was at that moment."""
    query = select(Speaker.name, Speaker.type).where(
        Speaker.project_id == project.id,
        Speaker.wording.is_(None),
        Speaker.merged_into_id.is_(None),
        Speaker.name != project.codebook.narrator_name,
    )
    rows = db.session.execute(query if at is None else query.where(Speaker.created_at <= at)).all()
    types = {kind.value for kind in project.codebook.named_types if kind.surname}
    people = [row.name for row in rows if row.type in types]
    many = Counter(map(surname, people))
    return Register(
        frozenset(folded(row.name) for row in rows),
        {last: name for name in people if many[last := surname(name)] == 1 and last},
    )


def recognise(stored: str, register: Register) -> str:
    """Return a sentence's proposals with those marked whom the register has.

    Whom an article calls by a last name alone is the one person of the project who has it.
    """
    if not register.names:
        return stored
    found = read(stored)
    named = [
        replace(each, name=register.people.get(surname(each.name), each.name))
        if each.kind == PERSON and " " not in each.name
        else each
        for each in found
    ]
    marked = [replace(each, known=folded(each.name) in register.names) for each in named]
    return written(marked)


def kind_in(codebook: Codebook, proposal: Proposal) -> str:
    """Return the speaker type of the project's codebook that a proposal has."""
    if proposal.kind == UNNAMED:
        return codebook.unnamed_type.value
    named = codebook.offered(codebook.named_types)
    is_person = proposal.kind == PERSON
    called = [kind.value for kind in named if kind.value == proposal.kind]
    like = [kind.value for kind in named if kind.surname == is_person]
    return [*called, *like, *(kind.value for kind in named)][0]


def meant(
    found: Sequence[Proposal], codebook: Codebook, known: Iterable[AnySpeaker]
) -> dict[int, Proposal]:
    """Return by number which of these speakers a sentence proposes, with the first proposal.

    A speaker is meant by the very name, or by a last name that no other of them has.
    """
    speakers = list(known)
    surnames = Counter(surname(each.name) for each in speakers if is_person(codebook, each))
    named: dict[int, Proposal] = {}
    for proposal in found:
        name, last = folded(proposal.name), surname(proposal.name)
        for each in speakers:
            same = proposal.kind != ROLE and folded(each.wording or each.name) == name
            alike = proposal.kind == PERSON and is_person(codebook, each)
            if same or (alike and surnames[last] == 1 and surname(each.name) == last):
                named.setdefault(each.id, proposal)
    return named


def is_person(codebook: Codebook, speaker: AnySpeaker) -> bool:
    """Say whether a speaker is of a type whose last names say who is meant."""
    return not speaker.wording and codebook.speaker_type(speaker.type).surname


def used(
    stored: str | None, codebook: Codebook, before: AnswerDraft, answer: AnswerRow
) -> str | None:
    """Return what is kept with an event: what was proposed, and which of it this save took.

    None where no speaker and no mention is new, and where nothing was proposed.
    """
    found = read(stored)
    old = {(claim.speaker, claim.mention) for claim in before.claims}
    fresh = [
        claim
        for claim in answer.claims
        if claim.speaker and (claim.speaker.today.id, span_of(claim)) not in old
    ]
    if not found or not fresh:
        return None
    taken = {
        index
        for claim in fresh
        if claim.speaker
        for index, proposal in enumerate(found)
        if span_of(claim) == (proposal.start, proposal.end)
        and claim.speaker.id in meant([proposal], codebook, [claim.speaker])
    }
    rows: list[list[Any]] = json.loads(stored or "[]")
    return json.dumps({"proposed": rows, "taken": sorted(taken)}, ensure_ascii=False)


def span_of(claim: ClaimRow) -> Span | None:
    """Return the mention of a claim."""
    start, end = claim.mention_start, claim.mention_end
    return None if start is None or end is None else (start, end)


def matching(article: AnyArticle, text: str) -> list[Proposal]:
    """Return who with a name is proposed in this article and whose name holds the text.

    Whose name begins with it comes first; each name once.
    """
    rows = db.session.scalars(
        select(Sentence.proposals)
        .where(Sentence.article_id == article.id, holds(Sentence.proposals, text))
        .order_by(Sentence.position)
        .limit(MOST_READ)
    )
    wanted = folded(text)
    found = {
        folded(each.name): each
        for row in rows
        for each in read(row)
        if each.kind in NAMED and wanted in folded(each.name)
    }
    ranked = sorted(found, key=lambda name: (not name.startswith(wanted), name))
    return [found[name] for name in ranked[:MOST_FOUND]]


def complete(article: AnyArticle, position: int) -> None:
    """Propose for the sentences around one that were stored without; to be committed by itself."""
    first = position - position % STRETCH
    around = stretch(article, first, first + STRETCH - 1)
    keep(article, around, {each.id for each in around if each.proposals is None})


def renew(article: AnyArticle, sentences: Sequence[Sentence]) -> None:
    """Propose anew for neighbouring sentences whose boundaries have changed."""
    positions = [each.position for each in sentences]
    if positions:
        around = stretch(article, min(positions) - STRETCH, max(positions) + STRETCH)
        keep(article, around, {each.id for each in sentences})


def stretch(article: AnyArticle, first: int, last: int) -> Sequence[Any]:
    """Return some sentences of an article, in order."""
    query = select(
        Sentence.id, Sentence.start, Sentence.paragraph, Sentence.text, Sentence.proposals
    ).where(Sentence.article_id == article.id, Sentence.position.between(first, last))
    return db.session.execute(query.order_by(Sentence.position)).all()


def keep(article: AnyArticle, around: Sequence[Any], wanted: Collection[int]) -> None:
    """Store what is proposed for some of the sentences that are read together."""
    if not wanted:
        return
    found = columns((each.start, each.paragraph, each.text) for each in around)
    # As it was when the article came: what people have added since leads nobody.
    came = db.session.scalars(select(Article.imported_at).where(Article.id == article.id)).one()
    register = register_of(article.project, came)
    rows = [
        {"id": each.id, "proposals": recognise(own, register)}
        for each, own in zip(around, found, strict=True)
        if each.id in wanted
    ]
    db.session.execute(update(Sentence), rows)
