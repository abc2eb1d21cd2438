"""The demo with what the pages of quality and models have to show."""

from contextlib import contextmanager

from agreement_examples import speaker
from model_examples import model_says
from quality_examples import label_by_weeks
from sqlalchemy import select

from annotator.app import create_app
from annotator.config import Settings
from annotator.store.db import db, write
from annotator.store.models import Article, Assignment, Decision, Membership, Sentence
from annotator.work.accounts import accounts, projects
from annotator.work.articles import storing
from annotator.work.assignment import qualifying
from annotator.work.models import suggestions

SLUG = "us-russia-cooperation"


@contextmanager
def inside(demo):
    """Work on the data of the running demo, and leave nothing open behind."""
    demo.app = demo.app or create_app(Settings.from_environ({}, data=demo.folder))
    with demo.app.app_context():
        yield projects.get(SLUG)
        db.session.remove()
        db.engine.dispose()


def measure(demo):
    """Let somebody's accuracy fall after three weeks; ask everybody for training; add a model.

    Returns the pseudonym of that annotator. Cal sees what the model suggests in the second article.
    """
    with inside(demo) as project:
        label_by_weeks(project, {"falls": [0.95] * 3 + [0.5] * 5})
        speaker(project, "Mattis")
        article = second_article(project)
        for position in (2, 3):
            model_says(article, position)
        with write():
            qualifying.change(project, qualifying.Training(gate=True))
            suggestions.choose(project, suggestions.HALF, "small")
            cal = membership(project, "cal")
            of_project = select(Membership.pseudonym).where(Membership.project_id == project.id)
            taken = set(db.session.scalars(of_project))
            cal.pseudonym = next(
                each
                for each in (f"A{number}" for number in range(50, 99))
                if each not in taken and suggestions.is_drawn(project.id, article.key, each)
            )
        return membership(project, "falls").pseudonym


def give_control(demo, name="ben"):
    """Give somebody a decided article as a control; return its number."""
    with inside(demo) as project:
        with write():
            draft = storing.read_file("009.txt", b"Evening talks\n\nTrade will grow. It rains.\n")
            article = storing.store_article(project, draft)
            query = select(Sentence.id).where(Sentence.article_id == article.id)
            for number in db.session.scalars(query):
                db.session.add(
                    Decision(
                        sentence_id=number,
                        codebook_version_id=project.codebook_version.id,
                        how="adjudicated",
                        status="no_claim",
                    )
                )
        return article.id


def second_article(project):
    query = select(Article).where(Article.project_id == project.id, Article.key.like("003%"))
    return db.session.scalars(query).one()


def membership(project, name):
    user = accounts.get_user(name)
    query = select(Membership).where(Membership.user_id == user.id)
    return db.session.scalars(query.where(Membership.project_id == project.id)).one()


def purposes(demo, name):
    """Return what the articles of somebody are given for, in the order in which they were."""
    with inside(demo):
        user = accounts.get_user(name)
        query = select(Assignment.purpose).where(Assignment.user_id == user.id)
        return list(db.session.scalars(query.order_by(Assignment.id)))
