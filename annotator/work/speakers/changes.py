"""The register of speakers, changed by a lead: merge, split, rename and the rest, each undoable.

A merge is a pointer that every reader follows, so no label is touched and its undo restores each
one exactly. Only a split changes answers, see `moving`. Who merges what is merged already gets
one step, never a chain: all that pointed to the one points to the other from then on.
"""

from collections.abc import Collection, Sequence
from functools import partial
from typing import Any

from sqlalchemy import select, update

from annotator.errors import NotFoundError, RefusedError
from annotator.phrases import counted
from annotator.store.clock import now
from annotator.store.db import Steps, among, db, insert_for
from annotator.store.marking import mark_speakers
from annotator.store.models import Alias, Article, Project, Speaker, SpeakerChange, User
from annotator.text.spelling import tidy
from annotator.work.labelling.arriving import pieces
from annotator.work.labelling.speaker_search import spelled
from annotator.work.labelling.speakers import LONGEST_ALIAS
from annotator.work.speakers import moving
from annotator.work.speakers.register import Concerned, concerned, family

LONGEST_NAME = 200
UNDO = "undo"


def speaker_for(project: Project, number: int) -> Speaker:
    """Return a speaker of this project, locked for a change, or refuse."""
    found = db.session.scalar(
        select(Speaker)
        .where(Speaker.id == number, Speaker.project_id == project.id)
        .with_for_update(of=Speaker)
        .execution_options(populate_existing=True)
    )
    if found is None:
        raise NotFoundError("There is no such speaker in this project.")
    return found


def merge(project: Project, speaker: Speaker, into: Speaker, user: User) -> SpeakerChange:
    """Let everything said by one speaker count as said by another."""
    refuse_narrator(project, speaker, "merged into another")
    for each in (speaker, into):
        refuse_merged(each)
    if speaker.id == into.id:
        raise RefusedError("A speaker cannot be merged into itself. Choose another one.")
    if into.wording and article_key_of(into) != article_key_of(speaker):
        raise RefusedError(
            f"{said(into)} is an unnamed source, which is only known in its own article."
            " Choose a speaker with a name."
        )
    count = concerned(speaker)
    followers = family(speaker)
    point(project, followers, into.id)
    return note(project, "merge", speaker, user, count, other=into, before={"moved": followers})


def point(project: Project, numbers: Sequence[int], target: int | None) -> None:
    """Let these speakers count as another one, or as themselves."""
    db.session.execute(
        update(Speaker).where(among(Speaker.id, numbers)).values(merged_into_id=target)
    )
    mark_speakers(project.id, numbers)


def split(
    project: Project, number: int, articles: Collection[int], name: str, user: User
) -> Steps[SpeakerChange]:
    """Give the labels of some articles to a new speaker of the same type.

    It is done some answers at a time, so that everybody else can go on saving. What is cut off
    has moved some of them, and its undo gives those back.
    """
    change: int = yield partial(begin_split, project, number, articles, name, user)
    numbers = family(db.session.get_one(Speaker, number))
    for some, many in moving.shares(numbers, articles):
        for piece in pieces(len(many), moving.BATCH):
            yield partial(split_some, project, change, many[piece], user)
        while (yield partial(end_some, project, change, some, user)):
            pass
    return db.session.get_one(SpeakerChange, change)


def begin_split(
    project: Project, number: int, articles: Collection[int], name: str, user: User
) -> int:
    """Add the new speaker, and return the change: its events say which labels it moves."""
    speaker = speaker_for(project, number)
    name, count = check_split(project, speaker, articles, name)
    fresh = Speaker(project_id=project.id, name=name, type=speaker.type, user_id=user.id)
    fresh.member_of_id = speaker.member_of_id
    db.session.add(fresh)
    db.session.flush()
    before = {"articles": sorted(articles)}
    return note(project, "split", speaker, user, count, other=fresh, before=before).id


def split_some(project: Project, number: int, answers: Sequence[int], user: User) -> None:
    """Give the labels of some answers to the new speaker of a split."""
    change, speaker, fresh = split_of(project, number)
    moving.move(answers, family(speaker), fresh, user, key_of(change))


def end_some(project: Project, number: int, articles: Collection[int], user: User) -> bool:
    """Give the new speaker what is left of some articles; return whether there may be more."""
    change, speaker, fresh = split_of(project, number)
    return moving.end_articles(family(speaker), fresh, articles, user, key_of(change))


