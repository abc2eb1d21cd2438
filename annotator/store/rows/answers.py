"""One person's answer to a sentence with its claims, and the speakers that they name."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Executable, Select, Table, bindparam, delete, insert, select, update

from annotator.store.db import among, db
from annotator.store.models import Answer, Claim, Roster, Sentence, Speaker, Via
from annotator.store.rows.prepared import made, prepared

ANSWERS, CLAIMS = cast(Table, Answer.__table__), cast(Table, Claim.__table__)
VIAS, ROSTER = cast(Table, Via.__table__), cast(Table, Roster.__table__)


@dataclass(slots=True)
class SpeakerRow:
    """Whoever claims something."""

    id: int
    name: str
    type: str
    wording: str | None
    merged_into_id: int | None
    merged_into: "SpeakerRow | None" = None

    @property
    def today(self) -> "SpeakerRow":
        """Return the speaker that counts today, which a lead may have made another."""
        return self.merged_into or self


@dataclass(slots=True)
class ViaRow:
    """One link of the chain through which a claim reaches us, outermost first."""

    position: int
    speaker_id: int
    speaker: SpeakerRow


@dataclass(slots=True)
class ClaimRow:
    """What one speaker holds in one sentence."""

    id: int
    position: int
    speaker_id: int | None
    stance: str | None
    certainty: str | None
    mention_start: int | None
    mention_end: int | None
    conditional: bool
    aspect: str | None
    evidence: list[list[int]]
    note: str
    speaker: SpeakerRow | None
    via: list[ViaRow]


@dataclass(slots=True)
class AnswerRow:
    """One annotator's whole word on one sentence."""

    id: int
    sentence_id: int
    user_id: int
    round: int
    status: str | None
    complete: bool
    unsure: bool
    note: str
    revision: int
    codebook_version_id: int
    origin: str
    active_seconds: int
    created_at: datetime
    updated_at: datetime
    claims: list[ClaimRow]


@dataclass(slots=True)
class RosterRow:
    """A speaker that a person has met in an article, and its number there."""

    speaker_id: int
    number: int
    speaker: SpeakerRow


# What labelling asks of an answer, a claim, … is the same of a row and of an object.
AnyAnswer = Answer | AnswerRow
AnyClaim = Claim | ClaimRow
AnySpeaker = Speaker | SpeakerRow

OF_ANSWER = (
    Answer.id,
    Answer.sentence_id,
    Answer.user_id,
    Answer.round,
    Answer.status,
    Answer.complete,
    Answer.unsure,
    Answer.note,
    Answer.revision,
    Answer.codebook_version_id,
    Answer.origin,
    Answer.active_seconds,
    Answer.created_at,
    Answer.updated_at,
)
OF_CLAIM = (
    Claim.id,
    Claim.position,
    Claim.speaker_id,
    Claim.stance,
    Claim.certainty,
    Claim.mention_start,
    Claim.mention_end,
    Claim.conditional,
    Claim.aspect,
    Claim.evidence,
    Claim.note,
)
OF_SPEAKER = (Speaker.id, Speaker.name, Speaker.type, Speaker.wording, Speaker.merged_into_id)
AFTER_ANSWER = len(OF_ANSWER)
AFTER_CLAIM = AFTER_ANSWER + len(OF_CLAIM)
AFTER_SPEAKER = AFTER_CLAIM + len(OF_SPEAKER)
Found = Sequence[Any]


# --- reading


def read_answer(sentence_id: int, user_id: int) -> AnswerRow | None:
    """Return a person's newest answer to a sentence with its claims, as it is stored now."""
    found = answers_from(to_sentence.rows({"sentence": sentence_id, "user": user_id}))
    return found[0] if found else None


def read_answers(article_id: int, low: int, high: int, user_id: int) -> list[AnswerRow]:
    """Return a person's newest answers to the sentences between two positions, both included."""
    given = {"article": article_id, "low": low, "high": high, "user": user_id}
    return answers_from(to_stretch.rows(given))


def read_everybodys_answers(sentences: Collection[int]) -> list[AnswerRow]:
    """Return everybody's newest answers to some sentences, by the number of the answer."""
    query = whole_answers().where(among(Answer.sentence_id, sentences), Answer.current)
    return answers_from(db.session.connection().execute(query))


def newest_answers() -> Select[*tuple[Any, ...]]:
    """Return the query of a person's newest answers."""
    return whole_answers().where(Answer.user_id == bindparam("user"), Answer.current)


