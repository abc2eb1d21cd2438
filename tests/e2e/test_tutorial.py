"""The tutorial as its reader goes through it: the keys it says to press, the figures it names."""

import json
import re

from documents import DOCS
from label_page import chip_says, run, until

PROJECT = "us-russia-cooperation"
TUTORIAL = (DOCS / "tutorial.md").read_text(encoding="utf-8")
STEP = re.compile(r"^\| (\d) \| (`.*?) \| .* \|$", re.M)
PART = re.compile(r"`([^`]+)`|([^` ][^`]*[^` ])")
VALUES = {"S": "support", "O": "oppose", "N": "neutral"}
CERTAINTIES = {"C": "certain", "P": "possible", "D": "uncommitted"}
# What stands under the field where a name is typed, as soon as there is something to take.
LISTENS = "document.readyState === 'complete' && document.querySelector('#answer') !== null"
PROPOSED = "document.querySelector('.found [aria-selected=true]') !== null"


def steps():
    """Return (number of the sentence, its keys, the words that are typed among them)."""
    for number, keys in STEP.findall(TUTORIAL):
        yield int(number), [(key, words) for key, words in PART.findall(keys)]


def test_the_tutorial_from_the_import_to_the_numbers_it_names(visit, demo):
    lead = visit("lead")
    bring_in(lead, demo)
    cal = visit("cal")
    label(cal)
    said = {row["sentence"] + 1: told(row) for row in rows(demo)}
    assert said == {number: planned(parts) for number, parts in steps()}
    typed = {words for _, parts in steps() for _, words in parts if words}
    typed |= set(re.findall(r"\*new: (.+?)\*", TUTORIAL))
    assert len(typed) == 3
    assert typed == {name for name in typed if name in run(demo, "labels", "export", "-p", PROJECT)}
    the_figures_are_those_told(lead, demo)


def bring_in(lead, demo):
    """Import the article through the page, for all three annotators."""
    lead.goto(f"{demo.base}/projects/{PROJECT}")
    lead.get_by_role("link", name="Import articles").click()
    lead.set_input_files("input[type=file]", DOCS / "examples" / "articles" / "bering.txt")
    lead.get_by_role("button", name=re.compile("Preview")).click()
    lead.wait_for_load_state()
    for box in lead.get_by_role("checkbox", name=re.compile(r"^A0\d")).all():
        box.check()
    lead.get_by_role("button", name=re.compile("^Add ")).click()
    lead.wait_for_load_state()


def label(page):
    """Press what the table says, and submit."""
    page.reload()
    row = page.get_by_role("row").filter(has_text="bering")
    row.get_by_role("link", name=re.compile("^Start")).click()
    for number, parts in steps():  # the headline is the last one
        until(page, LISTENS)
        until(page, f"/Sentence {number}\\b/.test(document.querySelector('#answer').innerText)")
        for key, words in parts:
            if words:
                page.keyboard.type(words)
                until(page, f"{PROPOSED} || document.activeElement.name.endsWith('wording')")
            else:
                page.keyboard.press(key)
        if number == 1:
            page.wait_for_url("**/submit")
        else:
            chip_says(page, "Saved")
    page.get_by_role("button", name="Submit article").click()
    page.wait_for_load_state()


def rows(demo):
    """Return the answers of the annotator to the article."""
    exported = run(demo, "labels", "export", "-p", PROJECT).splitlines()
    return [row for row in map(json.loads, exported) if row["article"] == "bering"]


def planned(parts):
    """Return what the keys of a sentence mean: status, stance and certainty."""
    keys = [key for key, _ in parts if key]
    if "Z" in keys:
        return "not_article_text", None, None
    stance, certainty = keys[-3:-1]
    return "claims", VALUES[stance], CERTAINTIES[certainty]


def told(row):
    """Return what an answer says."""
    claim = row["claims"][0] if row["claims"] else {"stance": None, "certainty": None}
    return row["status"], claim["stance"], claim["certainty"]


def the_figures_are_those_told(lead, demo):
    """Find the figures that the tutorial names on the pages it sends its reader to."""
    report = run(demo, "agreement", "-p", PROJECT)
    for step in ("Claim presence", "Speaker", "Stance"):
        figure = re.search(
            rf"\*\*{re.escape(step)}\*\* (?:has an alpha of|is at) (\.\d\d)", TUTORIAL
        )
        assert re.search(rf"^{re.escape(step)} +{figure[1]} ", report, re.M), step
    lead.goto(f"{demo.base}/projects/{PROJECT}/adjudicate")
    [left] = re.findall(r"list at the left has (\d+) disputed sentences", TUTORIAL)
    assert lead.inner_text("#queue-heading .hint") == f"{left} of {left} left"
    assert "July 24, 2018" in lead.inner_text("main")
    lead.get_by_role("link", name="Review and accept").click()
    lead.wait_for_load_state()
    assert "shows nine sentences on which all agree" in TUTORIAL
    assert lead.locator("input[name=sentence]").count() == 9
