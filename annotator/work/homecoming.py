"""Bringing a release home: a project with everything in it, made of a release folder.

The folder is read twice. First everything is checked, without a lock; then it is stored in one
transaction. Releasing from there gives the same sentences, annotations and gold, byte for byte.
"""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from annotator.codebook.load import to_json
from annotator.formats import card, release_folder
from annotator.formats.card import CardError
from annotator.formats.records import RecordError
from annotator.formats.release_folder import ANNOTATIONS, ARTICLES, DECISIONS, SENTENCES
from annotator.formats.release_reading import Step, chapters, no_step
from annotator.formats.release_records import SpeakerRow, VersionRow
from annotator.store.clock import now
from annotator.store.db import db
from annotator.store.models import (
    Alias,
    Article,
    CodebookVersion,
    Membership,
    Project,
    Role,
    Speaker,
    User,
)
from annotator.work import accounts, projects
from annotator.work.errors import RefusedError
from annotator.work.homecoming_checks import (
    Register,
    check_aliases,
    check_chapter,
    check_facts,
    check_sums,
    read_register,
)
from annotator.work.homecoming_decisions import Place
from annotator.work.homecoming_storing import store_chapter
from annotator.work.selecting import HEADLINE
from annotator.work.verified_texts import Texts

READ = (ARTICLES, SENTENCES, ANNOTATIONS, DECISIONS)
PIECE = 1024 * 1024
ALIASES_AT_ONCE = 1000


@dataclass(frozen=True)
class Brought:
    """What came home."""

    slug: str
    articles: int
    sentences: int
    answers: int
    people: int
    speakers: int
    decisions: int


class Homecoming:
    """One release on its way into this installation: `check` it, then `store` it.

    `slug` is the short name to give the project here, by default the one it had; `texts` is the
    folder with the texts of a release without texts.

    Raises:
        RefusedError: the folder is no release, or says no name that a project can have.

    """

    def __init__(self, folder: Path, slug: str | None = None, texts: Path | None = None) -> None:
        if not folder.is_dir():
            raise RefusedError(
                f"{folder} is no folder; a release is a folder with README.md in it."
            )
        self.folder = folder
        self.facts = facts_in(folder)
        self.slug = projects.checked_slug(slug or str(self.facts["project"]))
        self.texts = Texts(texts).of
        self.register = Register()

    def refuse_taken(self) -> None:
        """Refuse where there is a project of that name."""
        if db.session.scalar(select(Project.id).where(Project.slug == self.slug)) is not None:
            raise RefusedError(
                f"There is already a project “{self.slug}”. Say --as NAME to bring the release home"
                " under another name."
            )

    def rows(self) -> int:
        """Return how many rows there are to read: as many as `check` and `store` each step."""
        return sum(lines(self.folder / release_folder.table_name(name)) for name in READ)

    def check(self, step: Step = no_step) -> None:
        """Read everything and refuse what is broken; nothing is stored.

        Raises:
            RecordError: naming file and line.
            RefusedError: there is a project of that name, or the folder is not whole.

        """
        self.refuse_taken()
        check_sums(self.folder)
        self.register = read_register(self.folder)
        for chapter in chapters(self.folder, self.texts, step):
            check_chapter(chapter, self.register)
        check_aliases(self.register)

    def store(self, step: Step = no_step) -> Brought:
        """Store everything that was checked; to be committed by itself, as a whole."""
        self.refuse_taken()
        register = self.register
        people = store_people(self.slug, register)
        project = self.store_project()
        join(project, people, register)
        versions = store_versions(project, register, people)
        speakers = store_speakers(project, register.speakers)
        numbers = {name: each.id for name, each in speakers.items()}
        place = Place(project, versions, people, speakers, numbers)
        for chapter in chapters(self.folder, self.texts, step):
            store_chapter(place, chapter)
        store_aliases(place, register.speakers.values())
        name_clusters(project)
        db.session.flush()
        return Brought(
            slug=self.slug,
            articles=len(register.articles),
            sentences=register.sentences,
            answers=register.answers,
            people=len(people),
            speakers=len(speakers),
            decisions=register.decisions,
        )

    def store_project(self) -> Project:
        """Store the project with what the release says of it."""
        facts = self.facts
        project = Project(
            slug=self.slug,
            name=facts["title"],
            target_question=facts["target_question"],
            annotations_licence=facts["licence"]["annotations"],
            texts_licence=facts["licence"]["texts"],
            texts_may_be_shared=facts["with_text"],
            headlines_in_agreement=HEADLINE in segments_in(self.folder),
            authors=facts["authors"],
            gates={gate["gate"]: gate["wanted"] for gate in facts["gates"]},
        )
        try:
            with db.session.begin_nested():
                db.session.add(project)
        except IntegrityError as error:
            raise RefusedError(f"There is already a project “{self.slug}”.") from error
        return project


