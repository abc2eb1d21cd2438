"""The register of speakers: labels go along with every change, and come back with its undo."""

import pytest
from labelling_examples import claim, claims, save, speaker_called, stored
from slow_cases import slow
from sqlalchemy import insert, select
from staging_examples import killed, meanwhile

from annotator.errors import NotFoundError, RefusedError
from annotator.store.db import count_rows, db, write, write_in_steps
from annotator.store.models import (
    Alias,
    Answer,
    AnswerEvent,
    Claim,
    Roster,
    Sentence,
    Speaker,
    SpeakerChange,
    Via,
)
from annotator.work.accounts import accounts
from annotator.work.articles import storing
from annotator.work.assignment import assigning
from annotator.work.corrections import withdrawing
from annotator.work.labelling import history, saving, speakers
from annotator.work.labelling.annotation_rows import annotation_rows
from annotator.work.labelling.drafts import NewSpeaker, UnnamedSource
from annotator.work.speakers import changes, moving, register


@pytest.fixture
def lea(project):
    return accounts.get_user("lea")


@pytest.fixture
def second(project):
    with write():
        return storing.store_article(
            project, storing.read_file("second.txt", b"One spoke. Two spoke. Three spoke.")
        )


def person(name):
    return NewSpeaker(name, "person")


def named(article, *names, start=0, **fields):
    """Let Ann name one speaker per sentence."""
    for position, name in enumerate(names, start=start):
        save(article, claims(claim(person(name), **fields)), position=position)


def export(project):
    return list(annotation_rows(project))


def names_in(project):
    return [claim["speaker"] for row in export(project) for claim in row["claims"]]


def act(change, project, *args):
    """Make one change in a transaction of its own; speakers are given by name."""
    with write():
        user = accounts.get_user("lea")
        found = [speaker_called(each) if isinstance(each, str) else each for each in args]
        return getattr(changes, change)(project, *found, user)


def rename(project, name, new):
    with write():
        return changes.rename(project, speaker_called(name), new, accounts.get_user("lea"))


def split(project, name, articles, new):
    numbers = [article.id for article in articles]
    lea = accounts.get_user("lea")
    return write_in_steps(changes.split(project, speaker_called(name).id, numbers, new, lea))


def take_back(project, change):
    write_in_steps(changes.undo(project, change.id, accounts.get_user("lea")))


def test_a_merge_carries_all_labels_along_and_its_undo_leaves_each_as_it_was(project, article):
    named(article, "Jim Mattis", "James Mattis", "Jim Mattis")
    before = export(project)
    change = act("merge", project, "Jim Mattis", "James Mattis")
    assert (change.claims, change.articles) == (2, 1)
    assert set(names_in(project)) == {"James Mattis"}
    take_back(project, change)
    assert export(project) == before
    assert history.audit().faults == ()


def test_a_merge_takes_along_what_was_merged_before_and_gives_it_back(project, article):
    named(article, "One", "Two", "Three")
    before = export(project)
    first = act("merge", project, "One", "Two")
    between = export(project)
    second = act("merge", project, "Two", "Three")
    assert set(names_in(project)) == {"Three"}
    assert speaker_called("One").merged_into_id == speaker_called("Three").id
    with pytest.raises(RefusedError, match="Undo the later change first"):
        take_back(project, first)
    take_back(project, second)
    assert export(project) == between
    take_back(project, first)
    assert export(project) == before


def test_the_links_of_a_chain_go_along(project, article):
    named(article, "Jim", "James")
    via = (speaker_called("Jim").id,)
    save(article, claims(claim(person("Other"), via=via)), position=4)
    change = act("merge", project, "Jim", "James")
    assert export(project)[2]["claims"][0]["via"] == ["James"]
    assert register.concerned(speaker_called("James")).chains == 1
    take_back(project, change)
    assert export(project)[2]["claims"][0]["via"] == ["Jim"]


def test_an_annotator_who_says_the_same_again_after_a_merge_stores_nothing(project, article):
    named(article, "Jim", "James")
    act("merge", project, "Jim", "James")
    again = claims(claim(speaker_called("James").id))
    assert not save(article, again, position=0, revision=1).written


def test_an_answer_edited_after_a_merge_comes_back_with_its_undo(project, article):
    named(article, "Jim", "James")
    change = act("merge", project, "Jim", "James")
    james = speaker_called("James").id
    save(article, claims(claim(james, note="later")), position=0, revision=1)
    assert names_in(project) == ["James", "James"]
    take_back(project, change)
    assert names_in(project) == ["Jim", "James"]
    assert export(project)[0]["claims"][0]["note"] == "later"
    assert history.audit().faults == ()


