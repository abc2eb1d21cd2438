"""What a button says is read alike by the server and by the scripts (tests/js/acts.test.mjs)."""

import json

import pytest
from places import DATA

from annotator.web.acts import Act, parse_act

CASES = json.loads((DATA / "acts.json").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["button"] or "none")
def test_a_button_is_read_as_the_page_reads_it(case):
    assert parse_act(case["button"]) == Act(case["verb"], case["index"], case["choice"])


def test_a_choice_is_a_place_only_where_it_is_a_short_number():
    assert parse_act("take-1-3").place == 3
    assert parse_act("take-1-12345").place == 0
    assert parse_act("status-no_claim").place == 0
