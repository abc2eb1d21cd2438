"""Answers that lie aside until their import is complete: how they get their places.

All of an import becomes visible in one short step, or, where there are more answers than such a
step can move, in several, article by article, without anything between them; whatever ends the
process between two of them, the next start carries out the rest. Long reads wait for that.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from annotator.phrases import both_numbers
from annotator.store.clock import now
from annotator.store.db import Steps, db
from annotator.store.models import (
    Answer,
    Article,
    Assignment,
    Membership,
    Project,
    Repair,
    Roster,
    Sentence,
    Speaker,
    StagedAnswer,
    Staging,
    User,
)
from annotator.work import independence, labelling, staging
from annotator.work.arriving import table
from annotator.work.errors import RefusedError

# At some 3 microseconds an answer a third of a second.
AT_ONCE = 100_000

# Article, annotator, how many answers of that annotator there, how many of them are decided,
# incomplete, unsure, and whether any of them counts.
Pair = tuple[int, int, int, int, int, int, bool]


def parts(pairs: Iterable[Pair]) -> list[list[Pair]]:
    """Divide an import by articles into parts that appear one after the other."""
    made: list[list[Pair]] = []
    held, last = AT_ONCE, None
    for pair in sorted(pairs):
        if pair[0] != last and held >= AT_ONCE:
            made.append([])
            held = 0
        made[-1].append(pair)
        held += pair[2]
        last = pair[0]
    return made


def appear(number: int) -> Steps[None]:
    """Give all answers of an import their places; the first step may refuse, no later one does.

    Raises:
        RefusedError: something here has changed meanwhile; nothing was stored.

    """
    plan = staging.plan_of(number)
    if not plan["shown"]:
        refuse_answered(number, plan)
        try:
            yield partial(open_up, number, plan)
        except IntegrityError:
            refuse_answered(number, plan)
            raise
    for part in plan["parts"][plan["shown"] :]:
        yield partial(show, number, plan, part)
    yield from staging.clean(number)


def open_up(number: int, plan: staging.Plan) -> None:
    """Let an import begin to appear: its people, its speakers and its first part."""
    note = db.session.get_one(Staging, number)
    project_id, hidden = note.project_id or 0, note.hidden_id
    # Nobody else joins the project or imports into it before this is over.
    db.session.execute(select(Project.id).where(Project.id == project_id).with_for_update())
    refuse_repaired(plan)
    join(project_id, plan["people"])
    bring_speakers(project_id, hidden)
    plan["shown"] = 1
    staging.move(number, state=state_after(plan), plan=plan)
    place(number, plan["parts"][0], plan["known"])
    meet(plan["roster"])


def show(number: int, plan: staging.Plan, part: Sequence[Pair]) -> None:
    """Let a further part appear; who has answered since the first one keeps their answers."""
    plan["shown"] += 1
    staging.move(number, staging.APPEARING, state=state_after(plan), plan=plan)
    late = answered(number, plan, part[0][0], part[-1][0])
    staging.drop([row.id for row in late])
    place(number, part, plan["known"])
    for row in late:
        recount(row.article_id, row.user_id)


def state_after(plan: staging.Plan) -> str:
    """Return the state of an import once the part at hand has appeared."""
    return staging.CLEANING if plan["shown"] == len(plan["parts"]) else staging.APPEARING


def refuse_answered(number: int, plan: staging.Plan) -> None:
    """Refuse where somebody has answered meanwhile what the import answers, too."""
    found = answered(number, plan, plan["parts"][0][0][0], plan["parts"][-1][-1][0])
    if found:
        place = f"Sentence {both_numbers(found[0].position)} of “{found[0].key}”"
        raise RefusedError(
            f"{place} was answered here while the import ran."
            " Nothing was stored; with --skip the answers that are here stay as they are."
        )


def answered(number: int, plan: staging.Plan, first: int, last: int) -> Sequence[Any]:
    """Return the staged answers of some articles whose places have been taken meanwhile.

    Only those who were here before can have answered; a part of an import, or all of it.
    """
    if not plan["known"]:
        return ()
    here = aliased(Answer)
    return db.session.execute(
        select(Answer.id, Answer.user_id, StagedAnswer.article_id, Article.key, Sentence.position)
        .join(StagedAnswer, StagedAnswer.answer_id == Answer.id)
        .join(Sentence, Sentence.id == StagedAnswer.sentence_id)
        .join(Article, Article.id == Sentence.article_id)
        .join(
            here,
            (here.sentence_id == StagedAnswer.sentence_id)
            & (here.user_id == Answer.user_id)
            & (here.round == Answer.round),
        )
        .where(
            StagedAnswer.staging_id == number,
            StagedAnswer.article_id.between(first, last),
            Answer.user_id.in_(plan["known"]),
        )
        .order_by(Article.key, Sentence.position)
    ).all()


def refuse_repaired(plan: staging.Plan) -> None:
    """Refuse where the sentences are not any more what the rows were checked against."""
    articles = {pair[0] for part in plan["parts"] for pair in part}
    since = select(Repair.article_id, Article.key).join(Repair.article)
    for row in db.session.execute(since.where(Repair.id > plan["repair"])):
        if row.article_id in articles:
            raise RefusedError(
                f"Sentences of “{row.key}” were repaired while the import ran."
                " Nothing was stored; run it again."
            )


def join(project_id: int, people: Mapping[str, int]) -> None:
    """Let those who come with the import belong to the project.

    They get no role, so nobody is given work who cannot sign in.
    """
    taken = db.session.scalars(
        select(Membership.pseudonym).where(
            Membership.project_id == project_id, Membership.pseudonym.in_(people)
        )
    ).all()
    if taken:
        raise RefusedError(
            f"Somebody else became {', '.join(sorted(taken))} while the import ran."
            " Nothing was stored; run it again."
        )
    rows = [
        {
            "user_id": user,
            "project_id": project_id,
            "pseudonym": pseudonym,
            "annotator": False,
            "adjudicator": False,
            "lead": False,
        }
        for pseudonym, user in people.items()
    ]
    if rows:
        db.session.execute(insert(table(Membership)), rows)


def bring_speakers(project_id: int, hidden: int) -> None:
    """Move new speakers into the register; one whom somebody else has added by now is merged."""
    fresh = select(Speaker.name).where(Speaker.project_id == hidden)
    there = db.session.scalars(
        select(Speaker).where(Speaker.project_id == project_id, Speaker.name.in_(fresh))
    ).all()
    for each in there:
        own = db.session.scalars(
            select(Speaker).where(Speaker.project_id == hidden, Speaker.name == each.name)
        ).one()
        own.merged_into_id = each.merged_into_id or each.id
        own.name = f"{own.name} (imported {own.id})"
    db.session.flush()
    db.session.execute(
        update(Speaker)
        .where(Speaker.project_id == hidden)
        .values(project_id=project_id)
        .execution_options(synchronize_session=False)
    )


def place(number: int, part: Sequence[Pair], known: Sequence[int]) -> None:
    """Put the answers of some articles where they belong, and count them."""
    first, last = part[0][0], part[-1][0]
    mine = (StagedAnswer.staging_id == number) & StagedAnswer.article_id.between(first, last)
    target = (
        select(StagedAnswer.sentence_id)
        .where(StagedAnswer.answer_id == Answer.id)
        .scalar_subquery()
    )
    db.session.execute(
        update(Answer)
        .where(Answer.id.in_(select(StagedAnswer.answer_id).where(mine)))
        .values(sentence_id=target, aside_in_id=None)
        .execution_options(synchronize_session=False)
    )
    hand_in(part)
    independence.mark_informed([pair[:2] for pair in part if pair[1] in known])
    settle_rounds(number, first, last, known)


def settle_rounds(number: int, first: int, last: int, known: Sequence[int]) -> None:
    """Where somebody has answers of several rounds now, let the newest one be current."""
    if not known:
        return
    other = aliased(Answer)
    pairs = db.session.execute(
        select(StagedAnswer.article_id, Answer.user_id)
        .join(Answer, Answer.id == StagedAnswer.answer_id)
        .join(
            other,
            (other.sentence_id == Answer.sentence_id)
            & (other.user_id == Answer.user_id)
            & (other.round != Answer.round),
        )
        .where(
            StagedAnswer.staging_id == number,
            StagedAnswer.article_id.between(first, last),
            Answer.user_id.in_(known),
        )
        .distinct()
    ).all()
    for article, user in pairs:
        independence.mark_current(
            db.session.get_one(Article, article), db.session.get_one(User, user)
        )
        recount(article, user)


def recount(article: int, user: int) -> None:
    """Count somebody's answers in an article anew."""
    found = select(Assignment).where(Assignment.article_id == article, Assignment.user_id == user)
    labelling.count(db.session.scalars(found).one())


def hand_in(part: Sequence[Pair]) -> None:
    """Show the imported work where all work is shown: submitted when nothing is open.

    It takes a place of the overlap only where some of its answers count.
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
        whole = decided == lengths[article]
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
            Roster.user_id.in_({user for _, user, _ in roster}),
            Roster.article_id.in_({article for article, _, _ in roster}),
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
