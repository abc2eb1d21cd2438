"""A method of gold has one name on pages and cards; files and commands have its key."""

from typing import get_args

import pytest

from annotator.formats.release.card import labels
from annotator.measure.methods import Method
from annotator.web.releases.form import METHODS
from annotator.work.gold.counts import HOW
from annotator.work.gold.doubts import NAMES
from annotator.work.gold.models import Aggregation
from annotator.work.releases.difference_words import setting

SHOWN = {
    "majority": "Majority",
    "weighted": "Weighted",
    "dawid-skene": "Dawid–Skene",
    "one-coin": "One-coin",
    "mace": "MACE",
}


def test_every_method_has_its_name_on_buttons_and_in_the_release_form():
    assert list(SHOWN) == list(get_args(Method))
    assert NAMES == SHOWN
    assert [words.split(": ")[0] for words in METHODS.values()] == list(SHOWN.values())


@pytest.mark.parametrize(("method", "name"), [("mace", "MACE"), ("dawid-skene", "Dawid–Skene")])
def test_a_method_is_called_the_same_in_counts_lists_differences_and_on_the_card(method, name):
    assert HOW[method] == name
    assert Aggregation(method).says == name
    assert setting("method", method) == name
    assert f"The {name} model" in labels.HOW[method]
    facts = {"method": method, "how": {}, "aggregation": None, "warnings": []}
    text = "\n".join(labels.gold(facts))
    assert f"by this method: {name}." in text


def test_the_question_before_a_release_names_the_method_as_its_button_does(browser, article):
    fields = {
        "name": "v1", "method": "mace", "by": "article", "train": 80, "dev": 10, "test": 10,
        "seed": 0, "despite_warning": "y",
    }  # fmt: skip
    page = browser("lea").post("/projects/us-russia/releases", fields, 200)
    assert "with gold by MACE." in page.text
