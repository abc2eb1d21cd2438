"""Both sample articles labelled to the reference reading by keyboard alone, every key counted.

The reading lies in `tests/data/reference_reading.jsonl`: per sentence the status and the claims,
with offsets into the article. The person labels it in a project of its own, where no speaker is
known yet, and has asked to move on by itself. `pytest -s` prints the counts.
"""

import json
import re
from statistics import median

import pytest
from hands import ARTICLES, NEWCOMERS, READING, Hands, answer, is_at
from label_page import run

from annotator.paths import SAMPLES

PROJECT = "reference"
# What both articles may cost, and the one without implicit sources whose words have to be typed.
MOST_KEYS, MOST_IN_SHORT = 330, 110
SHORT = "003_d8b704d0d15f47b2"
# What keys are pressed for: names are found, added or typed; a speaker with a key is of the claim.
PURPOSES = {
    "for names": ("name",),
    "for claims": ("claim", "conditional"),
    "for mentions": ("mention",),
    "for via": ("via",),
    "for sentences without a claim": ("status",),
    "to move": ("move",),
}


@pytest.fixture
def page(visit, demo, tmp_path):
    """Return Cal's browser before a project with both articles, moving on by itself."""
    for name in ARTICLES:
        (tmp_path / f"{name}.txt").write_bytes((SAMPLES / f"{name}.txt").read_bytes())
    run(demo, "project", "add", PROJECT, "--title", "Reference")
    run(demo, "user", "add", "cal", "--role", "annotator", "-p", PROJECT)
    run(demo, "import", *(tmp_path / f"{name}.txt" for name in ARTICLES), "-p", PROJECT)
    run(demo, "assign", "-p", PROJECT, "--overlap", "1", "--annotators", pseudonym(demo))
    page = visit("cal")
    page.goto(f"{demo.base}/account")
    page.check("#auto_advance")
    page.get_by_role("button", name="Save the labelling settings").click()
    page.goto(f"{demo.base}/")
    return page


def pseudonym(demo):
    """Return who Cal is in the project."""
    cal = next(line for line in run(demo, "user", "list").splitlines() if line.startswith("cal\t"))
    return cal.split(f"{PROJECT} ")[1].split()[0]


def test_the_reference_reading_by_keyboard_alone(page, demo):
    hands = Hands(page)
    for article in ARTICLES:
        label(hands, article)
    for line in report(hands):
        print(line)
    for kept, wanted in zip(stored(demo), READING, strict=True):
        assert kept == wanted
    keys = {article: keys_in(hands, article) for article in ARTICLES}
    assert sum(keys.values()) <= MOST_KEYS
    assert keys[SHORT] <= MOST_IN_SHORT
    assert median(hands.of("claim", "name")) <= 3
    assert median(filter(None, hands.of("mention"))) <= 4
    totals = hands.per_sentence()
    usual = hands.per_sentence("claim", "name", "move")
    for row in READING:
        place = row["article"], row["sentence"]
        if not row.get("claims"):
            assert totals[place] == 1, place
        elif len(row["claims"]) == 1 and place not in NEWCOMERS:
            assert usual[place] == 3, place
    assert len([place for place in totals if totals[place] == 3]) >= 8


def keys_in(hands, article):
    """Return how many keys an article has cost."""
    return keys_for(hands, article)


def keys_for(hands, article, *purposes):
    """Return how many keys an article has cost for some purposes, without any for all."""
    sums = hands.per_sentence(*purposes)
    return sum(number for place, number in sums.items() if place[0] == article)


def label(hands, article):
    """Answer every sentence in the order in which the page leads through the article."""
    page = hands.page
    section = page.get_by_role("region", name="Table of articles, Reference")
    section.get_by_role("row").filter(has_text=article).get_by_role("link").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/label/*/*")
    order = [row for row in READING if row["article"] == article]
    headlines = [row for row in order if row["sentence"] == 0]
    for row in [*order[1:], *headlines]:
        is_at(page, row["sentence"])
        hands.place, hands.claim = (article, row["sentence"]), None
        answer(hands, row)
    page.wait_for_url("**/submit")
    total = len(order)
    assert f"{total} of {total} answered. 0 unsure, 0 incomplete." in page.inner_text("main")
    page.get_by_role("button", name="Submit article").focus()
    page.keyboard.press("Enter")
    page.get_by_role("link", name="Next article").wait_for()
    page.wait_for_load_state()
    page.keyboard.press("Enter")  # leads to the next one
    page.wait_for_url(re.compile(r"/label/\d+/\d+"))
    page.goto(page.url.split("/label/")[0])


def stored(demo):
    """Return what the server has, as the export tells it, in the form of the reading."""
    lines = run(demo, "labels", "export", "-p", PROJECT).splitlines()
    return [as_reading(json.loads(line)) for line in lines]


def as_reading(row):
    reading = {name: row[name] for name in ("article", "sentence", "status")}
    if row["claims"]:
        reading["claims"] = [as_claim(claim, row["article"]) for claim in row["claims"]]
    assert row["complete"]
    assert not row["unsure"]
    return reading


def as_claim(claim, article):
    """Return a claim without what is empty; an unnamed source is called by its wording alone."""
    name = claim["speaker"].removesuffix(f" ({article})")
    short = {"speaker": name, "type": claim["speaker_type"]}
    short |= {field: claim[field] for field in ("stance", "certainty")}
    short |= {field: claim[field] for field in ("conditional", "via") if claim[field]}
    mention = claim["mention"]
    return short | ({"mention": [mention["start"], mention["end"]]} if mention else {})


def report(hands):
    """Yield the counts in words."""
    claims, totals = hands.of("claim", "name"), hands.per_sentence()
    most = max(totals, key=totals.get)
    yield f"{len(claims)} claims in {len(totals)} sentences, {hands.counts.total()} keys in all"
    for article in ARTICLES:
        spent = ", ".join(
            f"{keys_for(hands, article, *own)} {word}" for word, own in PURPOSES.items()
        )
        yield f"{keys_in(hands, article)} in {article}: {spent}"
    yield f"speaker, stance, certainty: median {median(claims):g} keys a claim, most {max(claims)}"
    yield f"a sentence with everything: median {median(totals.values()):g}, most {totals[most]}"
    yield f"  that one is sentence {most[1]} of {most[0]}"
    for word, own in PURPOSES.items():
        sums = hands.per_sentence(*own)
        yield f"{word}: {sum(sums.values())} keys, at most {max(sums.values())} in a sentence"
    mentions = list(filter(None, hands.of("mention")))
    yield f"picking a mention: median {median(mentions):g} keys, most {max(mentions)}"
