"""Articles of a made project: text from a small grammar, and what a careful reader finds in it.

All chance comes from the generator that is passed in, so the same seed makes the same article.
"""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from random import Random
from typing import Any

from annotator.paths import SAMPLES

PHRASES = SAMPLES / "made.toml"
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
CLAIMS, NO_CLAIM, NOT_TEXT = "claims", "no_claim", "not_article_text"
PERSON, ORGANISATION, GROUP, UNNAMED, NARRATOR = (
    "person", "organisation", "group", "unnamed", "narrator",
)  # fmt: skip
# What a voice holds, by where it leans; most of what is said is neutral or about other things.
STANCES: Mapping[str, Mapping[str, float]] = {
    "support": {"support": 0.58, "neutral": 0.24, "unrelated": 0.14, "oppose": 0.04},
    "oppose": {"oppose": 0.54, "neutral": 0.26, "unrelated": 0.15, "support": 0.05},
    "neutral": {"neutral": 0.5, "unrelated": 0.24, "support": 0.14, "oppose": 0.12},
    "narrator": {"neutral": 0.46, "unrelated": 0.46, "support": 0.04, "oppose": 0.04},
}
LEANINGS: Mapping[str, float] = {"support": 0.42, "oppose": 0.3, "neutral": 0.28}
CERTAINTIES: Mapping[str, float] = {
    "certain": 0.7, "likely": 0.13, "possible": 0.1, "uncommitted": 0.07,
}  # fmt: skip
SHAPES: Mapping[str, float] = {
    "one": 0.48, "narrator": 0.21, "both": 0.1, "told": 0.07, "believes": 0.04,
    "conditional": 0.04, "fragment": 0.06,
}  # fmt: skip
LEAST_SENTENCES, MOST_SENTENCES = 12, 36
HARD = 0.28  # of the claims have a second reading that is not far-fetched
LIES_NEAR: Mapping[str, tuple[str, ...]] = {
    "support": ("neutral",), "oppose": ("neutral",), "unrelated": ("neutral",),
    "neutral": ("unrelated", "support", "oppose", "unrelated"),
    "certain": ("likely",), "likely": ("certain", "possible"), "possible": ("likely",),
    "uncommitted": ("possible", "certain"),
}  # fmt: skip

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Voice:
    """A speaker as an article names it: in full at first, short later."""

    name: str
    kind: str
    full: str
    short: str
    leaning: str = "neutral"
    wording: str | None = None


@dataclass(frozen=True, slots=True)
class MadeClaim:
    """A claim as a careful reader finds it; speakers are places in the cast of the article.

    `near` are the stance and the certainty that a reader would most likely take instead.
    """

    speaker: int
    stance: str
    certainty: str
    near: tuple[str, str]
    hard: bool
    mention: Span | None = None
    via: tuple[int, ...] = ()
    conditional: bool = False


@dataclass(frozen=True, slots=True)
class MadeSentence:
    """A sentence with its place in the text, and what it says."""

    start: int
    end: int
    segment: str
    paragraph: int
    status: str
    claims: tuple[MadeClaim, ...] = ()


@dataclass
class MadeArticle:
    """A whole article; `difficulty` is 0 to 1, mostly low."""

    key: str
    title: str
    publisher: str
    author: str
    published_on: date
    difficulty: float
    text: str = ""
    cast: list[Voice] = field(default_factory=list)
    sentences: list[MadeSentence] = field(default_factory=list)


@cache
def phrases() -> Mapping[str, Any]:
    """Return the words of the grammar."""
    return tomllib.loads(PHRASES.read_text(encoding="utf-8"))


def pick(rng: Random, values: Sequence[Any]) -> Any:
    """Return one of some values."""
    return values[int(rng.random() * len(values))]


def draw(rng: Random, weights: Mapping[str, float]) -> str:
    """Return one of some values by their weights, which sum up to 1."""
    left = rng.random()
    for value, weight in weights.items():
        left -= weight
        if left < 0:
            return value
    return value


class Slots(dict[str, str]):
    """The slots of a pattern: those given, and words by chance."""

    def __init__(self, rng: Random, given: Mapping[str, str]) -> None:
        super().__init__(given)
        self.rng = rng

    def __missing__(self, name: str) -> str:
        return str(pick(self.rng, phrases()["words"][name]))


def fill(rng: Random, pattern: str, **given: str) -> str:
    """Return a pattern with its slots filled, also those of what was filled in."""
    slots = Slots(rng, given)
    while "{" in pattern:
        pattern = pattern.format_map(slots)
    return pattern


def capital(words: str) -> str:
    """Return words as they begin a sentence."""
    return words[0].upper() + words[1:]


