"""Gives answers another value where a new version of the codebook has retired theirs.

It is one act in one transaction, so that no reader ever sees half of it. Each answer gets a
revision and an event, signed by the lead, in its chain. Whoever saves in between is held back by
the locks of the assignments, and what was written on a page from before is refused as stale, with
both versions. Decisions get the same values and stay their adjudicator's; they go on resting on
the answers, which nobody has thought over. Speakers get another type, each with a change in the
history of the register. The undo gives back every answer that nobody
has saved since.
"""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import func, insert, or_, select, update

from annotator.codebook.scheme import Codebook
from annotator.errors import NotFoundError, RefusedError
from annotator.store.clock import now
from annotator.store.db import among, db
from annotator.store.marking import mark_answers
from annotator.store.models import (
    Answer,
    AnswerEvent,
    Article,
    Assignment,
    Claim,
    CodebookVersion,
    DecisionBasis,
    Project,
    RemappedAnswer,
    Remapping,
    User,
    WorklistAnswer,
)
from annotator.work import shelving
from annotator.work.codebook import remapped_decisions, remapped_types
from annotator.work.codebook.mappings import OF_CLAIMS, Values, key_of
from annotator.work.labelling import history, saving
from annotator.work.labelling.drafts import complete

BATCH = 500
UNSEEN = {"synchronize_session": False}


@dataclass(frozen=True)
class Undone:
    """What an undo gave back, and what it left as it is because somebody has acted since."""

    answers: int
    answers_left: int
    decisions: int
    decisions_left: int
    speakers: int = 0
    speakers_left: int = 0


def apply(project: Project, version: CodebookVersion, values: Values, user: User) -> Remapping:
    """Give every answer and decision that has one of these values the other one."""
    made = Remapping(
        project_id=project.id,
        codebook_version_id=version.id,
        values={field: dict(each) for field, each in values.items() if each},
        user_id=user.id,
        at=now(),
    )
    db.session.add(made)
    db.session.flush()
    lock(project)
    held = [*concerned(project, values)]
    for some in batches(held):
        change(some, made, values)
    count_again(project)
    made.answers = len(held)
    decided = remapped_decisions.deciding(project, values)
    made.decided_under = {
        str(each.id): version_id
        for each in decided
        if (version_id := remapped_decisions.decide(each, made, values)) is not None
    }
    made.decisions = len(made.decided_under)
    remapped_types.change(made)
    db.session.flush()
    return made


def count_again(project: Project) -> None:
    """Count what is complete in each assignment anew."""
    places = [each for each in (project.id, shelving.shelf_of(project.id)) if each]
    query = select(Assignment.id).join(Article, Article.id == Assignment.article_id)
    found = db.session.scalars(query.where(Article.project_id.in_(places))).all()
    for some in batches(found):
        saving.count_all(some)


def lock(project: Project) -> None:
    """Hold back whoever saves in this project, until the act is stored."""
    db.session.execute(
        select(Assignment.id)
        .join(Article, Article.id == Assignment.article_id)
        .where(Article.project_id == project.id)
        .order_by(Assignment.id)
        .with_for_update(of=Assignment)
    ).all()


def concerned(project: Project, values: Values) -> list[int]:
    """Return the answers that have one of the values, in any round, set aside or not."""
    has = [
        getattr(Claim, field).in_(list(values[field])) for field in OF_CLAIMS if values.get(field)
    ]
    claiming = select(Claim.answer_id).where(or_(*has)) if has else select(Claim.answer_id).limit(0)
    wanted = [Answer.id.in_(claiming)]
    if values.get("status"):
        wanted.append(Answer.status.in_(list(values["status"])))
    versions = select(CodebookVersion.id).where(CodebookVersion.project_id == project.id)
    return list(
        db.session.scalars(
            select(Answer.id)
            .where(Answer.codebook_version_id.in_(versions), or_(*wanted))
            .order_by(Answer.id)
        )
    )


