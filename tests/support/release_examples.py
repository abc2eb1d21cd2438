"""A small project with everything a release may hold, and releases of it."""

from contextvars import Context
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from installation import staged
from labelling_examples import claim, claims, nothing_claimed, save, sentence_of, speaker_called
from sqlalchemy import create_engine

from annotator.app import create_app
from annotator.store import schema
from annotator.store.db import Base, db, write
from annotator.store.models import Answer, Article, CodebookVersion, Decision, Project, Sentence
from annotator.work.accounts import accounts
from annotator.work.adjudication import deciding
from annotator.work.adjudication.deciding import DecisionDraft, case_of
from annotator.work.articles import storing
from annotator.work.consensus.content import Taken
from annotator.work.consensus.decisions import Act
from annotator.work.labelling.drafts import NewSpeaker
from annotator.work.releases import writing
from annotator.work.releases.settings import Settings

TRUMP = NewSpeaker("Donald Trump", "person")
BEGIN = datetime(2026, 11, 1, 10, tzinfo=UTC)


@staged
def labelled(project, article):
    """Label the seed article by two, decide one sentence, merge two speakers, add copies."""
    save(article, claims(claim(mention=(276, 309), note="said so"), note="a note"), position=2)
    save(article, claims(claim(stance="oppose")), position=2, name="ben")
    save(article, claims(claim(TRUMP, "support")), position=3)
    save(article, claims(claim(TRUMP, "support"), claim()), position=3, name="ben")
    save(article, claims(claim(TRUMP, "support")), position=4)
    save(article, claims(claim(TRUMP, "support")), position=4, name="ben")
    save(article, nothing_claimed(unsure=True), position=5)
    save(article, claims(claim(certainty=None)), position=6)
    save(article, nothing_claimed(), position=7, name="ben")
    decide(article, 2, reason="ST-3: no plans")
    more_articles(project)
    settle_clocks()


def decide(article, position, who=0, **fields):
    """Decide a sentence as one of its annotators has it."""
    sentence = sentence_of(article, position)
    reading = case_of(sentence).comparison.readings[who]
    taken = tuple(Taken(each, reading.user_id) for each in reading.claims)
    with write():
        deciding.decide(
            db.session.get(Sentence, sentence.id),
            DecisionDraft(reading.status, taken, **fields),
            Act(accounts.get_user("cleo"), 0, "some-key"),
        )


def more_articles(project, number=6):
    """Import some more; the last two are copies of one another."""
    with write():
        for n in range(number):
            text = f"Number {n}\n\nMoscow said {n} things. “No,” said Lavrov – “{'x' * n}”.\n"
            draft = storing.read_file(f"more-{n}.txt", text.encode())
            storing.store_article(db.session.get(Project, project.id), draft)
        stored = db.session.query(Article).filter(Article.key.like("more-%")).order_by(Article.id)
        first = stored.all()[-2]
        for each in stored.all()[-2:]:
            each.cluster_id = first.id
        for n, each in enumerate(stored.all()):
            each.publisher = f"Paper {n % 3}"
            each.published_on = (BEGIN + timedelta(days=n)).date()
            each.extra = {"metadata": {"wire": "AP", "n": n}}


def settle_clocks():
    """Give every stored moment a value of its own that is the same in each run."""
    with write():
        for kind, name in (
            (Answer, "created_at"), (Answer, "updated_at"), (Decision, "decided_at"),
            (CodebookVersion, "created_at"),
        ):  # fmt: skip
            for each in db.session.query(kind).order_by(kind.id):
                setattr(each, name, BEGIN + timedelta(minutes=each.id))


def merge(project, one, other):
    """Let one speaker be another from now on."""
    with write():
        speaker_called(one).merged_into_id = speaker_called(other).id


def release(project, folder, name="v1", **settings):
    """Write a release and return what was written, by a doubtful method too: examples are small."""
    db.session.rollback()
    return writing.write(project, Settings(name, **{"despite_warning": True, **settings}), folder)


def content(folder):
    """Return the bytes of every file of a folder."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


def copied(settings, folder):
    """Return the settings of an SQLite copy of the database, its rows stored in another order."""
    folder.mkdir()
    url = f"sqlite:///{folder / 'copy.sqlite3'}"
    schema.bring_up_to_date(url)
    engine = create_engine(url)
    with engine.begin() as connection:
        for table in Base.metadata.sorted_tables:
            found = db.session.execute(table.select()).mappings().all()
            rows = [dict(row) for row in reversed(found)]
            if rows:
                connection.execute(table.insert(), rows)
    engine.dispose()
    return replace(settings, data=folder, database_url=url)


def in_another(settings, act):
    """Run `act` in an application of its own, as another process would."""

    def run():
        app = create_app(settings)
        with app.app_context():
            try:
                return act()
            finally:
                db.session.remove()
                db.engine.dispose()

    return Context().run(run)
