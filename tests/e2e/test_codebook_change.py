"""A lead changes the codebook of a project with labels, in a real browser; an annotator follows.

Two values and a rule reworded, 1.1 published, a retired value mapped, the worklist worked through,
agreement read by version, and the mapping undone: every answer says again what it said.
"""

import json

from label_page import until
from slow_cases import slow
from sqlalchemy import select

from annotator.store.db import db
from annotator.store.models import Article
from annotator.work.accounts import projects
from annotator.work.labelling.annotation_rows import annotation_rows

PROJECT = "us-russia-cooperation"
BOOK = f"/projects/{PROJECT}/codebook"


def exported(demo, but=()):
    """Return the export of the labels as lines, without some keys."""
    with demo.app.app_context():
        db.session.rollback()
        rows = annotation_rows(projects.get(PROJECT))
        return [json.dumps({k: v for k, v in row.items() if k not in but}) for row in rows]


def edit(page, demo, entry, **fields):
    """Open one entry of the draft, type, and save it."""
    page.goto(f"{demo.base}{BOOK}/edit/{entry}")
    for name, text in fields.items():
        if text is True:
            page.check(f"[name={name}]")
        else:
            page.fill(f"[name={name}]", text)
    page.click("button[value=save]")
    page.wait_for_selector("text=Draft saved.")


def go_through_the_worklist(ann):
    """Change the first answer on the label page, confirm the others; return how many there are."""
    ann.click("text=Open the worklist")
    left = ann.locator("main section.card").count()
    assert left > 1
    ann.keyboard.press("Enter")  # go through them
    ann.wait_for_selector("#recheck")
    assert f"{left} left" in ann.inner_text("#recheck")
    assert "Is it wanted?" in ann.inner_text("#recheck")
    assert "reworded" in ann.inner_text("#recheck")
    with ann.expect_response(lambda reply: reply.request.method == "POST") as saved:
        ann.keyboard.press("n")
    assert saved.value.ok
    for still in range(left - 1, 0, -1):
        ann.keyboard.press("Enter")
        until(ann, f"document.querySelector('#recheck')?.innerText.includes('{still} left')")
    ann.keyboard.press("Enter")
    ann.wait_for_selector("text=Nothing left to look at.")
    return left


def history_says(ann, demo, before):
    """Look at the history of an answer that was mapped: whose it was, and who changed it."""
    rows = [json.loads(line) for line in before]
    row = next(x for x in rows if x["annotator"] == "A01" and '"oppose"' in json.dumps(x))
    with demo.app.app_context():
        article = db.session.scalar(select(Article.id).where(Article.key == row["article"]))
        db.session.rollback()
    ann.goto(f"{demo.base}/label/{article}/{row['sentence']}/history")
    steps = ann.text_content("main")
    assert "Version 2" in steps
    assert "Changed by your lead" in steps
    assert steps.index("neutral") < steps.index("oppose")


@slow
def test_two_values_and_a_rule_change_a_value_is_mapped_and_given_back(visit, demo):
    lead = visit("lead")
    before = exported(demo, but={"revision"})
    n = sum('"stance": "oppose"' in line for line in before)
    assert n > 1

    lead.goto(f"{demo.base}{BOOK}/edit/stances/1")
    lead.fill("[name=key]", "S")
    until(lead, "document.querySelector('#rights').innerText.includes('is also the key of')")
    edit(lead, demo, "stances/1", definition="Names it and takes no side.")
    edit(lead, demo, "stances/2", definition="Wants it, offers it or presses for it.")
    edit(lead, demo, "stances/0", retired=True)
    edit(lead, demo, "rules/0", short="Cooperation is acting together.")

    lead.goto(f"{demo.base}{BOOK}/publish")
    assert f"stances.oppose: {n} answers" in lead.inner_text("main")
    lead.check("[name='fate-stances.oppose'][value=neutral]")
    lead.fill("#reason", "Oppose was read as a feeling")
    lead.click("button:has-text('Publish v1.1')")
    lead.wait_for_selector("text=Version 1.1 is in force.")
    assert f"{n} answers and" in lead.inner_text("body")
    mapped = exported(demo)
    assert not [line for line in mapped if '"stance": "oppose"' in line]
    history_says(visit("ann"), demo, before)
    lead.goto(f"{demo.base}{BOOK}/difference")
    assert lead.inner_text("main").count("reworded") == 3

    lead.goto(f"{demo.base}/projects/{PROJECT}/agreement/by/version")
    assert "1.1" in lead.inner_text("main table")

    lead.goto(f"{demo.base}{BOOK}/worklists?value=stances.support&words=Moscow")
    lead.fill("#reason", "Is it wanted?")
    lead.click("button:has-text('Make the worklist')")
    lead.wait_for_selector("text=Worklist made.")

    looked_at = go_through_the_worklist(visit("ann"))
    lead.goto(f"{demo.base}{BOOK}/worklists")
    row = lead.inner_text("main tbody tr").split()
    assert row[1:] == [str(looked_at), str(looked_at - 1), "1", "0"]

    lead.goto(f"{demo.base}{BOOK}/versions")
    lead.locator("#mappings button").click()
    lead.wait_for_selector("text=restored.")
    again = exported(demo, but={"revision"})
    # Byte for byte, but for the revisions and for what Ann has looked at since, which is hers.
    differing = [pair for pair in zip(before, again, strict=True) if pair[0] != pair[1]]
    assert len(differing) == looked_at
    assert len({json.loads(one)["annotator"] for one, _ in differing}) == 1
    assert sum('"oppose"' in line for line in again) == n