def batches(numbers: Sequence[int]) -> Iterator[list[int]]:
    """Yield numbers some at a time."""
    left = iter(numbers)
    while some := list(islice(left, BATCH)):
        yield some


def heads_of(answers: Collection[int]) -> Sequence[Any]:
    """Return the answers with the last event of each."""
    return db.session.execute(
        select(
            Answer.id,
            Answer.revision,
            Answer.updated_at,
            Answer.codebook_version_id,
            AnswerEvent.content,
            AnswerEvent.hash,
            AnswerEvent.article_id,
        )
        .join(
            AnswerEvent,
            (AnswerEvent.answer_id == Answer.id) & (AnswerEvent.revision == Answer.revision),
        )
        .where(among(Answer.id, answers))
        .order_by(Answer.id)
        .with_for_update(of=Answer)
    ).all()


def change(answers: Collection[int], made: Remapping, values: Values) -> None:
    """Write a revision and an event of each answer, with the other values."""
    rows = heads_of(answers)
    key = key_of(made)
    db.session.execute(
        insert(RemappedAnswer),
        [
            {
                "remapping_id": made.id,
                "answer_id": row.id,
                "revision": row.revision + 1,
                "updated_at": row.updated_at,
                "codebook_version_id": row.codebook_version_id,
            }
            for row in rows
        ],
    )
    codebook = db.session.get_one(CodebookVersion, made.codebook_version_id).codebook
    version = made.codebook_version_id
    contents = {row.id: mapped(row.content, values, version, codebook) for row in rows}
    write_down(rows, contents, made.user_id, key, made.at)
    for field in OF_CLAIMS:
        for old, new in values.get(field, {}).items():
            db.session.execute(
                update(Claim)
                .where(among(Claim.answer_id, answers), getattr(Claim, field) == old)
                .values({field: new}),
                execution_options=UNSEEN,
            )
    wholes = {number: json.loads(content)["complete"] for number, content in contents.items()}
    for whole in sorted({*wholes.values()}):
        said = {"codebook_version_id": version, "updated_at": made.at, "complete": whole}
        some = [number for number, each in wholes.items() if each is whole]
        db.session.execute(
            update(Answer).where(among(Answer.id, some)).values(said), execution_options=UNSEEN
        )
    for old, new in values.get("status", {}).items():
        db.session.execute(
            update(Answer)
            .where(among(Answer.id, answers), Answer.status == old)
            .values(status=new),
            execution_options=UNSEEN,
        )


def write_down(
    rows: Sequence[Any], contents: Mapping[int, str], user_id: int, key: str, at: Any
) -> None:
    """Write the next event of each answer, raise its revision and that of what rests on it."""
    db.session.execute(
        insert(AnswerEvent),
        [
            {
                "answer_id": row.id,
                "revision": row.revision + 1,
                "at": at,
                "user_id": user_id,
                "key": key,
                "content": contents[row.id],
                "hash": history.chain_hash(
                    row.hash, row.revision + 1, at, user_id, key, contents[row.id]
                ),
                "kind": history.SAVE,
                "undoes": None,
                "article_id": row.article_id,
            }
            for row in rows
        ],
    )
    answers = [row.id for row in rows]
    revision = select(Answer.revision).where(Answer.id == DecisionBasis.answer_id)
    db.session.execute(
        update(DecisionBasis)
        .where(
            among(DecisionBasis.answer_id, answers),
            DecisionBasis.revision == revision.scalar_subquery(),
        )
        .values(revision=DecisionBasis.revision + 1),
        execution_options=UNSEEN,
    )
    # An answer on a worklist is still to be looked at: it was not its annotator who changed it.
    revision = select(Answer.revision).where(Answer.id == WorklistAnswer.answer_id)
    db.session.execute(
        update(WorklistAnswer)
        .where(
            among(WorklistAnswer.answer_id, answers),
            WorklistAnswer.revision == revision.scalar_subquery(),
        )
        .values(revision=WorklistAnswer.revision + 1),
        execution_options=UNSEEN,
    )
    db.session.execute(
        update(Answer).where(among(Answer.id, answers)).values(revision=Answer.revision + 1),
        execution_options=UNSEEN,
    )
    mark_answers(answers)


