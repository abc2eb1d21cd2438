"""Releases by page: made in the background whole or not at all, listed, taken home."""

import io
import logging
import os
import re
import shutil
import sys
import threading
import zipfile
from datetime import timedelta
from html import unescape
from pathlib import Path

import numpy as np
import pytest
from gold_examples import store_stances
from release_examples import content, labelled
from slow_cases import further, slow
from sqlalchemy import select, update

from annotator.errors import RefusedError
from annotator.formats.release import folder
from annotator.formats.release.card.card import facts_of
from annotator.measure.methods import Model
from annotator.phrases import method_name
from annotator.store.clock import now
from annotator.store.db import db, write
from annotator.store.models import Article, Job, Project, Release
from annotator.web import jobs as web_jobs
from annotator.work import jobs
from annotator.work.accounts import accounts
from annotator.work.gold.models import Aggregation
from annotator.work.releases import kept as long_releases
from annotator.work.releases import writing
from annotator.work.releases.settings import Settings
from annotator.work.releases.status import standing

PAGE = "/projects/us-russia/releases"
FORM = {
    "name": "v1.0", "method": "majority", "by": "article", "train": 80, "dev": 10, "test": 10,
    "seed": 0, "sure": "y",
}  # fmt: skip
RELEASE = ("release", "--with-text", "-p", "us-russia")


@pytest.fixture
def lea(browser, project, article, monkeypatch):
    labelled(project, article)
    monkeypatch.setattr(web_jobs, "BEAT_SECONDS", 0)
    return browser("lea")


def wait():
    for thread in threading.enumerate():
        if thread.name.startswith("release-"):
            thread.join(60)
    db.session.rollback()
    db.session.expire_all()


def freeze(browser, **fields):
    """Create release and return the address of its progress, when it is over."""
    where = browser.post(PAGE, {**FORM, **fields}, 303).location
    wait()
    return where


def releases():
    return list(db.session.scalars(select(Release).order_by(Release.id)))


def folder_of(settings, name="v1.0"):
    return settings.data / "releases" / "us-russia" / name


@slow
def test_the_log_says_who_asked_for_a_release_that_is_written(lea, caplog):
    caplog.set_level(logging.INFO, "annotator.acts")
    freeze(lea)
    by = f"by user {accounts.get_user('lea').id}"
    written = [each.getMessage() for each in caplog.records if each.name == "annotator.acts"][-1]
    assert written == f"release 'v1.0' of 'us-russia' written {by}"


def test_a_release_is_written_in_the_background_and_listed(lea, settings):
    assert "No release yet." in lea.get(PAGE).text
    where = freeze(lea)
    assert where == f"{PAGE}/runs/1"
    text = lea.get(where).text
    assert "Release v1.0 is complete. It cannot be changed." in text
    assert "hx-trigger" not in text
    (kept,) = releases()
    assert (kept.name, kept.status, kept.user.username) == ("v1.0", "exploratory", "lea")
    assert folder.sums(folder_of(settings)) == kept.hashes
    assert kept.bytes == sum(map(len, content(folder_of(settings)).values()))
    text = lea.get(PAGE).text
    assert kept.sha256 in text
    assert kept.audit_root in text
    assert "7 articles" in text
    assert "exploratory" in text


def test_it_is_the_folder_that_the_command_writes(lea, command, settings, tmp_path):
    freeze(lea)
    result = command(
        "release",
        "--with-text",
        "-p",
        "us-russia",
        "--name",
        "v1.1",
        "-o",
        tmp_path / "out",
        "--seed",
        "0",
    )
    assert result.exit_code == 0, result.output
    by_page, by_command = content(folder_of(settings)), content(tmp_path / "out")
    assert {name for name in by_page if by_page[name] != by_command[name]} == {
        "README.md", "croissant.json", "CITATION.cff", "SHA256SUMS",  # they name the release
    }  # fmt: skip


