"""The whole path of a project in a browser: from nothing to gold, with everybody in it.

The lead makes a project, invites three annotators and an adjudicator by link, imports the sample
articles and gives both to all three. One annotator labels some sentences key by key; everything
else of the three readings of `plan.py` goes through the forms of the label pages, fetched, filled
in and posted by a script inside each annotator's own browser, which takes seconds where keys take
minutes (`test_reference_reading.py` labels both articles by keys alone). The figures, the decisions
by keyboard, everybody's differences and the gold are then compared with the plan.
`pytest -s` prints what deciding costs.
"""

import json
import re
import time
from collections import Counter

import plan
import pytest
from hands import Hands, answer, is_at
from label_page import run

from annotator import phrases
from annotator.paths import SAMPLES

SLUG = "tea"
NAMES = ("eva", "finn", "gina")
BY_KEYBOARD = range(1, 5)  # sentences of the first article

# One sentence after another: fetch its page, fill in its form as a person would, press a button.
LABEL = """async ([address, answers]) => {
  const fetched = async (where, options) => {
    const reply = await fetch(where, options);
    const page = new DOMParser().parseFromString(await reply.text(), "text/html");
    if (!reply.ok) throw new Error(`${reply.status} ${page.body.innerText.slice(0, 2000)}`);
    return { url: reply.url, page };
  };
  const post = ({ page }, act) => {
    const form = page.querySelector("#answer");
    if (!form.querySelector(`button[name=act][value=${act}]`)) throw new Error(`no button ${act}`);
    const body = new URLSearchParams(new FormData(form));
    body.set("act", act);
    return fetched(new URL(form.getAttribute("action"), location), { method: "POST", body });
  };
  const tick = (page, selector) => {
    const box = page.querySelector(selector);
    if (!box) throw new Error(`no ${selector}`);
    box.checked = true;
  };
  const fill = (page, index, claim) => {
    const field = (name) => `[name=claims-${index}-${name}]`;
    const known = [...page.querySelectorAll(`input${field("speaker")}`)].find((one) =>
      one.closest("label").querySelector(".word").dataset.word === claim.speaker);
    if (known) known.checked = true;
    else {
      const unnamed = claim.type === "unnamed";
      tick(page, `input${field("speaker")}[value=${unnamed ? "unnamed" : "new"}]`);
      page.querySelector(field(unnamed ? "wording" : "new_name")).value = claim.speaker;
      if (!unnamed) page.querySelector(field("new_type")).value = claim.type;
    }
    tick(page, `${field("stance")}[value=${claim.stance}]`);
    tick(page, `${field("certainty")}[value=${claim.certainty}]`);
    if (claim.conditional) tick(page, `input${field("conditional")}`);
  };
  let now = await fetched(address);
  for (let count = 0; count < 100 && !now.url.includes("/submit"); count += 1) {
    const position = new URL(now.url).pathname.split("/").at(-1);
    const answer = answers[position];
    if (!answer) throw new Error(`nothing is planned for ${now.url}`);
    delete answers[position];
    if (answer.unsure) tick(now.page, "[name=unsure]");
    if (!answer.claims.length) tick(now.page, `[name=status][value=${answer.status}]`);
    for (const [index, claim] of answer.claims.entries()) {
      fill(now.page, index, claim);
      if (index < answer.claims.length - 1) now = await post(now, "add");
    }
    now = await post(now, "next");
  }
  return { url: now.url, left: Object.keys(answers) };
}"""

# What the table of answers shows: per row its heading, what each cell says, its key, the decision.
TABLE = """() => {
const words = (cell, what) =>
  [...cell.querySelectorAll(what)].map((one) => one.innerText.trim().toLowerCase());
return [...document.querySelectorAll("table.answers tbody tr")].map((row) => ({
  heading: row.querySelector("th").innerText.split("\\n")[0].replace(/[“”]/g, ""),
  cells: [...row.querySelectorAll("td.said:not(.decided)")].map((cell) => ({
    words: words(cell, ".value, strong"),
    key: cell.querySelector("button[data-key]")?.dataset.key,
  })),
  decided: words(row, "td.decided .value"),
}));
}"""


