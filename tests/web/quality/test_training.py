"""Training: adjudicated articles to answer, with gold after each sentence, and then work or not."""

import re

import pytest
from agreement_examples import give, label, speaker
from installation import staged
from label_form import claim, fields
from slow_cases import slow
from sqlalchemy import func, select

from annotator.store.db import db, write
from annotator.store.models import (
    Activity,
    Answer,
    Article,
    Assignment,
    Decision,
    Membership,
    Project,
    Sentence,
    TrainingResult,
)
from annotator.work.accounts import accounts, memberships
from annotator.work.adjudication import deciding
from annotator.work.adjudication.deciding import DecisionDraft, case_of
from annotator.work.articles import storing
from annotator.work.assignment import qualifying, self_assignment
from annotator.work.assignment.qualifying import Training
from annotator.work.consensus.content import Taken
from annotator.work.consensus.decisions import Act
from annotator.work.quality import training

LINES = """
a: Mattis oc | b: Mattis oc
a: x | b: x
a: Mattis nc | b: Trump sc
"""
AGREES, DIFFERS = "Your answer agrees with gold", "Your answer differs from gold"
MINE = "/projects/us-russia/my-quality"


@staged
def make_adjudicated(project):
    """Let Ann and Ben label three sentences and Cleo decide them as Ben; Dee has not labelled."""
    label(project, LINES)
    with write():
        article = db.session.scalars(select(Sentence.article_id).order_by(Sentence.id)).first()
        give(article, "ann", "ben")
        for assignment in db.session.scalars(select(Assignment)):
            assignment.state = "submitted"
        memberships.join(project, accounts.add_user("dee"), {"annotator"})
    for position in range(3):
        sentence = db.session.scalars(select(Sentence).where(Sentence.position == position)).one()
        case = case_of(sentence)
        ben = accounts.get_user("ben").id
        reading = next(each for each in case.comparison.readings if each.user_id == ben)
        taken = tuple(Taken(each) for each in reading.claims)
        draft = DecisionDraft(reading.status, taken, reason="See ST-2." if position == 2 else "")
        with write():
            deciding.decide(sentence, draft, Act(accounts.get_user("cleo"), 0, f"key-{position}"))


@staged
def make_trained(project):
    """Train with that article, ask for it, and have another article to give."""
    make_adjudicated(project)
    with write():
        text = b"One more is here. It is short."
        storing.store_article(project, storing.read_file("more.txt", text))
        project = db.session.get(Project, project.id)
        training.offer(db.session.scalars(select(Article).order_by(Article.id)).first(), on=True)
        qualifying.change(project, Training(gate=True, tries=2))
        project.overlap = 3


@pytest.fixture
def adjudicated(project):
    make_adjudicated(project)
    return db.session.scalars(select(Article)).one()


@pytest.fixture
def trained(project):
    make_trained(project)
    return db.session.scalars(select(Article).where(Article.training)).one()


def toggle(article):
    return f"/projects/us-russia/articles/{article.id}/training"


def url(article, position=0):
    return f"/label/{article.id}/{position}"


def said(project, name, stance, certainty="certain", **others):
    return claim(speaker(project, name).id, stance, certainty, **others)


def begin(dee):
    return dee.post("/projects/us-russia/training", {}, 303).location


def answer_all(dee, project, article, *answers):
    """Answer the sentences of a try and hand it in; return the page that follows."""
    begin(dee)
    for position, given in enumerate(answers):
        dee.post(url(article, position), given | {"act": "next"}, 303)
        dee.get(url(article, position))
    return dee.get(dee.post(f"/label/{article.id}/submit", {}, 303).location).text


def right(project):
    return (
        fields(said(project, "Mattis", "oppose")),
        fields(status="no_claim"),
        fields(said(project, "Trump", "support")),
    )


def wrong(project):
    return (fields(said(project, "Mattis", "oppose")), *[fields(status="no_claim")] * 2)


def member(name="dee"):
    user = accounts.get_user(name)
    of_project = select(Membership).join(Membership.project).where(Project.slug == "us-russia")
    return db.session.scalars(of_project.where(Membership.user_id == user.id)).one()


