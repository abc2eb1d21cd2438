"""The work of an import as all work is kept: counted, submitted, its speakers numbered."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import insert, select, update

from annotator.store.clock import now
from annotator.store.db import among, db
from annotator.store.models import Article, Assignment, Roster
from annotator.work.labelling import saving
from annotator.work.labelling.arriving import table

# Article, annotator, how many answers of that annotator there, how many of them are decided,
# incomplete, unsure, and whether any of them counts.
Pair = tuple[int, int, int, int, int, int, bool]


def recount(pairs: Collection[tuple[int, int]]) -> None:
    """Count the answers of some assignments (article, person) anew."""
    if not pairs:
        return
    found = db.session.execute(
        select(Assignment.id, Assignment.article_id, Assignment.user_id).where(
            among(Assignment.article_id, {article for article, _ in pairs})
        )
    )
    saving.count_all([row.id for row in found if (row.article_id, row.user_id) in pairs])


def hand_in(part: Sequence[Pair], *, ends: bool) -> None:
    """Show the imported work where all work is shown: submitted when nothing is open.

    `ends`: nobody goes on with what these people have given elsewhere. Work takes a place of the
    overlap only where some of its answers count.
    """
    first, last = part[0][0], part[-1][0]
    lengths = {
        row.id: row.sentence_count
        for row in db.session.execute(
            select(Article.id, Article.sentence_count).where(Article.id.between(first, last))
        )
    }
    held = {
        (row.article_id, row.user_id): row.id
        for row in db.session.execute(
            select(Assignment.id, Assignment.article_id, Assignment.user_id).where(
                Assignment.article_id.between(first, last)
            )
        )
    }
    at = now()
    fresh = []
    for article, user, _, decided, incomplete, unsure, counts in part:
        if (article, user) in held:
            add_to(held[article, user], decided, incomplete, unsure, counts)
            continue
        whole = ends or decided == lengths[article]
        fresh.append(
            {
                "article_id": article,
                "user_id": user,
                "state": "submitted" if whole else "open",
                "submitted_at": at if whole else None,
                "imported": not counts,
                "assigned_at": at,
                "decided_count": decided,
                "incomplete_count": incomplete,
                "unsure_count": unsure,
            }
        )
    if fresh:
        db.session.execute(insert(table(Assignment)), fresh)


def add_to(number: int, decided: int, incomplete: int, unsure: int, counts: bool) -> None:
    """Add to the counts of an assignment that was there."""
    db.session.execute(
        update(Assignment)
        .where(Assignment.id == number)
        .values(
            decided_count=Assignment.decided_count + decided,
            incomplete_count=Assignment.incomplete_count + incomplete,
            unsure_count=Assignment.unsure_count + unsure,
            imported=Assignment.imported if not counts else False,
        )
        .execution_options(synchronize_session=False)
    )


def meet(roster: Sequence[Any]) -> None:
    """Give those who were here before the numbers of the speakers their new answers name."""
    held: dict[tuple[int, int], dict[int, int]] = {}
    for row in db.session.execute(
        select(Roster.article_id, Roster.user_id, Roster.speaker_id, Roster.number).where(
            among(Roster.article_id, {article for article, _, _ in roster})
        )
    ):
        held.setdefault((row.article_id, row.user_id), {})[row.speaker_id] = row.number
    rows = []
    for article, user, speakers in roster:
        met = held.get((article, user), {})
        number = max(met.values(), default=0)
        for speaker in (each for each in speakers if each not in met):
            number += 1
            rows.append(entry(article, user, speaker, number))
    if rows:
        db.session.execute(insert(table(Roster)), rows)


def entry(article: int, user: int, speaker: int, number: int) -> dict[str, int]:
    """Return one chip."""
    return {"article_id": article, "user_id": user, "speaker_id": speaker, "number": number}
