"""A report that is kept is shown only while it is what would be made now, whatever anybody does."""

from dataclasses import replace
from random import Random

import pytest
from acts_on_sentences import ACTS, WEIGHTS, Actor
from agreement_examples import SMALL, label
from installation import staged
from labelling_examples import nothing_claimed, save
from slow_cases import further, server, slow
from sqlalchemy import func, select, update
from statements import counted_queries

from annotator.measure.rounds import NEWEST
from annotator.store import keeping
from annotator.store.db import db, write
from annotator.store.engine import DatabaseBusyError
from annotator.store.models import (
    Article,
    KeptReport,
    Membership,
    Sentence,
    Speaker,
)
from annotator.web.kept import kept
from annotator.work.accounts import accounts, memberships, projects
from annotator.work.agreement.measuring import Examined, examine, usual
from annotator.work.agreement.report import Selection
from annotator.work.articles import repairing, storing
from annotator.work.assignment import assigning
from annotator.work.gold.compared import Compared, compared
from annotator.work.gold.models import Aggregation
from annotator.work.speakers import changes

AGREEMENT, GOLD = "/projects/us-russia/agreement", "/projects/us-russia/gold"


class Lead(Actor):
    """Does what a lead can do beside, which reports may rest on."""

    def lea(self):
        return accounts.get_user("lea")

    def rename(self):
        with write():
            speaker = self.one(Speaker)
            changes.rename(self.project, speaker, f"Name {next(self.numbers)}", self.lea())

    def change_type(self):
        with write():
            kind = self.rng.choice([each.value for each in self.project.codebook.speaker_types])
            changes.change_type(self.project, self.one(Speaker), kind, self.lea())

    def import_article(self):
        with write():
            said = f"Number {next(self.numbers)} was new. Lavrov said more of it."
            draft = storing.read_file(f"new{next(self.numbers)}.txt", said.encode())
            storing.store_article(self.project, draft)

    def assign(self):
        with write():
            article = self.one(Article)
            assigning.assign([(article.id, self.user().id)])

    def change_settings(self):
        with write():
            project = projects.get(self.project.slug)
            now = projects.settings_of(project)
            flipped = not now.headlines_in_agreement
            projects.change(project, replace(now, headlines_in_agreement=flipped))

    def change_segment(self):
        with write():
            sentence = self.one(Sentence)
            kind = self.rng.choice(["headline", "body", "boilerplate"])
            made = repairing.plan(sentence.article, sentence.position, repairing.SEGMENT, kind)
            repairing.carry_out(made, self.lea())

    def join(self):
        with write():
            user = accounts.add_user(f"new{next(self.numbers)}")
            memberships.join(self.project, user, {"annotator"})


MORE = (
    "rename", "change_type", "import_article", "assign", "change_settings",
    "change_segment", "join",
)  # fmt: skip
EVERY = (*ACTS, *MORE)
FIRST = [
    *["save"] * 24, *["hand_in"] * 2, *["decide"] * 2, *["merge"] * 5, *["repair"] * 4, "give_back",
    *["save"] * 4,
]  # fmt: skip


def questions(project):
    """Return what the pages of the project are asked for: (page, question, kind, maker)."""
    for each in (
        usual(project),
        replace(usual(project), origins=("imported",)),
        Selection(whole_articles=True, round=NEWEST),
    ):
        yield "agreement", each, Examined, lambda s=each: examine(project, s)
    way = Aggregation("one-coin")
    yield "gold", way, Compared, lambda: compared(project, way)


def check(slug):
    """Hold what is shown to what is made afresh, twice: the second time nothing is made."""
    db.session.rollback()
    db.session.expire_all()
    project = projects.get(slug)
    for page, asked, shape, make in questions(project):
        fresh = make()
        assert kept(project, page, (asked,), shape, make) == fresh
        assert kept(project, page, (asked,), shape, no_making) == fresh


def no_making():
    raise AssertionError("a report was made although it is kept")


@staged
def begun(project):
    """Do what comes first and keep every report; return where lots and numbers are then."""
    actor = Lead(project, Random(1))
    for name in FIRST:
        actor.do(name)
    check(project.slug)
    return actor.rng.getstate(), next(actor.numbers)


