"""Control articles and repeats: who gets which, that nothing tells them apart, and how often."""

import re
from datetime import date, timedelta
from difflib import unified_diff

import pytest
from copy_examples import given, submitted
from labelling_examples import assignment_of
from slow_cases import server
from sqlalchemy import select, update

from annotator.errors import RefusedError
from annotator.store.clock import now
from annotator.store.db import db, write
from annotator.store.models import (
    Article,
    Decision,
    Membership,
    Project,
    Sentence,
)
from annotator.store.models.answers import CONTROL, REPEAT, WORK
from annotator.work.accounts import accounts
from annotator.work.articles import storing
from annotator.work.assignment import (
    assigning,
    mixing,
    progress,
    reassigning,
    self_assignment,
)
from annotator.work.assignment.mixing import Checks
from annotator.work.codebook import precedents
from annotator.work.labelling import independence

pytestmark = server


def settle(project, **checks):
    with write():
        mixing.change(db.session.get(Project, project.id), Checks(**checks))


def more(project, number, begin=0):
    """Import short articles; return them."""
    with write():
        for n in range(begin, begin + number):
            draft = storing.read_file(f"{n:03}.txt", f"Number {n} is one. It is short.".encode())
            storing.store_article(db.session.get(Project, project.id), draft)
    return list(
        db.session.scalars(
            select(Article)
            .where(Article.key.like("0__"), Article.project_id == project.id)
            .order_by(Article.key)
        )
    )


def decide_all(article):
    with write():
        version = article.project.codebook_version.id
        for sentence in db.session.scalars(
            select(Sentence).where(Sentence.article_id == article.id).order_by(Sentence.position)
        ):
            db.session.add(
                Decision(
                    sentence_id=sentence.id,
                    how="adjudicated",
                    status="no_claim",
                    codebook_version_id=version,
                )
            )


def person(name="ann"):
    return db.session.scalars(
        select(Membership).where(Membership.user_id == accounts.get_user(name).id)
    ).first()


def chosen(project, purpose, name="ann", **checks):
    found = mixing.chosen(
        db.session.get(Project, project.id), person(name), purpose, Checks(**checks)
    )
    return found.key if found else None


def hand_in(article, name="ann", days=20):
    with write():
        work = assignment_of(article, name)
        work.state, work.submitted_at = "submitted", now() - timedelta(days=days)


@pytest.mark.parametrize(
    "wrong",
    [{"control": 21}, {"control": -1}, {"repeats": 21}, {"days": 0}, {"days": 10_000}],
)
def test_a_share_or_number_of_days_that_does_not_fit_is_refused(project, wrong):
    with pytest.raises(RefusedError):
        settle(project, **wrong)


def test_control_is_decided_and_was_never_seen(project, article):
    one, other = more(project, 2)
    assert chosen(project, CONTROL) is None
    decide_all(article)
    assert chosen(project, CONTROL) is None  # Ann has it
    decide_all(one)
    assert chosen(project, CONTROL) == one.key
    with write():
        sentence = db.session.scalars(select(Sentence.id).where(Sentence.article_id == one.id))
        independence.expose(accounts.get_user("ann").id, sentence.all()[:1], independence.GOLD)
    assert chosen(project, CONTROL) is None
    assert chosen(project, CONTROL, "ben") == one.key
    given(one, "ben")
    assert chosen(project, CONTROL, "ben") is None
    decide_all(other)
    with write():
        db.session.execute(
            update(Article).where(Article.id.in_([one.id, other.id])).values(cluster_id=one.id)
        )
    assert chosen(project, CONTROL, "ben") is None  # as good as seen


def test_what_trains_is_no_control(project):
    [one] = more(project, 1)
    decide_all(one)
    with write():
        one.training = True
    assert chosen(project, CONTROL) is None


def test_a_repeat_was_submitted_long_ago_and_comes_once(project, article):
    assert chosen(project, REPEAT) is None
    hand_in(article, days=13)
    assert chosen(project, REPEAT) is None
    assert chosen(project, REPEAT, days=12) == article.key
    hand_in(article)
    assert chosen(project, REPEAT) == article.key
    with write():
        assigning.lock(project)
        made = mixing.give(project, person(), REPEAT)
    assert (made.purpose, made.article.copy_of_id, made.decided_count) == (REPEAT, article.id, 0)
    assert chosen(project, REPEAT) is None


