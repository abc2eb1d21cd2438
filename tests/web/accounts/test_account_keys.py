"""One's own keys: the switch and the fields as a plain form, and the label page with them."""

import re

import pytest

from annotator.codebook.keys import ACTS
from annotator.codebook.load import default_text, load, to_json
from annotator.store.db import db, write
from annotator.store.models import CodebookVersion, Project
from annotator.work.accounts import accounts, memberships, projects

KEYS = "/account/keys"


@pytest.fixture
def ann(browser, article):
    return browser("ann")


@pytest.fixture
def url(article):
    return f"/label/{article.id}/2"


@pytest.fixture
def other(project):
    """Add a project that asks for evidence, with Ann among its annotators."""
    with write():
        codebook = load(default_text().replace("evidence = false", "evidence = true"))
        made = projects.create("other", "Other project", codebook)
        memberships.join(made, accounts.get_user("ann"), {"annotator"})
    return made


def own(**keys):
    return {"change": "keys"} | {f"key-{name}": key for name, key in keys.items()}


def preferences(name="ann"):
    db.session.rollback()
    return accounts.get_user(name).preferences


def value_of(page, name):
    return re.search(rf'id="key-{re.escape(name)}"[^>]* value="([^"]*)"', page)[1]


def test_the_account_and_the_keyboard_sheet_lead_here(ann, url):
    assert f'href="{KEYS}"' in ann.get("/account").text
    assert f'href="{KEYS}?project=us-russia&amp;article=' in ann.get(url).text


def test_every_act_and_value_has_a_field_beside_the_codebooks_key(ann):
    page = ann.get(KEYS).text
    acts = ACTS.keys() - {"evidence"}
    for name in ("narrator", "stance.support", "certainty.possible", "status.no_claim", *acts):
        assert value_of(page, name) == ""
    assert 'id="key-evidence"' not in page
    assert "1 to 9 always select the speakers" in page


def test_own_keys_are_saved_and_printed_and_pressed(ann, url):
    assert ann.post(KEYS, own(skip="w", **{"stance.support": "!"}), 303).location == KEYS
    page = ann.get(KEYS).text
    assert "Keys saved." in page
    assert (value_of(page, "skip"), value_of(page, "stance.support")) == ("W", "!")
    label = ann.get(url).text
    assert re.search(r'value="support" data-key="!" aria-keyshortcuts="!"', label)
    assert 'data-key="S"' not in label
    assert re.search(r'id="skip"[^>]* data-key="W"', label)
    sheet = label[label.index('<dialog id="keys"') :]
    assert '<kbd class="key always">!</kbd>' in sheet
    assert '<kbd class="key always">S</kbd>' not in sheet
    blank = label[label.index('<template id="blank"') :]
    assert 'data-key="!"' in blank
    assert '<kbd class="key always">!</kbd>' in ann.get("/projects/us-russia/codebook").text


def test_nobody_else_gets_them(ann, browser, url):
    ann.post(KEYS, own(**{"stance.support": "!"}), 303)
    assert 'data-key="!"' not in browser("ben").get(url).text
    assert preferences("ben") == {}


def test_one_key_for_two_controls_is_refused_naming_both(ann):
    page = ann.post(KEYS, own(**{"stance.support": "j", "mention": "W"}), 422).text
    assert "is the key of both “support” and “Skip for now”" in page
    assert (value_of(page, "stance.support"), value_of(page, "mention")) == ("j", "W")
    assert page.count('aria-invalid="true"') == 2
    assert "Also the key of Skip for now." in page
    assert "Also the key of support." in page
    assert preferences() == {}


@pytest.mark.parametrize(
    ("key", "said"),
    [
        ("5", "1 to 9 select the speakers"),
        ("Enter", "is not a valid key"),
        ("Escape", "is not a valid key"),
        ("ab", "is not a valid key"),
        ("Ctrl+S", "is not a valid key"),
        ("<b>", "“&lt;b&gt;” is not"),
        ("\x00", "is not a valid key"),
        ("x" * 5000, "is not a valid key"),
    ],
)
def test_what_cannot_be_a_key_is_refused_by_name(ann, key, said):
    page = ann.post(KEYS, own(skip=key), 422).text
    assert said in page
    assert preferences() == {}


def test_two_controls_swap_their_keys(ann, url):
    ann.post(KEYS, own(**{"stance.support": "o", "stance.oppose": "s"}), 303)
    label = ann.get(url).text
    assert re.search(r'value="support" data-key="O"', label)
    assert re.search(r'value="oppose" data-key="S"', label)


def test_an_empty_field_and_the_codebooks_own_key_are_no_preference(ann):
    ann.post(KEYS, own(skip="w", todo="y"), 303)
    ann.post(KEYS, own(skip="", todo="g"), 303)
    assert preferences() == {"keys": {}}


