"""Labels from elsewhere: rows of answers checked against project and codebook, then stored.

Nothing is stored before every row has been read. Each imported answer has one event, of the kind
"import", so that its chain begins with what came in and the audit holds it to that.
"""

import secrets
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sqlalchemy import select

from annotator.codebook.scheme import Codebook
from annotator.formats.annotation_rows import AnswerRow, ClaimRow
from annotator.formats.records import RecordError
from annotator.phrases import both_numbers
from annotator.store.clock import now
from annotator.store.db import db
from annotator.store.models import (
    Answer,
    Article,
    Assignment,
    CodebookVersion,
    Membership,
    Project,
    Sentence,
    Speaker,
    User,
)
from annotator.work import (
    accounts,
    claim_rows,
    history,
    independence,
    labelling,
    people,
    speakers,
)
from annotator.work.drafts import AnswerDraft, ClaimDraft, check, complete, settle
from annotator.work.errors import RefusedError
from annotator.work.independence import HUMAN

IMPORTED = history.Step(history.IMPORT)
LONGEST_NAME = 500
LONGEST_PSEUDONYM = 60


@dataclass
class Plan:
    """What would come in: the rows that fit, those that do not, and what is here already."""

    rows: list[AnswerRow] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    here: int = 0
    annotators: set[str] = field(default_factory=set)
    spans: int = 0


def place_in(row: AnswerRow) -> str:
    """Return what messages call the sentence of a row that names it by its number."""
    return f"sentence {both_numbers(row.sentence or 0)} of “{row.article}”"


@dataclass(frozen=True)
class Text:
    """An article with what its rows are checked against."""

    article: Article
    text: str
    sentences: dict[int, Sentence]

    def sentence(self, row: AnswerRow) -> Sentence:
        """Return the sentence a row means.

        Raises:
            RefusedError: there is none, or it has other boundaries or words here.

        """
        if row.sentence is None:
            return self.around(row.start or 0, row.end or 0)
        found = self.sentences.get(row.sentence)
        if found is None:
            raise RefusedError(
                f"article “{row.article}” has no sentence {both_numbers(row.sentence)}"
            )
        if row.start is not None and (row.start, row.end) != (found.start, found.end):
            raise RefusedError(
                f"{place_in(row)} is {found.start}-{found.end} here,"
                f" not {row.start}-{row.end}: its boundaries were repaired or split otherwise"
            )
        if row.text is not None and row.text != found.text:
            raise RefusedError(f"{place_in(row)} has other words here")
        return found

    def around(self, start: int, end: int) -> Sentence:
        """Return the sentence that holds a span."""
        for each in self.sentences.values():
            if each.start <= start and end <= each.end:
                return each
        raise RefusedError(f"{start}-{end} lies in no single sentence of “{self.article.key}”")


