"""All tables; importing this module makes the metadata complete."""

from annotator.store.models.activities import Activity
from annotator.store.models.answers import (
    OPEN_STATES,
    Answer,
    AnswerEvent,
    Assignment,
    Claim,
    Exposure,
    Roster,
    Via,
)
from annotator.store.models.articles import Alias, Article, Sentence, Speaker
from annotator.store.models.codebook_changes import (
    CodebookDraft,
    RemappedAnswer,
    Remapping,
    ShownPrecedent,
    Worklist,
    WorklistAnswer,
)
from annotator.store.models.consensus import SentenceConsensus
from annotator.store.models.corrections import Correction
from annotator.store.models.decisions import (
    Appeal,
    Decision,
    DecisionBasis,
    DecisionEvent,
)
from annotator.store.models.factors import RecoveryCode, SecondFactor
from annotator.store.models.jobs import Job
from annotator.store.models.kept_reports import KeptReport
from annotator.store.models.label_imports import LabelImport
from annotator.store.models.people import (
    Membership,
    ModelMember,
    Role,
    SignIn,
    SignInLink,
    SignInTry,
    User,
)
from annotator.store.models.projects import CodebookVersion, OldSlug, Project
from annotator.store.models.releases import Release
from annotator.store.models.repairs import Repair
from annotator.store.models.replies import Reply
from annotator.store.models.review_notes import NotedSentence, ReviewNote
from annotator.store.models.saved_views import SavedView
from annotator.store.models.speaker_changes import SpeakerChange
from annotator.store.models.stagings import StagedAnswer, Staging
from annotator.store.models.tokens import Token
from annotator.store.models.training import TrainingResult

__all__ = [
    "OPEN_STATES",
    "Activity",
    "Alias",
    "Answer",
    "AnswerEvent",
    "Appeal",
    "Article",
    "Assignment",
    "Claim",
    "CodebookDraft",
    "CodebookVersion",
    "Correction",
    "Decision",
    "DecisionBasis",
    "DecisionEvent",
    "Exposure",
    "Job",
    "KeptReport",
    "LabelImport",
    "Membership",
    "ModelMember",
    "NotedSentence",
    "OldSlug",
    "Project",
    "RecoveryCode",
    "Release",
    "RemappedAnswer",
    "Remapping",
    "Repair",
    "Reply",
    "ReviewNote",
    "Role",
    "Roster",
    "SavedView",
    "SecondFactor",
    "Sentence",
    "SentenceConsensus",
    "ShownPrecedent",
    "SignIn",
    "SignInLink",
    "SignInTry",
    "Speaker",
    "SpeakerChange",
    "StagedAnswer",
    "Staging",
    "Token",
    "TrainingResult",
    "User",
    "Via",
    "Worklist",
    "WorklistAnswer",
]
