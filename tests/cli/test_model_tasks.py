"""`annotator model-tasks`: what a model is asked, in a file; nothing is sent."""

import json

import pytest
from installation import staged
from labelling_examples import claim, claims, nothing_claimed, save
from release_examples import decide, more_articles
from sqlalchemy import select

from annotator.formats.models.tasks import named
from annotator.store.db import db, write
from annotator.store.models import Article, Sentence


@pytest.fixture
@staged
def decided(article, project):
    """Label and decide two sentences of the first article: a claim, and none; add others."""
    start = sentence(article, 2).start
    said = claims(claim(mention=(start, start + 5)))
    for name in ("ann", "ben"):
        save(article, said, name=name)
        save(article, nothing_claimed(), name=name, position=4)
    decide(article, 2)
    decide(article, 4)
    more_articles(project, 2)
    return article


def sentence(article, position):
    return db.session.scalars(
        select(Sentence).where(Sentence.article_id == article.id, Sentence.position == position)
    ).one()


def called(key):
    return db.session.scalars(select(Article).where(Article.key == key)).one()


def written(command, path, *words):
    found = command("model-tasks", "-p", "us-russia", "-o", path, *words)
    assert found.exit_code == 0, found.output
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_there_is_a_request_for_each_sentence(command, article, tmp_path):
    rows = written(command, tmp_path / "tasks.jsonl")
    assert len(rows) == article.sentence_count
    assert [list(row) for row in rows] == [["custom_id", "method", "url", "body"]] * len(rows)
    assert {(row["method"], row["url"]) for row in rows} == {("POST", "/v1/chat/completions")}
    assert [named(row["custom_id"]).position for row in rows] == [*range(len(rows))]
    assert all(len(row["custom_id"]) <= 64 for row in rows)
    system, user = rows[2]["body"]["messages"]
    assert (system["role"], user["role"]) == ("system", "user")
    assert "# Codebook" in system["content"]
    assert f"⟦{sentence(article, 2).text}⟧" in user["content"]
    assert article.title in user["content"]
    again = written(command, tmp_path / "again.jsonl")
    assert again == rows


def test_the_schema_offers_what_the_codebook_offers(command, article, tmp_path):
    body = written(command, tmp_path / "tasks.jsonl", "--model", "some-model")[0]["body"]
    assert body["model"] == "some-model"
    form = body["response_format"]
    assert (form["type"], form["json_schema"]["strict"]) == ("json_schema", True)
    claim = form["json_schema"]["schema"]["properties"]["claims"]["items"]
    assert claim["properties"]["stance"]["enum"] == ["oppose", "neutral", "support", "unrelated"]
    assert claim["required"] == [*claim["properties"]]


def test_a_dry_run_counts_and_writes_nothing(command, article, tmp_path):
    path = tmp_path / "tasks.jsonl"
    found = command("model-tasks", "-p", "us-russia", "-o", path, "--dry-run")
    rows = written(command, tmp_path / "real.jsonl")
    size = sum(len(each["content"]) for row in rows for each in row["body"]["messages"])
    assert found.stdout == (
        f"{len(rows)} requests, {size:,} characters of messages. Nothing was written.\n"
    )
    assert not path.exists()


def test_examples_are_decided_sentences_of_other_articles(command, decided, tmp_path):
    rows = written(command, tmp_path / "t.jsonl", "--articles", "more-0", "--examples", "2")
    assert len(rows) == called("more-0").sentence_count
    _, *shown, _asked = rows[0]["body"]["messages"]
    assert [each["role"] for each in shown] == ["user", "assistant"] * 2
    first = sentence(decided, 2)
    assert f"⟦{first.text}⟧" in shown[0]["content"] + shown[2]["content"]
    answers = [json.loads(each["content"]) for each in shown[1::2]]
    [made] = [each for each in answers if each["claims"]]
    assert made["claims"][0]["mention"] == first.text[:5]
    assert {each["status"] for each in answers} == {"claims", "no_claim"}
    schema = rows[0]["body"]["response_format"]["json_schema"]["schema"]
    assert [*made["claims"][0]] == schema["properties"]["claims"]["items"]["required"]
    assert all(first.text not in row["body"]["messages"][-1]["content"] for row in rows)


def test_no_example_is_of_an_article_that_is_asked_for(command, decided, tmp_path):
    path = tmp_path / "tasks.jsonl"
    with write():
        called("more-0").cluster_id = decided.id
    for words in ((), ("--articles", "more-0")):
        found = command("model-tasks", "-p", "us-russia", "-o", path, "--examples", "1", *words)
        assert found.exit_code == 2
        assert "there are only 0 decided sentences outside of the articles asked" in found.stderr
        assert not path.exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--articles", "nothing"), "there is no article “nothing”"),
        (("-o", ""), "Give an output file (-o), or --dry-run."),
    ],
)
def test_what_cannot_be_asked_is_refused(command, article, tmp_path, words, said):
    output = () if "-o" in words else ("-o", tmp_path / "tasks.jsonl")
    words = () if "-o" in words else words
    found = command("model-tasks", "-p", "us-russia", *output, *words)
    assert found.exit_code == 2
    assert said in found.stderr
    assert not (tmp_path / "tasks.jsonl").exists()
