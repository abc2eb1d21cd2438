"""`annotator models` and `annotator alt-test -p`: people and models of a project."""

import json

import pytest
from agreement_examples import ASPECTS, ask_aspects
from gold_examples import VALUES
from installation import staged
from model_examples import known_errors, store_beside_a_model
from sqlalchemy import update

from annotator.store.db import db, write
from annotator.store.models import Claim
from annotator.work.accounts import model_members, projects


@pytest.fixture
@staged
def beside(project):
    """Store the answers of three people and a model."""
    store_beside_a_model(project, known_errors(5, units=60, people=3))


def test_the_report_is_printed_as_text_and_as_json(command, beside):
    found = json.loads(command("models", "-p", "us-russia", "--json").stdout)
    [(model, answers)] = found["models"].items()
    assert answers == {"answers": 60}
    assert set(found["fields"]) == {"status", "speaker", "stance", "stance_on_scale", "certainty"}
    assert found["fields"]["stance"]["models"][model]["value"] > 0.5
    assert found["confusion"][model]["stance"]["n"] > 0
    said = command("models", "-p", "us-russia").stdout
    assert said.startswith("1 model · 3 people\nAnswers of models are counted in this report only")
    assert f"{model} with people" in said


def test_a_model_is_tested_on_a_field_of_a_project(command, beside):
    [model] = json.loads(command("models", "-p", "us-russia", "--json").stdout)["models"]
    words = ("alt-test", "-p", "us-russia", "--model", model)
    found = json.loads(command(*words, "--json").stdout)
    assert (found["model"], len(found["persons"]), found["passed"]) == (model, 3, True)
    assert command(*words, "--field", "stance").stdout.startswith(
        f"{model} passes: it wins against"
    )
    assert json.loads(command(*words, "--score", "rmse", "--json").stdout)["score"] == "rmse"


def test_a_model_is_tested_on_aspects_where_the_codebook_asks_for_them(command, project):
    store_beside_a_model(project, known_errors(5, units=60, people=3, values=len(ASPECTS)))
    ask_aspects(project)
    with write():  # the same errors as in stances, of which one has no aspect
        for stance, aspect in zip(VALUES[:2], ASPECTS.values(), strict=False):
            db.session.execute(update(Claim).filter_by(stance=stance).values(aspect=aspect))
    [model] = json.loads(command("models", "-p", "us-russia", "--json").stdout)["models"]
    words = ("alt-test", "-p", "us-russia", "--model", model)
    stances = json.loads(command(*words, "--json").stdout)
    aspects = json.loads(command(*words, "--field", "aspect", "--json").stdout)
    assert (len(aspects["persons"]), aspects["passed"]) == (3, True)
    for who, each in aspects["persons"].items():
        assert 0 < each["n"] < stances["persons"][who]["n"]


def test_a_field_that_the_codebook_does_not_ask_for_is_no_field_to_test(command, beside):
    [model] = json.loads(command("models", "-p", "us-russia", "--json").stdout)["models"]
    found = command("alt-test", "-p", "us-russia", "--model", model, "--field", "aspect")
    assert (found.exit_code, "aspect" in found.stderr) == (2, True)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ((), "Give either a FILE or a project (-p)."),
        (("-p", "us-russia", "--values", "a,b"), "--values needs a FILE"),
        (("-p", "us-russia"), "there is no model “gpt” with answers here; none has answered yet"),
    ],
)
def test_what_cannot_be_tested_is_refused(command, project, words, said):
    found = command("alt-test", "--model", "gpt", *words)
    assert (found.exit_code, said in found.stderr) == (2, True)


def test_the_command_sets_when_suggestions_are_shown(command, beside):
    words = ("project", "suggestions", "us-russia")
    assert command(*words).stdout == "suggestions: off\n"
    [model] = json.loads(command("models", "-p", "us-russia", "--json").stdout)["models"]
    refused = command(*words, "half")
    assert (refused.exit_code, "Name a model of “us-russia”" in refused.stderr) == (2, True)
    with write():
        project = projects.get("us-russia")
        added = model_members.add(project, "small").membership.pseudonym
    assert command(*words, "half").stdout == f"suggestions: half\nmodel: {added}, small\n"
    assert command(*words).stdout == f"suggestions: half\nmodel: {added}, small\n"
    assert command(*words, "after", "--model", "small").stdout.startswith("suggestions: after\n")
    assert command(*words, "after", "--model", "big").exit_code == 2
    assert command(*words, "off", "--model", "small").exit_code == 2
    assert command(*words, "sometimes").exit_code == 2
    assert command(*words, "off").stdout == "suggestions: off\n"
    assert model != added
