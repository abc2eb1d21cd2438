"""Three readings of both sample articles that differ where it is planned, and what follows.

All three start from the reference reading (`tests/data/reference_reading.jsonl`): status, speakers,
stances, certainties, conditions. Mentions and links are left out here; `test_reference_reading.py`
labels those. Expected figures are computed from the three readings with `annotator.measure`.
"""

import json
from collections import Counter
from copy import deepcopy

from places import DATA

from annotator.measure.coefficients.alpha import alpha, alpha_open
from annotator.measure.coefficients.percent import percent_pairs
from annotator.measure.panel import Panel

ROWS = DATA / "reference_reading.jsonl"
KEPT = ("speaker", "type", "stance", "certainty", "conditional")
STATUSES = ("claims", "no_claim", "not_article_text")
STANCES = ("oppose", "neutral", "support", "unrelated")
CERTAINTIES = ("uncommitted", "possible", "likely", "certain")
NO_CLAIM = {"status": "no_claim", "claims": []}


def reference():
    """Return the reference reading: {(article, sentence): answer}."""
    rows = [json.loads(line) for line in ROWS.read_text(encoding="utf-8").splitlines()]
    return {
        (row["article"], row["sentence"]): {
            "status": row["status"],
            "claims": [
                {name: claim[name] for name in KEPT if name in claim}
                for claim in row.get("claims", ())
            ],
        }
        for row in rows
    }


def but(index, **changes):
    """Return a change: one claim says something else."""

    def change(answer):
        answer["claims"][index] |= changes
        return answer

    return change


def without(index):
    """Return a change: one claim is missed."""

    def change(answer):
        del answer["claims"][index]
        return answer

    return change


def nothing(_answer):
    return deepcopy(NO_CLAIM)


def unsure(answer):
    return answer | {"unsure": True}


GOVERNMENT = {"speaker": "Russian government", "type": "organisation"}
MCMASTER = {"speaker": "H.R. McMaster", "type": "person"}

# Where whose reading differs from the reference, and how.
DIFFERENCES = {
    ("000", 4): {"finn": but(0, stance="neutral")},
    ("000", 5): {"gina": without(1)},
    ("000", 7): {"eva": but(0, certainty="likely")},
    ("000", 9): {"finn": but(0, **GOVERNMENT)},
    ("000", 12): {"gina": nothing},
    ("000", 16): {"eva": but(0, certainty="certain"), "gina": but(0, certainty="possible")},
    ("003", 3): {"eva": but(0, stance="neutral")},
    ("003", 7): {"eva": but(0, certainty="likely")},
    ("003", 10): {"finn": but(0, stance="neutral"), "gina": nothing},
    ("003", 12): {"eva": but(0, stance="neutral"), "finn": but(0, stance="oppose")},
    ("003", 13): {"gina": without(1)},
    ("003", 14): {"finn": but(0, **MCMASTER)},
    ("003", 16): {"finn": nothing, "gina": nothing},
    ("003", 17): {"eva": unsure},
}

# What the adjudicator decides where it is not the reference: one with the minority, one that nobody
# said, one as a soft label, one with the majority against the reference.
SOFT = "soft"
DECISIONS = {
    ("003", 3): but(0, stance="neutral"),
    ("003", 10): but(0, certainty="possible"),
    ("003", 12): SOFT,
    ("003", 16): nothing,
}
REASONED = {("003", 3), ("003", 10)}  # against what most say
REASON = "ST-3: no plans"


def changed(base, changes):
    """Return answers with changes by short place: {("000", 4): function of the answer}."""
    return {
        place: changes.get((place[0][:3], place[1]), deepcopy)(deepcopy(answer))
        for place, answer in base.items()
    }


def reading_of(name):
    """Return what one annotator answers."""
    mine = {place: who[name] for place, who in DIFFERENCES.items() if name in who}
    return changed(reference(), mine)


def gold():
    """Return the gold planned, {(article, sentence): answer}; what is kept soft has no claims."""
    hard = {place: change for place, change in DECISIONS.items() if change is not SOFT}
    found = changed(reference(), hard)
    for place in found:
        if DECISIONS.get((place[0][:3], place[1])) is SOFT:
            found[place] = {"status": None, "claims": []}
    return found


def disputed():
    """Return the short names of what has to be decided: {"000-5": ("000", 4)}."""
    return {f"{article}-{sentence + 1}": (article, sentence) for article, sentence in DIFFERENCES}


def differing(name):
    """Return the short names of the sentences where gold is not what one annotator said."""
    decided, mine = gold(), reading_of(name)
    return {
        f"{place[0][:3]}-{place[1] + 1}"
        for place, answer in decided.items()
        if answer["status"] and said(mine[place]) != said(answer)
    }


def said(answer):
    """Return what of an answer counts."""
    fields = ("speaker", "stance", "certainty")
    return answer["status"], [tuple(claim[field] for field in fields) for claim in answer["claims"]]


# --- the figures of the agreement report


def figures(readings):
    """Return (alpha, agreeing pairs, units, answers) of the four steps.

    `readings`: one per annotator. Headlines and what is no text of the article count nowhere.
    """
    places = [
        place
        for place, answer in reference().items()
        if place[1] and answer["status"] != "not_article_text"
    ]
    status, speaker, stance, certainty = [], [], [], []
    for who, reading in enumerate(readings):
        for place in places:
            answer, met = reading[place], Counter()
            status.append((place, who, answer["status"]))
            for index, claim in enumerate(answer["claims"]):
                name = claim["speaker"]
                if not index:
                    speaker.append((place, who, name))
                slot = (place, name, met[name])
                met[name] += 1
                stance.append((slot, who, claim["stance"]))
                # Compared among those who gave the same stance.
                certainty.append(((*slot, claim["stance"]), who, claim["certainty"]))
    people = range(len(readings))
    return [
        figure(Panel.from_ratings(STATUSES, status, people).patterns()),
        open_figure(speaker, people),
        figure(Panel.from_ratings(STANCES, stance, people).patterns()),
        figure(Panel.from_ratings(CERTAINTIES, certainty, people).patterns(), "ordinal"),
    ]


def figure(patterns, level="nominal"):
    found = alpha(patterns, level)
    return found.value, percent_pairs(patterns).value, found.n_units, found.n_ratings


def open_figure(ratings, people):
    """Return the figure of a field whose values are whatever was given."""
    names = sorted({name for _, _, name in ratings})
    patterns = Panel.from_ratings(names, ratings, people).patterns().pairable()
    sizes = [(int(row.sum()), int((row * row).sum())) for row in patterns.counts]
    found = alpha_open(sizes, patterns.totals.tolist(), patterns.weights.tolist())
    return found.value, percent_pairs(patterns).value, found.n_units, found.n_ratings
