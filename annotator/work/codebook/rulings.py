"""Case law: decisions by the rule they cite, and how one becomes an example in the draft."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Select, select
from sqlalchemy.orm import joinedload

from annotator.errors import NotFoundError, RefusedError
from annotator.store.db import among, db
from annotator.store.models import Article, Decision, Project, Sentence, Speaker, User
from annotator.work.accounts import activity
from annotator.work.codebook import drafts
from annotator.work.consensus.content import DECIDED

SHOWN = 50
FIELDS = {"stances": "stance", "certainties": "certainty", "aspects": "aspect"}
LONGEST = 300


@dataclass(frozen=True)
class Ruling:
    """A decision with what it can be an example of: (place in the codebook, its words)."""

    decision: Decision
    said: str
    examples: tuple[tuple[str, str], ...]


def decided(project: Project) -> Select[Decision]:
    """Select the decisions of a project that hold."""
    return (
        select(Decision)
        .join(Decision.sentence)
        .join(Sentence.article)
        .where(Article.project_id == project.id, Decision.state == DECIDED)
        .options(joinedload(Decision.sentence).joinedload(Sentence.article))
    )


def rulings_on(project: Project, rule: str) -> list[Ruling]:
    """Return the newest decisions that cite a rule."""
    found = db.session.scalars(
        decided(project)
        .where(Decision.rule == rule)
        .order_by(Decision.decided_at.desc(), Decision.id.desc())
        .limit(SHOWN)
    ).all()
    return rulings(project, found)


def ruling(project: Project, number: int) -> Ruling:
    """Return one decision, or refuse."""
    found = db.session.scalars(decided(project).where(Decision.id == number)).one_or_none()
    if found is None:
        raise NotFoundError("There is no such decision in this project.")
    return rulings(project, [found])[0]


def rulings(project: Project, found: Collection[Decision]) -> list[Ruling]:
    """Return decisions in words."""
    codebook = project.codebook
    ids = {claim["speaker_id"] for each in found for claim in each.claims}
    rows = db.session.execute(
        select(Speaker.id, Speaker.name, Speaker.wording).where(among(Speaker.id, ids))
    ).all()
    names = {row.id: row.wording or row.name for row in rows}
    made = []
    for each in found:
        said, examples = [], {}
        for claim in each.claims:
            words = [names.get(claim["speaker_id"], "")]
            for place, field in FIELDS.items():
                if value := claim[field]:
                    label = getattr(codebook, field)(value).label
                    words.append(label)
                    examples[f"{place}.{value}"] = label
            said.append(", ".join(words))
        if not each.claims and each.status:
            label = codebook.status(each.status).label
            said.append(label)
            examples[f"statuses.{each.status}"] = label
        if each.rule in {rule.id for rule in codebook.rules}:
            examples[f"rules.{each.rule}"] = each.rule or ""
        made.append(Ruling(each, "; ".join(said) or "soft label", tuple(examples.items())))
    return made


def add_example(project: Project, number: int, place: str, user: User) -> str:
    """Make a decided sentence an example of a value or a rule in the draft; return its words.

    A rule has no examples of its own: it stands with its number among those of its section.

    Raises:
        RefusedError: the decision says nothing of it, or the example is there already.

    """
    found = ruling(project, number)
    if place not in dict(found.examples):
        raise RefusedError(f"This decision is no example of {place}.")
    list_name, _, name = place.partition(".")
    text = example_of(found)
    draft = drafts.draft_of(project)
    document = drafts.document_of(draft) if draft else drafts.fresh_document(project)
    if list_name == "rules":
        rules = {each.get("id"): each for each in document.get("rules", [])}
        section = rules.get(name, {}).get("section")
        list_name, name, text = "sections", section, f"{text} ({name})"
    entry = next((each for each in document.get(list_name, []) if each.get("value") == name), None)
    if entry is None:
        raise RefusedError(f"The draft has no {place}.")
    examples = list(entry.get("positive", []))
    if text in examples:
        raise RefusedError("This sentence is an example there already.")
    entry["positive"] = [*examples, text]
    drafts.save(project, document, user, drafts.token_of(project, draft))
    where = f"{found.decision.sentence.article.key}#{found.decision.sentence.position}"
    activity.note(project, user, activity.CODEBOOK, f"Decision on {where}: example of {place}")
    return text


def example_of(found: Ruling) -> str:
    """Return a decided sentence as the codebook quotes it."""
    sentence = " ".join(found.decision.sentence.text.split())
    if len(sentence) > LONGEST:
        sentence = sentence[:LONGEST].rsplit(" ", 1)[0] + " …"
    return f"“{sentence}”: {found.said}"