def test_what_is_ticked_is_in_it(lea, settings):
    freeze(lea, without_text="y", with_notes="y", by="speaker", train=50, dev=25, test=25, seed=3)
    (kept,) = releases()
    assert kept.settings == {
        "with_text": False, "with_notes": True, "by": "speaker",
        "shares": {"train": 0.5, "dev": 0.25, "test": 0.25}, "seed": 3, "parquet": False,
        "method": "majority", "margin": 0.3, "smoothing": 0.01, "model_seed": 7,
    }  # fmt: skip
    assert "text" not in next(folder.rows(folder_of(settings), "articles"))
    text = lea.get(PAGE).text
    assert "without text" in text
    assert "with notes" in text


def test_gold_can_be_made_by_a_model(lea):
    freeze(lea, method="dawid-skene")
    (kept,) = releases()
    assert kept.settings["method"] == "dawid-skene"
    assert "gold by Dawid–Skene" in lea.get(PAGE).text


@slow
def test_the_settings_of_the_model_reach_the_release_and_its_card(lea, settings):
    freeze(lea, method="mace", margin=" 0.2 ", smoothing="0.5", model_seed=3)
    (kept,) = releases()
    assert [kept.settings[name] for name in ("margin", "smoothing", "model_seed")] == [0.2, 0.5, 3]
    card = facts_of((folder_of(settings) / "README.md").read_text(encoding="utf-8"))
    assert card["aggregation"] == {
        "margin": 0.2, "smoothing": 0.5, "most_steps": 100, "least_change": 1e-05,
        "restarts": 10, "seed": 3,
    }  # fmt: skip
    assert "gold by MACE, margin 0.2, smoothing 0.5, seed 3" in lea.get(PAGE).text


@slow
def test_where_no_setting_is_written_the_usual_one_stands(lea):
    freeze(lea, method="mace", margin="", smoothing=" ", model_seed="")
    (kept,) = releases()
    assert [kept.settings[name] for name in ("margin", "smoothing", "model_seed")] == [0.3, 0.01, 7]


@slow
def test_a_release_from_before_models_had_settings_is_listed(lea):
    freeze(lea, method="mace")
    with write():
        (kept,) = releases()
        new = ("margin", "smoothing", "model_seed")
        kept.settings = {name: kept.settings[name] for name in kept.settings if name not in new}
    assert "gold by MACE</p>" in lea.get(PAGE).text
    with write():
        (kept,) = releases()
        kept.settings = {name: kept.settings[name] for name in ("with_text", "with_notes")}
    assert "gold by" not in re.search(r"<article.*?</article>", lea.get(PAGE).text, re.DOTALL)[0]


@slow
def test_one_of_each_is_said_in_the_singular(lea):
    freeze(lea)
    with write():
        (kept,) = releases()
        one = dict.fromkeys(("articles", "sentences", "answers", "annotators"), 1)
        kept.counts = {**kept.counts, **one}
    assert (
        "1 article · 1 sentence · 1 answer by 1 annotator · with the texts<" in lea.get(PAGE).text
    )


@slow
def test_a_part_of_the_split_that_lacks_a_stance_is_told(lea):
    freeze(lea)
    with write():
        (kept,) = releases()
        kept.counts = {**kept.counts, "absent_stances": {"test": ["oppose", "support"]}}
    said = "The split “test” has no gold claim with oppose or support."
    assert said in unescape(lea.get(PAGE).text)


def test_texts_are_left_out_unless_the_project_says_they_may_be_shared(lea, project):
    assert 'checked id="without_text"' in lea.get(PAGE).text
    with write():
        db.session.get(Project, project.id).texts_may_be_shared = True
    assert 'checked id="without_text"' not in lea.get(PAGE).text


