"""The main job from end to end, over HTTP, through the pages' own forms, without JavaScript.

A lead imports a third article through the page and gives it to two annotators; both label every
sentence; the lead reads agreement and downloads JSONL that holds exactly what was sent.
"""

import json
import re

import pytest
from served_demo import Demo
from slow_cases import slow
from walker import Walker

TEXT = """Ministers Weigh Joint Patrols in the Gulf

May 3, 2019

“We will talk to Moscow,” Foreign Minister Ana Lopez said on Friday. Mr. Orlov of the \
U.S. delegation called the plan “premature” 🚢 and left early.

It remains unclear what was agreed in St. Petersburg. Analysts say the patrols could begin in June.

Sign up for our newsletter
"""


@pytest.fixture
def demo(tmp_path):
    with Demo(tmp_path / "demo") as running:
        yield running


def sign_in(demo, name):
    walker = Walker(demo.base)
    walker.get(demo.links[name])
    walker.submit(walker.form("csrf_token"))
    assert walker.status == 200
    return walker


def import_article(lead, base):
    """Import the text through the page, and give it to Ann and Ben, whom the lead knows by A0n."""
    lead.get(f"{base}/projects/us-russia-cooperation/import")
    data = TEXT.encode("utf-8")
    lead.submit(lead.form("files"), files=[("files", "patrols.txt", data)])
    assert lead.status == 200
    assert "Nothing has been stored yet" in "".join(lead.page.text)
    lead.submit(lead.form("carried"), give="everybody", annotators=["A01", "A02"])
    assert lead.status == 200, lead.body
    assert "1 article added, 7 sentences; 2 assignments made." in "".join(lead.page.text)


def label_everything(walker, start, plan):
    """Answer every sentence of an article as planned; return what was sent, by position."""
    sent = {}
    walker.get(start)
    while "/submit" not in walker.url:
        position = int(walker.url.split("#")[0].rsplit("/", 1)[1])
        assert position not in sent, "Next came back to an answered sentence"
        sent[position] = answer_here(walker, plan[position])
    return sent


def answer_here(walker, wanted):
    form = walker.form("revision")
    if isinstance(wanted, str):
        walker.submit(form, press=("act", "next"), status=wanted)
        return {"status": wanted, "claims": []}
    for index, claim in enumerate(wanted):
        changes = speaker_fields(form, index, claim["speaker"])
        changes[f"claims-{index}-stance"] = claim["stance"]
        changes[f"claims-{index}-certainty"] = claim["certainty"]
        if "mention" in claim:
            changes[f"claims-{index}-mention"] = claim["mention"]
        last = index == len(wanted) - 1
        walker.submit(form, press=("act", "next" if last else "add"), **changes)
        assert walker.status == 200, walker.body.decode()
        form = None if last else walker.form("revision")
    return {"status": "claims", "claims": wanted}


def speaker_fields(form, index, speaker):
    """Choose a speaker of the page by what the form offers, or type a new one."""
    prefix = f"claims-{index}-"
    if speaker == "NARRATOR":
        return {prefix + "speaker": form.values(prefix + "speaker")[0]}
    name, kind = speaker
    return {
        prefix + "speaker": "new",
        prefix + "new_name": name,
        prefix + "new_type": kind,
    }


LOPEZ = {"speaker": ("Ana Lopez", "person"), "stance": "support", "certainty": "certain"}
ORLOV = {"speaker": ("Mr. Orlov", "person"), "stance": "neutral", "certainty": "certain"}
PLAN = {
    0: [{"speaker": "NARRATOR", "stance": "neutral", "certainty": "possible"}],
    1: "not_article_text",
    2: [LOPEZ | {"mention": "Foreign Minister Ana Lopez"}],
    3: [ORLOV, {"speaker": "NARRATOR", "stance": "unrelated", "certainty": "certain"}],
    4: [{"speaker": "NARRATOR", "stance": "neutral", "certainty": "uncommitted"}],
    5: [{"speaker": ("Analysts", "group"), "stance": "neutral", "certainty": "possible"}],
    6: "not_article_text",
}
OTHER = PLAN | {
    2: [LOPEZ | {"stance": "neutral"}],
    4: "no_claim",
}


@slow
def test_from_a_news_article_to_jsonl_through_the_pages_own_forms(demo):
    lead = sign_in(demo, "lead")
    import_article(lead, demo.base)
    sent = {}
    for name, pseudonym, plan in (("ann", "A01", PLAN), ("ben", "A02", OTHER)):
        walker = sign_in(demo, name)
        walker.get("/")
        sent[pseudonym] = label_everything(walker, start_of("patrols", walker), plan)
        walker.submit(walker.form_to("/submit"))
        assert "Submitted" in "".join(walker.page.text)
    rows = [row for row in download(lead, "labels.jsonl") if row["article"] == "patrols"]
    assert len(rows) == 14
    for row in rows:
        assert TEXT[row["start"] : row["end"]] == row["text"]
        wanted = sent[row["annotator"]].pop(row["sentence"])
        assert (row["status"], row["complete"]) == (wanted["status"], True)
        compare(row["claims"], wanted["claims"])
    assert sent == {"A01": {}, "A02": {}}
    lead.get("/projects/us-russia-cooperation/agreement")
    assert lead.status == 200


def download(lead, name):
    lead.get(f"/projects/us-russia-cooperation/{name}")
    assert lead.status == 200
    return [json.loads(line) for line in lead.body.decode("utf-8").splitlines()]


def compare(stored, sent):
    assert len(stored) == len(sent)
    for claim, wanted in zip(stored, sent, strict=True):
        name = wanted["speaker"] if wanted["speaker"] == "NARRATOR" else wanted["speaker"][0]
        assert (claim["speaker"], claim["stance"], claim["certainty"]) == (
            name,
            wanted["stance"],
            wanted["certainty"],
        )
        if "mention" in wanted:
            mention = claim["mention"]
            assert mention["text"] == wanted["mention"]
            assert TEXT[mention["start"] : mention["end"]] == wanted["mention"]


def start_of(key, walker):
    """Return the link of My work that starts the article with this key."""
    page = walker.body.decode("utf-8")
    row = next(part for part in page.split("<tr")[1:] if key in part)
    return re.search(r'href="(/label/[^"]+)"', row).group(1)


@slow
def test_labels_survive_a_restart_of_the_demo(demo):
    lead = sign_in(demo, "lead")
    lead.get("/projects/us-russia-cooperation/labels.jsonl")
    before = lead.body
    assert before.count(b"\n") > 80
    demo.stop()
    demo.start()
    again = sign_in(demo, "lead")
    again.get("/projects/us-russia-cooperation/labels.jsonl")
    assert again.body == before