def test_who_knows_what_was_decided_does_not_repeat_the_article(project, article):
    hand_in(article)
    with write():
        sentence = db.session.scalars(select(Sentence.id).where(Sentence.article_id == article.id))
        independence.expose(accounts.get_user("ann").id, sentence.all()[:1], independence.GOLD)
    assert chosen(project, REPEAT) is None


def planned(project, articles, seed=1):
    """Give articles to Ann as a lead does; return what she has, in the order of her list."""
    with write():
        project = db.session.get(Project, project.id)
        assigning.lock(project)
        works = assigning.works(project, [each.key for each in articles])
        people = [each for each in assigning.annotators_of(project) if each.user.username == "ann"]
        assigning.carry_out(project, assigning.make_matrix(project, works, people, 1, seed))
    project = db.session.get(Project, project.id)
    return [
        (each.article.shown.key, each.purpose)
        for each in progress.own_assignments(accounts.get_user("ann"), project)
    ]


def test_the_share_is_that_of_the_lead_and_the_same_each_time(project):
    articles = more(project, 60)
    for each in articles[40:]:
        decide_all(each)
    settle(project, control=20)
    mine = planned(project, articles[:40])
    control = [key for key, purpose in mine if purpose == CONTROL]
    assert set(control) <= {each.key for each in articles[40:]}
    # 40 articles of work with a chance of 1 in 4 each: 10 are expected, with a deviation of 2.7.
    assert 4 <= len(control) <= 16
    assert len(set(control)) == len(control)
    # They stand among the others, not at the end.
    places = [place for place, (_, purpose) in enumerate(mine) if purpose == CONTROL]
    assert places[0] < len(mine) / 2
    lots = [mixing.lot_of(Checks(), CONTROL, person().pseudonym, each.key) for each in articles]
    assert len(control) == sum(lot < 0.25 for lot in lots[:40])


def test_control_has_the_date_and_lease_of_the_work_beside_it(project):
    one, gold = more(project, 2)
    decide_all(gold)
    with write():
        project.lease_hours = 3
        assigning.assign([(one.id, accounts.get_user("ann").id)])
        work = assignment_of(one)
        made = mixing.beside(project, gold, work.user, CONTROL, work)
    assert (made.lease_until, made.due_on, made.assigned_at) == (
        work.lease_until,
        work.due_on,
        work.assigned_at,
    )


def mixed_in(project, name="ann"):
    """Return the purpose and date of what somebody has to do beside work."""
    mine = progress.own_assignments(accounts.get_user(name), db.session.get(Project, project.id))
    return [(each.purpose, each.due_on) for each in mine if each.purpose != WORK]


def always(monkeypatch):
    monkeypatch.setattr(mixing, "lot_of", lambda *_: 0.0)


def test_what_is_given_anew_has_a_control_beside_it_with_the_same_date(project, monkeypatch):
    one, gold = more(project, 2)
    decide_all(gold)
    settle(project, control=5)
    always(monkeypatch)
    with write():
        assigning.assign([(one.id, accounts.get_user("ben").id)], mixed=False)
        work = assignment_of(one, "ben")
        reassigning.set_due(work, date(2999, 5, 1))
        reassigning.reassign(db.session.get(Project, project.id), work, person())
    assert assignment_of(one).due_on == date(2999, 5, 1)
    assert mixed_in(project) == [(CONTROL, date(2999, 5, 1))]


def test_the_first_article_of_who_has_qualified_has_a_control_beside_it(project, monkeypatch):
    _one, gold = more(project, 2)
    decide_all(gold)
    settle(project, control=5)
    always(monkeypatch)
    with write():
        ann = accounts.get_user("ann")
        assert self_assignment.give_first(db.session.get(Project, project.id), ann) == 1
    assert [purpose for purpose, _ in mixed_in(project)] == [CONTROL]


