"""Everything that changes how the answers to a sentence stand, done at random through the program.

What is refused changes nothing, and is done as often as it comes.
"""

from itertools import count

from sqlalchemy import select

from annotator.errors import RefusedError
from annotator.formats.labels import rows as annotation_rows
from annotator.store.db import db, write, write_in_steps
from annotator.store.models import (
    Article,
    Assignment,
    Decision,
    DecisionEvent,
    Sentence,
    Speaker,
    SpeakerChange,
)
from annotator.work.accounts import accounts, memberships
from annotator.work.adjudication import asking, bulk, deciding, undoing
from annotator.work.adjudication.deciding import DecisionDraft, case_of
from annotator.work.articles import repairing, storing
from annotator.work.assignment import assigning, reassigning, submitting
from annotator.work.consensus.content import Taken
from annotator.work.consensus.decisions import Act
from annotator.work.label_import.rows import Importer
from annotator.work.labelling import saving
from annotator.work.labelling import undoing as label_undoing
from annotator.work.labelling.drafts import AnswerDraft, ClaimDraft, NewSpeaker
from annotator.work.labelling.saving import Save
from annotator.work.speakers import changes

PEOPLE = ("ann", "ben", "cleo")
NAMES = ("James Mattis", "Donald Trump", "Sergey Lavrov")
STANCES, CERTAINTIES = ("support", "oppose", "neutral"), ("certain", "likely")


