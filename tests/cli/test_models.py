"""`annotator models` and `annotator alt-test -p`: people and models of a project."""

import json

import pytest
from installation import staged
from model_examples import known_errors, store_beside_a_model


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
