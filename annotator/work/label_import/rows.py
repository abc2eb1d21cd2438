"""Labels from elsewhere: rows of answers checked against project and codebook, then stored.

Nothing is stored before every row has been read and checked. Then the rows lie aside in the
database, some hundreds a step, and appear at the end, all together; what does not get that far is
taken back.
"""

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice

from sqlalchemy import func, select

from annotator.codebook.scheme import Codebook
from annotator.errors import RefusedError
from annotator.formats.articles.records import RecordError
from annotator.formats.labels.rows import AnswerRow, ClaimRow, Remark
from annotator.phrases import both_numbers
from annotator.store.clock import now
from annotator.store.db import Steps, db
from annotator.store.models import (
    Answer,
    Article,
    Project,
    Repair,
    Sentence,
    Speaker,
)
from annotator.work import staging
from annotator.work.accounts import memberships
from annotator.work.label_import import appearing
from annotator.work.label_import.checking import LONGEST_NAME, check_row, draft_of_row, place_in
from annotator.work.label_import.names import Spellings
from annotator.work.label_import.storing import (
    ACCOUNTS_AT_ONCE,
    add_answers,
    add_people,
    add_roster,
    add_speakers,
    begin,
    speaker_row,
)
from annotator.work.labelling import arriving
from annotator.work.labelling.arriving import (
    AT_ONCE,
    Arriving,
    Names,
    pieces,
)
from annotator.work.labelling.drafts import (
    complete,
    settle,
)
from annotator.work.labelling.independence import HUMAN
from annotator.work.spooling import Spooling

# So many articles are kept with their sentences while rows are checked: most files go by article.
ARTICLES_KEPT = 64

Told = Callable[[int], None]


def tell_nobody(_many: int) -> None:
    """Go on without telling anybody."""


@dataclass
class Plan:
    """What would come in: how many rows fit, what is wrong with the others, who answers."""

    answers: int = 0
    problems: list[str] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    annotators: set[str] = field(default_factory=set)
    spans: int = 0


@dataclass(frozen=True)
class Text:
    """An article with what its rows are checked against."""

    article: Article
    text: str
    sentences: dict[int, Sentence]
    # Who has answered what here: sentence, annotator, round.
    answered: frozenset[tuple[int, int, int]] = frozenset()

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
                f" not {row.start}-{row.end}: its boundaries differ"
            )
        if row.text is not None and row.text != found.text:
            raise RefusedError(f"{place_in(row)} has another text here")
        return found

    def around(self, start: int, end: int) -> Sentence:
        """Return the sentence that holds a span."""
        for each in self.sentences.values():
            if each.start <= start and end <= each.end:
                return each
        raise RefusedError(f"{start}-{end} is not within one sentence of “{self.article.key}”")


@dataclass
class Work:
    """What one annotator has in one article: how much, and the speakers in order of first use."""

    answers: int = 0
    decided: int = 0
    incomplete: int = 0
    unsure: int = 0
    human: bool = False
    speakers: dict[int, None] = field(default_factory=dict)