def feedback_in(page):
    return re.search(r'<section class="notice \w+" id="feedback".*?</section>', page, re.S)[0]


def results_in(page):
    rows = re.findall(r"<tr><th scope=\"row\">(.*?)</tr>", feedback_in(page), re.S)
    plain = [re.sub(r"<[^>]+>", " ", row).split() for row in rows]
    return [(row[0], " ".join(row[-2:])) for row in plain]


# --- the lead


def test_a_lead_uses_it_and_takes_it_back(adjudicated, browser):
    lea, dee = browser("lea"), browser("dee")
    assert "Begin the training" not in dee.get("/").text
    lea.post(toggle(adjudicated), {"training": "y"}, 303)
    assert "Used for training" in lea.get(f"/projects/us-russia/articles/{adjudicated.id}").text
    assert adjudicated.key in lea.get("/projects/us-russia/settings").text
    assert "Begin the training" in dee.get("/").text
    lea.post(toggle(adjudicated), {}, 303)
    assert "Begin the training" not in dee.get("/").text


def test_an_article_with_a_sentence_without_gold_is_not_used(adjudicated, browser):
    with write():
        db.session.scalars(select(Decision).order_by(Decision.id)).first().state = "reopened"
    lea = browser("lea")
    there = lea.post(toggle(adjudicated), {"training": "y"}, 303).location
    assert "1 sentence of" in lea.get(there).text
    assert db.session.scalar(select(func.count()).where(Article.training)) == 0


def test_only_leads_choose_and_only_annotators_are_trained(trained, browser):
    for name, status in (("ann", 403), ("cleo", 403), ("dan", 404)):
        browser(name).post(toggle(trained), {}, status)
    browser("dan").get(MINE, 404)
    browser("cleo").post("/projects/us-russia/training", {}, 403)
    browser("lea").post("/projects/us-russia/articles/999/training", {}, 404)


def test_the_settings_say_what_is_asked_for_and_refuse_what_cannot_be(trained, project, browser):
    lea = browser("lea")
    given = {"gate": "y", "tries": "4", "since": "1", "threshold_stance": "0,9"}
    lea.post("/projects/us-russia/settings/training", given, 303)
    db.session.rollback()
    asked = qualifying.training_of(db.session.get(Project, project.id))
    assert (asked.gate, asked.tries) == (True, 4)
    assert qualifying.asked_for(asked, project.codebook) == {"stance": 0.9}
    page = lea.post(
        "/projects/us-russia/settings/training", {"gate": "y", "tries": "2", "since": "1"}, 422
    ).text
    assert "Set the threshold of at least one field" in page
    page = lea.post("/projects/us-russia/settings/training", {"tries": "2"}, 422).text
    assert "Choose the version from which results count." in page
    page = lea.post("/projects/us-russia/settings/training", given | {"since": "7"}, 422).text
    assert "version 1 to 1" in page
    lea.post("/projects/us-russia/settings/training", given | {"threshold_stance": "2"}, 422)


# --- a try


def test_gold_is_shown_after_an_answer_and_not_before(trained, project, browser):
    dee = browser("dee")
    assert begin(dee) == f"/label/{trained.id}"
    page = dee.get(url(trained)).text
    assert "Check answer</button>" in page
    assert 'id="feedback"' not in page
    mine = right(project)[0] | {"act": "next"}
    assert dee.post(url(trained), mine, 303).location == f"{url(trained)}#sentence"
    page = dee.get(url(trained)).text
    assert AGREES in feedback_in(page)
    assert "Next sentence</button>" in page
    revision = re.search(r'name="revision" value="(\d+)"', page)[1]
    again = mine | {"revision": revision, "key": "key-again"}
    assert dee.post(url(trained), again, 303).location == f"{url(trained, 1)}#sentence"