def test_a_speaker_chosen_anew_after_a_merge_stays_after_its_undo(project, article):
    named(article, "Jim", "James", "Other")
    change = act("merge", project, "Jim", "James")
    save(article, claims(claim(speaker_called("James").id)), position=2, revision=1)
    take_back(project, change)
    assert names_in(project) == ["Jim", "James", "James"]


@pytest.mark.parametrize(
    ("one", "other", "why"),
    [
        ("NARRATOR", "Jim", "own voice"),
        ("Jim", "Jim", "into itself"),
        ("Jim", "sources (000_96e20d9a8f8d9c95)", "unnamed source"),
    ],
)
def test_a_merge_that_makes_no_sense_is_refused(project, article, one, other, why):
    named(article, "Jim")
    save(article, claims(claim(UnnamedSource("sources"))), position=3)
    with pytest.raises(RefusedError, match=why):
        act("merge", project, one, other)
    assert db.session.scalars(select(SpeakerChange)).all() == []


def test_a_merged_speaker_changes_no_more(project, article):
    named(article, "Jim", "James")
    act("merge", project, "Jim", "James")
    with pytest.raises(RefusedError, match="is merged into “James”"):
        act("merge", project, "Jim", "NARRATOR")
    with pytest.raises(RefusedError, match="is merged into"):
        rename(project, "Jim", "Jimmy")


def test_a_speaker_of_another_project_is_not_found(project, article):
    from annotator.codebook.load import load_default
    from annotator.work.accounts import projects

    named(article, "Jim")
    with write():
        other = projects.create("other", "Other", load_default())
    with pytest.raises(NotFoundError):
        changes.speaker_for(other, speaker_called("Jim").id)


def split_example(project, article, second):
    with write():
        from annotator.work.assignment import assigning

        assigning.assign([(second.id, accounts.get_user("ann").id)])
    named(article, "Ivanov", "Ivanov")
    named(second, "Ivanov", "Petrov")
    save(second, claims(claim(person("Petrov"), via=(speaker_called("Ivanov").id,))), position=2)


def without_revisions(rows):
    return [
        {name: value for name, value in row.items() if name not in ("revision", "updated_at")}
        for row in rows
    ]


def test_a_split_moves_the_labels_of_its_articles_with_events(project, article, second):
    split_example(project, article, second)
    before = export(project)
    change = split(project, "Ivanov", [second], "Sergei Ivanov")
    assert (change.claims, change.articles) == (1, 1)
    assert names_in(project) == ["Ivanov", "Ivanov", "Sergei Ivanov", "Petrov", "Petrov"]
    assert export(project)[4]["claims"][0]["via"] == ["Sergei Ivanov"]
    assert stored(second, position=0).revision == 2
    assert stored(article, position=0).revision == 1
    assert history.audit().faults == ()
    take_back(project, change)
    assert without_revisions(export(project)) == without_revisions(before)
    assert history.audit().faults == ()


def test_a_split_moves_forms_and_chips_too_and_its_undo_moves_them_back(project, article, second):
    split_example(project, article, second)
    ann, old = accounts.get_user("ann"), speaker_called("Ivanov").id
    with write():
        speakers.remember_alias(second, ann, old, "the minister")
    change = split(project, "Ivanov", [second], "Sergei Ivanov")
    new = speaker_called("Sergei Ivanov").id
    alias = select(Alias.speaker_id).where(Alias.text == "the minister")
    chips = select(Roster.speaker_id).where(Roster.article_id == second.id, Roster.number == 1)
    assert (db.session.scalar(alias), db.session.scalar(chips)) == (new, new)
    take_back(project, change)
    assert (db.session.scalar(alias), db.session.scalar(chips)) == (old, old)


def test_what_was_saved_since_a_split_goes_back_too(project, article, second):
    split_example(project, article, second)
    change = split(project, "Ivanov", [second], "Sergei Ivanov")
    sergei = speaker_called("Sergei Ivanov").id
    save(second, claims(claim(sergei, note="mine")), position=0, revision=2)
    save(article, claims(claim(sergei)), position=5)
    take_back(project, change)
    assert "Sergei Ivanov" not in names_in(project)
    assert stored(second, position=0).claims[0].note == "mine"


