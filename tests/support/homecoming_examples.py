"""A project with everything that may come home, however rare, and a folder of it."""

import json
from dataclasses import replace

from installation import staged
from labelling_examples import claim, claims, nothing_claimed, save, sentence_of, speaker_called
from release_examples import decide, labelled, merge, release, settle_clocks

from annotator.codebook.load import to_json
from annotator.formats.release.folder import sha256, sums, write_sums
from annotator.store.db import db, write
from annotator.store.models import Answer, CodebookVersion, Project, User
from annotator.work.accounts import accounts
from annotator.work.adjudication import asking, deciding
from annotator.work.articles import storing
from annotator.work.consensus.decisions import Act
from annotator.work.labelling import independence, speakers
from annotator.work.labelling.drafts import AnswerDraft, NewSpeaker, UnnamedSource

LAVROV = NewSpeaker("Sergey Lavrov", "person")
MINISTRY = NewSpeaker("Foreign Ministry", "group")


@staged
def everything(project, article):
    """Fill a project: several codebooks, every kind of answer, decision and speaker."""
    labelled(project, article)
    start = sentence_of(article, 8).start
    full = claim(
        UnnamedSource("a senior official"),
        mention=(start, start + 5),
        evidence=((start, start + 3), (start + 4, start + 9)),
        via=(speakers.narrator_of(project, project.codebook).id,),
        conditional=True,
        note="“quoted” 😀\nsecond line",
    )
    save(article, claims(full, claim(LAVROV, "support")), position=8, seconds=31)
    save(article, AnswerDraft(note="a note alone"), position=9)
    save(article, AnswerDraft(unsure=True), position=9, name="ben")
    new_codebook(project)
    for position in range(10, 15):
        save(article, claims(claim(LAVROV, "support"), claim(MINISTRY)), position=position)
        save(
            article, claims(claim(MINISTRY), claim(LAVROV, "oppose")), position=position, name="ben"
        )
    decide(article, 10, soft=True)
    decide(article, 11, 1)
    act(article, 11, deciding.reopen, 1)
    act(article, 12, asking.ask, 0, "Who is meant?")
    decide(article, 13)
    save(article, claims(claim(LAVROV, "neutral")), position=13, name="ben", revision=1)
    decide(article, 14)
    save(article, AnswerDraft(), position=14, name="ben", revision=1)
    with write():
        ben = accounts.get_user("ben")
        independence.expose(ben.id, [sentence_of(article, each).id for each in (2, 4)], "gold")
    save(article, nothing_claimed(), position=2, name="ben", revision=1)
    save(article, AnswerDraft(), position=4, name="ben", revision=1)
    with write():
        speaker_called("Sergey Lavrov").member_of_id = speaker_called("Foreign Ministry").id
        speaker_called("Donald Trump").name = "Donald J. Trump"
        other = Answer(
            sentence_id=sentence_of(article, 15).id,
            user_id=accounts.get_user("ben").id,
            status="no_claim",
            complete=True,
            codebook_version_id=db.session.get(Project, project.id).codebook_version.id,
            origin="model",
        )
        db.session.add(other)
    merge(project, "James Mattis", "Donald J. Trump")
    new_version(project)
    settle_clocks()


def new_codebook(project):
    """Put a second version of the codebook into force."""
    changed = replace(project.codebook, version="1.1", title="A second version")
    lead = db.session.query(User).filter_by(username="lea").one()
    with write():
        db.session.get(Project, project.id).codebook_versions.append(
            CodebookVersion(
                number=2, label="1.1", content=to_json(changed), reason="a clearer title",
                user_id=lead.id,
            )
        )  # fmt: skip


def act(article, position, what, revision, *words):
    """Let the adjudicator do something else than decide."""
    with write():
        what(
            sentence_of(article, position),
            *words,
            Act(accounts.get_user("cleo"), revision, f"act-{position}"),
        )


def new_version(project):
    """Import another text of an article beside the first."""
    text = "Number 0\n\nMoscow said something else. “Well,” said Lavrov.\n"
    draft = storing.read_file("more-0.txt", text.encode())
    with write():
        storing.store_article(
            db.session.get(Project, project.id),
            replace(draft, key="more-0@2", version=2, version_of="more-0"),
        )


def released(project, folder, **settings):
    """Write a release and return its folder."""
    release(project, folder, **settings)
    return folder


def rewrite(folder, name, change):
    """Let somebody change one file of a release, and its hash as well."""
    path = folder / name
    path.write_text(change(path.read_text(encoding="utf-8")), encoding="utf-8")
    hashes = sums(folder) | {name: sha256(path)}
    (folder / "SHA256SUMS").write_text(write_sums(hashes), encoding="utf-8")


def change_row(folder, name, line, **changes):
    """Change some keys of one line, counted from 1; what is ... goes."""

    def change(text):
        lines = text.splitlines()
        row = json.loads(lines[line - 1]) | changes
        row = {key: value for key, value in row.items() if value is not ...}
        lines[line - 1] = json.dumps(row, ensure_ascii=False)
        return "\n".join(lines) + "\n"

    rewrite(folder, name, change)
