"""Find or add: who fits what is typed, and whom a new name might mean."""

import re

import pytest
from label_form import answer_of, claim, fields, nothing_stored, speaker_named, stored

from annotator.store.db import write
from annotator.store.models import Speaker
from annotator.work.accounts import accounts
from annotator.work.labelling import speakers


@pytest.fixture
def url(article):
    return f"/label/{article.id}/2"


@pytest.fixture
def ann(browser):
    return browser("ann")


def new(name, kind="person", **others):
    return {"speaker": "new", "new_name": name, "new_type": kind, **others}


def add(person, url, name, kind="person", position=1):
    path = url.rsplit("/", 1)[0] + f"/{position}"
    person.post(path, fields(new(name, kind), act="speaker-0"), 303)


def options(person, url, text):
    page = person.get(f"{url}/speakers", query_string={"q": text}).text
    found = re.findall(r'role="option".*?>(.*?)</li>', page, re.S)
    return [" ".join(re.sub(r"<[^>]+>", "", option).split()) for option in found]


def test_a_part_of_a_name_finds_it_with_its_type(ann, url):
    add(ann, url, "James Mattis")
    assert options(ann, url, "matt")[0] == "James Mattis person, in this article"


def test_who_is_met_in_this_article_comes_first(browser, ann, url):
    add(browser("ben"), url, "Abel Matthews")
    add(ann, url, "James Mattis")
    found = options(ann, url, "matt")
    assert found[:2] == ["James Mattis person, in this article", "Abel Matthews person"]


def test_a_surface_form_says_why_it_fits(ann, url, article):
    add(ann, url, "James Mattis")
    number = speaker_named("James Mattis").id
    with write():
        speakers.remember_alias(article, accounts.get_user("ann"), number, "the Pentagon chief")
    said = "James Mattis person, alias “the Pentagon chief”, in this article"
    assert options(ann, url, "pentagon")[0] == said


def test_what_others_marked_in_the_same_article_is_not_shown(browser, ann, url, article):
    add(ann, url, "James Mattis")
    number = speaker_named("James Mattis").id
    with write():
        speakers.remember_alias(article, accounts.get_user("ann"), number, "the Pentagon chief")
    found = options(browser("ben"), url, "pentagon")
    assert not any("Mattis" in option for option in found)
    assert options(browser("ben"), url, "mattis")[0] == "James Mattis person"


def test_a_new_name_can_be_added_in_each_type_or_unnamed(ann, url, project):
    assert options(ann, url, "H.R. McMaster") == [
        "Add “H.R. McMaster” as person",
        "Add “H.R. McMaster” as organisation",
        "Add “H.R. McMaster” as group",
        "Add “H.R. McMaster” as unnamed",
    ]


def test_a_known_name_cannot_be_added_again(ann, url):
    add(ann, url, "James Mattis")
    assert options(ann, url, "JAMES mattis") == ["James Mattis person, in this article"]


def test_the_same_last_name_is_pointed_out(ann, url):
    add(ann, url, "James Mattis")
    found = options(ann, url, "Jim Mattis")
    assert found[:2] == ["Might be James Mattis person", "Add “Jim Mattis” anyway as person"]


def test_a_merged_speaker_is_found_by_the_old_name(ann, url):
    add(ann, url, "Donald Trump")
    add(ann, url, "Mister Potus", position=3)
    with write():
        speaker_named("Mister Potus").merged_into_id = speaker_named("Donald Trump").id
    assert options(ann, url, "potus")[0].startswith("Donald Trump person, alias “Mister Potus”")


def test_the_article_own_voice_is_not_offered_twice(ann, url):
    assert not any("NARRATOR" in option for option in options(ann, url, "narr")[:-4])


@pytest.mark.parametrize("text", ["", "   ", "\x00", "\t"])
def test_nothing_typed_finds_nothing(ann, url, text):
    assert options(ann, url, text) == []


