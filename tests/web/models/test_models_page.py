"""The page of models: drawn, tabled, and counted nowhere else."""

import pytest
from installation import staged
from model_examples import known_errors, store_beside_a_model

from annotator.work.models.comparing import compare

PAGE = "/projects/us-russia/models"


@pytest.fixture
@staged
def beside(project):
    """Store the answers of three people and a model."""
    store_beside_a_model(project, known_errors(5, units=60, people=3))


@pytest.fixture
def model(project, beside):
    """Return the pseudonym of the model."""
    return compare(project).models[0]


def test_the_page_draws_and_tables_each_field_and_the_test(browser, model):
    lea = browser("lea")
    page = lea.get(PAGE).text
    assert "Answers of models are counted in this report only" in page
    assert f"{model} with people" in page
    assert page.count('class="chart"') == 5
    assert "wins against 3 of 3 people (winning rate 1.00, needed .50)" in page
    assert "Passed" in page
    assert f"{model} against gold" in page
    status = lea.get(f"{PAGE}?field=status&epsilon=0.1").text
    assert f"alternative annotator test, {model}, status" in status
    found = lea.get(f"{PAGE}.json")
    assert found.json["models"] == {model: {"answers": 60}}


def test_models_and_fields_that_are_none_are_refused(browser, model):
    lea = browser("lea")
    assert lea.get(f"{PAGE}?model=M99", status=404)
    assert lea.get(f"{PAGE}?field=aspect", status=400)


def test_without_models_the_page_says_how_they_come_in(browser, project):
    page = browser("lea").get(PAGE).text
    assert "No model has answered in this project yet." in page
    assert "annotator model-tasks -p us-russia" in page
    assert 'href="/projects/us-russia/labels"' in page


def test_the_tasks_are_those_of_the_command(browser, article, command, tmp_path):
    path = tmp_path / "tasks.jsonl"
    command("model-tasks", "-p", "us-russia", "-o", path, "--model", "small 2")
    found = browser("lea").get("/projects/us-russia/model-tasks.jsonl?name=+small+2&examples=0")
    assert found.text == path.read_text("utf-8")
    assert "us-russia-model-tasks.jsonl" in found.headers["Content-Disposition"]


def test_tasks_that_cannot_be_written_are_refused_with_the_cause(browser, project):
    lea = browser("lea")
    page = "/projects/us-russia/model-tasks.jsonl"
    for asked, said in (
        ("", "There are no articles to ask for."),
        ("?examples=1001", "“1001” is no number of examples from 0 to 1,000."),
        ("?examples=-1", "is no number of examples"),
        ("?wanted=1", "Unknown parameter"),
    ):
        assert said in lea.get(page + asked, status=400).text
