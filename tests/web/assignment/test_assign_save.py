"""Assigning on the page: the plan is shown first, and only that plan is stored."""

import re

import pytest
from installation import staged
from labelling_examples import assignment_of, nothing_claimed, save
from lead_form import stored
from slow_cases import further

from annotator.store.db import db, write
from annotator.store.models import Article, Assignment
from annotator.work.accounts import accounts, memberships
from annotator.work.articles import storing
from annotator.work.assignment import assigning

PATH = "/projects/us-russia/assign"


@pytest.fixture
def lea(browser):
    return browser("lea")


@pytest.fixture
@staged
def three(project):
    """Import three articles that nobody has."""
    texts = {"a.txt": b"One. Two. Three.", "b.txt": b"Four. Five.", "c.txt": b"Six."}
    with write():
        return [
            storing.store_article(project, storing.read_file(name, text))
            for name, text in texts.items()
        ]


@pytest.fixture
def fields(project):
    """Return the form as it comes up."""
    return {
        "which": "short",
        "keys": "",
        "annotators": [person.pseudonym for person in assigning.annotators_of(project)],
        "overlap": "2",
        "seed": "1",
        "plan": "",
        "act": "preview",
    }


def plan_of(page):
    return re.search(r'name="plan" type="hidden" value="([0-9a-f]*)"', page.text).group(1)


def test_the_form_proposes_the_overlap_and_everybody(three, lea):
    page = lea.get(PATH).text
    assert page.count('checked id="annotators-') == 2
    assert 'name="overlap"' in page
    assert 'value="2"' in page


def test_an_article_can_be_asked_for(three, lea):
    page = lea.get(f"{PATH}?article=b").text
    assert 'checked id="which-2"' in page
    assert re.search(r'name="keys"[^>]*>\s*b</textarea>', page)


def test_the_preview_shows_the_plan_and_stores_nothing(three, lea, fields):
    page = lea.post(PATH, fields, 200)
    assert page.text.count("new</span>") == 6
    assert "Create 6 assignments<" in page.text
    assert "Nothing has been stored yet." in page.text
    assert stored() == (3, 0)


def test_the_plan_names_near_duplicates(three, lea, fields):
    with write():
        for article in three[:2]:
            db.session.get(Article, article.id).cluster_id = three[0].id
    page = lea.post(PATH, fields, 200).text
    assert page.count("near-duplicate of") == 2
    assert re.search(r"a <span class=\"hint\">near-duplicate of b</span></th>", page)
    assert re.search(r"b <span class=\"hint\">near-duplicate of a</span></th>", page)


def test_the_plan_that_was_shown_is_stored(three, lea, fields):
    plan = plan_of(lea.post(PATH, fields, 200))
    reply = lea.post(PATH, {**fields, "act": "assign", "plan": plan}, 303)
    assert reply.location == "/projects/us-russia"
    assert "6 assignments made." in lea.get(reply.location).text
    assert stored() == (3, 6)


def test_some_articles_some_people_another_overlap(three, lea, fields):
    chosen = {
        **fields,
        "which": "these",
        "keys": "a\r\n c \r\n",
        "overlap": "1",
        "annotators": fields["annotators"][:1],
    }
    plan = plan_of(lea.post(PATH, chosen, 200))
    lea.post(PATH, {**chosen, "act": "assign", "plan": plan}, 303)
    assert stored() == (3, 2)


def test_without_a_preview_nothing_is_stored(three, lea, fields):
    page = lea.post(PATH, {**fields, "act": "assign"}, 409)
    assert "The plan has changed since it was shown." in page.text
    assert stored() == (3, 0)


def test_a_plan_that_has_changed_meanwhile_is_shown_again(three, lea, fields):
    plan = plan_of(lea.post(PATH, fields, 200))
    with write():
        assigning.assign([(three[0].id, accounts.get_user("ann").id)])
    page = lea.post(PATH, {**fields, "act": "assign", "plan": plan}, 409)
    assert ">assigned<" in page.text
    assert plan_of(page) != plan
    assert stored() == (3, 1)


def test_another_seed_is_another_plan(three, lea, fields):
    plans = {
        plan_of(lea.post(PATH, {**fields, "overlap": "1", "seed": str(seed)}, 200))
        for seed in range(8)
    }
    assert len(plans) > 1


def test_articles_that_lack_people_are_named_and_the_rest_is_given(three, lea, fields):
    with write():
        ann = accounts.get_user("ann").id
        db.session.add(Assignment(article_id=three[0].id, user_id=ann, state="closed", order=0))
    said = f"{three[0].key} needs 2 more annotators, 1 available"
    page = lea.post(PATH, fields, 200)
    assert said in page.text
    assert "Create 4 assignments" in page.text
    reply = lea.post(PATH, {**fields, "act": "assign", "plan": plan_of(page)}, 303)
    done = lea.get(reply.location).text
    assert "4 assignments made. 1 article with too few annotators not assigned" in done
    assert said in done