def test_a_split_after_a_merge_is_undone_down_to_the_first_speaker(project, article, second):
    split_example(project, article, second)
    before = without_revisions(export(project))
    merged = act("merge", project, "Ivanov", "Petrov")
    parted = split(project, "Petrov", [second], "Sergei Ivanov")
    take_back(project, parted)
    take_back(project, merged)
    assert without_revisions(export(project)) == before


def test_an_answer_saved_on_what_was_before_a_split_is_a_conflict(project, article, second):
    from annotator.work.labelling.saving import StaleRevisionError

    split_example(project, article, second)
    split(project, "Ivanov", [second], "Sergei Ivanov")
    with pytest.raises(StaleRevisionError):
        save(second, claims(claim(speaker_called("Ivanov").id, note="x")), position=0, revision=1)


@pytest.mark.parametrize(
    ("name", "why"), [("Petrov", "Merge the two"), ("petrov", "Merge the two"), (" ", "Enter a")]
)
def test_a_split_needs_a_new_name(project, article, second, name, why):
    split_example(project, article, second)
    with pytest.raises(RefusedError, match=why):
        split(project, "Ivanov", [second], name)


def test_a_rename_changes_every_label_and_is_undone(project, article):
    named(article, "Trump", "Trump")
    before = export(project)
    change = rename(project, "Trump", "Donald  Trump")
    assert names_in(project) == ["Donald Trump"] * 2
    assert history.audit().faults == ()
    with pytest.raises(RefusedError, match="already a speaker"):
        rename(project, "Donald Trump", "narrator")
    take_back(project, change)
    assert export(project) == before
    with pytest.raises(RefusedError, match="already"):
        take_back(project, change)


def test_a_rename_is_not_undone_over_a_later_one_or_a_name_taken_since(project, article):
    named(article, "One")
    first = rename(project, "One", "Two")
    rename(project, "Two", "Three")
    with pytest.raises(RefusedError, match="changed later"):
        take_back(project, first)
    named(article, "One", start=4)
    last = rename(project, "Three", "Four")
    rename(project, "One", "Three")
    with pytest.raises(RefusedError, match="already a speaker “Three”"):
        take_back(project, last)


def test_type_and_membership_change_and_come_back(project, article, lea):
    named(article, "Pentagon", "James Mattis")
    with write():
        kind = changes.change_type(project, speaker_called("Pentagon"), "organisation", lea)
    member = act("set_member_of", project, "James Mattis", "Pentagon")
    assert speaker_called("James Mattis").member_of.name == "Pentagon"
    with pytest.raises(RefusedError, match="member of itself"):
        act("set_member_of", project, "Pentagon", "James Mattis")
    types = [claim["speaker_type"] for row in export(project) for claim in row["claims"]]
    assert types == ["organisation", "person"]
    for change in (member, kind):
        take_back(project, change)
    assert speaker_called("James Mattis").member_of_id is None
    assert speaker_called("Pentagon").type == "person"


@pytest.mark.parametrize("kind", ["narrator", "unnamed", "robot", "", "person"])
def test_a_type_that_a_named_speaker_cannot_get_is_refused(project, article, lea, kind):
    named(article, "Jim")
    with write(), pytest.raises(RefusedError):
        changes.change_type(project, speaker_called("Jim"), kind, lea)


def test_forms_are_added_and_removed_and_both_undone(project, article, lea):
    named(article, "Jim")

    def forms():
        return [alias.text for alias, _ in register.aliases_of(speaker_called("Jim"))]

    with write():
        added = changes.add_alias(project, speaker_called("Jim"), article, " the  chief ", lea)
    assert forms() == ["the chief"]
    number = db.session.scalars(select(Alias.id)).one()
    with write():
        removed = changes.remove_alias(project, speaker_called("Jim"), number, lea)
    assert forms() == []
    take_back(project, removed)
    assert forms() == ["the chief"]
    take_back(project, added)
    assert forms() == []


def test_a_form_of_an_article_that_was_deleted_since_does_not_come_back(
    project, article, second, lea
):
    named(article, "Jim")
    with write():
        changes.add_alias(project, speaker_called("Jim"), second, "the chief", lea)
        number = db.session.scalars(select(Alias.id)).one()
        removed = changes.remove_alias(project, speaker_called("Jim"), number, lea)
    key = second.key
    write_in_steps(withdrawing.remove(project, [second.id], lea))
    with pytest.raises(RefusedError, match=f"Article “{key}” was deleted since"):
        take_back(project, removed)
    with write():  # which may get the number of the one before
        storing.store_article(project, storing.read_file("third.txt", b"One spoke."))
    with pytest.raises(RefusedError, match=f"Article “{key}” was deleted since"):
        take_back(project, removed)
    assert db.session.scalars(select(Alias)).all() == []