class Importer:
    """One import of labels into one project: `plan` the rows, then `store` what fits."""

    def __init__(self, project: Project) -> None:
        self.project = project
        self.texts: dict[str, Text | None] = {}
        self.versions = {each.number: each for each in project.codebook_versions}
        self.codebooks: dict[int, Codebook] = {}
        self.users = {each.pseudonym: each.user_id for each in people.members(project)}
        self.located: dict[str, tuple[str, int]] = {}
        self.taken: set[tuple[int, str, int]] = set()

    def plan(self, rows: Iterable[AnswerRow | RecordError]) -> Plan:
        """Check every row; nothing is stored."""
        plan = Plan()
        for row in rows:
            if isinstance(row, RecordError):
                plan.problems.append(str(row))
                continue
            try:
                self.check(row)
                sentence = self.text(row.article).sentence(row)
                self.refuse_twice(sentence, row)
            except RefusedError as error:
                plan.problems.append(f"{row.where}: {error}")
                continue
            plan.rows.append(row)
            plan.annotators.add(row.annotator)
            plan.spans += sum(bool(each.mention) + len(each.evidence) for each in row.claims)
        return plan

    def text(self, key: str) -> Text:
        """Return an article of the project with its sentences."""
        if key not in self.texts:
            self.texts[key] = self.find(key)
        found = self.texts[key]
        if found is None:
            raise RefusedError(f"there is no article “{key[:60]}” here; import it first")
        return found

    def find(self, key: str) -> Text | None:
        """Read an article and its sentences."""
        row = db.session.execute(
            select(Article, Article.text).where(
                Article.project_id == self.project.id, Article.key == key
            )
        ).first()
        if row is None:
            return None
        sentences = db.session.scalars(
            select(Sentence).where(Sentence.article_id == row[0].id).order_by(Sentence.position)
        )
        return Text(row[0], row[1], {each.position: each for each in sentences})

    def version(self, row: AnswerRow) -> CodebookVersion:
        """Return the codebook version of a row; without one, that in force."""
        if row.codebook_version is None:
            return self.project.codebook_version
        found = self.versions.get(row.codebook_version)
        if found is None:
            known = ", ".join(str(each) for each in sorted(self.versions))
            raise RefusedError(f"there is no codebook version {row.codebook_version}, only {known}")
        return found

    def codebook(self, version: CodebookVersion) -> Codebook:
        """Return the codebook of a version, read once."""
        return self.codebooks.setdefault(version.number, version.codebook)

    def check(self, row: AnswerRow) -> None:
        """Refuse a row that does not fit text and codebook."""
        codebook = self.codebook(self.version(row))
        check_row(row, self.text(row.article).text, codebook)
        for claim in row.claims:
            self.check_speaker(claim, codebook)

    def check_speaker(self, claim: ClaimRow, codebook: Codebook) -> None:
        """Refuse a speaker without a known type, unless the project has one of that name."""
        kinds = {each.value for each in codebook.speaker_types}
        if claim.speaker is not None and claim.speaker_type not in kinds:
            named = {each.casefold() for each in ("", *kinds)}
            raise RefusedError(
                f"“{claim.speaker[:60]}” has the type “{claim.speaker_type}”,"
                f" not one of {', '.join(sorted(named - {''}))}"
            )
        for name in (claim.speaker, *claim.via):
            if name is not None and not 0 < len(name.strip()) <= LONGEST_NAME:
                raise RefusedError("a speaker has no name, or a very long one")

    def refuse_twice(self, sentence: Sentence, row: AnswerRow) -> None:
        """Refuse a second answer of one annotator on one sentence."""
        mark = (sentence.id, row.annotator, row.round)
        place = f"sentence {both_numbers(sentence.position)} of “{row.article}”"
        if mark in self.taken:
            raise RefusedError(f"{row.annotator} answers {place} twice in this file")
        self.taken.add(mark)
        user_id = self.users.get(row.annotator)
        here = user_id and db.session.scalar(
            select(Answer.id).where(
                Answer.sentence_id == sentence.id,
                Answer.user_id == user_id,
                Answer.round == row.round,
            )
        )
        if here:
            raise RefusedError(f"{row.annotator} has an answer on {place} already")

    def store(self, plan: Plan) -> None:
        """Store the rows of a plan; to be committed by itself, as a whole."""
        users = {name: self.person(name) for name in sorted(plan.annotators)}
        numbers = self.speakers(plan.rows)
        touched: dict[tuple[int, int], tuple[Article, User]] = {}
        human: set[tuple[int, int]] = set()
        for row in plan.rows:
            text, user = self.text(row.article), users[row.annotator]
            sentence = text.sentence(row)
            version = self.version(row)
            draft = settle(draft_of_row(row, numbers), self.codebook(version))
            answer = Answer(
                sentence_id=sentence.id,
                user_id=user.id,
                round=row.round,
                status=draft.status,
                complete=complete(draft, self.codebook(version)),
                unsure=draft.unsure,
                note=draft.note,
                revision=row.revision,
                codebook_version_id=version.id,
                origin=row.origin,
                active_seconds=row.active_seconds,
                created_at=row.created_at or now(),
                updated_at=row.updated_at or now(),
            )
            answer.claims.extend(
                claim_rows.made(index, claim) for index, claim in enumerate(draft.claims)
            )
            db.session.add(answer)
            db.session.flush()
            where = f"{row.article}#{sentence.position}"
            key = f"import-{secrets.token_hex(8)}"
            history.append_event(answer, where, user.id, key, now(), IMPORTED)
            met = speakers.roster_of(text.article, user)
            speakers.enrol(text.article, user, met, labelling.used_speakers(draft))
            touched[text.article.id, user.id] = (text.article, user)
            if row.origin == HUMAN:
                human.add((text.article.id, user.id))
        db.session.flush()
        for place, (article, user) in touched.items():
            self.hand_in(article, user, counts=place in human)

    def person(self, pseudonym: str) -> User:
        """Return whoever has this pseudonym; where nobody has, an account without a way in.

        It gets no role, so nobody is given work who cannot sign in.
        """
        if pseudonym in self.users:
            return db.session.get_one(User, self.users[pseudonym])
        user = accounts.add_user(f"imported-{secrets.token_hex(4)}")
        member = Membership(
            user=user,
            project=self.project,
            pseudonym=pseudonym,
            annotator=False,
            adjudicator=False,
            lead=False,
        )
        db.session.add(member)
        db.session.flush()
        self.users[pseudonym] = user.id
        return user

    def speakers(self, rows: Iterable[AnswerRow]) -> dict[str, int]:
        """Return the number of every speaker of these rows, adding those that are new."""
        kinds: dict[str, str | None] = {}
        for row in rows:
            for claim in row.claims:
                for link in claim.via:
                    kinds.setdefault(link, None)
            for claim in row.claims:
                if claim.speaker is not None:
                    kinds[claim.speaker] = claim.speaker_type
        return {name: self.speaker(name, kind, rows) for name, kind in kinds.items()}

    def speaker(self, name: str, kind: str | None, rows: Iterable[AnswerRow]) -> int:
        """Return the number of one speaker; whoever only passes a claim on counts as a person."""
        found = db.session.scalar(
            select(Speaker.id).where(Speaker.project_id == self.project.id, Speaker.name == name)
        )
        if found is not None:
            return found
        codebook = self.project.codebook
        wording = None
        if kind == codebook.unnamed_type.value:
            # "a senior official (003)": the words, and the article they belong to.
            wording = name.rpartition(" (")[0] or name
        return speakers.add(
            self.project, None, name, kind or codebook.named_types[0].value, wording
        )

    def hand_in(self, article: Article, user: User, *, counts: bool) -> None:
        """Show the imported work where all work is shown: submitted when nothing is open.

        It takes a place of the overlap only where some of its answers count.
        """
        found = db.session.scalar(
            select(Assignment).where(
                Assignment.article_id == article.id, Assignment.user_id == user.id
            )
        )
        independence.mark_current(article, user)
        if found is None:
            found = Assignment(article_id=article.id, user_id=user.id, imported=not counts)
            db.session.add(found)
            db.session.flush()
            labelling.count(found)
            if found.decided_count == article.sentence_count:
                found.state, found.submitted_at = "submitted", now()
        else:
            labelling.count(found)
            if counts:
                found.imported = False


