"""Every route has a row in `docs/access.md`, and everybody gets there what it says."""

import pytest
from access_table import PAGE, WORDS, measured, routes, table


def test_every_route_has_a_row_in_the_access_table(app, request):
    rows = table()
    if missing := [each for each in routes(app) if each not in rows]:
        parts = map(request.getfixturevalue, ("project", "article", "installation"))
        found = [route.row(words) for route, words in measured(app, *parts, missing)]
        pytest.fail(
            f"{PAGE.name} has no row for these. Add them in the order of addresses, after looking"
            " whether the words that the application gives today are those that you mean:\n"
            + "\n".join(found)
        )
    left = [each for each in rows if each not in routes(app)]
    assert left == [], "remove the rows of routes that there are no more"
    odd = [each for each, found in rows.items()
           if len(found) != len(each.columns) or set(found) - {*WORDS}]  # fmt: skip
    assert odd == [], f"a word per column, one of {', '.join(WORDS)}"
    assert list(rows) == routes(app), "the rows stand in the order of addresses"


@pytest.mark.slow
def test_everybody_gets_what_the_access_table_says(app, project, article, installation):
    rows = table()
    wrong = [
        f"{route.row(found)}\n  the table has {rows.get(route)}"
        for route, found in measured(app, project, article, installation)
        if rows.get(route) != found
    ]
    assert wrong == [], "\n".join(["the application does this:", *wrong])
