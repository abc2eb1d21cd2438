"""What is proposed is kept with the article, and is the same whoever labels it."""

import json

from labelling_examples import MATTIS, claim, claims, save, sentence_of
from sqlalchemy import select, update

from annotator.codebook.load import load_default
from annotator.store.db import db, write
from annotator.store.models import Alias, AnswerEvent, Assignment, Sentence
from annotator.store.rows.answers import SpeakerRow
from annotator.text.proposals import Proposal
from annotator.work.accounts import accounts
from annotator.work.articles import repairing, storing
from annotator.work.labelling import proposals
from annotator.work.labelling.drafts import UnnamedSource
from annotator.work.labelling.history import audit
from annotator.work.labelling.speakers import add

BOOK = load_default()
SAID_SO = (276, 309)  # "Defense Secretary James N. Mattis"


def speaker(number, name, kind="person", wording=None):
    return SpeakerRow(number, name, kind, wording, None)


def draft_of(text, key):
    return storing.read_file(f"{key}.txt", text.encode())


def kept(article):
    """Return what is proposed in each sentence."""
    db.session.rollback()
    return kept_in(article.id)


def kept_in(number):
    query = select(Sentence.proposals).where(Sentence.article_id == number)
    return db.session.scalars(query.order_by(Sentence.position)).all()


def open_it(article, position=0):
    """Do what the first annotator does who opens the article; return what is proposed then."""
    db.session.rollback()
    store = proposals.settle(article, position)
    db.session.rollback()
    with write():
        store()
    return kept_in(article.id)


def names_in(rows):
    """Return whom each sentence proposes, and whether it is a known speaker."""
    return [[(each.name, each.known) for each in proposals.read(one)] for one in rows]


def test_an_article_is_stored_with_its_proposals(article):
    (found,) = proposals.read(sentence_of(article, 2).proposals)
    assert found == Proposal(*SAID_SO, "James Mattis", "person")


def test_what_people_label_and_add_changes_no_proposal(article):
    before = open_it(article)
    save(article, claims(claim(UnnamedSource("an aide"), mention=SAID_SO)))
    with write():
        add(article.project, None, "James Mattis", "person", None)
    assert open_it(article) == before


def test_a_last_name_alone_is_whom_the_project_knows_when_the_article_is_first_opened(
    article, project
):
    text = "“No,” Mattis said.\n\n“Yes,” Quill said."
    with write():
        later = storing.store_article(db.session.merge(project), draft_of(text, "later"))
    assert names_in(kept_in(later.id)) == [[("Mattis", False)], [("Quill", False)]]
    for name in ("James Mattis", "Ann Quill", "Ben Quill"):
        with write():
            add(project, None, name, "person", None)
    opened = open_it(later)
    assert names_in(opened) == [[("James Mattis", True)], [("Quill", False)]]
    with write():
        add(project, None, "Carl Mattis", "person", None)
    assert open_it(later) == opened


def test_what_a_version_without_proposals_stored_gets_the_same(article):
    with write():
        db.session.execute(update(Sentence).values(proposals=None))
    first = open_it(article)
    with write():
        db.session.execute(update(Sentence).values(proposals=None))
    assert open_it(article, 2) == first
    assert None not in first


def test_a_speaker_whose_name_or_alias_a_sentence_has_is_proposed_there(article, project):
    text = "The report reached Karin Quill.\n\nNobody saw the Pentagon chief."
    with write():
        quill = add(project, None, "Karin Quill", "person", None)
        called(quill, article, "the Pentagon chief")
        close(article)
        later = storing.store_article(db.session.merge(project), draft_of(text, "later"))
    assert names_in(open_it(later)) == [[("Karin Quill", True)]] * 2


def test_what_somebody_is_called_in_an_article_that_is_being_labelled_shows_nowhere(
    article, project
):
    with write():
        quill = add(project, None, "Karin Quill", "person", None)
        called(quill, article, "the Pentagon chief")
        draft = draft_of("Nobody saw the Pentagon chief.", "later")
        later = storing.store_article(db.session.merge(project), draft)
    assert "Karin Quill" not in str(names_in(open_it(later)))


def called(speaker, article, words):
    """Let Ann call a speaker by these words in an article."""
    ann = accounts.get_user("ann")
    db.session.add(Alias(speaker_id=speaker, article_id=article.id, text=words, user_id=ann.id))


def close(article):
    """Let everybody have submitted an article."""
    whose = Assignment.article_id == article.id
    db.session.execute(update(Assignment).where(whose).values(state="submitted"))


def test_sentences_that_a_repair_changes_get_new_proposals_and_the_undo_the_old(article):
    before = kept(article)
    with write():
        lead = accounts.get_user("lea")
        repairing.carry_out(repairing.plan(article, 2, "merge", ""), lead)
    merged = proposals.read(kept(article)[2])
    assert {"James Mattis", "Vladimir Putin"} <= {each.name for each in merged}
    assert None not in kept(article)
    with write():
        repairing.carry_out(repairing.plan_undo(article), accounts.get_user("lea"))
    assert kept(article) == before


def test_an_event_keeps_what_was_proposed_and_what_was_taken(article):
    save(article, claims(claim(MATTIS, mention=SAID_SO)))
    save(article, claims(claim(MATTIS, stance="oppose", mention=SAID_SO)), revision=1)
    save(article, claims(claim(UnnamedSource("an aide"))), revision=2)
    events = db.session.scalars(select(AnswerEvent).order_by(AnswerEvent.id)).all()
    proposed = [[*SAID_SO, "James Mattis", "person"]]
    assert [each.proposed and json.loads(each.proposed) for each in events] == [
        {"proposed": proposed, "taken": [0]},
        None,
        {"proposed": proposed, "taken": []},
    ]
    assert audit().faults == ()


def test_a_speaker_is_meant_by_name_or_by_a_last_name_of_its_own():
    mattis = Proposal(0, 6, "Mattis", "person")
    james, ann = speaker(1, "James Mattis"), speaker(2, "Ann Mattis")
    assert proposals.meant([mattis], BOOK, [james]) == {1: mattis}
    assert proposals.meant([mattis], BOOK, [james, ann]) == {}
    exact = Proposal(0, 10, "ANN MATTIS", "person")
    assert proposals.meant([exact], BOOK, [james, ann]) == {2: exact}


def test_words_that_stand_for_somebody_mean_no_speaker():
    role = Proposal(0, 13, "the president", "role")
    assert proposals.meant([role], BOOK, [speaker(1, "the president")]) == {}


def test_each_kind_has_a_type_of_the_codebook():
    kinds = ("person", "organisation", "group", "unnamed")
    assert [proposals.kind_in(BOOK, Proposal(0, 1, "x", kind)) for kind in kinds] == list(kinds)
