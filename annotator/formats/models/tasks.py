"""Requests for the batch interfaces of model providers: one JSON object for each sentence.

Each is `{"custom_id", "method", "url", "body"}`; the body has the messages and the JSON Schema of
the answer, and perhaps the name of a model. Most providers and local servers take such a file.
"""

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from typing import Any, TypeVar

from annotator.codebook.markdown import to_markdown
from annotator.codebook.scheme import Codebook, Value
from annotator.errors import RefusedError
from annotator.formats.models.answer_schema import answer_schema

Message = dict[str, str]
URL = "/v1/chat/completions"
# The first pair of marks that does not stand in the text is set around the sentence.
MARKS = (("⟦", "⟧"), ("⟪", "⟫"), ("<<<", ">>>"), ("[[[[", "]]]]"))
CUSTOM_ID = re.compile(r"([0-9a-f]{16})-([0-9]{1,9})-([0-9a-f]{8})-v([0-9]{1,9})")
ValueT = TypeVar("ValueT", bound=Value)


@dataclass(frozen=True)
class Asked:
    """A sentence, and where it stands: `before` and `after` are the rest of the text."""

    article: str
    position: int
    before: str
    sentence: str
    after: str
    title: str = ""
    publisher: str = ""
    published_on: str = ""


@dataclass(frozen=True)
class Example:
    """A sentence with the answer that was decided."""

    asked: Asked
    answer: Mapping[str, Any]


@dataclass(frozen=True)
class Named:
    """What a custom id says: the article by `article_mark` of its key, the sentence by number."""

    article: str
    position: int
    sentence: str
    codebook_version: int


class Requests:
    """What all requests of one file share: the instruction, the examples and the schema."""

    def __init__(
        self,
        codebook: Codebook,
        version: int,
        examples: Iterable[Example] = (),
        model: str | None = None,
    ) -> None:
        self.version, self.model = version, model
        self.begin: list[Message] = [{"role": "system", "content": instruction(codebook)}]
        for each in examples:
            answer = json.dumps(each.answer, ensure_ascii=False)
            self.begin.append({"role": "user", "content": question(each.asked)})
            self.begin.append({"role": "assistant", "content": answer})
        schema = {"name": "answer", "strict": True, "schema": answer_schema(codebook)}
        self.form = {"type": "json_schema", "json_schema": schema}

    def of(self, asked: Asked) -> dict[str, Any]:
        """Return the request for one sentence."""
        body: dict[str, Any] = {} if self.model is None else {"model": self.model}
        body["messages"] = [*self.begin, {"role": "user", "content": question(asked)}]
        body["response_format"] = self.form
        name = custom_id(asked.article, asked.position, asked.sentence, self.version)
        return {"custom_id": name, "method": "POST", "url": URL, "body": body}


def characters(request: Mapping[str, Any]) -> int:
    """Return how many characters a request has in its messages; the price grows with these."""
    return sum(len(each["content"]) for each in request["body"]["messages"])


def instruction(codebook: Codebook) -> str:
    """Return what a model is told first: the task, the form of the answer, and the codebook."""
    optional = codebook.fields
    lines = [
        "You label news articles sentence by sentence, by the codebook below. You are given a text"
        " in which one sentence is marked; the rest is only context. Answer for the marked sentence"
        " alone, with one JSON object of the given schema and nothing else.",
        f"- status: what the sentence is. Only “{codebook.claims_status.value}” has claims; then"
        " there is at least one. Otherwise claims is an empty list.",
        "- claims: one object for each claim, in the order of the sentence.",
        "- speaker: the full name of whoever claims it, as the article gives it."
        f" The article's own voice is “{codebook.narrator_name}” with the speaker_type"
        f" “{codebook.narrator_type.value}”. For a source without a name copy the words of the"
        f" article, with the speaker_type “{codebook.unnamed_type.value}”.",
    ]
    told = {
        "mention": "- mention: the words of the marked sentence that name the speaker, copied"
        " exactly, or null.",
        "evidence": "- evidence: words of the marked sentence that show stance and certainty, each"
        " copied exactly.",
        "via": "- via: the names of those who pass the claim on, outermost first.",
        "conditional": "- conditional: whether the claim holds only under a condition.",
    }
    lines += [line for name, line in told.items() if name in optional]
    return "\n".join(lines) + "\n\n" + to_markdown(as_offered(codebook))


def as_offered(codebook: Codebook) -> Codebook:
    """Return a codebook without what only the labelling screen needs: keys and retired values."""

    def plain(values: tuple[ValueT, ...]) -> tuple[ValueT, ...]:
        return tuple(replace(each, key="") for each in codebook.offered(values))

    return replace(
        codebook,
        statuses=plain(codebook.statuses),
        speaker_types=plain(codebook.speaker_types),
        stances=plain(codebook.stances),
        certainties=plain(codebook.certainties),
        aspects=plain(codebook.aspects),
        unsure=replace(codebook.unsure, key=""),
    )


def question(asked: Asked) -> str:
    """Return a text with its sentence marked."""
    begin, end = marks_for(asked.before + asked.sentence + asked.after)
    about = [asked.title, ", ".join(filter(None, (asked.publisher, asked.published_on)))]
    head = "\n".join(filter(None, about))
    text = f"{asked.before}{begin}{asked.sentence}{end}{asked.after}".strip()
    return f"{head}\n\n{text}\n\nLabel the sentence between {begin} and {end}.".strip()


def marks_for(text: str) -> tuple[str, str]:
    """Return marks that do not stand in a text."""
    for pair in MARKS:
        if not any(mark in text for mark in pair):
            return pair
    raise RefusedError("a text holds every mark that could be set around a sentence")


def custom_id(article: str, position: int, sentence: str, version: int) -> str:
    """Return by what an answer finds its sentence again; at most 64 letters, digits and dashes.

    It names the words of the sentence, too: where a repair has changed them since, the answer is to
    another sentence.
    """
    return f"{article_mark(article)}-{position}-{sentence_mark(sentence)}-v{version}"


def named(text: str) -> Named:
    """Return what a custom id says; RefusedError where it is none of ours."""
    found = CUSTOM_ID.fullmatch(text)
    if found is None:
        raise RefusedError(f"“{text[:80]}” is no custom_id of annotator model-tasks")
    article, position, sentence, version = found.groups()
    return Named(article, int(position), sentence, int(version))


def article_mark(key: str) -> str:
    """Return what stands for the key of an article."""
    return sha256(key.encode()).hexdigest()[:16]


def sentence_mark(text: str) -> str:
    """Return what stands for the words of a sentence."""
    return sha256(text.encode()).hexdigest()[:8]


def turns(sequences: Sequence[Sequence[int]]) -> list[int]:
    """Return the first of each sequence, then the second of each, and so on."""
    longest = max(map(len, sequences), default=0)
    return [each[turn] for turn in range(longest) for each in sequences if turn < len(each)]
