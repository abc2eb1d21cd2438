"""What models are asked of a project: one request for each sentence, with decided examples.

An example never comes from an article that is asked for, nor from a near-duplicate or another
version of one: a model would be shown the answer.
"""

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from random import Random
from typing import Any

from sqlalchemy import Connection, select

from annotator.errors import RefusedError
from annotator.formats.models.answer_schema import claim_schema
from annotator.formats.models.tasks import Asked, Example, Requests, turns
from annotator.phrases import counted
from annotator.store.batches import Found, articles_of
from annotator.store.clusters import read_clusters
from annotator.store.db import among
from annotator.store.models import Article, Decision, Project, Sentence
from annotator.store.snapshot import one_moment
from annotator.work.consensus.content import DECIDED
from annotator.work.labelling.annotation_rows import speakers_of

MOST_NAMED = 5
MOST_EXAMPLES = 1000


def requests(
    project: Project,
    keys: Sequence[str] | None = None,
    examples: int = 0,
    seed: int = 1,
    model: str | None = None,
) -> Iterator[dict[str, Any]]:
    """Yield a request for every sentence of a project, or of the articles with these keys.

    All of one moment, by key and sentence; memory holds one article. The same seed chooses the same
    examples.

    Raises:
        RefusedError: there is no such article, no sentence, or there are fewer decided sentences.

    """
    with one_moment() as connection:
        articles = chosen(articles_of(connection, project), keys)
        asked = {each.id for each in articles}
        shown = examples_of(connection, project, asked, examples, seed)
        made = Requests(project.codebook, project.codebook_version.number, shown, model)
        for article in articles:
            for each in asked_of(connection, article.id):
                yield made.of(each)


def chosen(articles: Sequence[Found], keys: Sequence[str] | None) -> list[Found]:
    """Return the articles with these keys, all of them without any."""
    if keys is not None:
        known = {each.key for each in articles}
        if unknown := [f"“{key}”" for key in keys if key not in known]:
            more = f" and {len(unknown) - MOST_NAMED:,} more" if len(unknown) > MOST_NAMED else ""
            raise RefusedError(f"there is no article {', '.join(unknown[:MOST_NAMED])}{more}")
        articles = [each for each in articles if each.key in set(keys)]
    if not articles:
        raise RefusedError("there are no articles to ask for")
    return [*articles]


def asked_of(connection: Connection, article_id: int) -> Iterator[Asked]:
    """Yield the sentences of an article, each within the whole of its text."""
    article = connection.execute(
        select(
            Article.key, Article.title, Article.publisher, Article.published_on, Article.text
        ).where(Article.id == article_id)
    ).one()
    sentences = connection.execute(
        select(Sentence.position, Sentence.start, Sentence.end)
        .where(Sentence.article_id == article_id)
        .order_by(Sentence.position)
    )
    day = article.published_on.isoformat() if article.published_on else ""
    for each in sentences:
        yield Asked(
            article.key,
            each.position,
            article.text[: each.start],
            article.text[each.start : each.end],
            article.text[each.end :],
            article.title,
            article.publisher,
            day,
        )


def examples_of(
    connection: Connection, project: Project, asked: Collection[int], wanted: int, seed: int
) -> list[Example]:
    """Return decided sentences of other articles, as many kinds of answers as there are.

    They are drawn in turn from the answers of each status and stance.
    """
    if not wanted:
        return []
    clusters = read_clusters(connection, project)
    shut = {clusters[each] for each in asked}
    free = sorted(each for each, root in clusters.items() if root not in shut)
    decided = connection.execute(
        select(
            Decision.sentence_id,
            Decision.status,
            Decision.claims,
            Sentence.article_id,
            Sentence.position,
        )
        .join(Decision.sentence)
        .where(among(Sentence.article_id, free), Decision.state == DECIDED, Decision.soft.is_(None))
        .order_by(Decision.sentence_id)
    ).all()
    if len(decided) < wanted:
        raise RefusedError(
            f"--examples: there {'is' if len(decided) == 1 else 'are'} only"
            f" {counted(len(decided), 'decided sentence')} outside of the articles asked for and"
            " their near-duplicates; ask for fewer, or for some articles only (--articles)"
        )
    kinds = defaultdict(list)
    for index, row in enumerate(decided):
        first = row.claims[0]["stance"] if row.claims else ""
        kinds[row.status, first].append(index)
    chance = Random(seed)
    orders = [chance.sample(each, len(each)) for _, each in sorted(kinds.items())]
    speakers = speakers_of(connection, project)
    return [
        example(connection, project, decided[index], speakers) for index in turns(orders)[:wanted]
    ]


def example(
    connection: Connection, project: Project, row: Found, speakers: dict[int, tuple[str, str]]
) -> Example:
    """Return a decided sentence beside its neighbours, with the answer as the schema has it."""
    near = connection.execute(
        select(Sentence.position, Sentence.start, Sentence.end)
        .where(
            Sentence.article_id == row.article_id,
            Sentence.position.between(row.position - 1, row.position + 1),
        )
        .order_by(Sentence.position)
    ).all()
    text = connection.scalars(select(Article.text).where(Article.id == row.article_id)).one()
    own = next(each for each in near if each.position == row.position)
    asked = Asked(
        "",
        row.position,
        text[near[0].start : own.start],
        text[own.start : own.end],
        text[own.end : near[-1].end],
    )
    fields = claim_schema(project.codebook)["properties"]
    unnamed = project.codebook.unnamed_type.value
    told = [said(each, own, text, speakers, unnamed) for each in row.claims]
    claims = [{name: claim[name] for name in fields} for claim in told]
    return Example(asked, {"status": row.status, "claims": claims})


def said(
    claim: dict[str, Any],
    sentence: Found,
    text: str,
    speakers: dict[int, tuple[str, str]],
    unnamed: str,
) -> dict[str, Any]:
    """Return a decided claim in words; spans outside of the sentence are left out."""
    name, kind = speakers[claim["speaker_id"]]
    if kind == unnamed:  # whose name is its words and the key of the article
        name = name.rpartition(" (")[0] or name
    spans = [*claim["evidence"], *([claim["mention"]] if claim["mention"] else [])]
    words = {
        (start, end): text[start:end]
        for start, end in spans
        if sentence.start <= start and end <= sentence.end
    }
    return {
        "speaker": name,
        "speaker_type": kind,
        "stance": claim["stance"],
        "certainty": claim["certainty"],
        "aspect": claim["aspect"],
        "conditional": claim["conditional"],
        "mention": words.get(tuple(claim["mention"])) if claim["mention"] else None,
        "via": [speakers[link][0] for link in claim["via"]],
        "evidence": [words[tuple(span)] for span in claim["evidence"] if tuple(span) in words],
    }
