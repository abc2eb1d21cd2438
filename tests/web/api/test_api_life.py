"""The whole life of a project by scripts, but for the labels: these are people's."""

import io
import json
import zipfile

import pytest
from labelling_examples import claim, claims, nothing_claimed, save
from quality_examples import adjudicated_articles
from script import HERE, fits
from serving_examples import until
from sqlalchemy import select

from annotator.formats.release import schemas
from annotator.store.db import db, write
from annotator.store.models import Answer, Article, Assignment, Job, LabelImport
from annotator.store.models.answers import CONTROL
from annotator.web.api import asked, carrying_out, importing
from annotator.work.accounts import accounts, projects
from annotator.work.assignment import mixing
from annotator.work.corrections import projects as ends
from annotator.work.verification.verifying import Verification

TEXTS = {"a1": "Trade will grow. He denied it.", "a2": "No deal is planned. Talks go on."}


def test_controls_come_beside_what_a_script_assigns(script, project, monkeypatch):
    monkeypatch.setattr(mixing, "lot_of", lambda *_: 0.0)
    with write():
        mixing.change(projects.get("us-russia"), mixing.Checks(control=5))
        [gold] = adjudicated_articles(projects.get("us-russia"), 1, 2)
    lea = script()
    articles = [{"key": key, "text": text} for key, text in TEXTS.items()]
    lea.post("articles", 201, json={"articles": articles})
    query = select(Assignment).where(Assignment.purpose == CONTROL).order_by(Assignment.id)
    lea.post("assignments", json={"articles": ["a1"], "dry_run": True})
    assert db.session.scalars(query).all() == []
    made = lea.post("assignments", 201, json={"articles": ["a1"]}).json
    db.session.rollback()
    given = db.session.scalars(query).all()
    assert {each.article.copy_of_id for each in given} == {gold.id}
    assert len(given) == len({each.user_id for each in given}) == made["made"] == 2
    # Nothing tells the script of them: not as work, and not under another key.
    assert {each["article"] for each in made["pairs"]} == {"a1"}
    listed = lea.get("assignments").json["items"]
    assert gold.key not in {each["article"] for each in listed}


def over(script, reply):
    """Ask a job until it is over."""
    where = reply.headers["Location"]
    assert where.endswith(f"/jobs/{fits('Job', reply.json)['id']}")
    until(lambda: script.get(where).json["state"] != "running")
    return fits("Job", script.get(where).json)


def test_a_project_lives_by_scripts(script, tmp_path):
    lea = script()
    # Import and assign.
    articles = [{"key": key, "text": text, "desk": "world"} for key, text in TEXTS.items()]
    made = fits("Job", lea.post("articles", 201, json={"articles": articles}).json)
    assert (made["state"], made["result"]["files"][0]["articles"]) == ("done", 2)
    found = fits("Articles", lea.get("articles?limit=1").json)
    assert [each["key"] for each in found["items"]] == ["a1"]
    onward = lea.get(found["next"])
    assert [each["key"] for each in onward.json["items"]] == ["a2"]
    assert onward.json["next"] is None
    number = found["items"][0]["id"]
    whole = fits("ArticleWithText", lea.get(f"articles/{number}").json)
    assert (whole["text"], whole["metadata"]) == (TEXTS["a1"], {"desk": "world"})
    sentences = fits("Sentences", lea.get(f"articles/{number}/sentences").json)["items"]
    assert [whole["text"][each["start"] : each["end"]] for each in sentences] == [
        each["text"] for each in sentences
    ]
    plan = fits("AssignmentPlan", lea.post("assignments", json={"dry_run": True}).json)
    assert (plan["made"], len(plan["pairs"])) == (0, 4)
    assert fits("AssignmentPlan", lea.post("assignments", 201, json={}).json)["made"] == 4
    given = fits("Assignments", lea.get("assignments").json)["items"]
    assert [each["state"] for each in given] == ["open"] * 4

    # Nobody is labelled for.
    refuse_nobodys(lea)

    # People label; what they said is read.
    label_all()
    lines = lea.get("labels").text.splitlines()
    rows = [json.loads(each) for each in lines]
    assert len(rows) == 8
    assert [each for row in rows for each in schemas.misfits("annotations", row)] == []
    assert {row["annotator"] for row in rows} == {each["annotator"] for each in given}
    report = lea.get("agreement").json
    assert report["scope"]["double_labelled"] == 4
    gold = [json.loads(each) for each in lea.get("gold?method=weighted").text.splitlines()]
    assert len(gold) == 4
    assert fits("Speakers", lea.get("speakers").json)["items"][-1]["name"] == "James Mattis"

    # A release is written, taken home and verified.
    job = over(lea, lea.post("releases", 202, json={"name": "v1", "with_text": True}))
    assert (job["state"], job["result"]) == ("done", {"name": "v1"})
    release = fits("Release", lea.get("releases/v1").json)
    assert fits("Releases", lea.get("releases").json)["items"] == [release]
    packed = lea.get("releases/v1/archive")
    with zipfile.ZipFile(io.BytesIO(packed.data)) as file:
        file.extractall(tmp_path)
    [folder] = tmp_path.iterdir()
    assert list(Verification(folder).faults()) == []
    lea.get("releases/v1/archive", 304, headers={"If-None-Match": packed.headers["ETag"]})
    again = lea.post("releases", 422, json={"name": "v1"}).json
    assert again["errors"][0]["field"] == "name"


