"""Finds the rows of a view: few of them at once, in order, and about as dear for every page.

First up to 10,000 rows are gathered in whatever order the database has them, beginning with the
condition that few rows meet. Where that is all, they are put in order here. Where there are more,
so many rows meet the conditions that the articles are walked through until a page is full.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Integer, cast, exists, func, literal, select

from annotator.store.batches import BATCH, Query
from annotator.store.db import among, db, unindexed
from annotator.store.marking import TABLE
from annotator.store.models import Answer, Article, Claim, Decision, Project, Sentence
from annotator.store.search import count_matching, matching, matching_each
from annotator.work.explore import filters as conditions
from annotator.work.explore.filters import CLAIMS, DECISIONS, YES, Filters

PAGE = 50
MOST = 10_000
# So many sentences are walked through at once: few at first, as a page may be full soon.
FIRST_WALK, LONGEST_WALK = 500, 16_000
FEW_SENTENCES, FEW_MATCHES = 20_000, 50_000
# Stands behind the row after which a page begins that is one of more than 10,000 rows.
WALKED = "~"


class Place(NamedTuple):
    """Where a row stands: its sentence, and for a claim the answer (or decision) and its place."""

    article: int
    position: int
    sentence: int
    owner: int = 0
    number: int = 0

    @property
    def token(self) -> str:
        """Return it as it stands in an address: "ARTICLE.POSITION.OWNER.NUMBER"."""
        return f"{self.article}.{self.position}.{self.owner}.{self.number}"


@dataclass(frozen=True)
class Found:
    """One page: its rows, how many there are (None: more than 10,000), and whether more follow."""

    places: Sequence[Place]
    total: int | None
    after: str  # where the next page begins; "" on the last one


class Search:
    """One view of one project.

    Raises:
        SearchError: what is searched for is no search.

    """

    def __init__(self, project: Project, filters: Filters) -> None:
        self.project, self.filters = project, filters
        self.terms = filters.terms
        self.articles = conditions.article_ids(project, filters)
        self.rank = {number: rank for rank, (number, _) in enumerate(self.articles)}

    def page(self, after: str = "") -> Found:
        """Return the page that begins after a row, the first one after none.

        Raises:
            ValueError: there is no such row to begin after.

        """
        start = self.place_of(after.removesuffix(WALKED)) if after else None
        # Behind a page of many rows is another one: that they are many is known by now.
        gathered = None if after.endswith(WALKED) else self.gather()
        if gathered is None:
            rows = self.walk(start)
        else:
            rows = iter(sorted(gathered, key=self.order_of))
            if start is not None:
                least = self.order_of(start)
                rows = (row for row in rows if self.order_of(row) > least)
        places = list(islice(rows, PAGE + 1))
        further = places[PAGE - 1].token if len(places) > PAGE else ""
        if gathered is None:
            return Found(places[:PAGE], None, further and further + WALKED)
        return Found(places[:PAGE], len(gathered), further)

    def rows(self) -> Iterator[Place]:
        """Yield all rows in order."""
        gathered = self.gather()
        if gathered is None:
            return self.walk()
        return iter(sorted(gathered, key=self.order_of))

    def order_of(self, place: Place) -> tuple[int, ...]:
        """Return by what rows are ordered: article, sentence, answer, claim."""
        return self.rank[place.article], place.position, place.owner, place.number

    def place_of(self, token: str) -> Place:
        """Return the row that an address names."""
        article, position, owner, number = (int(part) for part in token.split("."))
        if article not in self.rank or min(position, owner, number) < 0:
            raise ValueError(token)
        return Place(article, position, 0, owner, number)

    # --- the two ways through the rows

    def gather(self) -> list[Place] | None:
        """Return the rows in no order, None where they are more than 10,000."""
        if self.is_known_by_numbers:
            return self.gather_numbers()
        query = self.query(matching(self.terms) if self.terms else None)
        if self.filters.needs_articles:
            query = query.where(among(Sentence.article_id, list(self.rank)))
        elif self.rank and self.stands_alone:
            # Compared with two numbers; a join would go to the article of every sentence.
            own = Sentence.article_id
            if self.begins_elsewhere:
                own = unindexed(own)
            query = query.where(own.between(min(self.rank), max(self.rank)))
        else:
            own = Article.project_id
            if self.begins_elsewhere:
                own = unindexed(own)
            query = query.join(Article, Article.id == Sentence.article_id)
            query = query.where(own == self.project.id)
        rows = db.session.execute(query.limit(MOST + 1)).all()
        return None if len(rows) > MOST else [Place(*row) for row in rows]

    @property
    def is_known_by_numbers(self) -> bool:
        """Say whether answers and what is kept of their sentences tell all, without the sentences.

        So it is with the labels of a sentence together with how its answers stand: many claims have
        the label, and few of their sentences stand so.
        """
        wanted = self.filters
        sentences = self.terms or wanted.segment or wanted.flagged or wanted.note
        is_wanted = wanted.of != CLAIMS and wanted.by != DECISIONS and wanted.needs_claims
        return bool(is_wanted and wanted.needs_consensus and not sentences and self.rank)

    def gather_numbers(self) -> list[Place] | None:
        """Return the same where only the numbers of sentences are looked at first."""
        wanted = self.filters
        walking = self.has_few_sentences
        query = (
            select(Answer.sentence_id, TABLE.c.article_id)
            .distinct()
            .join(Claim, Claim.answer_id == Answer.id)
            .join(TABLE, TABLE.c.sentence_id == Answer.sentence_id)
            .where(*conditions.on_answer(self.project, wanted, walking=walking))
            .where(*conditions.on_claim(self.project, wanted, walking=walking))
            .where(*conditions.on_consensus(wanted))
        )
        # Without the index of the articles, by which SQLite would begin; PostgreSQL could not guess
        # any more how many sentences there are.
        is_sqlite = db.engine.dialect.name == "sqlite"
        own = TABLE.c.article_id + 0 if is_sqlite else TABLE.c.article_id
        if self.filters.needs_articles or not self.stands_alone:
            query = query.where(among(own, list(self.rank)))
        else:
            query = query.where(own.between(min(self.rank), max(self.rank)))
        rows = db.session.execute(query.limit(MOST + 1)).all()
        if len(rows) > MOST:
            return None
        return places_from(select(*OF_SENTENCE).where(among(Sentence.id, [row[0] for row in rows])))

    @property
    def stands_alone(self) -> bool:
        """Say whether no article of another project has a number between those of this one."""
        # Project by project: the index has the numbers of each, and no article has to be read.
        other = exists().where(
            Project.id != self.project.id,
            Article.project_id == Project.id,
            Article.id.between(min(self.rank), max(self.rank)),
        )
        return not db.session.scalar(select(other))

    @property
    def begins_elsewhere(self) -> bool:
        """Say whether another condition than that on the articles meets fewer rows."""
        wanted = self.filters
        answers = wanted.needs_answers and not self.is_said_of_most
        of_few = wanted.is_apart or answers or wanted.needs_consensus
        return bool(self.terms or of_few or wanted.flagged or wanted.is_noted)

    @property
    def is_said_of_most(self) -> bool:
        """Say whether an answer is wanted as most sentences have one: then none is looked for."""
        wanted, book = self.filters, self.project.codebook_version
        if wanted.needs_claims or wanted.by:
            return False
        usual = {"", book.codebook.claims_status.value}
        return wanted.status in usual and wanted.version in ("", book.label)

    @property
    def has_few_sentences(self) -> bool:
        """Say whether few sentences come into question, whatever the answers say."""
        wanted = self.filters
        if wanted.is_apart or wanted.is_noted:
            return True
        # Where many answer, somebody is unsure of many sentences: fewer claims have two labels.
        by_labels = len(wanted.labels) > 1 or (wanted.of == CLAIMS and wanted.labels)
        if wanted.flagged == YES and not by_labels:
            return True
        few = wanted.needs_articles
        if self.terms:
            found = count_matching(self.terms, FEW_MATCHES + 1)
            if found is not None and found <= FEW_MATCHES:
                return True
        return few and sum(length for _, length in self.articles) <= FEW_SENTENCES

    def walk(self, start: Place | None = None) -> Iterator[Place]:
        """Yield the rows in order, from the first on or after one, some articles at a time."""
        query = self.query(matching_each(self.terms) if self.terms else None, walking=True)
        least = self.order_of(start) if start else ()
        for stretch in self.stretches(start):
            for place in sorted(places_from(query.where(stretch)), key=self.order_of):
                if self.order_of(place) > least:
                    yield place

    def stretches(self, start: Place | None) -> Iterator[ColumnElement[bool]]:
        """Yield the sentences of all articles from one on, more of them every time."""
        together: list[int] = []
        begin, size, room = (self.rank[start.article] if start else 0), 0, FIRST_WALK
        for number, length in self.articles[begin:]:
            if length > BATCH:
                if together:
                    yield among(Sentence.article_id, together)
                    together, size = [], 0
                low = start.position if start and start.article == number else 0
                for first in range(low, length, BATCH):
                    here = Sentence.position.between(first, first + BATCH - 1)
                    yield (Sentence.article_id == number) & here
                continue
            together.append(number)
            size += length
            if size >= room:
                yield among(Sentence.article_id, together)
                together, size, room = [], 0, min(2 * room, LONGEST_WALK)
        if together:
            yield among(Sentence.article_id, together)

    # --- the query

    def query(self, words: ColumnElement[bool] | None, *, walking: bool = False) -> Query:
        """Return the query of all rows; walking, SQLite begins at the sentences."""
        wanted = self.filters
        query: Query
        if not wanted.needs_answers:
            query = select(*OF_SENTENCE)
        elif wanted.by == DECISIONS:
            query = self.of_decisions()
        else:
            walking = walking or self.has_few_sentences or self.is_said_of_most
            query = self.of_answers(walking=walking)
        if wanted.needs_consensus:
            # Nothing is kept of a sentence without answers, and it is neither disputed nor decided.
            outer = YES not in (wanted.disputed, wanted.decided)
            query = query.join(TABLE, TABLE.c.sentence_id == Sentence.id, isouter=outer)
            query = query.where(*conditions.on_consensus(wanted))
        query = query.where(*conditions.on_sentence(self.project, wanted))
        return query if words is None else query.where(words)

    def of_answers(self, *, walking: bool) -> Query:
        """Return the query of sentences that some answer is about, or of the claims of answers.

        Walking, a sentence is left for the next one as soon as one answer to it is as wanted.
        """
        wanted = self.filters
        met = list(conditions.on_answer(self.project, wanted, walking=walking))
        if wanted.needs_claims:
            met += conditions.on_claim(self.project, wanted, walking=walking)
        if walking and wanted.of != CLAIMS:
            # Where there are answers, it is kept how they stand, which costs less to look at.
            own = TABLE.c.sentence_id if wanted.needs_consensus else Sentence.id
            said = select(Answer.id).where(Answer.sentence_id == own)
            if wanted.needs_claims:
                said = said.join(Claim, Claim.answer_id == Answer.id)
            return select(*OF_SENTENCE).where(said.where(*met).correlate(Sentence, TABLE).exists())
        query: Query
        if wanted.of == CLAIMS:
            query = select(*OF_SENTENCE, Answer.id, Claim.position)
        else:
            query = select(*OF_SENTENCE).distinct()
        query = query.join(Answer, Answer.sentence_id == Sentence.id)
        if wanted.needs_claims:
            query = query.join(Claim, Claim.answer_id == Answer.id)
        return query.where(*met)

    def of_decisions(self) -> Query:
        """Return the query of sentences that are decided, or of the claims of decisions."""
        wanted = self.filters
        query: Query = select(*OF_SENTENCE)
        on_decision = conditions.on_decision(self.project, wanted)
        if not wanted.needs_claims:
            query = query.join(Decision, Decision.sentence_id == Sentence.id)
            return query.where(*on_decision)
        each, index, field = decided_claims()
        if wanted.of == CLAIMS:
            query = select(*OF_SENTENCE, Decision.id, index)
        else:
            query = query.distinct()
        query = query.join(Decision, Decision.sentence_id == Sentence.id).where(*on_decision)
        query = query.join(each, literal(value=True))
        for name, value in wanted.labels.items():
            query = query.where(field(name) == value)
        if wanted.speaker:
            numbers = conditions.speakers_named(self.project, wanted.speaker)
            query = query.where(among(cast(field("speaker_id"), Integer), numbers))
        return query


OF_SENTENCE = (Sentence.article_id, Sentence.position, Sentence.id)


def decided_claims() -> tuple[Any, ColumnElement[int], Any]:
    """Return the claims of a decision as a table, the place of each, and how a field is read."""
    if db.engine.dialect.name == "sqlite":
        each = func.json_each(Decision.claims).table_valued("key", "value", name="each")
        return each, each.c.key, lambda name: func.json_extract(each.c.value, f"$.{name}")
    each = (
        func.json_array_elements(Decision.claims)
        .table_valued("value", with_ordinality="place", name="each")
        .render_derived()
    )
    return each, each.c.place - 1, each.c.value.op("->>")


def places_from(query: Query) -> list[Place]:
    """Return the rows of a query as places."""
    return [Place(*row) for row in db.session.execute(query)]
