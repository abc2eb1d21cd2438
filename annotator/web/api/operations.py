"""The operations of the API, as OpenAPI 3.1 has them: written by hand, and what requests must fit.

`asked` looks parameters and bodies up here, so that nothing is documented that is not checked.
"""

import re
from functools import cache

from annotator import __version__
from annotator.store.models.answers import WORK
from annotator.web.api.describing import (
    ARTICLE,
    DECIDERS,
    ETAG,
    FORM,
    GOLD_WAY,
    INTRODUCTION,
    JOB,
    JSON,
    LEADS,
    LINES,
    LOCATION,
    MEMBERS,
    NAME,
    PAGED,
    REFUSALS,
    SLUG,
    TAGS,
    job_replies,
    operation,
    parameter,
    read,
    reply,
)  # fmt: skip
from annotator.web.api.schemas import SCHEMAS, Schema, flag, many, of, record, text, whole
from annotator.web.bearer import ROOT
from annotator.work import copies, tokens
from annotator.work.imported_labels.kinds import KINDS, OF_ORIGIN

NOT_STORED = "All of it is stored or nothing."
GOLD_KIND = "One JSON object per line, as in gold.jsonl of a release."
LABELS_KIND = "One JSON object per line, as in annotations.jsonl of a release, by pseudonym."
DECISIONS_KIND = "One JSON object per line, as in decisions.jsonl of a release."
AS_MEANS = "What the answers are: " + "; ".join(
    f"`{each.name}`: {each.means.replace('; ', ', ')}" for each in KINDS.values()
)
IN_PROJECT = f"{ROOT}/projects/{{slug}}"
HEALTH: Schema = {
    "tags": ["Server"],
    "operationId": "health",
    "summary": "Say whether the server reaches its database",
    "description": "Needs no token.",
    "security": [],
    "responses": {
        "200": reply("It does.", of("Health"), headers=ETAG),
        "default": REFUSALS["default"],
    },
}