def proposed(project):
    return [({each.one.name, each.other.name}, each.why) for each in register.proposals(project)]


def test_who_might_be_one_is_proposed_and_never_merged(project, article):
    named(article, "James Mattis", "Jim Mattis", "J.D. Vance", "JD Vance", "Ivan Petrov")
    with write():
        for name in ("James Mattis", "Ivan Petrov"):
            speakers.remember_alias(
                article, accounts.get_user("ann"), speaker_called(name).id, "the minister"
            )
    assert proposed(project) == [
        ({"J.D. Vance", "JD Vance"}, "same letters"),
        ({"James Mattis", "Ivan Petrov"}, f"same alias in {article.key}: “the minister”"),
        ({"James Mattis", "Jim Mattis"}, "same last name: mattis"),
    ]
    assert (
        db.session.scalars(select(Speaker).where(Speaker.merged_into_id.is_not(None))).all() == []
    )


@pytest.mark.parametrize(
    ("one", "other", "may"),
    [
        ("James Mattis", "Jim Mattis", True),
        ("Gen. J. Mattis", "Mattis", True),
        ("Mr. Mattis", "James N. Mattis", True),
        ("Donald Trump", "Melania Trump", False),
        ("Gen. Joseph Dunford", "Ellyn Dunford", False),
    ],
)
def test_a_first_name_that_begins_otherwise_speaks_against_one_person(one, other, may):
    assert register.may_be_one(one, other) is may
    assert register.may_be_one(other, one) is may


def test_one_name_in_two_ways_to_write_its_accents_is_proposed(project, article):
    one, other = "Серге\u0439 Лавров", "Серге\u0438\u0306 Лавров"
    with write():
        for name in (one, other):
            db.session.add(Speaker(project_id=project.id, name=name, type="person"))
    assert ({one, other}, "same name except for accents, spaces or case") in proposed(project)


def test_a_new_name_is_stored_with_composed_accents(project, article):
    named(article, "Jose\u0301 Petrov")
    assert speaker_called("Jos\u00e9 Petrov")


def test_a_pair_kept_apart_is_proposed_no_more_until_that_is_undone(project, article):
    named(article, "James Mattis", "Jim Mattis")
    change = act("keep_apart", project, "Jim Mattis", "James Mattis")
    assert proposed(project) == []
    take_back(project, change)
    assert len(proposed(project)) == 1


LABELS = 10_000


def many_labels(project, many=LABELS):
    """Store many answers of two speakers; every fifth names the other one in its chain."""
    with write():
        text = " ".join(f"Number {n} spoke." for n in range(many)).encode()
        stored = storing.store_article(project, storing.read_file("long.txt", text))
        ann, version = accounts.get_user("ann"), project.codebook_version
        one, other = (speakers.add(project, ann, name, "person", None) for name in ("Jim", "James"))
    with write():
        sentences = db.session.scalars(
            select(Sentence.id).where(Sentence.article_id == stored.id).order_by(Sentence.position)
        ).all()
        rows = [
            {
                "sentence_id": number,
                "user_id": ann.id,
                "status": "claims",
                "complete": True,
                "codebook_version_id": version.id,
            }
            for number in sentences
        ]
        db.session.execute(insert(Answer), rows)
        answers = db.session.scalars(select(Answer.id).order_by(Answer.sentence_id)).all()
        said = [
            {
                "answer_id": number,
                "position": 0,
                "speaker_id": (one, other)[index % 2],
                "stance": "support",
                "certainty": "certain",
                "evidence": [],
            }
            for index, number in enumerate(answers)
        ]
        db.session.execute(insert(Claim), said)
        claims = db.session.scalars(select(Claim.id).order_by(Claim.answer_id)).all()
        links = [{"claim_id": number, "position": 0, "speaker_id": one} for number in claims[::5]]
        db.session.execute(insert(Via), links)
        for answer in db.session.scalars(select(Answer).options(*saving.whole())).all():
            at = answer.updated_at
            key = f"key-{answer.id}"
            values = history.event_values(answer, stored.id, "long", ann.id, key, at, history.FIRST)
            db.session.add(AnswerEvent(**values))
    count_rows()
    return stored