def key_of(change: SpeakerChange, act: str = "change") -> str:
    """Return the key of the events that a split writes, or its undo."""
    return f"speaker-{act}-{change.id}"


def split_of(project: Project, number: int) -> tuple[SpeakerChange, Speaker, Speaker]:
    """Return a split that still holds, the old speaker and the new one, or refuse."""
    change = change_for(project, number)
    refuse_undone(change)
    speaker = speaker_for(project, change.speaker_id)
    fresh = speaker_for(project, change.other_id or 0)
    if fresh.merged_into_id is not None or len(family(fresh)) > 1 or speaker.merged_into_id:
        raise moved_on(fresh, "merged")
    return change, speaker, fresh


def check_split(
    project: Project, speaker: Speaker, articles: Collection[int], name: str
) -> tuple[str, Concerned]:
    """Return the name and the labels of a split, or refuse it; nothing is stored."""
    refuse_narrator(project, speaker, "split")
    refuse_merged(speaker)
    if speaker.wording:
        raise RefusedError(f"{said(speaker)} is in one article only: there is nothing to split.")
    count = concerned(speaker, articles)
    if not count.labels:
        raise RefusedError("Choose at least one article in which this speaker is named.")
    return free_name(project, name), count


def rename(project: Project, speaker: Speaker, name: str, user: User) -> SpeakerChange:
    """Give a speaker another canonical name; all labels carry it from now on."""
    refuse_narrator(project, speaker, "renamed")
    refuse_merged(speaker)
    if speaker.wording:
        raise RefusedError(f"{said(speaker)} keeps the words of its article.")
    name = free_name(project, name, besides=speaker)
    if name == speaker.name:
        raise RefusedError(f"{said(speaker)} has this name already.")
    return set_to(project, speaker, user, "rename", "name", name)


def change_type(project: Project, speaker: Speaker, kind: str, user: User) -> SpeakerChange:
    """Say what kind of speaker this is."""
    refuse_narrator(project, speaker, "given another type")
    refuse_merged(speaker)
    codebook = project.codebook
    if speaker.wording or kind not in {each.value for each in codebook.named_types}:
        labels = ", ".join(each.label for each in codebook.named_types)
        raise RefusedError(f"Only a speaker with a name has one of the types {labels}.")
    if kind == speaker.type:
        raise RefusedError(f"{said(speaker)} has this type already.")
    return set_to(project, speaker, user, "type", "type", kind)


def set_member_of(
    project: Project, speaker: Speaker, group: Speaker | None, user: User
) -> SpeakerChange:
    """Say which group or organisation a speaker belongs to, or that it is none."""
    refuse_narrator(project, speaker, "made a member")
    refuse_merged(speaker)
    above = group
    while above is not None:
        if above.id == speaker.id:
            raise RefusedError(f"{said(speaker)} cannot be a member of itself.")
        above = above.today.member_of
    number = group.id if group else None
    if number == speaker.member_of_id:
        raise RefusedError("Nothing to change.")
    change = set_to(project, speaker, user, "member_of", "member_of_id", number)
    change.other_id = number
    db.session.flush()
    return change


def set_to(
    project: Project, speaker: Speaker, user: User, kind: str, field: str, value: Any
) -> SpeakerChange:
    """Change one field of a speaker and note both values."""
    count = concerned(speaker)
    before, after = {field: getattr(speaker, field)}, {field: value}
    setattr(speaker, field, value)
    return note(project, kind, speaker, user, count, before=before, after=after)


def add_alias(
    project: Project, speaker: Speaker, article: Article, text: str, user: User
) -> SpeakerChange:
    """Note a surface form of a speaker in one article."""
    refuse_merged(speaker)
    text = clean(text, LONGEST_ALIAS)
    added = db.session.execute(
        insert_for(Alias)
        .values(speaker_id=speaker.id, article_id=article.id, text=text, user_id=user.id)
        .on_conflict_do_nothing(index_elements=["speaker_id", "article_id", "text"])
        .returning(Alias.id)
    ).first()
    if added is None:
        raise RefusedError(f"{said(speaker)} already has this alias in {article.key}.")
    after = {"article_id": article.id, "article": article.key, "text": text, "user_id": user.id}
    return note(project, "alias_added", speaker, user, Concerned(), after=after)


