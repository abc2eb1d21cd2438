"""A release comes home: into an empty installation, and out of it again as the same bytes."""

import json
import os
import re
from dataclasses import replace
from random import Random

import pytest
from agreement_examples import random_project
from browser import Browser
from homecoming_examples import change_row, everything, released, rewrite
from installation import EMPTY
from labelling_examples import nothing_claimed, save
from release_examples import content, in_another
from slow_cases import further, server, slow
from sqlalchemy import func, select, update
from staging_examples import GONE, broken_off, broken_off_behind, killed

from annotator.errors import RefusedError
from annotator.formats.articles.records import RecordError
from annotator.paths import SAMPLES
from annotator.store import schema
from annotator.store.db import Base, db, write, write_in_steps
from annotator.store.models import (
    Alias,
    Answer,
    Article,
    Assignment,
    Decision,
    DecisionBasis,
    DecisionEvent,
    Membership,
    Project,
    Sentence,
    Speaker,
    Staging,
    User,
)
from annotator.text import fingerprint
from annotator.work.accounts import accounts, memberships, projects
from annotator.work.consensus import decisions
from annotator.work.consensus.content import content_from
from annotator.work.corrections import projects as renaming
from annotator.work.labelling import history
from annotator.work.operations import checkup, demo
from annotator.work.release_import import importing
from annotator.work.release_import.importing import Homecoming
from annotator.work.verification.verifying import verify

# `folder` asks for one while it is made.
pytestmark = pytest.mark.database
POSTGRES = os.environ.get("TEST_DATABASE_URL", "")
# The files of one release of everything: made once, since many tests begin with it.
MADE: dict[str, bytes] = {}
# The history of the answers stays behind, so the hash over it is another one; and who was another
# speaker before a merge is not known any more.
OTHERWISE = {"README.md", "SHA256SUMS", "agreement.json", "croissant.json"}


@pytest.fixture
def begin_anew(app, installation):
    """Return a function that makes this an installation in which there is nothing."""

    def run():
        db.session.remove()
        installation.put(EMPTY)

    return run


@pytest.fixture
def filled(project, article):
    everything(project, article)
    return project


@pytest.fixture
def folder(request, tmp_path):
    """Return a release of everything, in an installation in which there is nothing."""
    if not MADE:
        MADE.update(content(released(request.getfixturevalue("filled"), tmp_path / "made")))
        request.getfixturevalue("begin_anew")()
    request.getfixturevalue("app")
    for name, raw in MADE.items():
        path = tmp_path / "release" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(raw)
    return tmp_path / "release"


def bring(folder, slug=None, texts=None):
    """Bring a release home and return what came."""
    home = Homecoming(folder, slug, texts)
    home.check()
    return write_in_steps(home.store())


def texts_of(project, folder):
    """Write the texts of a project as files, as whoever holds the texts has them."""
    folder.mkdir()
    for key, text in db.session.execute(
        select(Article.key, Article.text).where(Article.project_id == project.id)
    ):
        (folder / f"{key}.txt").write_bytes(text.encode())
    return folder


def again(tmp_path, slug="us-russia", **chosen):
    """Return the files of a release of what came home."""
    return content(released(projects.get(slug), tmp_path / "again", **chosen))


def rows_stored():
    """Return how many rows there are of everything."""
    db.session.rollback()
    return sum(
        db.session.scalar(select(func.count()).select_from(table))
        for table in Base.metadata.sorted_tables
    )


