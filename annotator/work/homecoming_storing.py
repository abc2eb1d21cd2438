"""Storing what a release says, one article at a time; everything was checked before."""

import secrets
from collections import defaultdict
from collections.abc import Mapping

from annotator.formats.annotation_rows import AnswerRow
from annotator.formats.release_reading import Chapter
from annotator.formats.release_records import DecisionRow
from annotator.store.clock import now
from annotator.store.db import db
from annotator.store.models import (
    Answer,
    Article,
    Assignment,
    Roster,
    Sentence,
)
from annotator.text import near
from annotator.work import claim_rows, history
from annotator.work.drafts import complete
from annotator.work.homecoming_decisions import Mark, Place, store_decisions
from annotator.work.labels_in import IMPORTED, draft_of_row

ENCODING = "utf-8"


def store_chapter(place: Place, chapter: Chapter) -> None:
    """Store one article with its sentences, answers, assignments and decisions."""
    article = store_article(place, chapter)
    sentences = store_sentences(article, chapter)
    answers = store_answers(place, article, sentences, chapter)
    store_assignments(place, article, chapter)
    store_decisions(place, sentences, answers, chapter)
    db.session.flush()


def store_article(place: Place, chapter: Chapter) -> Article:
    """Store an article as it was; its cluster is named by the first article of it."""
    row = chapter.article
    text = row.text or ""
    twin = row.cluster if row.cluster not in (row.key, row.version_of) else None
    made = Article(
        project_id=place.project.id,
        key=row.key,
        title=row.title,
        publisher=row.publisher,
        author=row.author,
        url=row.url,
        published_on=row.published_on,
        language=row.language,
        licence=row.licence,
        text=text,
        sha256=row.sha256,
        encoding=ENCODING,
        splitter=row.splitter,
        sentence_count=len(chapter.sentences),
        extra={"metadata": dict(row.metadata)} if row.metadata else {},
        version=row.version,
        version_of_id=None if row.version_of is None else place.articles[row.version_of],
        cluster_id=None if twin is None else place.articles[twin],
        sketch=near.sketch(text),
    )
    db.session.add(made)
    db.session.flush()
    place.articles[row.key] = made.id
    return made


def store_sentences(article: Article, chapter: Chapter) -> dict[int, Sentence]:
    """Store the sentences as they were, never split again; return them by position."""
    made = {
        row.position: Sentence(
            article_id=article.id,
            position=row.position,
            start=row.start,
            end=row.end,
            segment=row.segment,
            paragraph=row.paragraph,
            text=row.text,
            origin=row.origin,
        )
        for row in chapter.sentences
    }
    db.session.add_all(made.values())
    db.session.flush()
    return made


def store_answers(
    place: Place, article: Article, sentences: Mapping[int, Sentence], chapter: Chapter
) -> dict[Mark, Answer]:
    """Store the answers, each with the event that begins its chain here."""
    made = {mark_of(row): answer_of(place, sentences, row) for row in chapter.answers}
    for mark, (revision, row) in taken_back(chapter, made).items():
        made[mark] = Answer(
            sentence_id=sentences[mark[0]].id,
            user_id=place.people[mark[1]],
            round=mark[2],
            revision=revision,
            codebook_version_id=place.versions[row.codebook_version].id,
            created_at=row.decided_at,
            updated_at=row.decided_at,
            claims=[],
        )
    last: dict[tuple[int, str], int] = {}
    for position, annotator, round_ in made:
        last[position, annotator] = max(round_, last.get((position, annotator), 0))
    for (position, annotator, round_), answer in made.items():
        answer.current = round_ == last[position, annotator]
    db.session.add_all(made.values())
    db.session.flush()
    at = now()
    for (position, _, _), answer in made.items():
        where = f"{article.key}#{position}"
        key = f"import-{secrets.token_hex(8)}"
        event = history.event_of(answer, where, answer.user_id, key, at, history.FIRST, IMPORTED)
        db.session.add(event)
    return made


def mark_of(row: AnswerRow) -> Mark:
    """Return which answer a row is."""
    return row.sentence or 0, row.annotator, row.round


def answer_of(place: Place, sentences: Mapping[int, Sentence], row: AnswerRow) -> Answer:
    """Return the answer of a row with its claims."""
    version = place.versions[row.codebook_version or 0]
    draft = draft_of_row(row, place.numbers)
    # The list is given, also where it is empty: else it would be asked for in the database.
    return Answer(
        sentence_id=sentences[row.sentence or 0].id,
        user_id=place.people[row.annotator],
        round=row.round,
        status=draft.status,
        complete=complete(draft, version.codebook),
        unsure=draft.unsure,
        note=draft.note,
        revision=row.revision,
        codebook_version_id=version.id,
        origin=row.origin,
        active_seconds=row.active_seconds,
        created_at=row.created_at,
        updated_at=row.updated_at,
        claims=[claim_rows.made(index, claim) for index, claim in enumerate(draft.claims)],
    )


def taken_back(
    chapter: Chapter, made: Mapping[Mark, Answer]
) -> dict[Mark, tuple[int, DecisionRow]]:
    """Return the answers that a decision rests on and that say nothing any more.

    Such an answer has no row. It is stored as one that was taken back, one revision later than
    the decision knows it, so that the decision is as stale as it was.
    """
    return {
        mark: (each.revision + 1, row)
        for row in chapter.decisions
        for each in row.basis
        if (mark := (row.sentence, each.annotator, each.round)) not in made
    }


# --- who has worked on it


def store_assignments(place: Place, article: Article, chapter: Chapter) -> None:
    """Give the article to whoever answered in it: submitted when nothing is left to decide."""
    newest: dict[tuple[int | None, str], AnswerRow] = {}
    for row in sorted(chapter.answers, key=lambda row: row.round):
        newest[row.sentence, row.annotator] = row
    rows: defaultdict[str, list[AnswerRow]] = defaultdict(list)
    for row in chapter.answers:
        if newest[row.sentence, row.annotator] is row:
            rows[row.annotator].append(row)
    for annotator, own in rows.items():
        decided = {row.sentence for row in own if row.complete}
        last = max(row.updated_at for row in own if row.updated_at)
        whole = len(decided) == len(chapter.sentences)
        db.session.add(
            Assignment(
                article_id=article.id,
                user_id=place.people[annotator],
                state="submitted" if whole else "open",
                assigned_at=min(row.created_at for row in own if row.created_at),
                submitted_at=last if whole else None,
                saved_at=last,
                decided_count=sum(bool(row.complete) for row in own),
                incomplete_count=sum(row.status is not None and not row.complete for row in own),
                unsure_count=sum(row.unsure for row in own),
                active_seconds=sum(row.active_seconds for row in own),
            )
        )
        met = dict.fromkeys(
            name
            for row in own
            for claim in row.claims
            for name in (*claim.via, claim.speaker)
            if name is not None
        )
        db.session.add_all(
            Roster(
                article_id=article.id,
                user_id=place.people[annotator],
                speaker_id=place.numbers[name],
                number=number,
            )
            for number, name in enumerate(met, start=1)
        )
