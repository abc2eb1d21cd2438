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