PATHS: dict[str, dict[str, Schema]] = {
    f"{ROOT}/health": {"get": HEALTH},
    f"{ROOT}/projects": {
        "get": read("Project", "projects", "List the project of the token", of("Projects"), MEMBERS)
    },
    IN_PROJECT: {"get": read("Project", "project", "Show a project", of("Project"), MEMBERS, SLUG)},
    f"{IN_PROJECT}/articles": {
        "get": read(
            "Articles",
            "articles",
            "List articles",
            of("Articles"),
            MEMBERS,
            SLUG,
            *PAGED,
            parameter("key", text(maxLength=300), "Only the article of this key."),
            more="Annotators get the articles that were given to them.",
        ),
        "post": operation(
            "Articles",
            "importArticles",
            "Import articles",
            tokens.IMPORT,
            LEADS,
            [SLUG],
            job_replies("Stored"),
            f"As JSON, or as files of any format that the import page reads. {NOT_STORED}",
            {
                "required": True,
                "content": {
                    JSON: {"schema": of("NewArticles")},
                    FORM: {
                        "schema": record(
                            {
                                "file": many(text("A file.", format="binary"), minItems=1),
                                "new_version": flag(
                                    "If a key is used by another text, import as a new version."
                                ),
                            },
                            needs=("file",),
                        )
                    },
                },
            },
        ),
    },
    f"{IN_PROJECT}/articles/{{number}}": {
        "get": read(
            "Articles",
            "article",
            "Show an article with its text",
            of("ArticleWithText"),
            MEMBERS,
            SLUG,
            ARTICLE,
        )
    },
    f"{IN_PROJECT}/articles/{{number}}/sentences": {
        "get": read(
            "Articles",
            "sentences",
            "List the sentences of an article",
            of("Sentences"),
            MEMBERS,
            SLUG,
            ARTICLE,
            *PAGED,
        )
    },
    f"{IN_PROJECT}/assignments": {
        "get": read(
            "Work",
            "assignments",
            "List who has which article",
            of("Assignments"),
            MEMBERS,
            SLUG,
            *PAGED,
            more="Whoever does not lead gets only their own.",
        ),
        "post": operation(
            "Work",
            "assign",
            "Assign articles to annotators",
            tokens.IMPORT,
            LEADS,
            [SLUG],
            {
                "200": reply("The plan; nothing is stored.", of("AssignmentPlan")),
                "201": reply("What was assigned.", of("AssignmentPlan")),
            },
            "Balanced by sentences, reproducible by the seed; what is assigned already is kept.",
            {"required": True, "content": {JSON: {"schema": of("NewAssignments")}}},
        ),
    },
    f"{IN_PROJECT}/speakers": {
        "get": read("Labels", "speakers", "List speakers", of("Speakers"), LEADS, SLUG, *PAGED)
    },
    f"{IN_PROJECT}/labels": {
        "get": read(
            "Labels",
            "labels",
            "Stream all answers",
            text(LABELS_KIND),
            LEADS,
            SLUG,
            parameter(
                "purpose",
                {"type": "string", "enum": list(copies.CHOICES), "default": WORK},
                "What the articles were given for.",
            ),
            kind=LINES,
        ),
        "post": operation(
            "Labels",
            "importLabels",
            "Import answers",
            tokens.LABELS,
            LEADS,
            [
                SLUG,
                parameter("dry_run", flag("Check and store nothing.", usual=False), "Only check."),
                parameter("as", text(enum=list(KINDS)), AS_MEANS),
                parameter("model", text(maxLength=100), "The name of the model, with as=model."),
            ],
            {"200": reply("What would be stored.", of("LabelsPlan"))} | job_replies("Stored"),
            f"{LABELS_KIND} With `as` the answers are what it says, whatever their rows say, and"
            " annotators who are new here come in under their names. Without it each row has the"
            f" origin {', '.join(f'`{each}`' for each in OF_ORIGIN)} and names a member of the"
            " project. Only a person on the label page gives a human answer. Imports can be"
            f" declared again and removed on the page Imported labels. {NOT_STORED}",
            {"required": True, "content": {LINES: {"schema": text(LABELS_KIND)}}},
        ),
    },
    f"{IN_PROJECT}/decisions": {
        "get": read(
            "Labels",
            "decisions",
            "Stream the decisions of adjudicators",
            text(DECISIONS_KIND),
            DECIDERS,
            SLUG,
            kind=LINES,
            more="An adjudicator who annotates here, too, would learn of others' answers: for"
            " them it needs the role lead.",
        )
    },
    f"{IN_PROJECT}/gold": {
        "get": read(
            "Labels",
            "gold",
            "Stream gold by any method",
            text(GOLD_KIND),
            LEADS,
            SLUG,
            *GOLD_WAY,
            kind=LINES,
        )
    },
    f"{IN_PROJECT}/agreement": {
        "get": read(
            "Labels",
            "agreement",
            "Measure agreement",
            of("Agreement"),
            LEADS,
            SLUG,
            parameter(
                "round",
                {**whole("", 1, 2), "default": 1},
                "1: answers given independently; 2: answers changed later.",
            ),
        )
    },
    f"{IN_PROJECT}/releases": {
        "get": read("Releases", "releases", "List releases", of("Releases"), LEADS, SLUG, *PAGED),
        "post": operation(
            "Releases",
            "startRelease",
            "Start a release",
            tokens.RELEASE,
            LEADS,
            [SLUG],
            {"202": reply("It is being written.", of("Job"), headers=LOCATION)},
            "Releases are immutable, and a name cannot be reused.",
            {"required": True, "content": {JSON: {"schema": of("NewRelease")}}},
        ),
    },
    f"{IN_PROJECT}/releases/{{name}}": {
        "get": read("Releases", "release", "Show a release", of("Release"), LEADS, SLUG, NAME)
    },
    f"{IN_PROJECT}/releases/{{name}}/archive": {
        "get": read(
            "Releases",
            "downloadRelease",
            "Download a release",
            text("A ZIP file: the same bytes each time.", format="binary"),
            LEADS,
            SLUG,
            NAME,
            kind="application/zip",
            more="`annotator verify` checks the unpacked folder.",
        )
    },
    f"{IN_PROJECT}/jobs/{{number}}": {
        "get": read("Jobs", "job", "Show how far a job is", of("Job"), LEADS, SLUG, JOB)
    },
    f"{IN_PROJECT}/jobs/{{number}}/cancel": {
        "post": operation(
            "Jobs",
            "cancelJob",
            "Cancel a job",
            "that of its kind: import, labels or release",
            LEADS,
            [SLUG, JOB],
            {"200": reply("The job as it is now.", of("Job"))},
            "One that is over stays as it is.",
        )
    },
}


@cache
def document() -> Schema:
    """Return the whole description."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "annotator",
            "version": __version__,
            "summary": "Projects, labels and releases for scripts.",
            "description": INTRODUCTION,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": name, "description": says} for name, says in TAGS.items()],
        "paths": PATHS,
        "components": {
            "schemas": SCHEMAS,
            "securitySchemes": {
                "token": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A personal token, which begins with `ant_`.",
                }
            },
        },
    }


PLACE = re.compile(r"<(?:\w+:)?(\w+)>")


def operation_of(rule: str, method: str) -> Schema:
    """Return the operation of a route of Flask; HEAD is that of GET."""
    path = PLACE.sub(r"{\1}", rule)
    return PATHS[path]["get" if method == "HEAD" else method.lower()]
