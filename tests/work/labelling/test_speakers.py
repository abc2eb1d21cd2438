"""Speakers: found by name or alias, added once, numbered for good."""

import pytest
from labelling_examples import MATTIS, claim, claims, save, speaker_called
from sqlalchemy import func, select

from annotator.codebook.load import load_default
from annotator.errors import RefusedError
from annotator.paths import SAMPLES
from annotator.store.db import db, write
from annotator.store.models import Speaker
from annotator.store.rows.answers import read_roster
from annotator.work.accounts import accounts
from annotator.work.articles import storing
from annotator.work.assignment import assigning
from annotator.work.labelling import speaker_search, speakers
from annotator.work.labelling.drafts import NewSpeaker, UnnamedSource
from annotator.work.labelling.speaker_search import SimilarSpeakersError, last_name
from annotator.work.labelling.speakers import UnknownSpeakerError


def resolved(article, choice):
    with write():
        user = accounts.get_user("ann")
        return speakers.resolve(article.project, article, load_default(), user, choice)


@pytest.fixture
def other_article(project, article):
    path = SAMPLES / "003_d8b704d0d15f47b2.txt"
    draft = storing.read_file(path.name, path.read_bytes())
    with write():
        stored = storing.store_article(project, draft)
        user = accounts.get_user("ann")
        assigning.assign([(stored.id, user.id)])
    return stored


@pytest.mark.parametrize("name", ["James Mattis", "JAMES MATTIS", "  james\u00a0 mattis "])
def test_a_name_is_one_speaker_however_it_is_typed(article, name):
    known = resolved(article, MATTIS)
    assert resolved(article, NewSpeaker(name, "")) == known


@pytest.mark.parametrize("name", ["Émile Żak", "ΟΔΥΣΣΕΥΣ", "İstanbul", "Straße"])
def test_a_known_name_in_any_script_needs_no_type(article, name):
    known = resolved(article, NewSpeaker(name, "person"))
    assert resolved(article, NewSpeaker(name, "")) == known


@pytest.mark.parametrize("kind", ["", "narrator", "unnamed", "robot"])
def test_a_new_name_needs_a_type_that_names_can_have(article, kind):
    with pytest.raises(RefusedError, match="choose its type"):
        resolved(article, NewSpeaker("Somebody New", kind))


@pytest.mark.parametrize("choice", [NewSpeaker(" \t", "person"), UnnamedSource("  ")])
def test_no_words_are_no_speaker(article, choice):
    with pytest.raises(RefusedError):
        resolved(article, choice)


def test_an_unnamed_source_keeps_its_words_and_its_article(article, other_article):
    here = resolved(article, UnnamedSource("multiple  officials"))
    assert resolved(article, UnnamedSource("multiple officials")) == here
    assert resolved(other_article, UnnamedSource("multiple officials")) != here
    found = db.session.get(Speaker, here)
    assert (found.wording, found.type) == ("multiple officials", "unnamed")
    assert article.key in found.name


def test_a_name_is_never_taken_for_an_unnamed_source(article):
    source = resolved(article, UnnamedSource("reports"))
    named = db.session.get(Speaker, source).name
    assert speakers.find_by_name(article.project, named) is None


def test_a_merged_speaker_stands_for_the_other(article):
    old, new = (resolved(article, NewSpeaker(name, "person")) for name in ("Jim", "James"))
    source = resolved(article, UnnamedSource("sources"))
    with write():
        db.session.get(Speaker, old).merged_into_id = new
        db.session.get(Speaker, source).merged_into_id = new
    chosen = [old, NewSpeaker("Jim", ""), UnnamedSource("sources")]
    assert [resolved(article, choice) for choice in chosen] == [new, new, new]
    assert save(article, claims(claim(old))).answer.claims[0].speaker_id == new


def test_a_number_of_nobody_is_refused(article):
    with pytest.raises(UnknownSpeakerError):
        resolved(article, 4711)


def roster(article, name="ann"):
    found = read_roster(article.id, accounts.get_user(name).id)
    return [(entry.number, entry.speaker.name) for entry in found]


