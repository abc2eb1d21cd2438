"""What the tests of saving share: waiting for the page, and looking at what the server has."""

import json
import re
import sqlite3
from contextvars import Context

import pytest
from click.testing import CliRunner

from annotator.cli import cli

EXPORT = ("labels", "export", "--project", "us-russia-cooperation")


def until(page, expression, seconds=20):
    """Wait until something is true on the page; the content policy forbids Playwright's own way."""
    from playwright.sync_api import Error

    last = ""
    for _ in range(seconds * 20):
        try:
            if page.evaluate(expression):
                return
        except Error as error:
            last = f"; {error.message.splitlines()[0]}"  # what it asks about may come any moment
        page.wait_for_timeout(50)
    pytest.fail(f"not true within {seconds} s: {expression}; the chip says {chip(page)}{last}")


def chip(page):
    return page.inner_text("#saved").strip() if page.query_selector("#saved") else "nothing"


# What was refused waits for the person, not for the server.
NOTHING_WAITS = """!Object.entries(localStorage).some(([name, entry]) =>
    name.startsWith("annotator-waiting-") && !JSON.parse(entry).held
        && JSON.parse(entry).tab === sessionStorage.annotatorTab)"""


def chip_says(page, start):
    says = f"document.querySelector('#saved').innerText.trim().startsWith({json.dumps(start)})"
    # "Saved" it says of each save: the last one has arrived when nothing waits behind it.
    until(page, f"{NOTHING_WAITS} && {says}" if start == "Saved" else says)


LISTEN = """() => {
    window.said = [];
    const chip = document.querySelector("#saved");
    const listen = () => window.said.push(chip.innerText.trim());
    const options = { childList: true, subtree: true, characterData: true };
    new MutationObserver(listen).observe(chip, options);
}"""


def listen(page):
    """Write down what the chip says from now on: some of it stands for moments."""
    page.evaluate(LISTEN)


def chip_said(page, start):
    until(page, f"window.said.some((words) => words.startsWith({json.dumps(start)}))")


def is_at(page, position):
    path = json.dumps(f"/label/2/{position}")
    until(page, f"new URL(document.querySelector('#sentence a.number').href).pathname === {path}")


def cut_line(page):
    """Cut the connection, and wait until the page knows."""
    page.context.set_offline(True)
    until(page, "!navigator.onLine")


def waiting(page):
    """Return how many changes wait in the browser."""
    script = "Object.keys(localStorage).filter(n => n.startsWith('annotator-waiting-')).length"
    return page.evaluate(script)


def start(page, demo, position=1):
    page.goto(f"{demo.base}/label/2/{position}")
    is_at(page, position)


def rows_of(demo, pseudonym="A03"):
    """Return the rows of one annotator's second article, as the command writes them."""
    rows = [json.loads(line) for line in run(demo, *EXPORT).splitlines()]
    return [
        row for row in rows if row["annotator"] == pseudonym and row["article"].startswith("003")
    ]


def events_of(demo, name="cal"):
    """Return the positions of one person's saves in the order the server stored them."""
    with sqlite3.connect(demo.folder / "annotator.sqlite3") as database:
        rows = database.execute(
            "SELECT sentences.position FROM answer_events"
            " JOIN answers ON answers.id = answer_events.answer_id"
            " JOIN sentences ON sentences.id = answers.sentence_id"
            " JOIN users ON users.id = answers.user_id"
            " WHERE users.username = ? AND sentences.article_id = 2 ORDER BY answer_events.id",
            (name,),
        ).fetchall()
    database.close()
    return [position for (position,) in rows]


def run(demo, *words):
    """Run a command on the demo's own data while it serves."""
    environment = {"ANNOTATOR_DATA": str(demo.folder), "ANNOTATOR_DATABASE_URL": None}
    done = Context().run(CliRunner().invoke, cli, [*map(str, words)], env=environment)
    assert done.exit_code == 0, done.output
    return done.stdout


def renew_link(demo, name):
    """Return a new sign-in link: one is used once, and ends where another project begins."""
    demo.links[name] = run(demo, "user", "link", name, "--base-url", demo.base).split()[-1]
    return demo.links[name]


def port_of(demo):
    return int(re.search(r":(\d+)$", demo.base)[1])


def hold(page):
    """Keep every save from reaching the server; return what lets them go."""
    held = []
    gate = {"shut": True}

    def keep(route):
        if gate["shut"] and route.request.method == "POST":
            held.append(route)
        else:
            route.continue_()

    def let_go():
        for _ in range(100):
            page.wait_for_timeout(100)
            if held:
                break
        assert held
        gate["shut"] = False
        for route in held:
            route.continue_()

    page.route("**/label/2/*", keep)
    return let_go


SAYS_SAVED = "/^(Saved|All saved)/.test(document.querySelector('#saved').innerText.trim())"


def saved(page):
    """Wait until nothing is under way and the chip says so."""
    until(page, f"{NOTHING_WAITS} && {SAYS_SAVED}")


# What a person reads and can do on the label page, wherever its parts come from.
SHAPE = """(root) => {
    const text = (part) => (part?.textContent ?? "").replace(/\\s+/g, " ").trim();
    const all = (what) => [...root.querySelectorAll(what)];
    const own = "key csrf_token seconds".split(" ");
    const form = root.querySelector("#answer");
    return {
        lines: all("li.line").map((line) =>
            [line.id, [...line.classList].sort().join(" "), line.ariaCurrent,
             text(line.querySelector(".number")), text(line.querySelector(".margin"))]),
        words: all(".words").map((words) => words.id + words.innerHTML),
        headings: all("#answer :is(h2, h3)").map(text),
        notices: all("#answer :is(.notice, .error)").map(text),
        // The slot explains what has the focus, which is the page's.
        buttons: all("#answer :is(.work, .moves) :is(button, a, label):not(#rules *)")
            .map((button) => [button.value ?? button.getAttribute("href"), text(button),
                button.dataset.key]),
        fields: [...form.elements]
            .filter(({ name, type }) => !own.includes(name) && type !== "submit")
            .map((field) => [field.name, field.type, field.value, field.checked]),
        choices: all("#answer select option:not([hidden])").map(text),
        tally: text(document.querySelector("#progress :is(a, p > span)")),
    };
}"""
BOTH = f"""async () => {{
    const shape = {SHAPE};
    const reply = await fetch(location.href, {{ headers: {{ "HX-Request": "true" }} }});
    const page = new DOMParser().parseFromString(await reply.text(), "text/html");
    return [shape(document.querySelector("#label")), shape(page.querySelector("#label"))];
}}"""


def as_drawn_whole(page):
    """Compare what is shown with what a new page would show; which claim is open is the page's."""
    saved(page)
    here, anew = page.evaluate(BOTH)
    for part, shown in here.items():
        assert shown == anew[part], part


HEAR = """async (left) => {
    const { src } = document.querySelector('script[src$="/session-end.js"]');
    (await import(src)).heard(left);
}"""


def tell(page, left):
    """Let the page hear how long the session lasts, as with a reply of the server."""
    page.evaluate(HEAR, left)