def people(rng: Random, many: int) -> list[Voice]:
    """Return invented people of both countries, and the organisations and groups beside them."""
    words = phrases()
    found = []
    for side in ("american", "russian"):
        names = [(one, two) for one in words[side]["given"] for two in words[side]["family"]]
        rng.shuffle(names)
        for given, family in names[: max(many // 2, 6)]:
            title = pick(rng, words[side]["titles"])
            name = f"{given} {family}"
            found.append(Voice(name, PERSON, f"{title} {name}", family, draw(rng, LEANINGS)))
    rng.shuffle(found)
    return found


def others() -> list[Voice]:
    """Return the organisations and groups, which are the same in every project."""
    words, leanings = phrases(), list(LEANINGS)
    made = [(name, ORGANISATION, f"the {name}") for name in words["organisations"]]
    made += [(name, GROUP, name) for name in words["groups"]]
    return [
        Voice(name, kind, said, said, leanings[number % 3])
        for number, (name, kind, said) in enumerate(made)
    ]


def reporter(rng: Random) -> str:
    """Return the name of somebody who writes articles."""
    names = phrases()["american"]
    return f"{pick(rng, names['given'])} {pick(rng, names['family'])}"


def article(
    rng: Random, key: str, day: date, persons: Sequence[Voice], bodies: Sequence[Voice]
) -> MadeArticle:
    """Make an article; those who come first among the persons are in the news most."""
    words = phrases()
    made = MadeArticle(
        key=key,
        title="",
        publisher=pick(rng, words["outlets"]),
        author=reporter(rng),
        published_on=day,
        difficulty=rng.betavariate(1.6, 4.0),
    )
    named: dict[str, Voice] = {}
    while len(named) < 2 + int(rng.random() * 3):
        voice = persons[int(len(persons) * rng.random() ** 2)]
        named[voice.short] = voice
    made.cast = [Voice("", NARRATOR, "", "", "narrator"), *named.values(), pick(rng, bodies)]
    if rng.random() < 0.6:
        wording = pick(rng, words["unnamed"])
        name = f"{wording} ({key})"
        made.cast.append(Voice(name, UNNAMED, wording, wording, draw(rng, LEANINGS), wording))
    Writer(rng, made).write()
    return made


class Writer:
    """Writes one article, sentence by sentence."""

    def __init__(self, rng: Random, made: MadeArticle) -> None:
        self.rng, self.made = rng, made
        self.parts: list[str] = []
        self.at = 0
        self.paragraph = 0
        self.named: set[int] = set()
        # Whoever is quoted; papers that join the cast later only pass words on.
        self.quoted = range(1, len(made.cast))

    def write(self) -> None:
        """Write headline, date line, paragraphs, and at times what a page puts below."""
        rng, made = self.rng, self.made
        self.headline()
        day = made.published_on
        self.line(f"{MONTHS[day.month - 1]} {day.day}, {day.year}", "dateline", NOT_TEXT)
        left = LEAST_SENTENCES + int(rng.random() * (MOST_SENTENCES - LEAST_SENTENCES + 1))
        while left > 0:
            many = min(left, 2 + int(rng.random() * 3))
            self.say("\n\n")
            self.paragraph += 1
            for number in range(many):
                self.say(" " if number else "")
                self.sentence()
            left -= many
        if rng.random() < 0.3:
            furniture = fill(rng, pick(rng, phrases()["others"]["furniture"]), **self.outlet())
            self.line(furniture, "boilerplate", NOT_TEXT)
        self.say("\n")
        made.text = "".join(self.parts)

    def say(self, words: str) -> int:
        """Add words to the text; return where they begin."""
        begin = self.at
        self.parts.append(words)
        self.at += len(words)
        return begin

    def line(
        self, words: str, segment: str, status: str, claims: tuple[MadeClaim, ...] = ()
    ) -> None:
        """Add a line that stands alone."""
        if self.at:
            self.say("\n\n")
            self.paragraph += 1
        begin = self.say(words)
        self.made.sentences.append(
            MadeSentence(begin, self.at, segment, self.paragraph, status, claims)
        )

    def outlet(self) -> dict[str, str]:
        """Return another paper as a slot."""
        return {"outlet": pick(self.rng, phrases()["outlets"])}

    def headline(self) -> None:
        """Write the headline, in which the first person speaks."""
        stance, clause = self.claimed(1, "certain")
        name = self.made.cast[1].short
        self.made.title = f"{name}: {capital(clause)}"
        claim = self.claim(1, stance, "certain", (0, len(name)))
        self.line(self.made.title, "headline", CLAIMS, (claim,))

    def sentence(self) -> None:
        """Add one sentence of the body."""
        shape = draw(self.rng, SHAPES)
        if shape == "fragment":
            words = pick(self.rng, phrases()["others"]["fragments"])
            self.body(words, NO_CLAIM, ())
        elif shape == "narrator":
            certainty = draw(self.rng, CERTAINTIES)
            stance, clause = self.claimed(0, certainty)
            words = self.framed(phrases()["narrator"][certainty], clause)
            self.body(words, CLAIMS, (self.claim(0, stance, certainty, None),))
        elif shape in ("both", "believes"):
            self.two(shape)
        else:
            self.one(shape)

    def one(self, shape: str) -> None:
        """Add a sentence with one source."""
        who = pick(self.rng, self.quoted)
        certainty = draw(self.rng, CERTAINTIES) if shape == "one" else "certain"
        stance, clause = self.claimed(who, certainty)
        patterns = phrases()["several"].get(shape) or phrases()["frames"][certainty]
        given = self.outlet() if shape == "told" else {}
        via = tuple(self.passing_on(outlet) for outlet in given.values())
        said = self.surface(who)
        words = self.framed(patterns, clause, who=said, Who=capital(said), **given)
        claim = self.claim(
            who, stance, certainty, self.span(words, said), via, shape == "conditional"
        )
        self.body(words, CLAIMS, (claim,))

    def two(self, shape: str) -> None:
        """Add a sentence with two sources: beside one another, or one through the other."""
        who = pick(self.rng, self.quoted)
        other = pick(self.rng, [each for each in self.quoted if each != who])
        stance, clause = self.claimed(who, "certain")
        answer, clause2 = self.claimed(other, "certain")
        said, replied = self.surface(who), self.surface(other)
        words = self.framed(
            phrases()["several"][shape], clause,
            who=said, Who=capital(said), other=replied, clause2=clause2,
        )  # fmt: skip
        first, second = self.span(words, said), self.span(words, replied)
        if shape == "both":
            claims = (
                self.claim(who, stance, "certain", first),
                self.claim(other, answer, "certain", second),
            )
        else:
            # Whoever only reports takes no side; the other one's position comes through them.
            claims = (
                self.claim(who, "neutral" if stance != "unrelated" else stance, "certain", first),
                self.claim(other, stance, "certain", second, (who,)),
            )
        self.body(words, CLAIMS, claims)

    def framed(self, patterns: Sequence[str], clause: str, **given: str) -> str:
        """Return a clause in one of some frames."""
        return fill(
            self.rng, pick(self.rng, patterns), clause=clause, Clause=capital(clause), **given
        )

    def claimed(self, who: int, certainty: str) -> tuple[str, str]:
        """Return what a voice holds, and the clause that says it."""
        stance = draw(self.rng, STANCES[self.made.cast[who].leaning])
        clause = fill(self.rng, pick(self.rng, phrases()["clauses"][stance]))
        if certainty == "uncommitted" and stance != "unrelated":
            stance = "neutral"  # who will not say whether takes no side, whatever the clause says
        return stance, clause

    def claim(
        self,
        who: int,
        stance: str,
        certainty: str,
        mention: Span | None,
        via: tuple[int, ...] = (),
        conditional: bool = False,
    ) -> MadeClaim:
        """Return a claim, with what else it could be read as."""
        rng = self.rng
        near = (pick(rng, LIES_NEAR[stance]), pick(rng, LIES_NEAR[certainty]))
        return MadeClaim(
            who, stance, certainty, near, rng.random() < HARD, mention, via, conditional
        )

    def surface(self, who: int) -> str:
        """Return the words that name a speaker here."""
        voice = self.made.cast[who]
        said = voice.short if who in self.named else voice.full
        self.named.add(who)
        return said

    def span(self, words: str, said: str) -> Span:
        """Return where a speaker is named in the sentence that comes next."""
        at = words.lower().index(said.lower()) + self.at
        return at, at + len(said)

    def passing_on(self, outlet: str) -> int:
        """Return the place of a paper in the cast, which it joins where it is not there yet."""
        for place, voice in enumerate(self.made.cast):
            if voice.name == outlet:
                return place
        self.made.cast.append(Voice(outlet, ORGANISATION, outlet, outlet))
        return len(self.made.cast) - 1

    def body(self, words: str, status: str, claims: tuple[MadeClaim, ...]) -> None:
        """Add a sentence to the paragraph."""
        begin = self.say(words)
        self.made.sentences.append(
            MadeSentence(begin, self.at, "body", self.paragraph, status, claims)
        )
