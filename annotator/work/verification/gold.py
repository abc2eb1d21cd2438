"""Gold made again from the answers and decisions of a release, by the rules that made it."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial

from annotator.codebook.scheme import Codebook
from annotator.formats.labels.rows import counted_rows, newest
from annotator.formats.release import folder as names
from annotator.measure.rounds import NEWEST
from annotator.work.consensus.comparison import Comparison, Reading, without_repeats
from annotator.work.consensus.content import Taken
from annotator.work.consensus.voting import Majority
from annotator.work.gold.building import (
    DIGITS,
    INCOMPLETE,
    NOT_COUNTED,
    UNANSWERED,
    Decided,
    GoldRow,
    Place,
    Rules,
    gold_row,
    in_file_order,
    written,
)
from annotator.work.labelling.drafts import ClaimDraft
from annotator.work.releases.settings import redacted
from annotator.work.verification.faults import MOST, Fault
from annotator.work.verification.first_difference import first_difference
from annotator.work.verification.model import Learned
from annotator.work.verification.walk import Row, SentenceRow

SPLIT = "split"
MODELLED = ("how", "status", "claims", "fields", "margin", "posterior", "open")
"""What may rest on more than the answers to the sentence itself, where a model decides."""


class Regilded:
    """Makes the gold row of each sentence again, with numbers in the place of names.

    A model learns from all answers, so one changed answer moves what it makes of others. What a
    row has from its own answers is held against them at once; what only the model makes otherwise
    is kept for the end (`modelled`), so that nobody has to look for the cause among its effects.
    """

    def __init__(
        self,
        project: str,
        speakers: Sequence[Row],
        codebook: Codebook,
        learned: Learned,
        *,
        with_text: bool,
    ) -> None:
        self.project = project
        self.codebook = codebook
        self.learned = learned
        self.numbers = dict(learned.people)
        self.people = {number: name for name, number in self.numbers.items()}
        self.late: list[Fault] = []
        self.with_text = with_text
        self.speakers = {each["name"]: number for number, each in enumerate(speakers)}
        self.named = {number: (each["name"], each["type"]) for number, each in enumerate(speakers)}

    def faults(self, sentence: SentenceRow) -> Iterator[Fault]:
        """Yield where the gold row of a sentence is not what answers and decision give."""
        if sentence.gold is None:
            return
        found = {key: value for key, value in sentence.gold[1].items() if key != SPLIT}
        if found == written(self.row(sentence)):  # as nearly all do, to the last digit
            return
        expected = self.row(sentence)
        if first_difference(found, expected, DIGITS) is None:
            return
        if isinstance(self.learned.voting, Majority):
            yield fault(sentence, found, expected, "the answers and decisions give")
        elif first_difference(*own(found, expected)) is not None:
            yield fault(sentence, *own(found, expected), "the answers and decisions give")
        elif self.learned.voting is not None and len(self.late) <= MOST:
            self.late.append(fault(sentence, found, expected, f"“{self.learned.method}” gives"))

    def modelled(self) -> Iterator[Fault]:
        """Yield what only the model makes otherwise, once all sentences have been read."""
        yield from self.late

    def row(self, sentence: SentenceRow) -> GoldRow:
        """Return the gold row of a sentence."""
        people = People(self.numbers, self.people)
        comparison = in_file_order(self.comparison(sentence, people), people.names)
        rules = Rules(self.codebook.claims_status.value, self.learned.voting, self.learned.by_count)
        decision = sentence.decision and self.decision(sentence.decision[1], people)
        made = gold_row(self.place(sentence), comparison, decision, rules, waiting(sentence))
        return next(redacted([made], text=self.with_text, notes=True))

    def comparison(self, sentence: SentenceRow, people: "People") -> Comparison:
        """Return the answers that count, as they are read from the database."""
        return Comparison(
            tuple(
                Reading(
                    people.answer(row["annotator"], row["round"]),
                    people.number(row["annotator"]),
                    row["revision"],
                    row["status"],
                    row["unsure"],
                    row["note"],
                    without_repeats(
                        (self.claim(claim) for claim in row["claims"]), self.codebook.labels
                    ),
                )
                for row in counted_rows((row for _, row in sentence.answers), NEWEST)
            ),
            self.codebook.labels,
        )

    def claim(self, claim: Row) -> ClaimDraft:
        """Return one claim with the numbers of its speakers."""
        mention = claim["mention"]
        return ClaimDraft(
            speaker=self.speakers[claim["speaker"]],
            stance=claim["stance"],
            certainty=claim["certainty"],
            mention=(mention["start"], mention["end"]) if mention else None,
            via=tuple(self.speakers[link] for link in claim["via"]),
            conditional=claim["conditional"],
            aspect=claim["aspect"],
            evidence=tuple((span["start"], span["end"]) for span in claim["evidence"]),
            note=claim["note"],
        )

    def place(self, sentence: SentenceRow) -> Place:
        """Return the sentence as gold rows need it."""
        row = sentence.row
        return Place(
            self.project,
            row["article"],
            row["sentence"],
            row["start"],
            row["end"],
            row["segment"],
            row.get("text", ""),
            partial(span_of, sentence.article.text or ""),
            self.named,
        )

    def decision(self, row: Row, people: "People") -> Decided:
        """Return a decision; whose claim each was does not matter here."""
        soft = row["soft"]
        return Decided(
            row["state"],
            row["how"],
            row["status"],
            [Taken(self.claim(claim)) for claim in row["claims"]],
            row["fields"],
            soft and {**soft, "claims": [self.soft(claim) for claim in soft["claims"]]},
            row["adjudicator"],
            row["reason"],
            row["rule"],
            row["codebook_version"],
            datetime.fromisoformat(row["decided_at"]),
            people.basis(row["basis"]),
        )

    def soft(self, claim: Row) -> Row:
        """Return a claim of a soft label with the number of its speaker."""
        return {**claim, "speaker_id": self.speakers[claim["speaker"]]}


class People:
    """Numbers for the people of a release, and for the answers to one sentence."""

    def __init__(self, numbers: dict[str, int], people: dict[int, str]) -> None:
        self.numbers = numbers
        self.names = people
        self.answers: dict[tuple[str, int], int] = {}

    def number(self, name: str) -> int:
        """Return the number of a person."""
        number = self.numbers.setdefault(name, len(self.numbers))
        self.names[number] = name
        return number

    def answer(self, name: str, round_: int) -> int:
        """Return the number of an answer."""
        return self.answers.setdefault((name, round_), len(self.answers) + 1)

    def basis(self, rows: Sequence[Row]) -> dict[int, int]:
        """Return on which revision of which answer a decision rests."""
        return {self.answer(row["annotator"], row["round"]): row["revision"] for row in rows}


def own(found: GoldRow, expected: GoldRow) -> tuple[GoldRow, GoldRow]:
    """Return of two rows what rests on the answers and the decision of their sentence alone."""
    rows = tuple(
        {key: value for key, value in row.items() if key not in MODELLED}
        for row in (found, expected)
    )
    if len(found["claims"]) == len(expected["claims"]):
        for row, whole in zip(rows, (found, expected), strict=True):
            row["claims"] = [{"votes": claim["votes"]} for claim in whole["claims"]]
    return rows[0], rows[1]


def fault(sentence: SentenceRow, found: GoldRow, expected: GoldRow, source: str) -> Fault:
    """Return the first difference of two rows of a sentence; `source` gives the expected one."""
    unlike_at = first_difference(found, expected, DIGITS)
    if unlike_at is None or sentence.gold is None:
        raise ValueError(f"{sentence.place} has no row without faults")
    place, here, there = unlike_at
    said = f"“{place}” is {here}; {source} {there} ({sentence.place})"
    return Fault(names.table_name(names.GOLD), sentence.gold[0], said)


def span_of(text: str, start: int, end: int) -> Row:
    """Return a span of a text with its words."""
    return {"start": start, "end": end, "text": text[start:end]}


def waiting(sentence: SentenceRow) -> str:
    """Return why a sentence without a decision has no answer that counts (see `gold.waiting`)."""
    found = newest(row for _, row in sentence.answers)
    begun = [row["complete"] for row in found if row["status"] is not None]
    if not begun:
        return UNANSWERED
    return NOT_COUNTED if any(begun) else INCOMPLETE
