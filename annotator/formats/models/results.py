"""Result files of model providers: one JSON object a line, in the shapes that are in use.

custom_id + response.body.choices[0].message.content     batches of chat completions
custom_id + response.body.output[…].content[…].text      batches of responses
custom_id + result.message.content[…].text               batches of messages
custom_id + answer, or custom_id + status and claims     anything else, written by a script
article, sentence, annotator, …                          our own annotation rows
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO

from annotator.errors import RefusedError
from annotator.formats.articles import jsonl
from annotator.formats.articles.json_records import parse
from annotator.formats.articles.records import RecordError
from annotator.formats.labels.rows import AnswerRow, answer_row
from annotator.phrases import short
from annotator.text.decode import UndecodableText

# A model that was asked for JSON may still set it within a fence of Markdown.
FENCE = re.compile(r"```(?:json)?\s*\n(.*?)\n?```", re.DOTALL)


@dataclass(frozen=True)
class Result:
    """The answer of a model to one request, as it gave it; `where` is its place in the file."""

    where: str
    custom_id: str
    answer: Mapping[str, Any]


def read(stream: BinaryIO, name: str) -> Iterator[Result | AnswerRow | RecordError]:
    """Yield what each line of a result file says, or what is wrong with it.

    A line that cannot be read does not keep the others from being read. `name` is that of the file.
    """
    number = 0
    while raw := stream.readline(jsonl.LONGEST_LINE + 1):
        number += 1
        where = f"{name}, line {number}"
        if not raw.strip():
            continue
        try:
            if len(raw) > jsonl.LONGEST_LINE:
                raise RefusedError("it is too long; is this a result file?")
            yield result(raw.removeprefix(b"\xef\xbb\xbf"), where)
        except (RefusedError, UndecodableText) as error:
            yield RecordError(f"{where}: {str(error).removeprefix(f'{where}: ')}")


def result(raw: bytes, where: str) -> Result | AnswerRow:
    """Return what one line says."""
    row = jsonl.parsed(raw, where)
    name = row.get("custom_id")
    if name is None and "annotator" in row:
        return answer_row(row, where)
    if not isinstance(name, str):
        raise RefusedError("it has no “custom_id”; is this a result file?")
    said = content(row)
    answer = parsed(said) if isinstance(said, str) else said
    if not isinstance(answer, dict):
        raise RefusedError("its answer is not a JSON object")
    return Result(where, name, answer)


def content(row: Mapping[str, Any]) -> Any:
    """Return the answer of a line: a text, or an object where somebody has parsed it already.

    Raises:
        RefusedError: the request failed, or the line has no answer where one could be.

    """
    if "answer" in row:
        return row["answer"]
    if "status" in row and "claims" in row:
        return {"status": row["status"], "claims": row["claims"]}
    refuse_failed(row)
    body = within(row, "response", "body")
    message = within(body, "choices", 0, "message")
    if refusal := within(message, "refusal"):
        raise RefusedError(f"the model refused: {short(str(refusal))}")
    if (said := within(message, "content")) is not None:
        return first_text(said)
    for part in within(body, "output") or ():
        if (said := first_text(within(part, "content"))) is not None:
            return said
    said = first_text(within(row, "result", "message", "content"))
    if said is None:
        raise RefusedError("it has no answer: neither “response” nor “result” nor “answer” has one")
    return said


def refuse_failed(row: Mapping[str, Any]) -> None:
    """Refuse the line of a request that the provider could not answer, with what it said."""
    code = within(row, "response", "status_code")
    kind = within(row, "result", "type")
    failed = isinstance(code, int) and code >= 400
    if not (row.get("error") or failed or (kind is not None and kind != "succeeded")):
        return
    told = (
        within(row, "error", "message")
        or within(row, "result", "error", "message")
        or within(row, "result", "error", "error", "message")
        or within(row, "response", "body", "error", "message")
        or kind
        or code
    )
    raise RefusedError(f"the request failed: {short(str(told))}")


def first_text(said: Any) -> Any:
    """Return the text of a message, which may be a list of parts; None where there is none."""
    if not isinstance(said, list):
        return said
    texts = (within(part, "text") for part in said)
    return next((each for each in texts if isinstance(each, str)), None)


def within(value: Any, *path: str | int) -> Any:
    """Return what stands at a place inside of a value, None where there is no such place."""
    for step in path:
        if isinstance(step, str):
            value = value.get(step) if isinstance(value, dict) else None
        else:
            value = value[step] if isinstance(value, list) and len(value) > step else None
    return value


def parsed(text: str) -> Any:
    """Return the JSON of an answer, also where it stands within a fence."""
    if fenced := FENCE.search(text):
        text = fenced[1]
    try:
        return parse(text.strip())
    except RefusedError as error:
        raise RefusedError(f"its answer {str(error).removeprefix('it ')}") from error
