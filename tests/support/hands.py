"""Labels by keyboard as a person does, and counts every key."""

import json
from collections import Counter

from label_page import until, waiting
from places import DATA

ROWS = DATA / "reference_reading.jsonl"
READING = [json.loads(line) for line in ROWS.read_text(encoding="utf-8").splitlines()]
ARTICLES = list(dict.fromkeys(row["article"] for row in READING))
STANCES = {"oppose": "o", "neutral": "n", "support": "s", "unrelated": "u"}
CERTAINTIES = {"uncommitted": "d", "possible": "p", "likely": "l", "certain": "c"}
STATUSES = {"no_claim": "x", "not_article_text": "z"}
PLACES = {(row["article"], row["sentence"]): row.get("claims", ()) for row in READING}
NEWCOMERS = set()  # the sentences in which somebody had to be added
# What the word cursor covers, as code points of the article: these articles have no others than
# those of one UTF-16 unit.
SELECTION = """() => {
  const range = getSelection().getRangeAt(0);
  const at = (node, place) => {
    const words = node.parentElement.closest('.words');
    const walker = document.createTreeWalker(words, NodeFilter.SHOW_TEXT);
    let before = Number(words.dataset.start);
    for (let one = walker.nextNode(); one !== node; one = walker.nextNode())
      if (!one.parentElement.closest('.hang, .hidden')) before += one.data.length;
    return before + place;
  };
  return [at(range.startContainer, range.startOffset), at(range.endContainer, range.endOffset)];
}"""


class Hands:
    """Presses keys and counts them, by sentence, by claim and by what they are for."""

    def __init__(self, page):
        self.page = page
        self.counts = Counter()
        self.place = self.claim = None

    def press(self, purpose, *keys):
        for key in keys:
            self.counts[self.place, self.claim, purpose] += 1
            self.page.keyboard.press(key)

    def type(self, purpose, words):
        self.press(purpose, *(word if word != " " else "Space" for word in words))

    def of(self, *purposes):
        """Return how many keys each claim cost for some purposes."""
        claims = [(place, number) for place in PLACES for number in range(len(PLACES[place]))]
        return [
            sum(self.counts[place, number, purpose] for purpose in purposes)
            for place, number in claims
        ]

    def per_sentence(self, *purposes):
        """Return how many keys each sentence cost, of the purposes named or of all."""
        sums = dict.fromkeys(PLACES, 0)
        for (place, _, purpose), number in self.counts.items():
            if place is not None and (not purposes or purpose in purposes):
                sums[place] += number
        return sums


def is_at(page, position):
    until(page, f"document.querySelector('#sentence a.number')?.pathname.endsWith('/{position}')")


def answer(hands, row):
    """Answer one sentence; a usual claim moves on by itself."""
    if row["status"] in STATUSES:
        hands.press("status", STATUSES[row["status"]])
        return
    claims = row["claims"]
    for number, claim in enumerate(claims):
        hands.claim = number
        if number:
            until(hands.page, f"document.activeElement.id === 'claim-{number}'")
        answer_claim(hands, claim, number, last=claim is claims[-1])
    if len(claims) > 1:
        rest(hands.page)
        hands.press("move", "Enter")


def is_past(page, position):
    until(page, f"!document.querySelector('#sentence a.number')?.pathname.endsWith('/{position}')")


def answer_claim(hands, claim, number, *, last):
    """Say one claim; with Shift the last key adds the next one."""
    for link in claim.get("via", ()):
        meet(hands, link)
    wanted = claim.get("mention")
    choose_speaker(hands, claim["speaker"], claim["type"], wanted)
    if mention_of(hands.page, number) != wanted:
        pick(hands, number, wanted)
    for link in claim.get("via", ()):
        hands.press("via", "v")
        until(hands.page, "document.activeElement.matches('select')")
        for letter in link:  # as many as the list needs to know which
            hands.type("via", letter)
            if hands.page.evaluate(CHOSEN_LINK) == link:
                break
        hands.press("via", "Enter")
        until(hands.page, "document.querySelector('.asks-via input[name$=-via]').value")
        rest(hands.page)
    if claim.get("conditional"):
        hands.press("conditional", "i")
    certainty = CERTAINTIES[claim["certainty"]]
    hands.press("claim", STANCES[claim["stance"]], certainty if last else f"Shift+{certainty}")


def mention_of(page, number):
    """Return the span of the mention that the form shows, None for none."""
    span = page.evaluate(f"document.getElementById('claims-{number}-span')?.value")
    return [int(part) for part in span.split("-")] if span else None


def meet(hands, name):
    """Make somebody known who only passes words on: the list of links knows the chips alone."""
    if key_of(hands.page, name) is None:
        choose_speaker(hands, name, "organisation", purpose=("via", "via"))