def mapped(content: str, values: Values, version_id: int, codebook: Codebook) -> str:
    """Return the content of an event with the other values, under another codebook version."""
    said = json.loads(content)
    for claim in said["claims"]:
        for field in OF_CLAIMS:
            claim[field] = values.get(field, {}).get(claim[field], claim[field])
    said["status"] = values.get("status", {}).get(said["status"], said["status"])
    said["codebook_version_id"] = version_id
    # Another codebook may ask for more of a claim, or for less.
    said["complete"] = complete(history.draft_said(said), codebook)
    return json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


# --- the undo


def remappings_of(project: Project) -> list[Remapping]:
    """Return what was done to the answers of a project, the newest first."""
    return list(
        db.session.scalars(
            select(Remapping)
            .where(Remapping.project_id == project.id)
            .order_by(Remapping.id.desc())
        )
    )


def undo(project: Project, number: int, user: User) -> Undone:
    """Give back what answers and decisions said before, where nobody has acted since.

    Raises:
        NotFoundError, RefusedError: there is no such act, or it is undone already.

    """
    made = db.session.scalar(
        select(Remapping)
        .where(Remapping.id == number, Remapping.project_id == project.id)
        .with_for_update(of=Remapping)
        .execution_options(populate_existing=True)
    )
    if made is None:
        raise NotFoundError("There is no such act in this project.")
    if made.undone_at is not None:
        raise RefusedError("This is already undone.")
    lock(project)
    made.undone_at, made.undone_by_id = now(), user.id
    all_of_it = select(func.count()).where(RemappedAnswer.remapping_id == made.id)
    total = db.session.scalar(all_of_it) or 0
    untouched = db.session.scalars(
        select(Answer.id)
        .join(RemappedAnswer, RemappedAnswer.answer_id == Answer.id)
        .where(RemappedAnswer.remapping_id == made.id, RemappedAnswer.revision == Answer.revision)
        .order_by(Answer.id)
    ).all()
    for some in batches(untouched):
        give_back(some, made, user)
    count_again(project)
    decisions, left = remapped_decisions.give_back(made, user)
    speakers, changed = remapped_types.give_back(made)
    db.session.flush()
    return Undone(len(untouched), total - len(untouched), decisions, left, speakers, changed)


def give_back(answers: Collection[int], made: Remapping, user: User) -> None:
    """Write a revision of each answer that says what it said before the act."""
    rows = heads_of(answers)
    before = {
        row.answer_id: row
        for row in db.session.execute(
            select(
                RemappedAnswer.answer_id,
                RemappedAnswer.updated_at,
                RemappedAnswer.codebook_version_id,
                AnswerEvent.content,
            )
            .join(
                AnswerEvent,
                (AnswerEvent.answer_id == RemappedAnswer.answer_id)
                & (AnswerEvent.revision == RemappedAnswer.revision - 1),
            )
            .where(RemappedAnswer.remapping_id == made.id, among(RemappedAnswer.answer_id, answers))
        )
    }
    contents = {number: row.content for number, row in before.items()}
    write_down(rows, contents, user.id, key_of(made, "undo"), made.undone_at)
    said = {number: json.loads(content) for number, content in contents.items()}
    claims = db.session.execute(
        select(Claim.id, Claim.answer_id, Claim.position)
        .where(among(Claim.answer_id, answers))
        .order_by(Claim.id)
    ).all()
    if claims:
        db.session.execute(
            update(Claim),
            [
                {"id": claim.id}
                | {f: said[claim.answer_id]["claims"][claim.position][f] for f in OF_CLAIMS}
                for claim in claims
            ],
        )
    db.session.execute(
        update(Answer),
        [
            {
                "id": number,
                "status": said[number]["status"],
                "complete": said[number]["complete"],
                "updated_at": row.updated_at,
                "codebook_version_id": row.codebook_version_id,
            }
            for number, row in before.items()
        ],
    )