def test_what_differs_stands_beside_gold_field_by_field_with_rule_and_reason(
    trained, project, browser
):
    dee = browser("dee")
    begin(dee)
    dee.post(url(trained), fields(said(project, "Mattis", "neutral"), act="next"), 303)
    page = dee.get(url(trained)).text
    assert DIFFERS in page
    assert [
        (name, words if words == "not right" else words.split()[-1])
        for name, words in results_in(page)
    ] == [
        ("speaker", "right"),
        ("stance", "not right"),
        ("certainty", "right"),
    ]
    dee.post(url(trained, 2), fields(said(project, "Mattis", "support"), act="next"), 303)
    shown = feedback_in(dee.get(url(trained, 2)).text)
    assert re.search(r"Mattis.*Trump.*not right", shown, re.S)
    assert "not compared" in shown
    assert re.search(r'Rule: .*#ST-2" target="codebook">ST-2</a>', shown)
    assert "Reason: " in shown


def test_an_open_answer_is_not_compared(trained, project, browser):
    dee = browser("dee")
    begin(dee)
    half = fields(said(project, "Mattis", "oppose", ""), act="next")
    page = dee.post(url(trained), half, 200).text
    assert "Certainty is still open" in page
    assert 'id="feedback"' not in dee.get(url(trained)).text


def test_what_is_changed_after_gold_was_seen_does_not_count(trained, project, browser):
    dee = browser("dee")
    begin(dee)
    dee.post(url(trained), fields(said(project, "Mattis", "neutral"), act="next"), 303)
    page = dee.get(url(trained)).text
    revision = re.search(r'name="revision" value="(\d+)"', page)[1]
    better = right(project)[0] | {"revision": revision, "key": "better-key", "act": "stay"}
    dee.post(url(trained), better, 303)
    assert DIFFERS in dee.get(url(trained)).text
    db.session.rollback()
    given = training.newest_try(db.session.get(Project, project.id), accounts.get_user("dee").id)
    scores = training.marking.score_of(db.session.get(Project, project.id), given)
    assert (scores["stance"].right, scores["stance"].n) == (0, 1)


def test_nothing_of_it_is_an_answer_of_the_project(trained, project, browser):
    before = db.session.scalar(
        select(func.count(Answer.id)).join(Answer.sentence).where(Sentence.article_id == trained.id)
    )
    answer_all(browser("dee"), project, trained, *right(project))
    after = db.session.scalar(
        select(func.count(Answer.id)).join(Answer.sentence).where(Sentence.article_id == trained.id)
    )
    assert after == before
    assert db.session.scalar(select(func.count(Answer.id))) == before + 3


# --- what comes of it


def test_who_passes_gets_work_by_itself(trained, project, browser):
    dee = browser("dee")
    page = answer_all(dee, project, trained, *right(project))
    assert "Passed" in page
    assert "You are qualified" in page
    db.session.rollback()
    result = db.session.scalars(select(TrainingResult)).one()
    assert (result.outcome, result.attempt) == ("passed", 1)
    assert result.scores == {
        "status": [3, 3], "speaker": [2, 2], "stance": [2, 2], "certainty": [2, 2],
        "conditional": [2, 2],
    }  # fmt: skip
    assert "more" in dee.get("/").text
    held = select(Article.key).join(Assignment).where(Assignment.purpose == "work")
    mine = held.where(Assignment.user_id == accounts.get_user("dee").id)
    assert db.session.scalars(mine).all() == ["more"]


def test_who_fails_gets_no_work_and_another_try_begins_clean(trained, project, browser):
    dee = browser("dee")
    page = answer_all(dee, project, trained, *wrong(project))
    assert "Not passed" in page
    assert "1 of 2 tries used" in re.sub(r"\s+", " ", page)
    assert "Begin another try" in page
    begin(dee)
    page = dee.get(url(trained)).text
    assert 'id="feedback"' not in page
    assert "checked" not in re.search(r'<section class="claim open".*?</section>', page, re.S)[0]
    dee.get(f"{MINE}/training/2", 404)
    assert DIFFERS.rsplit(maxsplit=1)[-1] in dee.get(f"{MINE}/training/1").text or True


