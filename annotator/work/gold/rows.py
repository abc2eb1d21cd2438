"""The gold of a project, one row per sentence: what was decided, by what, and what stays open.

Order of authority: an adjudicated decision wins; then what all or most annotators say, field by
field, or what a model makes of their answers where they differ (`models`). A tie or a low margin is
never broken: such a sentence is `open` and has no gold answer, only its votes. Answers are never
changed by gold.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from sqlalchemy import Connection, case, func, select

from annotator.measure.origins import MODEL
from annotator.store.batches import Batch, Found, Words, articles_of, batches
from annotator.store.models import (
    Answer,
    Article,
    Decision,
    DecisionBasis,
    Project,
    Sentence,
)
from annotator.store.snapshot import one_moment
from annotator.work.accounts.memberships import pseudonyms_of
from annotator.work.consensus.answers import comparisons
from annotator.work.consensus.content import taken_from
from annotator.work.consensus.voting import Majority, Voting
from annotator.work.gold.building import (
    INCOMPLETE,
    NOBODY,
    NOT_COUNTED,
    UNANSWERED,
    Decided,
    GoldRow,
    Place,
    Rules,
    gold_row,
    in_file_order,
    written,
)
from annotator.work.gold.fitting import fitted_to
from annotator.work.gold.models import Aggregation, Fitted
from annotator.work.labelling.annotation_rows import speakers_of, versions_of
from annotator.work.labelling.speakers import speakers_today

By = Aggregation | Voting


def gold_rows(project: Project, by: By | None = None, *, every: bool = False) -> Iterator[GoldRow]:
    """Yield the gold row of every sentence that has an answer or a decision, in order.

    All rows are of one moment, and the same state gives the same bytes. `by` decides what nobody
    adjudicated, by default the majority: an aggregation, which is fitted to the project first, or
    anything that turns the ballots of one field into a `Vote`, like one that has been fitted. With
    `every`, sentences that nobody's word decides are there, too: `how` is "none", and `open` is the
    reason (see `waiting`).
    """
    with one_moment() as connection:
        rules = rules_for(connection, project, by or Aggregation())
        today = speakers_today(connection, project)
        speakers = speakers_of(connection, project)
        people = pseudonyms_of(project, connection)
        versions = versions_of(connection, project)
        words = Words(connection)
        for batch in batches(articles_of(connection, project)):
            found = comparisons(connection, batch, today, project.codebook.labels)
            decided = decisions_of(connection, batch)
            bases = bases_of(connection, batch)
            begun = waiting(connection, batch) if every else {}
            for sentence in sentences_of(connection, batch):
                said = found.get((sentence.article_id, sentence.position), NOBODY)
                stored = decided.get(sentence.id)
                if not every and not said.readings and stored is None:
                    continue
                place = Place(
                    project.slug,
                    batch.articles[sentence.article_id],
                    sentence.position,
                    sentence.start,
                    sentence.end,
                    sentence.segment,
                    sentence.text,
                    partial(words.span, sentence),
                    speakers,
                )
                decision = None
                if stored is not None:
                    basis = bases.get(stored.id, {})
                    decision = decided_from(stored, basis, today, people, versions)
                comparison = in_file_order(said, people)
                why = begun.get(sentence.id, UNANSWERED)
                yield written(gold_row(place, comparison, decision, rules, why))


def article_columns(project: Project) -> dict[str, dict[str, Any]]:
    """Return by key what tables of gold say of each article beside its key."""
    query = select(
        Article.key, Article.publisher, Article.published_on, Article.language
    ).where(Article.project_id == project.id)  # fmt: skip
    with one_moment() as connection:
        return {
            row.key: {
                "publisher": row.publisher,
                "published_on": row.published_on.isoformat() if row.published_on else "",
                "language": row.language,
            }
            for row in connection.execute(query)
        }


def rules_for(connection: Connection, project: Project, by: By) -> Rules:
    """Return how gold is made where nobody has decided."""
    fitted = fitted_to(by, connection, project) if isinstance(by, Aggregation) else by
    way = by.way if isinstance(by, Fitted) else by
    by_count = Majority(way.least_margin) if isinstance(way, Aggregation) else Majority()
    return Rules(project.codebook.claims_status.value, fitted, by_count)


def decided_from(
    row: Found,
    basis: Mapping[int, int],
    today: Mapping[int, int],
    people: Mapping[int, str],
    versions: Mapping[int, int],
) -> Decided:
    """Return a stored decision with the speakers that count today."""
    return Decided(
        row.state,
        row.how,
        row.status,
        [taken_from(stored, today) for stored in row.claims],
        row.fields,
        row.soft,
        people.get(row.user_id),
        row.reason,
        row.rule,
        versions[row.codebook_version_id],
        row.decided_at,
        basis,
    )


def sentences_of(connection: Connection, batch: Batch) -> list[Found]:
    """Return the sentences of a batch in the order of the files."""
    query = select(
        Sentence.id,
        Sentence.article_id,
        Sentence.position,
        Sentence.start,
        Sentence.end,
        Sentence.segment,
        Sentence.paragraph,
        Sentence.text,
    )
    order = {article: index for index, article in enumerate(batch.articles)}
    rows = connection.execute(batch.narrow(query)).all()
    return sorted(rows, key=lambda row: (order[row.article_id], row.position))


def decisions_of(connection: Connection, batch: Batch) -> dict[int, Found]:
    """Return the decisions on the sentences of a batch, by sentence."""
    query = select(
        Decision.id,
        Decision.sentence_id,
        Decision.user_id,
        Decision.state,
        Decision.revision,
        Decision.readers,
        Decision.how,
        Decision.fields,
        Decision.status,
        Decision.claims,
        Decision.soft,
        Decision.reason,
        Decision.rule,
        Decision.codebook_version_id,
        Decision.decided_at,
    ).join(Decision.sentence)
    return {row.sentence_id: row for row in connection.execute(batch.narrow(query))}


def waiting(connection: Connection, batch: Batch) -> dict[int, str]:
    """Return why sentences with answers may have no gold: they are incomplete, or do not count.

    What counts are the newest complete answers of people. A sentence that is not here has
    no answer with a status at all, unless of a model: it is unanswered.
    """
    query = (
        select(Answer.sentence_id, func.max(case((Answer.complete, 1), else_=0)).label("whole"))
        .join(Answer.sentence)
        .where(Answer.status.is_not(None), Answer.current, Answer.origin != MODEL)
        .group_by(Answer.sentence_id)
    )
    return {
        row.sentence_id: NOT_COUNTED if row.whole else INCOMPLETE
        for row in connection.execute(batch.narrow(query))
    }


def bases_of(connection: Connection, batch: Batch) -> dict[int, dict[int, int]]:
    """Return the answers under each decision of a batch, and their revisions."""
    query = (
        select(DecisionBasis.decision_id, DecisionBasis.answer_id, DecisionBasis.revision)
        .join(Decision, Decision.id == DecisionBasis.decision_id)
        .join(Decision.sentence)
    )
    found: dict[int, dict[int, int]] = {}
    for row in connection.execute(batch.narrow(query)):
        found.setdefault(row.decision_id, {})[row.answer_id] = row.revision
    return found