@pytest.mark.parametrize("chosen", further([{}, {"with_notes": True}, {"with_text": False}]))
def test_everything_comes_home_and_leaves_as_the_same_bytes(filled, tmp_path, begin_anew, chosen):
    folder = released(filled, tmp_path / "first", **chosen)
    texts = texts_of(filled, tmp_path / "texts")
    begin_anew()
    brought = bring(folder, texts=None if chosen.get("with_text", True) else texts)
    assert (brought.articles, brought.people, brought.decisions) == (8, 4, 6)
    before, after = content(folder), again(tmp_path, **chosen)
    assert before.keys() == after.keys()
    assert {name for name, raw in before.items() if after[name] != raw} <= OTHERWISE
    told, tells = (json.loads(each["agreement.json"]) for each in (before, after))
    assert told | {"speaker_before_merges": tells["speaker_before_merges"]} == tells
    assert history.audit().faults == ()
    assert list(checkup.faults()) == []
    assert list(verify(tmp_path / "again", None if "with_text" not in chosen else texts)) == []


@slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_many_annotators_who_differ_at_random_come_home_the_same(
    project, tmp_path, begin_anew, command, seed
):
    """Who has the first account here need not have it there: gold and models do not see it."""
    random_project(project, seed)
    with write():
        articles = db.session.scalars(select(Article).order_by(Article.id))
        for number, each in enumerate(articles):
            each.text += "\n" * number
            each.sha256 = fingerprint.digest(each.text)
    folder = released(project, tmp_path / "first")
    model = ("gold", "-p", "us-russia", "--method", "dawid-skene")
    said = command(*model).stdout
    begin_anew()
    bring(folder)
    before, after = content(folder), again(tmp_path)
    assert {name for name, raw in before.items() if after[name] != raw} <= OTHERWISE
    assert command(*model).stdout == said != ""


@slow
def test_the_demo_comes_home_as_the_same_bytes(app, tmp_path, begin_anew):
    with write():
        demo.seed(SAMPLES)
    folder = released(projects.get(demo.SLUG), tmp_path / "first", with_notes=True)
    begin_anew()
    bring(folder)
    before, after = content(folder), again(tmp_path, demo.SLUG, with_notes=True)
    assert {name for name, raw in before.items() if after[name] != raw} <= OTHERWISE
    assert after["agreement.json"] == before["agreement.json"]


@slow
def test_what_came_home_leaves_for_home_again(filled, tmp_path, begin_anew):
    """Nothing gets lost on the second way that did not on the first."""
    first = released(filled, tmp_path / "first", with_notes=True)
    begin_anew()
    bring(first)
    second = released(projects.get("us-russia"), tmp_path / "second", with_notes=True)
    begin_anew()
    bring(second)
    before, after = content(second), again(tmp_path, with_notes=True)
    assert {name for name, raw in before.items() if after[name] != raw} <= (
        OTHERWISE - {"agreement.json"}
    )


@slow
@server
def test_from_one_kind_of_database_to_the_other_and_back(filled, tmp_path, settings, begin_anew):
    """With PostgreSQL under test this is SQLite -> PostgreSQL, too; else two files of SQLite."""
    (tmp_path / "file").mkdir()
    url = f"sqlite:///{tmp_path / 'file' / 'annotator.sqlite3'}"
    schema.bring_up_to_date(url)
    first = released(filled, tmp_path / "first", with_notes=True)

    def on_file():
        bring(first)
        return released(projects.get("us-russia"), tmp_path / "second", with_notes=True)

    second = in_another(replace(settings, database_url=url), on_file)
    begin_anew()
    bring(second)
    after = again(tmp_path, with_notes=True)
    for name, raw in content(first).items():
        assert name in OTHERWISE or after[name] == content(second)[name] == raw, name
    assert db.engine.dialect.name == ("postgresql" if POSTGRES else "sqlite")


# --- what it is here


def test_people_are_disabled_accounts_with_their_pseudonyms_and_roles(filled, tmp_path, begin_anew):
    pseudonyms = dict(
        db.session.execute(select(User.username, Membership.pseudonym).join(Membership.user)).all()
    )
    folder = released(filled, tmp_path / "first")
    begin_anew()
    bring(folder)
    found = db.session.execute(
        select(Membership, User).join(Membership.user).order_by(Membership.pseudonym)
    ).all()
    assert {member.pseudonym: sorted(member.roles) for member, _ in found} == {
        pseudonyms["ann"]: ["annotator"],
        pseudonyms["ben"]: ["annotator"],
        pseudonyms["cleo"]: ["adjudicator"],
        pseudonyms["lea"]: ["lead"],
    }
    for member, user in found:
        assert user.disabled_at is not None
        assert user.password_hash is None
        assert user.username == f"us-russia-{member.pseudonym}".lower()