def check_row(row: AnswerRow, text: str, codebook: Codebook) -> None:
    """Refuse an answer that does not fit text and codebook; its speakers are not looked at."""
    if not row.annotator.strip() or len(row.annotator) > LONGEST_PSEUDONYM:
        raise RefusedError("its annotator has no name, or a very long one")
    check_words(row.claims, text)
    if row.status not in {None, *(each.value for each in codebook.statuses)}:
        raise RefusedError(f"the codebook has no status “{(row.status or '')[:60]}”")
    draft = settle(draft_of_row(row, {}), codebook)
    check_values(draft.claims, codebook)
    if row.origin != "human":
        check(draft, codebook, None, len(text))
    if row.complete is not None and row.complete != complete(draft, codebook):
        raise RefusedError("it says complete where it is not, or the other way round")


def check_words(claims: Iterable[ClaimRow], text: str) -> None:
    """Refuse spans that have other words in the text."""
    for claim in claims:
        for start, end, words in (*claim.evidence, *([claim.mention] if claim.mention else [])):
            if not start < end <= len(text):
                raise RefusedError(
                    f"{start}-{end} is no part of the text of {len(text)} characters"
                )
            if text[start:end] != words:
                raise RefusedError(
                    f"the text has “{text[start:end][:60]}” at {start}-{end}, not “{words[:60]}”"
                )


def check_values(claims: Iterable[ClaimDraft | ClaimRow], codebook: Codebook) -> None:
    """Refuse labels that a codebook never had; what is retired was offered when it was given."""
    values = {value for each in claims for value in (each.stance, each.certainty)}
    known = {each.value for each in (*codebook.stances, *codebook.certainties)}
    if unknown := {each for each in values if each is not None} - known:
        raise RefusedError(f"the codebook has no value “{min(unknown)}”")


def draft_of_row(row: AnswerRow, numbers: Mapping[str, int]) -> AnswerDraft:
    """Return a row as an answer; speakers that are not in `numbers` yet stand as 0."""
    return AnswerDraft(
        status=row.status,
        unsure=row.unsure,
        note=row.note,
        claims=tuple(
            ClaimDraft(
                speaker=None if each.speaker is None else numbers.get(each.speaker, 0),
                stance=each.stance,
                certainty=each.certainty,
                mention=each.mention[:2] if each.mention else None,
                via=tuple(numbers.get(link, 0) for link in each.via),
                conditional=each.conditional,
                aspect=each.aspect,
                evidence=tuple((start, end) for start, end, _ in each.evidence),
                note=each.note,
            )
            for each in row.claims
        ),
    )
