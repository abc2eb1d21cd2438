"""A worklist gone through on the label page: confirmed by Next or changed, one after the other."""

import re

import pytest
from label_form import claim as said_by
from label_form import fields, speaker_named
from labelling_examples import claim, claims, save, stored

from annotator.codebook.load import default_text, load
from annotator.store.db import db, write
from annotator.work.accounts import accounts, projects
from annotator.work.codebook import versions, worklists
from annotator.work.codebook.worklists import Wanted
from annotator.work.labelling import history

OWN = "/projects/us-russia/worklist"


def publish(label, old, new):
    text = default_text().replace('version = "1.0"', f'version = "{label}"').replace(old, new)
    with write():
        versions.publish(projects.get("us-russia"), load(text), "neutral is narrower", None)


@pytest.fixture
def listed(article):
    """Put Ann's answers to sentences 2, 4 and 5 on a worklist after a change of the codebook."""
    for position in (2, 4, 5):
        save(article, claims(claim(stance="neutral")), position=position)
    publish("1.1", "Is about it and takes no side.", "Names it.")
    with write():
        project = projects.get("us-russia")
        lead = accounts.get_user("lea")
        worklists.make(project, Wanted(value="stances.neutral"), "Is it named? See ST-3.", lead)
    return article


def said(**others):
    return said_by(speaker_named("James Mattis").id, **others)


def at(article, position):
    return f"/label/{article.id}/{position}?worklist=y"


def confirm(ann, article, position, *, stance="neutral", revision=1, htmx=False, **others):
    posted = fields(said(stance=stance), revision=revision, act="next", worklist="y", **others)
    return ann.post(f"/label/{article.id}/{position}", posted, 200 if htmx else 303, htmx=htmx)


def standing():
    db.session.rollback()
    [(_, [found])] = worklists.worklists_of(projects.get("us-russia"))
    return found.confirmed, found.changed, found.left


def test_the_page_says_why_and_what_has_changed_and_leads_along_the_list(browser, listed):
    ann = browser("ann")
    assert f'href="{at(listed, 2)}#sentence"' in ann.get(OWN).text
    page = ann.get(at(listed, 4)).text
    assert "3 left" in page
    assert "Is it named? See <a" in page
    assert "<del>Is about it and takes no side.</del>" in page
    assert "/codebook/difference?from=1" in page
    assert "Confirm</button>" in page
    assert f'id="back" href="{at(listed, 2)}#sentence"' in page
    assert f'id="skip" href="{at(listed, 5)}#sentence"' in page
    plain = ann.get(f"/label/{listed.id}/4").text
    assert "recheck" not in plain
    assert 'name="worklist"' not in plain


def test_next_confirms_under_the_new_version_and_leads_to_the_next_one(browser, listed):
    ann = browser("ann")
    assert confirm(ann, listed, 2).location == f"{at(listed, 4)}#sentence"
    answer = stored(listed, "ann", 2)
    assert (answer.revision, answer.claims[0].stance) == (2, "neutral")
    assert answer.codebook_version_id == projects.get("us-russia").codebook_version.id
    assert standing() == (1, 0, 2)
    # The last one leads to the first that was passed over, and a browser with scripts along.
    there = confirm(ann, listed, 5, htmx=True, parts="y").headers["HX-Location"]
    assert at(listed, 4) in there
    assert '"select": "#label"' in there
    assert confirm(ann, listed, 4).location == f"{OWN}#sentence"
    assert "Nothing left to look at." in ann.get(OWN).text
    assert standing() == (3, 0, 0)
    assert history.audit().faults == ()


def test_a_changed_answer_is_done_and_confirming_it_adds_nothing(browser, listed):
    ann = browser("ann")
    change = fields(said(stance="unrelated"), revision=1, worklist="y")
    ann.post(f"/label/{listed.id}/2", change, 200, htmx=True)
    assert standing() == (0, 1, 2)
    page = ann.get(at(listed, 2)).text
    assert "looked at, 2 left" in page
    assert "Next sentence" in page
    confirm(ann, listed, 2, stance="unrelated", revision=2)
    assert stored(listed, "ann", 2).revision == 2
    # Changed by the same press.
    confirm(ann, listed, 4, stance="support")
    assert standing() == (0, 2, 1)


@pytest.mark.parametrize(("stance", "done"), [("neutral", (1, 0, 2)), ("support", (0, 1, 2))])
def test_undo_puts_an_answer_back_on_the_list_and_redo_takes_it_off(browser, listed, stance, done):
    ann = browser("ann")
    confirm(ann, listed, 2, stance=stance)
    for act, position, expected in (
        ("undo", 4, (0, 0, 3)), ("redo", 2, done), ("undo", 2, (0, 0, 3)), ("redo", 2, done)
    ):  # fmt: skip
        page = ann.get(at(listed, position)).text
        [number] = re.findall(f'name="{act}" value="(\\d+)"', page)
        if stance == "neutral":
            assert re.search(r"(Undo|Redo)<span class=.hidden.>[^<]*: confirmed<", page)
        posted = fields(said(), revision=1, act=act, worklist="y", **{act: number})
        there = ann.post(f"/label/{listed.id}/{position}", posted, 303).location
        assert there.startswith(f"/label/{listed.id}/2?")
        assert "worklist=y" in there
        assert standing() == expected
    assert "looked at, 2 left" in ann.get(at(listed, 2)).text
    assert history.audit().faults == ()


def test_a_retired_or_incomplete_answer_is_not_confirmed(browser, listed):
    publish("1.2", 'value = "neutral"\n', 'value = "neutral"\nretired = true\n')
    ann = browser("ann")
    posted = fields(said(), revision=1, act="next", worklist="y")
    page = ann.post(f"/label/{listed.id}/2", posted, 422, htmx=True)
    assert "is retired" in page.text
    assert "recheck" in page.text
    assert stored(listed, "ann", 2).revision == 1
    save(listed, claims(claim(stance="support", certainty=None)), position=4, revision=1)
    posted = fields(said(stance="support", certainty=""), revision=2, act="next", worklist="y")
    page = ann.post(f"/label/{listed.id}/4", posted, 200, htmx=True)
    assert "Certainty is still open" in page.text
    assert 'name="worklist"' in page.text
    assert standing() == (0, 1, 2)


def test_what_was_confirmed_without_a_connection_confirms_and_leads_nowhere(browser, listed):
    ann = browser("ann")
    posted = fields(said(), revision=1, act="confirm", worklist="y")
    reply = ann.post(f"/label/{listed.id}/2", posted, 200, htmx=True)
    assert "HX-Location" not in reply.headers
    assert "looked at" in reply.text
    assert standing() == (1, 0, 2)
    # Sent twice, as when the reply was lost, it is stored once.
    ann.post(f"/label/{listed.id}/2", posted, 200, htmx=True)
    assert stored(listed, "ann", 2).revision == 2


def test_without_the_mark_next_confirms_nothing(browser, listed):
    ann = browser("ann")
    posted = fields(said(), revision=1, act="next")
    ann.post(f"/label/{listed.id}/2", posted, 303)
    assert stored(listed, "ann", 2).revision == 1
    assert standing() == (0, 0, 3)