def refuse_nobodys(lea):
    """Send answers in the name of nobody, and in the name of a person as if that person said so."""
    row = {
        "article": "a1", "sentence": 0, "start": 0, "end": 16, "text": "Trade will grow.",
        "status": "no_claim", "complete": True, "unsure": False, "note": "", "claims": [],
        "codebook_version": 1, "round": 1, "revision": 1, "active_seconds": 0,
        "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z",
    }  # fmt: skip
    [ann, *_] = [each["annotator"] for each in lea.get("assignments").json["items"]]
    faulty = [
        row | {"origin": "imported"},
        row | {"origin": "imported", "annotator": "A00"},
        row | {"origin": "human", "annotator": ann},
    ]
    body = "".join(json.dumps(each) + "\n" for each in faulty)
    refused = send(lea, body, 422).json["errors"]
    assert [each["field"] for each in refused] == ["line 1", "line 2", "line 3"]
    for said, fault in zip(("no “annotator”", "nobody in this project", "only a person"), refused,
                           strict=True):  # fmt: skip
        assert said in fault["detail"]
    assert db.session.query(Answer).count() == 0
    good = json.dumps(row | {"origin": "imported", "annotator": ann}) + "\n"
    assert fits("LabelsPlan", send(lea, good, 200, "?dry_run=true").json)["answers"] == 1
    assert db.session.query(Answer).count() == 0


def send(lea, body, status, query=""):
    return lea.post(f"labels{query}", status, data=body, content_type="application/jsonl")


def label_all():
    for article in db.session.query(Article).order_by(Article.id).all():
        for name in ("ann", "ben"):
            save(article, claims(claim()), name=name, position=0)
            save(article, nothing_claimed(), name=name, position=1)


def test_labels_from_elsewhere_are_stored_or_refused_as_a_whole(script, article):
    save(article, nothing_claimed(), position=2)
    lea = script()
    row = json.loads(lea.get("labels").text)
    ben = next(
        each["annotator"]
        for each in lea.get("assignments").json["items"]
        if each["annotator"] != row["annotator"]
    )
    other = row | {"annotator": ben, "origin": "imported"}
    broken = other | {"sentence": 3}
    send(lea, "\n".join(map(json.dumps, (other, broken))), 422)
    assert db.session.query(Answer).count() == 1
    made = fits("Job", send(lea, json.dumps(other), 201).json)
    assert (made["kind"], made["state"], made["result"]["answers"]) == ("labels", "done", 1)
    assert db.session.query(Answer).count() == 2
    assert "already has an answer" in send(lea, json.dumps(other), 422).json["errors"][0]["detail"]