@pytest.fixture
def people(chromium, demo):
    """Return a function that opens a sign-in link in a browser of its own; faults fail the test."""
    contexts, faults = [], []

    def enter(link):
        context = chromium.new_context(viewport={"width": 1366, "height": 768})
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.goto(link)
        press(page, re.compile("Sign in"))
        page.wait_for_url(lambda url: "/sign-in" not in url)
        page.goto(demo.base + "/")
        return page

    yield enter
    for context in contexts:
        context.close()
    assert faults == []


def press(page, name, **options):
    page.get_by_role("button", name=name, **options).click()
    page.wait_for_load_state()


def test_from_a_new_project_to_gold(people, demo):
    lead = people(demo.links["lead"])
    links = begin(lead, demo.base)
    pages = {name: people(links[name]) for name in NAMES}
    for name, page in pages.items():
        label_everything(page, demo, name)
    the_figures_are_those_planned(lead, demo)
    adjudicator = people(links["hana"])
    decide_everything(adjudicator, demo)
    accept_the_unanimous(adjudicator, demo)
    for name, page in pages.items():
        the_differences_are_those_planned(page, demo, name)
    the_appeals_are_answered(adjudicator, pages["eva"], demo)
    assert gold_of(demo) == plan.gold()


# --- the lead


def begin(lead, base):
    """Make the project, invite, import, assign; return the links shown once, by name."""
    lead.get_by_role("link", name="New project…").click()
    lead.get_by_label("Name", exact=True).fill("Tea")
    lead.get_by_label("Short name").fill(SLUG)
    press(lead, "Create project")
    links = {name: invite(lead, base, name) for name in NAMES}
    links["hana"] = invite(lead, base, "hana", "adjudicator")

    lead.goto(f"{base}/projects/{SLUG}/import")
    lead.set_input_files("input[type=file]", sorted(SAMPLES.glob("*.txt")))
    press(lead, re.compile("Preview"))
    lead.get_by_label("Nobody yet").check()
    press(lead, re.compile("^Add 2 articles"))

    lead.goto(f"{base}/projects/{SLUG}/assign")
    lead.get_by_label("Overlap", exact=True).fill("3")
    press(lead, "Preview")
    press(lead, "Create 6 assignments")
    lead.get_by_text("6 assignments made.").wait_for()
    assert lead.locator(".matrix .cell").count() == 6
    return links


def invite(lead, base, name, role="annotator"):
    lead.goto(f"{base}/projects/{SLUG}/people")
    form = lead.get_by_role("form", name="Invite")
    form.get_by_label("User name").fill(name)
    for other in ("annotator", "adjudicator", "lead"):
        form.get_by_label(other).set_checked(other == role)
    press(lead, "Invite", exact=True)
    return lead.locator("#link").input_value()


# --- the annotators


def label_everything(page, demo, name):
    """Label both articles as planned and submit them; Eva begins by keyboard."""
    reading = plan.reading_of(name)
    page.goto(f"{demo.base}/account")
    page.check("#auto_advance")
    press(page, "Save the labelling settings")
    for article in dict.fromkeys(article for article, _ in reading):
        page.goto(f"{demo.base}/")
        row = page.get_by_role("row").filter(has_text=article)
        row.get_by_role("link", name=re.compile("^Start")).click()
        page.wait_for_url("**/label/*/*")
        answers = {at: each for (where, at), each in reading.items() if where == article}
        if name == "eva" and article.startswith("000"):
            label_by_keyboard(page, article, answers)
        found = page.evaluate(LABEL, [page.url, {str(at): each for at, each in answers.items()}])
        assert found["left"] == []
        page.goto(found["url"])
        assert re.search(r"(\d+) of \1 answered", page.inner_text("main"))
        press(page, "Submit article")
        page.get_by_text("Your lead can now see your answers").wait_for()


def label_by_keyboard(page, article, answers):
    """Answer the first sentences with keys alone; take them out of the plan."""
    hands = Hands(page)
    for position in BY_KEYBOARD:
        is_at(page, position)
        hands.place = article, position
        answer(hands, {"article": article, "sentence": position, **answers.pop(position)})
    is_at(page, BY_KEYBOARD.stop)


# --- the agreement page