def test_an_account_of_that_name_is_somebody_else(filled, tmp_path):
    folder = released(filled, tmp_path / "first")
    bring(folder, "first-copy")
    with write():
        db.session.scalars(select(Project).where(Project.slug == "first-copy")).one().slug = "moved"
    brought = bring(folder, "first-copy")
    names = db.session.scalars(select(User.username).order_by(User.id)).all()
    assert sum(name.startswith("imported-") for name in names) == brought.people
    assert len(names) == len(set(names))


def test_finished_articles_are_submitted_and_the_others_open(app, tmp_path, begin_anew):
    def assignments():
        rows = db.session.execute(
            select(
                Article.key,
                Membership.pseudonym,
                Assignment.state,
                Assignment.decided_count,
                Assignment.incomplete_count,
                Assignment.unsure_count,
            )
            .join(Assignment.article)
            .join(Membership, Membership.user_id == Assignment.user_id)
            .where(Assignment.decided_count > 0)
        )
        return sorted(tuple(row) for row in rows)

    with write():
        demo.seed(SAMPLES)
    before = assignments()
    assert {row[2] for row in before} == {"open", "submitted"}
    folder = released(projects.get(demo.SLUG), tmp_path / "first")
    begin_anew()
    bring(folder)
    assert assignments() == before


def test_speakers_keep_their_words_members_merges_and_forms(filled, tmp_path, begin_anew):
    def register():
        names = dict(db.session.execute(select(Speaker.id, Speaker.name)).all())
        speakers = [
            (each.name, each.type, each.wording, names.get(each.member_of_id),
             names.get(each.merged_into_id))
            for each in db.session.scalars(select(Speaker))
        ]  # fmt: skip
        forms = db.session.execute(
            select(Speaker.name, Article.key, Alias.text)
            .join(Alias.speaker)
            .join(Article, Article.id == Alias.article_id)
        )
        return sorted(speakers, key=str), sorted(tuple(each) for each in forms)

    before = register()
    folder = released(filled, tmp_path / "first")
    begin_anew()
    bring(folder)
    assert register() == before
    assert any(each[4] for each in before[0])
    assert before[1]


def test_sentences_are_never_split_again(filled, tmp_path, begin_anew, article):
    """A lead has put two sentences together: no splitter would cut the text there."""
    with write():
        one, other = db.session.scalars(
            select(Sentence)
            .where(Sentence.article_id == article.id, Sentence.position.in_((20, 21)))
            .order_by(Sentence.position)
        )
        text = db.session.scalar(select(Article.text).where(Article.id == article.id))
        middle = (one.start + one.end) // 2
        one.end, other.start = middle, middle
        one.text, other.text = text[one.start : one.end], text[other.start : other.end]
    folder = released(filled, tmp_path / "first")
    begin_anew()
    bring(folder)
    assert again(tmp_path)["sentences.jsonl"] == content(folder)["sentences.jsonl"]


def test_decisions_keep_what_they_rest_on_and_begin_a_history(folder, tmp_path):
    bring(folder)
    found = db.session.scalars(select(Decision).order_by(Decision.sentence_id)).all()
    assert [each.state for each in found].count("decided") == 4
    for each in found:
        (event,) = decisions.events_of(each)
        assert event.revision == each.revision
        assert content_from(event.content) == decisions.content_of(each)
        assert event.user_id == each.user_id
    assert db.session.scalar(select(func.count(DecisionBasis.answer_id))) == 10
    assert db.session.scalar(select(func.count(DecisionEvent.id))) == len(found)


