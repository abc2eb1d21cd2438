"""Words of an article in a field of one line, and the span that copied words stand for."""

from annotator.store.models import Sentence
from annotator.text.match import find_words
from annotator.web.answer_form import LONGEST_MENTION
from annotator.work import labelling, reading
from annotator.work.drafts import InvalidAnswerError, Span

REACH = 30


def one_line(words: str | None) -> str:
    """Return words with single spaces between them."""
    return " ".join((words or "").split())


def words_of(sentence: Sentence, span: Span) -> str:
    """Return the words of a span of the article, line breaks as spaces."""
    start, end = span[0] - sentence.start, span[1] - sentence.start
    if 0 <= start < end <= len(sentence.text):
        return one_line(sentence.text[start:end])
    return one_line(labelling.words_at(sentence.article, span))


def span_of(words: str, old: tuple[Span, ...], sentence: Sentence, field: str) -> Span:
    """Return the span of copied words: as it was before, else in this sentence, else nearby.

    Raises:
        InvalidAnswerError: they stand nowhere near, or are too many; with the field.

    """
    for span in old:
        if words_of(sentence, span) == words:
            return span
    if len(words) > LONGEST_MENTION:
        raise InvalidAnswerError(f"These are more than {LONGEST_MENTION:,} characters.", field)
    for near in reading.neighbours(sentence.article, sentence.position, REACH):
        found = find_words(words, near.text)
        if found:
            return (near.start + found[0], near.start + found[1])
    raise InvalidAnswerError(
        f"“{words}” does not stand in this sentence or near it. Copy the words from the text.",
        field,
    )
