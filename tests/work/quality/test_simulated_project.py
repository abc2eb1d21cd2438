"""A project of people and models of known accuracy: the reports say what was put in."""

import pytest
import simulated_quality
from simulated_quality import CERTAINTY, GOOD, PEOPLE, POOR, SIZES, alarms, simulate
from slow_cases import server, slow

from annotator.store.models.answers import CONTROL, TRAINING, WORK
from annotator.work.models import comparing, replacing
from annotator.work.quality import report


@slow
@server
def test_reports_of_a_simulated_project_say_what_was_put_in(app):
    world = simulate(SIZES["small"])
    given = simulated_quality.counts(world)
    assert given[WORK] >= 30
    assert given[CONTROL] > 0
    assert given[TRAINING] >= 2 * len(PEOPLE)
    # Training: the careless one does not pass, the most careful one does at once.
    people = {
        each.person.user_id: each
        for each in report.people_quality(world.project, report.control_answers(world.project), {})
    }
    by_name = {name: people[user.id] for name, user in world.users.items()}
    assert not simulated_quality.passed(by_name["careless"])
    assert by_name["careless"].standing.left == 0
    assert by_name["steady-1"].standing.used == 1
    # Control: nobody is worse than the careless one.
    shares = {name: each.control.get(CERTAINTY) for name, each in by_name.items()}
    known = {name: each.value for name, each in shares.items() if each and each.n}
    assert min(known, key=known.get) == "careless"
    # Models: the good one is nearer to people and to gold.
    models, anchored = simulated_quality.model_tables(world)
    assert len(models) == 6
    assert {row[0] for row in anchored} == {"status", "speaker", "stance", "certainty"}
    found = comparing.compare(world.project)
    accuracy = {(each.who, each.field): each.accuracy for each in found.confusions}
    good, poor = sorted({who for who, _ in accuracy})
    for name in ("stance", CERTAINTY):
        assert accuracy[good, name] > accuracy[poor, name]
    # Too few sentences for the test: it says so, and does not pass.
    verdict = replacing.may_replace(world.project, GOOD, CERTAINTY)
    assert len(verdict["left_out"]) == len(PEOPLE)
    assert not replacing.may_replace(world.project, POOR, CERTAINTY)["passed"]


@slow
@pytest.mark.parametrize("alike", [0.0, 0.1])
def test_the_chart_is_quiet_where_nothing_changes_and_finds_a_fall(alike):
    quiet = alarms(200, 20, 0.9, alike=alike, seed=3)
    assert quiet.either <= 8
    fallen = alarms(200, 20, 0.55, alike=alike, seed=3)
    assert fallen.all_weeks < fallen.either
    assert fallen.either >= 150