def remove_alias(project: Project, speaker: Speaker, number: int, user: User) -> SpeakerChange:
    """Take a surface form away; mentions in the text stay as they are."""
    alias = db.session.get(Alias, number)
    if alias is None or alias.speaker_id not in family(speaker):
        raise NotFoundError("This speaker has no such alias.")
    article = db.session.get_one(Article, alias.article_id)
    before = {
        "article_id": article.id,
        "article": article.key,
        "text": alias.text,
        "user_id": alias.user_id,
    }
    holder = db.session.get_one(Speaker, alias.speaker_id)
    db.session.delete(alias)
    return note(project, "alias_removed", holder, user, Concerned(), before=before)


def keep_apart(project: Project, one: Speaker, other: Speaker, user: User) -> SpeakerChange:
    """Note that two speakers are not the same, so that a merge is not proposed again."""
    return note(project, "distinct", one, user, Concerned(), other=other)


def note(
    project: Project,
    kind: str,
    speaker: Speaker,
    user: User,
    count: Concerned,
    *,
    other: Speaker | None = None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
) -> SpeakerChange:
    """Write a change into the history of the register."""
    change = SpeakerChange(
        project_id=project.id,
        kind=kind,
        speaker_id=speaker.id,
        other_id=other.id if other else None,
        before=before or {},
        after=after or {},
        claims=count.claims,
        articles=count.articles,
        user_id=user.id,
    )
    db.session.add(change)
    db.session.flush()
    return change


def change_for(project: Project, number: int) -> SpeakerChange:
    """Return one change of this project, or refuse."""
    change = db.session.scalar(
        select(SpeakerChange)
        .where(SpeakerChange.id == number, SpeakerChange.project_id == project.id)
        .with_for_update(of=SpeakerChange)
    )
    if change is None:
        raise NotFoundError("There is no such change in this project.")
    return change


def undo(project: Project, number: int, user: User) -> Steps[SpeakerChange]:
    """Take a change back, if what it made is still so; otherwise say what stands in the way.

    The labels of a split go back some at a time; when that is cut off, it can be taken up again.
    """
    change = change_for(project, number)
    if change.kind == "split" and change.undone_at is None:
        key, articles = key_of(change), change.before["articles"]
        fresh = db.session.get_one(Speaker, change.other_id)
        answers = moving.moved_by(key, fresh, articles, key_of(change, UNDO))
        for piece in pieces(len(answers), moving.BATCH):
            yield partial(give_back, project, number, answers[piece], user)
        for piece in pieces(len(articles), moving.BATCH):
            yield partial(give_chips_back, project, number, articles[piece])
    yield partial(finish_undo, project, number, user)
    return db.session.get_one(SpeakerChange, number)


def give_back(project: Project, number: int, answers: Sequence[int], user: User) -> None:
    """Give some labels of a split back to the old speaker."""
    change, speaker, fresh = split_of(project, number)
    moving.move_back(answers, fresh, speaker, user, key_of(change), key_of(change, UNDO))


def give_chips_back(project: Project, number: int, articles: Sequence[int]) -> None:
    """Give the forms and chips of some articles of a split back to the old speaker."""
    _, speaker, fresh = split_of(project, number)
    moving.take_along([fresh.id], speaker.id, articles)


def refuse_undone(change: SpeakerChange) -> None:
    """Refuse what has been taken back."""
    if change.undone_at is not None:
        raise RefusedError("This change is already undone.")


def finish_undo(project: Project, number: int, user: User) -> None:
    """Take a change back; the labels of a split have gone back before."""
    change = change_for(project, number)
    refuse_undone(change)
    speaker = speaker_for(project, change.speaker_id)
    if change.kind == "merge":
        undo_merge(project, change, speaker)
    elif change.kind == "split":
        undo_split(project, change)
    elif change.kind == "alias_added":
        undo_added_alias(change, speaker)
    elif change.kind == "alias_removed":
        values = {name: change.before[name] for name in ("article_id", "text", "user_id")}
        article = db.session.get(Article, values["article_id"])
        # Its number may be another article's by now; a withdrawn one has its key still.
        if article is None or article.key != change.before["article"]:
            raise RefusedError(f"Article “{change.before['article']}” was deleted since.")
        db.session.execute(
            insert_for(Alias).values(speaker_id=speaker.id, **values).on_conflict_do_nothing()
        )
    elif change.kind != "distinct":
        undo_field(project, change, speaker)
    change.undone_at = now()
    change.undone_by_id = user.id
    db.session.flush()


