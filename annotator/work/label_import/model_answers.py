"""Answers of models as rows: each finds its sentence by its custom id, its words their places."""

from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from typing import Any, cast

from jsonschema.exceptions import ValidationError, best_match
from sqlalchemy import select

from annotator.codebook.scheme import Codebook
from annotator.errors import RefusedError
from annotator.formats.articles.records import RecordError
from annotator.formats.labels.rows import AnswerRow, ClaimRow, Span
from annotator.formats.models.answer_schema import lenient_schema
from annotator.formats.models.results import Result
from annotator.formats.models.tasks import article_mark, named, sentence_mark
from annotator.formats.release.schemas import STRICT, said
from annotator.measure.origins import MODEL
from annotator.phrases import both_numbers, short
from annotator.store.db import db
from annotator.store.models import Article
from annotator.text.decode import UndecodableText, check_text
from annotator.work.label_import.rows import Importer
from annotator.work.label_import.texts import Place


def model_rows(
    importer: Importer, results: Iterable[Result | AnswerRow | RecordError]
) -> Iterator[AnswerRow | RecordError]:
    """Yield an answer of the importer's model for each result, or why there is none.

    What is refused: an answer to no sentence of this project, or to one whose words have changed;
    one that is not of the schema of its codebook; words that do not stand in the sentence.
    """
    articles = {article_mark(key): key for key in keys_of(importer.project_id)}
    for each in results:
        if isinstance(each, RecordError | AnswerRow):
            yield each
            continue
        try:
            yield row_of(importer, each, articles)
        except (RefusedError, UndecodableText) as error:
            yield RecordError(f"{each.where}: {error}")


def keys_of(project_id: int) -> Iterable[str]:
    """Return the keys of the articles of a project."""
    return db.session.scalars(select(Article.key).where(Article.project_id == project_id))


def row_of(importer: Importer, result: Result, articles: Mapping[str, str]) -> AnswerRow:
    """Return one result as an answer."""
    asked = named(result.custom_id)
    key = articles.get(asked.article)
    if key is None:
        raise RefusedError(f"“{result.custom_id}” is of no article of this project")
    sentence = importer.text(key).sentences.get(asked.position)
    place = f"sentence {both_numbers(asked.position)} of “{key}”"
    if sentence is None or sentence_mark(sentence.text) != asked.sentence:
        raise RefusedError(f"{place} has other words here than when the model was asked")
    codebook = importer.codebooks.get(asked.codebook_version)
    if codebook is None:
        raise RefusedError(f"there is no codebook version {asked.codebook_version} here")
    refuse_misfit(codebook, result.answer)
    status, claims = result.answer["status"], result.answer["claims"]
    if (status == codebook.claims_status.value) != bool(claims):
        number = "no claim" if not claims else "a claim"
        raise RefusedError(f"{place}: the status is “{status}”, but there is {number}")
    return AnswerRow(
        where=result.where,
        article=key,
        annotator=importer.model,
        sentence=asked.position,
        status=status,
        claims=tuple(claim_of(each, sentence, key, codebook) for each in claims),
        codebook_version=asked.codebook_version,
        origin=MODEL,
    )


def refuse_misfit(codebook: Codebook, answer: Mapping[str, Any]) -> None:
    """Refuse an answer that is not of the schema of its codebook; the message names the place."""
    error = best_match(validator_of(codebook).iter_errors(answer))
    if error is not None:
        raise RefusedError(said(cast(ValidationError, error)))


@cache
def validator_of(codebook: Codebook) -> Any:
    """Return what says how an answer differs from the schema."""
    return STRICT(lenient_schema(codebook))


def claim_of(
    claim: Mapping[str, Any], sentence: Place, article: str, codebook: Codebook
) -> ClaimRow:
    """Return one claim; the narrator and sources without a name are called as everywhere."""
    name, kind = claim["speaker"].strip(), claim["speaker_type"]
    if kind == codebook.narrator_type.value:
        name = codebook.narrator_name
    if not name:
        raise RefusedError("a claim has no speaker")
    if kind == codebook.unnamed_type.value:
        name = f"{' '.join(name.split())} ({article})"
    check_text(name)
    mention = claim.get("mention")
    return ClaimRow(
        speaker=name,
        speaker_type=kind,
        mention=span_of(mention, sentence) if mention else None,
        via=tuple(link.strip() for link in claim.get("via", ()) if link.strip()),
        stance=claim["stance"],
        certainty=claim.get("certainty"),
        conditional=claim.get("conditional", False),
        aspect=claim.get("aspect"),
        evidence=tuple(span_of(each, sentence) for each in claim.get("evidence", ())),
    )


def span_of(words: str, sentence: Place) -> Span:
    """Return where words stand in a sentence, the first place of several."""
    words = words.strip()
    at = sentence.text.find(words) if words else -1
    if at < 0:
        raise RefusedError(f"“{short(words)}” does not stand in the sentence")
    start = sentence.start + at
    return start, start + len(words), words
