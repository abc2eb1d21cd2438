"""The lead's register of speakers: shown first, made by a second press, taken back by a third."""

import re

import pytest
from installation import staged
from labelling_examples import claim, claims, save, speaker_called
from slow_cases import further
from sqlalchemy import select

from annotator.codebook.load import load_default
from annotator.store.db import db, write
from annotator.store.models import Article, SpeakerChange
from annotator.work.accounts import accounts, memberships, projects
from annotator.work.labelling.drafts import NewSpeaker, UnnamedSource

PATH = "/projects/us-russia/speakers"


@pytest.fixture
def lea(browser):
    return browser("lea")


@pytest.fixture
@staged
def named(article):
    """Let Ann name three speakers; the first two have one last name."""
    for position, name in enumerate(("James Mattis", "Jim Mattis", "Donald Trump")):
        save(article, claims(claim(NewSpeaker(name, "person"))), position=position)
    save(article, claims(claim(UnnamedSource("an aide"))), position=5)
    return article


def of(name):
    return f"{PATH}/{speaker_called(name).id}"


def words(response):
    return " ".join(re.sub(r"<[^>]*>", " ", response.text).split())


def changes():
    db.session.rollback()
    return db.session.scalars(select(SpeakerChange).order_by(SpeakerChange.id)).all()


def make(person, speaker, kind, status=303, /, **fields):
    return person.post(of(speaker), {"kind": kind, "act": "make", **fields}, status)


def test_the_list_shows_names_types_forms_and_counts(named, lea):
    page = words(lea.get(PATH))
    assert "James Mattis Person 1" in page
    assert "NARRATOR" in page


def test_who_might_be_one_is_proposed_with_the_reason(named, lea):
    page = words(lea.get(PATH))
    said = "James Mattis 1 claim and Jim Mattis 1 claim · same last name: mattis"
    assert said in page
    assert changes() == []


def test_ticked_pairs_are_merged_into_who_has_more_claims_each_with_its_own_undo(named, lea):
    save(named, claims(claim(NewSpeaker("Jim Mattis", "person"))), position=7)
    save(named, claims(claim(NewSpeaker("J. Mattis", "person"))), position=8)
    pairs = re.findall(r'name="pair" value="([^"]+)"', lea.get(PATH).text)
    assert len(pairs) == 3
    asked = words(lea.post(f"{PATH}/merge", {"pair": pairs}, 200))
    assert "“James Mattis” (1 claim) becomes “Jim Mattis” (2)." in asked
    assert changes() == []
    lea.post(f"{PATH}/merge", {"pair": pairs, "sure": "y"}, 303)
    assert [each.kind for each in changes()] == ["merge", "merge"]
    assert {speaker_called(name).today.name for name in ("James Mattis", "J. Mattis")} == {
        "Jim Mattis"
    }
    lea.post(f"{PATH}/changes/{changes()[-1].id}/undo", {}, 303)
    lea.post(f"{PATH}/merge", {}, 422)
    lea.post(f"{PATH}/merge", {"pair": "1"}, 400)
    lea.post(f"{PATH}/merge", {"pair": "1-99999"}, 422)


def test_a_merge_is_shown_with_its_labels_and_stores_nothing(named, lea):
    page = lea.post(of("Jim Mattis"), {"kind": "merge", "name": "James Mattis"}, 200)
    said = words(page)
    assert "“Jim Mattis” merged into “James Mattis”?" in said
    assert "Affected: 1 claim in 1 article." in said
    assert "sentence 2" in said
    assert "Nothing has been changed yet" in said
    assert changes() == []
    assert speaker_called("Jim Mattis").merged_into_id is None


def test_a_merge_is_made_and_taken_back(named, lea, browser):
    there = make(lea, "Jim Mattis", "merge", name="james mattis").location
    assert there == of("James Mattis")
    page = words(lea.get(there))
    assert "“Jim Mattis” merged into “James Mattis” 1 claim in 1 article" in page
    assert "2 claims in 1 article" in page
    rows = lea.get("/projects/us-russia/labels.jsonl").text
    assert "Jim Mattis" not in rows
    (made,) = changes()
    assert made.user.username == "lea"
    lea.post(f"{PATH}/changes/{made.id}/undo", {}, 303)
    assert "Jim Mattis" in lea.get("/projects/us-russia/labels.jsonl").text
    assert "undone" in words(lea.get(PATH))
    page = lea.post(f"{PATH}/changes/{made.id}/undo", {}, 422)
    assert "already undone" in page.text


def test_an_annotator_sees_the_speaker_that_counts_today(named, lea, browser):
    make(lea, "Jim Mattis", "merge", name="James Mattis")
    page = browser("ann").get(f"/label/{named.id}/1").text
    assert "Jim Mattis" not in page
    chosen = re.search(
        r"<input[^>]*checked[^>]*name=\"claims-0-speaker\"[^>]*>|"
        r"<input[^>]*name=\"claims-0-speaker\"[^>]*checked[^>]*>",
        page,
    ).group()
    assert f'value="{speaker_called("James Mattis").id}"' in chosen


def test_a_split_is_shown_made_and_told_in_the_history_of_the_answer(named, lea, browser):
    fields = {"name": "James Mattis II", "articles": str(named.id)}
    page = lea.post(of("James Mattis"), {"kind": "split", **fields}, 200)
    assert "“James Mattis II” split from “James Mattis”?" in words(page)
    assert changes() == []
    make(lea, "James Mattis", "split", **fields)
    ann = browser("ann")
    assert "James Mattis II" in ann.get(f"/label/{named.id}/0").text
    history = words(ann.get(f"/label/{named.id}/0/history"))
    assert "Version 2 Changed by your lead" in history