class Actor:
    """Acts in a project of two short articles that three people label."""

    def __init__(self, project, rng, number=1):
        """Make the articles, where this is the first number; else go on with what there is."""
        self.rng = rng
        self.project = project
        self.numbers = count(number)
        if number > 1:
            return
        with write():
            memberships.set_roles(self.member("cleo"), {"annotator", "adjudicator"})
            for n in range(2):
                said = " ".join(f"Number {i} of {n} was what Lavrov said of it." for i in range(4))
                draft = storing.read_file(f"a{n}.txt", said.encode())
                article = storing.store_article(project, draft)
                assigning.assign([(article.id, accounts.get_user(name).id) for name in PEOPLE])

    def do(self, name):
        """Do one act; return whether it was done."""
        try:
            getattr(self, name)()
        except RefusedError:
            db.session.rollback()
            return False
        return True

    # --- who and what

    def key(self):
        return f"key-{next(self.numbers):06}"

    def one(self, model, *where):
        found = db.session.scalars(select(model).where(*where).order_by(model.id)).all()
        if not found:
            raise RefusedError("There is none.")
        return self.rng.choice(found)

    def user(self):
        return accounts.get_user(self.rng.choice(PEOPLE))

    def member(self, name):
        return memberships.membership_of(accounts.get_user(name), self.project)

    def draft(self):
        """Return an answer that often is the one that others give, too."""
        rng = self.rng
        if rng.random() < 0.3:
            return AnswerDraft(status="no_claim", unsure=rng.random() < 0.1)
        claims = tuple(
            ClaimDraft(
                speaker=NewSpeaker(rng.choice(NAMES[: 1 + rng.randrange(3)]), "person"),
                stance=rng.choice(STANCES[: 1 + rng.randrange(3)]),
                certainty=rng.choice([*CERTAINTIES, CERTAINTIES[0], None][: 1 + rng.randrange(4)]),
            )
            for _ in range(1 + (rng.random() < 0.2))
        )
        return AnswerDraft(claims=claims, unsure=rng.random() < 0.1)

    # --- answers

    def save(self):
        with write():
            sentence, user = self.one(Sentence), self.user()
            answer = saving.answer_for(sentence, user)
            save = Save(answer.revision if answer else 0, self.key())
            saving.save_answer(sentence, user, self.draft(), save)

    def undo_or_redo(self):
        with write():
            article, user = self.one(Article), self.user()
            save, undo = label_undoing.tops(label_undoing.events_of(article, user))
            act, mark = self.rng.choice([(label_undoing.undo, save), (label_undoing.redo, undo)])
            if mark is not None:
                act(article, user, mark.id, self.key())

    def import_labels(self):
        """Import answers of somebody new, some of them not given by people."""
        wanted = []
        name = f"N{next(self.numbers)}"
        for article in db.session.scalars(select(Article).order_by(Article.id)):
            for position in range(2):
                origin = self.rng.choice(["human", "human", "imported"])
                said = line_for(article, position, name, origin)
                wanted.append(annotation_rows.answer_row(said, name))
        with Importer(self.project) as importer:
            assert importer.plan(wanted).problems == []
            write_in_steps(importer.store())

    # --- assignments

    def hand_in(self):
        """Answer what is left of an article, then hand it in."""
        assignment = self.one(Assignment, Assignment.state.in_(["open", "returned"]))
        with write():
            for sentence in db.session.scalars(
                select(Sentence).where(Sentence.article_id == assignment.article_id)
            ).all():
                answer = saving.answer_for(sentence, assignment.user)
                if answer is None or not answer.complete:
                    save = Save(answer.revision if answer else 0, self.key())
                    draft = AnswerDraft(status="no_claim")
                    saving.save_answer(sentence, assignment.user, draft, save)
            submitting.submit(assignment)

    def give_back(self):
        with write():
            reassigning.return_to(self.one(Assignment), "Look again.")

    def close_or_reopen(self):
        with write():
            assignment = self.one(Assignment)
            if assignment.state == "closed":
                reassigning.reopen(self.project, assignment)
            else:
                reassigning.close(assignment)

    def leave_or_come_back(self):
        with write():
            member = self.member("ben")
            memberships.set_roles(member, {"lead"} if member.annotator else {"annotator"})

    # --- decisions

    def act(self, sentence):
        decision = db.session.scalar(select(Decision).where(Decision.sentence_id == sentence.id))
        return Act(accounts.get_user("cleo"), decision.revision if decision else 0, self.key())

    def decide(self):
        with write():
            sentence = self.one(Sentence)
            readings = case_of(sentence).comparison.readings
            if not readings:
                raise RefusedError("Nobody has answered.")
            reading = self.rng.choice(readings)
            taken = tuple(Taken(each, reading.user_id) for each in reading.claims)
            soft = self.rng.random() < 0.1
            draft = DecisionDraft(reading.status, taken, reason="Because.", soft=soft)
            deciding.decide(sentence, draft, self.act(sentence))

    def ask(self):
        with write():
            sentence = self.one(Sentence)
            asking.ask(sentence, "Is that so?", self.act(sentence))

    def reopen(self):
        with write():
            sentence = self.one(Decision).sentence
            deciding.reopen(sentence, self.act(sentence))

    def undo_or_redo_decision(self):
        with write():
            user = accounts.get_user("cleo")
            back = undoing.back_of(self.project, user)
            event: DecisionEvent | None = self.rng.choice([back.undo, back.redo])
            step = undoing.undo if event is back.undo else undoing.redo
            if event is not None:
                step(self.project, user, event.id, self.key())

    def accept(self):
        numbers = db.session.scalars(select(Sentence.id)).all()
        wanted = [
            (each.sentence.article_id, each.sentence.position, each.comparison.basis)
            for each in bulk.cases_of(self.project, numbers)
        ]
        accept = self.rng.choice([bulk.accept_unanimous, bulk.accept_majority])
        with write():
            accept(self.project, accounts.get_user("cleo"), wanted, self.key())

    # --- speakers

    def merge(self):
        with write():
            one, other = self.one(Speaker), self.one(Speaker)
            changes.merge(self.project, one, other, accounts.get_user("lea"))

    def split(self):
        speaker = self.one(Speaker)
        articles = db.session.scalars(select(Article.id).order_by(Article.id)).all()
        name = f"Namesake {next(self.numbers)}"
        user = accounts.get_user("lea")
        write_in_steps(changes.split(self.project, speaker.id, articles[:1], name, user))

    def undo_change(self):
        change = self.one(SpeakerChange, SpeakerChange.undone_at.is_(None))
        write_in_steps(changes.undo(self.project, change.id, accounts.get_user("lea")))

    # --- sentences

    def repair(self):
        with write():
            sentence = self.one(Sentence)
            kind = self.rng.choice([repairing.SPLIT, repairing.MERGE])
            middle = sentence.start + sentence.text.rindex(" ") + 1 if " " in sentence.text else 0
            made = repairing.plan(sentence.article, sentence.position, kind, str(middle))
            repairing.carry_out(made, accounts.get_user("lea"))

    def undo_repair(self):
        with write():
            made = repairing.plan_undo(self.one(Article))
            repairing.carry_out(made, accounts.get_user("lea"))


def line_for(article, position, name, origin):
    """Return one answer of somebody new as a line of a file."""
    sentence = db.session.scalars(
        select(Sentence).where(Sentence.article_id == article.id, Sentence.position == position)
    ).one()
    claim = {
        "speaker": NAMES[0], "speaker_type": "person", "mention": None, "via": [],
        "stance": "support", "certainty": "certain", "conditional": False, "aspect": None,
        "evidence": [], "note": "",
    }  # fmt: skip
    return {
        "article": article.key, "sentence": position, "annotator": name, "status": "claims",
        "complete": True, "unsure": False, "note": "", "claims": [claim],
        "start": sentence.start, "end": sentence.end, "text": sentence.text,
        "codebook_version": 1, "origin": origin, "round": 1, "revision": 1, "active_seconds": 5,
        "created_at": "2018-07-24T16:05:00Z", "updated_at": "2018-07-24T16:06:00Z",
    }  # fmt: skip


ACTS = (
    "save", "undo_or_redo", "import_labels", "hand_in", "give_back", "close_or_reopen",
    "leave_or_come_back", "decide", "ask", "reopen", "undo_or_redo_decision", "accept", "merge",
    "split", "undo_change", "repair", "undo_repair",
)  # fmt: skip
# Most of all people save.
WEIGHTS = [12 if name == "save" else 1 for name in ACTS]
