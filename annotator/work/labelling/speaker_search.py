"""Finding speakers by what people type: by name or surface form, and whom a name might mean.

Nothing here tells who used a speaker, or how often. What others called a speaker in an article
that this person labels as well stays out: it would show their reading before the own one.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Select, case, func, or_, select
from sqlalchemy.orm import InstrumentedAttribute, joinedload

from annotator.codebook.scheme import Codebook
from annotator.errors import RefusedError
from annotator.store.db import db
from annotator.store.models import Alias, Assignment, Roster, Speaker
from annotator.store.rows.places import AnyArticle, AnyUser
from annotator.text.spelling import folded
from annotator.work import shelving

MOST_SHOWN = 8
MOST_SIMILAR = 3
MOST_READ = 100
SUFFIXES = {"jr", "sr", "ii", "iii", "iv"}


@dataclass(frozen=True)
class Match:
    """A speaker that fits what was typed; `words` is the surface form that fits, if no name."""

    speaker: Speaker
    words: str
    here: bool  # this person has met the speaker in this article
    at_start: bool  # what was typed begins a word of the name or form


class SimilarSpeakersError(RefusedError):
    """The name is new, but might mean speakers that are known."""

    def __init__(self, name: str, similar: Sequence[Speaker]) -> None:
        names = " or ".join(speaker.name for speaker in similar)
        super().__init__(f"“{name}” might be {names}. Use the known speaker or add a new one.")
        self.similar = tuple(similar)


def matching(article: AnyArticle, codebook: Codebook, user: AnyUser, text: str) -> list[Match]:
    """Return the speakers whose name or surface form holds the text, this article's first."""
    met = {speaker.id: speaker for speaker in met_in(article, user)}
    unnamed = [speaker for speaker in met.values() if speaker.wording]
    found: dict[int, Match] = {}
    pairs = [
        *offered(article, user, met, by_name(article, codebook, text, met)),
        *offered(article, user, met, by_alias(article, codebook, user, text)),
        *((speaker, speaker.wording or "") for speaker in unnamed),
    ]
    for speaker, words in pairs:
        shown = words or speaker.name
        if text.casefold() in shown.casefold():
            match = Match(speaker, words, speaker.id in met, begins_a_word(text, shown))
            found.setdefault(speaker.id, match)
    ranked = sorted(
        found.values(),
        key=lambda match: (not match.here, not match.at_start, match.speaker.name.casefold()),
    )
    return ranked[:MOST_SHOWN]


def met(article: AnyArticle, user: AnyUser) -> list[Match]:
    """Return all speakers this person has met in this article, in order of their numbers."""
    return [Match(speaker, "", here=True, at_start=False) for speaker in met_in(article, user)]


def similar_to(
    article: AnyArticle, codebook: Codebook, user: AnyUser, name: str, kind: str = ""
) -> list[Speaker]:
    """Return known speakers that a new name might mean.

    They have the same last name, the same letters, or were called just so. A last name says
    something only where the codebook says that it is enough for the type.
    """
    named = [each.value for each in codebook.named_types]
    with_surname = [each.value for each in codebook.named_types if each.surname]
    last = surname(name)
    found: list[Speaker] = []
    for alias in db.session.scalars(
        aliases(article, named, user).where(spelled(Alias.text, name)).limit(MOST_SIMILAR)
    ):
        found.append(alias.speaker.today)
    if last and (not kind or kind in with_surname):
        found += [
            speaker
            for speaker in named_like(article, with_surname, last)
            if surname(speaker.name) == last
        ]
    found += [
        speaker
        for speaker in named_like(article, named, max(name.split(), key=len))
        if letters(speaker.name) == letters(name)
    ]
    named_so = [(speaker, "") for speaker in found]
    known = [speaker for speaker, _ in offered(article, user, (), named_so)]
    return list({speaker.id: speaker for speaker in known}.values())[:MOST_SIMILAR]


def offered(
    article: AnyArticle,
    user: AnyUser,
    met: Iterable[int],
    found: Sequence[tuple[Speaker, str]],
) -> list[tuple[Speaker, str]]:
    """Return those of some speakers whom this person may be shown.

    Whom only a model names, or only somebody in training, control or a repeat, is not suggested to
    people: it would show what the model says, and nothing of it counts. Whoever added or met a
    speaker finds it again.
    """
    numbers = {speaker.id for speaker, _ in found if speaker.user_id != user.id} - {*met}
    if not numbers:
        return [*found]
    out = shelving.speakers_uncounted(db.session.connection(), article.project_id, numbers)
    return [pair for pair in found if pair[0].id not in out]


