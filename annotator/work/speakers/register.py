"""The register of speakers as a lead reads it: who there is, how often, and who might be one."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from sqlalchemy import ColumnElement, Select, exists, func, or_, select
from sqlalchemy.orm import aliased, joinedload

from annotator.store.db import among, db, unindexed
from annotator.store.models import (
    Alias,
    Answer,
    Article,
    Claim,
    Project,
    Sentence,
    Speaker,
    SpeakerChange,
    Via,
)
from annotator.store.snapshot import by_code_point
from annotator.text.reporting import TITLES
from annotator.text.spelling import folded
from annotator.work import shelving
from annotator.work.gold.counts import taken_back
from annotator.work.labelling.speaker_search import holds, letters, surname
from annotator.work.labelling.speakers import today as today_id

PAGE = 50
MOST_PROPOSED = 30
MOST_OF_ONE_NAME = 6
MOST_SHOWN = 8
MOST_CHANGES = 50
SORTS = ("name", "type", "claims")
APART = "apart"
"""What takes the place of a type for speakers that nothing that counts names."""


@dataclass(frozen=True)
class Concerned:
    """How many labels a change is about."""

    claims: int = 0
    chains: int = 0
    articles: int = 0

    @property
    def labels(self) -> int:
        """Return claims and places in chains together."""
        return self.claims + self.chains


@dataclass(frozen=True)
class Row:
    """One speaker of the list."""

    speaker: Speaker
    claims: int
    forms: tuple[str, ...]
    merged: tuple[str, ...]


@dataclass(frozen=True)
class Proposal:
    """Two speakers that might be one, and why."""

    one: Speaker
    other: Speaker
    why: str


@dataclass(frozen=True)
class Label:
    """A sentence whose claims a change concerns, as a line of its preview."""

    article: str
    position: int
    text: str
    claims: int


def family(speaker: Speaker) -> list[int]:
    """Return the numbers that count as this speaker today: its own and those merged into it."""
    merged = select(Speaker.id).where(Speaker.merged_into_id == speaker.id).order_by(Speaker.id)
    return [speaker.id, *db.session.scalars(merged)]


def concerned(speaker: Speaker, articles: Collection[int] | None = None) -> Concerned:
    """Count the labels that name a speaker, in some articles if they are given."""
    numbers = family(speaker)
    narrow = narrowed(speaker, articles)
    claims = select(Claim.id.label("claim_id")).where(Claim.speaker_id.in_(numbers))
    chains = select(Via.claim_id).where(Via.speaker_id.in_(numbers))
    counted = []
    for found in (claims, chains):
        names = found.subquery()
        counted.append(
            select(func.count(), func.count(Sentence.article_id.distinct()))
            .select_from(names)
            .join(Claim, Claim.id == names.c.claim_id)
            .join(Claim.answer)
            .join(Answer.sentence)
            .where(Answer.current, *narrow)
        )
    (claims_count, in_articles), (chains_count, chain_articles) = (
        db.session.execute(query).one() for query in counted
    )
    return Concerned(claims_count, chains_count, max(in_articles, chain_articles))


def narrowed(speaker: Speaker, articles: Collection[int] | None) -> list[ColumnElement[bool]]:
    """Return the conditions of sentences in some articles, or in all that are not withdrawn."""
    if articles is not None:
        return [among(Sentence.article_id, articles)]
    return shelving.in_work(Sentence.article_id, speaker.project_id)


def labels_of(
    speaker: Speaker, articles: Collection[int] | None = None, most: int = MOST_SHOWN
) -> list[Label]:
    """Return the first sentences with labels of a speaker, in the order of the articles."""
    narrow = narrowed(speaker, articles)
    rows = db.session.execute(
        select(Article.key, Sentence.position, Sentence.text, func.count(Claim.id))
        .join(Claim.answer)
        .join(Answer.sentence)
        .join(Sentence.article)
        .where(Claim.speaker_id.in_(family(speaker)), Answer.current, *narrow)
        .group_by(Article.key, Sentence.position, Sentence.text)
        .order_by(by_code_point(Article.key), Sentence.position)
        .limit(most)
    )
    return [Label(*row) for row in rows]


def articles_with(speaker: Speaker) -> list[tuple[Article, int]]:
    """Return the articles in which a speaker is named, each with the number of claims."""
    counted = (
        select(Sentence.article_id, func.count(Claim.id).label("claims"))
        .join(Claim.answer)
        .join(Answer.sentence)
        .where(Claim.speaker_id.in_(family(speaker)), Answer.current, *narrowed(speaker, None))
        .group_by(Sentence.article_id)
        .subquery()
    )
    return list(
        db.session.execute(
            select(Article, counted.c.claims)
            .join(counted, counted.c.article_id == Article.id)
            .order_by(by_code_point(Article.key))
        )
    )


def aliases_of(speaker: Speaker) -> list[tuple[Alias, str]]:
    """Return the surface forms of a speaker, each with its article's key."""
    return list(
        db.session.execute(
            select(Alias, Article.key)
            .join(Article, Article.id == Alias.article_id)
            .where(
                Alias.speaker_id.in_(family(speaker)),
                *shelving.in_work(Alias.article_id, speaker.project_id),
            )
            .order_by(by_code_point(Article.key), Alias.text)
        )
    )


