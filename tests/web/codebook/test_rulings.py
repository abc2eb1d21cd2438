"""Case law: a rule leads to the decisions that cite it, a decision becomes an example."""

import pytest
from labelling_examples import claim, claims, save, sentence_of
from release_examples import decide

from annotator.store.db import db
from annotator.work.accounts import projects
from annotator.work.codebook import drafts

PATH = "/projects/us-russia/codebook"


@pytest.fixture
def ruled(article):
    """Let Ann and Ben differ, and Cleo decide under ST-2."""
    save(article, claims(claim(stance="neutral")), position=2)
    save(article, claims(claim(stance="oppose")), position=2, name="ben")
    decide(article, 2, 1, reason="ST-2: he rules it out", rule="ST-2")
    return sentence_of(article, 2)


def draft():
    db.session.rollback()
    found = drafts.draft_of(projects.get("us-russia"))
    return found and drafts.checked(drafts.document_of(found)).codebook


def test_rules_show_how_often_they_were_cited_and_lead_to_the_decisions(browser, ruled):
    page = browser("cleo").get(PATH).text
    assert f'href="{PATH}/rulings/ST-2">cited in 1 decision<' in page
    page = browser("cleo").get(f"{PATH}/rulings/ST-2").text
    assert "he rules it out" in page
    assert "James Mattis, oppose, certain" in page
    assert "No decision cites this rule." in browser("cleo").get(f"{PATH}/rulings/ST-1").text
    browser("cleo").get(f"{PATH}/rulings/ST-99", 404)


def test_annotators_do_not_learn_what_is_decided(browser, ruled):
    assert "cited in" not in browser("ann").get(PATH).text
    browser("ann").get(f"{PATH}/rulings/ST-2", 403)
    browser("ann").post(f"{PATH}/decisions/1/example", {"place": "stances.oppose"}, 403)


def test_one_press_makes_a_decision_an_example_of_a_value_or_a_rule(browser, ruled, article):
    cleo = browser("cleo")
    path = f"/projects/us-russia/adjudicate/{article.id}/2/history"
    page = cleo.get(path).text
    assert 'value="stances.oppose">Example of oppose<' in page
    cleo.post(f"{PATH}/decisions/1/example", {"place": "stances.oppose"}, 303)
    assert "The lead publishes it." in cleo.get(path).text
    last = draft().stance("oppose").positive[-1]
    assert last.startswith("“")
    assert last.endswith("”: James Mattis, oppose, certain")
    cleo.post(f"{PATH}/decisions/1/example", {"place": "rules.ST-2", "rule": "ST-2"}, 303)
    assert draft().section("stance").positive[-1].endswith("(ST-2)")
    cleo.post(f"{PATH}/decisions/1/example", {"place": "stances.oppose"}, 303)
    assert "is an example there already" in cleo.get(path).text
    cleo.post(f"{PATH}/decisions/1/example", {"place": "stances.support"}, 303)
    assert "is no example of" in cleo.get(path).text
    cleo.post(f"{PATH}/decisions/99/example", {"place": "stances.oppose"}, 404)
    assert projects.get("us-russia").codebook_version.number == 1
