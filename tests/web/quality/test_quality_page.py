"""Quality: each annotator and each week, with the sentences behind every figure."""

import csv
import io
import re

import pytest
from installation import staged
from quality_examples import MONDAY, label_by_weeks
from slow_cases import slow
from sqlalchemy import select, update

from annotator.store.db import db, write
from annotator.store.models import Assignment, CodebookVersion, Membership, User
from annotator.work.quality import report

QUALITY = "/projects/us-russia/quality"


@staged
def make_weeks(project):
    """Let one annotator be steady and another drift in the fourth of six weeks."""
    steady, drifts = [1.0] * 6, [1.0, 1.0, 1.0, 0.0, 1.0, 1.0]
    label_by_weeks(project, {"steady": steady, "drifts": drifts})


@pytest.fixture
def weeks(project):
    make_weeks(project)
    query = select(User.username, Membership.pseudonym).join(Membership.user)
    return dict(db.session.execute(query).all())


def rows_of(page):
    rows = re.findall(r'<tr id="annotator-(\w+)">(.*?)</tr>', page, re.S)
    return {name: " ".join(re.sub(r"<[^>]+>", " ", row).split()) for name, row in rows}


def test_each_annotator_has_a_row_with_accuracy_and_interval(weeks, browser):
    rows = rows_of(browser("lea").get(QUALITY).text)
    assert "100 % 60 of 60 94 % to 100 %" in rows[weeks["steady"]]
    assert "83 % 50 of 60 72 % to 91 %" in rows[weeks["drifts"]]
    assert {weeks["ann"], weeks["ben"]} < rows.keys()


def test_the_week_that_chance_does_not_explain_is_named_in_words(weeks, browser):
    page = browser("lea").get(QUALITY).text
    said = re.search(r'<desc id="weeks-said">(.*?)</desc>', page, re.S)[1]
    first = "100\u202f% in the first weeks"
    assert f"{weeks['drifts']}: {first}, below the limits in the week of 23 Mar 2026" in said
    assert f"{weeks['steady']}: {first}, every week within the limits" in said
    # Of all together it does not: their articles differ as much from one to the next.
    assert page.count('class="out"') == 1
    assert "one of the first weeks" in page
    alone = browser("lea").get(f"{QUALITY}?annotator={weeks['steady']}").text
    assert 'class="out"' not in alone


def test_a_fall_that_lasts_is_named_as_the_sum_that_it_is(project, browser):
    label_by_weeks(project, {"falls": [0.95] * 3 + [0.5] * 5})
    whose = Membership.project_id == project.id, User.username == "falls"
    name = db.session.scalars(
        select(Membership.pseudonym).join(Membership.user).where(*whose)
    ).one()
    page = browser("lea").get(f"{QUALITY}?annotator={name}").text
    said = re.search(r'<desc id="weeks-said">(.*?)</desc>', page, re.S)[1]
    assert "cumulative sum beyond its limit in the week of" in said
    assert 'class="sum over"' in page
    assert "sum beyond its limit" in page
    lines = csv.DictReader(io.StringIO(browser("lea").get(f"{QUALITY}/weeks.csv").text))
    own = [e for e in lines if (e["annotator"], e["field"]) == (name, "stance")]
    assert [each["first"] for each in own] == ["yes"] * 3 + [""] * 5
    assert own[-1]["falls"] == "yes"
    assert float(own[-1]["sum"]) > float(own[-1]["sum_limit"])


@slow
def test_versions_of_the_codebook_are_marked_where_they_came(weeks, project, browser):
    with write():
        content = db.session.scalars(select(CodebookVersion)).one().content
        db.session.add(
            CodebookVersion(
                project_id=project.id,
                number=2,
                label="2.7",
                content=content,
                created_at=MONDAY.replace(day=16),
            )
        )
    db.session.expire_all()
    page = browser("lea").get(QUALITY).text
    assert "Dotted lines: codebook 2.7" in page
    assert 'class="version"' in page


def test_every_figure_leads_to_the_sentences_behind_it(weeks, browser):
    lea, name = browser("lea"), weeks["drifts"]
    page = lea.get(f"{QUALITY}?annotator={name}").text
    there = f"{QUALITY}/{name}/control"
    assert f'href="{there}"' in page
    assert f'href="{there}?week=2026-03-23"' in page
    wrong = lea.get(f"{there}?week=2026-03-23").text
    assert wrong.count("not right") == 10
    assert wrong.count("<section") == 10
    assert lea.get(f"{there}?week=2026-03-30").text.count("not right") == 0
    assert lea.get(f"{there}?show=wrong").text.count("<section") == 10
    lea.get(f"{there}?week=soon", 400)
    lea.get(f"{QUALITY}/Z99/control", 404)


@slow
def test_the_files_have_every_field_and_every_week(weeks, browser):
    lea = browser("lea")
    rows = list(csv.DictReader(io.StringIO(lea.get(f"{QUALITY}.csv").text)))
    [own] = [
        each for each in rows if (each["annotator"], each["field"]) == (weeks["drifts"], "stance")
    ]
    assert (own["control_right"], own["control_n"]) == ("50", "60")
    assert own["median_seconds"] == ""
    found = list(csv.DictReader(io.StringIO(lea.get(f"{QUALITY}/weeks.csv").text)))
    leaving = [
        (each["annotator"], each["week_from"])
        for each in found
        if each["leaves"] and each["field"] == "stance"
    ]
    assert leaving == [(weeks["drifts"], "2026-03-23")]


def test_without_control_articles_the_page_says_so(project, browser):
    page = browser("lea").get(QUALITY).text
    assert "No control article is submitted yet." in page
    browser("lea").get(f"{QUALITY}?field=nonsense", 400)


def test_what_is_not_submitted_counts_nowhere(weeks, project):
    with write():
        db.session.execute(update(Assignment).values(state="open"))
    assert report.control_answers(project) == []


def test_an_annotator_sees_nobody_elses(weeks, browser):
    page = browser("ann").get("/projects/us-russia/my-quality").text
    assert weeks["drifts"] not in page
    assert "Nothing to compare yet" in page


def test_the_median_is_that_of_the_counted_seconds():
    assert report.middle([(2, 1), (5, 1), (9, 1)]) == 5
    assert report.middle([(2, 2), (6, 2)]) == 4
    assert report.middle([(3, 5)]) == 3
