"""Somebody who types labels faster than the network answers, and knows what should be stored.

A sentence is a list of strokes and the row they mean. A `Look` among the strokes is where a person
has to look before going on: a new name is taken with the type that the list proposes.
"""

import random
import time
from dataclasses import dataclass, field

import pytest

STANCES = {"s": "support", "o": "oppose", "n": "neutral", "u": "unrelated"}
CERTAINTIES = {"c": "certain", "l": "likely", "p": "possible", "d": "uncommitted"}
STATUSES = {"x": "no_claim", "z": "not_article_text"}
# How often each kind of sentence is typed: most claims are the article's or a known speaker's.
KINDS = {"one": 12, "two": 4, "status": 3, "new": 2, "unnamed": 2, "find": 2}
NAMES = [
    *("Abel", "Bonsu", "Carvic", "Dhaki", "Ezzat", "Fodor", "Gwilt", "Hruska", "Ibarra", "Jokic"),
    *("Kvalo", "Lumba", "Mbeki", "Nzoyi", "Oquist", "Pravda", "Quill", "Rzepka", "Stroh", "Tchiba"),
]
ACTIVE = "document.querySelector('.found [aria-selected=true]')?.textContent.trim() ?? ''"

# What is there instead, for whoever reads that something did not come.
SHOWN = """[location.pathname, ...["#alert", "#saved", "#notice", "#answer .claim.open"].map(
    (each) => document.querySelector(each)?.innerText)].join(" | ")"""


# Writes down what the page has met, for whoever reads that something did not come.
RECORDER = """(() => {
    const log = (window.recorded = []);
    const say = (...words) => log.push([Math.round(performance.now()), ...words].join(" "));
    const ask = window.fetch.bind(window);
    window.fetch = async (...given) => {
        const [url, { method = "GET", body = "" } = {}] = given;
        const act = body?.get?.("act") ?? "";
        const what = `${method} ${String(url).replace(location.origin, "")} ${act}`;
        say("asks", what);
        try {
            const reply = await ask(...given);
            say("gets", reply.status, reply.headers.get("HX-Location") ?? "", "for", what);
            return reply;
        } catch (error) {
            say("gets", error.name, "for", what);
            throw error;
        }
    };
    const there = () => document.activeElement?.id || document.activeElement?.tagName;
    addEventListener("keydown", ({ key, isTrusted }) =>
        say("key", key, isTrusted ? "" : "again", "at", there()), { capture: true });
    addEventListener("change", ({ target }) => say("change of", target.id), { capture: true });
    addEventListener("submit", ({ submitter }) => say("submit", submitter?.value),
        { capture: true });
    addEventListener("focusin", ({ target }) => say("focus", target.id || target.tagName));
    document.addEventListener("annotator:settled", ({ detail }) => say("settled", detail ?? ""));
})()"""


@dataclass(frozen=True)
class Look:
    """Wait until this is proposed."""

    words: str


@dataclass
class Typist:
    """Random labels for the sentences of one article; the same seed, the same labels."""

    seed: str
    auto: bool
    ending: str  # of every new name: speakers are the project's, and articles share it
    known: list = field(default_factory=list)  # in the order of their number keys

    def __post_init__(self):
        self.dice = random.Random(self.seed)
        self.named = []
        self.names = [name + self.ending for name in self.dice.sample(NAMES, len(NAMES))]

    def sentences(self, count):
        """Return (strokes, row) for each sentence; a row is a status or claims as triples."""
        return [self.sentence(number) for number in range(count)]

    def sentence(self, number):
        kind = self.dice.choices(list(KINDS), KINDS.values())[0]
        if kind == "status":
            (key, status) = self.pick(STATUSES)
            return self.moved([key]), status
        if kind == "two":
            return self.two()
        strokes, speaker = self.speaker(kind, number)
        keys, values = self.values()
        return self.moved([*strokes, *keys]), [(speaker, *values)]

    def moved(self, strokes):
        """End a sentence: the page goes on by itself, or Enter is struck."""
        return strokes if self.auto else [*strokes, "Enter"]

    def two(self):
        """Type two claims; whoever moves on by themselves must leave the first one open."""
        (first, one), (second, other) = self.speaker("one"), self.speaker("one")
        keys, values = self.values()
        more, others = self.values()
        claims = [(one, *values), (other, *others)]
        if self.auto:
            return [*first, keys[0], ".", *second, *more, "q", keys[1], "Enter"], claims
        return [*first, *keys, ".", *second, *more, "Enter"], claims

    def speaker(self, kind, number=0):
        if kind == "new" and self.names:
            name = self.names.pop()
            self.meet(name)
            self.named.append(name)
            return ["+", *name, Look(f"Add “{name}” as "), "Enter"], name
        if kind == "unnamed":
            wording = f"aide {number}"
            self.meet(wording)
            return ["a", *wording, "Enter"], wording
        if kind == "find" and self.named:
            name = self.dice.choice(self.named)
            return ["+", *name[:4].lower(), "Enter"], name
        place = self.dice.randrange(min(len(self.known), 9) + 1)
        return [str(place)], self.known[place - 1] if place else "NARRATOR"

    def meet(self, name):
        if name not in self.known:
            self.known.append(name)

    def values(self):
        (stance, meant), (certainty, sure) = self.pick(STANCES), self.pick(CERTAINTIES)
        return [stance, certainty], (meant, sure)

    def pick(self, values):
        return self.dice.choice(list(values.items()))


def strike(page, strokes, gap):
    """Strike keys at a steady pace, `gap` milliseconds apart, whatever the page does."""
    due = time.monotonic()
    for stroke in strokes:
        if isinstance(stroke, Look):
            look(page, stroke.words)
            due = time.monotonic()
        else:
            page.keyboard.press(stroke)
        due += gap / 1000
        page.wait_for_timeout(max(0, (due - time.monotonic()) * 1000))


def look(page, words):
    """Wait, as a person does, until the list proposes how to add the name that was typed."""
    wait_while_it_moves(page, lambda: page.evaluate(ACTIVE).startswith(words), f"“{words}”")


def wait_while_it_moves(page, has_come, what, patience=20):
    """Wait until something has come: keys typed ahead take their time, but never stand still."""
    shown, end = "", time.monotonic() + patience
    while not has_come():
        now = page.evaluate(SHOWN)
        if now != shown:
            shown, end = now, time.monotonic() + patience
        if time.monotonic() > end:
            recorded = page.evaluate("window.recorded.slice(-400).join('\\n')")
            pytest.fail(f"{what} did not come; there is: {shown}\nbefore that:\n{recorded}")
        page.wait_for_timeout(30)


def slow_down(page, *, latency=0, processor=1):
    """Make each request take longer, and the page's own thread slower, as the browser can."""
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send(
        "Network.emulateNetworkConditions",
        {"offline": False, "latency": latency, "downloadThroughput": -1, "uploadThroughput": -1},
    )
    session.send("Emulation.setCPUThrottlingRate", {"rate": processor})


def meaning(row):
    """Return what a row of `labels export` says, as the typist writes it."""
    if row["status"] != "claims":
        return row["status"]
    # An unnamed source is one of its article, which its name in the files says.
    ending = f" ({row['article']})"
    return [
        (claim["speaker"].removesuffix(ending), claim["stance"], claim["certainty"])
        for claim in row["claims"]
    ]
