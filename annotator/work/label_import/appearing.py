"""Answers that lie aside until their import is complete: how they get their places.

All of an import becomes visible in one short step, or, where there are more answers than such a
step can move, in several, article by article, without anything between them; whatever ends the
process between two of them, the next start carries out the rest. Long reads wait for that. An
article with more answers than a step can move appears person by person, so whatever counts the work
of a person is right in between, too.
"""

import time
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import aliased

from annotator.errors import RefusedError
from annotator.phrases import both_numbers
from annotator.store.db import Steps, among, db
from annotator.store.marking import mark_where
from annotator.store.models import (
    Answer,
    Article,
    Assignment,
    LabelImport,
    Membership,
    Project,
    Repair,
    Sentence,
    Speaker,
    StagedAnswer,
    Staging,
    User,
)
from annotator.work import staging
from annotator.work.accounts import model_members
from annotator.work.label_import.handing_in import Pair, hand_in, meet, recount
from annotator.work.labelling import independence
from annotator.work.labelling.arriving import table

# So many answers are one part. Each person's work in an article, with its counts and chips, takes
# as long as some answers more. A step shows as many parts as the one before could have shown in
# so many seconds, whatever the machine is and whoever else works on it.
AT_ONCE, WORK = 2_500, 10
SECONDS = 0.1


def parts(pairs: Iterable[Pair]) -> list[list[Pair]]:
    """Divide an import into parts that appear one after the other.

    Each is whole articles, or some people's answers of one article that has too many.
    """
    made: list[list[Pair]] = [[]]
    held = 0
    for _, group in groupby(sorted(pairs), itemgetter(0)):
        own = list(group)
        whole = sum(pair[2] + WORK for pair in own)
        wanted = whole  # a whole article where it can be, else each person's answers
        for pair in own:
            if made[-1] and held + wanted > AT_ONCE:
                made.append([])
                held = 0
            made[-1].append(pair)
            held += pair[2] + WORK
            wanted = 0 if whole <= AT_ONCE else pair[2] + WORK
        if whole > AT_ONCE:
            held = AT_ONCE
    return made


def appear(number: int) -> Steps[None]:
    """Give all answers of an import their places; the first step may refuse, no later one does.

    Raises:
        RefusedError: something here has changed meanwhile; nothing was stored.

    """
    if (state := staging.state_of(number)) in (staging.STORING, staging.APPEARING):
        plan = staging.plan_of(number)
        if state == staging.STORING:
            refuse_answered(number, plan)
            try:
                yield partial(open_up, number, plan)
            except IntegrityError:
                refuse_answered(number, plan)
                raise
        many = 1
        while (shown := staging.shown_of(number)) is not None:
            held = yield partial(show, number, plan, shown, many)
            many = parts_in(SECONDS, many, held)
    yield from staging.clean(number)


def parts_in(seconds: float, many: int, held: float) -> int:
    """Return how many parts the next step shows, after one of so many took `held` seconds."""
    return max(1, min(2 * many, int(many * seconds / max(held, 0.001))))


def open_up(number: int, plan: staging.Plan) -> None:
    """Let an import begin to appear: its people, its speakers and its first part."""
    note = db.session.get_one(Staging, number)
    project_id, hidden = note.project_id or 0, note.hidden_id
    # Nobody else joins the project or imports into it before this is over.
    db.session.execute(select(Project.id).where(Project.id == project_id).with_for_update())
    refuse_repaired(plan)
    join_models(project_id, plan)
    join(project_id, {k: v for k, v in plan["people"].items() if k not in plan.get("models", ())})
    bring_speakers(project_id, hidden)
    db.session.execute(
        update(LabelImport)
        .where(LabelImport.project_id == hidden)
        .values(project_id=project_id)
        .execution_options(synchronize_session=False)
    )
    staging.move(number, state=state_after(plan, 1), shown=1)
    place(number, plan["parts"][0], plan)


def show(number: int, plan: staging.Plan, shown: int, many: int = 1) -> float:
    """Let further parts appear; who has answered since the first one keeps their answers.

    Two processes may finish one import at once: what the other one has done meanwhile stays.
    Returns the seconds that it took.
    """
    begun = time.monotonic()
    if staging.shown_of(number, lock=True) != shown:
        return 0.0
    parts = plan["parts"][shown : shown + many]
    last = shown + len(parts)
    staging.move(number, staging.APPEARING, state=state_after(plan, last), shown=last)
    for part in parts:
        hold_back(part, plan["known"])
        late = answered(number, plan, part)
        staging.drop([row.id for row in late])
        place(number, part, plan)
        recount({(row.article_id, row.user_id) for row in late})
    return time.monotonic() - begun


