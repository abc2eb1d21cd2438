"""Import of labels in the browser: file, mapping, check, job; and what is said of imports."""

import json
import re

import pytest
from labelling_examples import nothing_claimed, save
from lead_form import file, send
from slow_cases import server
from sqlalchemy import func, select

from annotator.formats.labels.mapping import read_mapping
from annotator.store.db import db
from annotator.store.models import Answer, Job, LabelImport

pytestmark = server

PAGE = "/projects/us-russia/labels"
HEAD = "item,annotator,Side,sure\n"
MEANINGS = {
    "value-0-0": "stance=support",
    "value-0-1": "stance=oppose",
    "value-1-0": "certainty=likely",
}


@pytest.fixture
def table(article):
    """Return a file of another tool: two people, two values of one field, one of another."""
    lines = [f"{article.key}#{place},{who},PRO,yes" for place in (2, 3) for who in ("jo", "al")]
    lines.append(f"{article.key}#4,jo,CON,yes")
    return (HEAD + "\n".join(lines)).encode()


@pytest.fixture
def at_once(monkeypatch):
    """Carry jobs out before the reply."""
    from annotator.web import jobs as job_pages
    from annotator.web.label_import import page

    def start(kind, number, carry_out):
        carry_out(job_pages.Beat(kind, number))

    monkeypatch.setattr(page, "start", start)


def looked(lea, raw, **more):
    sent = {"file": file("theirs.csv", raw), "kind": "people", "step": "look", **more}
    return send(lea, PAGE, sent)


def carried(reply, **more):
    """Return the form of a page with other values."""
    hidden = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', reply.text)
    return {name: value for name, value in hidden if name != "csrf_token"} | more


def checked(lea, raw):
    return lea.post(PAGE, data=carried(looked(lea, raw), step="check", **MEANINGS))


def toml_in(reply):
    found = re.search(r"<textarea[^>]*>(.*?)</textarea>", reply.text, re.S)[1]
    return found.replace("&#34;", '"').replace("&quot;", '"')


def answers():
    db.session.rollback()
    rows = db.session.execute(select(Answer.origin, func.count()).group_by(Answer.origin))
    return dict(map(tuple, rows))


def test_the_page_shows_what_the_file_holds_and_its_numbers(table, browser):
    reply = looked(browser("lea"), table)
    assert reply.status_code == 200
    for words in ("PRO", "CON", "jo", "al", "Field Side", "Independent answers of people"):
        assert words in reply.text
    assert re.search(r'dir="auto">PRO</th><td class="num">4</td>', reply.text)


def test_nothing_is_assumed_on_the_page_either(table, browser):
    reply = send(browser("lea"), PAGE, {"file": file("theirs.csv", table)})
    assert reply.status_code == 422
    assert "nothing is assumed" in reply.text
    assert "checked" not in browser("lea").get(PAGE).text


def test_a_check_stores_nothing_and_its_mapping_is_that_of_the_command(
    table, browser, command, tmp_path
):
    reply = checked(browser("lea"), table)
    assert "5 answers, 0 spans by 2 annotators would come in." in reply.text
    assert answers() == {}
    mapping = toml_in(reply)
    assert read_mapping(mapping.encode()).fields["Side"]["PRO"] == {"stance": "support"}
    sent = browser("lea").post(PAGE, data=carried(reply, step="toml", mapping=mapping))
    assert sent.headers["Content-Disposition"] == 'attachment; filename="mapping.toml"'
    (tmp_path / "m.toml").write_bytes(sent.data)
    (tmp_path / "theirs.csv").write_bytes(table)
    words = ("--mapping", tmp_path / "m.toml", "--as", "people", "--dry-run")
    said = command("labels", "import", tmp_path / "theirs.csv", "-p", "us-russia", *words)
    assert "5 answers, 0 spans by 2 annotators would be imported." in said.stdout


def test_what_is_not_mapped_is_named(table, browser):
    lea = browser("lea")
    reply = lea.post(PAGE, data=carried(looked(lea, table), step="check"))
    assert "the mapping has no entry for “Side” = “CON”" in reply.text


