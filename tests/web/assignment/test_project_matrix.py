"""The matrix is filtered, ordered and downloaded by the server; pace, flags and notes beside it."""

import re
from datetime import date, timedelta

import pytest
from installation import staged
from labelling_examples import claim, claims, nothing_claimed, save, sentence_of
from markupsafe import escape
from slow_cases import further
from sqlalchemy import select, update

from annotator.store.clock import now
from annotator.store.db import db, write
from annotator.store.models import Assignment, Reply
from annotator.work.accounts import accounts, memberships
from annotator.work.articles import storing
from annotator.work.assignment import assigning, matrix, pace, submitting
from annotator.work.labelling import saving

PATH = "/projects/us-russia"


@pytest.fixture
def lea(browser):
    return browser("lea")


@pytest.fixture
def names(project):
    return {each.user.username: each.pseudonym for each in memberships.members(project)}


@pytest.fixture
@staged
def four(project):
    """Import a, b, c and d; Ann has a (submitted), b (begun), c (overdue); Ben has a."""
    made = {}
    with write():
        for number, key in enumerate("abcd", start=1):
            text = f"Title {key.upper()}\n\n" + " ".join(["One spoke."] * (6 - number))
            draft = storing.read_file(f"{key}.txt", text.encode())
            made[key] = storing.store_article(project, draft)
        ann, ben = accounts.get_user("ann").id, accounts.get_user("ben").id
        assigning.assign([*((made[key].id, ann) for key in "abc"), (made["a"].id, ben)])
    for position in range(made["a"].sentence_count):
        save(made["a"], nothing_claimed(), position=position)
    save(made["b"], claims(), position=0)
    with write():
        for each in db.session.scalars(select(Assignment).where(Assignment.user_id == ann)):
            if each.article_id == made["a"].id:
                submitting.submit(each)
            if each.article_id == made["c"].id:
                each.due_on = date(2020, 1, 1)
    return made


def shown(page):
    """Return the keys of the articles on a page, in order."""
    return re.findall(r'<span class="hint">(\w)</span> <bdi>', page.text)


@pytest.mark.parametrize(
    ("query", "keys"),
    further(
        [
            ("", "abcd"),
            ("q=title%20c", "c"),
            ("q=%25", ""),
            ("state=unassigned", "d"),
            ("state=short", "bcd"),
            ("state=submitted", "a"),
            ("state=not_begun", "ac"),
            ("state=in_progress", "b"),
            ("state=overdue", "c"),
            ("state=returned", ""),
            ("state=closed", ""),
            ("state=done", ""),
            ("person=ann", "abc"),
            ("person=ben", "a"),
            ("person=ann&state=not_begun", "c"),
            ("sort=key&dir=down", "dcba"),
            ("sort=title", "abcd"),
            ("sort=sentences", "dcba"),
            ("sort=people&dir=down", "abcd"),
            ("sort=submitted&dir=down", "abcd"),
            ("sort=decided&dir=down", "abcd"),
            ("sort=ann&dir=down", "abcd"),
            ("sort=ben&dir=up", "bcda"),
            ("sort=sentences&state=short", "dcb"),
        ]
    ),
)
def test_the_server_filters_and_orders(four, lea, names, query, keys):
    for name in ("ann", "ben"):
        query = query.replace(f"={name}", f"={names[name]}")
    assert shown(lea.get(f"{PATH}?{query}")) == list(keys)


def test_unknown_filters_and_orders_are_refused(four, lea, names):
    for query in (
        "state=stuck",
        "sort=password_hash",
        "sort=user__password",
        "sort=user.username",
        "dir=sideways",
        "person=lea",
        "person=A9999",
        "colour=red",
        "state=short&person=ann",
    ):
        asked = query.replace("=ann", f"={names['ann']}")
        lea.get(f"{PATH}?{asked}", 400)
        lea.get(f"{PATH}/progress.csv?{asked}", 400)


def test_pages_of_the_list_keep_filter_and_order(four, lea, monkeypatch):
    monkeypatch.setattr(matrix, "PAGE", 2)
    page = lea.get(f"{PATH}?state=short&sort=sentences")
    assert shown(page) == ["d", "c"]
    on = re.search(r'href="([^"]*page=2[^"]*)"', page.text).group(1).replace("&amp;", "&")
    assert shown(lea.get(on)) == ["b"]


