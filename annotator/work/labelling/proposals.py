"""Who may be speaking in a sentence: proposed from the text, and kept with the article.

Everybody who labels an article is offered the same. So it is made of the text when the article is
stored, and compared with the register when the first annotator opens it; nothing that people label
or add from then on changes it.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any, cast

from sqlalchemy import Table, bindparam, func, or_, select, update
from sqlalchemy.orm import aliased

from annotator.codebook.scheme import Codebook
from annotator.store.db import db
from annotator.store.models import OPEN_STATES, Alias, Article, Assignment, Sentence, Speaker
from annotator.store.rows.answers import AnswerRow, AnySpeaker, ClaimRow
from annotator.store.rows.places import AnyArticle, AnyProject
from annotator.text.known_names import Form, KnownNames
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
from annotator.work import shelving
from annotator.work.labelling.drafts import AnswerDraft, Span
from annotator.work.labelling.speaker_search import MOST_READ, holds, last_name, surname

SENTENCES = cast(Table, Sentence.__table__)
# So many sentences are settled at a time, and so many around a repair are read.
STRETCH, REACH = 2_000, 500
MOST_ALIASES = 20_000
# Before proposals that come from the text alone.
OF_TEXT = "text:"
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
    rows: list[list[Any]] = json.loads(text.removeprefix(OF_TEXT)) if text else []
    return tuple(Proposal(*row) for row in rows)


def span_text(proposal: Proposal | None) -> str:
    """Return where the words of a proposal stand, as "3-14"; "" for none."""
    return f"{proposal.start}-{proposal.end}" if proposal else ""


def columns(sentences: Iterable[tuple[int, int, str]]) -> list[str]:
    """Return what is stored with each sentence of an article: given start, paragraph and words.

    It says that nobody has compared it with the register yet.
    """
    return [OF_TEXT + written(found) for found in propose([Line(*each) for each in sentences])]


def are_settled(stored: str | None) -> bool:
    """Say whether a sentence's proposals are those that everybody is offered."""
    return stored is not None and not stored.startswith(OF_TEXT)


@dataclass(frozen=True)
class Register:
    """The named speakers of a project at one moment, to compare proposals with."""

    names: frozenset[str]  # folded
    people: Mapping[str, str]  # the name by the last name, where only one person has that
    forms: KnownNames


def register_of(project: AnyProject, at: datetime | None = None) -> Register:
    """Return the register of a project; with `at` as it was at that moment.

    The words by which speakers were called count where nobody labels their article any more: what
    others say in an article shows in no other one before it is submitted. Whom only models name, or
    only somebody in training, control or a repeat, is in nobody's register.
    """
    codebook = project.codebook
    query = select(Speaker.id, Speaker.name, Speaker.type).where(
        Speaker.project_id == project.id,
        Speaker.wording.is_(None),
        Speaker.merged_into_id.is_(None),
        Speaker.name != codebook.narrator_name,
    )
    found = db.session.execute(query if at is None else query.where(Speaker.created_at <= at))
    out = shelving.speakers_uncounted(db.session.connection(), project.id)
    rows = [row for row in found if row.id not in out]
    types = {kind.value for kind in codebook.named_types if kind.surname}
    last_names = [(surname(row.name), row.name) for row in rows if row.type in types]
    many = Counter(last for last, _ in last_names)
    people = {last: name for last, name in last_names if many[last] == 1 and last}
    kinds = {row.name: PERSON if row.type in types else kind_of(row.type) for row in rows}
    called = [
        *((name, name) for name in kinds),
        *((last_name(name), name) for name in people.values() if " " in name),
        *(each for each in settled_aliases(project) if many[surname(each[0])] <= 1),
    ]
    forms = [Form(words, name, kinds[name]) for words, name in called if name in kinds]
    return Register(frozenset(map(folded, kinds)), people, KnownNames(forms))


def kind_of(kind: str) -> str:
    """Return the kind of proposal that a speaker type without last names is."""
    return kind if kind in (ORGANISATION, GROUP) else ORGANISATION


def settled_aliases(project: AnyProject) -> list[tuple[str, str]]:
    """Return the newest surface forms that may be shown, each with its speaker's name."""
    is_open = (
        select(Assignment.id)
        .where(Assignment.article_id == Alias.article_id, Assignment.state.in_(OPEN_STATES))
        .exists()
    )
    today = aliased(Speaker)
    rows = db.session.execute(
        select(Alias.text, today.name)
        .join(Speaker, Speaker.id == Alias.speaker_id)
        .join(today, today.id == func.coalesce(Speaker.merged_into_id, Speaker.id))
        .where(Speaker.project_id == project.id, Speaker.wording.is_(None), ~is_open)
        .order_by(Alias.id.desc())
        .limit(MOST_ALIASES)
    )
    return [(row.text, row.name) for row in rows]


