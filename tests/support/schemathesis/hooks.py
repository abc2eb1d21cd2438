"""What schemathesis is told: how JSON Lines are written."""

import json

import schemathesis


@schemathesis.serializer("application/jsonl")
def as_lines(_context, value):
    """Send a text as it is, anything else as one line."""
    return value.encode("utf-8", "replace") if isinstance(value, str) else json.dumps(value)