def test_the_codebooks_keys_come_back(ann, url):
    ann.post(KEYS, own(skip="w"), 303)
    ann.post(KEYS, own(skip="w") | {"change": "reset"}, 303)
    assert "Reset to the codebook’s keys." in ann.get(KEYS).text
    assert re.search(r'id="skip"[^>]* data-key="J"', ann.get(url).text)


def test_the_page_stays_where_it_was_opened_from(ann, article):
    there = f"{KEYS}?project=us-russia&article={article.id}"
    page = ann.get(there).text
    assert f'href="/label/{article.id}">Back to the article' in page
    assert ann.post(there, own(skip="w"), 303).location == there


# --- more than one codebook


def test_a_key_for_what_a_codebook_does_not_have_is_ignored_there_and_kept(ann, other, url):
    ann.post(f"{KEYS}?project=other", own(evidence="w"), 303)
    assert 'data-key="W"' not in ann.get(url).text
    ann.post(f"{KEYS}?project=us-russia", own(skip="y"), 303)
    assert preferences()["keys"] == {"evidence": "W", "skip": "Y"}


def test_where_only_another_codebook_clashes_its_own_keys_work_and_it_is_said(ann, other, url):
    ann.post(f"{KEYS}?project=us-russia", own(**{"stance.support": "e"}), 303)
    page = ann.get(f"{KEYS}?project=us-russia").text
    assert "Your keys are not used in Other project" in page
    assert "would be the key of both “support” and “Evidence”" in page
    assert re.search(r'value="support" data-key="E"', ann.get(url).text)
    there = ann.get("/projects/other/codebook").text
    assert '<kbd class="key always">S</kbd>' in there


def test_a_project_of_others_is_not_found(ann, project):
    ann.get(f"{KEYS}?project=nowhere", 404)
    ann.post(f"{KEYS}?project=nowhere", own(skip="w"), 404)


def test_whoever_is_in_no_project_can_only_switch(browser, project):
    dan = browser("dan")
    assert "You are in no project yet." in dan.get(KEYS).text
    dan.post(KEYS, own(skip="w"), 404)
    dan.post(KEYS, {"change": "single_keys"}, 303)
    assert preferences("dan") == {"single_keys": False}


def test_a_new_version_of_the_codebook_that_clashes_breaks_nothing(ann, url, project):
    ann.post(KEYS, own(**{"stance.support": "e"}), 303)
    asks = to_json(load(default_text().replace("evidence = false", "evidence = true")))
    with write():
        again = db.session.get(Project, project.id)
        again.codebook_versions.append(CodebookVersion(number=2, label="2", content=asks))
    assert "Your keys are not used in US-Russia" in ann.get(KEYS).text
    assert re.search(r'value="support" data-key="S"', ann.get(url).text)
    ann.post(KEYS, own(**{"stance.support": "w"}), 303)
    assert re.search(r'value="support" data-key="W"', ann.get(url).text)


# --- the switch


def test_single_keys_are_switched_off_and_on_without_javascript(ann, url):
    assert "keyless" not in ann.get(url).text
    ann.post(KEYS, {"change": "single_keys"}, 303)
    page = ann.get(url).text
    assert re.search(r'<html[^>]* class="keyless"', page)
    assert re.search(r'data-act="single-keys" aria-pressed="false"', page)
    assert "Turn single-key shortcuts on" in ann.get(KEYS).text
    ann.post(KEYS, {"change": "single_keys", "single_keys": "y"}, 303)
    assert "keyless" not in ann.get(url).text
    assert preferences() == {"single_keys": True}


def test_the_sheet_switches_without_leaving_the_page(ann):
    reply = ann.post(KEYS, {"change": "single_keys"}, 204, htmx=True)
    assert reply.data == b""
    assert preferences() == {"single_keys": False}


def test_other_preferences_stay(ann):
    ann.post("/account", {"change": "auto_advance", "auto_advance": "y"}, 303)
    ann.post(KEYS, own(skip="w"), 303)
    ann.post(KEYS, {"change": "single_keys"}, 303)
    assert preferences() == {"auto_advance": True, "keys": {"skip": "W"}, "single_keys": False}


@pytest.mark.parametrize("change", [None, "", "theme"])
def test_nothing_else_can_be_changed(ann, change):
    ann.post(KEYS, {"change": change} if change is not None else {}, 400)


def test_without_a_token_it_is_refused(ann):
    ann.post(KEYS, own(skip="w"), 400, csrf=False)
    assert preferences() == {}


def test_signed_out_leads_to_sign_in(browser):
    assert "/sign-in" in browser().get(KEYS, 303).location