@pytest.mark.parametrize("act", further(EVERY))
def test_who_reads_after_an_act_sees_what_would_be_made_now(project, act):
    state, number = begun(project)
    actor = Lead(project, Random(), number)
    actor.rng.setstate(state)
    done = 0
    for _ in range(16):
        if done < 2 and actor.do(act):
            done += 1
            check(project.slug)
    assert done


@slow
@pytest.mark.parametrize("seed", [pytest.param(1, marks=server), 2, 3])
def test_whatever_is_done_the_kept_report_is_that_of_now(project, seed):
    rng = Random(seed)
    actor = Lead(project, rng)
    done = set()
    for number in range(90):
        name = rng.choices(EVERY, [*WEIGHTS, *[2] * len(MORE)])[0]
        if actor.do(name):
            done.add(name)
            if number >= 30 and number % 3 == 0:
                check(project.slug)
    assert len(done) > 8


@pytest.fixture
def small(project):
    label(project, SMALL)
    return project


@pytest.mark.parametrize("page", [AGREEMENT, AGREEMENT + ".json", AGREEMENT + ".csv", GOLD])
def test_a_page_that_nothing_has_changed_reads_no_answers(small, browser, page):
    lea = browser("lea")
    first = lea.get(page).text
    with counted_queries() as seen:
        again = lea.get(page).text
    # Those of the few sentences that are shown are read by their numbers, those that came from
    # elsewhere by an index of their own
    # (`test_answers_of_people_here_are_not_read_to_count_the_others`).
    reading = [each for each in seen if "FROM answers" in each and "anon" not in each]
    reading = [each for each in reading if "answers.origin != 'human'" not in each]
    assert [each for each in reading if "sentences.id IN" not in each] == []
    assert without_time(again) == without_time(first)


def without_time(html):
    """Return the lines that do not say when the page was made, or how long the session lasts."""
    own = ("UTC", "csrf", "data-session")
    return [line for line in html.splitlines() if not any(each in line for each in own)]


def test_a_save_is_seen_by_the_next_page(small, browser):
    lea = browser("lea")
    before = lea.get(AGREEMENT + ".json").text
    article = db.session.scalars(select(Article).order_by(Article.id)).first()
    with write():
        assigning.assign([(article.id, accounts.get_user("cleo").id)])
    save(article, nothing_claimed(), name="cleo")
    assert lea.get(AGREEMENT + ".json").text != before


def number_kept():
    return db.session.scalar(select(func.count(KeptReport.id)))


@slow
def test_no_more_than_some_reports_of_a_project_are_kept(small, browser):
    lea = browser("lea")
    for day in range(1, keeping.MOST + 5):
        lea.get(f"{AGREEMENT}?since=2020-01-{day:02}")
    assert number_kept() == keeping.MOST


def test_what_is_out_of_date_is_not_kept_any_more(small, browser):
    lea = browser("lea")
    lea.get(AGREEMENT)
    lea.get(GOLD)
    assert number_kept() == 2
    label(small, SMALL)
    lea.get(GOLD)
    assert number_kept() == 1


@pytest.mark.parametrize("what", ["__version__", "FIGURES"])
def test_another_version_of_the_program_makes_its_own_reports(small, monkeypatch, what):
    project, asked = projects.get(small.slug), usual(small)

    def make():
        return examine(project, asked)

    kept(project, "agreement", (asked,), Examined, make)
    kept(project, "agreement", (asked,), Examined, no_making)
    monkeypatch.setattr(keeping, what, 1000)
    with pytest.raises(AssertionError, match="although it is kept"):
        kept(project, "agreement", (asked,), Examined, no_making)
    kept(project, "agreement", (asked,), Examined, make)
    assert number_kept() == 1


@pytest.mark.parametrize("page", [AGREEMENT, GOLD])
def test_a_busy_database_does_not_break_the_page(small, browser, monkeypatch, page):
    lea = browser("lea")

    def refuse(_wait=None):
        raise DatabaseBusyError("another write is still going on")

    monkeypatch.setattr("annotator.web.kept.write", refuse)
    lea.get(page, 200)
    assert number_kept() == 0


def test_a_pseudonym_that_changes_is_a_change(small, browser):
    lea = browser("lea")
    lea.get(AGREEMENT)
    with write():
        member = memberships.membership_of(accounts.get_user("ann"), small)
        db.session.execute(
            update(Membership).where(Membership.id == member.id).values(pseudonym="A999")
        )
    assert "A999" in lea.get(AGREEMENT).text