def test_the_download_is_the_folder_and_the_same_bytes_each_time(lea, settings):
    freeze(lea)
    reply = lea.get(f"{PAGE}/v1.0.zip")
    assert reply.content_type == "application/zip"
    assert reply.headers["Content-Disposition"] == 'attachment; filename="us-russia-v1.0.zip"'
    with zipfile.ZipFile(io.BytesIO(reply.data)) as archive:
        assert archive.testzip() is None
        found = {
            name.removeprefix("us-russia-v1.0/"): archive.read(name) for name in archive.namelist()
        }
    assert found == content(folder_of(settings))
    for path in folder_of(settings).rglob("*"):
        path.touch()
    assert lea.get(f"{PAGE}/v1.0.zip").data == reply.data


def test_the_card_is_shown_as_text(lea, settings):
    freeze(lea)
    reply = lea.get(f"{PAGE}/v1.0/card")
    assert reply.content_type == "text/plain; charset=utf-8"
    whole = content(folder_of(settings))["README.md"]
    assert whole.startswith(b"---\n")  # the metadata for programs
    assert whole.endswith(reply.data)
    assert reply.text.startswith("# ")


def test_a_name_that_is_there_is_refused_and_the_folder_stays_as_it_is(lea, settings):
    freeze(lea)
    before = content(folder_of(settings))
    text = lea.post(PAGE, {**FORM, "seed": 5}, 422).text
    assert "immutable" in text
    assert 'value="v1.0"' in text
    wait()
    assert content(folder_of(settings)) == before
    assert len(releases()) == 1


@pytest.mark.parametrize(
    ("fields", "said"),
    further(
        [
            ({"name": ""}, "Enter a name"),
            ({"name": "../x"}, "Use letters, digits"),
            ({"name": "a/b"}, "Use letters, digits"),
            ({"name": "x" * 65}, "64"),
            ({"by": "size"}, "Not a valid choice"),
            ({"method": "luck"}, "Not a valid choice"),
            ({"train": 90}, "add up to 100"),
            ({"train": 100, "dev": 0, "test": 0}, "must be at least 1"),
            ({"train": "many"}, "Not a valid integer"),
            ({"seed": -1}, "Choose a number from 0"),
            ({"seed": 2**31}, "Choose a number from 0"),
            ({"margin": "1.1"}, "The margin must be a number from 0 to 1."),
            ({"margin": "nan"}, "The margin must be a number from 0 to 1."),
            ({"margin": "0,3"}, "The margin must be a number from 0 to 1."),
            ({"smoothing": "-1"}, "The smoothing must be a number from 0 to 1000."),
            ({"smoothing": "inf"}, "The smoothing must be a number from 0 to 1000."),
            (
                {"model_seed": "1.5"},
                "The seed of the model must be a whole number from 0 to 2,147,483,647.",
            ),
        ]
    ),
)
def test_a_wrong_form_says_what_is_wrong_and_begins_nothing(lea, fields, said):
    assert said in lea.post(PAGE, {**FORM, **fields}, 422).text
    assert db.session.scalars(select(Job)).all() == []


def test_a_release_that_cannot_be_split_says_why_and_its_name_is_free(lea, settings):
    where = freeze(lea, by="publisher")
    text = lea.get(where).text
    assert "1 article without publisher" in text
    assert "the name can be used again" in text
    assert releases() == []
    assert list(folder_of(settings).parent.iterdir()) == []
    assert "is complete. It cannot be changed" in lea.get(freeze(lea)).text


def test_a_release_that_breaks_leaves_nothing_and_says_so(lea, settings, monkeypatch):
    def broken(*_):
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(writing, "report_for", broken)
        where = freeze(lea)
    assert "Server error." in lea.get(where).text
    assert releases() == []
    assert list(folder_of(settings).parent.iterdir()) == []


@slow
def test_a_record_that_fails_takes_the_folder_along(lea, settings, monkeypatch):
    def broken(_number):
        raise ZeroDivisionError

    monkeypatch.setattr(jobs, "finish", broken)
    freeze(lea)
    assert releases() == []
    assert list(folder_of(settings).parent.iterdir()) == []


