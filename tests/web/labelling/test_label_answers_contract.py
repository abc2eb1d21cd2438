"""The hint beside a claim is the same words from the server and from the script of the page.

tests/js/answers.test.mjs reads the same table.
"""

import json

import pytest
from places import DATA
from werkzeug.datastructures import MultiDict

from annotator.web.labelling.building import hint
from annotator.web.labelling.form import ClaimForm

CASES = json.loads((DATA / "answers.json").read_text("utf-8"))


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case['state']}: {case['hint']}")
def test_the_server_says_of_a_claim_what_the_page_says(case):
    claim = ClaimForm(MultiDict(case["fields"]), prefix="claims-0-")
    lonely = not any(name.startswith("claims-1-") for name, _value in case["fields"])
    assert hint(claim, lonely=lonely) == case["hint"]