class Importer(Spooling):
    """One import of labels into one project: `plan` the rows, then `store` what fits.

    Memory grows with the number of articles, annotators and speakers, not with the texts: what
    has been checked waits in a temporary file.
    """

    def __init__(self, project: Project) -> None:
        self.project = project
        self.project_id = project.id
        self.texts: OrderedDict[str, Text | None] = OrderedDict()
        self.versions = {each.number: each.id for each in project.codebook_versions}
        self.codebooks = {each.number: each.codebook for each in project.codebook_versions}
        self.newest = max(self.versions)
        self.users = {each.pseudonym: each.user_id for each in memberships.members(project)}
        self.located: dict[str, tuple[str, int]] = {}
        self.taken: dict[tuple[str, int], set[int]] = {}
        self.kinds: dict[str, str | None] = {}  # the type of every speaker, by name
        self.numbered: dict[str, int] = {}  # the same speakers, numbered
        self.work: dict[tuple[int, str], Work] = {}
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
            row = spellings.row(given)
            try:
                self.check(row)
                text = self.text(row.article)
                sentence = text.sentence(row)
                self.refuse_twice(text, sentence, row)
            except RefusedError as error:
                plan.problems.append(f"{row.where}: {error}")
                continue
            self.keep(row, text.article.id, sentence)
            plan.answers += 1
            plan.annotators.add(row.annotator)
            plan.spans += sum(bool(each.mention) + len(each.evidence) for each in row.claims)
        plan.remarks += spellings.remarks()
        return plan

    def text(self, key: str) -> Text:
        """Return an article of the project with its sentences."""
        if key not in self.texts:
            self.texts[key] = self.find(key)
            if len(self.texts) > ARTICLES_KEPT:
                self.texts.popitem(last=False)
        self.texts.move_to_end(key)
        found = self.texts[key]
        if found is None:
            raise RefusedError(f"there is no article “{key[:60]}” here; import it first")
        return found

    def find(self, key: str) -> Text | None:
        """Read an article, its sentences, and who has answered them."""
        row = db.session.execute(
            select(Article, Article.text).where(
                Article.project_id == self.project_id, Article.key == key
            )
        ).first()
        if row is None:
            return None
        sentences = db.session.scalars(
            select(Sentence).where(Sentence.article_id == row[0].id).order_by(Sentence.position)
        )
        answered = db.session.execute(
            select(Answer.sentence_id, Answer.user_id, Answer.round)
            .join(Answer.sentence)
            .where(Sentence.article_id == row[0].id)
        )
        return Text(
            row[0],
            row[1],
            {each.position: each for each in sentences},
            frozenset((sentence or 0, user, round_) for sentence, user, round_ in answered),
        )

    def version(self, row: AnswerRow) -> int:
        """Return the number of the codebook version of a row; without one, that in force."""
        if row.codebook_version is None:
            return self.newest
        if row.codebook_version not in self.versions:
            known = ", ".join(str(each) for each in sorted(self.versions))
            raise RefusedError(f"there is no codebook version {row.codebook_version}, only {known}")
        return row.codebook_version

    def check(self, row: AnswerRow) -> None:
        """Refuse a row that does not fit text and codebook."""
        codebook = self.codebooks[self.version(row)]
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

    def refuse_twice(self, text: Text, sentence: Sentence, row: AnswerRow) -> None:
        """Refuse a second answer of one annotator on one sentence."""
        place = f"sentence {both_numbers(sentence.position)} of “{row.article}”"
        taken = self.taken.setdefault((row.annotator, row.round), set())
        if sentence.id in taken:
            raise RefusedError(f"{row.annotator} answers {place} twice in this file")
        taken.add(sentence.id)
        if (sentence.id, self.users.get(row.annotator), row.round) in text.answered:
            raise RefusedError(f"{row.annotator} already has an answer on {place}")

    def keep(self, row: AnswerRow, article: int, sentence: Sentence) -> None:
        """Keep a row that fits for later."""
        version = self.version(row)
        drafts = draft_of_row(row, {})
        draft = settle(drafts, self.codebooks[version])
        claims = tuple(
            claim for claim, said in zip(row.claims, drafts.claims, strict=True) if not said.empty
        )
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
            for (annotator, round_), sentences in self.taken.items()
            if annotator == each.annotator and round_ > each.round
        )
        if any(each.sentence in sentences for sentences in later):
            each = replace(each, current=False)
        work = self.work.setdefault((each.article, each.annotator), Work())
        work.answers += 1
        work.human |= each.origin == HUMAN
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

    def fill(self, number: int, told: Told) -> Steps[None]:
        """Store everything where nobody sees it, and a plan of how it appears."""
        known = set(self.users.values())
        fresh = sorted({annotator for annotator, _ in self.taken} - self.users.keys())
        plan: staging.Plan = {"people": {}, "known": [], "roster": [], "parts": []}
        for piece in pieces(len(fresh), ACCOUNTS_AT_ONCE):
            self.users |= yield partial(add_people, number, plan, fresh[piece])
        speakers: dict[str, int] = yield from self.speakers(number)
        names = Names(self.users, speakers, self.versions)
        self.spool.seek(0)
        while lines := list(islice(self.spool, AT_ONCE)):
            batch = arriving.prepare([self.load(line) for line in lines], names, self.at)
            yield partial(add_answers, number, batch)
            told(len(lines))
        by_number = [speakers[name] for name in self.numbered]
        met = [
            (article, self.users[annotator], [by_number[each] for each in work.speakers])
            for (article, annotator), work in self.work.items()
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
                w.human,
            )
            for (article, annotator), w in self.work.items()
        )
        plan["repair"] = self.repair
        yield partial(staging.move, number, plan=plan)

    def speakers(self, number: int) -> Steps[dict[str, int]]:
        """Return the number of every speaker, adding those that are new."""
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
            numbers = yield partial(add_speakers, number, rows[piece])
            found |= zip(fresh[piece], numbers, strict=True)
        return found