def whole_answers() -> Select[*tuple[Any, ...]]:
    """Return the query of answers with all that is in them: a row for each link of each claim.

    In one statement: most answers have one claim and no chain.
    """
    columns = (*OF_ANSWER, *OF_CLAIM, *OF_SPEAKER, Via.position, Via.speaker_id)
    return (
        select(*(column.label(f"_{number}") for number, column in enumerate(columns)))
        .outerjoin(Claim, Claim.answer_id == Answer.id)
        .outerjoin(Speaker, Speaker.id == Claim.speaker_id)
        .outerjoin(Via, Via.claim_id == Claim.id)
        .order_by(Answer.id, Claim.position, Via.position)
    )


@prepared
def to_sentence() -> Executable:
    """Return the query of `read_answer`."""
    return newest_answers().where(Answer.sentence_id == bindparam("sentence"))


@prepared
def to_stretch() -> Executable:
    """Return the query of `read_answers`."""
    return (
        newest_answers()
        .join(Sentence, Sentence.id == Answer.sentence_id)
        .where(
            Sentence.article_id == bindparam("article"),
            Sentence.position.between(bindparam("low"), bindparam("high")),
        )
    )


def answers_from(rows: Iterable[Found]) -> list[AnswerRow]:
    """Put answers together from their rows, which come in order."""
    answers: list[AnswerRow] = []
    named: list[SpeakerRow] = []
    links: list[tuple[ClaimRow, int, int]] = []
    answer: AnswerRow | None = None
    claim: ClaimRow | None = None
    for row in rows:
        if answer is None or answer.id != row[0]:
            answer, claim = made(AnswerRow, *row[:AFTER_ANSWER], []), None
            answers.append(answer)
        number = row[AFTER_ANSWER]
        if number is None:
            continue
        if claim is None or claim.id != number:
            speaker = None
            if row[AFTER_CLAIM] is not None:
                speaker = SpeakerRow(*row[AFTER_CLAIM:AFTER_SPEAKER])
                named.append(speaker)
            claim = made(ClaimRow, *row[AFTER_ANSWER:AFTER_CLAIM], speaker, [])
            answer.claims.append(claim)
        if row[AFTER_SPEAKER] is not None:
            links.append((claim, row[AFTER_SPEAKER], row[AFTER_SPEAKER + 1]))
    add_merged(named)
    if links:
        chained = read_speakers({number for _, _, number in links})
        for of_claim, position, number in links:
            of_claim.via.append(ViaRow(position, number, chained[number]))
    return answers


def read_speakers(numbers: Collection[int]) -> dict[int, SpeakerRow]:
    """Return these speakers, by number, each with the one that counts today."""
    query = select(*OF_SPEAKER).where(among(Speaker.id, numbers))
    found = [SpeakerRow(*row) for row in db.session.connection().execute(query)]
    add_merged(found)
    return {speaker.id: speaker for speaker in found}


def add_merged(speakers: Collection[SpeakerRow]) -> None:
    """Let speakers know into whom they were merged; few were."""
    wanted = {each.merged_into_id for each in speakers if each.merged_into_id is not None}
    if wanted:
        today = read_speakers(wanted)
        for each in speakers:
            if each.merged_into_id is not None:
                each.merged_into = today[each.merged_into_id]


def read_roster(article_id: int, user_id: int) -> list[RosterRow]:
    """Return the speakers a person has met in an article, in order of first use."""
    rows = roster.rows({"article": article_id, "user": user_id})
    found = [RosterRow(row[0], row[1], SpeakerRow(*row[2:])) for row in rows]
    add_merged([entry.speaker for entry in found])
    return found


@prepared
def roster() -> Executable:
    """Return the query of `read_roster`."""
    return (
        select(Roster.speaker_id, Roster.number, *OF_SPEAKER)
        .join(Speaker, Speaker.id == Roster.speaker_id)
        .where(Roster.article_id == bindparam("article"), Roster.user_id == bindparam("user"))
        .order_by(Roster.number)
    )


# --- writing

SAID = (
    "round", "status", "complete", "unsure", "note", "revision", "codebook_version_id", "origin",
    "active_seconds", "created_at", "updated_at",
)  # fmt: skip
# SQLite writes an index anew where one of its columns is set, though to what it was. So what hardly
# ever changes is set by statements of its own.
CHANGES = tuple(name for name in SAID if name not in ("round", "created_at"))
IN_CLAIM = (
    "stance", "certainty", "mention_start", "mention_end", "conditional", "aspect", "evidence",
    "note",
)  # fmt: skip
OF_NEW_CLAIM = ("position", "speaker_id", *IN_CLAIM)


def insert_answer(answer: AnswerRow, *, current: bool = True) -> None:
    """Store a new answer without its claims; its number is that of the row from then on."""
    given = {name: getattr(answer, name) for name in ("sentence_id", "user_id", *SAID)}
    answer.id = answer_insert.value({**given, "current": current})


