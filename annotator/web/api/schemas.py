"""The schemas of the API: what its JSON holds. They are checked on what comes in, and shown."""

from typing import Any

from annotator.formats.articles.records import FIELDS
from annotator.measure.methods import MOST_SEED, MOST_SMOOTHING
from annotator.measure.splits import PARTS, WAYS
from annotator.work.accounts.projects import MOST_OVERLAP
from annotator.work.gold.methods import METHODS
from annotator.work.releases.settings import LARGEST_SEED, NAME

Schema = dict[str, Any]
LARGEST_ID = 2**31 - 1


def text(says: str = "", **more: Any) -> Schema:
    """Return the schema of a text."""
    return {"type": "string", **({"description": says} if says else {}), **more}


def maybe(schema: Schema) -> Schema:
    """Return the same schema, or null."""
    return {**schema, "type": [schema["type"], "null"]}


def whole(says: str = "", least: int = 0, most: int | None = None, **more: Any) -> Schema:
    """Return the schema of a whole number."""
    found: Schema = {"type": "integer", "minimum": least, **more}
    if says:
        found["description"] = says
    return found if most is None else {**found, "maximum": most}


def number(says: str, least: float, most: float) -> Schema:
    """Return the schema of a number within limits."""
    return {"type": "number", "minimum": least, "maximum": most, "description": says}


def flag(says: str, usual: bool | None = None) -> Schema:
    """Return the schema of yes or no."""
    found: Schema = {"type": "boolean", "description": says}
    return found if usual is None else {**found, "default": usual}


def many(items: Schema, says: str = "", **more: Any) -> Schema:
    """Return the schema of a list."""
    return {"type": "array", "items": items, **({"description": says} if says else {}), **more}


def record(fields: Schema, *, needs: tuple[str, ...] | None = None, says: str = "") -> Schema:
    """Return the schema of an object with these fields and no others, by default all needed."""
    found: Schema = {
        "type": "object",
        "properties": fields,
        "required": [*(fields if needs is None else needs)],
        "additionalProperties": False,
    }
    return {**found, "description": says} if says else found


def page(item: str) -> Schema:
    """Return the schema of a page of a list."""
    return record(
        {
            "items": many(of(item)),
            "next": maybe(text("Address of the next page; null on the last one.")),
        }
    )


def of(name: str) -> Schema:
    """Return a reference to a schema of this document."""
    return {"$ref": f"#/components/schemas/{name}"}


MOMENT = text("A time in UTC.", format="date-time")
DAY = text("A day.", format="date")
ANYTHING: Schema = {"type": "object"}
SHA256 = text("A SHA-256 in hexadecimal digits.", pattern="^[0-9a-f]{64}$")
PSEUDONYM = text("The pseudonym of a member.")

ARTICLE = {
    "id": whole("Its number in addresses of this API.", 1),
    "key": text("Its short name, unique in the project."),
    "title": text(),
    "publisher": text(),
    "author": text(),
    "url": text(),
    "published_on": maybe(DAY),
    "language": text(),
    "licence": text(),
    "sha256": {**SHA256, "description": "SHA-256 of the text in UTF-8."},
    "sentences": whole("How many sentences it has."),
    "version": whole("1, or more for a newer text under the key of an older one.", 1),
    "imported_at": MOMENT,
}
# What the importer reads of an article; it says itself what does not fit, and where.
ARTICLE_FIELDS = {name: text(minLength=1) if name in {"key", "text"} else text() for name in FIELDS}
ARTICLE_FIELDS["published_on"] = maybe(text("A day as 2019-05-03."))
WAY = {
    "method": text(
        "How gold is made where annotators differ and nobody has decided.",
        enum=[*METHODS],
        default="majority",
    ),
    "margin": number("The least lead that decides.", 0, 1),
    "smoothing": number("The smoothing of a model.", 0, MOST_SMOOTHING),
}