def the_figures_are_those_planned(lead, demo):
    lead.goto(f"{demo.base}/projects/{SLUG}/agreement")
    rows = lead.locator("#steps details tbody tr")
    shown = [
        [cell.strip() for cell in rows.nth(row).locator("td").all_text_contents()]
        for row in range(rows.count())
    ]
    wanted = plan.figures([plan.reading_of(name) for name in NAMES])
    # Of each row: alpha, agreeing pairs, units, answers.
    assert [[row[1], row[4], row[6], row[7]] for row in shown] == [
        [phrases.coefficient(alpha), phrases.percent(share), str(units), str(answers)]
        for alpha, share, units, answers in wanted
    ]


# --- the adjudicator


class Deciding:
    """Presses the keys of the adjudicate page and counts them."""

    def __init__(self, page):
        self.page = page
        self.counts = Counter()

    def press(self, key, what="keys"):
        self.counts[what] += 1
        self.page.keyboard.press(key)


def until(page, expression, seconds=20):
    """Wait until something is true on the page, also across a navigation."""
    from playwright.sync_api import Error

    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if page.evaluate(expression):
                return
        except Error as error:
            if "destroyed" not in str(error):
                raise
        page.wait_for_timeout(20)
    pytest.fail(f"not true within {seconds} s: {expression}")


# Another sentence, and a page that listens: J loads one, and its scripts run at the end.
MOVED = "document.readyState === 'complete' && document.querySelector('h1').innerText !== "


def here(page):
    """Return the short name of the sentence that is open: 000-5."""
    return page.locator("nav.queue [aria-current=page] span").first.inner_text()


def decide_everything(page, demo):
    """Decide every disputed sentence with keys alone, until the queue is empty."""
    page.goto(f"{demo.base}/projects/{SLUG}/adjudicate")
    left, wanted, hands = plan.disputed(), by_short_name(plan.gold()), Deciding(page)
    assert page.inner_text("#queue-heading .hint") == f"{len(left)} of {len(left)} left"
    begun = time.monotonic()
    while left:
        place = left.pop(here(page))
        before = page.inner_text("h1")
        fill_decision(hands, place, wanted[place])
        hands.press("Enter")
        moved = MOVED + json.dumps(before)
        until(page, f"{moved} || document.activeElement?.id === 'reason'")
        asked = page.evaluate("document.activeElement.id") == "reason"
        assert asked == (place in plan.REASONED), place
        if asked:
            for sign in plan.REASON:
                hands.press(sign, "letters of reasons")
            hands.press("Enter")
            until(page, moved)
    seconds = time.monotonic() - begun
    assert page.inner_text("h1") == "Adjudicate"
    keys, number = hands.counts["keys"], len(plan.DIFFERENCES)
    print(f"\n{number} decisions: {keys} keys, {keys / number:.1f} a decision, and {hands.counts}")
    print(f"{3600 * number / seconds:,.0f} an hour, were there no time to read and think")
    assert keys / number < 3


def by_short_name(answers):
    return {(article[:3], sentence): answer for (article, sentence), answer in answers.items()}


def fill_decision(hands, place, gold):
    """Take what the gold planned says; what nobody said is edited, what stays open kept soft."""
    page = hands.page
    if plan.DECISIONS.get(place) is plan.SOFT:
        hands.press("w")
        until(page, "document.querySelector('#soft-words') !== null")
    elif not gold["claims"]:
        take(hands, {"no claim"}, "Sentence status")
    else:
        for claim in gold["claims"]:
            words = {claim["stance"], claim["certainty"]}
            if not take(hands, words, claim["speaker"]):
                edit(hands, claim)


def take(hands, words, heading):
    """Press the key of a cell that says these words; say whether there is one."""
    rows = [row for row in hands.page.evaluate(TABLE) if row["heading"] == heading]
    if any(set(row["decided"]) == words for row in rows):
        return True  # came along, because all agree
    keys = [
        cell["key"]
        for row in rows
        for cell in row["cells"]
        if cell["key"] and set(cell["words"]) == words
    ]
    if not keys:
        return False
    hands.press(keys[0])
    until(hands.page, "document.querySelector('td.said.chosen') !== null")
    return True


