"""All tables; importing this module makes the metadata complete."""

from annotator.store.models.answers import (
    Answer,
    AnswerEvent,
    Assignment,
    Claim,
    Exposure,
    Roster,
    Via,
)
from annotator.store.models.articles import Alias, Article, Sentence, Speaker
from annotator.store.models.consensus import SentenceConsensus
from annotator.store.models.decisions import (
    Appeal,
    Decision,
    DecisionBasis,
    DecisionEvent,
)
from annotator.store.models.jobs import Job
from annotator.store.models.kept_reports import KeptReport
from annotator.store.models.people import (
    Membership,
    Role,
    SignIn,
    SignInLink,
    SignInTry,
    User,
)
from annotator.store.models.projects import CodebookVersion, Project
from annotator.store.models.releases import Release
from annotator.store.models.repairs import Repair
from annotator.store.models.replies import Reply
from annotator.store.models.speaker_changes import SpeakerChange
from annotator.store.models.stagings import StagedAnswer, Staging

__all__ = [
    "Alias",
    "Answer",
    "AnswerEvent",
    "Appeal",
    "Article",
    "Assignment",
    "Claim",
    "CodebookVersion",
    "Decision",
    "DecisionBasis",
    "DecisionEvent",
    "Exposure",
    "Job",
    "KeptReport",
    "Membership",
    "Project",
    "Release",
    "Repair",
    "Reply",
    "Role",
    "Roster",
    "Sentence",
    "SentenceConsensus",
    "SignIn",
    "SignInLink",
    "SignInTry",
    "Speaker",
    "SpeakerChange",
    "StagedAnswer",
    "Staging",
    "User",
    "Via",
]
