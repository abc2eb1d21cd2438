"""Articles given for other purposes than work, and models that answer: what counts nowhere."""

from labelling_examples import NUMBERS

from annotator.formats.labels.rows import AnswerRow, ClaimRow
from annotator.store.db import db, write, write_in_steps
from annotator.store.models import Assignment, Project
from annotator.store.rows.places import read_place
from annotator.work import copies
from annotator.work.accounts import accounts, model_members
from annotator.work.assignment import assigning
from annotator.work.label_import.rows import Importer
from annotator.work.labelling import saving
from annotator.work.labelling.saving import Save


def given(article, name="ann", purpose="control", **fields):
    """Give somebody a copy; return the assignment there."""
    with write():
        project = db.session.get(Project, article.project_id)
        assigning.lock(project)
        made = copies.give(project, article, accounts.get_user(name), purpose, **fields)
    return db.session.get(Assignment, made.id)


def answered(assignment, draft, position=2):
    """Save in a copy as the label page does: by the rows behind its address."""
    with write():
        place = read_place(
            assignment.article.number, position, assignment.user_id, lock=True, addressed=True
        )
        answer = saving.answer_for(place.sentence, place.user)
        key = f"copy-{next(NUMBERS):06}"
        save_ = Save(revision=answer.revision if answer else 0, key=key)
        saving.save_locked(place.assignment, place.sentence, place.user, answer, draft, save_)
    db.session.expire_all()


def submitted(assignment):
    with write():
        assignment.state = "submitted"


def said_by_model(project, name, article, said):
    """Import what a model says: by position a stance, or None for no claim; claims of "A Model"."""
    with write():
        model = model_members.find(project, name) or model_members.add(project, name)
        pseudonym = model.membership.pseudonym
    rows = [
        AnswerRow(
            where=f"line {line}",
            article=article.key,
            annotator=pseudonym,
            sentence=position,
            status="claims" if stance else "no_claim",
            claims=(ClaimRow("A Model", "person", None, (), stance, "certain"),) if stance else (),
            origin="model",
        )
        for line, (position, stance) in enumerate(sorted(said.items()), start=1)
    ]
    with Importer(db.session.get(Project, project.id)) as importer:
        plan = importer.plan(rows)
        assert plan.problems == []
        write_in_steps(importer.store())