@pytest.mark.parametrize("text", ["%", "_", "\\", "'", "ż", "👍🏽", "مرحبا", "x" * 5000])
def test_signs_of_all_kinds_find_only_what_holds_them(ann, url, text):
    add(ann, url, "James Mattis")
    assert not any("James" in option for option in options(ann, url, text))


def test_markup_comes_out_as_text(ann, url):
    page = ann.get(f"{url}/speakers", query_string={"q": "<img src=x>"}).text
    assert "<img" not in page


def test_no_more_than_a_handful_is_shown(ann, url, project):
    with write():
        for number in range(40):
            speakers.add(project, None, f"Person No {number}", "person", None)
    assert len([option for option in options(ann, url, "person no") if "Add" not in option]) == 8


def test_the_page_does_not_grow_with_the_registry(ann, url, project):
    before = len(ann.get(url).text)
    with write():
        for number in range(400):
            speakers.add(project, None, f"Person No {number}", "person", None)
    assert abs(len(ann.get(url).text) - before) < 100


@pytest.mark.parametrize(
    ("name", "status"), [("dan", 404), ("lea", 403), ("cleo", 403), (None, 303)]
)
def test_only_who_labels_the_article_may_search(browser, url, name, status):
    browser(name).get(f"{url}/speakers?q=matt", status)


def test_a_speaker_of_another_article_number_is_not_found(ann):
    ann.get("/label/999/0/speakers?q=x", 404)


# --- the same without JavaScript: a question before anything is stored


@pytest.mark.parametrize("htmx", [True, False])
def test_a_name_that_might_be_known_is_asked_about_and_not_stored(ann, url, article, htmx):
    add(ann, url, "James Mattis")
    number = speaker_named("James Mattis").id
    posted = fields(new("Jim Mattis", stance="support"), act="speaker-0")
    page = ann.post(url, posted, 422, htmx=htmx).text
    assert "might be James Mattis" in page
    assert f'value="take-0-{number}">Use James Mattis' in page
    assert 'value="sure-0">Add “Jim Mattis” anyway' in page
    assert re.search(r'value="support"[^>]* checked', page)
    assert answer_of(article) is None


def test_the_known_one_can_be_used(ann, url, article):
    add(ann, url, "James Mattis")
    number = speaker_named("James Mattis").id
    ann.post(url, fields(new("Jim Mattis"), act=f"take-0-{number}"), 303)
    assert answer_of(article).claims[0].speaker_id == number


def test_the_new_one_can_be_added_anyway(ann, url, article):
    add(ann, url, "James Mattis")
    ann.post(url, fields(new("Jim Mattis"), act="sure-0"), 303)
    assert answer_of(article).claims[0].speaker.name == "Jim Mattis"


def test_what_was_confirmed_in_the_list_is_not_asked_again(ann, url, article):
    add(ann, url, "James Mattis")
    ann.post(url, fields(new("Jim Mattis", sure="y"), act="speaker-0"), 303)
    assert answer_of(article).claims[0].speaker.name == "Jim Mattis"


def test_the_second_claim_is_asked_about_in_its_place(ann, url, article):
    add(ann, url, "James Mattis")
    page = ann.post(url, fields(claim(), new("Jim Mattis"), act="speaker-1"), 422).text
    assert 'value="sure-1"' in page
    ann.post(url, fields(claim(), new("Jim Mattis"), act="sure-1"), 303)
    assert [each.speaker.name for each in answer_of(article).claims] == ["NARRATOR", "Jim Mattis"]


@pytest.mark.parametrize(
    "act", ["take-0-999", "take-0-99999999999", "take-0-x", "take-9-1", "take"]
)
def test_a_speaker_of_nobody_is_not_taken(ann, url, act):
    before = stored(Speaker)
    ann.post(url, fields(new("Somebody", kind=""), act=act), 422)
    assert nothing_stored()
    assert stored(Speaker) == before
