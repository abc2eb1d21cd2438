"""A question before an act that is not easily taken back: a page of its own, without any script."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import render_template, request

from annotator.store.models import Membership

SURE = "sure"
OURS = frozenset({"csrf_token", SURE})


@dataclass(frozen=True)
class Question:
    """What is asked; `fields` are posted to `action` once more when the answer is yes."""

    heading: str
    lines: Sequence[str]
    yes: str
    action: str
    back: str
    no: str = "Cancel"
    fields: Sequence[tuple[str, str]] = ()


def is_sure() -> bool:
    """Say whether the person has answered the question with yes."""
    return request.form.get(SURE) == "y"


def posted() -> list[tuple[str, str]]:
    """Return what was posted, but the token and an earlier answer: it is posted with the answer."""
    pairs: Iterable[tuple[str, str]] = request.form.items(multi=True)
    return [(name, value) for name, value in pairs if name not in OURS]


def ask(membership: Membership, question: Question) -> str:
    """Render the question; nothing has been stored."""
    return render_template(
        "question.html", project=membership.project, membership=membership, asked=question
    )
