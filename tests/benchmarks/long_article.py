"""Opening a long article in its middle, against one of 40 sentences."""

import figures
from figures import Figure
from stage import Browser, counted_queries, in_turn, installation, new_article, new_project

SHORT = 40
LONG = {"small": 500, "full": 100_000}
TIMES = 8


def measure(size: str, rounds: int) -> list[Figure]:
    """Return CPU, bytes and queries of both pages."""
    long = LONG[size]
    with installation() as app:
        project, user = new_project()
        browser = Browser(app, user)
        paths = {}
        for name, sentences in (("short", SHORT), ("long", long)):
            article = new_article(project, user, name, sentences)
            paths[name] = f"/label/{article.id}/{sentences // 2}"
        acts = {name: lambda p=path: browser.get(p) for name, path in paths.items()}
        seconds = in_turn(acts, rounds, TIMES)
        sizes, queries = {}, {}
        for name, path in paths.items():
            with counted_queries() as seen:
                sizes[name] = len(browser.get(path).encode())
            queries[name] = len(seen)
    against = f"one of {SHORT} sentences"
    ms = {name: [1000 * each for each in taken] for name, taken in seconds.items()}
    what = f"label page in an article of {long:,} sentences"
    return [
        Figure(f"{what}: CPU", "ms", ms["long"], ms["short"], against, 2.0),
        Figure(f"{what}: size", "bytes", [sizes["long"]], [sizes["short"]], against, 1.2),
        Figure(f"{what}: queries", "", [queries["long"]], [queries["short"]], against, 1.0),
    ]


if __name__ == "__main__":
    figures.run(__doc__, measure)