def test_an_answer_that_was_taken_back_leaves_its_decision_stale(filled, tmp_path, begin_anew):
    folder = released(filled, tmp_path / "first")
    stale = [json.loads(line)["stale"] for line in open_lines(folder / "gold.jsonl")]
    begin_anew()
    bring(folder)
    empty_ones = db.session.scalars(
        select(Answer).where(Answer.status.is_(None), Answer.note == "", ~Answer.unsure)
    ).all()
    assert len(empty_ones) == 2
    after = again(tmp_path)["gold.jsonl"].decode().splitlines()
    assert [json.loads(line)["stale"] for line in after] == stale
    assert stale.count(True) == 3


def open_lines(path):
    return path.read_text(encoding="utf-8").splitlines()


def test_whoever_is_enabled_goes_on_where_they_were(filled, tmp_path, begin_anew):
    folder = released(filled, tmp_path / "first")
    begin_anew()
    bring(folder)
    with write():
        member = next(
            each
            for each in memberships.members(projects.get("us-russia"))
            if each.roles == {"annotator"}
        )
        accounts.enable(member.user)
        assignment = db.session.scalars(
            select(Assignment).where(Assignment.user_id == member.user_id)
        ).one()
        before = assignment.decided_count
    for position, revision in ((19, 0), (3, 1)):
        saved = save(
            assignment.article,
            nothing_claimed(),
            name=member.user.username,
            position=position,
            revision=revision,
        )
        assert saved.written
    db.session.refresh(assignment)
    assert assignment.decided_count == before + 1
    assert history.audit().faults == ()
    assert list(checkup.faults()) == []


@slow
def test_every_page_of_a_lead_opens(app, folder, tmp_path):
    bring(folder)
    with write():
        user = accounts.add_user("new-lead")
        memberships.join(projects.get("us-russia"), user, {"lead", "adjudicator"})
    browser = Browser(app, "new-lead")
    pages = ["", "/articles", "/people", "/speakers", "/agreement", "/releases"]
    pages += [
        f"/adjudicate/{row.article_id}/{row.position}"
        for row in db.session.scalars(
            select(Sentence).join(Decision, Decision.sentence_id == Sentence.id)
        )
    ]
    assert len(pages) == 12
    for page in pages:
        browser.get(f"/projects/us-russia{page}", status=200)


def test_under_another_name_only_the_name_differs(filled, tmp_path):
    """Beside the project it came from: nothing of that one changes."""
    folder = released(filled, tmp_path / "first")
    bring(folder, "copy")
    there = again(tmp_path, "copy")
    for name in ("annotations.jsonl", "gold.jsonl", "sentences.jsonl"):
        raw = there[name].replace(b'"project": "copy"', b'"project": "us-russia"')
        assert raw == content(folder)[name], name
    same = released(projects.get("us-russia"), tmp_path / "same")
    assert content(same) == content(folder)


def test_progress_counts_every_row_twice(folder, tmp_path):
    home = Homecoming(folder)
    checked, stored = [], []
    home.check(checked.append)
    write_in_steps(home.store(stored.append))
    assert sum(checked) == sum(stored) == home.rows() > 0


# --- what is refused


def test_a_project_of_that_name_is_left_alone(filled, tmp_path):
    folder = released(filled, tmp_path / "first")
    before = rows_stored()
    with pytest.raises(RefusedError, match="already a project “us-russia”"):
        bring(folder)
    assert rows_stored() == before


def test_a_short_name_that_still_leads_to_another_project_is_refused(filled, tmp_path):
    folder = released(filled, tmp_path / "first")
    with write():
        renaming.rename(projects.get("us-russia"), "thaw", accounts.get_user("lea"))
    before = rows_stored()
    with pytest.raises(RefusedError, match="still leads there"):
        bring(folder)
    assert rows_stored() == before