def met_in(article: AnyArticle, user: AnyUser) -> Sequence[Speaker]:
    """Return the speakers this person has met in this article."""
    return db.session.scalars(
        select(Speaker)
        .join(Roster, Roster.speaker_id == Speaker.id)
        .where(
            Roster.article_id == article.id,
            Roster.user_id == user.id,
            Speaker.merged_into_id.is_(None),
        )
        .order_by(Roster.number)
    ).all()


def by_name(
    article: AnyArticle, codebook: Codebook, text: str, met: Iterable[int]
) -> list[tuple[Speaker, str]]:
    """Return speakers whose name holds the text; a merged one leads to the one it stands for."""
    named = [kind.value for kind in codebook.named_types]
    rows = db.session.scalars(
        select(Speaker)
        .where(
            Speaker.project_id == article.project_id,
            Speaker.wording.is_(None),
            Speaker.type.in_(named),
            holds(Speaker.name, text),
        )
        .order_by(
            case((Speaker.id.in_(list(met)), 0), else_=1),
            case((func.lower(Speaker.name).startswith(text.lower(), autoescape=True), 0), else_=1),
            Speaker.name,
        )
        .limit(MOST_READ)
    )
    return [(row.today, row.name if row.merged_into_id else "") for row in rows]


def by_alias(
    article: AnyArticle, codebook: Codebook, user: AnyUser, text: str
) -> list[tuple[Speaker, str]]:
    """Return speakers with a surface form that holds the text, those of this article first."""
    named = [kind.value for kind in codebook.named_types]
    rows = db.session.scalars(
        aliases(article, named, user)
        .where(holds(Alias.text, text))
        .order_by(case((Alias.article_id == article.id, 0), else_=1), Alias.text)
        .limit(MOST_READ)
    )
    return [(row.speaker.today, row.text) for row in rows]


def aliases(article: AnyArticle, types: Sequence[str], user: AnyUser) -> Select[Alias]:
    """Return the query for the surface forms that this person may see."""
    labels_it_too = (
        select(Assignment.id)
        .where(Assignment.article_id == Alias.article_id, Assignment.user_id == user.id)
        .exists()
    )
    return (
        select(Alias)
        .join(Alias.speaker)
        .where(
            Speaker.project_id == article.project_id,
            Speaker.wording.is_(None),
            Speaker.type.in_(types),
            or_(Alias.user_id == user.id, ~labels_it_too),
        )
        .options(joinedload(Alias.speaker))
    )


def named_like(article: AnyArticle, types: Sequence[str], word: str) -> Sequence[Speaker]:
    """Return the speakers of these types whose name holds a word."""
    return db.session.scalars(
        select(Speaker)
        .where(
            Speaker.project_id == article.project_id,
            Speaker.wording.is_(None),
            Speaker.merged_into_id.is_(None),
            Speaker.type.in_(types),
            holds(Speaker.name, word),
        )
        .order_by(Speaker.name)
        .limit(MOST_READ)
    ).all()


def spelled(column: InstrumentedAttribute[str], name: str) -> ColumnElement[bool]:
    """Return the condition that a name is this one, whatever the case.

    SQLite lowers only A to Z, so "Émile" has to be compared as it is, too.
    """
    return or_(column == name, func.lower(column).in_({name.casefold(), name.lower()}))


def holds(column: InstrumentedAttribute[Any], text: str) -> ColumnElement[bool]:
    """Return the condition that a column holds the text, in the cases a database can compare."""
    ways = {text, text.lower(), text.casefold(), text.title(), text.capitalize(), text.upper()}
    return or_(
        *(column.contains(way, autoescape=True) for way in sorted(ways)),
        func.lower(column).contains(text.lower(), autoescape=True),
    )


def begins_a_word(text: str, words: str) -> bool:
    return f" {text.casefold()}" in f" {words.casefold()}"


def last_name(name: str) -> str:
    """Return the last word of a name as it is written; what only tells a son from a father is none.

    A name of nothing else is its own last word.
    """
    words = name.split()
    while len(words) > 1 and letters(words[-1]) in SUFFIXES:
        words.pop()
    return words[-1].rstrip(",") if words else name


def surname(name: str) -> str:
    """Return the last word of a name to compare it by, "" for none."""
    words = [letters(word.removesuffix("’s").removesuffix("'s")) for word in name.split()]
    words = [word for word in words if word and word not in SUFFIXES]
    return words[-1] if words and len(words[-1]) > 1 else ""


def letters(name: str) -> str:
    """Return only letters and digits of a name, without an article before it."""
    words = folded(name).split()
    kept = words[1:] if len(words) > 1 and words[0] == "the" else words
    return "".join(sign for word in kept for sign in word if sign.isalnum())