@pytest.mark.parametrize(
    ("kind", "origin"),
    [("people", "people"), ("reference", "reference"), ("context", "imported"), ("model", "model")],
)
def test_labels_come_in_as_what_the_script_says_they_are(script, article, kind, origin):
    save(article, nothing_claimed(), position=2)
    lea = script()
    row = json.loads(lea.get("labels").text) | {"annotator": "M1"}
    query = f"?as={kind}" + ("&model=gpt" if kind == "model" else "")
    refused = send(lea, json.dumps(row | {"origin": "people"}), 422).json["errors"]
    assert "“as”" in refused[0]["detail"]
    made = fits("Job", send(lea, json.dumps(row), 201, query).json)
    assert f"1 answer imported as {kind}" in made["said"]
    assert made["result"]["annotators"] == ["gpt" if kind == "model" else "M1"]
    assert db.session.query(Answer.origin).order_by(Answer.id).all()[-1] == (origin,)
    brought = db.session.query(LabelImport).one()
    assert (brought.origin, brought.source) == (origin, "API (token “a script”)")


@pytest.mark.parametrize(
    ("query", "field", "cause"),
    [
        ("?as=gold", "as", "people"),
        ("?as=model", "model", "needs the name"),
        ("?as=people&model=gpt", "model", "needs as=model"),
        ("?model=gpt", "model", "needs as=model"),
    ],
)
def test_what_is_said_of_labels_is_one_of_four_kinds(script, article, query, field, cause):
    [fault] = send(script(), "{}", 422, query).json["errors"]
    assert fault["field"] == field
    assert cause in fault["detail"]


@pytest.mark.parametrize("kind", ["articles", "labels"])
def test_much_is_imported_by_a_job(script, article, monkeypatch, kind):
    monkeypatch.setattr("annotator.web.api.importing.MUCH", 10)
    lea = script()
    if kind == "articles":
        files = {"file": (io.BytesIO(b"He said so. She did not."), "big.txt")}
        reply = lea.post("articles", 202, data=files)
        assert over(lea, reply)["said"] == "1 article added, 2 sentences (token “a script”)."
        assert lea.get("articles?key=big").json["items"]
    else:
        save(article, nothing_claimed(), position=2)
        row = json.loads(lea.get("labels").text) | {"origin": "imported", "sentence": 2}
        row["annotator"] = next(
            each["annotator"]
            for each in lea.get("assignments").json["items"]
            if each["annotator"] != row["annotator"]
        )
        done = over(lea, send(lea, json.dumps(row), 202))
        assert (done["state"], done["result"]["answers"]) == ("done", 1)
    assert lea.post(f"jobs/{db.session.query(Job).one().id}/cancel").json["state"] == "done"


@pytest.mark.parametrize("much", [10**9, 100])
def test_an_import_is_whole_where_others_import_the_same_meanwhile(script, monkeypatch, much):
    lea, read = script(), carrying_out.Articles.read
    first = {"articles": [{"key": "a", "text": "He said so."}]}

    def read_while_others_import(order, run, beat=None):
        read(order, run, beat)
        if order.files[0].name != "articles.json":
            lea.post("articles", 201, json=first)

    monkeypatch.setattr(carrying_out.Articles, "read", read_while_others_import)
    monkeypatch.setattr(importing, "MUCH", much)
    files = [(io.BytesIO(b"He said so."), "a.txt"), (io.BytesIO(b"She did not. " * 20), "b.txt")]
    reply = lea.post("articles", None, data={"file": files})
    if much > 100:
        assert (reply.status_code, reply.json["errors"][0]["field"]) == (422, "file[0]")
    else:
        assert over(lea, reply)["state"] == "failed"
    assert [each["key"] for each in lea.get("articles").json["items"]] == ["a"]


