"""Opening an article of 100,000 sentences in its middle, against one of 40 sentences.

Run from the checkout: `.venv/bin/python tests/benchmarks/long_article.py`.
"""

import gzip

from stage import Browser, compare, counted_queries, installation, new_article, new_project, verdict

LONG, SHORT = 100_000, 40
ROUNDS = 40


def main() -> None:
    """Print CPU, bytes and queries of both pages, and their ratios."""
    with installation() as app:
        project, user = new_project()
        browser = Browser(app, user)
        paths = {}
        for name, sentences in (("short", SHORT), ("long", LONG)):
            article = new_article(project, user, name, sentences)
            paths[name] = f"/label/{article.id}/{sentences // 2}"
        pages = {name: browser.get(path) for name, path in paths.items()}
        seconds = compare(
            {name: lambda p=path: browser.get(p) for name, path in paths.items()}, ROUNDS
        )
        for name, page in pages.items():
            with counted_queries() as queries:
                browser.get(paths[name])
            raw, sent = len(page.encode()), len(gzip.compress(page.encode(), 5))
            print(
                f"{name}: {seconds[name] * 1000:.1f} ms CPU, {raw:,} bytes"
                f" ({sent:,} compressed), {len(queries)} queries"
            )
        sizes = {name: len(page.encode()) for name, page in pages.items()}
        print(verdict("CPU of the long article's page", seconds["long"] / seconds["short"], 2))
        print(verdict("its bytes", sizes["long"] / sizes["short"], 1.2))


if __name__ == "__main__":
    main()