def test_without_text_the_folder_of_the_texts_must_be_named(filled, tmp_path, begin_anew):
    folder = released(filled, tmp_path / "first", with_text=False)
    texts = texts_of(filled, tmp_path / "texts")
    begin_anew()
    with pytest.raises(RecordError, match=r"articles\.jsonl: line 1: .* --texts"):
        bring(folder)
    (texts / "more-3.txt").write_text("Something else.")
    with pytest.raises(RecordError, match="does not contain the text of “more-3”"):
        bring(folder, texts=texts)
    assert rows_stored() == 0


CLAIM = {
    "speaker": "Nobody", "speaker_type": "person", "mention": None, "via": [], "stance": "support",
    "certainty": "certain", "conditional": False, "aspect": None, "evidence": [], "note": "",
}  # fmt: skip


@pytest.mark.parametrize(
    ("name", "line", "changes", "cause"),
    further(
        [
            ("articles", 1, {"sha256": "0" * 64}, "does not match its SHA-256"),
            ("articles", 1, {"characters": 7}, "“characters” is 7, the text has"),
            ("articles", 1, {"title": 7}, "“title” is not a text"),
            ("articles", 2, {"key": "000"}, "a duplicate or out of order"),
            ("articles", 3, {"cluster": "zzz"}, "its cluster “zzz” is not an earlier article"),
            ("articles", 3, {"metadata": []}, "“metadata” is not an object"),
            ("articles", 1, {"published_on": "May"}, "“published_on” is not a date"),
            ("sentences", 1, {"sentence": 5}, "“sentence” is 5, not 0"),
            ("sentences", 2, {"start": 0}, "its “text”"),
            ("sentences", 2, {"end": 10**6, "text": ...}, "is outside the text"),
            ("sentences", 1, {"article": "none"}, "the text after 0 is in no sentence"),
            ("sentences", 30, {"text": "Other words."}, "not its “text”"),
            ("annotations", 1, {"annotator": ""}, "no pseudonym"),
            ("annotations", 1, {"sentence": 99}, "no sentence 100 (99 in files)"),
            ("annotations", 1, {"start": 1}, "is 87-323"),
            ("annotations", 1, {"codebook_version": 9}, "no codebook version 9, only 1, 2"),
            ("annotations", 1, {"claims": [CLAIM]}, "“Nobody” is not in the list of speakers"),
            ("annotations", 1, {"complete": False}, "does not match its status"),
            ("annotations", 1, {"article": "zzz"}, "“zzz” is not in articles.jsonl"),
            ("annotations", 1, {"revision": 0}, "“revision” is not a whole number"),
            ("annotations", 1, {"status": None, "claims": [], "note": ""}, "it is empty"),
            ("decisions", 1, {"state": "done"}, "“state” is “done”"),
            ("decisions", 1, {"sentence": 99}, "no sentence 100 (99 in files)"),
            ("decisions", 1, {"codebook_version": 7}, "no codebook version 7"),
            (
                "decisions",
                1,
                {"claims": [{**CLAIM, "source": None}]},
                "“Nobody” is not in the list",
            ),
            ("decisions", 1, {"basis": [7]}, "“basis” is not an object"),
            ("decisions", 1, {"fields": None}, "“fields” is not an object"),
        ]
    ),
)
def test_a_broken_row_is_named_with_its_line_and_nothing_is_stored(
    folder, tmp_path, name, line, changes, cause
):
    change_row(folder, f"{name}.jsonl", line, **changes)
    with pytest.raises(RecordError) as caught:
        bring(folder)
    assert cause in str(caught.value)
    assert str(caught.value).startswith((f"{name}.jsonl: line ", "articles.jsonl: line "))
    assert rows_stored() == 0


