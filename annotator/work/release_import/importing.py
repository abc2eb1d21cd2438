"""Bringing a release home: a project with everything in it, made of a release folder.

The folder is read twice. First everything is checked, without a lock; then it is stored in short
steps, in a project that nobody sees before the last of them. Releasing from there gives the same
sentences, annotations and gold, byte for byte.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.exc import IntegrityError

from annotator.codebook.load import to_json
from annotator.errors import RefusedError
from annotator.formats.articles.records import RecordError
from annotator.formats.release import folder as release_folder
from annotator.formats.release.card import card
from annotator.formats.release.card.card import CardError
from annotator.formats.release.folder import ANNOTATIONS, ARTICLES, DECISIONS, SENTENCES
from annotator.formats.release.reading import Step, chapters, no_step
from annotator.formats.release.records import SpeakerRow, VersionRow
from annotator.store.clock import now
from annotator.store.db import Steps, db
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
from annotator.work import staging
from annotator.work.accounts import accounts, projects
from annotator.work.agreement.report import HEADLINE
from annotator.work.label_import.storing import ACCOUNTS_AT_ONCE
from annotator.work.labelling.arriving import AT_ONCE, Names, insert_all, pieces
from annotator.work.release_import.checks import (
    Register,
    check_aliases,
    check_chapter,
    check_facts,
    check_sums,
    read_register,
)
from annotator.work.release_import.decisions import Place
from annotator.work.release_import.storing import Act, acts_of
from annotator.work.verification.walk import Texts

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
                f"{folder} is not a folder; a release is a folder with README.md in it."
            )
        self.folder = folder
        self.facts = facts_in(folder)
        self.slug = projects.checked_slug(slug or str(self.facts["project"]))
        self.texts = Texts(texts).of
        self.register = Register()

    def refuse_taken(self) -> None:
        """Refuse where there is a project of that name, or one that had it and is found by it."""
        projects.refuse_old_slug(self.slug)
        if db.session.scalar(select(Project.id).where(Project.slug == self.slug)) is not None:
            raise RefusedError(
                f"There is already a project “{self.slug}”. Use --as NAME to import the"
                " release under another name."
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

    def store(self, step: Step = no_step) -> Steps[Brought]:
        """Store everything that was checked, in short steps; nobody sees it before the last one.

        Raises:
            RefusedError: there is a project of that name by now; nothing was stored.

        """
        self.refuse_taken()
        number: int = yield partial(begin, f"the release into {self.slug}")
        return (yield from staging.or_take_back(number, self.fill(number, step)))

    def fill(self, number: int, step: Step) -> Steps[Brought]:
        """Store everything in a hidden project; then give that its name."""
        register = self.register
        people: dict[str, int] = {}
        roles = sorted(register.roles)
        for piece in pieces(len(roles), ACCOUNTS_AT_ONCE):
            people |= yield partial(store_people, number, self.slug, people, roles[piece])
        project_id, versions = yield partial(self.store_project, number, people)
        speakers = yield from store_speakers(number, project_id, register)
        names = Names(people, speakers, versions)
        place = Place(project_id, names, register.codebooks)
        acts = (
            act
            for chapter in chapters(self.folder, self.texts, step)
            for act in acts_of(place, chapter)
        )
        yield from in_groups(number, acts)
        yield from store_aliases(number, place, register.speakers.values())
        yield from name_clusters(number, project_id)
        try:
            yield partial(self.show, number, project_id)
        except KeyboardInterrupt:
            if staging.state_of(number) is not None:
                raise  # else the project is there already
        return Brought(
            slug=self.slug,
            articles=len(register.articles),
            sentences=register.sentences,
            answers=register.answers,
            people=len(people),
            speakers=len(speakers),
            decisions=register.decisions,
        )

    def store_project(self, number: int, people: Mapping[str, int]) -> tuple[int, dict[int, int]]:
        """Say of the project what the release says of it; return it with its codebook versions."""
        staging.move(number)
        facts = self.facts
        project = db.session.get_one(Project, staging.hidden_of(number))
        project.name = facts["title"]
        project.target_question = facts["target_question"]
        project.annotations_licence = facts["licence"]["annotations"]
        project.texts_licence = facts["licence"]["texts"]
        project.texts_may_be_shared = facts["with_text"]
        project.headlines_in_agreement = HEADLINE in segments_in(self.folder)
        project.authors = facts["authors"]
        project.gates = {gate["gate"]: gate["wanted"] for gate in facts["gates"]}
        db.session.flush()
        join(project.id, people, self.register)
        return project.id, store_versions(project.id, self.register, people)

    def show(self, number: int, project_id: int) -> None:
        """Give the project its name: from now on it is there."""
        staging.move(number)
        self.refuse_taken()
        try:
            with db.session.begin_nested():
                db.session.get_one(Project, project_id).slug = self.slug
        except IntegrityError as error:
            raise RefusedError(f"There is already a project “{self.slug}”.") from error
        staging.forget(number, project_id)


def begin(name: str) -> int:
    """Note that a release comes in; return the number of that."""
    return staging.begin(staging.RELEASE, name, None).id


def in_groups(number: int, acts: Iterable[Act]) -> Steps[None]:
    """Carry out acts in their order, as many in one step as make a short one."""
    waiting: list[Act] = []
    rows = 0
    for act in acts:
        if waiting and rows + act[0] > AT_ONCE:
            yield partial(carry_out, number, waiting)
            waiting, rows = [], 0
        waiting.append(act)
        rows += act[0]
    yield partial(carry_out, number, waiting)


def carry_out(number: int, acts: Iterable[Act]) -> None:
    """Carry out some acts."""
    staging.move(number)
    for _, act in acts:
        act()


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
        raise RecordError(f"{name}: it does not state its segments") from error


def lines(path: Path) -> int:
    """Return how many lines a file has, 0 where there is none."""
    if not path.is_file():
        return 0
    with path.open("rb") as stream:
        return sum(piece.count(b"\n") for piece in iter(lambda: stream.read(PIECE), b""))


def store_people(
    number: int, slug: str, before: Mapping[str, int], pseudonyms: Iterable[str]
) -> dict[str, int]:
    """Make an account for each pseudonym; nobody can sign in by it until a lead enables it."""
    made = {}
    for pseudonym in pseudonyms:
        user = add_account(f"{slug[:40]}-{pseudonym}")
        user.disabled_at = now()
        made[pseudonym] = user
    db.session.flush()
    found = {pseudonym: user.id for pseudonym, user in made.items()}
    staging.move(number, plan={"people": {**before, **found}})
    return found


def add_account(wanted: str) -> User:
    """Make an account under this name, or under one that is free and can be a name."""
    name = accounts.clean(wanted)
    if not accounts.is_username(name) or accounts.find_user(name) is not None:
        name = f"imported-{secrets.token_hex(4)}"
    return accounts.add_user(name)


def join(project_id: int, people: Mapping[str, int], register: Register) -> None:
    """Give everybody the pseudonym and the roles in which the release names them."""
    rows = [
        {
            "user_id": user_id,
            "project_id": project_id,
            "pseudonym": pseudonym,
            **{role.value: role in register.roles[pseudonym] for role in Role},
        }
        for pseudonym, user_id in people.items()
    ]
    if rows:
        db.session.execute(insert(Membership), rows)


def store_versions(
    project_id: int, register: Register, people: Mapping[str, int]
) -> dict[int, int]:
    """Store all versions of the codebook; return their numbers in the database by their own."""
    made = {row.number: version_of(row, register, people) for row in register.versions}
    for each in made.values():
        each.project_id = project_id
    db.session.add_all(made.values())
    db.session.flush()
    return {number: each.id for number, each in made.items()}


def version_of(row: VersionRow, register: Register, people: Mapping[str, int]) -> CodebookVersion:
    codebook = register.codebooks[row.number]
    return CodebookVersion(
        number=row.number,
        label=codebook.version,
        content=to_json(codebook),
        reason=row.note,
        created_at=row.created_at,
        user_id=None if row.by is None else people[row.by],
    )


def store_speakers(number: int, project_id: int, register: Register) -> Steps[dict[str, int]]:
    """Store the register of speakers with its members and merges; return their numbers by name."""
    rows = [
        {"project_id": project_id, "name": name, "type": row.type, "wording": row.wording}
        for name, row in register.speakers.items()
    ]
    codebook = register.codebook
    if codebook.narrator_name not in register.speakers:
        narrator = {"name": codebook.narrator_name, "type": codebook.narrator_type.value}
        rows.append({"project_id": project_id, **narrator, "wording": None})
    made: dict[str, int] = {}
    for piece in pieces(len(rows), AT_ONCE):
        numbers: list[int] = yield partial(insert_staged, number, Speaker, rows[piece])
        made |= zip((str(row["name"]) for row in rows[piece]), numbers, strict=True)
    kin = [
        {
            "id": made[name],
            "member_of_id": made[row.member_of] if row.member_of else None,
            "merged_into_id": made[row.merged_into] if row.merged_into else None,
        }
        for name, row in register.speakers.items()
        if row.member_of or row.merged_into
    ]
    for piece in pieces(len(kin), AT_ONCE):
        yield partial(relate, number, kin[piece])
    return made


def insert_staged(number: int, model: Any, rows: Sequence[dict[str, Any]]) -> list[int]:
    """Insert rows in a step and return their numbers."""
    staging.move(number)
    return insert_all(model, rows)


def relate(number: int, kin: Sequence[dict[str, Any]]) -> None:
    """Say of some speakers whose members they are and into whom they were merged."""
    staging.move(number)
    db.session.execute(update(Speaker), kin)


def store_aliases(number: int, place: Place, rows: Iterable[SpeakerRow]) -> Steps[None]:
    """Store the forms of the speakers in the articles."""
    forms = (
        {
            "speaker_id": place.names.speakers[row.name],
            "article_id": place.articles[key],
            "text": words,
        }
        for row in rows
        for key, words in row.aliases
    )
    while piece := list(islice(forms, ALIASES_AT_ONCE)):
        yield partial(insert_staged, number, Alias, piece)


def name_clusters(number: int, project_id: int) -> Steps[None]:
    """Put the first article of each cluster into it, as the others are."""
    named = select(Article.cluster_id).where(
        Article.project_id == project_id, Article.cluster_id.is_not(None)
    )
    found = db.session.scalars(select(Article.id).where(Article.id.in_(named))).all()
    for piece in pieces(len(found), AT_ONCE):
        yield partial(name_some, number, found[piece])


def name_some(number: int, articles: Sequence[int]) -> None:
    """Put some articles into the clusters that are named by them."""
    staging.move(number)
    db.session.execute(
        update(Article)
        .where(Article.id.in_(articles))
        .values(cluster_id=Article.id)
        .execution_options(synchronize_session=False)
    )
