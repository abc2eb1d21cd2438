"""Asks the annotators of a sentence to look again: who is reached, and how they get it back."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select

from annotator.errors import RefusedError
from annotator.phrases import sentence_number
from annotator.store.db import db
from annotator.store.models import Assignment, Decision, Sentence
from annotator.work.accounts.memberships import pseudonyms_of
from annotator.work.adjudication.deciding import Case, ReasonMissingError, case_of
from annotator.work.assignment import leaving
from annotator.work.consensus import decisions
from annotator.work.consensus.comparison import Comparison
from annotator.work.consensus.content import ASK, ASKED, Content
from annotator.work.consensus.decisions import Act
from annotator.work.labelling import independence


def ask(sentence: Sentence, words: str, act: Act) -> Decision:
    """Ask the annotators of a sentence to look again: their articles are returned with a note.

    Raises:
        AlreadyDecidedError: somebody else acted meanwhile.
        RefusedError: no question was put, or nobody can answer it.

    """
    decision = decisions.locked(sentence)
    if decision is not None and decisions.replayed(decision, act.key):
        return decision
    words = question_of(words)
    decision = decisions.current(sentence, act)
    case = case_of(sentence, decision)
    before = decisions.content_of(decision) if decision else Content(ASKED)
    content = replace(before, state=ASKED, reason=words)
    asked_of(case)  # refuses where nobody can answer
    reached = reachable(sentence, case.comparison)
    give_back(sentence, [assignment.user_id for assignment in reached], words)
    return decisions.write_down(sentence, decision, content, act, ASK)


@dataclass(frozen=True)
class Asked:
    """Whom a question reaches, by pseudonym: who gets a submitted article back, and who has it."""

    article: str
    returned: tuple[str, ...]
    reading: tuple[str, ...]

    def before(self) -> str:
        """Say what asking will do."""
        said = ""
        if self.returned:
            said = (
                f"This returns the submitted article {self.article} to {listed(self.returned)}, who"
                " can change every answer in it until it is submitted again."
            )
        if self.reading:
            said += (
                f" {listed(self.reading)} still {'has' if len(self.reading) == 1 else 'have'} it"
                " open and will see the question there."
            )
        return said.strip()

    def after(self) -> str:
        """Say what asking has done."""
        said = "Question sent."
        if self.returned:
            said += f" Article {self.article} is returned to {listed(self.returned)}."
        if self.reading:
            said += f" {listed(self.reading)} will see the question in the open article."
        return said


def question_of(words: str) -> str:
    """Return a question to the annotators, or refuse an empty one."""
    words = words.strip()
    if not words:
        raise ReasonMissingError("Enter a question: it goes to the annotators as a note.")
    return words


def listed(names: Sequence[str]) -> str:
    """Return names as words: "A01, A02 and A03"."""
    *first, last = names
    return f"{', '.join(first)} and {last}" if first else last


def asked_of(case: Case) -> Asked:
    """Return whom a question about a sentence reaches, or refuse where nobody can answer it."""
    names = pseudonyms_of(case.sentence.article.project)
    reached: dict[bool, list[str]] = {True: [], False: []}
    for assignment in reachable(case.sentence, case.comparison):
        reached[assignment.state == "submitted"].append(names[assignment.user_id])
    if not any(reached.values()):
        raise RefusedError(
            "No annotator can be asked: those who answered this sentence have left, or"
            " their assignments were closed."
        )
    returned, reading = (tuple(sorted(reached[each])) for each in (True, False))
    return Asked(case.sentence.article.key, returned, reading)


def reachable(sentence: Sentence, comparison: Comparison) -> Sequence[Assignment]:
    """Return the work of those who answered a sentence and can answer it again."""
    return db.session.scalars(
        select(Assignment)
        .where(
            Assignment.article_id == sentence.article_id,
            Assignment.user_id.in_([reading.user_id for reading in comparison.readings]),
            Assignment.state != "closed",
            Assignment.imported.is_(False),
            ~leaving.has_left(),
        )
        .order_by(Assignment.id)
    ).all()


def give_back(sentence: Sentence, user_ids: Iterable[int], words: str) -> None:
    """Return the article to these annotators with a note that names the sentence."""
    line = f"The adjudicator asks about sentence {sentence_number(sentence.position)}: {words}"
    assignments = db.session.scalars(
        select(Assignment)
        .where(
            Assignment.article_id == sentence.article_id,
            Assignment.user_id.in_(list(user_ids)),
        )
        .order_by(Assignment.id)
        .with_for_update()
    )
    for assignment in assignments:
        again = assignment.state == "returned" and assignment.note
        assignment.note = f"{assignment.note} · {line}" if again else line
        if assignment.state == "submitted":
            assignment.state = "returned"
            independence.given_back(assignment, sentence)
        else:
            independence.expose(assignment.user_id, [sentence.id], independence.ASKED)