def test_a_cancelled_release_leaves_nothing_and_frees_its_name(lea, settings, monkeypatch):
    here, go_on = threading.Event(), threading.Event()
    plain = writing.facts_of

    def slowly(*known):
        here.set()
        go_on.wait(60)
        return plain(*known)

    with monkeypatch.context() as patch:
        patch.setattr(writing, "facts_of", slowly)
        where = lea.post(PAGE, FORM, 303).location
        assert here.wait(60)
        text = lea.get(where).text
        assert "% written." in text
        assert 'hx-trigger="load delay:1s, again"' in text
        assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in text
        assert "v1.0 is being written" in lea.get(PAGE).text
        assert "is being written" in lea.post(PAGE, FORM, 422).text
        assert lea.post(f"{where}/cancel", {}, 303).location == where
        go_on.set()
        wait()
    assert "Cancelled; no files were kept" in lea.get(where).text
    assert releases() == []
    assert list(folder_of(settings).parent.iterdir()) == []
    assert "is complete. It cannot be changed" in lea.get(freeze(lea)).text


@slow
def test_cancelling_what_is_written_changes_nothing(lea):
    where = freeze(lea)
    lea.post(f"{where}/cancel", {}, 303)
    assert "is complete. It cannot be changed" in lea.get(where).text
    assert len(releases()) == 1


@slow
def test_what_a_killed_process_left_is_swept_away_by_the_next(lea, settings, project):
    with write():
        run = long_releases.begin(project, accounts.get_user("lea"), Settings("v1.0"))
        run.beat_at = now() - timedelta(minutes=5)
    others = folder_of(settings, ".v1.0.1.abcd1234.draft")
    for left in (folder_of(settings), folder_of(settings, ".v1.0.abcd1234.draft"), others):
        left.mkdir(parents=True)
        (left / "gold.jsonl").write_text("half")
    assert "The server stopped before this was complete." in lea.get(f"{PAGE}/runs/{run.id}").text
    assert "is complete. It cannot be changed" in lea.get(freeze(lea)).text
    assert {path.name for path in folder_of(settings).parent.iterdir()} == {"v1.0", others.name}


def test_two_at_once_under_one_name_are_one(project):
    with write():
        long_releases.begin(project, accounts.get_user("lea"), Settings("v1.0"))
    with pytest.raises(RefusedError, match="being written"), write():
        long_releases.begin(project, accounts.get_user("lea"), Settings("v1.0"))


def test_a_release_by_command_is_listed_without_its_folder(lea, command, tmp_path):
    command(*RELEASE, "--name", "v9", "-o", tmp_path / "out")
    text = lea.get(PAGE).text
    assert "v9" in text
    assert f"in the folder <code>{tmp_path / 'out'}</code> of the machine" in text
    assert "not in the data folder of this installation, so it cannot be downloaded here" in text
    assert f"{PAGE}/v9" not in text
    assert "not in the data folder of this installation" in lea.get(f"{PAGE}/v9.zip", 404).text


