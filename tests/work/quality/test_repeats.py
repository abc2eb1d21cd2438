"""Agreement with oneself, from repeats that were submitted."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from copy_examples import answered, given, submitted
from labelling_examples import assignment_of, claim, claims, nothing_claimed, save
from slow_cases import server
from sqlalchemy import select

from annotator.measure.oneself import Level
from annotator.store.db import db, write
from annotator.store.models import Answer, Project, Sentence
from annotator.work.labelling.drafts import NewSpeaker
from annotator.work.quality.repeats import level_in, with_oneself

pytestmark = server
TRUMP = NewSpeaker("Donald Trump", "person")


@pytest.fixture
def twice(project, article):
    """Let Ann answer four sentences, and three of these again; return the repeat."""
    save(article, claims(claim(stance="support")), position=2)
    save(article, claims(claim(stance="oppose")), position=3)
    save(article, nothing_claimed(), position=4)
    save(article, claims(claim(TRUMP)), position=5)
    submitted(assignment_of(article))
    repeat = given(article, purpose="repeat")
    answered(repeat, claims(claim(stance="support")), 2)
    answered(repeat, claims(claim(stance="neutral")), 3)
    answered(repeat, claims(claim()), 4)
    answered(repeat, claims(claim()), 5)
    return repeat


def found(project, **asked):
    db.session.expire_all()
    return with_oneself(db.session.get(Project, project.id), **asked)


def test_nothing_is_measured_before_the_repeat_is_submitted(project, twice):
    assert found(project) == {}


def test_each_field_is_compared_where_it_can_be(project, twice):
    submitted(twice)
    [(person, own)] = found(project).items()
    assert person == twice.user_id
    assert {name: (each.n, each.percent) for name, each in own.items() if each.n} == {
        "status": (4, 0.75),  # a claim for none
        "speaker": (4, 0.5),  # a claim too much, and another speaker
        "stance": (2, 0.5),  # only where the speaker is the same
        "certainty": (2, 1.0),
        "conditional": (2, 1.0),
    }
    assert own["status"].articles == 1
    assert own["status"].alpha_interval.low is None  # of one article
    assert found(project, user_id=twice.user_id + 1) == {}


def test_an_order_is_read_as_agreement_reports_read_it(project):
    codebook = db.session.get(Project, project.id).codebook
    levels = {each: level_in(codebook, each) for each in ("stance", "certainty", "speaker")}
    assert {name: level.distance for name, level in levels.items()} == {
        "stance": "nominal",
        "certainty": "ordinal",
        "speaker": "nominal",
    }
    assert levels["certainty"].scale == tuple(each.value for each in codebook.certainties)
    ordered = replace(codebook, measures={**codebook.measures, "stance": "ordinal"})
    on_scale = tuple(each.value for each in codebook.stances if each.on_scale)
    assert level_in(ordered, "stance") == Level("ordinal", on_scale)


def test_repaired_sentences_are_not_compared(project, article, twice):
    submitted(twice)
    with write():
        first = db.session.scalars(
            select(Sentence).where(Sentence.article_id == article.id, Sentence.position == 0)
        ).one()
        first.segment = "dateline"
    assert found(project) == {}


def test_the_lead_and_the_annotator_see_it(project, twice, browser):
    submitted(twice)
    page = browser("lea").get("/projects/us-russia/quality?field=stance").text
    assert "Alpha with oneself" in page
    assert "of 2</span>" in page
    mine = browser("ann").get("/projects/us-russia/my-quality").text
    assert "Agreement with yourself" in mine
    assert (
        "Agreement with yourself" not in browser("ben").get("/projects/us-russia/my-quality").text
    )
    table = browser("lea").get("/projects/us-russia/quality.csv").text
    assert "repeats_alpha" in table.splitlines()[0]


def test_both_answers_stay_readable_for_the_annotator_and_the_lead(
    project, article, twice, browser
):
    ann, lea, there = browser("ann"), browser("lea"), "/projects/us-russia/my-quality/repeats"
    ann.get(there, 404)  # not submitted yet
    submitted(twice)
    assert f'href="{there}"' in ann.get("/projects/us-russia/my-quality").text
    page = ann.get(there).text
    assert page.count("<section") == 4
    assert 'scope="col">Repeat</th><th scope="col">First answer</th>' in page
    assert page.count("differs") > page.count("not right") == 0
    assert ann.get(f"{there}?show=wrong").text.count("<section") == 3
    browser("ben").get(there, 404)
    name = next(
        each.pseudonym for each in assignment_of(article).user.memberships if each.annotator
    )
    quality = "/projects/us-russia/quality"
    assert f'href="{quality}/{name}/repeat"' in lea.get(f"{quality}?field=stance").text
    assert lea.get(f"{quality}/{name}/repeat").text.count("<section") == 4
    ann.get(f"{quality}/{name}/repeat", 403)


def test_who_hands_a_repeat_in_reads_of_that_one(project, article, twice, browser):
    with write():
        work = assignment_of(article)
        work.submitted_at = datetime(2020, 5, 1, tzinfo=UTC)
        rows = db.session.execute(
            select(Sentence.position, Answer.id)
            .outerjoin(Answer, Answer.sentence_id == Sentence.id)
            .where(Sentence.article_id == twice.article_id)
        ).all()
    for position in [place for place, answer in rows if answer is None]:
        answered(twice, nothing_claimed(), position)
    ann = browser("ann")
    there = ann.post(f"/label/{article.id}/submit", {}, 303).location
    assert "2020" not in ann.get(there).text
    assert "Submitted" in ann.get(there).text
    assert "2020" in ann.get(f"/label/{article.id}/submit").text
    # No other number leads anywhere else.
    assert browser("ben").get(there).text.count("2020") == 0