def listed(project: Project, text: str = "", kind: str = "") -> Select[Speaker]:
    """Return the query for the speakers that count today; a merged name leads to its other.

    With `APART` as the kind for those that only models name, or answers that are no work: they are
    in no list otherwise, and can be merged from there.
    """
    query = select(Speaker).where(
        Speaker.project_id == project.id, Speaker.merged_into_id.is_(None)
    )
    connection = db.session.connection()
    out = shelving.speakers_uncounted(connection, project.id)
    if kind == APART:
        withdrawn = shelving.speakers_out(connection, project.id)
        query = query.where(among(Speaker.id, out - withdrawn))
    elif out:
        query = query.where(~among(Speaker.id, out))
    if kind and kind != APART:
        query = query.where(Speaker.type == kind)
    if text:
        merged = aliased(Speaker)
        before = select(merged.merged_into_id).where(
            merged.project_id == project.id, holds(merged.name, text)
        )
        called = (
            select(Alias.speaker_id)
            .join(Alias.speaker)
            .where(Speaker.project_id == project.id, holds(Alias.text, text))
        )
        query = query.where(
            or_(holds(Speaker.name, text), Speaker.id.in_(before), Speaker.id.in_(called))
        )
    return query


def count_listed(project: Project, text: str = "", kind: str = "") -> int:
    """Return how many speakers the list has."""
    found = listed(project, text, kind).with_only_columns(Speaker.id).subquery()
    return db.session.scalars(select(func.count()).select_from(found)).one()


def rows_of(
    project: Project, text: str = "", kind: str = "", sort: str = "name", offset: int = 0
) -> list[Row]:
    """Return one page of the list; `sort` is one of SORTS."""
    by_name = by_code_point(Speaker.name)
    query = listed(project, text, kind).options(joinedload(Speaker.member_of))
    if sort == "claims":
        used = claims_by_speaker(project, Speaker.project_id == project.id).subquery()
        query = query.outerjoin(used, used.c.speaker_id == Speaker.id)
        query = query.order_by(func.coalesce(used.c.claims, 0).desc())
    elif sort == "type":
        query = query.order_by(by_code_point(Speaker.type))
    found = db.session.scalars(query.order_by(by_name).offset(offset).limit(PAGE)).all()
    numbers = [speaker.id for speaker in found]
    # Most claims are of speakers on other pages.
    if not numbers:
        return []
    which = Speaker.id.in_(numbers) | Speaker.merged_into_id.in_(numbers)
    shown = claims_by_speaker(project, which)
    claims = dict(db.session.execute(shown).all())
    merged, forms = beside(project, numbers)
    return [
        Row(each, claims.get(each.id, 0), tuple(forms[each.id]), tuple(merged[each.id]))
        for each in found
    ]


