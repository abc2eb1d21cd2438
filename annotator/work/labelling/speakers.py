"""Speakers: who can be chosen, who is new, and the numbers of an article's chips."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, func, select

from annotator.codebook.scheme import Codebook
from annotator.errors import RefusedError
from annotator.store.db import db, insert_for
from annotator.store.models import Alias, Speaker
from annotator.store.rows.answers import OF_SPEAKER, SpeakerRow
from annotator.store.rows.places import AnyArticle, AnyProject, AnyUser
from annotator.store.rows.prepared import prepared
from annotator.store.snapshot import one_moment
from annotator.text.spelling import tidy
from annotator.work import shelving
from annotator.work.labelling.drafts import NewSpeaker, SpeakerChoice, UnnamedSource
from annotator.work.labelling.speaker_search import SimilarSpeakersError, similar_to, spelled

LONGEST_ALIAS = 200


class UnknownSpeakerError(RefusedError):
    """There is no such speaker in this project; `number` is the one asked for, if it was one."""

    def __init__(self, message: str, number: int | None = None) -> None:
        super().__init__(message)
        self.number = number


def narrator_of(project: AnyProject, codebook: Codebook) -> SpeakerRow:
    """Return the article's own voice."""
    found = named.first({"project": project.id, "name": codebook.narrator_name})
    if found is None:
        raise UnknownSpeakerError(f"{project.slug} has no speaker {codebook.narrator_name}")
    return SpeakerRow(*found)


@prepared
def named() -> Select[*tuple[Any, ...]]:
    """Return the query for the speaker of a project that has a name."""
    return select(*OF_SPEAKER).where(
        Speaker.project_id == bindparam("project"), Speaker.name == bindparam("name")
    )


def check_speakers(project: AnyProject, ids: Iterable[int]) -> dict[int, int]:
    """Return for each id the speaker that counts today; refuse those of other projects.

    A speaker merged into another by a lead stands for that other one.
    """
    wanted = set(ids)
    rows = db.session.execute(
        select(Speaker.id, Speaker.merged_into_id).where(
            Speaker.project_id == project.id, Speaker.id.in_(wanted)
        )
    ).all()
    found = {row.id: row.merged_into_id or row.id for row in rows}
    for missing in sorted(wanted - found.keys()):
        raise UnknownSpeakerError(
            f"Speaker {missing} is not a speaker of this project."
            " Choose one from the list or add it.",
            missing,
        )
    return found


def resolve(
    project: AnyProject,
    article: AnyArticle,
    codebook: Codebook,
    user: AnyUser,
    choice: SpeakerChoice,
) -> int:
    """Return the id of the chosen speaker, adding a new one where there is none of that name."""
    if isinstance(choice, int):
        return check_speakers(project, [choice])[choice]
    if isinstance(choice, NewSpeaker):
        return named_speaker(project, article, codebook, user, choice)
    return unnamed_source(project, article, codebook, user, choice)


def named_speaker(
    project: AnyProject, article: AnyArticle, codebook: Codebook, user: AnyUser, choice: NewSpeaker
) -> int:
    """Return the speaker of that name; add it with its type where there is none.

    Raises:
        SimilarSpeakersError: nobody has this name, but somebody might be meant.

    """
    name = tidy(choice.name)
    if not name:
        raise RefusedError("A speaker needs a name.")
    known = find_by_name(project, name)
    if known is not None:
        return known.merged_into_id or known.id
    similar = similar_to(article, codebook, user, name, choice.type) if choice.ask else []
    if similar:
        raise SimilarSpeakersError(name, similar)
    if choice.type not in {kind.value for kind in codebook.offered(codebook.named_types)}:
        kinds = ", ".join(kind.label for kind in codebook.offered(codebook.named_types))
        raise RefusedError(f"“{name}” is new: choose its type ({kinds}).")
    return add(project, user, name, choice.type, None)


def unnamed_source(
    project: AnyProject,
    article: AnyArticle,
    codebook: Codebook,
    user: AnyUser,
    choice: UnnamedSource,
) -> int:
    """Return this article's source with these words; never one of another article."""
    wording = " ".join(choice.wording.split())
    if not wording:
        raise RefusedError("An unnamed source keeps its wording: copy the words from the text.")
    name = f"{wording} ({article.key})"
    number = add(project, user, name, codebook.unnamed_type.value, wording)
    return check_speakers(project, [number])[number]


def find_exactly(project: AnyProject, name: str) -> Speaker | None:
    """Find a speaker, also an unnamed source, by the very name it is stored under."""
    return db.session.scalar(
        select(Speaker).where(Speaker.project_id == project.id, Speaker.name == name)
    )


def find_by_name(project: AnyProject, name: str) -> Speaker | None:
    """Find a speaker by name, whatever the case."""
    return db.session.scalars(
        select(Speaker)
        .where(
            Speaker.project_id == project.id,
            Speaker.wording.is_(None),
            spelled(Speaker.name, name),
        )
        .order_by(Speaker.name != name, Speaker.id)
    ).first()


def add(
    project: AnyProject, user: AnyUser | None, name: str, kind: str, wording: str | None
) -> int:
    """Add a speaker, or return the one of that name that somebody added a moment ago."""
    db.session.execute(
        insert_for(Speaker)
        .values(
            project_id=project.id,
            name=name,
            type=kind,
            wording=wording,
            user_id=user.id if user else None,
        )
        .on_conflict_do_nothing(index_elements=["project_id", "name"])
    )
    return db.session.scalars(
        select(Speaker.id).where(Speaker.project_id == project.id, Speaker.name == name)
    ).one()


def remember_alias(article: AnyArticle, user: AnyUser, speaker_id: int, words: str) -> None:
    """Keep the words of a mention as a surface form of its speaker in this article.

    What is longer than any name is a passage, and too long for an index besides.
    """
    words = " ".join(words.split())
    if words and len(words) <= LONGEST_ALIAS:
        db.session.execute(
            insert_for(Alias)
            .values(speaker_id=speaker_id, article_id=article.id, text=words, user_id=user.id)
            .on_conflict_do_nothing(index_elements=["speaker_id", "article_id", "text"])
        )


def count_speakers(project: AnyProject) -> int:
    """Count the speakers of a project as they are known today: names merged away are no more.

    The NARRATOR is one of them; those whom nothing that counts names are not.
    `Counted.speaker` says the same of the rows of a release.
    """
    query = select(func.count(Speaker.id)).where(
        Speaker.project_id == project.id, Speaker.merged_into_id.is_(None)
    )
    with one_moment() as now:
        return int(now.scalars(query).one()) - len(shelving.speakers_uncounted(now, project.id))


def speakers_today(connection: Connection, project: AnyProject) -> dict[int, int]:
    """Return for each speaker of a project the one that counts today, after merges."""
    rows = connection.execute(
        select(Speaker.id, Speaker.merged_into_id).where(Speaker.project_id == project.id)
    )
    return {row.id: row.merged_into_id or row.id for row in rows}


def today() -> ColumnElement[int]:
    """Return in SQL which speaker stands for a `Speaker` today, after merges."""
    return func.coalesce(Speaker.merged_into_id, Speaker.id)
