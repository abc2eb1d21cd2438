"""Keep beside a changed answer what was given independently, and who learned of others' answers.

What is stored is sorted by what can be known. Known are questions of adjudicators, which returned
articles, and appeals, which prove that gold was seen. Not known is when a lead returned an article
and when gold was looked at. Where an article was handed in once, so that it may have been returned,
round 1 becomes the answer as it was when adjudication of its sentence began: that one certainly was
independent. What was said later is round 2.
"""

import hashlib
import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

KINDS = {
    "kind_known": (
        "kind IN ('save', 'undo', 'redo', 'import')",
        "kind IN ('save', 'undo', 'redo', 'import', 'keep')",
    ),
    "undoes_whole": (
        "(kind IN ('save', 'import')) = (undoes IS NULL)",
        "(kind IN ('save', 'import', 'keep')) = (undoes IS NULL)",
    ),
}
FIRST = "0" * 64
MOMENT = sa.DateTime(timezone=True)


def table(name: str, *columns: str, **typed: Any) -> Any:
    """Return a table with the columns that are needed here."""
    plain: list[Any] = [sa.column(each) for each in columns]
    return sa.table(name, *plain, *(sa.column(each, kind) for each, kind in typed.items()))


answers = table(
    "answers", "id", "sentence_id", "user_id", "round", "status", "note", "revision",
    "codebook_version_id", "origin", "active_seconds", complete=sa.Boolean, unsure=sa.Boolean,
    current=sa.Boolean, created_at=MOMENT, updated_at=MOMENT,
)  # fmt: skip
claims = table(
    "claims", "id", "answer_id", "position", "speaker_id", "stance", "certainty", "mention_start",
    "mention_end", "aspect", "note", conditional=sa.Boolean, evidence=sa.JSON,
)  # fmt: skip
vias = table("vias", "claim_id", "position", "speaker_id")
events = table(
    "answer_events", "answer_id", "revision", "user_id", "key", "content", "hash", "kind",
    "undoes", "article_id", at=MOMENT,
)  # fmt: skip
sentences = table("sentences", "id", "article_id")
assignments = table(
    "assignments", "article_id", "user_id", "state", submitted_at=MOMENT, informed=sa.Boolean
)
decisions = table("decisions", "id", "sentence_id", decided_at=MOMENT)
decision_events = table("decision_events", "decision_id", "kind", at=MOMENT)
appeals = table("appeals", "decision_id", "user_id", at=MOMENT)
exposures = table("exposures", "user_id", "sentence_id", "how", at=MOMENT)


def set_kinds(which: int) -> None:
    """Set the checks of an event's kind to those of before (0) or after (1)."""
    with op.batch_alter_table("answer_events", schema=None) as batch_op:
        for name, texts in KINDS.items():
            batch_op.drop_constraint(batch_op.f(f"ck_answer_events_{name}"), type_="check")
            batch_op.create_check_constraint(batch_op.f(f"ck_answer_events_{name}"), texts[which])