def key_of(page, name):
    """Return the key printed on a speaker's chip, None where there is no chip."""
    script = """name => [...document.querySelectorAll('.claim.open .chips .choice')]
      .find(one => one.querySelector('.word').dataset.word === name)
      ?.querySelector('input').dataset.key ?? null"""
    return page.evaluate(script, name)


def proposed(page, name, mention):
    """Return the key of the dashed chip that proposes somebody, None where there is none.

    An unnamed source is called by its words; where they are not to be its mention, they are typed.
    """
    script = """([name, span]) => [...document.querySelectorAll('.claim.open button[data-span]')]
      .find(({ dataset: own }) => own.name === name || (own.wording === name && own.span === span))
      ?.dataset.key ?? null"""
    return page.evaluate(script, [name, "-".join(map(str, mention or ()))])


def choose_speaker(hands, name, kind, mention=None, purpose=("claim", "name")):
    """Press the number of a chip; who has none is found by name, or added with a type."""
    (by_key, by_name), page = purpose, hands.page
    key = key_of(page, name)
    if key:
        hands.press(by_key, key)
        rest(page)
        return
    NEWCOMERS.add(hands.place)
    if key := proposed(page, name, mention):
        hands.press(by_key, key)
    elif kind == "unnamed":
        hands.press(by_name, "a")
        until(page, "document.activeElement.name?.endsWith('wording')")
        hands.type(by_name, name)
        hands.press(by_name, "Enter")
    else:
        hands.press(by_name, "+")
        until(page, "document.activeElement.name?.endsWith('new_name')")
        for letter in name:  # as many as the list needs to have them
            hands.type(by_name, letter)
            until(page, f"{LIST}?.getAttribute('aria-busy') === 'false'")
            if page.evaluate(OFFERED, name):
                break
        until(page, "document.activeElement.getAttribute('aria-expanded') === 'true'")
        hands.press(by_name, *["ArrowDown"] * page.evaluate(STEPS, [name, kind]))
        hands.press(by_name, "Enter")
    until(page, "document.activeElement.matches('h3')")
    rest(page)


def pick(hands, number, mention):
    """Pick the words that name the speaker with the cursor; without any, take them back."""
    page = hands.page
    hands.press("mention", "m")
    until(page, "document.documentElement.dataset.picks === 'mention'")
    if mention is None:
        hands.press("mention", "Delete")
        until(page, f"!document.getElementById('claims-{number}-span')?.value")
        rest(page)
        return
    start, end = mention
    at = page.evaluate(SELECTION)
    while not holds(page, start):
        hands.press("mention", "ArrowDown" if at[0] < start else "ArrowUp")
        at = page.evaluate(SELECTION)
    if at[1] == end and at[0] > start:
        while page.evaluate(SELECTION)[0] > start:
            hands.press("mention", "Shift+ArrowLeft")
    elif at != mention:
        if start > middle(page):
            hands.press("mention", "End")
        while (now := page.evaluate(SELECTION)[0]) != start:
            hands.press("mention", "ArrowRight" if now < start else "ArrowLeft")
        while page.evaluate(SELECTION)[1] < end:
            hands.press("mention", "Shift+ArrowRight")
    assert page.evaluate(SELECTION) == mention
    hands.press("mention", "Enter")
    until(page, f"document.getElementById('claims-{number}-span')?.value === '{start}-{end}'")
    rest(page)


def holds(page, start):
    """Say whether the sentence under the cursor holds this place."""
    begin, length = page.evaluate(LENGTH)
    return begin <= start < begin + length


def middle(page):
    begin, length = page.evaluate(LENGTH)
    return begin + length / 2


# The list that belongs to the field, once it fits what is typed.
LIST = "document.getElementById(document.activeElement.getAttribute('aria-controls'))"
# How many arrows lead from the option that Enter takes to the known speaker, or else to the type.
STEPS = """([name, kind]) => {
  const options = [...document.querySelectorAll('.found [role=option]')];
  const known = options.findIndex((one) => one.dataset.name === name);
  const wanted = known < 0 ? options.findIndex((one) => one.dataset.type === kind) : known;
  return wanted - options.findIndex((one) => one.ariaSelected === 'true');
}"""
# Whether the list has somebody of this name, or the ways to add just this name.
OFFERED = """name => [...document.querySelectorAll('.found [role=option]')].some(
  ({ dataset }) => dataset.name === name)"""
CHOSEN_LINK = "document.activeElement.selectedOptions[0]?.label"
WORDS = "getSelection().getRangeAt(0).startContainer.parentElement.closest('.words')"
LENGTH = f"[Number({WORDS}.dataset.start), {WORDS}.textContent.length]"


def rest(page):
    """Wait until nothing is under way."""
    for _ in range(200):
        if not waiting(page):
            break
        page.wait_for_timeout(20)
    until(page, "/^(Saved|All saved)/.test(document.querySelector('#saved').innerText.trim())")
