"""All tables; importing this module makes the metadata complete."""

from annotator.store.models.answers import (
    Answer,
    AnswerEvent,
    Assignment,
    Claim,
    Decision,
    Release,
    Roster,
    Via,
)
from annotator.store.models.articles import Alias, Article, Sentence, Speaker
from annotator.store.models.people import (
    Membership,
    Role,
    SignIn,
    SignInLink,
    SignInTry,
    User,
)
from annotator.store.models.projects import CodebookVersion, Project

__all__ = [
    "Alias",
    "Answer",
    "AnswerEvent",
    "Article",
    "Assignment",
    "Claim",
    "CodebookVersion",
    "Decision",
    "Membership",
    "Project",
    "Release",
    "Role",
    "Roster",
    "Sentence",
    "SignIn",
    "SignInLink",
    "SignInTry",
    "Speaker",
    "User",
    "Via",
]
