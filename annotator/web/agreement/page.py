"""The agreement page: where agreement breaks, and numbers that survive review."""

import csv
import io
from collections.abc import Callable, Sequence

from flask import Response, abort, render_template, request
from sqlalchemy.exc import OperationalError

from annotator.codebook.scheme import Codebook, Value
from annotator.measure.panel import Given
from annotator.measure.patterns import IntArray
from annotator.store.clock import now
from annotator.store.db import write_in_steps
from annotator.store.engine import DatabaseBusyError
from annotator.store.models import Membership, Project, Role
from annotator.store.snapshot import one_moment
from annotator.web.access import project_for
from annotator.web.agreement.filters import (
    ORIGINS,
    carried,
    choices_of,
    field_asked,
    field_word,
    fields_of,
    selection_of,
)
from annotator.web.agreement.report import examined_now, shown_now
from annotator.web.agreement.view import BY_NAME, ORDERS, view_of
from annotator.web.exposure import learns
from annotator.web.paging import chosen, pager_for
from annotator.work.accounts.memberships import pseudonyms_of
from annotator.work.adjudication import refreshing
from annotator.work.agreement import wording
from annotator.work.agreement.examples import answers_to, of_cell, of_pair
from annotator.work.agreement.measuring import ANY_KIND, sentences_where, spread_for
from annotator.work.agreement.parts import KINDS as PARTS
from annotator.work.agreement.parts import parts_of
from annotator.work.agreement.report import STATUS, Selection
from annotator.work.agreement.report_json import as_json, rows_of
from annotator.work.agreement.scales import Basis
from annotator.work.consensus.disagreements import kind_names
from annotator.work.gold.counts import brought_in, is_narrowed, nothing_to_compare
from annotator.work.labelling.independence import ANSWERS

PAGE = 20


def show(slug: str) -> str:
    """Show the report of a project as it is now."""
    project, membership = project_for(slug, Role.LEAD, Role.ADJUDICATOR)
    selection, field = selection_of(project), field_asked(project)
    order = chosen("pairs", ORDERS, BY_NAME)
    refuse_names(membership, selection)
    examined = shown_now(project, selection)
    report = examined.report
    empty = report.scope.double_labelled == 0
    learns(membership, examined.first, ANSWERS)
    return render_template(
        "agreement/page.html",
        project=project,
        membership=membership,
        view=None if empty else view_of(report, project.codebook, field, membership.lead, order),
        disputed=shown(project, selection, examined.first, people_called(project)),
        kinds=examined.kinds,
        kind_names={ANY_KIND: "All", **kind_names(project.codebook)},
        in_all=None if empty or is_narrowed(selection) else disputed_in_all(project),
        choices=choices_of(project),
        selection=selection,
        kept=carried(),
        at=now(),
        nothing=nothing_to_compare(project, report) if empty else "",
        wording=wording,
        fields=fields_of(project.codebook),
        orders=ORDERS,
        origins=ORIGINS,
        brought_in=brought_in(project, selection),
    )


def sentences(slug: str) -> str:
    """Show the sentences behind a cell, with everybody's claims side by side."""
    project, membership = project_for(slug, Role.LEAD, Role.ADJUDICATOR)
    selection = selection_of(project)
    refuse_names(membership, selection)
    called = people_called(project)
    what, found = behind(project, selection, called, membership)
    pager = pager_for(len(found), PAGE, "sentence")
    page = found[pager.offset : pager.last]
    learns(membership, page.tolist(), ANSWERS)
    return render_template(
        "agreement/sentences.html",
        project=project,
        membership=membership,
        what=what,
        ranked="a" not in request.args,
        pager=pager,
        found=shown(project, selection, page.tolist(), called),
        values={name: values_of(project.codebook, name) for name in project.codebook.labels},
        statuses={status.value: status for status in project.codebook.statuses},
        kept={name: value for name, value in request.args.lists() if name != "page"},
    )


def parts(slug: str, kind: str) -> str:
    """Show agreement over time, per codebook version or per article."""
    project, membership = project_for(slug, Role.LEAD, Role.ADJUDICATOR)
    selection = selection_of(project)
    refuse_names(membership, selection)
    if kind not in PARTS:
        abort(404)
    return render_template(
        "agreement/parts.html",
        project=project,
        membership=membership,
        kind=kind,
        kinds=PARTS,
        parts=parts_of(project, selection, kind),
        kept=carried(),
        wording=wording,
    )