def test_the_csv_is_what_the_page_shows(four, lea, names):
    reply = lea.get(f"{PATH}/progress.csv?person={names['ann']}&sort=key&dir=down")
    lines = reply.text.splitlines()
    assert lines[0] == "article,title,sentences,annotator,state,answered"
    assert lines[1].startswith("c,Title C,")
    assert lines[1].endswith(f",{names['ann']},overdue,0")
    assert len(lines) == 1 + 4
    assert "attachment" in reply.headers["Content-Disposition"]


def test_a_title_that_looks_like_a_formula_is_harmless_in_the_csv(lea, project):
    with write():
        draft = storing.read_file("x.txt", b"=HYPERLINK(1)\n\nOne spoke.")
        stored = storing.store_article(project, draft)
        assigning.assign([(stored.id, accounts.get_user("ann").id)])
    assert ",'=HYPERLINK(1)," in lea.get(f"{PATH}/progress.csv").text


def set_pace(name, **values):
    with write():
        user = accounts.get_user(name)
        db.session.execute(update(Assignment).where(Assignment.user_id == user.id).values(**values))


def test_time_in_use_is_counted_with_each_save(article):
    save(article, claims(), seconds=30)
    save(article, nothing_claimed(), position=0, seconds=12)
    found = db.session.scalar(
        select(Assignment).where(Assignment.user_id == accounts.get_user("ann").id)
    )
    assert found.active_seconds == 42
    assert now() - found.saved_at < timedelta(minutes=1)


def test_who_lags_and_who_rushes_is_said(lea, project, article, names):
    with write():
        memberships.join(project, accounts.get_user("cleo"), {"annotator"})
        assigning.assign([(article.id, accounts.get_user("cleo").id)])
    long_ago = now() - timedelta(days=8)
    set_pace("ann", decided_count=60, active_seconds=60 * 5, saved_at=now())
    set_pace("ben", decided_count=60, active_seconds=60 * 40, saved_at=now())
    set_pace("cleo", decided_count=0, assigned_at=long_ago)
    found = {each.membership.user.username: each for each in pace.pace_of(project).people}
    assert found["ann"].words == ("fast: less than half of the median time per sentence",)
    assert found["ben"].words == ()
    assert found["cleo"].words == ("inactive: nothing saved for a week",)
    page = lea.get(PATH).text
    assert f"{names['cleo']}: inactive" in page
    lines = lea.get(f"{PATH}/pace.csv").text.splitlines()
    assert len(lines) == 4
    assert any(line.startswith(f"{names['ann']},22,60,") for line in lines)
    assert "Median 22 s per sentence" in lea.get(f"{PATH}/pace").text


def test_a_pace_of_few_sentences_is_not_known(lea, project, article):
    save(article, claims(), seconds=1)
    assert pace.pace_of(project).middle is None
    assert "No median yet" in lea.get(f"{PATH}/pace").text


@pytest.fixture
@staged
def flagged(article):
    save(article, claims(claim(note="Is this a claim?")), position=2)
    save(article, nothing_claimed(unsure=True), position=4)
    save(article, nothing_claimed(note="odd"), position=5, name="ben")
    save(article, nothing_claimed(), position=6)
    return article


def waiting(lea):
    return len(re.findall(r'id="flag-', lea.get(f"{PATH}/flags").text))


def test_flags_and_notes_wait_for_a_reply(flagged, lea, browser):
    assert "Flags and notes without a reply: 3." in lea.get(PATH).text
    page = lea.get(f"{PATH}/flags").text
    assert "“Is this a claim?”" in page
    assert "“odd”" in page
    assert "James Mattis, neutral, certain" in page
    assert waiting(lea) == 3
    number, revision = re.search(
        r'flags/(\d+)".*?name="revision" value="(\d+)"', page, re.S
    ).groups()
    lea.post(f"{PATH}/flags/{number}", {"revision": revision, "text": "Yes, it is one."}, 303)
    assert waiting(lea) == 2
    assert "Yes, it is one." in browser("ann").get("/").text
    assert "Yes, it is one." not in browser("ben").get("/").text


def test_a_sentence_that_several_have_flagged_is_written_once(flagged, lea):
    save(flagged, nothing_claimed(note="“odd, too”"), position=5)
    page = lea.get(f"{PATH}/flags").text
    assert waiting(lea) == 4
    assert page.count(str(escape(sentence_of(flagged, 5).text))) == 1
    assert "“odd, too”" in page
    assert "““" not in page