def hold_back(part: Sequence[Pair], known: Sequence[int]) -> None:
    """Hold back whoever saves in a part of an import, until it has appeared."""
    if known:
        db.session.execute(
            select(Assignment.id)
            .where(
                Assignment.article_id.between(part[0][0], part[-1][0]),
                among(Assignment.user_id, known),
            )
            .order_by(Assignment.id)
            .with_for_update()
        ).all()


def of_part(number: int, part: Sequence[Pair]) -> ColumnElement[bool]:
    """Return the condition that an answer is of a part of an import."""
    first, last = part[0], part[-1]
    staged = Answer.id.in_(
        select(StagedAnswer.answer_id).where(
            StagedAnswer.staging_id == number, StagedAnswer.article_id.between(first[0], last[0])
        )
    )
    one = first[0] == last[0]
    return staged & Answer.user_id.between(first[1], last[1]) if one else staged


def state_after(plan: staging.Plan, shown: int) -> str:
    """Return the state of an import once so many of its parts have appeared."""
    return staging.CLEANING if shown == len(plan["parts"]) else staging.APPEARING


def refuse_answered(number: int, plan: staging.Plan) -> None:
    """Refuse where somebody has answered meanwhile what the import answers, too."""
    whole = [pair for part in plan["parts"] for pair in part]
    found = answered(number, plan, whole)
    if found:
        place = f"Sentence {both_numbers(found[0].position)} of “{found[0].key}”"
        raise RefusedError(
            f"{place} was answered while the import ran. Nothing was stored; with --skip"
            " existing answers are kept."
        )


def answered(number: int, plan: staging.Plan, part: Sequence[Pair]) -> Sequence[Any]:
    """Return the staged answers of a part whose places have been taken meanwhile.

    Only those who were here before can have answered.
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
        .where(of_part(number, part), among(Answer.user_id, plan["known"]))
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
                " Nothing was stored; run the import again."
            )


def join(project_id: int, people: Mapping[str, int]) -> None:
    """Let those who come with the import belong to the project.

    They get no role, so nobody is given work who cannot sign in.
    """
    taken = db.session.scalars(
        select(Membership.pseudonym).where(
            Membership.project_id == project_id, among(Membership.pseudonym, people)
        )
    ).all()
    if taken:
        raise RefusedError(
            f"Pseudonyms were taken while the import ran: {', '.join(sorted(taken))}."
            " Nothing was stored; run the import again."
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


def join_models(project_id: int, plan: staging.Plan) -> None:
    """Let the new models of an import belong to the project, each under its name."""
    project = db.session.get_one(Project, project_id)
    for who, facts in plan.get("models", {}).items():
        account = db.session.get_one(User, plan["people"][who])
        model_members.enrol(project, account, **facts)


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


def place(number: int, part: Sequence[Pair], plan: staging.Plan) -> None:
    """Put the answers of a part where they belong, count them, and number their speakers."""
    target = (
        select(StagedAnswer.sentence_id)
        .where(StagedAnswer.answer_id == Answer.id)
        .scalar_subquery()
    )
    db.session.execute(
        update(Answer)
        .where(of_part(number, part))
        .values(sentence_id=target, aside_in_id=None)
        .execution_options(synchronize_session=False)
    )
    mark_where(Sentence.id.in_(select(Answer.sentence_id).where(of_part(number, part))))
    workless = set(plan.get("workless", ()))  # models answer, and are given no work
    if work := [pair for pair in part if pair[1] not in workless]:
        hand_in(work, ends=plan.get("ends", False))
    known = set(plan["known"])
    own = {(article, user) for article, user, *_ in part if user in known}
    if own:
        independence.mark_informed({article for article, _ in own})
        settle_rounds(number, part, plan["known"])
        meet([each for each in plan["roster"] if (each[0], each[1]) in own])


def settle_rounds(number: int, part: Sequence[Pair], known: Sequence[int]) -> None:
    """Where somebody has answers of several rounds now, let the newest one be current."""
    other = aliased(Answer)
    rows = db.session.execute(
        select(StagedAnswer.article_id, Answer.user_id, Answer.id, other.id.label("other"))
        .join(StagedAnswer, StagedAnswer.answer_id == Answer.id)
        .join(
            other,
            (other.sentence_id == Answer.sentence_id)
            & (other.user_id == Answer.user_id)
            & (other.round != Answer.round),
        )
        .where(of_part(number, part), among(Answer.user_id, known))
    ).all()
    if rows:
        independence.mark_newest({each for row in rows for each in (row.id, row.other)})
        recount({(row.article_id, row.user_id) for row in rows})