def recognise(stored: str, register: Register, text: str, begin: int) -> str:
    """Return a sentence's proposals with whom the register has; `begin` is where it begins.

    Whom an article calls by a last name alone is the one person of the project who has it.
    """
    found = read(stored)
    if not register.names:
        return written(found)
    named = [
        replace(each, name=register.people.get(surname(each.name), each.name))
        if each.kind == PERSON and " " not in each.name
        else each
        for each in found
    ]
    marked = [replace(each, known=folded(each.name) in register.names) for each in named]
    return written(register.forms.add_to(marked, text, begin))


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
    rows: list[list[Any]] = json.loads((stored or "[]").removeprefix(OF_TEXT))
    return json.dumps({"proposed": rows, "taken": sorted(taken)}, ensure_ascii=False)


def beside(used: str | None, suggested: str | None) -> str | None:
    """Return what is kept with an event, with what a model suggested under its own name."""
    if suggested is None:
        return used
    return json.dumps(
        {**json.loads(used or "{}"), "suggested": json.loads(suggested)}, ensure_ascii=False
    )


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


def settle(article: AnyArticle, position: int) -> Callable[[], None]:
    """Return what stores the proposals around a sentence as everybody is offered them from then on.

    All of an article that is not very long. Reading and comparing are done by then; who stores
    first counts. To be committed by itself.
    """
    first = position - position % STRETCH
    around = stretch(article, first, first + STRETCH - 1)
    wanted = [each for each in around if not are_settled(each.proposals)]
    if any(each.proposals is None for each in wanted):  # a version without proposals stored them
        found = columns((each.start, each.paragraph, each.text) for each in around)
        of_text = {each.id: own for each, own in zip(around, found, strict=True)}
    else:
        of_text = {each.id: each.proposals for each in wanted}
    rows = compared(wanted, of_text, register_of(article.project))
    return partial(store, rows)


def store(rows: list[dict[str, Any]]) -> None:
    """Store proposals of sentences where nobody has meanwhile."""
    column = SENTENCES.c.proposals
    statement = update(SENTENCES).where(
        SENTENCES.c.id == bindparam("number"),
        or_(column.is_(None), column.startswith(OF_TEXT, autoescape=True)),
    )
    if rows:
        db.session.connection().execute(statement.values(proposals=bindparam("found")), rows)


def renew(article: AnyArticle, sentences: Sequence[Sentence]) -> None:
    """Propose anew for neighbouring sentences whose boundaries have changed."""
    positions = [each.position for each in sentences]
    if not positions:
        return
    around = stretch(article, min(positions) - REACH, max(positions) + REACH)
    found = columns((each.start, each.paragraph, each.text) for each in around)
    of_text = {each.id: own for each, own in zip(around, found, strict=True)}
    numbers = {each.id for each in sentences}
    changed = [each for each in around if each.id in numbers]
    # Nobody has opened it yet: it is compared with the register when somebody does.
    if not any(are_settled(each.proposals) for each in around if each.id not in numbers):
        rows = [{"number": each.id, "found": of_text[each.id]} for each in changed]
    else:
        # As it was when the article came: what people have added while they label it leads nobody.
        came = select(Article.imported_at).where(Article.id == article.id)
        register = register_of(article.project, db.session.scalars(came).one())
        rows = compared(changed, of_text, register)
    db.session.execute(
        update(Sentence), [{"id": row["number"], "proposals": row["found"]} for row in rows]
    )


def compared(
    sentences: Iterable[Any], of_text: Mapping[int, str], register: Register
) -> list[dict[str, Any]]:
    """Return what is stored of sentences once they are compared with a register."""
    return [
        {
            "number": each.id,
            "found": recognise(of_text[each.id], register, each.text, each.start),
        }
        for each in sentences
    ]


def stretch(article: AnyArticle, first: int, last: int) -> Sequence[Any]:
    """Return some sentences of an article, in order."""
    query = select(
        Sentence.id, Sentence.start, Sentence.paragraph, Sentence.text, Sentence.proposals
    ).where(Sentence.article_id == article.id, Sentence.position.between(first, last))
    return db.session.execute(query.order_by(Sentence.position)).all()