def download(slug: str) -> Response:
    """Return the exact numbers of the page."""
    project, _ = project_for(slug, Role.LEAD)
    report = examined_now(project, selection_of(project)).report
    return sent(as_json(report), "application/json", f"{project.slug}-agreement.json")


def table(slug: str) -> Response:
    """Return the figures of the page as a table."""
    project, _ = project_for(slug, Role.LEAD)
    out = io.StringIO(newline="")
    report = examined_now(project, selection_of(project)).report
    csv.writer(out).writerows(rows_of(report))
    return sent(out.getvalue(), "text/csv", f"{project.slug}-agreement.csv")


def sent(text: str, mimetype: str, name: str) -> Response:
    """Return a file to keep."""
    disposition = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, mimetype=mimetype, headers=disposition)


def refuse_names(membership: Membership, selection: Selection) -> None:
    """Only leads look at single annotators."""
    if selection.annotators and not membership.lead:
        abort(403, "Only a lead can filter by annotator.")


def shown(
    project: Project, selection: Selection, sentences: Sequence[int], called: dict[int, str]
) -> list[object]:
    """Return these sentences with their answers."""
    with one_moment() as moment:
        return list(answers_to(moment, project, selection, sentences, called))


def people_called(project: Project) -> dict[int, str]:
    """Return the pseudonyms by user id."""
    with one_moment() as moment:
        return pseudonyms_of(project, moment)


def behind(
    project: Project, selection: Selection, called: dict[int, str], membership: Membership
) -> tuple[str, IntArray]:
    """Return what the address asks for, in words, and its sentences in order."""
    asked = request.args
    if "a" not in asked:
        kind = asked.get("kind", ANY_KIND)
        kinds = kind_names(project.codebook)
        if kind not in {ANY_KIND, *kinds}:
            abort(404)
        return dispute(kind, project.codebook), spread_for(project, selection).ranked(kind)
    given, labels = field_of(project.codebook, asked.get("field", ""))
    first, second = asked["a"], asked.get("b", "")
    if first in labels and second in labels:
        names, places = list(labels.values()), list(labels)
        one, other = places.index(first), places.index(second)
        words = f"“{names[one]}” and “{names[other]}”"
        return words, sentences_where(
            project, selection, lambda basis: of_cell(given(basis), one, other)
        )
    if not membership.lead:
        abort(403, "Only a lead can filter by annotator.")
    people = {name: user for user, name in called.items()}
    if first not in people or second not in people:
        abort(404)
    words = f"{first} and {second} differ on {field_word(asked['field'], project.codebook)}"
    return words, sentences_where(
        project,
        selection,
        lambda basis: of_pair(
            given(basis), basis.collected.annotators, people[first], people[second]
        ),
    )


def disputed_in_all(project: Project) -> int | None:
    """Count the disputed sentences as adjudication has them; None while nothing can be stored.

    The rest of the report is read, which goes on while the database is busy or read-only.
    """
    try:
        write_in_steps(refreshing.refresh(project), wait=0.2)
    except (DatabaseBusyError, OperationalError):
        return None
    return refreshing.disputed(project)


DISPUTES = {
    ANY_KIND: "Any difference",
    "status": "Different status",
    "number": "Different number of claims",
    "speaker": "Different speakers",
}


def dispute(kind: str, codebook: Codebook) -> str:
    """Say in what sentences differ."""
    if kind in DISPUTES:
        return DISPUTES[kind]
    return f"Different {codebook.word_of(kind)} of the same speaker"


def field_of(codebook: Codebook, name: str) -> tuple[Callable[[Basis], Given], dict[str, str]]:
    """Return what reads the values (U, A) of a field by place, and their labels; or 404."""
    if name == STATUS:
        return lambda basis: basis.collected.status, labelled(codebook.statuses)
    if name not in codebook.labels or not codebook.values_of(name):
        abort(404)
    return lambda basis: basis.primary[name], labelled(codebook.values_of(name))


def labelled(values: Sequence[Value]) -> dict[str, str]:
    """Return the label of each value."""
    return {entry.value: entry.label for entry in values}


def values_of(codebook: Codebook, name: str) -> dict[str, Value]:
    """Return the values of a label."""
    return {entry.value: entry for entry in codebook.values_of(name)}
