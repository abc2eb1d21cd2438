"""The second step of an import: what was previewed is stored, exactly."""

import pytest
from lead_form import OTHER, TALKS, carried, packed, preview, send, stored
from sqlalchemy import select

from annotator.store.db import db, write
from annotator.store.models import Article, Assignment
from annotator.text.fingerprint import digest
from annotator.work.accounts import accounts
from annotator.work.articles import storing
from annotator.work.assignment import assigning

PATH = "/projects/us-russia/import/add"


@pytest.fixture
def lea(browser):
    return browser("lea")


@pytest.fixture
def everybody(project):
    return [person.pseudonym for person in assigning.annotators_of(project)]


def text_of(key):
    return db.session.scalar(select(Article.text).where(Article.key == key))


def add(browser, fields, status=303, give="nobody", annotators=()):
    data = {"carried": fields, "give": give, "annotators": list(annotators)}
    return send(browser, PATH, data, status)


def test_what_was_previewed_is_stored_byte_for_byte(lea):
    page = preview(lea, "us-russia", ("a.txt", TALKS), ("b.txt", OTHER))
    reply = add(lea, carried(page))
    assert reply.location == "/projects/us-russia/articles"
    assert "2 articles added, 7 sentences." in lea.get(reply.location).text
    assert text_of("a").encode() == TALKS
    assert text_of("b").encode() == OTHER
    assert db.session.scalars(select(Article.user_id)).all() == [accounts.get_user("lea").id] * 2


def test_a_paste_has_the_line_breaks_that_were_pasted(lea):
    page = preview(lea, "us-russia", key="004", title="My title", text="Talks\r\n\r\nHe left.")
    add(lea, carried(page))
    assert text_of("004") == "Talks\n\nHe left."
    assert db.session.scalar(select(Article.title)) == "My title"


def test_other_encodings_come_through(lea):
    text = "“Nein”, sagte Müller.\n"
    page = preview(
        lea,
        "us-russia",
        ("a.txt", text.encode("cp1252")),
        ("b.txt", ("\ufeff" + text + "x").encode("utf-16-be")),
    )
    add(lea, carried(page))
    assert text_of("a") == text
    assert text_of("b") == text + "x"


def test_the_overlap_is_given_out_balanced(lea, everybody):
    page = preview(lea, "us-russia", ("a.txt", TALKS), ("b.txt", OTHER))
    reply = add(lea, carried(page), give="overlap", annotators=everybody)
    assert "4 assignments made." in lea.get(reply.location).text
    assert stored() == (2, 4)


def test_only_the_ticked_get_the_articles(lea, everybody):
    page = preview(lea, "us-russia", ("a.txt", TALKS))
    add(lea, carried(page), give="everybody", annotators=everybody[:1])
    assert stored() == (1, 1)


def test_the_preview_proposes_the_overlap_for_everybody(lea, everybody):
    page = preview(lea, "us-russia", ("a.txt", TALKS)).text
    assert 'checked id="give-0" name="give" type="radio" value="overlap"' in page
    assert page.count('checked id="annotators-') == len(everybody)


def test_with_too_few_people_it_proposes_nobody(lea, project):
    with write():
        accounts.disable(accounts.get_user("ben"))
    page = preview(lea, "us-russia", ("a.txt", TALKS)).text
    assert 'checked id="give-2" name="give" type="radio" value="nobody"' in page


def test_without_annotators_it_can_still_be_added(lea, project):
    with write():
        for name in ("ann", "ben"):
            accounts.disable(accounts.get_user(name))
    page = preview(lea, "us-russia", ("a.txt", TALKS))
    assert "This project has no annotators yet." in page.text
    add(lea, carried(page))
    assert stored() == (1, 0)


@pytest.mark.parametrize(("give", "said"), [("overlap", "overlap is 2"), ("everybody", "Nobody")])
def test_too_few_ticked_is_422_and_stores_nothing(lea, everybody, give, said):
    page = preview(lea, "us-russia", ("a.txt", TALKS))
    again = add(lea, carried(page), 422, give=give)
    assert said in again.text
    assert carried(again) == carried(page)
    assert stored() == (0, 0)


@pytest.mark.parametrize(
    "fields",
    [{"give": "somebody"}, {"give": ""}, {"give": "everybody", "annotators": ["Z99"]}],
)
def test_an_unknown_choice_is_422_and_stores_nothing(lea, fields):
    page = preview(lea, "us-russia", ("a.txt", TALKS))
    add(lea, carried(page), 422, **fields)
    assert stored() == (0, 0)


@pytest.mark.parametrize(
    "value",
    ["", "nonsense", "{}", "[]", "null", '{"name": "a", "title": "", "sha256": "", "raw": "*"}'],
)
def test_a_damaged_preview_is_422_and_stores_nothing(lea, value):
    assert "preview data is damaged" in add(lea, [value], 422).text
    assert stored() == (0, 0)


def test_nothing_to_add_is_422(lea):
    assert "Nothing to add" in add(lea, [], 422).text


def test_a_text_other_than_the_previewed_one_is_refused(lea):
    page = add(lea, [packed("a.txt", TALKS, digest("something else"))], 422)
    assert "the text differs from the preview" in page.text
    assert stored() == (0, 0)


def test_a_hand_made_file_is_checked_like_any_other(lea):
    page = add(lea, [packed("a.txt", b"\x00\x01", digest("\x00\x01"))], 422)
    assert "a.txt</bdi>" in page.text
    assert stored() == (0, 0)


def test_what_came_in_meanwhile_is_refused_and_the_rest_is_stored(lea, project):
    page = preview(lea, "us-russia", ("a.txt", TALKS), ("b.txt", OTHER))
    with write():
        storing.store_article(project, storing.read_file("z.txt", TALKS))
    report = lea.get(add(lea, carried(page)).location).text
    assert "1 article added, 3 sentences; 1 of 2 files refused." in report
    assert "the same text is already in this project as article “z”" in report
    assert "This file was not stored" in report
    assert stored() == (2, 0)


def test_twice_the_same_is_stored_once(lea):
    page = preview(lea, "us-russia", ("a.txt", TALKS))
    add(lea, carried(page))
    add(lea, carried(page), 422)
    assert stored() == (1, 0)


def test_a_plain_get_is_405(lea):
    lea.get(PATH, 405)


def test_annotators_and_adjudicators_are_403_and_strangers_404(browser):
    fields = [packed("a.txt", TALKS, digest(TALKS.decode()))]
    for name, status in (("ann", 403), ("cleo", 403), ("dan", 404)):
        add(browser(name), fields, status)
    add(browser(), fields, 401)
    assert stored() == (0, 0)


def test_without_the_token_nothing_is_stored(lea):
    fields = [packed("a.txt", TALKS, digest(TALKS.decode()))]
    send(lea, PATH, {"carried": fields, "give": "nobody"}, 400, csrf=False)
    assert stored() == (0, 0)


def test_a_stranger_cannot_send_large_fields(browser):
    fields = [packed("a.txt", b"a" * 3_000_000, "")]
    add(browser(), fields, 413)


def test_assignments_of_an_import_are_open_and_unbegun(lea, everybody):
    page = preview(lea, "us-russia", ("a.txt", TALKS))
    add(lea, carried(page), give="overlap", annotators=everybody)
    rows = db.session.execute(select(Assignment.state, Assignment.decided_count)).all()
    assert rows == [("open", 0)] * 2
