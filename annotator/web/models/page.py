"""The page of models: alpha with people, errors against gold, and who may be replaced."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf import FlaskForm
from wtforms import RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from annotator.errors import RefusedError
from annotator.formats.articles import jsonl
from annotator.store.clock import now
from annotator.store.db import write
from annotator.store.models import ModelMember, Project, Role
from annotator.web.access import project_for
from annotator.web.kept import kept
from annotator.web.models.view import anchoring_line, confusion_view, field_view, test_view
from annotator.web.paging import chosen, refuse_unknown
from annotator.web.request_log import record
from annotator.web.streaming import streamed
from annotator.work.accounts import activity, model_members
from annotator.work.models import suggestions
from annotator.work.models.comparing import compare
from annotator.work.models.replacing import TESTED, may_replace
from annotator.work.models.report import NOT_COUNTED, PeopleAndModels, report_json
from annotator.work.models.tasks import MOST_EXAMPLES, requests
from annotator.work.models.unaided import said

WHEN = {
    suggestions.OFF: "Never",
    suggestions.AFTER: "After they have answered, for comparison; what they change then is round 2",
    suggestions.HALF: "Before they answer, in a random half of the pairs of article and annotator,"
    " so that the effect is measured",
}
EPSILONS = {
    "0.2": ".2 (people are experts)",
    "0.15": ".15 (skilled)",
    "0.1": ".1 (a crowd)",
}
JSON = "application/json; charset=utf-8"
MOST_NAME = 100
JSON_LINES = "application/jsonl; charset=utf-8"


@dataclass(frozen=True)
class Test:
    """What the test says, as JSON, or why it could not be made: what is kept of it."""

    __test__ = False
    found: str
    refused: str = ""


class SuggestionsForm(FlaskForm):  # type: ignore[misc]
    """When annotators see suggestions, and which model makes them."""

    mode = RadioField(
        "When annotators see them", choices=[SelectChoice(*each) for each in WHEN.items()]
    )
    model = SelectField("Model", [Optional()])

    def offer(self, models: Sequence[ModelMember]) -> None:
        """Offer the models of a project."""
        self.model.choices = [
            SelectChoice(each.membership.pseudonym, f"{each.membership.pseudonym}, {each.name}")
            for each in models
        ]


def show(slug: str) -> str:
    """Show how each model stands to the people and to gold, and the test of one of them."""
    refuse_unknown("model", "field", "epsilon")
    return page_of(slug)


def page_of(slug: str, form: SuggestionsForm | None = None) -> str:
    """Return the page, with the form of suggestions as it was posted if it was refused."""
    project, membership = project_for(slug, Role.LEAD)
    members = model_members.of_project(project)
    if form is None:
        setting = suggestions.setting_of(project)
        by = {each.membership.user_id: each.membership.pseudonym for each in members}
        form = SuggestionsForm(
            formdata=None,
            data={
                "mode": setting.mode if setting else suggestions.OFF,
                "model": by.get(setting.model) if setting else None,
            },
        )
        form.offer(members)
    found = compared_now(project)
    fields = [each for each in TESTED if any(each == field.name for field in found.fields)]
    model = request.args.get("model") or (found.models[0] if found.models else "")
    if found.models and model not in found.models:
        abort(404)
    field = chosen("field", fields or TESTED, "stance")
    epsilon = chosen("epsilon", EPSILONS, "0.2")
    test = test_now(project, model, field, float(epsilon)) if found.models else Test("")
    return render_template(
        "models/page.html",
        project=project,
        membership=membership,
        found=found,
        note=" ".join(filter(None, (NOT_COUNTED, said(found.suggested)))),
        fields=[field_view(each, project.codebook) for each in found.fields],
        confusions=[
            confusion_view(each, project.codebook) for each in found.confusions if each.who == model
        ],
        test=test_view(json.loads(test.found)) if test.found else None,
        refused=test.refused,
        tested=fields,
        asked={"model": model, "field": field, "epsilon": epsilon},
        epsilons=EPSILONS,
        anchored=[
            anchoring_line(each, project.codebook) for each in found.anchorings if each.who == model
        ],
        form=form,
        members=members,
        at=now(),
    )


def suggest(slug: str) -> ResponseReturnValue:
    """Set when annotators see what a model suggests."""
    project, _ = project_for(slug, Role.LEAD)
    form = SuggestionsForm()
    form.offer(model_members.of_project(project))
    if not form.validate():
        return page_of(slug, form), 422
    with write():
        project, membership = project_for(slug, Role.LEAD)
        found = suggestions.choose(project, form.mode.data, form.model.data)
        by = f" by {found.membership.pseudonym}" if found else ""
        said = f"suggestions of models: {form.mode.data}{by}"
        activity.note(project, membership.user, activity.SETTINGS, said)
    record("%s in %r", said, slug)
    return redirect(url_for("models.show", slug=slug, _anchor="suggestions"), 303)


def download(slug: str) -> Response:
    """Send the exact numbers; `annotator models --json` prints the same."""
    project, _ = project_for(slug, Role.LEAD)
    refuse_unknown()
    text = json.dumps(report_json(compared_now(project)), ensure_ascii=False, indent=2) + "\n"
    answer = Response(text, content_type=JSON)
    answer.headers["Content-Disposition"] = f'attachment; filename="{project.slug}-models.json"'
    return answer


def tasks(slug: str) -> Response:
    """Send one request for a language model per sentence; `annotator model-tasks` writes the same.

    400 where there are no articles, or fewer decided sentences than examples are asked for.
    """
    project, _ = project_for(slug, Role.LEAD)
    refuse_unknown("examples", "name")
    asked = request.args.get("examples", "") or "0"
    if not (asked.isascii() and asked.isdecimal() and int(asked[:9]) <= MOST_EXAMPLES):
        abort(400, f"“{asked[:64]}” is no number of examples from 0 to {MOST_EXAMPLES:,}.")
    name = " ".join(request.args.get("name", "").split())[:MOST_NAME] or None
    try:
        lines = jsonl.write(requests(project, None, int(asked), model=name))
        return streamed(lines, JSON_LINES, f"{project.slug}-model-tasks.jsonl")
    except RefusedError as error:
        abort(400, f"{str(error)[:1].upper()}{str(error)[1:]}.")


def compared_now(project: Project) -> PeopleAndModels:
    """Return the report of this moment, made only where something has changed since."""
    return kept(project, "models", (), PeopleAndModels, lambda: compare(project))


def test_now(project: Project, model: str, field: str, epsilon: float) -> Test:
    """Return the test of one model on one field, made only where something has changed since."""

    def make() -> Test:
        try:
            return Test(json.dumps(may_replace(project, model, field, epsilon)))
        except RefusedError as error:
            return Test("", str(error))

    return kept(project, "alt-test", (model, field, epsilon), Test, make)
