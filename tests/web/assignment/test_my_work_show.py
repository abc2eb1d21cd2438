"""My work: what to do next, in one glance."""

import re
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from annotator.codebook.load import load_default
from annotator.store.db import db, write
from annotator.store.models import Assignment
from annotator.work.accounts import accounts, memberships, projects
from annotator.work.articles import storing
from annotator.work.assignment import assigning
from annotator.work.labelling.drafts import AnswerDraft
from annotator.work.labelling.saving import Save, save_answer
from annotator.work.labelling.window import neighbours


@pytest.fixture
def ann(browser):
    return browser("ann")


def change(article, **values):
    with write():
        found = db.session.scalar(
            select(Assignment).where(
                Assignment.article_id == article.id,
                Assignment.user_id == accounts.get_user("ann").id,
            )
        )
        for name, value in values.items():
            setattr(found, name, value)


def decide(article, *positions):
    with write():
        for position in positions:
            sentence = neighbours(article, position, 0)[0]
            draft = AnswerDraft(status="no_claim")
            save_answer(sentence, accounts.get_user("ann"), draft, Save(0, f"key-{position}-12345"))


def give(project, name, raw, *usernames):
    with write():
        stored = storing.store_article(project, storing.read_file(name, raw))
        assigning.assign([(stored.id, accounts.get_user(each).id) for each in usernames])
    return stored


def test_without_work_it_says_so(ann):
    page = ann.get("/").text
    assert "Nothing to label now. Your lead assigns articles; they appear here." in page


def test_somebody_without_a_project_is_told_the_same(browser):
    assert "Nothing to label now." in browser("dan").get("/").text


def test_a_new_article_can_be_started(ann, article):
    page = ann.get("/").text
    assert "Not started" in page
    assert "0 of 22" in page
    assert f'href="/label/{article.id}"' in page
    assert "Start: James Mattis: No plans" in page


def test_begun_work_goes_on_at_the_next_sentence(ann, article):
    decide(article, 1, 2, 3)
    page = ann.get("/").text
    assert "In progress" in page
    assert "3 of 22" in page
    assert f'href="/label/{article.id}/4"' in page
    assert "Continue: sentence 5 of 22" in page
    assert "Continue at 5" in page
    # What waits in a browser is not known here.
    assert "3 sentences today" in page
    assert "saved" not in page


def test_all_decided_leads_to_handing_in(ann, project):
    stored = give(project, "a.txt", b"One. Two.", "ann")
    decide(stored, 0, 1)
    page = ann.get("/").text
    assert "Review and submit" in page
    assert f'href="/label/{stored.id}/submit"' in page


def test_returned_work_comes_first_with_the_note(ann, project, article):
    stored = give(project, "a.txt", b"One. Two.", "ann")
    change(stored, state="returned", note="See CL-5.")
    page = ann.get("/").text
    assert "Note: “See <a " in page
    assert ">CL-5</a>.”" in page
    assert page.index("Returned</span>") < page.index("Not started</span>")
    assert "Fix at 1" in page
    assert "Fix: sentence 1 of 2" in page


def test_overdue_work_is_marked(ann, article):
    change(article, due_on=date(2020, 1, 3))
    page = ann.get("/").text
    assert "Overdue" in page
    assert "Fri 3 Jan" in page


@pytest.mark.parametrize(
    ("tab", "values"),
    [
        ("submitted", {"state": "submitted", "decided_count": 22}),
        ("returned", {"state": "returned"}),
        ("flagged", {"unsure_count": 2}),
    ],
)
def test_each_tab_holds_its_articles(ann, article, tab, values):
    assert f"/label/{article.id}" not in ann.get(f"/?tab={tab}").text.partition("<tbody>")[2]
    change(article, **values)
    page = ann.get(f"/?tab={tab}").text
    assert "James Mattis" in page.partition("<tbody>")[2]
    assert f"{tab.capitalize()} 1</a>" in page


def test_submitted_work_can_be_looked_at_and_is_not_to_do(ann, article):
    change(article, state="submitted", decided_count=22)
    assert "Nothing to label now." in ann.get("/").text
    assert f'href="/label/{article.id}/0">View' in ann.get("/?tab=submitted").text


def test_an_unknown_tab_is_the_first(ann, article):
    page = ann.get("/?tab=nonsense").text
    assert 'aria-current="page">To do 1</a>' in page


def test_only_ones_own_work_appears(browser, project):
    give(project, "a.txt", b"Only for Ben.", "ben")
    assert "Only for Ben" not in browser("ann").get("/").text
    assert "Only for Ben" in browser("ben").get("/").text


def test_each_project_has_its_own_section(ann, project, article):
    with write():
        other = projects.create("other", "Other question", load_default())
        memberships.join(other, accounts.get_user("ann"), {"annotator"})
    page = ann.get("/").text
    assert 'id="articles-us-russia"' in page
    assert 'id="articles-other"' in page


def test_a_lead_finds_the_projects(browser, article):
    page = browser("lea").get("/").text
    assert 'href="/projects/us-russia"' in page
    assert "My articles" not in page
    assert "Nothing to label" not in page


