"""Storing what a release says, one article after the other; everything was checked before.

An article is stored in acts that follow one another, each small enough for one short step.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from sqlalchemy import insert

from annotator.formats.labels.rows import AnswerRow
from annotator.formats.release.reading import Chapter
from annotator.measure.origins import HUMAN
from annotator.store.clock import now
from annotator.store.db import db
from annotator.store.models import Article, Assignment, Roster, Sentence
from annotator.text import near
from annotator.work.label_import.checking import draft_of_row
from annotator.work.labelling import arriving, proposals
from annotator.work.labelling.arriving import AT_ONCE, Arriving, Batch, insert_all, pieces, table
from annotator.work.labelling.drafts import complete
from annotator.work.release_import.decisions import Mark, Place, store_decisions

ENCODING = "utf-8"

# How many rows it stores, and what stores them.
Act = tuple[int, Callable[[], None]]


@dataclass
class Made:
    """The numbers of what is stored of an article so far."""

    article: int = 0
    sentences: dict[int, int] = field(default_factory=dict)
    answers: dict[Mark, int] = field(default_factory=dict)


def acts_of(place: Place, chapter: Chapter) -> Iterator[Act]:
    """Yield what stores one article with its sentences, answers, assignments and decisions."""
    made = Made()
    yield 1, partial(store_article, place, made, article_row(place, chapter), chapter)
    rows = sentence_rows(chapter)
    for piece in pieces(len(rows), AT_ONCE):
        part = rows[piece]
        yield len(part), partial(store_sentences, made, part)
    answers = [arriving_of(place, row) for row in chapter.answers]
    answers = newest_current([*answers, *taken_back(place, chapter)])
    for piece in pieces(len(answers), AT_ONCE):
        batch = arriving.prepare(answers[piece], place.names, now())
        marks = [(each.sentence, each.annotator, each.round) for each in answers[piece]]
        yield len(marks), partial(store_answers, made, marks, batch)
    work, met = work_of(place, chapter)
    for model, found in ((Assignment, work), (Roster, met)):
        for piece in pieces(len(found), AT_ONCE):
            yield len(found[piece]), partial(store_work, made, model, found[piece])
    for piece in pieces(len(chapter.decisions), AT_ONCE):
        decided = chapter.decisions[piece]
        yield len(decided), partial(decide, place, made, decided)


def article_row(place: Place, chapter: Chapter) -> dict[str, Any]:
    """Return the columns of an article as it was, but for the articles that it names."""
    row = chapter.article
    text = row.text or ""
    return {
        "project_id": place.project_id,
        "key": row.key,
        "title": row.title,
        "publisher": row.publisher,
        "author": row.author,
        "url": row.url,
        "published_on": row.published_on,
        "language": row.language,
        "licence": row.licence,
        "text": text,
        "sha256": row.sha256,
        "encoding": ENCODING,
        "splitter": row.splitter,
        "sentence_count": len(chapter.sentences),
        "extra": {"metadata": dict(row.metadata)} if row.metadata else {},
        "version": row.version,
        "sketch": near.sketch(text),
    }


def store_article(place: Place, made: Made, columns: dict[str, Any], chapter: Chapter) -> None:
    """Store an article; its cluster is named by the first article of it."""
    row = chapter.article
    twin = row.cluster if row.cluster not in (row.key, row.version_of) else None
    columns["version_of_id"] = None if row.version_of is None else place.articles[row.version_of]
    columns["cluster_id"] = None if twin is None else place.articles[twin]
    (made.article,) = insert_all(Article, [columns])
    place.articles[row.key] = made.article


def sentence_rows(chapter: Chapter) -> list[dict[str, Any]]:
    """Return the columns of the sentences as they were, never split again."""
    names = ("position", "start", "end", "segment", "paragraph", "text", "origin")
    found = proposals.columns(
        [(row.start, row.paragraph, row.text or "") for row in chapter.sentences]
    )
    return [
        {**{name: getattr(row, name) for name in names}, "proposals": own}
        for row, own in zip(chapter.sentences, found, strict=True)
    ]


def store_sentences(made: Made, rows: list[dict[str, Any]]) -> None:
    """Store some sentences of an article."""
    numbers = insert_all(Sentence, [{**row, "article_id": made.article} for row in rows])
    positions = (row["position"] for row in rows)
    made.sentences.update(zip(positions, numbers, strict=True))


def store_answers(made: Made, marks: list[Mark], batch: Batch) -> None:
    """Store some answers, each with the event that begins its chain here."""
    numbers = batch.put(made.article, made.sentences).store()
    made.answers.update(zip(marks, numbers, strict=True))


def arriving_of(place: Place, row: AnswerRow) -> Arriving:
    """Return the answer of a row; its sentence by position, until that is stored."""
    version = row.codebook_version or 0
    at = now()
    return Arriving(
        article=0,
        sentence=row.sentence or 0,
        where=f"{row.article}#{row.sentence or 0}",
        annotator=row.annotator,
        version=version,
        status=row.status,
        complete=complete(draft_of_row(row, {}), place.codebooks[version]),
        unsure=row.unsure,
        note=row.note,
        round=row.round,
        revision=row.revision,
        origin=row.origin,
        active_seconds=row.active_seconds,
        current=True,
        created_at=row.created_at or at,
        updated_at=row.updated_at or at,
        claims=row.claims,
    )


def taken_back(place: Place, chapter: Chapter) -> list[Arriving]:
    """Return the answers that a decision rests on and that say nothing any more.

    Such an answer has no row. It is stored as one that was taken back, one revision later than
    the decision knows it, so that the decision is as stale as it was.
    """
    there = {(row.sentence or 0, row.annotator, row.round) for row in chapter.answers}
    made: dict[Mark, Arriving] = {}
    for row in chapter.decisions:
        for each in row.basis:
            mark = (row.sentence, each.annotator, each.round)
            if mark in there:
                continue
            made[mark] = Arriving(
                article=0,
                sentence=row.sentence,
                where=f"{row.article}#{row.sentence}",
                annotator=each.annotator,
                version=row.codebook_version,
                status=None,
                complete=False,
                unsure=False,
                note="",
                round=each.round,
                revision=each.revision + 1,
                origin=HUMAN,
                active_seconds=0,
                current=True,
                created_at=row.decided_at,
                updated_at=row.decided_at,
                claims=(),
            )
    return list(made.values())


def newest_current(answers: list[Arriving]) -> list[Arriving]:
    """Let the newest answer of each annotator to a sentence, and no other, be current."""
    last: dict[tuple[int, str], int] = {}
    for each in answers:
        place = each.sentence, each.annotator
        last[place] = max(each.round, last.get(place, 0))
    return [
        replace(each, current=each.round == last[each.sentence, each.annotator]) for each in answers
    ]


# --- who has worked on it


def work_of(place: Place, chapter: Chapter) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the assignments and chips of whoever answered, but for the article.

    An assignment is submitted when nothing is left to decide.
    """
    newest: dict[tuple[int | None, str], AnswerRow] = {}
    for row in sorted(chapter.answers, key=lambda row: row.round):
        newest[row.sentence, row.annotator] = row
    rows: defaultdict[str, list[AnswerRow]] = defaultdict(list)
    for row in chapter.answers:
        if newest[row.sentence, row.annotator] is row:
            rows[row.annotator].append(row)
    work, met = [], []
    for annotator, own in rows.items():
        user_id = place.names.people[annotator]
        decided = {row.sentence for row in own if row.complete}
        last = max(row.updated_at for row in own if row.updated_at)
        whole = len(decided) == len(chapter.sentences)
        work.append(
            {
                "user_id": user_id,
                "state": "submitted" if whole else "open",
                "assigned_at": min(row.created_at for row in own if row.created_at),
                "submitted_at": last if whole else None,
                "saved_at": last,
                "decided_count": sum(bool(row.complete) for row in own),
                "incomplete_count": sum(row.status is not None and not row.complete for row in own),
                "unsure_count": sum(row.unsure for row in own),
                "active_seconds": sum(row.active_seconds for row in own),
            }
        )
        names = dict.fromkeys(
            name
            for row in own
            for claim in row.claims
            for name in (*claim.via, claim.speaker)
            if name is not None
        )
        met += [
            {"user_id": user_id, "speaker_id": place.names.speakers[name], "number": number}
            for number, name in enumerate(names, start=1)
        ]
    return work, met


def store_work(made: Made, model: Any, rows: list[dict[str, Any]]) -> None:
    """Store assignments or chips of an article."""
    found = [{**row, "article_id": made.article} for row in rows]
    db.session.execute(insert(table(model)), found)


def decide(place: Place, made: Made, rows: Any) -> None:
    """Store some decisions of an article."""
    store_decisions(place, made.sentences, made.answers, rows)
