"""On SQLite the counts of a page begin with the few rows that matter, not with a whole table."""

import pytest
from agreement_examples import label
from sqlalchemy.dialects import sqlite

from annotator.store.db import db
from annotator.store.models import Project, Speaker
from annotator.work.adjudication.standing import given_back_in
from annotator.work.consensus.expecting import still_answering
from annotator.work.speakers.register import claims_by_speaker


def loops_of(query):
    """Return what SQLite goes through for a query, outermost first."""
    text = str(query.compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}))
    rows = db.session.connection().exec_driver_sql(f"EXPLAIN QUERY PLAN {text}").fetchall()
    return [row[-1] for row in rows]


def test_claims_are_counted_by_their_speakers_and_assignments_found_by_their_people(
    project, settings
):
    if not settings.is_sqlite:
        pytest.skip("PostgreSQL plans by how many rows there are")
    label(project, "a: Mattis oc | b: Trump nc")
    here = db.session.get(Project, project.id)
    some = Speaker.id.in_([1, 2]) | Speaker.merged_into_id.in_([1, 2])
    claims = [line for line in loops_of(claims_by_speaker(here, some)) if " claims " in line]
    assert [line.split("INDEX ")[1] for line in claims] == ["ix_claims_speaker_id (speaker_id=?)"]
    for query in (given_back_in(here), still_answering(here)):
        first, *_ = loops_of(query)
        assert "ix_assignments_user_id_state" in first
