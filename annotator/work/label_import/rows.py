"""Labels from elsewhere: rows of answers checked against project and codebook, then stored.

Nothing is stored before every row has been read and checked. Then the rows lie aside in the
database, some hundreds a step, and appear at the end, all together; what does not get that far is
taken back.
"""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice

from sqlalchemy import func, select

from annotator.codebook.scheme import Codebook
from annotator.errors import RefusedError
from annotator.formats.articles.records import RecordError
from annotator.formats.labels.rows import AnswerRow, ClaimRow, Remark
from annotator.measure.origins import COUNTED, REFERENCE
from annotator.phrases import both_numbers
from annotator.store.clock import now
from annotator.store.db import Steps, db
from annotator.store.models import (
    Project,
    Repair,
    Speaker,
)
from annotator.work import staging
from annotator.work.accounts import memberships, model_members
from annotator.work.imported_labels import settling
from annotator.work.imported_labels.kinds import Said
from annotator.work.jobs import Told, tell_nobody
from annotator.work.label_import import appearing
from annotator.work.label_import.checking import (
    LONGEST_NAME,
    check_row,
    draft_of_row,
)
from annotator.work.label_import.names import Spellings
from annotator.work.label_import.storing import (
    ACCOUNTS_AT_ONCE,
    Brought,
    add_answers,
    add_imports,
    add_people,
    add_roster,
    add_speakers,
    begin,
    named_model,
    new_models,
    speaker_row,
)
from annotator.work.label_import.texts import Place, Text, Texts
from annotator.work.labelling import arriving
from annotator.work.labelling.arriving import (
    AT_ONCE,
    Arriving,
    Names,
    pieces,
)
from annotator.work.labelling.drafts import AnswerDraft, complete
from annotator.work.spooling import Spooling


@dataclass
class Plan:
    """What would come in: how many rows fit, what is wrong with the others, who answers."""

    answers: int = 0
    problems: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    annotators: set[str] = field(default_factory=set)
    spans: int = 0
    origins: Counter[str] = field(default_factory=Counter)


@dataclass
class Work:
    """What one annotator has in one article: how much, and the speakers in order of first use."""

    answers: int = 0
    decided: int = 0
    incomplete: int = 0
    unsure: int = 0
    counts: bool = False
    speakers: dict[int, None] = field(default_factory=dict)


