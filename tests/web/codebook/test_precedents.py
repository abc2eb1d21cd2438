"""Precedents: what annotators may see of decisions on other articles while they label one."""

import pytest
from labelling_examples import claim, claims, save, sentence_of
from release_examples import decide
from sqlalchemy import select, update

from annotator.store.db import db, write
from annotator.store.models import Article, Exposure, Project, Sentence, ShownPrecedent
from annotator.work.accounts import accounts, projects
from annotator.work.articles import storing
from annotator.work.assignment import assigning
from annotator.work.codebook import precedents
from annotator.work.labelling.drafts import draft_of
from annotator.work.labelling.saving import answer_for, assignment_for

HERS = "Russia and the United States will hold joint air patrols over Syria, generals said."
LIKE = "Joint air patrols over Syria will be held by Russia and the United States, he said."
SAME = "The two presidents spoke of grain."
GRAIN = "Of grain the two presidents spoke at length in Helsinki."


@pytest.fixture
def decided(article):
    """Let Ben label an article that Cleo decides, while Ann has one that is like it in places."""
    with write():
        project = db.session.get(Project, article.project_id)
        project.precedents = True
        texts = {"hers": [HERS, SAME], "like": [LIKE, SAME, GRAIN]}
        for key, sentences in texts.items():
            draft = storing.read_file(f"{key}.txt", "\n\n".join(sentences).encode())
            storing.store_article(project, draft)
        db.session.flush()
        pairs = (("hers", "ann"), ("like", "ben"))
        assigning.assign([(one(key).id, accounts.get_user(name).id) for key, name in pairs])
    for position, stance in enumerate(["support", "oppose", "neutral"]):
        save(one("like"), claims(claim(stance=stance)), position=position, name="ben")
        decide(one("like"), position, reason=f"ST-3: case {position}", rule="ST-3")
    return one("hers")


def one(key):
    return db.session.scalars(select(Article).where(Article.key == key)).one()


def hang(article, **values):
    """Store what an article hangs together with."""
    with write():
        db.session.execute(update(Article).where(Article.id == article.id).values(values))


def path(article, position=0):
    return f"/label/{article.id}/{position}/precedents"


def cases(page):
    return [number for number in range(3) if f"case {number}" in page.text]


def test_the_most_alike_comes_with_its_decision_and_reason_and_is_remembered(browser, decided):
    page = browser("ann").get(path(decided))
    assert cases(page) == [0]
    assert LIKE in page.text
    assert "James Mattis, support, certain" in page.text
    assert "Choose a value first." in page.text
    like = sentence_of(one("like"), 0)
    [shown] = db.session.scalars(select(ShownPrecedent)).all()
    assert shown.sentence_id == sentence_of(decided, 0).id
    [known] = db.session.scalars(select(Exposure)).all()
    assert (known.sentence_id, known.how) == (like.id, "gold")
    browser("ann").get(path(decided))
    assert len(db.session.scalars(select(ShownPrecedent)).all()) == 1
    assert "Shown once on the label page" in browser("cleo").get(
        "/projects/us-russia/codebook/rulings/ST-3"
    ).text  # fmt: skip


def test_values_of_ones_own_answer_bring_decisions_with_them(browser, decided):
    save(decided, claims(claim(stance="neutral")), position=0)
    page = browser("ann").get(path(decided))
    assert cases(page) == [0, 2]  # by the rule of neutral, too
    assert "Choose a value first." not in page.text


def test_nothing_is_shown_of_what_is_still_to_be_answered(browser, decided):
    # The same words stand in her own article, whatever is asked for.
    assert cases(browser("ann").get(path(decided, 1))) == [2]
    ann = accounts.get_user("ann")
    with write():
        assigning.assign([(one("like").id, ann.id)])
    assert cases(browser("ann").get(path(decided, 1))) == []
    with write():
        assignment_for(one("like"), ann, lock=True).state = "submitted"
    assert cases(browser("ann").get(path(decided, 1))) == [2]
    # Of nearly the same article everything is hidden.
    with write():
        for key in ("hers", "like"):
            one(key).cluster_id = one("hers").id
    assert cases(browser("ann").get(path(decided, 1))) == []


def test_other_marks_and_capitals_make_no_other_sentence(browser, decided):
    sentence = sentence_of(decided, 1)
    for there, here in ((0, LIKE.upper()), (2, f"“{GRAIN[:-1]}”,")):
        with write():
            db.session.execute(update(Sentence).where(Sentence.id == sentence.id).values(text=here))
        assert there not in cases(browser("ann").get(path(decided)))
        assert there not in cases(browser("ann").get(path(decided, 1)))


@pytest.mark.parametrize("newer", ["hers", "like"])
def test_nothing_is_shown_of_another_version_of_what_is_still_to_be_answered(
    browser, decided, newer
):
    older = one("like" if newer == "hers" else "hers")
    hang(one(newer), version=2, version_of_id=older.id)
    assert cases(browser("ann").get(path(decided))) == []


def test_nothing_is_shown_of_a_copy_of_another_version(browser, decided):
    copy = db.session.scalars(select(Article).where(Article.key.not_in(["hers", "like"]))).first()
    hang(copy, version=2, version_of_id=decided.id, cluster_id=copy.id)
    assert cases(browser("ann").get(path(decided))) == [0]
    hang(one("like"), cluster_id=copy.id)
    assert cases(browser("ann").get(path(decided))) == []


def test_own_article_and_soft_labels_are_no_precedents(decided):
    project = projects.get("us-russia")
    sentence, ben = sentence_of(one("like"), 1), accounts.get_user("ben")
    said = draft_of(answer_for(sentence, ben))
    assert precedents.precedents_for(project, sentence, ben.id, said).decisions == []


def test_they_are_off_until_the_lead_switches_them_on(browser, decided):
    label = f"/label/{decided.id}/0"
    link = f'href="{label}/precedents" data-key="Shift+B"'
    assert link in browser("ann").get(label).text
    with write():
        projects.get("us-russia").precedents = False
    assert "precedents" not in browser("ann").get(label).text
    assert "not switched precedents on" in browser("ann").get(path(decided), 404).text
    browser("ben").get(path(decided), 404)
    browser("cleo").get(path(decided), 403)


def test_likeness_weighs_rare_words_and_reads_scripts_without_spaces():
    found = precedents.likeness(
        "日本の首相が語った", {1: "日本の首相は語らない", 2: "Nothing of the kind"}
    )
    assert list(found) == [1]
    scores = precedents.likeness(HERS, {1: LIKE, 2: SAME, 3: "The generals said nothing of it."})
    assert max(scores, key=scores.get) == 1
    assert 2 not in scores
