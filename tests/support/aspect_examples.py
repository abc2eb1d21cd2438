"""An article in which three people give aspects, and decisions on them."""

from agreement_examples import ask_aspects, give, person
from labelling_examples import claim, claims, nothing_claimed, save, sentence_of

from annotator.store.db import db, write
from annotator.store.models import Sentence
from annotator.work.accounts import accounts
from annotator.work.adjudication import deciding
from annotator.work.adjudication.deciding import DecisionDraft, case_of
from annotator.work.consensus.decisions import Act, Taken


def labelled(project, article):
    """Let three label some sentences of the article as they would on screen."""
    ask_aspects(project)
    said = {
        2: ("military", "military", "military"),
        3: ("military", "military", "relations"),
        4: ("military", "relations", "deconfliction"),
        5: ("military", None, None),
    }
    with write():
        give_third(article)
    for position, aspects in said.items():
        for name, aspect in zip(("ann", "ben", "eve"), aspects, strict=True):
            answer = claims(claim(stance="support", aspect=aspect))
            save(article, answer, position=position, name=name)
    for name in ("ann", "ben", "eve"):
        save(article, nothing_claimed(), position=6, name=name)


def give_third(article):
    person(article.project, "e")
    give(article.id, "eve")


def decide(article, position, aspect, reason=""):
    case = case_of(sentence_of(article, position))
    reading = case.comparison.readings[0]
    own = claim(reading.claims[0].speaker, "support", aspect=aspect)
    with write():
        deciding.decide(
            db.session.get(Sentence, case.sentence.id),
            DecisionDraft("claims", (Taken(own),), reason=reason),
            Act(accounts.get_user("cleo"), 0, f"key-{position}"),
        )
