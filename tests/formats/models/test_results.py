"""Result files of model providers, whatever their shape; what cannot be read is named by line."""

import io
import json

import pytest

from annotator.formats.articles.records import RecordError
from annotator.formats.models.results import Result, read

ANSWER = {"status": "no_claim", "claims": []}
TEXT = json.dumps(ANSWER)


def chat(content, **more):
    body = {"choices": [{"index": 0, "message": {"role": "assistant", "content": content, **more}}]}
    return {"custom_id": "a", "response": {"status_code": 200, "body": body}, "error": None}


def read_lines(*lines):
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    return list(read(io.BytesIO(text.encode()), "results.jsonl"))


@pytest.mark.parametrize(
    "row",
    [
        chat(TEXT),
        chat(f"Here it is:\n```json\n{TEXT}\n```"),
        chat([{"type": "text", "text": TEXT}]),
        {
            "custom_id": "a",
            "response": {
                "status_code": 200,
                "body": {
                    "output": [
                        {"type": "reasoning", "summary": []},
                        {"type": "message", "content": [{"type": "output_text", "text": TEXT}]},
                    ]
                },
            },
        },
        {
            "custom_id": "a",
            "result": {
                "type": "succeeded",
                "message": {
                    "content": [
                        {"type": "thinking", "thinking": "…"},
                        {"type": "text", "text": TEXT},
                    ]
                },
            },
        },
        {"custom_id": "a", "answer": ANSWER},
        {"custom_id": "a", "answer": TEXT},
        {"custom_id": "a", **ANSWER},
    ],
)
def test_every_shape_in_use_is_read(row):
    assert read_lines(row) == [Result("results.jsonl, line 1", "a", ANSWER)]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("{not json", "it is not valid JSON"),
        ("[1]", "it is not an object"),
        ({"answer": ANSWER}, "it has no “custom_id”; is this a result file?"),
        ({"custom_id": "a"}, "it has no answer"),
        (chat("I am not sure."), "its answer is not valid JSON"),
        (chat("[]"), "its answer is not a JSON object"),
        (chat(None, refusal="I cannot help with that."), "the model refused: I cannot help"),
        (
            {"custom_id": "a", "response": None, "error": {"message": "over quota"}},
            "the request failed: over quota",
        ),
        (
            {"custom_id": "a", "response": {"status_code": 429, "body": {}}},
            "the request failed: 429",
        ),
        ({"custom_id": "a", "result": {"type": "expired"}}, "the request failed: expired"),
        ({"custom_id": "a", "response": {"body": {"choices": []}}}, "it has no answer"),
    ],
)
def test_what_cannot_be_read_is_named_and_the_next_line_is_read(row, said):
    problem, good = read_lines(row, {"custom_id": "b", "answer": ANSWER})
    assert isinstance(problem, RecordError)
    assert str(problem).startswith(f"results.jsonl, line 1: {said}")
    assert str(problem).count("line 1:") == 1
    assert good == Result("results.jsonl, line 2", "b", ANSWER)