def edit(hands, claim):
    """Open the decision with E and say what nobody said."""
    page, chosen = hands.page, "document.querySelector('.edit input[value=%s]').checked"
    hands.press("e")
    until(page, "document.querySelector('.edit') !== null")
    for value, keys in ((claim["stance"], "onsu"), (claim["certainty"], "dplc")):
        scale = plan.STANCES if value in plan.STANCES else plan.CERTAINTIES
        if not page.evaluate(chosen % value):
            hands.press(keys[scale.index(value)])
            until(page, chosen % value)
    hands.press("Enter")
    until(page, "document.querySelector('.edit') === null")


def accept_the_unanimous(page, demo):
    """Look through the list, and accept all of it."""
    count = len(plan.reference()) - len(plan.DIFFERENCES)
    page.get_by_role("link", name="Review and accept").click()
    page.wait_for_load_state()
    assert page.locator("input[name=sentence]:checked").count() == count
    press(page, "Accept selected sentences")
    page.get_by_text(f"{count} accepted.").wait_for()
    page.goto(f"{demo.base}/projects/{SLUG}/adjudicate")
    page.get_by_text("All disputed sentences are decided.").wait_for()


# --- what comes of it


def the_differences_are_those_planned(page, demo, name):
    """Find exactly the differences planned, and ask once for another look."""
    page.goto(f"{demo.base}/")
    page.get_by_role("region", name="My differences").get_by_role("link").click()
    page.wait_for_url("**/differences")
    rows = page.locator("table.review tbody tr")
    shown = set(rows.locator("th a").all_text_contents())
    assert (shown, rows.count()) == (plan.differing(name), len(shown))
    first = rows.filter(has=page.get_by_role("link", name=min(shown), exact=True))
    first.locator("summary").click()
    first.get_by_label("Reason").fill(f"{name} asks")
    first.get_by_role("button", name="Submit appeal").click()
    page.get_by_text("Appeal submitted.").wait_for()
    assert page.get_by_text("Appeal open").count() == 1
    assert page.locator("summary").filter(has_text="Appeal").count() == len(shown) - 1


def the_appeals_are_answered(page, annotator, demo):
    """The adjudicator sees all three, and says to one that it stays."""
    page.goto(f"{demo.base}/projects/{SLUG}/adjudicate?kind=appeals")
    appeals = page.locator("nav.queue .views a").filter(has_text="Appeals")
    assert appeals.locator(".num").inner_text() == "3"
    asked = []
    for _ in range(3):
        asked += re.findall(r"Appeal by an annotator: “(\w+) asks”", page.inner_text("#work"))
        before = page.inner_text("h1")
        page.keyboard.press("j")
        until(page, MOVED + json.dumps(before))
    assert sorted(asked) == sorted(NAMES)
    while "eva asks" not in page.inner_text("#work"):
        before = page.inner_text("h1")
        page.keyboard.press("j")
        until(page, MOVED + json.dumps(before))
    before = page.inner_text("h1")
    page.keyboard.press("t")
    until(page, "document.activeElement?.id === 'reason'")
    page.keyboard.press("Control+a")
    page.keyboard.type("It stays as it is.")
    page.keyboard.press("Enter")
    until(page, MOVED + json.dumps(before))
    annotator.reload()
    assert annotator.get_by_text("Rejected").count() == 1
    assert annotator.get_by_text("“It stays as it is.”").count() == 1


def gold_of(demo):
    """Return what `annotator gold` writes, in the form of the plan."""
    rows = [json.loads(line) for line in run(demo, "gold", "-p", SLUG).splitlines()]
    how = Counter(row["how"] for row in rows)
    disputed = len(plan.DIFFERENCES)
    assert how == {"unanimous": len(rows) - disputed, "adjudicated": disputed}
    assert [row["open"] for row in rows if row["open"]] == ["soft"]
    return {
        (row["article"], row["sentence"]): {
            "status": row["status"],
            "claims": [as_planned(claim, row["article"]) for claim in row["claims"]],
        }
        for row in rows
    }


def as_planned(claim, article):
    """Return a gold claim in the fields of the plan."""
    name = claim["speaker"].removesuffix(f" ({article})")
    short = {"speaker": name, "type": claim["speaker_type"]}
    short |= {field: claim[field] for field in ("stance", "certainty")}
    return short | ({"conditional": True} if claim["conditional"] else {})