@prepared
def answer_insert() -> Executable:
    """Return the statement of `insert_answer`."""
    names = ("sentence_id", "user_id", *SAID, "current")
    values: dict[str, Any] = {name: bindparam(name) for name in names}
    return insert(ANSWERS).values(values).returning(ANSWERS.c.id)


def update_answer(answer: AnswerRow) -> None:
    """Store what an answer says now, without its claims, its round and when that began."""
    answer_update.rows({"number": answer.id, **{name: getattr(answer, name) for name in CHANGES}})


@prepared
def answer_update() -> Executable:
    """Return the statement of `update_answer`."""
    values: dict[str, Any] = {name: bindparam(name) for name in CHANGES}
    return update(ANSWERS).where(ANSWERS.c.id == bindparam("number")).values(values)


def update_round(answer: AnswerRow) -> None:
    """Store the round of an answer and when that began."""
    given = {"number": answer.id, "round": answer.round, "created_at": answer.created_at}
    round_update.rows(given)


@prepared
def round_update() -> Executable:
    """Return the statement of `update_round`."""
    values: dict[str, Any] = {name: bindparam(name) for name in ("round", "created_at")}
    return update(ANSWERS).where(ANSWERS.c.id == bindparam("number")).values(values)


def write_claims(answer: AnswerRow, claims: Sequence[ClaimRow]) -> None:
    """Make these the claims of an answer: a row keeps its position and changes where it differs."""
    for index, claim in enumerate(claims):
        there = answer.claims[index] if index < len(answer.claims) else None
        values: Mapping[str, Any] = {name: getattr(claim, name) for name in IN_CLAIM}
        if there is None:
            of_new = {"position": index, "speaker_id": claim.speaker_id}
            claim.id = claim_insert.value({"answer_id": answer.id, **of_new, **values})
        else:
            claim.id = there.id
            given = {"number": there.id, **values}
            if claim.speaker_id != there.speaker_id:
                speaker_update.rows({**given, "speaker_id": claim.speaker_id})
            elif values != {name: getattr(there, name) for name in IN_CLAIM}:
                claim_update.rows(given)
        write_chain(claim, there.via if there else [])
    if len(claims) < len(answer.claims):
        claims_delete.rows({"answer": answer.id, "count": len(claims)})
    answer.claims = list(claims)


def write_chain(claim: ClaimRow, there: Sequence[ViaRow]) -> None:
    """Make the chain of a claim what it says, where another is stored."""
    chain = [link.speaker_id for link in claim.via]
    if chain == [link.speaker_id for link in there]:
        return
    if there:
        vias_delete.rows({"claim": claim.id})
    for position, number in enumerate(chain):
        via_insert.rows({"claim_id": claim.id, "position": position, "speaker_id": number})


@prepared
def claim_insert() -> Executable:
    """Return the statement that adds a claim."""
    values: dict[str, Any] = {name: bindparam(name) for name in ("answer_id", *OF_NEW_CLAIM)}
    return insert(CLAIMS).values(values).returning(CLAIMS.c.id)


@prepared
def claim_update() -> Executable:
    """Return the statement that changes a claim, but for its speaker."""
    values: dict[str, Any] = {name: bindparam(name) for name in IN_CLAIM}
    return update(CLAIMS).where(CLAIMS.c.id == bindparam("number")).values(values)


@prepared
def speaker_update() -> Executable:
    """Return the statement that changes a claim with its speaker."""
    values: dict[str, Any] = {name: bindparam(name) for name in ("speaker_id", *IN_CLAIM)}
    return update(CLAIMS).where(CLAIMS.c.id == bindparam("number")).values(values)


@prepared
def claims_delete() -> Executable:
    """Return the statement that deletes the claims after the first few, and their chains."""
    return delete(CLAIMS).where(
        CLAIMS.c.answer_id == bindparam("answer"), CLAIMS.c.position >= bindparam("count")
    )


@prepared
def vias_delete() -> Executable:
    """Return the statement that deletes the chain of a claim."""
    return delete(VIAS).where(VIAS.c.claim_id == bindparam("claim"))


@prepared
def via_insert() -> Executable:
    """Return the statement that adds a link to a chain."""
    return insert(VIAS).values(
        {name: bindparam(name) for name in ("claim_id", "position", "speaker_id")}
    )


def insert_roster(article_id: int, user_id: int, entry: RosterRow) -> None:
    """Give a speaker that a person has met in an article its number there."""
    roster_insert.rows(
        {
            "article_id": article_id,
            "user_id": user_id,
            "speaker_id": entry.speaker_id,
            "number": entry.number,
        }
    )


@prepared
def roster_insert() -> Executable:
    """Return the statement of `insert_roster`."""
    names = ("article_id", "user_id", "speaker_id", "number")
    return insert(ROSTER).values({name: bindparam(name) for name in names})