def facts_in(folder: Path) -> dict[str, Any]:
    """Return what the card of a release says of it."""
    try:
        facts = card.facts_of((folder / release_folder.CARD).read_text(encoding="utf-8"))
        check_facts(facts)
        return facts
    except FileNotFoundError as error:
        raise RefusedError(
            f"There is no README.md in {folder}. Is this a release folder?"
        ) from error
    except (CardError, UnicodeDecodeError, RefusedError) as error:
        raise RecordError(f"{release_folder.CARD}: {error}") from error


def segments_in(folder: Path) -> list[str]:
    """Return which segments the agreement of a release is about."""
    found = release_folder.document(folder, release_folder.AGREEMENT)
    try:
        return list(found["selection"]["segments"])
    except (KeyError, TypeError) as error:
        name = release_folder.document_name(release_folder.AGREEMENT)
        raise RecordError(f"{name}: it does not say which segments it is about") from error


def lines(path: Path) -> int:
    """Return how many lines a file has, 0 where there is none."""
    if not path.is_file():
        return 0
    with path.open("rb") as stream:
        return sum(piece.count(b"\n") for piece in iter(lambda: stream.read(PIECE), b""))


def store_people(slug: str, register: Register) -> dict[str, int]:
    """Make an account for each pseudonym; nobody can sign in by it until a lead enables it."""
    made = {}
    for pseudonym in sorted(register.roles):
        user = add_account(f"{slug[:40]}-{pseudonym}")
        user.disabled_at = now()
        made[pseudonym] = user
    db.session.flush()
    return {pseudonym: user.id for pseudonym, user in made.items()}


def add_account(wanted: str) -> User:
    """Make an account under this name, or under one that is free and can be a name."""
    name = accounts.clean(wanted)
    if not accounts.is_username(name) or accounts.find_user(name) is not None:
        name = f"imported-{secrets.token_hex(4)}"
    return accounts.add_user(name)


def join(project: Project, people: Mapping[str, int], register: Register) -> None:
    """Give everybody the pseudonym and the roles in which the release names them."""
    for pseudonym, user_id in people.items():
        roles = register.roles[pseudonym]
        db.session.add(
            Membership(
                user_id=user_id,
                project_id=project.id,
                pseudonym=pseudonym,
                **{role.value: role in roles for role in Role},
            )
        )


def store_versions(
    project: Project, register: Register, people: Mapping[str, int]
) -> dict[int, CodebookVersion]:
    """Store all versions of the codebook; return them by number."""
    made = {row.number: version_of(row, register, people) for row in register.versions}
    project.codebook_versions.extend(made.values())
    db.session.flush()
    return made


def version_of(row: VersionRow, register: Register, people: Mapping[str, int]) -> CodebookVersion:
    """Return one version of the codebook."""
    codebook = register.codebooks[row.number]
    return CodebookVersion(
        number=row.number,
        label=codebook.version,
        content=to_json(codebook),
        reason=row.note,
        created_at=row.created_at,
        user_id=None if row.by is None else people[row.by],
    )


def store_speakers(project: Project, rows: Mapping[str, SpeakerRow]) -> dict[str, Speaker]:
    """Store the register of speakers with its members and merges; return it by name."""
    codebook = project.codebook
    made = {
        name: Speaker(
            project_id=project.id,
            name=name,
            type=row.type,
            wording=row.wording,
        )
        for name, row in rows.items()
    }
    if codebook.narrator_name not in made:
        made[codebook.narrator_name] = Speaker(
            project_id=project.id,
            name=codebook.narrator_name,
            type=codebook.narrator_type.value,
        )
    db.session.add_all(made.values())
    db.session.flush()
    for name, row in rows.items():
        made[name].member_of_id = made[row.member_of].id if row.member_of else None
        made[name].merged_into_id = made[row.merged_into].id if row.merged_into else None
    db.session.flush()
    return made


def store_aliases(place: Place, rows: Iterable[SpeakerRow]) -> None:
    """Store the forms of the speakers in the articles."""
    waiting: list[dict[str, object]] = []
    for row in rows:
        for key, words in row.aliases:
            waiting.append(
                {
                    "speaker_id": place.numbers[row.name],
                    "article_id": place.articles[key],
                    "text": words,
                }
            )
            if len(waiting) == ALIASES_AT_ONCE:
                db.session.execute(insert(Alias), waiting)
                waiting = []
    if waiting:
        db.session.execute(insert(Alias), waiting)


def name_clusters(project: Project) -> None:
    """Put the first article of each cluster into it, as the others are."""
    named = select(Article.cluster_id).where(
        Article.project_id == project.id, Article.cluster_id.is_not(None)
    )
    db.session.execute(
        update(Article)
        .where(Article.id.in_(named))
        .values(cluster_id=Article.id)
        .execution_options(synchronize_session=False)
    )