def test_projects_in_which_nobody_is_at_work_come_last(browser, article):
    with write():
        lea = accounts.get_user("lea")
        made = projects.create("a-practice", "A practice", load_default(), lea)
        memberships.join(made, lea, {"lead"})
    page = browser("lea").get("/").text
    assert 0 < page.index('"/projects/us-russia"') < page.index('"/projects/a-practice"')


def test_projects_of_one_name_are_told_apart_by_their_short_names(browser, project):
    lea = browser("lea")
    assert f"{project.slug} · " not in lea.get("/").text
    with write():
        other = projects.create("again", project.name, load_default())
        memberships.join(other, accounts.get_user("lea"), {"lead"})
    page = lea.get("/").text
    assert f"{project.slug} · " in page
    assert "again · lead" in page


def test_an_adjudicator_finds_agreement_and_codebook_only(browser, article):
    page = browser("cleo").get("/").text
    main = page.partition("<main")[2]
    assert 'href="/projects/us-russia"' not in main
    assert 'href="/projects/us-russia/agreement"' in main


def test_nobody_is_sent_to_sign_in(browser):
    assert browser().get("/", 303).location == "/sign-in"


def test_the_next_article_is_what_my_work_proposes(ann, project, article):
    stored = give(project, "a.txt", b"One. Two.", "ann")
    assert ann.get("/next", 302).location == f"/label/{article.id}"
    change(stored, state="returned", note="See CL-5.")
    assert ann.get("/next", 302).location == f"/label/{stored.id}/0"
    change(stored, state="submitted", decided_count=2)
    change(article, state="submitted", decided_count=22)
    assert ann.get("/next", 302).location == "/"


def test_work_stands_returned_begun_overdue_due_and_then_as_given(ann, project):
    keys = ("rest", "due", "overdue", "begun", "back")
    _rest, due, overdue, begun, back = (
        give(project, f"{key}.txt", f"One {key}. Two.".encode(), "ann") for key in keys
    )
    change(due, due_on=date(2999, 1, 1))
    change(overdue, due_on=date(2020, 1, 3))
    decide(begun, 1)
    change(back, state="returned", note="Look at 2.")
    table = ann.get("/").text.partition("<tbody>")[2]
    places = [table.index(f">{key}") for key in ("back", "begun", "overdue", "due", "rest")]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("tab", "words"),
    [
        ("returned", "No returned articles."),
        ("flagged", "No sentences flagged as unsure."),
        ("submitted", "No submitted articles yet."),
    ],
)
def test_each_empty_tab_says_what_is_not_there(ann, article, tab, words):
    page = ann.get(f"/?tab={tab}").text
    assert words in page
    assert "Nothing to label now" not in page


@pytest.mark.parametrize(
    "values",
    [
        {"imported": True},
        {"imported": True, "state": "submitted"},
        {"lease_until": datetime(2018, 1, 1, tzinfo=UTC)},
    ],
)
def test_work_from_elsewhere_and_a_lease_that_is_over_are_shown_as_any_other(ann, article, values):
    change(article, **values)
    tab = "submitted" if "state" in values else "to-do"
    assert article.key in ann.get(f"/?tab={tab}").text


def test_flagged_opens_the_sentence_with_the_flag(ann, article):
    decide(article, 1)
    with write():
        for position in (7, 4):
            draft = AnswerDraft(status="no_claim", unsure=True)
            sentence = neighbours(article, position, 0)[0]
            user = accounts.get_user("ann")
            save_answer(sentence, user, draft, Save(0, f"flag-{position}-12345"))
    link = f'href="/label/{article.id}/4#sentence">See flag at 5'
    assert link in ann.get("/?tab=flagged").text
    assert link not in ann.get("/").text
    change(article, state="submitted")
    assert link in ann.get("/?tab=flagged").text


def links_in_bar(page):
    bar = page.partition('<nav aria-label="Pages">')[2].partition("</nav>")[0]
    return re.findall(r'href="([^"]+)"[^>]*>([^<]+)<', bar)


def test_the_bar_leads_to_codebook_and_keys(ann, article):
    assert links_in_bar(ann.get("/").text) == [
        ("/", "My work"),
        ("/projects/us-russia/codebook", "Codebook"),
        ("/account/keys?project=us-russia", "Keys"),
    ]


def test_with_two_projects_each_has_its_codebook_beside_its_heading(ann, project, article):
    with write():
        other = projects.create("other", "Other question", load_default())
        memberships.join(other, accounts.get_user("ann"), {"annotator"})
    page = ann.get("/").text
    assert [words for _, words in links_in_bar(page)] == ["My work", "Keys"]
    for slug, name in (("us-russia", project.name), ("other", other.name)):
        link = f'<a href="/projects/{slug}/codebook">Codebook<span class="hidden"> of {name}</span>'
        assert link in page


def test_without_a_project_there_is_no_codebook_to_lead_to(browser):
    assert links_in_bar(browser("dan").get("/").text) == [("/", "My work")]
