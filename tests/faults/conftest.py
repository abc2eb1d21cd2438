"""The table that the faults print: what was acknowledged, what is missing, what people saw."""

import json

import pytest
from storms import Row

HEAD = ["fault", "rounds", "acknowledged", "missing", "integrity", "what people were told"]
ROW = "fault row"


def pytest_collection_modifyitems(items):
    """Mark everything here; nothing of it is part of the test command."""
    for item in items:
        if "faults" in item.path.parts:
            item.add_marker(pytest.mark.faults)


@pytest.fixture
def row(request):
    """Return a function that begins a line of the table, which is printed whatever comes of it."""
    made = []

    def begin(fault, rounds=0):
        made.append(Row(fault, rounds))
        return made[-1]

    yield begin
    for each in made:
        request.node.user_properties.append((ROW, json.dumps(each.cells())))


def pytest_terminal_summary(terminalreporter):
    """Print the table."""
    rows = [
        json.loads(value)
        for reports in terminalreporter.stats.values()
        for report in reports
        if getattr(report, "when", "") == "teardown" or hasattr(report, "user_properties")
        for name, value in getattr(report, "user_properties", ())
        if name == ROW and report.when == "teardown"
    ]
    if not rows:
        return
    terminalreporter.section("faults")
    for cells in (HEAD, ["---"] * len(HEAD), *sorted(rows)):
        terminalreporter.write_line(f"| {' | '.join(cells)} |")