def test_where_a_folder_is_changes_neither_its_bytes_nor_the_settings_it_was_made_with(
    lea, command, tmp_path, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    command(*RELEASE, "--name", "v9", "-o", "here/v9")
    (kept,) = releases()
    assert kept.settings["written_to"] == str(tmp_path / "here" / "v9")
    assert Settings.from_json("v9", kept.settings) == Settings("v9")
    assert all(str(tmp_path).encode() not in raw for raw in content(tmp_path / "here/v9").values())


@slow
def test_a_name_that_is_no_text_is_shown_all_the_same(lea, command, tmp_path):
    place = os.fsencode(tmp_path) + b"/v\xff<b>"
    command(*RELEASE, "--name", "v9", "-o", os.fsdecode(place))
    assert Path(os.fsdecode(place)).is_dir()
    assert f"{tmp_path}/v\ufffd&lt;b&gt;</code>" in lea.get(PAGE).text


@slow
def test_a_release_by_command_from_before_its_place_was_kept_is_listed_too(lea, command, tmp_path):
    command(*RELEASE, "--name", "v9", "-o", tmp_path / "out")
    with write():
        (kept,) = releases()
        kept.settings = Settings("v9").to_json()
    text = lea.get(PAGE).text
    assert "in the folder given with <code>-o</code>" in text
    assert str(tmp_path) not in text


def test_a_release_whose_folder_has_gone_says_so_and_leads_nowhere(lea, settings):
    freeze(lea)
    shutil.rmtree(folder_of(settings))
    text = lea.get(PAGE).text
    assert "Its folder is no longer in the data folder of this installation" in text
    assert f"{PAGE}/v1.0" not in text


def test_gates_are_shown_with_what_was_found(lea, project):
    with write():
        db.session.get(Project, project.id).gates = {"coverage": 0.01, "decided": 1.0}
    assert "Sentences left open that are adjudicated: at least" in lea.get(PAGE).text
    freeze(lea)
    text = lea.get(PAGE).text
    assert "Sentences with gold: " in text
    assert "not passed: " in text


def set_gates(project, **least):
    with write():
        db.session.get(Project, project.id).gates = least


def told(text):
    """Return the gates that a page or a card has listed: whether each is passed, and its words."""
    listed = re.findall(r"<li><span class=\"state.*?</li>", text)
    words = [re.sub(r"<[^>]+>|\s+", " ", each).split() for each in listed]
    return [" ".join(each) for each in words]


@pytest.mark.parametrize("method", further(["majority", "dawid-skene"]))
def test_the_page_says_beforehand_what_the_card_says_afterwards(lea, project, settings, method):
    set_gates(project, stance_alpha=0.1, decided=1.0, double_labelled=0.05, coverage=1.0)
    before = lea.get(f"{PAGE}/gates?method={method}").text
    freeze(lea, method=method)
    card = (folder_of(settings) / "README.md").read_text(encoding="utf-8")
    for words in told(before):
        passed, said = words.split(": ", 1)
        assert f"{'passed' if passed == 'passed' else '**failed**'}: {said}" in card
    assert [each.split(":")[0] for each in told(before)] == [
        "not passed", "passed", "not passed", "not passed",
    ]  # fmt: skip
    assert told(lea.get(PAGE).text) == told(before)
    (kept,) = releases()
    assert f"have the status {kept.status}, because it does not pass 3 gates: " in before
    assert f"gold by {method_name(method)}" in before


def test_a_project_that_passes_every_gate_hears_gold(lea, project):
    set_gates(project, coverage=0.01)
    assert "would have the status gold: it passes every gate." in lea.get(f"{PAGE}/gates").text
    freeze(lea)
    assert [each.status for each in releases()] == ["gold"]


def test_the_page_asks_for_the_gates_by_itself_and_has_a_link_for_who_cannot(lea, project):
    set_gates(project, coverage=0.01)
    text = lea.get(PAGE).text
    assert f'hx-get="{PAGE}/gates" hx-trigger="load"' in text
    assert f'href="{PAGE}/gates">Check the gates now' in text
    assert "Sentences with gold: at least" in text
    assert '<div class="stack" id="gates">' in lea.get(f"{PAGE}/gates").text


@pytest.mark.parametrize(("gate", "itself"), [("coverage", False), ("stance_alpha", True)])
def test_in_a_large_project_gold_is_counted_only_when_somebody_asks(
    lea, project, monkeypatch, gate, itself
):
    monkeypatch.setattr("annotator.web.releases.page.MANY", 0)
    set_gates(project, **{gate: 0.01})
    text = lea.get(PAGE).text
    assert f'href="{PAGE}/gates">Check the gates now' in text
    assert ("hx-get" in text) == itself


def test_without_gates_there_is_nothing_to_count(lea):
    text = lea.get(PAGE).text
    assert "No gate is set, so a release is exploratory." in text
    assert f"{PAGE}/gates" not in text
    assert "no gates are set" in lea.get(f"{PAGE}/gates").text


@pytest.mark.parametrize("query", ["method=luck", "way=mace"])
def test_gates_by_a_method_that_is_none_are_refused(lea, query):
    lea.get(f"{PAGE}/gates?{query}", 400)


def test_what_is_wrong_with_a_setting_stands_at_its_field_in_what_is_open(lea):
    text = lea.post(PAGE, {**FORM, "smoothing": "much"}, 422).text
    field = re.search(r'<input[^>]*id="smoothing"[^>]*>', text)[0]
    assert 'aria-invalid="true"' in field
    assert 'value="much"' in field
    assert 'aria-describedby="smoothing-hint smoothing-error"' in field
    assert '<details class="field" id="model" open>' in text
    assert '<details class="field" id="model">' in lea.get(PAGE).text


def test_gates_are_counted_with_the_settings_asked(lea, project):
    set_gates(project, coverage=1.0)
    usual = lea.get(f"{PAGE}/gates").text
    narrow = lea.get(f"{PAGE}/gates?method=dawid-skene&margin=0&smoothing=0.5&model_seed=3").text
    assert "gold by Dawid–Skene, margin 0, smoothing 0.5." in narrow
    way = Aggregation("dawid-skene", Model(smoothing=0.5), 0.0)
    assert standing(project, way).says() in unescape(narrow)
    assert "gold by majority." in usual


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("margin=2", "The margin must be a number from 0 to 1."),
        ("method=mace&smoothing=x", "The smoothing must be a number from 0 to 1000."),
        ("model_seed=-1", "The seed of the model must be a whole number from 0 to 2,147,483,647."),
    ],
)
def test_gates_with_a_setting_that_is_none_count_nothing_and_say_why(lea, project, query, said):
    set_gates(project, coverage=0.01)
    text = lea.get(f"{PAGE}/gates?{query}", 422).text
    assert f"Nothing was counted: {said}" in text
    assert "have the status" not in text
    assert "-error" in text


