"""The annotation rows: every answer of a project as it leaves the program, one at a time."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, select

from annotator.measure.origins import MODEL
from annotator.store.batches import (
    Batch,
    Found,
    Words,
    answers_of,
    articles_of,
    batches,
    claims_of,
    vias_of,
)
from annotator.store.models import Answer, CodebookVersion, Membership, Project, Speaker, User
from annotator.store.models.answers import WORK
from annotator.store.snapshot import one_moment
from annotator.work import copies

AnnotationRow = dict[str, Any]


def annotation_rows(
    project: Project,
    *,
    names: bool = False,
    purposes: Collection[str] = (WORK,),
    models: bool = True,
) -> Iterator[AnnotationRow]:
    """Yield one row per answer, by article key, sentence, pseudonym and round.

    All rows are of one moment, and the same database state gives the same rows in the same order
    on every database. Answers that say nothing are left out; one with a flag or a note alone has
    an empty status. `names` puts user names in the place of pseudonyms. Answers of other
    `purposes` than work come behind those, by article and the copy in which they were given.
    Without `models`, answers of that origin are left out.
    """
    with one_moment() as connection:
        of_project = OfProject(
            project.slug,
            people_of(connection, project, names=names),
            speakers_of(connection, project),
            versions_of(connection, project),
        )
        wanted = [] if models else [Answer.origin != MODEL]
        if WORK in purposes:
            for batch in batches(articles_of(connection, project)):
                yield from rows_of(connection, batch, of_project, *wanted)
        if others := [each for each in purposes if each != WORK]:
            given = copies.given(connection, project.id, others)
            for batch in batches(copies.articles_of(connection, given)):
                yield from rows_of(connection, batch, of_project, *wanted, given=given)


@dataclass(frozen=True)
class OfProject:
    """What numbers are called in the rows of a project."""

    slug: str
    who: Mapping[int, tuple[str, str]]
    speakers: Mapping[int, tuple[str, str]]
    versions: Mapping[int, int]


def people_of(
    connection: Connection, project: Project, *, names: bool
) -> dict[int, tuple[str, str]]:
    """Return for each person the pseudonym, which orders, and the word that stands in the rows."""
    found = connection.execute(
        select(Membership.user_id, Membership.pseudonym, User.username)
        .join(Membership.user)
        .where(Membership.project_id == project.id)
    )
    return {row.user_id: (row.pseudonym, row.username if names else row.pseudonym) for row in found}


def speakers_of(connection: Connection, project: Project) -> dict[int, tuple[str, str]]:
    """Return name and type for each speaker; one merged into another has those of the other."""
    found = connection.execute(
        select(Speaker.id, Speaker.name, Speaker.type, Speaker.merged_into_id).where(
            Speaker.project_id == project.id
        )
    ).all()
    known = {row.id: (row.name, row.type) for row in found}
    merged = {row.id: row.merged_into_id for row in found if row.merged_into_id}
    for one in merged:
        known[one] = known[last_of(one, merged)]
    return known


def last_of(one: int, merged: Mapping[int, int]) -> int:
    """Follow merges to the speaker that counts today."""
    seen = set()
    while one in merged and one not in seen:
        seen.add(one)
        one = merged[one]
    return one


def versions_of(connection: Connection, project: Project) -> dict[int, int]:
    """Return the number of each codebook version in this project."""
    found = connection.execute(
        select(CodebookVersion.id, CodebookVersion.number).where(
            CodebookVersion.project_id == project.id
        )
    )
    return {row.id: row.number for row in found}


def rows_of(
    connection: Connection,
    batch: Batch,
    of_project: OfProject,
    *wanted: ColumnElement[bool],
    given: copies.Given | None = None,
) -> Iterator[AnnotationRow]:
    """Yield the rows of one batch; of copies, those of the people who were `given` them."""
    answers = answers_of(connection, batch, *wanted)
    if given is not None:
        answers = [each for each in answers if (each.article_id, each.user_id) in given]
    if not answers:
        return
    who, speakers = of_project.who, of_project.speakers
    claims, vias = claims_of(connection, batch), vias_of(connection, batch)
    place = {article: index for index, article in enumerate(batch.articles)}
    answers.sort(
        key=lambda row: (place[row.article_id], row.position, who[row.user_id][0], row.round)
    )
    words = Words(connection)
    for row in answers:
        (
            number, user, round_, status, complete, unsure, note, revision, version, origin,
            seconds, created_at, updated_at, article, position, start, end, segment, text,
        ) = row  # fmt: skip
        purpose: dict[str, Any] = {"purpose": WORK}
        if given is not None:
            name, attempt = given[article, user]
            purpose = {"purpose": name, "attempt": attempt}
            round_ = copies.round_of(name, attempt, round_)
        yield {
            "project": of_project.slug,
            "article": batch.articles[article],
            "sentence": position,
            "start": start,
            "end": end,
            "text": text,
            "segment": segment,
            "annotator": who[user][1],
            "status": status,
            "complete": complete,
            "unsure": unsure,
            "note": note,
            "claims": [
                claim_row(claim, speakers, vias, words, row) for claim in claims.get(number, ())
            ],
            "codebook_version": of_project.versions[version],
            "origin": origin,
            **purpose,
            "round": round_,
            "revision": revision,
            "active_seconds": seconds,
            "created_at": created_at,
            "updated_at": updated_at,
        }


def claim_row(
    claim: Found,
    speakers: Mapping[int, tuple[str, str]],
    vias: Mapping[int, Sequence[int]],
    words: Words,
    sentence: Found,
) -> AnnotationRow:
    """Return one claim as it stands in a row."""
    (
        _, number, speaker, stance, certainty, start, end, conditional, aspect, evidence, note,
    ) = claim  # fmt: skip
    name, kind = speakers[speaker] if speaker else (None, None)
    return {
        "speaker": name,
        "speaker_type": kind,
        "mention": None if start is None else words.span(sentence, start, end),
        "via": [speakers[link][0] for link in vias.get(number, ())],
        "stance": stance,
        "certainty": certainty,
        "conditional": conditional,
        "aspect": aspect,
        "evidence": [words.span(sentence, *span) for span in evidence],
        "note": note,
    }