def upgrade() -> None:
    set_kinds(1)
    op.add_column(
        "answers", sa.Column("current", sa.Boolean(), server_default=sa.true(), nullable=False)
    )
    op.add_column(
        "assignments",
        sa.Column("informed", sa.Boolean(), server_default=sa.false(), nullable=False),
    )
    op.create_table(
        "exposures",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("sentence_id", sa.Integer(), nullable=False),
        sa.Column("how", sa.String(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "how IN ('asked', 'returned', 'gold', 'answers')", name=op.f("ck_exposures_how_known")
        ),
        sa.ForeignKeyConstraint(
            ["sentence_id"], ["sentences.id"], name=op.f("fk_exposures_sentence_id_sentences")
        ),
        sa.ForeignKeyConstraint(["user_id"], ["users.id"], name=op.f("fk_exposures_user_id_users")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_exposures")),
        sa.UniqueConstraint(
            "user_id", "sentence_id", name=op.f("uq_exposures_user_id_sentence_id")
        ),
    )
    with op.batch_alter_table("exposures", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_exposures_sentence_id"), ["sentence_id"], unique=False)
    connection = op.get_bind()
    later = answers.alias()
    superseded = sa.exists().where(
        later.c.sentence_id == answers.c.sentence_id,
        later.c.user_id == answers.c.user_id,
        later.c.round > answers.c.round,
    )
    connection.execute(answers.update().where(superseded).values(current=False))
    begun = adjudication_begun(connection)
    if begun:
        known = expose(connection, begun)
        sort_into_rounds(connection, begun, known)


def adjudication_begun(connection: sa.Connection) -> dict[int, tuple[int, datetime]]:
    """Return the article of each sentence that somebody acted on, and when that began."""
    first = sa.func.coalesce(sa.func.min(decision_events.c.at), decisions.c.decided_at)
    rows = connection.execute(
        sa.select(decisions.c.sentence_id, sentences.c.article_id, sa.type_coerce(first, MOMENT))
        .select_from(
            decisions.join(sentences, sentences.c.id == decisions.c.sentence_id).outerjoin(
                decision_events, decision_events.c.decision_id == decisions.c.id
            )
        )
        .group_by(decisions.c.sentence_id, sentences.c.article_id, decisions.c.decided_at)
    )
    return {row[0]: (row[1], utc(row[2])) for row in rows}


Known = dict[tuple[int, int], datetime]


def expose(connection: sa.Connection, begun: dict[int, tuple[int, datetime]]) -> Known:
    """Store what is known of who learned what, and when; return it by person and sentence."""
    of_article: dict[int, list[int]] = {}
    for sentence, (article, _) in begun.items():
        of_article.setdefault(article, []).append(sentence)
    found: list[tuple[datetime, int, int, str]] = []
    asked = connection.execute(
        sa.select(decisions.c.sentence_id, decision_events.c.at, answers.c.user_id)
        .select_from(
            decision_events.join(decisions, decisions.c.id == decision_events.c.decision_id).join(
                answers, answers.c.sentence_id == decisions.c.sentence_id
            )
        )
        .where(decision_events.c.kind == "ask", answers.c.created_at <= decision_events.c.at)
    ).all()
    for sentence, at, user in asked:
        for other in of_article[begun[sentence][0]]:
            if other == sentence:
                found.append((utc(at), user, sentence, "asked"))
            elif begun[other][1] <= utc(at):
                found.append((utc(at), user, other, "returned"))
    shown = connection.execute(
        sa.select(decisions.c.sentence_id, appeals.c.user_id, appeals.c.at).join(
            decisions, decisions.c.id == appeals.c.decision_id
        )
    ).all()
    found += [(utc(at), user, sentence, "gold") for sentence, user, at in shown]
    now = datetime.now(UTC)
    returned = connection.execute(
        sa.select(assignments.c.article_id, assignments.c.user_id).where(
            assignments.c.state == "returned"
        )
    ).all()
    for article, user in returned:
        found += [(now, user, other, "returned") for other in of_article.get(article, ())]
    known: Known = {}
    for at, user, sentence, how in sorted(found):
        if (user, sentence) in known:
            continue
        known[user, sentence] = at
        connection.execute(
            exposures.insert().values(user_id=user, sentence_id=sentence, how=how, at=at)
        )
    for user, article in {(user, begun[sentence][0]) for user, sentence in known}:
        connection.execute(
            assignments.update()
            .where(assignments.c.user_id == user, assignments.c.article_id == article)
            .values(informed=True)
        )
    return known


def sort_into_rounds(
    connection: sa.Connection, begun: dict[int, tuple[int, datetime]], known: Known
) -> None:
    """Make what was said after independence ended round 2, and keep beside it what was before."""
    for row in changed_since(connection):
        article, began = begun[row.sentence_id]
        chain = connection.execute(
            sa.select(events).where(events.c.answer_id == row.id).order_by(events.c.revision)
        ).all()
        if may_be_returned(connection, article, row.user_id) and sort(
            connection, row, chain, began, is_sure=False
        ):
            continue
        ended = known.get((row.user_id, row.sentence_id))
        if ended is not None:
            sort(connection, row, chain, ended, is_sure=True)


def sort(
    connection: sa.Connection, row: Any, chain: Sequence[Any], ended: datetime, *, is_sure: bool
) -> bool:
    """Make an answer round 2 if it was changed after a moment; say whether it was.

    Where it `is_sure` that independence ended then, what was begun or given after it is round 2,
    too; else only what was complete before.
    """
    before = [each for each in chain if utc(each.at) <= ended]
    after = [each for each in chain[len(before) :] if each.user_id == row.user_id]
    said = json.loads(before[-1].content) if before else None
    if not after or not (is_sure or (said and said["complete"])):
        return False
    if said and not differ(said, json.loads(chain[-1].content)):
        return False
    # There is one answer of a round, so this one makes room first.
    moved = answers.update().where(answers.c.id == row.id).values(round=2)
    connection.execute(moved.values(created_at=utc(after[0].at)) if said else moved)
    if said:
        keep(connection, row, before[-1], said)
    return True


def changed_since(connection: sa.Connection) -> list[Any]:
    """Return the answers that their annotators changed after adjudication began."""
    began = sa.func.coalesce(
        sa.select(sa.func.min(decision_events.c.at))
        .where(decision_events.c.decision_id == decisions.c.id)
        .scalar_subquery(),
        decisions.c.decided_at,
    )
    later = sa.exists().where(
        events.c.answer_id == answers.c.id,
        events.c.user_id == answers.c.user_id,
        events.c.kind.in_(("save", "undo", "redo")),
        events.c.at > began,
    )
    return list(
        connection.execute(
            sa.select(answers)
            .join(decisions, decisions.c.sentence_id == answers.c.sentence_id)
            .where(answers.c.round == 1, answers.c.current, later)
            .order_by(answers.c.id)
        )
    )


def may_be_returned(connection: sa.Connection, article: int, user: int) -> bool:
    """Say whether a person's article was ever handed in: then a lead may have returned it."""
    row = connection.execute(
        sa.select(assignments.c.state, assignments.c.submitted_at).where(
            assignments.c.article_id == article, assignments.c.user_id == user
        )
    ).first()
    return row is not None and (row.state != "open" or row.submitted_at is not None)


def differ(one: dict[str, Any], other: dict[str, Any]) -> bool:
    """Say whether two contents of an answer say different things."""
    names = ("status", "complete", "unsure", "note", "claims")
    return any(one[name] != other[name] for name in names)


def keep(connection: sa.Connection, row: Any, event: Any, said: dict[str, Any]) -> None:
    """Store an answer as it was at one event, as round 1 beside the answer as it is."""
    number = connection.execute(
        answers.insert()
        .values(
            sentence_id=row.sentence_id,
            user_id=row.user_id,
            round=1,
            current=False,
            status=said["status"],
            complete=said["complete"],
            unsure=said["unsure"],
            note=said["note"],
            revision=event.revision,
            codebook_version_id=said["codebook_version_id"],
            origin=said["origin"],
            active_seconds=said["active_seconds"],
            created_at=utc(row.created_at),
            updated_at=utc(event.at),
        )
        .returning(answers.c.id)
    ).scalar_one()
    for position, claim in enumerate(said["claims"]):
        start, end = claim["mention"] or (None, None)
        of_claim = connection.execute(
            claims.insert()
            .values(
                answer_id=number,
                position=position,
                speaker_id=claim["speaker_id"],
                stance=claim["stance"],
                certainty=claim["certainty"],
                mention_start=start,
                mention_end=end,
                conditional=claim["conditional"],
                aspect=claim["aspect"],
                evidence=claim["evidence"],
                note=claim["note"],
            )
            .returning(claims.c.id)
        ).scalar_one()
        for place, link in enumerate(claim["via"]):
            connection.execute(
                vias.insert().values(claim_id=of_claim, position=place, speaker_id=link["id"])
            )
    at, key = datetime.now(UTC), f"keep-{row.id}"
    moment = at.isoformat(timespec="microseconds")
    line = [FIRST, event.revision, moment, row.user_id, key, event.content, "keep", None]
    connection.execute(
        events.insert().values(
            answer_id=number,
            revision=event.revision,
            at=at,
            user_id=row.user_id,
            key=key,
            content=event.content,
            hash=hashlib.sha256(json.dumps(line, ensure_ascii=False).encode()).hexdigest(),
            kind="keep",
            undoes=None,
            article_id=event.article_id,
        )
    )


def utc(at: datetime) -> datetime:
    """Return a stored moment with its zone."""
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


def downgrade() -> None:
    connection = op.get_bind()
    for kept, own in kept_ones(connection):
        mine = sa.select(claims.c.id).where(claims.c.answer_id == kept)
        connection.execute(vias.delete().where(vias.c.claim_id.in_(mine)))
        connection.execute(claims.delete().where(claims.c.answer_id == kept))
        connection.execute(events.delete().where(events.c.answer_id == kept))
        connection.execute(answers.delete().where(answers.c.id == kept))
        connection.execute(answers.update().where(answers.c.id == own).values(round=1))
    op.drop_table("exposures")
    with op.batch_alter_table("assignments", schema=None) as batch_op:
        batch_op.drop_column("informed")
    with op.batch_alter_table("answers", schema=None) as batch_op:
        batch_op.drop_column("current")
    set_kinds(0)


def kept_ones(connection: sa.Connection) -> Iterator[tuple[int, int]]:
    """Yield each answer that was kept as round 1, and the one that went on as round 2."""
    rows = connection.execute(
        sa.select(events.c.answer_id, events.c.key).where(events.c.kind == "keep")
    ).all()
    for kept, key in rows:
        yield kept, int(key.removeprefix("keep-"))