def undo_merge(project: Project, change: SpeakerChange, speaker: Speaker) -> None:
    """Let the merged speakers count as before."""
    moved = change.before["moved"]
    held = db.session.scalars(
        select(Speaker.id).where(
            among(Speaker.id, moved), Speaker.merged_into_id.is_not_distinct_from(change.other_id)
        )
    ).all()
    if set(held) != set(moved):
        raise moved_on(speaker, "merged again or split from")
    point(project, [speaker.id], None)
    point(project, [number for number in moved if number != speaker.id], speaker.id)


def undo_split(project: Project, change: SpeakerChange) -> None:
    """Let what was given to the new speaker since count as the old one's, too."""
    _, speaker, fresh = split_of(project, change.id)
    point(project, [fresh.id], speaker.id)


def undo_added_alias(change: SpeakerChange, speaker: Speaker) -> None:
    """Take a surface form away again."""
    after = change.after
    alias = db.session.scalar(
        select(Alias).where(
            Alias.speaker_id == speaker.id,
            Alias.article_id == after["article_id"],
            Alias.text == after["text"],
        )
    )
    if alias is None:
        raise RefusedError(f"“{after['text']}” is no longer an alias of {said(speaker)}.")
    db.session.delete(alias)


def undo_field(project: Project, change: SpeakerChange, speaker: Speaker) -> None:
    """Put a field back to what it was."""
    ((field, value),) = change.after.items()
    if getattr(speaker, field) != value:
        raise moved_on(speaker, "changed")
    if field == "name":
        free_name(project, change.before[field], besides=speaker)
    setattr(speaker, field, change.before[field])


def moved_on(speaker: Speaker, what: str) -> RefusedError:
    """Say that later changes have to be taken back first."""
    return RefusedError(
        f"{said(speaker)} was {what} later. Undo the later change first. Nothing was changed."
    )


def free_name(project: Project, name: str, besides: Speaker | None = None) -> str:
    """Return a name that nobody has yet, or refuse."""
    name = clean(tidy(name), LONGEST_NAME)
    taken = db.session.scalars(
        select(Speaker).where(Speaker.project_id == project.id, spelled(Speaker.name, name))
    ).first()
    if taken is not None and (besides is None or taken.id != besides.id):
        raise RefusedError(f"There is already a speaker {said(taken)}. Merge the two instead.")
    return name


def clean(text: str, longest: int) -> str:
    """Return a name without needless spaces, or refuse it."""
    words = " ".join(text.split())
    if not words or len(words) > longest or "\0" in words:
        raise RefusedError(f"Enter a name of 1 to {longest} characters.")
    return words


def refuse_narrator(project: Project, speaker: Speaker, what: str) -> None:
    """The article's own voice is the codebook's."""
    if speaker.name == project.codebook.narrator_name:
        raise RefusedError(f"{speaker.name} is the article's own voice and cannot be {what}.")


def refuse_merged(speaker: Speaker) -> None:
    """A merged speaker changes no more until the merge is taken back."""
    if speaker.merged_into is not None:
        raise RefusedError(
            f"{said(speaker)} is merged into {said(speaker.merged_into)}."
            " Change that one, or undo the merge first."
        )


def article_key_of(speaker: Speaker) -> str | None:
    """Return what ties an unnamed source to its article; a speaker with a name has none."""
    return speaker.name.removeprefix(speaker.wording) if speaker.wording else None


def said(speaker: Speaker) -> str:
    """Return a speaker's name in quotation marks."""
    return f"“{speaker.name}”"


SENTENCES = {
    "merge": "“{name}” merged into “{other}”",
    "split": "“{other}” split from “{name}”",
    "rename": "“{before[name]}” renamed to “{after[name]}”",
    "type": "“{name}”: {after[type]} instead of {before[type]}",
    "member_of": "“{name}” is a member of {group}",
    "alias_added": "alias “{after[text]}” of “{name}” added in {after[article]}",
    "alias_removed": "alias “{before[text]}” of “{name}” removed in {before[article]}",
    "distinct": "“{name}” and “{other}” are different speakers",
}


def in_words(change: SpeakerChange) -> str:
    """Return a change as one sentence without its full stop."""
    other = change.other.name if change.other else ""
    return SENTENCES[change.kind].format(
        name=change.speaker.name,
        other=other,
        group=f"“{other}”" if other else "no group",
        before=change.before,
        after=change.after,
    )


def concerned_words(change: SpeakerChange) -> str:
    """Return how many labels a change was about, nothing where it was about none."""
    if not change.claims:
        return ""
    return f"{counted(change.claims, 'claim')} in {counted(change.articles, 'article')}"