@pytest.mark.parametrize(
    ("kind", "fields", "said"),
    [
        ("rename", {"name": "General Mattis"}, "“James Mattis” renamed to “General Mattis”"),
        ("type", {"type": "group"}, "“James Mattis”: group instead of person"),
        ("member_of", {"name": "Donald Trump"}, "is a member of “Donald Trump”"),
    ],
)
def test_other_changes_are_shown_then_made(named, lea, kind, fields, said):
    assert said in words(lea.post(of("James Mattis"), {"kind": kind, **fields}, 200))
    assert changes() == []
    make(lea, "James Mattis", kind, **fields)
    assert said in words(lea.get(PATH))


def test_forms_are_added_and_removed_at_once(named, lea):
    make(lea, "James Mattis", "alias_added", text="the chief", article=named.key)
    assert "“the chief” in" in words(lea.get(of("James Mattis")))
    make(lea, "James Mattis", "alias_removed", alias="1")
    assert [each.kind for each in changes()] == ["alias_added", "alias_removed"]


def test_a_pair_that_is_not_the_same_is_proposed_no_more(named, lea):
    make(lea, "James Mattis", "distinct", name="Jim Mattis")
    assert "Possible duplicates" not in lea.get(PATH).text


@pytest.mark.parametrize(
    ("kind", "fields", "said"),
    further(
        [
            ("merge", {"name": "Nobody"}, "has no speaker “Nobody”"),
            ("merge", {"name": "James Mattis"}, "cannot be merged into itself"),
            ("merge", {}, "has no speaker"),
            ("rename", {"name": "Jim Mattis"}, "already a speaker “Jim Mattis”"),
            ("rename", {"name": "x" * 300}, "1 to 200 characters"),
            ("split", {"name": "New"}, "Choose at least one article"),
            ("split", {"name": "New", "articles": "99"}, "Choose at least one article"),
            ("type", {"type": "robot"}, "Only a speaker with a name"),
            ("alias_added", {"text": "he", "article": "none"}, "has no article “none”"),
        ]
    ),
)
def test_what_does_not_fit_is_422_keeps_what_was_typed_and_stores_nothing(
    named, lea, kind, fields, said
):
    for act in ("", "make"):
        page = lea.post(of("James Mattis"), {"kind": kind, "act": act, **fields}, 422)
        assert said in page.text
    assert "Nothing was changed." in page.text
    if kind == "merge" and fields:
        assert f'value="{fields["name"]}"' in page.text
    assert changes() == []


@pytest.mark.parametrize("kind", ["", "explode"])
def test_a_change_that_does_not_exist_is_400(named, lea, kind):
    lea.post(of("James Mattis"), {"kind": kind}, 400)


@pytest.mark.parametrize(
    "query", ["sort=password_hash", "sort=user.name", "type=robot", "q=x&colour=red", "page=0"]
)
def test_unknown_filters_and_orders_are_refused(named, lea, query):
    lea.get(f"{PATH}?{query}", 404 if query.startswith("page") else 400)


@pytest.mark.parametrize("sort", ["name", "type", "claims"])
def test_the_list_is_filtered_and_ordered(named, lea, sort):
    page = lea.get(f"{PATH}?q=matt&type=person&sort={sort}")
    table = page.text.split("All speakers")[1].split('id="changes"')[0]
    assert "Jim Mattis" in table
    assert "Donald Trump" not in table


def test_a_merged_name_finds_the_one_it_counts_as(named, lea):
    make(lea, "Jim Mattis", "merge", name="James Mattis")
    table = lea.get(f"{PATH}?q=jim").text.split("All speakers")[1].split('id="changes"')[0]
    assert "James Mattis</bdi>" in table
    assert "merged: Jim Mattis" in table


def test_other_projects_have_speakers_of_their_own(named, lea):
    with write():
        other = projects.create("other", "Other", load_default())
        memberships.join(other, accounts.get_user("lea"), {"lead"})
    number = speaker_called("James Mattis").id
    lea.get(f"/projects/other/speakers/{number}", 404)
    lea.post(f"/projects/other/speakers/{number}", {"kind": "rename", "name": "X"}, 404)
    make(lea, "James Mattis", "rename", name="General")
    lea.post(f"/projects/other/speakers/changes/{changes()[0].id}/undo", {}, 404)
    assert "James Mattis" not in lea.get("/projects/other/speakers").text


def test_annotators_and_adjudicators_are_403_and_strangers_404(named, browser):
    make(browser("lea"), "Jim Mattis", "rename", name="Jimmy")
    undo = f"{PATH}/changes/{changes()[0].id}/undo"
    for name, status in (("ann", 403), ("cleo", 403), ("dan", 404)):
        someone = browser(name)
        someone.get(PATH, status)
        someone.get(of("James Mattis"), status)
        make(someone, "James Mattis", "rename", status, name="X")
        someone.post(undo, {}, status)
    assert browser().get(PATH, 303).location.startswith("/sign-in?next=")
    browser("lea").get(f"{PATH}/9999", 404)
    browser("lea").post(undo, {}, 400, csrf=False)
    assert len(changes()) == 1


def test_no_text_of_a_speaker_is_taken_for_markup(named, lea):
    make(lea, "James Mattis", "rename", name="<script>alert(1)</script>")
    for path in (PATH, of("<script>alert(1)</script>")):
        assert "<script>alert" not in lea.get(path).text
    assert db.session.scalar(select(Article.id)) == named.id