@slow
def test_a_merge_of_two_speakers_with_10000_labels_and_its_undo_change_no_label(project):
    many_labels(project)
    before = export(project)
    assert len(before) >= LABELS
    change = act("merge", project, "Jim", "James")
    assert set(names_in(project)) == {"James"}
    take_back(project, change)
    assert export(project) == before
    assert history.audit().faults == ()


def of_petrov(article, count):
    """Let Ann name one speaker in so many sentences; return the speaker's number."""
    named(article, *["Petrov"] * count)
    return speaker_called("Petrov").id


def chips(article):
    """Return whom the chips of an article mean, in their order."""
    query = select(Speaker.name).join(Roster, Roster.speaker_id == Speaker.id)
    return db.session.scalars(
        query.where(Roster.article_id == article.id).order_by(Roster.number)
    ).all()


@pytest.fixture
def two_at_once(monkeypatch):
    """Let a step of a split move two answers."""
    monkeypatch.setattr(moving, "BATCH", 2)


def test_a_split_that_is_cut_off_within_an_article_is_undone_down_to_each_label(
    project, article, second, lea, two_at_once
):
    with write():
        assigning.assign([(second.id, accounts.get_user("ann").id)])
    number, numbers = of_petrov(article, 5), [article.id, second.id]
    named(second, "Petrov", "Petrov")
    before = without_revisions(export(project))
    write_in_steps(killed(changes.split(project, number, numbers, "Ivan Petrov", lea), 2))
    assert names_in(project) == ["Ivan Petrov"] * 2 + ["Petrov"] * 5
    assert chips(article) == ["Petrov"]
    change = db.session.scalars(select(SpeakerChange)).one()
    write_in_steps(killed(changes.undo(project, change.id, lea), 1))
    take_back(project, change)
    assert without_revisions(export(project)) == before
    assert (chips(article), chips(second)) == (["Petrov"], ["Petrov"])
    assert history.audit().faults == ()


def test_an_undo_of_a_split_that_is_cut_off_can_be_taken_up_again(
    project, article, lea, two_at_once
):
    of_petrov(article, 5)
    change = split(project, "Petrov", [article], "Ivan Petrov")
    assert names_in(project) == ["Ivan Petrov"] * 5
    assert chips(article) == ["Ivan Petrov"]
    write_in_steps(killed(changes.undo(project, change.id, lea), 2))
    assert names_in(project) == ["Petrov"] * 4 + ["Ivan Petrov"]
    ivan = speaker_called("Ivan Petrov").id
    save(article, claims(claim(ivan, note="again")), position=0, revision=3)
    take_back(project, change)
    assert names_in(project) == ["Petrov"] * 5
    assert chips(article)[0] == "Petrov"
    assert history.audit().faults == ()


def test_what_is_said_by_a_chip_while_its_article_is_split_goes_along(
    project, article, lea, two_at_once
):
    number = of_petrov(article, 5)

    def say_more():
        for position in (6, 7, 8):
            save(article, claims(claim(number)), position=position)
        # Who takes an answer back to whom it named says what it says.
        save(article, claims(claim(number)), position=0, revision=2)

    steps = changes.split(project, number, [article.id], "Ivan Petrov", lea)
    write_in_steps(meanwhile(steps, 3, say_more))
    assert names_in(project) == ["Petrov"] + ["Ivan Petrov"] * 7
    assert chips(article) == ["Ivan Petrov"]
    assert history.audit().faults == ()


@slow
def test_no_step_of_a_split_or_its_undo_changes_more_than_a_batch(project, lea, monkeypatch):
    long, changed = many_labels(project, 500), []
    record = moving.record

    def watch(answers, *args):
        changed.append(len(answers))
        record(answers, *args)

    monkeypatch.setattr(moving, "record", watch)
    change = split(project, "Jim", [long], "Jim Jones")
    assert (max(changed), sum(changed)) == (moving.BATCH, 300)
    changed.clear()
    take_back(project, change)
    assert (max(changed), sum(changed)) == (moving.BATCH, 300)
    assert len(str(change.before)) < 100


def test_chips_of_a_split_become_one_where_several_meant_the_same(project, article, lea):
    named(article, "One", "Two")
    act("merge", project, "One", "Two")
    with write():
        for name in ("One", "Two"):
            number = speaker_called(name).id
            speakers.remember_alias(article, accounts.get_user("ann"), number, "the minister")
    split(project, "Two", [article], "Three")
    assert chips(article) == ["Three", "Two"]
    forms = db.session.scalars(select(Alias.speaker_id).where(Alias.text == "the minister")).all()
    assert forms == [speaker_called("Three").id]