def test_all_articles_with_all_their_people_leave_nothing_to_do(lea, article, fields):
    page = lea.post(PATH, {**fields, "which": "all"}, 200)
    assert "Nothing to assign" in page.text
    assert "Create 0" not in page.text


@pytest.mark.parametrize(
    ("change", "said"),
    further(
        [
            ({"overlap": "3"}, "overlap is 3, but only 2 annotators are selected"),
            ({"annotators": []}, "overlap is 2, but only 0 annotators are selected"),
            ({"annotators": ["Z99"]}, "no longer an annotator of this project"),
            ({"overlap": "0"}, "Choose a number from 1 to 100."),
            ({"overlap": ""}, "Enter the number"),
            ({"overlap": "x"}, "Not a valid integer value."),
            ({"seed": "-1"}, "Choose a number from 0"),
            ({"seed": "9" * 30}, "Choose a number from 0"),
            ({"which": "these"}, "Enter the keys of the articles"),
            ({"which": "these", "keys": "a\nz"}, "has no article “z”"),
            ({"which": "these", "keys": "a\0"}, ""),
            ({"which": "some"}, "Choose one of these."),
            ({"which": ""}, "Choose one of these."),
        ]
    ),
)
def test_a_wrong_form_is_422_says_why_and_stores_nothing(three, lea, fields, change, said):
    page = lea.post(PATH, {**fields, **change}, 422 if said else 200)
    assert said in page.text
    assert stored() == (3, 0)


def test_annotators_and_adjudicators_are_403_and_strangers_404(three, browser, fields):
    for name, status in (("ann", 403), ("cleo", 403), ("dan", 404)):
        browser(name).get(PATH, status)
        browser(name).post(PATH, fields, status)
    assert browser().get(PATH, 303).location.startswith("/sign-in?next=")
    browser().post(PATH, fields, 401)


def test_without_the_token_nothing_is_stored(three, lea, fields):
    plan = plan_of(lea.post(PATH, fields, 200))
    lea.post(PATH, {**fields, "act": "assign", "plan": plan}, 400, csrf=False)
    assert stored() == (3, 0)


def test_a_share_for_everybody_is_shown_and_stored(three, lea, fields):
    page = lea.post(PATH, {**fields, "overlap": "1", "share": "30"}, 200)
    assert page.text.count("for all annotators</span>") == 1
    fields |= {"overlap": "1", "share": "30", "plan": plan_of(page), "act": "assign"}
    lea.post(PATH, fields, 303)
    assert stored() == (3, 4)
    lea.post(PATH, {**fields, "share": "101"}, 422)


@pytest.fixture
def left(project, article):
    """Let Ben leave with one sentence answered, and Eve join; return the pseudonym of Ben."""
    save(article, nothing_claimed(), name="ben")
    with write():
        ben = accounts.get_user("ben")
        accounts.disable(ben)
        memberships.join(project, accounts.add_user("eve"), {"annotator"})
        return memberships.membership_of(ben, project).pseudonym


def test_open_work_of_who_has_left_is_named_on_the_overview_and_leads_to_assign(lea, left):
    page = lea.get("/projects/us-russia").text
    assert f"{left} (disabled) still has 1 open article, 21 answers left." in page
    assert "/assign?left=1" in page
    assert re.search(r"checked[^>]*name=\"replace_left\"", lea.get(f"{PATH}?left=1").text)


def test_places_of_who_has_left_are_filled_by_one_confirmation(lea, project, left, article):
    people_now = [each.pseudonym for each in assigning.annotators_of(project)]
    form = {
        "which": "short", "keys": "", "annotators": people_now, "overlap": "2", "seed": "1",
        "plan": "", "act": "preview",
    }  # fmt: skip
    page = lea.post(PATH, form, 200).text
    assert "Annotators who have left still have assignments" in page
    assert "This plan closes" not in page
    form["replace_left"] = "y"
    page = lea.post(PATH, form, 200)
    assert f"{left} (disabled), article {article.key}: 1 of 22 answered, kept" in page.text
    assert "Create 1 assignment, close 1 of annotators who have left" in page.text
    lea.post(PATH, form | {"act": "assign", "plan": plan_of(page)}, 303)
    assert "1 assignment made. 1 assignment closed; the answers are kept." in lea.get("/").text
    assert assignment_of(article, "ben").state == "closed"
    assert "still has 1 open article" not in lea.get("/projects/us-russia").text


def test_without_somebody_who_left_there_is_nothing_to_tick(three, lea):
    assert "replace_left" not in lea.get(PATH).text