def test_parquet_is_written_when_it_is_ticked(lea, settings):
    pytest.importorskip("pyarrow")
    freeze(lea, parquet="y")
    (kept,) = releases()
    assert kept.settings["parquet"]
    assert (folder_of(settings) / "parquet" / "gold.parquet").is_file()
    assert "with Parquet" in lea.get(PAGE).text
    with zipfile.ZipFile(io.BytesIO(lea.get(f"{PAGE}/v1.0.zip").data)) as archive:
        assert "us-russia-v1.0/parquet/gold.parquet" in archive.namelist()


def test_without_its_library_parquet_says_what_installs_it(lea, monkeypatch):
    ticked = re.compile(r'<input[^>]*id="parquet"[^>]*>')
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    text = lea.get(PAGE).text
    assert " disabled " in ticked.search(text)[0]
    assert "pip install &#39;annotator[parquet]&#39;" in text
    refused = lea.post(PAGE, {**FORM, "parquet": "y"}, 422).text
    assert "pip install &#39;annotator[parquet]&#39;" in refused
    assert db.session.scalars(select(Job)).all() == []


def test_others_may_not_and_strangers_do_not_know(lea, browser):
    freeze(lea)
    pages = [PAGE, f"{PAGE}/gates", f"{PAGE}/runs/1", f"{PAGE}/v1.0.zip", f"{PAGE}/v1.0/card"]
    for path in pages:
        for name in ("ann", "cleo"):
            browser(name).get(path, 403)
        browser("dan").get(path, 404)
        assert browser().get(path, 303).location.startswith("/sign-in")
    browser("ann").post(PAGE, FORM, 403)
    browser("dan").post(f"{PAGE}/runs/1/cancel", {}, 404)
    assert "Releases" not in browser("ann").get("/").text