def test_an_import_is_stored_declared_taken_back_and_removed(table, browser, at_once):
    lea = browser("lea")
    reply = checked(lea, table)
    stored = lea.post(PAGE, data=carried(reply, step="store", mapping=toml_in(reply)))
    assert stored.status_code == 303
    assert "5 answers of theirs.csv imported as people" in lea.get(stored.location).text
    assert answers() == {"people": 5}
    number = db.session.scalar(select(LabelImport.id))
    page = lea.get(PAGE).text
    assert "theirs.csv: 5 answers, people" in page
    for act, data, left in (
        ("declare", {"kind": "context"}, {"imported": 5}),
        ("back", {}, {"people": 5}),
        ("undo", {}, {}),
    ):
        assert lea.post(f"{PAGE}/{number}/{act}", data=data).status_code == 303, act
        assert answers() == left
    assert "No labels were imported yet" in lea.get(PAGE).text


def test_back_at_the_form_the_choices_are_still_there(table, browser):
    lea = browser("lea")
    sent = carried(looked(lea, table), step="check", **MEANINGS)
    reply = lea.post(PAGE, data=sent | {"no_label": "no_claim", "who-0": "A99"})
    hidden = dict(re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"', reply.text))
    back = lea.post(PAGE, data=hidden | {"step": "look", "mapping": toml_in(reply)})
    chosen = re.findall(r'<option value="([^"]+)" selected', back.text)
    assert chosen == [*MEANINGS.values(), "no_claim"]
    assert 'name="who-0" value="A99"' in back.text


def test_many_answers_are_removed_by_a_job_that_nobody_can_cancel(
    table, browser, at_once, monkeypatch
):
    from annotator.web import jobs as job_pages
    from annotator.web.label_import import page

    lea = browser("lea")
    reply = checked(lea, table)
    lea.post(PAGE, data=carried(reply, step="store", mapping=toml_in(reply)))
    number = db.session.scalar(select(LabelImport.id))
    monkeypatch.setattr(page, "MANY", 2)
    monkeypatch.setattr(job_pages, "BEAT_SECONDS", 0)
    removed = lea.post(f"{PAGE}/{number}/undo")
    assert removed.status_code == 303
    said = lea.get(removed.location).text
    assert f"Removing import {number}" in said
    assert "5 answers removed" in said
    job = db.session.scalars(select(Job).order_by(Job.id.desc())).first()
    assert (job.done, job.total) == (5, 5)
    assert lea.post(f"{removed.location}/cancel").status_code == 422
    assert answers() == {}


def test_a_broken_mapping_is_said_and_nothing_is_lost(table, browser):
    lea = browser("lea")
    reply = checked(lea, table)
    again = lea.post(PAGE, data=carried(reply, step="store", mapping="labels = 7"))
    assert again.status_code == 422
    assert "is not a table" in again.text
    assert "labels = 7" in again.text
    assert carried(again)["carried"] == carried(reply)["carried"]


@pytest.mark.parametrize(
    ("raw", "cause"),
    [
        (b"", "Choose a file."),
        (b"a,b\n1,2", "it is no format that is known here"),
    ],
)
def test_a_file_that_cannot_be_read_so_is_refused_with_the_cause(article, browser, raw, cause):
    reply = looked(browser("lea"), raw)
    assert reply.status_code == 422
    assert cause in reply.text


def test_rows_of_our_own_export_need_no_mapping_and_say_themselves_what_they_are(
    article, browser, at_once
):
    lea = browser("lea")
    save(article, nothing_claimed(), position=2)
    row = json.loads(lea.get("/projects/us-russia/labels.jsonl").text) | {"annotator": "A77"}
    human, people = (json.dumps(row | {"origin": each}) for each in ("human", "people"))
    for kind, raw, said in (
        ("rows", people, "1 answer, 0 spans by 1 annotator would come in"),
        ("rows", human, "only a person on the label page gives such an answer"),
        ("people", human, "1 answer, 0 spans by 1 annotator would come in"),
    ):
        sent = {"file": file("ours.jsonl", raw.encode()), "kind": kind, "step": "look"}
        reply = send(lea, PAGE, sent)
        assert said in reply.text
        assert "Mapping" not in reply.text
    stored = lea.post(PAGE, data=carried(reply, step="store"))
    assert "1 answer of ours.jsonl imported as people" in lea.get(stored.location).text
    assert answers() == {"human": 1, "people": 1}


def test_answers_of_a_model_to_our_requests_need_no_mapping_and_bad_ones_hold_none_back(
    article, browser, at_once
):
    lea = browser("lea")
    tasks = lea.get("/projects/us-russia/model-tasks.jsonl").text.splitlines()
    asked = [json.loads(line)["custom_id"] for line in tasks]
    answer = {"status": "no_claim", "claims": []}
    lines = [{"custom_id": asked[2], "answer": answer}, {"custom_id": asked[3], "answer": 7}]
    sent = {
        "file": file("results.jsonl", "\n".join(map(json.dumps, lines)).encode()),
        "kind": "model",
        "model": "small",
        "step": "look",
    }
    reply = send(lea, PAGE, sent)
    assert "1 answer, 0 spans by 1 annotator would come in" in reply.text
    assert "its answer is not a JSON object" in reply.text
    assert "Mapping" not in reply.text
    assert send(lea, PAGE, carried(reply, step="toml")).status_code == 422
    stored = lea.post(PAGE, data=carried(reply, step="store"))
    done = lea.get(stored.location).text
    assert "1 answer of results.jsonl imported as model" in done
    assert "1 label left out" in done
    assert answers() == {"model": 1}
    for kind in ("people", "rows"):
        sent = {"file": file("results.jsonl", tasks[0].encode()), "kind": kind, "step": "look"}
        refused = send(lea, PAGE, sent)
        assert refused.status_code == 422
        assert "enter the name of the model" in refused.text


def test_labels_of_another_tool_never_say_themselves_what_they_are(table, browser):
    reply = looked(browser("lea"), table, kind="rows")
    assert reply.status_code == 422
    assert "do not say what they are" in reply.text


def test_relations_and_what_spans_or_stands_twice_are_chosen_in_the_form(article, browser):
    row = {
        "text": article.text,
        "entities": [
            {"id": n, "label": name, "start_offset": 0, "end_offset": 9}
            for n, name in ((1, "Who"), (2, "What"))
        ],
        "relations": [{"id": 5, "type": "says", "from_id": 1, "to_id": 2}],
    }
    lea = browser("lea")
    sent = {"file": file("jo.jsonl", json.dumps(row).encode()), "kind": "people", "step": "look"}
    reply = send(lea, PAGE, sent)
    assert "Relation says" in reply.text
    chosen = {
        "relation-0": "stance=support", "role-0-0": "speaker", "role-0-1": "claim",
        "over_sentences": "larger", "repeats": "newer", "label-0": "ignore=true",
        "label-1": "speaker=*;speaker_type=person",
    }  # fmt: skip
    checked = lea.post(PAGE, data=carried(reply, step="check", **chosen))
    mapped = read_mapping(toml_in(checked).encode())
    assert (mapped.over_sentences, mapped.repeats) == ("larger", "newer")
    assert mapped.relations["says"].roles == {"from": "speaker", "to": "claim"}
    assert mapped.relations["says"].meaning == {"stance": "support"}
    hidden = dict(re.findall(r'<input type="hidden" name="([\w-]+)" value="([^"]*)"', checked.text))
    back = lea.post(PAGE, data=hidden | {"step": "look", "mapping": toml_in(checked)})
    again = re.findall(r'<option value="([^"]+)" selected', back.text)
    assert sorted(again) == sorted(chosen.values())


def test_which_of_their_fields_name_article_and_annotator_is_said_in_the_form(article, browser):
    start = article.text.index("Mattis")
    row = {"text": article.text, "label": [[start, start + 6, "Who"]], "id": 3,
           "rater": "jo", "meta": {"key": article.key}}  # fmt: skip
    sent = {"file": file("theirs.jsonl", json.dumps(row).encode()), "kind": "people"}
    lea = browser("lea")
    first = send(lea, PAGE, {**sent, "step": "look"})
    assert 'value="jo"' not in first.text
    named = {"annotator": "rater", "article": "meta.key", "who-0": "A07"}
    second = lea.post(PAGE, data=carried(first, step="look", **named))
    assert 'name="who-0" value="jo"' in second.text  # another one than the first was before
    third = lea.post(PAGE, data=carried(second, step="check", **{**named, "who-0": "jo"}))
    mapping = read_mapping(toml_in(third).encode())
    assert (mapping.article, mapping.annotator, mapping.text) == ("meta.key", "rater", "")