def test_roster_numbers_never_move(article):
    pompeo, bishop = NewSpeaker("Mike Pompeo", "person"), NewSpeaker("Julie Bishop", "person")
    save(article, claims(claim(pompeo), claim(MATTIS), claim(pompeo)))
    assert roster(article) == [(1, "Mike Pompeo"), (2, "James Mattis")]
    save(article, claims(claim(MATTIS)), revision=1)
    save(article, claims(claim(bishop)), position=0)
    numbers = [(1, "Mike Pompeo"), (2, "James Mattis"), (3, "Julie Bishop")]
    assert roster(article) == numbers
    assert roster(article, "ben") == []


def test_the_links_of_a_chain_get_numbers_too(article):
    resolved(article, MATTIS)
    link = speaker_called("James Mattis").id
    save(article, claims(claim(NewSpeaker("Commanders", "group"), via=(link,))))
    assert roster(article) == [(1, "James Mattis"), (2, "Commanders")]


def similar(article, name, kind="", who="ann"):
    found = speaker_search.similar_to(article, load_default(), accounts.get_user(who), name, kind)
    return [speaker.name for speaker in found]


@pytest.mark.parametrize("name", ["Mattis", "Mr. Mattis", "James N. Mattis", "Jim Mattis Jr."])
def test_the_same_last_name_might_be_the_same_person(article, name):
    resolved(article, MATTIS)
    assert similar(article, name) == ["James Mattis"]
    assert similar(article, name, "person") == ["James Mattis"]


@pytest.mark.parametrize("name", ["James Pompeo", "Mattison", "Matti", "...", "%"])
def test_other_names_are_others(article, name):
    resolved(article, MATTIS)
    assert similar(article, name) == []


def test_a_last_name_says_nothing_of_an_organisation(article):
    resolved(article, NewSpeaker("Denzel Washington", "person"))
    resolved(article, NewSpeaker("Government of Russia", "organisation"))
    assert similar(article, "Washington", "organisation") == []
    assert similar(article, "people of Russia", "group") == []


def test_points_and_capitals_make_no_other_name(article):
    resolved(article, NewSpeaker("U.S. Department of Defense", "organisation"))
    assert similar(article, "the US department of defense") == ["U.S. Department of Defense"]


def call(article, who, words):
    with write():
        speakers.remember_alias(
            article, accounts.get_user(who), speaker_called("James Mattis").id, words
        )


def test_ones_own_words_for_somebody_are_remembered(article):
    resolved(article, MATTIS)
    call(article, "ann", "the Pentagon chief")
    assert similar(article, "The Pentagon Chief") == ["James Mattis"]


def test_anothers_words_in_an_article_of_ones_own_stay_unknown(article):
    resolved(article, MATTIS)
    call(article, "ben", "the Pentagon chief")
    assert similar(article, "the Pentagon chief") == []


def test_anothers_words_in_an_article_that_is_not_ones_own_help(article, other_article):
    resolved(article, MATTIS)
    call(other_article, "ann", "the Pentagon chief")
    assert similar(article, "the Pentagon chief", who="ben") == ["James Mattis"]


def test_who_might_be_meant_is_asked_before_a_new_one_is_added(article):
    known = resolved(article, MATTIS)
    with pytest.raises(SimilarSpeakersError, match="might be James Mattis"):
        resolved(article, NewSpeaker("Jim Mattis", "person", ask=True))
    assert resolved(article, NewSpeaker("JAMES MATTIS", "", ask=True)) == known
    assert resolved(article, NewSpeaker("Jim Mattis", "person")) != known


def test_the_same_new_name_twice_is_added_once(article):
    resolved(article, MATTIS)
    with write():
        again = speakers.add(article.project, None, "James Mattis", "person", None)
    assert again == speaker_called("James Mattis").id
    query = select(func.count()).select_from(Speaker).where(Speaker.name == "James Mattis")
    assert db.session.scalar(query) == 1


@pytest.mark.parametrize(
    ("name", "last"),
    [
        ("James N. Mattis", "Mattis"),
        ("Martin Luther King Jr.", "King"),
        ("Bartholomew Featherstone, III", "Featherstone"),
        ("Владимир Путин", "Путин"),
        ("III", "III"),
    ],
)
def test_the_last_name_is_never_an_addition_to_it(name, last):
    assert last_name(name) == last