@pytest.mark.parametrize(
    ("name", "old", "new", "cause"),
    [
        ("speakers.json", '"Sergey Lavrov"', '"Foreign Ministry"', "a duplicate"),
        ("speakers.json", '"member_of": "Foreign', '"member_of": "Home', "is not another speaker"),
        ("speakers.json", "[\n", "{\n", "speakers.json: "),
        ("codebook.json", '"number": 2', '"number": 3', "“number” is 3, not 2"),
        ("codebook.json", '"statuses"', '"states"', "codebook.json: version 1"),
        ("agreement.json", '"segments"', '"parts"', "does not state its segments"),
    ],
)
def test_a_broken_document_is_named_and_nothing_is_stored(folder, tmp_path, name, old, new, cause):
    rewrite(folder, name, lambda text: text.replace(old, new, 1))
    with pytest.raises(RecordError) as caught:
        bring(folder)
    assert cause in str(caught.value)
    assert rows_stored() == 0


def test_merges_that_go_in_a_ring_are_refused(folder, tmp_path):

    def ring(text):
        rows = json.loads(text)
        for row, other in ((rows[0], rows[1]), (rows[1], rows[0])):
            row["merged_into"] = other["name"]
        return json.dumps(rows)

    rewrite(folder, "speakers.json", ring)
    with pytest.raises(RecordError, match="merged into itself"):
        bring(folder)


def test_a_file_that_is_not_what_was_released_is_named(folder, tmp_path):
    with (folder / "gold.jsonl").open("a") as file:
        file.write("\n")
    with pytest.raises(RecordError, match=r"gold\.jsonl was changed"):
        bring(folder)
    (folder / "gold.jsonl").unlink()
    with pytest.raises(RecordError, match=r"gold\.jsonl is missing"):
        bring(folder)
    assert rows_stored() == 0


def test_what_is_no_release_is_refused(app, tmp_path):
    with pytest.raises(RefusedError, match="is not a folder"):
        bring(tmp_path / "none")
    with pytest.raises(RefusedError, match=r"There is no README.md in .* a release folder\?"):
        bring(tmp_path)
    (tmp_path / "README.md").write_text("# Something else\n")
    with pytest.raises(RefusedError, match="no front matter"):
        bring(tmp_path)


JUNK = (None, True, -1, 7.5, 10**30, "", "\x00", "\ud800", "x" * 3000, [], [7], {}, {"a": {}}, ...)


@slow
def test_whatever_stands_in_a_row_it_comes_home_or_is_refused(folder, tmp_path):
    """One field after the other is replaced by something else, at random; no other fault comes."""
    rng, kept = Random(5), content(folder)
    refused = 0
    for name in ("articles", "sentences", "annotations", "decisions"):
        path = folder / f"{name}.jsonl"
        lines = open_lines(path)
        for key in json.loads(lines[0]):
            line = rng.randrange(len(lines))
            row = json.loads(lines[line])
            spoilt = {each: value for each, value in row.items() if each != key}
            if (junk := rng.choice(JUNK)) is not ...:
                spoilt[key] = junk
            changed = [*lines[:line], json.dumps(spoilt), *lines[line + 1 :]]
            rewrite(folder, path.name, lambda _text, changed=changed: "\n".join(changed) + "\n")
            refused += not comes_home(folder)
            put_back(folder, kept, path.name)
    assert refused > 40
    assert rows_stored() == 0


@slow
def test_whatever_stands_in_a_document_it_comes_home_or_is_refused(folder, tmp_path):
    rng, kept = Random(6), content(folder)
    refused = 0
    for name in ("speakers.json", "codebook.json", "README.md"):
        for _ in range(15):
            text = kept[name].decode()
            places = [found.span() for found in re.finditer(r'"[^"\n]*"(?=[,\n])|\bnull\b', text)]
            start, end = rng.choice(places)
            junk = rng.choice([each for each in JUNK if each is not ...])
            changed = text[:start] + json.dumps(junk) + text[end:]
            rewrite(folder, name, lambda _text, changed=changed: changed)
            refused += not comes_home(folder)
            put_back(folder, kept, name)
    assert refused > 15
    assert rows_stored() == 0


def put_back(folder, kept, *names):
    for name in (*names, "SHA256SUMS"):
        (folder / name).write_bytes(kept[name])


class EnoughError(Exception):
    """It would have been stored."""