@pytest.mark.parametrize(
    "path", ["runs/99", "nothing.zip", "nothing/card", "..%2f..%2fsecret.zip", "%2e%2e/card"]
)
def test_what_is_not_there_is_not_found(lea, path):
    lea.get(f"{PAGE}/{path}", 404)


def test_the_form_needs_its_token_and_a_post(lea):
    lea.post(PAGE, FORM, 400, csrf=False)
    lea.get(f"{PAGE}/runs/1/cancel", 405)


# --- the question before


def asked(lea, **fields):
    return words(lea.post(PAGE, {**FORM, "sure": "", **fields}, 200))


def words(page):
    text = re.sub(r"<[^>]+>", " ", page.text.partition("<main")[2])
    return " ".join(unescape(text).split())


def test_what_will_be_in_a_release_is_shown_before_it_is_frozen(lea):
    said = asked(lea, without_text="y", with_notes="y")
    assert "Create release v1.0?" in said
    assert "the labels of 7 articles and 40 sentences, with gold by majority" in said
    assert "texts are not included" in said
    assert "notes are included" in said
    assert "immutable" in said
    wait()
    assert (releases(), db.session.query(Job).count()) == ([], 0)


def test_texts_that_the_settings_do_not_allow_are_named_in_the_question(lea, article):
    with write():
        db.session.execute(update(Article).values(licence=""))
    said = asked(lea)
    assert "Create release v1.0 with article texts?" in said
    assert "The full texts are included: 7 articles without their own licence." in said
    assert "The settings do not allow sharing the texts." in said
    with write():
        db.session.get(Article, article.id).licence = "CC BY 4.0"
        project = db.session.get(Project, article.project_id)
        project.texts_may_be_shared, project.texts_licence = True, "by permission"
    said = asked(lea)
    assert "1 article under “CC BY 4.0”, 6 articles without their own licence." in said
    assert "in the settings: “by permission”" in said
    assert "do not allow" not in said


def test_a_yes_posts_the_same_form_again(lea):
    page = lea.post(PAGE, {**FORM, "sure": "", "by": "speaker"}, 200)
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)">', page.text))
    assert fields["sure"] == "y"
    lea.post(PAGE, {name: fields[name] for name in fields if name != "csrf_token"}, 303)
    wait()
    (kept,) = releases()
    assert kept.settings["by"] == "speaker"


def test_a_name_that_is_taken_is_refused_before_anything_is_asked(lea):
    freeze(lea)
    assert "immutable" in lea.post(PAGE, {**FORM, "sure": ""}, 422).text


def test_the_list_marks_the_releases_that_hold_texts(lea):
    freeze(lea)
    freeze(lea, name="v2", without_text="y")
    newest, oldest = re.findall(r"<article.*?</article>", lea.get(PAGE).text, re.DOTALL)
    assert ("with texts" in oldest, "with the texts" in oldest) == (True, True)
    assert ("with texts" in newest, "without text" in newest) == (False, True)


def test_a_method_that_something_speaks_against_waits_for_a_tick(browser, project):
    store_stances(project, np.array([[0, 0, 2], [2, 2, 0]] * 8))
    lea = browser("lea")
    asked = {**FORM, "method": "one-coin"}
    page = lea.post(PAGE, asked, 422).text
    assert "Warnings about this method" in page
    assert "Stance: One-coin takes A" in page
    assert "Use this method despite the warnings" in page
    assert 'name="despite_warning"' in page
    assert 'name="despite_warning"' not in lea.get(PAGE).text
    assert releases() == []
    freeze(lea, method="one-coin", despite_warning="y")
    (kept,) = releases()
    assert kept.settings["despite_warning"] is True
    assert "gold by one-coin despite a warning" in lea.get(PAGE).text