class Importer(Spooling):
    """One import of labels into one project: `plan` the rows, then `store` what fits.

    Memory grows with the number of articles, annotators and speakers, not with the texts: what
    has been checked waits in a temporary file.
    """

    def __init__(self, project: Project, said: Said | None = None) -> None:
        self.project = project
        self.said = said or Said()
        self.project_id = project.id
        self.texts = Texts(project.id)
        self.versions = {each.number: each.id for each in project.codebook_versions}
        self.codebooks = {each.number: each.codebook for each in project.codebook_versions}
        self.newest = max(self.versions)
        self.users = {each.pseudonym: each.user_id for each in memberships.members(project)}
        self.models = model_members.of_project(project)
        self.users |= {m.membership.pseudonym: m.membership.user_id for m in self.models}
        self.model = named_model(self.models, self.said)
        self.taken: dict[str, dict[int, set[int]]] = {}  # sentences by annotator and round
        self.kinds: dict[str, str | None] = {}  # the type of every speaker, by name
        self.numbered: dict[str, int] = {}  # the same speakers, numbered
        self.work: dict[tuple[int, str], Work] = {}
        # Of each origin how many answers come, and by whom.
        self.brought: dict[str, Brought] = {}
        self.references: set[int] = set()
        self.at = now()
        self.repair = db.session.scalar(select(func.max(Repair.id))) or 0
        super().__init__()

    def plan(self, rows: Iterable[AnswerRow | RecordError | Remark]) -> Plan:
        """Check every row; nothing is stored."""
        plan = Plan()
        spellings = Spellings(self.project)
        for given in rows:
            if isinstance(given, Remark):
                plan.remarks.append(str(given))
                continue
            if isinstance(given, RecordError):
                plan.problems.append(str(given))
                continue
            try:
                row = spellings.row(self.called(given))
                text = self.text(row.article)
                draft = self.check(row, text)
                sentence = text.sentence(row)
                self.refuse_twice(text, sentence, row)
                if row.origin == REFERENCE:
                    self.refuse_reference(text, sentence, row, draft)
            except RefusedError as error:
                plan.problems.append(f"{given.where}: {error}")
                continue
            self.keep(row, draft, text.id, sentence)
            plan.answers += 1
            plan.origins[row.origin] += 1
            plan.annotators.add(row.annotator)
            plan.spans += sum(bool(each.mention) + len(each.evidence) for each in row.claims)
        plan.remarks += spellings.remarks()
        return plan

    def text(self, key: str) -> Text:
        """Return an article of the project with its sentences."""
        return self.texts.get(key)

    def version(self, row: AnswerRow) -> int:
        """Return the number of the codebook version of a row; without one, that in force."""
        if row.codebook_version is None:
            return self.newest
        if row.codebook_version not in self.versions:
            known = ", ".join(str(each) for each in sorted(self.versions))
            raise RefusedError(f"there is no codebook version {row.codebook_version}, only {known}")
        return row.codebook_version

    def check(self, row: AnswerRow, text: Text) -> AnswerDraft:
        """Return a row as an answer, or refuse one that does not fit text and codebook."""
        codebook = self.codebooks[self.version(row)]
        draft = check_row(row, text.text, codebook)
        for claim in row.claims:
            self.check_speaker(claim, codebook)
        return draft

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

    def refuse_twice(self, text: Text, sentence: Place, row: AnswerRow) -> None:
        """Refuse a second answer of one annotator on one sentence."""
        taken = self.taken.setdefault(row.annotator, {}).setdefault(row.round, set())
        if sentence.id in taken:
            place = place_of(row, sentence)
            raise RefusedError(f"{row.annotator} answers {place} twice in this file")
        taken.add(sentence.id)
        if (sentence.id, self.users.get(row.annotator), row.round) in text.answered:
            place = place_of(row, sentence)
            raise RefusedError(f"{row.annotator} already has an answer on {place}")

    def called(self, row: AnswerRow) -> AnswerRow:
        """Return a row as what somebody says it is; without that it says so itself."""
        if self.said.kind is None:
            return row
        who, origin = self.model or row.annotator, self.said.kind.origin
        same = (who, origin) == (row.annotator, row.origin)
        return row if same else replace(row, annotator=who, origin=origin)

    def refuse_reference(
        self, text: Text, sentence: Place, row: AnswerRow, draft: AnswerDraft
    ) -> None:
        """Refuse what cannot be the one decision on a sentence."""
        place = place_of(row, sentence)
        if not complete(draft, self.codebooks[self.newest]):
            raise RefusedError(f"as a reference for {place} it must be complete")
        if sentence.id in text.decided:
            raise RefusedError(f"{place} has a decision already")
        if sentence.id in self.references:
            raise RefusedError(f"{place} has two references in this file")
        self.references.add(sentence.id)

    def keep(self, row: AnswerRow, draft: AnswerDraft, article: int, sentence: Place) -> None:
        """Keep a row that fits for later, without the claims that say nothing."""
        version = self.version(row)
        claims = row.claims
        if len(claims) != len(draft.claims):
            said = draft_of_row(row, {}).claims
            claims = tuple(one for one, each in zip(claims, said, strict=True) if not each.empty)
        made = Arriving(
            article=article,
            sentence=sentence.id,
            where=f"{row.article}#{sentence.position}",
            annotator=row.annotator,
            version=version,
            status=draft.status,
            complete=complete(draft, self.codebooks[version]),
            unsure=draft.unsure,
            note=draft.note,
            round=row.round,
            revision=row.revision,
            origin=row.origin,
            active_seconds=row.active_seconds,
            current=True,
            created_at=row.created_at or self.at,
            updated_at=row.updated_at or self.at,
            claims=claims,
        )
        self.spool.write(made.dump())
        brought = self.brought.setdefault(made.origin, Brought())
        brought.answers += 1
        brought.annotators.add(made.annotator)
        self.note_speakers(claims)

    def note_speakers(self, claims: Iterable[ClaimRow]) -> None:
        """Note the type of every speaker; whoever only passes a claim on has none yet."""
        for claim in claims:
            for link in claim.via:
                self.kinds.setdefault(link, None)
        for claim in claims:
            if claim.speaker is not None:
                self.kinds[claim.speaker] = claim.speaker_type

    def load(self, line: bytes) -> Arriving:
        """Return what was kept, and count it to its annotator's work.

        Of several answers of one person to a sentence the one of the last round is current; the
        others are history.
        """
        each = Arriving.load(line)
        later = (
            sentences
            for round_, sentences in self.taken[each.annotator].items()
            if round_ > each.round
        )
        if any(each.sentence in sentences for sentences in later):
            each = replace(each, current=False)
        work = self.work.setdefault((each.article, each.annotator), Work())
        work.answers += 1
        work.counts |= each.origin in COUNTED
        if each.current:
            work.decided += each.complete
            work.incomplete += each.status is not None and not each.complete
            work.unsure += each.unsure
        for name in each.speakers:
            work.speakers.setdefault(self.numbered.setdefault(name, len(self.numbered)))
        return each

    def store(self, told: Told = tell_nobody) -> Steps[None]:
        """Store what was kept: aside at first, then in its place, all of it or nothing.

        `told` hears how many answers have been stored since it heard last.

        Raises:
            RefusedError: something has changed here meanwhile that speaks against it.

        """
        name = f"labels into {self.project.slug}"
        number: int = yield partial(begin, name, self.project_id)
        yield from staging.or_take_back(number, self.fill_and_show(number, told))

    def fill_and_show(self, number: int, told: Told) -> Steps[None]:
        """Store everything aside, then give it its places; once that has begun it is finished."""
        yield from self.fill(number, told)
        yield from staging.to_the_end(number, appearing.appear)
        if REFERENCE in self.brought:
            yield from settling.finish(self.project_id)

    def fill(self, number: int, told: Told) -> Steps[None]:
        """Store everything where nobody sees it, and a plan of how it appears."""
        known = set(self.users.values())
        fresh = sorted(self.taken.keys() - self.users.keys())
        ends = self.said.kind is not None
        plan: staging.Plan = {"people": {}, "known": [], "roster": [], "parts": [], "ends": ends}
        for piece in pieces(len(fresh), ACCOUNTS_AT_ONCE):
            self.users |= yield partial(add_people, number, plan, fresh[piece])
        plan["models"] = new_models(self.brought, self.said, self.model, fresh)
        models = {each.membership.user_id for each in self.models}
        models |= {self.users[who] for who in plan["models"]}
        plan["workless"] = sorted(models)
        imports: dict[str, int] = yield partial(add_imports, number, self.said, self.brought)
        speakers: dict[str, int] = yield from self.speakers(number, min(imports.values()))
        names = Names(self.users, speakers, self.versions, imports)
        self.spool.seek(0)
        self.texts.forget()
        while lines := list(islice(self.spool, AT_ONCE)):
            batch = arriving.prepare([self.load(line) for line in lines], names, self.at)
            yield partial(add_answers, number, batch)
            told(len(lines))
        by_number = [speakers[name] for name in self.numbered]
        met = [
            (article, self.users[annotator], [by_number[each] for each in work.speakers])
            for (article, annotator), work in self.work.items()
            if self.users[annotator] not in models
        ]
        yield from add_roster(number, [each for each in met if each[1] not in known])
        plan["roster"] = [each for each in met if each[1] in known]
        plan["known"] = sorted({user for _, user, _ in plan["roster"]})
        plan["parts"] = appearing.parts(
            (
                article,
                self.users[annotator],
                w.answers,
                w.decided,
                w.incomplete,
                w.unsure,
                w.counts,
            )
            for (article, annotator), w in self.work.items()
        )
        plan["repair"] = self.repair
        yield partial(staging.move, number, plan=plan)

    def speakers(self, number: int, label_import: int) -> Steps[dict[str, int]]:
        """Return the number of every speaker, adding those that are new as of an import."""
        found = {
            row.name: row.id
            for row in db.session.execute(
                select(Speaker.name, Speaker.id).where(Speaker.project_id == self.project_id)
            )
        }
        fresh = [name for name in self.kinds if name not in found]
        codebook = self.codebooks[self.newest]
        rows = [speaker_row(name, self.kinds[name], codebook) for name in fresh]
        for piece in pieces(len(rows), AT_ONCE):
            numbers = yield partial(add_speakers, number, label_import, rows[piece])
            found |= zip(fresh[piece], numbers, strict=True)
        return found


def place_of(row: AnswerRow, sentence: Place) -> str:
    """Return what messages call the sentence of a row."""
    return f"sentence {both_numbers(sentence.position)} of “{row.article}”"