def claims_by_speaker(project: Project, which: ColumnElement[bool]) -> Select[int, int]:
    """Select how many claims these speakers have, under those that they are known as today."""
    today = today_id()
    if withdrawn := shelving.in_work(Sentence.article_id, project.id):
        answers = select(Answer.id).join(Answer.sentence)
        out = answers.where(Sentence.article_id.in_(shelving.out_of_work(project.id)))
        withdrawn = [Claim.answer_id.not_in(out)]
    if shelving.has_model_answers(db.session.connection(), project.id):
        # Not a list of them all, which PostgreSQL would read once per claim where it is long.
        by_model = exists().where(Answer.id == Claim.answer_id, Answer.origin == shelving.MODEL)
        withdrawn.append(~by_model)
    return (
        select(today.label("speaker_id"), func.count(Claim.id).label("claims"))
        # SQLite would begin with all claims.
        .join(Claim, Claim.speaker_id == unindexed(Speaker.id))
        .where(which, *withdrawn)
        .group_by(today)
    )


def beside(
    project: Project, numbers: Sequence[int]
) -> tuple[Mapping[int, list[str]], Mapping[int, list[str]]]:
    """Return the names merged into these speakers, and what texts call them."""
    merged: dict[int, list[str]] = defaultdict(list)
    forms: dict[int, list[str]] = defaultdict(list)
    owner = {number: number for number in numbers}
    nobody = taken_back(db.session.connection(), project)
    for each in db.session.scalars(
        select(Speaker).where(Speaker.merged_into_id.in_(numbers)).order_by(Speaker.name)
    ):
        owner[each.id] = each.merged_into_id or each.id
        if each.id not in nobody:
            merged[owner[each.id]].append(each.name)
    for speaker_id, text in db.session.execute(
        select(Alias.speaker_id, Alias.text)
        .where(Alias.speaker_id.in_(owner), *shelving.in_work(Alias.article_id, project.id))
        .distinct()
        .order_by(Alias.text)
    ):
        if text not in forms[owner[speaker_id]]:
            forms[owner[speaker_id]].append(text)
    return merged, forms


def proposals(project: Project) -> list[Proposal]:
    """Return pairs of speakers that might be one; nothing here merges them.

    The same letters, the same last name where the codebook says that it is enough and no first
    name speaks against it, or the same words of one article marked as both. Pairs that a lead has
    kept apart stay out.
    """
    codebook = project.codebook
    named = {kind.value: kind for kind in codebook.named_types}
    known = {
        speaker.id: speaker
        for speaker in db.session.execute(
            select(Speaker.id, Speaker.name, Speaker.type).where(
                Speaker.project_id == project.id,
                Speaker.merged_into_id.is_(None),
                Speaker.wording.is_(None),
                Speaker.type.in_(named),
            )
        )
    }
    same, spelling, lasts = defaultdict(list), defaultdict(list), defaultdict(list)
    for speaker in sorted(known.values(), key=lambda each: (each.name, each.id)):
        same[folded(speaker.name)].append(speaker.id)
        spelling[letters(speaker.name)].append(speaker.id)
        if named[speaker.type].surname and (last := surname(speaker.name)):
            lasts[last].append(speaker.id)
    groups = [
        *(("same name except for accents, spaces or case", ids) for ids in same.values()),
        *(("same letters", numbers) for numbers in spelling.values()),
        *((f"same alias in {key}: “{text}”", ids) for key, text, ids in shared_forms(project)),
        *(
            (f"same last name: {last}", pair)
            for last, numbers in lasts.items()
            if len(numbers) <= MOST_OF_ONE_NAME
            for pair in combinations(numbers, 2)
            if may_be_one(*(known[number].name for number in pair))
        ),
    ]
    apart = kept_apart(project)
    for number in shelving.speakers_uncounted(db.session.connection(), project.id):
        known.pop(number, None)
    found: dict[tuple[int, int], str] = {}
    for why, numbers in groups:
        for pair in combinations([each for each in numbers if each in known], 2):
            one, other = sorted(pair)
            if len(numbers) <= MOST_OF_ONE_NAME and (one, other) not in apart:
                found.setdefault((one, other), why)
    wanted = {number for pair in found for number in pair}
    speakers = {
        each.id: each
        for each in db.session.scalars(select(Speaker).where(among(Speaker.id, wanted)))
    }
    return [Proposal(speakers[one], speakers[other], why) for (one, other), why in found.items()]