def test_marked_as_seen_a_flag_waits_no_more_and_nothing_is_said(flagged, lea, browser):
    page = lea.get(f"{PATH}/flags").text
    action = re.search(
        r'action="([^"]+/flags/\d+)">(?=[^/]*<button class="button">Mark as seen)', page
    )
    lea.post(action[1], {"revision": "1", "text": ""}, 303)
    assert waiting(lea) == 2
    assert "Replies from your lead" not in browser("ann").get("/").text


def test_flags_and_notes_are_filtered_and_all_that_is_shown_marked_as_seen(flagged, lea):
    path = f"{PATH}/flags"
    assert len(re.findall(r'id="flag-', lea.get(f"{path}?kind=notes").text)) == 2
    assert len(re.findall(r'id="flag-', lea.get(f"{path}?kind=flags").text)) == 1
    assert "No matching" in lea.get(f"{path}?q=nowhere").text
    lea.get(f"{path}?kind=x", 400)
    page = lea.get(f"{path}?kind=notes").text
    until = re.search(r'name="until" value="([^"]+)"', page)[1]
    fields = {"kind": "notes", "until": until}
    assert "2 flags and notes will be" in lea.post(f"{path}/seen", fields, 200).text
    save(flagged, nothing_claimed(note="later"), position=7)
    lea.post(f"{path}/seen", {**fields, "sure": "y"}, 303)
    page = lea.get(path).text
    assert waiting(lea) == 2
    assert "“later”" in page
    lea.post(f"{path}/seen", {"until": "yesterday"}, 400)


def test_a_flagged_answer_that_changes_waits_again_and_keeps_the_reply(flagged, lea):
    answer = saving.answer_for(sentence_of(flagged, 4), accounts.get_user("ann"))
    path = f"{PATH}/flags/{answer.id}"
    lea.post(path, {"revision": "1", "text": ""}, 303)
    assert waiting(lea) == 2
    save(flagged, nothing_claimed(unsure=True, note="still"), position=4, revision=1)
    assert waiting(lea) == 3


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"revision": "1", "text": "x" * 2001}, 422),
        ({"revision": "9", "text": "x"}, 422),
        ({"revision": "", "text": "x"}, 422),
        ({"revision": "9" * 30, "text": "x"}, 422),
    ],
)
def test_a_reply_that_does_not_fit_is_refused(flagged, lea, fields, status):
    answer = saving.answer_for(sentence_of(flagged, 4), accounts.get_user("ann"))
    lea.post(f"{PATH}/flags/{answer.id}", fields, status)
    assert db.session.scalars(select(Reply)).all() == []


@pytest.mark.parametrize("page", ["flags", "pace", "pace.csv", "progress.csv"])
def test_annotators_and_adjudicators_are_403_and_strangers_404(flagged, browser, page):
    for name, status in (("ann", 403), ("cleo", 403), ("dan", 404)):
        browser(name).get(f"{PATH}/{page}", status)
    browser("ann").post(f"{PATH}/flags/1", {"revision": "1"}, 403)
    browser("lea").post(f"{PATH}/flags/1", {"revision": "1"}, 400, csrf=False)
    browser("lea").post(f"{PATH}/flags/999", {"revision": "1"}, 404)


def test_of_many_annotators_some_stand_in_the_matrix_at_a_time(lea, four, names, monkeypatch):
    monkeypatch.setattr(matrix, "PEOPLE", 1)
    first, second = sorted(names[who] for who in ("ann", "ben"))
    page = lea.get(PATH).text
    heads = re.findall(r'<th scope="col"[^>]*><a class="plain" href="[^"]*">(\w+)</a>', page)
    assert first in heads
    assert second not in heads
    assert "people=2" in page
    assert "1 to 1 of 2 annotators" in page
    # How many have an article is told of everybody.
    assert page.count("1 of 3") == lea.get(f"{PATH}?people=2").text.count("1 of 3")
    later = lea.get(f"{PATH}?people=2&q=title").text
    assert f">{second}</a>" in later
    assert 'name="people" value="2"' in later
    for wrong in ("0", "3", "x", "9" * 30):
        lea.get(f"{PATH}?people={wrong}", status=404)
