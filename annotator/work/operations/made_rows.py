"""The rows of a made project: they wait until there are many, and are stored table by table."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from annotator.measure.origins import HUMAN
from annotator.store import bulk
from annotator.store.models import (
    Alias,
    Answer,
    AnswerEvent,
    Article,
    Assignment,
    Claim,
    Exposure,
    Roster,
    Sentence,
    Speaker,
    Via,
)
from annotator.text import fingerprint, near
from annotator.text.splitters import ENGLISH
from annotator.work.labelling import history
from annotator.work.labelling.independence import ANSWERS
from annotator.work.operations.made_articles import MadeArticle
from annotator.work.operations.made_readings import Reading, Said

# In an order in which every row finds those that it points at; each has its number before these.
COLUMNS: Mapping[Any, Sequence[str]] = {
    Article: (
        "project_id", "key", "title", "publisher", "author", "url", "published_on", "text",
        "sha256", "sentence_count", "sketch", "imported_at", "user_id",
    ),
    Sentence: ("article_id", "position", "start", "end", "segment", "paragraph", "text"),
    Speaker: ("project_id", "name", "type", "wording", "created_at", "user_id"),
    Assignment: (
        "article_id", "user_id", "state", "order", "assigned_at", "submitted_at", "decided_count",
        "incomplete_count", "unsure_count", "active_seconds", "saved_at", "informed",
    ),
    Answer: (
        "sentence_id", "user_id", "status", "complete", "unsure", "note", "revision",
        "codebook_version_id", "active_seconds", "created_at", "updated_at", "round", "current",
    ),
    Claim: (
        "answer_id", "position", "speaker_id", "stance", "certainty", "mention_start",
        "mention_end", "conditional",
    ),
    Via: ("claim_id", "position", "speaker_id"),
    AnswerEvent: (
        "answer_id", "revision", "at", "user_id", "key", "content", "hash", "article_id", "kind",
    ),
    Exposure: ("user_id", "sentence_id", "at"),
    Roster: ("article_id", "user_id", "speaker_id", "number"),
    Alias: ("speaker_id", "article_id", "text", "user_id"),
}  # fmt: skip
SAME: Mapping[Any, Mapping[str, Any]] = {
    Article: {
        "language": "en", "licence": "", "encoding": "utf-8", "splitter": ENGLISH.name,
        "for_everybody": False, "extra": "{}", "version": 1,
    },
    Sentence: {"origin": "splitter"},
    Assignment: {"imported": False, "note": ""},
    Answer: {"origin": HUMAN},
    Claim: {"evidence": "[]", "note": ""},
    Exposure: {"how": ANSWERS},
}  # fmt: skip
ANSWERS_AT_ONCE = 4000
# How long after an answer somebody has seen those of the others, and has changed it.
SEEN, CHANGED = timedelta(hours=2), timedelta(hours=3)


class Rows:
    """Rows of all tables that wait to be stored, within one write transaction."""

    def __init__(self) -> None:
        self.waiting: dict[Any, list[bulk.Row]] = {model: [] for model in COLUMNS}
        self.numbers = {model: bulk.numbers(model) for model in COLUMNS}
        self.moment = bulk.moments()

    def add(self, model: Any, *values: Any) -> int:
        """Add a row with values in the order of its columns; return its number."""
        number = next(self.numbers[model])
        self.waiting[model].append((number, *values))
        return number

    def store(self, least: int = 0) -> None:
        """Store what waits, where it is so many answers at least."""
        if len(self.waiting[Answer]) < least:
            return
        for model, rows in self.waiting.items():
            bulk.insert_rows(model, ("id", *COLUMNS[model]), rows, **SAME.get(model, {}))
            rows.clear()


class Places:
    """One article with its sentences and its speakers as rows, and the work of people on it."""

    def __init__(
        self,
        rows: Rows,
        made: MadeArticle,
        project_id: int,
        lead: int,
        imported_at: datetime,
    ) -> None:
        self.rows, self.made = rows, made
        self.number = rows.add(
            Article, project_id, made.key, made.title, made.publisher, made.author,
            address(made), made.published_on.isoformat(), made.text,
            fingerprint.digest(made.text), len(made.sentences), near.sketch(made.text),
            rows.moment(imported_at), lead,
        )  # fmt: skip
        self.sentences = [
            rows.add(
                Sentence, self.number, position, each.start, each.end, each.segment,
                each.paragraph, made.text[each.start : each.end],
            )
            for position, each in enumerate(made.sentences)
        ]  # fmt: skip
        self.speakers: list[int] = []
        self.aliases: set[tuple[int, str]] = set()

    def claim(self, said: Said) -> dict[str, Any]:
        """Return one claim as it goes into an event."""
        cast, speakers = self.made.cast, self.speakers
        return {
            "speaker_id": speakers[said.speaker],
            "speaker": cast[said.speaker].name,
            "via": [{"id": speakers[each], "name": cast[each].name} for each in said.via],
            "stance": said.stance,
            "certainty": said.certainty,
            "mention": list(said.mention) if said.mention else None,
            "conditional": said.conditional,
            "aspect": None,
            "evidence": [],
            "note": "",
        }

    def remember(self, said: Said, user_id: int) -> None:
        """Keep the mentioned words as a surface form of their speaker."""
        if said.mention:
            start, end = said.mention
            form = self.speakers[said.speaker], self.made.text[start:end]
            if form not in self.aliases:
                self.aliases.add(form)
                self.rows.add(Alias, form[0], self.number, form[1], user_id)


def address(made: MadeArticle) -> str:
    """Return an address that leads nowhere: the ending is kept free for examples."""
    host = made.publisher.lower().replace(" ", "-")
    return f"https://{host}.example/{made.published_on:%Y/%m}/{made.key}"


class Work:
    """What one person says in one article, one answer after another, with its assignment."""

    def __init__(self, places: Places, user_id: int, version_id: int, at: datetime) -> None:
        self.places, self.rows = places, places.rows
        self.user_id, self.version_id, self.at = user_id, version_id, at
        self.saved: datetime | None = None
        self.informed = False
        self.decided = self.incomplete = self.unsure = self.seconds = 0
        self.roster: dict[int, int] = {}

    def answer(self, position: int, reading: Reading, second: Reading | None = None) -> None:
        """Store an answer with its claims and its events.

        With a second reading it was changed after this person had seen the answers of others: that
        is round 2, and round 1 stays beside it as it was.
        """
        said = [each for each in (reading.first, reading) if each is not None]
        moments = [self.at + timedelta(seconds=each.seconds) for each in said]
        self.at = moments[-1] + timedelta(seconds=1)
        self.saved = max(self.saved or moments[-1], moments[-1])
        if second is None:
            number = self.row(position, reading, len(said), moments[0], moments[-1])
            self.chain(number, position, said, moments)
        else:
            self.saved = later = moments[-1] + CHANGED
            number = self.row(position, second, len(said) + 1, later, later, round_=2)
            self.chain(number, position, [*said, second], [*moments, later], rounds=2)
            kept = self.row(position, reading, len(said), moments[0], moments[-1], current=False)
            content = self.content(position, reading, 1)
            key = f"{history.KEEP}-{number}"
            self.event(kept, len(said), later, key, content, history.FIRST, history.KEPT)
            seen = self.rows.moment(moments[-1] + SEEN)
            self.rows.add(Exposure, self.user_id, self.places.sentences[position], seen)
            self.informed = True
        now = second or reading
        self.decided += now.complete
        self.incomplete += not now.complete
        self.unsure += now.unsure
        self.seconds += now.seconds

    def row(
        self,
        position: int,
        reading: Reading,
        revision: int,
        created_at: datetime,
        updated_at: datetime,
        round_: int = 1,
        *,
        current: bool = True,
    ) -> int:
        """Store the row of an answer with its claims; return its number."""
        number = self.rows.add(
            Answer, self.places.sentences[position], self.user_id, reading.status,
            reading.complete, reading.unsure, reading.note, revision, self.version_id,
            reading.seconds, self.rows.moment(created_at), self.rows.moment(updated_at), round_,
            current,
        )  # fmt: skip
        self.claims(number, reading.claims)
        return number

    def chain(
        self,
        number: int,
        position: int,
        said: Sequence[Reading],
        moments: Sequence[datetime],
        rounds: int = 1,
    ) -> None:
        """Store the events of an answer; with two rounds the last one is of round 2."""
        before = history.FIRST
        for revision, (each, at) in enumerate(zip(said, moments, strict=True), 1):
            round_ = rounds if revision == len(said) else 1
            content = self.content(position, each, round_)
            before = self.event(number, revision, at, f"made-{revision}", content, before)
            for claim in each.claims:
                self.meet(claim)

    def event(
        self,
        number: int,
        revision: int,
        at: datetime,
        key: str,
        content: str,
        before: str,
        step: history.Step = history.ORDINARY,
    ) -> str:
        """Store one event, and return its hash."""
        own = history.chain_hash(before, revision, at, self.user_id, key, content, step)
        self.rows.add(
            AnswerEvent, number, revision, self.rows.moment(at), self.user_id, key, content, own,
            self.places.number, step.kind,
        )  # fmt: skip
        return own

    def content(self, position: int, reading: Reading, round_: int) -> str:
        """Return an answer as it goes into an event."""
        said = {
            "status": reading.status,
            "complete": reading.complete,
            "unsure": reading.unsure,
            "note": reading.note,
            "codebook_version_id": self.version_id,
            "origin": HUMAN,
            "round": round_,
            "active_seconds": reading.seconds,
        }
        claims = [self.places.claim(claim) for claim in reading.claims]
        return history.content_json(f"{self.places.made.key}#{position}", said, claims)

    def meet(self, claim: Said) -> None:
        """Give the speakers of a claim the next numbers, where this person meets them first."""
        for each in (*claim.via, claim.speaker):
            speaker = self.places.speakers[each]
            if speaker not in self.roster:
                number = self.roster[speaker] = len(self.roster) + 1
                self.rows.add(Roster, self.places.number, self.user_id, speaker, number)

    def claims(self, number: int, claims: Sequence[Said]) -> None:
        """Store the claims of an answer."""
        for position, each in enumerate(claims):
            start, end = each.mention or (None, None)
            claim = self.rows.add(
                Claim, number, position, self.places.speakers[each.speaker], each.stance,
                each.certainty, start, end, each.conditional,
            )  # fmt: skip
            for index, link in enumerate(each.via):
                self.rows.add(Via, claim, index, self.places.speakers[link])
            self.places.remember(each, self.user_id)

    def assign(self, order: int, assigned_at: datetime) -> None:
        """Store the assignment: submitted where nothing is left to do."""
        is_done = self.decided == len(self.places.sentences)
        handed_in = self.saved + timedelta(seconds=20) if self.saved and is_done else None
        self.rows.add(
            Assignment, self.places.number, self.user_id, "submitted" if is_done else "open",
            order, self.rows.moment(assigned_at),
            self.rows.moment(handed_in), self.decided, self.incomplete, self.unsure, self.seconds,
            self.rows.moment(self.saved), self.informed,
        )  # fmt: skip