def test_a_job_that_cannot_store_says_why(script, monkeypatch, article):
    monkeypatch.setattr("annotator.web.api.importing.MUCH", 1)
    lea = script()
    job = over(lea, lea.post("articles", 202, json={"articles": [{"key": "x", "text": " \n"}]}))
    assert job["state"] == "failed"
    assert "articles[0]" in job["said"]


def test_what_does_not_fit_is_named_with_its_field(script):
    lea = script()
    for path, kwargs, status, field in (
        ("articles", {"json": {"articles": [{"key": "a"}]}}, 422, "articles[0].text"),
        ("articles", {"json": {"articles": [{"key": "a", "text": 3}]}}, 422, "articles[0].text"),
        ("articles", {"json": {"articles": [{"key": "a", "text": "\0"}]}}, 422, "articles[0].text"),
        ("articles", {"json": {"articles": [], "new": 1}}, 422, "articles"),
        ("articles", {"data": {"file": (io.BytesIO(b"PK"), "a.docx")}}, 422, "file[0]"),
        ("articles", {"data": {"other": "1"}, "content_type": "multipart/form-data"}, 422, "other"),
        ("assignments", {"json": {"overlap": 0}}, 422, "overlap"),
        ("assignments", {"json": {"overlap": 2.0}}, 422, "overlap"),
        ("assignments", {"json": {"\ud800": 1}}, 422, "?"),
        ("assignments", {"json": {"articles": ["none"]}}, 422, "articles"),
        ("assignments", {"json": {"annotators": ["A00"]}}, 422, "annotators"),
        ("releases", {"json": {"name": "no/good"}}, 422, "name"),
        ("releases", {"json": {"name": "v1", "shares": {"train": 0.5, "dev": 0.1, "test": 0.1}}},
         422, "shares"),
        ("labels?dry_run=maybe", {"data": "{}", "content_type": "application/jsonl"}, 422,
         "dry_run"),
    ):  # fmt: skip
        found = lea.post(path, status, **kwargs).json
        assert found["errors"][0]["field"] == field, found
    for path, field in (("articles?limit=0", "limit"), ("articles?page=2", "page"),
                        ("gold?method=guess", "method"), ("agreement?round=3", "round"),
                        ("articles?after=x", "after"),
                        ("articles?key=a&key=b", "key")):  # fmt: skip
        assert lea.get(path, 422).json["errors"][0]["field"] == field
    lea.post("releases", 415, data="name=v1", content_type="text/plain")
    lea.post("releases", 400, data="{", content_type="application/json")
    lea.post("releases", 400, data=b"\xff", content_type="application/json")
    lea.ask("PUT", "articles", 405)
    lea.get("nothing", 404)


def test_of_very_many_faults_only_the_first_are_looked_for(script, monkeypatch):
    told = []
    monkeypatch.setattr(asked, "fault", lambda error: (told.append(error), ("here", "wrong"))[1])
    found = script().post("articles", 422, json={"articles": [{}] * 1000}).json
    assert len(found["errors"]) == len(told) == 100


def test_what_has_not_changed_is_not_sent_again(script, article):
    save(article, nothing_claimed(), position=2)
    lea = script("lea", "read")
    for path in ("", "/articles", "/labels", "/gold", "/decisions", "/agreement", "/speakers"):
        first = lea.get(HERE + path)
        assert first.headers["Cache-Control"] == "private, no-cache"
        known = {"If-None-Match": first.headers["ETag"]}
        same = lea.get(HERE + path, 304, headers=known)
        assert (same.data, same.headers["ETag"]) == (b"", first.headers["ETag"])
    save(article, nothing_claimed(note="now with a note"), position=2, revision=1)
    known = {"If-None-Match": lea.get("labels").headers["ETag"]}
    save(article, nothing_claimed(), position=3)
    assert lea.get("labels", headers=known).text.count("\n") == 2


def test_an_archived_project_is_read_and_not_changed(script):
    lea = script()
    with write():
        ends.archive(projects.get("us-russia"), accounts.get_user("lea"))
    assert lea.get(HERE).json["archived"]
    assert "archived" in lea.post("assignments", 403, json={}).json["detail"]