@slow
def test_who_has_used_all_tries_waits_and_a_lead_lets_them_in_with_a_reason(
    trained, project, browser
):
    dee, lea = browser("dee"), browser("lea")
    for _ in range(2):
        answer_all(dee, project, trained, *wrong(project))
    assert "Your lead can let you in" in dee.get("/").text
    assert begin(dee) == MINE
    them = member().pseudonym
    there = "/projects/us-russia/quality/let-in"
    assert "waiting for the lead" in lea.get("/projects/us-russia/quality").text
    lea.post(there, {"annotator": them, "reason": " "}, 303)
    assert not qualifying.standing_of(project, accounts.get_user("dee").id).qualified
    lea.post(there, {"annotator": them, "reason": "Talked it over."}, 303)
    db.session.rollback()
    assert qualifying.standing_of(project, accounts.get_user("dee").id).qualified
    noted = db.session.scalars(select(Activity.what).order_by(Activity.id.desc())).first()
    assert noted == f"{them} let in without passing the training: Talked it over."
    assert "Talked it over." in dee.get(MINE).text
    browser("ann").post(there, {"annotator": them, "reason": "Me."}, 403)
    lea.post(there, {"annotator": "Z99", "reason": "Nobody."}, 404)


def test_several_are_let_in_at_once_or_none(trained, project, browser, command):
    lea, there = browser("lea"), "/projects/us-russia/quality/let-in"
    names = [member(name).pseudonym for name in ("ann", "ben", "dee")]
    page = lea.get("/projects/us-russia/quality").text
    assert all(f'type="checkbox" name="annotator" value="{name}"' in page for name in names)
    lea.post(there, {"reason": "Known."}, 303)
    assert "Select at least one annotator." in lea.get("/projects/us-russia/quality").text
    lea.post(there, {"annotator": names[:2], "reason": "Known."}, 303)
    db.session.rollback()
    asked = db.session.get(Project, project.id)
    assert [qualifying.may_work(asked, member(n).user_id) for n in ("ann", "ben", "dee")] == [
        True,
        True,
        False,
    ]
    noted = db.session.scalars(select(Activity.what).order_by(Activity.id.desc())).first()
    assert noted == f"{names[0]}, {names[1]} let in without passing the training: Known."
    words = ("project", "training", "us-russia", "--let-in")
    refused = command(*words, "ann,dee", "--reason", "Again.")
    assert refused.exit_code == 2
    assert f"{names[0]} is qualified already." in refused.stderr
    db.session.rollback()
    assert not qualifying.may_work(db.session.get(Project, project.id), member().user_id)
    assert command(*words, "dee").exit_code == 2
    assert f"let in: {names[2]}" in command(*words, "dee", "--reason", "Now.").output
    db.session.rollback()
    assert qualifying.may_work(db.session.get(Project, project.id), member().user_id)


def test_nobody_who_has_not_passed_is_given_work(trained, project, browser):
    lea, them = browser("lea"), member().pseudonym
    page = lea.get("/projects/us-russia/assign").text
    assert f'value="{them}"' not in page
    assert re.search(rf"Not qualified yet, so they get no work: .*{them}", page)
    with write():
        db.session.get(Project, project.id).self_assign = True
    dee = browser("dee")
    assert "Get next article" not in dee.get("/").text
    dee.post("/projects/us-russia/ask", {}, 303)
    assert "Pass the training first" in dee.get("/").text


@slow
def test_a_newer_version_can_ask_everybody_again(trained, project, browser, publish_again):
    answer_all(browser("dee"), project, trained, *right(project))
    number = accounts.get_user("dee").id
    publish_again()
    with write():
        asked = db.session.get(Project, project.id)
        assert qualifying.may_work(asked, number)
        qualifying.change(asked, Training(gate=True, tries=2, since=2))
    asked = db.session.get(Project, project.id)
    assert not qualifying.may_work(asked, number)
    assert qualifying.standing_of(asked, number).left == 2


@pytest.fixture
def publish_again(project):
    """Return what makes a second version of the codebook."""
    from annotator.store.models import CodebookVersion

    def publish():
        with write():
            newest = db.session.get(Project, project.id).codebook_version
            db.session.add(
                CodebookVersion(
                    project_id=project.id, number=2, label="2", content=newest.content, reason="new"
                )
            )
        db.session.expire_all()

    return publish


def test_nobody_gets_a_training_article_by_asking_for_work(trained, project):
    with write():
        db.session.get(Project, project.id).overlap = 5
    dee = accounts.get_user("dee")
    found = self_assignment.next_article(project, dee)
    assert db.session.get(Article, found).key == "more"