def test_nobody_gets_as_work_what_is_decided_already(project, article):
    one, decided = more(project, 2)
    decide_all(decided)
    with write():
        asked = db.session.get(Project, project.id)
        asked.overlap, ann = 5, accounts.get_user("ann")
        assert self_assignment.give_first(asked, ann) == 0  # has the sample article to label
        assignment_of(article).state = "submitted"
        assert self_assignment.give_first(asked, ann) == 1
        assignment_of(one).state = "submitted"
        assert self_assignment.give_first(asked, ann) == 0
        # What the lead gives to everybody is for them, too.
        decided.for_everybody = True
        assert self_assignment.next_article(asked, ann) == decided.id


def test_who_asks_gets_one_article_whatever_it_is_for(project):
    articles = more(project, 30)
    for each in articles[20:]:
        decide_all(each)
    with write():
        project.self_assign, project.overlap = True, 1
    settle(project, control=20)
    ann = accounts.get_user("ann")
    purposes = []
    for _ in range(20):
        with write():
            got = self_assignment.ask_for_work(db.session.get(Project, project.id), ann)
        purposes.append(got.purpose)
        assert len([e for e in progress.own_assignments(ann, project) if e.state == "open"]) == 1
        submitted(got)
    assert 0 < purposes.count(CONTROL) < 10


def test_the_page_of_a_control_is_that_of_work(project, browser):
    _one, gold = more(project, 2)
    decide_all(gold)
    with write():
        assigning.assign([(gold.id, accounts.get_user("ben").id)])
    given(gold, "ann")
    pages = [
        browser(name).get(f"/label/{gold.id}/1").text.replace(person(name).pseudonym, "")
        for name in ("ann", "ben")
    ]
    copy = db.session.scalars(select(Article.id).where(Article.copy_of_id == gold.id)).one()
    assert browser("ann").get(f"/label/{copy}/1", status=404)
    assert f"/label/{copy}" not in pages[0]
    assert "control" not in pages[0].lower().replace("controls", "")
    mine, other = (without_tokens(*each) for each in zip(pages, ("ann", "ben"), strict=True))
    assert "\n".join(unified_diff(mine.splitlines(), other.splitlines(), n=0)) == ""


def without_tokens(page, name):
    """Return a page without what differs between any two people: names, tokens and keys."""
    page = re.sub(r'data-(user|session)="\d+"|<input[^>]*type="hidden"[^>]*>', "", page)
    return re.sub(rf"\b{name}\b", "", page)


def test_precedents_never_show_the_gold_of_a_control(project):
    gold, other = more(project, 2)
    for each in (gold, other):
        decide_all(each)
    copy = given(gold, "ann").article
    project = db.session.get(Project, project.id)
    shown = precedents.eligible(project, copy.id, accounts.get_user("ann").id)
    articles = {each.sentence.article_id for each in db.session.scalars(shown)}
    assert articles == {other.id}


def test_the_command_sets_shares_and_gives_one_to_each(project, article, command):
    hand_in(article)
    done = command("project", "checks", "us-russia", "--control", "10", "--days", "7")
    assert "control articles: 10 %" in done.output
    assert "days before a repeat: 7" in done.output
    done = command("project", "checks", "us-russia", "--give", "repeat", "--annotators", "ann")
    assert f"1 repeat given: {person().pseudonym}" in done.output
    done = command("project", "checks", "us-russia", "--give", "control")
    assert done.exit_code == 1
    assert "No control for any of these annotators." in done.output


def test_a_lead_sets_the_shares_on_the_settings_page(project, browser):
    lea = browser("lea")
    page = lea.get("/projects/us-russia/settings")
    form = {"control": "15", "repeats": "5", "days": "30"}
    refused = lea.post("/projects/us-russia/settings/checks", form | {"control": "21"}, status=422)
    assert "Choose a number from 0 to 20." in refused.text
    lea.post("/projects/us-russia/settings/checks", form, status=303)
    db.session.expire_all()
    assert mixing.checks_of(db.session.get(Project, project.id)) == Checks(15, 5, 30)
    assert "Control articles and repeats" in page.text
