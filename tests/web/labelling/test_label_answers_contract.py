"""What an answer says, and what a button makes of it, is the same for the server and the scripts.

The server is asked by posting, each case to a sentence of its own; tests/js/answers.test.mjs asks
static/labelling/answers.js over the same table. Speakers are numbered 1, 2 and 3 there; one that a
button has added is "new" or "unnamed".
"""

import json
import re

import pytest
from label_form import answer_of, fields, narrator
from places import DATA
from werkzeug.datastructures import MultiDict

from annotator.codebook.load import load_default
from annotator.store.db import write
from annotator.web.labelling.form import ClaimForm
from annotator.web.labelling.parts.claims import hint
from annotator.web.labelling.parts.column import state_of
from annotator.work.accounts import projects
from annotator.work.labelling import speakers

TABLE = json.loads((DATA / "answers.json").read_text("utf-8"))
SPEAKER_FIELDS = {"speaker", "via", "via_add"}


@pytest.fixture
def numbers(article):
    """Return the number in the database of each speaker of the table."""
    known = [narrator().id]
    with write():
        project = projects.get("us-russia")
        for name in ("Ada Lark", "Ben Moor"):
            known.append(speakers.add(project, None, name, "person", None))
    return {str(number): str(id) for number, id in enumerate(known, start=1)}


@pytest.fixture
def rooms(browser, article):
    """Return enough people and sentences for each case to have its own: browser, position, name."""
    return [
        (person, position, name)
        for name in ("ann", "ben")
        for person in [browser(name)]
        for position in range(article.sentence_count)
    ]


def posted(case, numbers, **others):
    """Return the fields of a case as the page posts them."""
    claims = [
        {
            name: ",".join(numbers.get(part, part) for part in value.split(","))
            if name in SPEAKER_FIELDS
            else value
            for name, value in claim.items()
        }
        for claim in case["claims"]
    ]
    # A claim of which nothing was said has its fields all the same.
    given = [claim or {"note": ""} for claim in claims]
    return fields(*given, open=case.get("open", 0), **case.get("whole", {}), **others)


def said_of(claim, numbers):
    """Return a stored claim as the table has it: what is open is left out."""
    names = {number: name for name, number in numbers.items()}

    def name_of(speaker):
        return names.get(str(speaker.id)) or ("unnamed" if speaker.wording else "new")

    said = {
        "speaker": name_of(claim.speaker) if claim.speaker else "",
        "stance": claim.stance,
        "certainty": claim.certainty,
        "via": ",".join(name_of(link.speaker) for link in claim.via),
        "note": claim.note,
    }
    return {name: value for name, value in said.items() if value}


def words_of(case):
    return json.dumps([case["claims"], case.get("whole", ""), case.get("act", "")])


def test_the_server_says_of_a_claim_what_the_page_says():
    for case in TABLE["said"]:
        first = {f"claims-0-{name}": value for name, value in (case["claims"] or [{}])[0].items()}
        claim = ClaimForm(MultiDict(first), prefix="claims-0-")
        said = hint(claim, load_default(), lonely=len(case["claims"]) <= 1)
        assert said == case["hint"], words_of(case)


def each(cases, rooms):
    """Return every case with a room of its own."""
    assert len(cases) <= len(rooms)
    return zip(cases, rooms[: len(cases)], strict=True)


def test_an_answer_stands_as_the_page_says(rooms, article, numbers):
    for case, (person, position, name) in each(TABLE["said"], rooms):
        url = f"/label/{article.id}/{position}"
        person.post(url, posted(case, numbers), 200, htmx=True)
        assert state_of(answer_of(article, position, name)) == case["state"], words_of(case)


def test_next_asks_for_what_the_page_asks_for(rooms, article, numbers):
    for case, (person, position, _name) in each(TABLE["said"], rooms):
        url = f"/label/{article.id}/{position}"
        reply = person.post(url, posted(case, numbers, act="next"), 200, htmx=True)
        found = re.search(r'id="notice"[^>]*>(\w+) (?:is still open|answer yet)', reply.text)
        missing = {"No": "answer"}.get(found[1], found[1].lower()) if found else ""
        assert missing == case["missing"], words_of(case)
        assert bool({"HX-Location", "HX-Redirect"} & {*reply.headers.keys()}) == (not missing)


def test_a_button_does_what_it_does_on_the_page(rooms, article, numbers):
    for case, (person, position, name) in each(TABLE["buttons"], rooms):
        url = f"/label/{article.id}/{position}"
        act = re.sub(r"^(take-\d+-)(\d)$", lambda take: take[1] + numbers[take[2]], case["act"])
        reply = person.post(url, posted(case, numbers, act=act), 200, htmx=True)
        answer = answer_of(article, position, name)
        claims = [said_of(claim, numbers) for claim in answer.claims] if answer else []
        assert claims == case["after"], words_of(case)
        opened = re.search(r'name="open" value="(\d+)"', reply.text)[1]
        assert int(opened) == case["opened"], words_of(case)
        assert answer is None or answer.status in (None, "claims"), words_of(case)