SCHEMAS: dict[str, Schema] = {
    "Problem": {
        "type": "object",
        "description": "Why a request was refused, as RFC 9457 has it.",
        "properties": {
            "type": text(),
            "title": text(),
            "status": whole("", 400, 599),
            "detail": text("What is wrong and what would be right."),
            "instance": text("The id of the request, by which the log of the server has it."),
            "errors": many(
                record(
                    {
                        "field": text("The parameter, the field of the body or the line."),
                        "detail": text("What is wrong with it."),
                    }
                ),
                "Each fault with its field.",
            ),
        },
        "required": ["type", "title", "status", "detail", "instance"],
    },
    "Health": record({"status": text(enum=["ok"])}),
    "Project": record(
        {
            "slug": text("Its short name in addresses."),
            "name": text(),
            "target_question": text(),
            "codebook_version": whole("The version in force.", 1),
            "overlap": whole("How many annotators label each article.", 1),
            "archived": flag("Whether it can be read only."),
            "pseudonym": text("Yours in this project."),
            "roles": many(text(enum=["annotator", "adjudicator", "lead"]), "Yours."),
        }
    ),
    "Projects": page("Project"),
    "Article": record(ARTICLE),
    "Articles": page("Article"),
    "ArticleWithText": record(
        ARTICLE
        | {
            "metadata": {**ANYTHING, "description": "What else its file said."},
            "text": text("The whole text; offsets are its code points."),
        }
    ),
    "NewArticle": {
        "type": "object",
        "description": "An article to import; fields of other names are kept as its metadata.",
        "properties": ARTICLE_FIELDS,
        "required": ["key", "text"],
    },
    "NewArticles": record(
        {
            "articles": many(of("NewArticle"), minItems=1),
            "new_version": flag(
                "If a key is used by another text, import as a new version.", usual=False
            ),
        },
        needs=("articles",),
    ),
    "Sentence": record(
        {
            "sentence": whole("Its position in the article, from 0."),
            "start": whole("Where it begins, in code points."),
            "end": whole("Where it ends, exclusive."),
            "segment": text(enum=["headline", "dateline", "body", "boilerplate"]),
            "paragraph": whole("The paragraph in which it stands, from 0."),
            "text": text(),
        }
    ),
    "Sentences": page("Sentence"),
    "Assignment": record(
        {
            "id": whole("", 1),
            "article": text("The key of the article."),
            "article_id": whole("", 1),
            "annotator": PSEUDONYM,
            "state": text(enum=["open", "submitted", "returned", "closed", "imported"]),
            "due_on": maybe(DAY),
            "assigned_at": MOMENT,
            "submitted_at": maybe(MOMENT),
            "sentences": whole("How many sentences the article has."),
            "answered": whole("How many of them have a complete answer."),
            "incomplete": whole("How many have an incomplete one."),
        }
    ),
    "Assignments": page("Assignment"),
    "NewAssignments": record(
        {
            "articles": many(text(), "Keys of articles; all where nothing is said."),
            "annotators": many(PSEUDONYM, "Their pseudonyms; all where nothing is said."),
            "overlap": whole("Annotators per article; that of the project.", 1, MOST_OVERLAP),
            "calibration": {
                **whole("Percentage of the articles given to all these annotators.", 0, 100),
                "default": 0,
            },
            "seed": {**whole("Random seed for ties.", 0, LARGEST_SEED), "default": 1},
            "dry_run": flag("Plan and store nothing.", usual=False),
        },
        needs=(),
    ),
    "AssignmentPlan": record(
        {
            "made": whole("How many assignments were made; 0 for a dry run."),
            "pairs": many(
                record({"article": text(), "annotator": PSEUDONYM}), "Those of the last plan."
            ),
            "lacking": many(
                record(
                    {
                        "article": text(),
                        "needed": whole("How many more annotators it needs."),
                        "free": whole("How many are free for it."),
                    }
                ),
                "Articles with too few annotators, which were not assigned.",
            ),
        }
    ),
    "Speaker": record(
        {
            "id": whole("", 1),
            "name": text(),
            "type": text("One of the codebook."),
            "wording": maybe(text("An unnamed source in its own words.")),
            "member_of": maybe(text()),
            "merged_into": maybe(text("The speaker that it counts as.")),
            "aliases": many(record({"article": text(), "text": text()})),
        }
    ),
    "Speakers": page("Speaker"),
    "LabelsPlan": record(
        {
            "answers": whole("How many would be stored."),
            "spans": whole("How many spans they mark."),
            "annotators": many(PSEUDONYM),
            "remarks": many(text(), "What was read otherwise than it stands."),
        }
    ),
    "Agreement": {
        "type": "object",
        "description": "The report of the agreement page; docs/measures.md explains its figures.",
    },
    "Release": record(
        {
            "name": text(),
            "status": text("Whether it passed the gates.", enum=["gold", "exploratory"]),
            "created_at": MOMENT,
            "by": maybe(PSEUDONYM),
            "codebook_version": whole("", 1),
            "software": text("The version that wrote it."),
            "bytes": whole("The size of all files."),
            "sha256": SHA256,
            "hashes": {**ANYTHING, "description": "SHA-256 of each file."},
            "counts": ANYTHING,
            "gates": many(ANYTHING, "Each condition and what was found."),
            "audit_root": text("The hash over the history of all answers."),
        }
    ),
    "Releases": page("Release"),
    "NewRelease": record(
        {
            "name": text("Cannot be reused, for example v1.0.", pattern=f"^{NAME.pattern}$"),
            "with_text": flag("Include the texts; by default as the project's settings allow."),
            "with_notes": flag("Include the annotators' notes.", usual=False),
            "parquet": flag("Also write the tables as Parquet.", usual=False),
            "by": text("The unit of the split.", enum=[*WAYS], default="article"),
            "shares": record(
                {part: number(f"The share of {part}.", 0.01, 0.98) for part in PARTS},
                says="They add up to 1.",
            ),
            "seed": {**whole("The seed of the split.", 0, LARGEST_SEED), "default": 0},
            **WAY,
            "model_seed": whole("The seed of the model.", 0, MOST_SEED),
            "despite_warning": flag(
                "Use the method despite warnings; the dataset card includes them.", usual=False
            ),
        },
        needs=("name",),
    ),
    "Job": record(
        {
            "id": whole("", 1),
            "kind": text(enum=["import", "release", "labels"]),
            "state": text(enum=["running", "done", "cancelled", "failed", "interrupted"]),
            "done": whole("How much is done: bytes, sentences or answers."),
            "total": whole("How much there is to do; 0 while that is not known."),
            "said": text("What became of it, in words."),
            "started_at": MOMENT,
            "result": {**ANYTHING, "description": "Its files, its name, or what was counted."},
        }
    ),
}