def may_be_one(one: str, other: str) -> bool:
    """Say whether two names with the same last word may be of one person.

    Titles count for nothing. Where both have a first name it must begin with the same letter:
    "Jim" and "J." may be James, "Melania" is not Donald.
    """
    firsts = [first_letter(name) for name in (one, other)]
    return "" in firsts or firsts[0] == firsts[1]


def first_letter(name: str) -> str:
    """Return the first letter of a first name, "" for a name that has none."""
    words = [letters(word) for word in name.split()]
    given = [word for word in words if word and word not in TITLES]
    return given[0][0] if len(given) > 1 else ""


def shared_forms(project: Project) -> list[tuple[str, str, list[int]]]:
    """Return the words of an article that mean more than one speaker: key, words, speakers."""
    today = today_id()
    doubled = (
        select(Alias.article_id, Alias.text)
        .join(Alias.speaker)
        .where(Speaker.project_id == project.id)
        .where(*shelving.in_work(Alias.article_id, project.id))
        .group_by(Alias.article_id, Alias.text)
        .having(func.count(today.distinct()) > 1)
        .order_by(Alias.article_id, Alias.text)
        .limit(MOST_PROPOSED)
        .subquery()
    )
    found: dict[tuple[str, str], list[int]] = defaultdict(list)
    for key, text, number in db.session.execute(
        select(Article.key, Alias.text, today)
        .join(doubled, (doubled.c.article_id == Alias.article_id) & (doubled.c.text == Alias.text))
        .join(Alias.speaker)
        .join(Article, Article.id == Alias.article_id)
        .where(Speaker.project_id == project.id)
        .distinct()
    ):
        found[key, text].append(number)
    return [(key, text, sorted(numbers)) for (key, text), numbers in sorted(found.items())]


def kept_apart(project: Project) -> set[tuple[int, int]]:
    """Return the pairs that a lead has said are not one."""
    rows = db.session.execute(
        select(SpeakerChange.speaker_id, SpeakerChange.other_id).where(
            SpeakerChange.project_id == project.id,
            SpeakerChange.kind == "distinct",
            SpeakerChange.undone_at.is_(None),
        )
    )
    return {(min(one, other or 0), max(one, other or 0)) for one, other in rows}


def names_of(project: Project, most: int) -> list[str]:
    """Return the names of the speakers that count today, as suggestions for a field."""
    return list(
        db.session.scalars(
            listed(project)
            .with_only_columns(Speaker.name)
            .order_by(by_code_point(Speaker.name))
            .limit(most)
        )
    )


def changes_of(
    project: Project, speaker: Speaker | None = None, most: int = MOST_CHANGES
) -> list[SpeakerChange]:
    """Return the newest changes of the register, or of one speaker."""
    query = select(SpeakerChange).where(SpeakerChange.project_id == project.id)
    if speaker is not None:
        numbers = family(speaker)
        query = query.where(
            or_(SpeakerChange.speaker_id.in_(numbers), SpeakerChange.other_id.in_(numbers))
        )
    return list(
        db.session.scalars(
            query.options(
                joinedload(SpeakerChange.speaker),
                joinedload(SpeakerChange.other),
                joinedload(SpeakerChange.user),
            )
            .order_by(SpeakerChange.id.desc())
            .limit(most)
        )
    )