def enough_of(home):
    """Store all but the last step, and take it back again."""
    steps = home.store()
    step = next(steps)
    while getattr(step, "func", None) != home.show:
        step = steps.send((yield step))
    try:
        step = steps.throw(EnoughError())
        while True:
            step = steps.send((yield step))
    except StopIteration:
        raise AssertionError("it was not taken back") from None


def comes_home(folder):
    """Try, and take it back again; say whether it was possible."""
    home = Homecoming(folder)
    try:
        home.check()
        write_in_steps(enough_of(home))
    except EnoughError:
        return True
    except RefusedError:
        return False


@slow
def test_what_breaks_off_half_way_leaves_nothing(folder, monkeypatch):
    monkeypatch.setattr(importing, "AT_ONCE", 20)
    steps, over = 0, False
    while not over:
        home = Homecoming(folder)
        home.check()
        try:
            over = write_in_steps(broken_off(home.store(), steps)) is False
        except KeyboardInterrupt:
            assert rows_stored() == 0, steps
            steps += 2
    assert steps > 8


def test_who_breaks_off_when_the_project_is_there_already_hears_so(folder, monkeypatch):
    home = Homecoming(folder)
    home.check()
    brought = write_in_steps(broken_off_behind("show", home.store(), monkeypatch))
    assert [each.slug for each in projects.all_projects()] == [brought.slug]
    assert rows_stored() > 0


@pytest.mark.parametrize("steps", further([1, 5, 9]))
def test_what_is_killed_half_way_is_seen_by_nobody_and_taken_back(
    folder, monkeypatch, command, steps
):
    monkeypatch.setattr(importing, "AT_ONCE", 20)
    home = Homecoming(folder)
    home.check()
    write_in_steps(killed(home.store(), steps))
    assert projects.all_projects() == []
    assert [
        memberships.memberships(each)
        for each in accounts.all_users()
        if memberships.memberships(each)
    ] == []
    assert dict(checkup.counts())["projects"] == 0
    assert history.audit().answers == 0
    assert rows_stored() > 0
    with write():
        db.session.execute(update(Staging).values(pid=GONE))
    warned = command("doctor").stderr
    assert (
        "Warning: the import of the release into us-russia was interrupted and is not visible"
        in warned
    )
    result = command("import-release", folder, "--as", "again")
    assert result.exit_code == 0
    assert result.stderr.startswith(
        "The import of the release into us-russia was interrupted; nothing was stored.\n"
    )
    db.session.rollback()
    assert [each.slug for each in projects.all_projects()] == ["again"]
    assert db.session.scalar(select(func.count()).select_from(Staging)) == 0
    assert list(checkup.faults()) == []


# --- by command


def test_by_command_it_says_what_came_home(folder, tmp_path, command):
    result = command("import-release", folder)
    assert result.exit_code == 0, result.stderr
    # There were 21 answers: the model's stayed where it was.
    assert result.stdout == (
        "Imported as us-russia: 8 articles, 43 sentences, 20 answers, 6 decisions, 6 speakers,"
        " 4 disabled accounts.\n"
        "To get access: `annotator user add NAME --role lead -p us-russia`.\n"
    )
    twice = command("import-release", folder)
    assert (twice.exit_code, twice.stdout) == (2, "")
    assert "There is already a project “us-russia”. Use --as NAME" in twice.stderr
    assert command("import-release", folder, "--as", "two").exit_code == 0
    assert "All chains are intact." in command("audit").stdout


def test_by_command_a_broken_folder_is_a_failed_check(filled, tmp_path, begin_anew, command):
    folder = released(filled, tmp_path / "first", with_text=False)
    texts = texts_of(filled, tmp_path / "texts")
    begin_anew()
    result = command("import-release", folder)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "Nothing was stored. articles.jsonl: line 1: " in result.stderr
    assert command("import-release", folder, "--as", "No Name").exit_code == 2
    assert command("import-release", folder, "--texts", texts).exit_code == 0
