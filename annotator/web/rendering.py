"""What every template can use: filters for times, counts and rules, and the software version."""

import re
from functools import lru_cache

from flask import Flask, url_for
from markupsafe import Markup

from annotator import __version__, phrases
from annotator.codebook.explained import explanations
from annotator.codebook.own_keys import groups_of
from annotator.store.models import Project
from annotator.store.rows.places import ProjectRow
from annotator.text.languages import names
from annotator.web import drawing

CODE = re.compile(r"\b([A-Za-z]+-[1-9][0-9]*)\b", re.ASCII)


def init_app(app: Flask) -> None:
    """Register the filters and globals."""
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    app.jinja_env.filters["moment"] = phrases.moment
    app.jinja_env.filters["utc_text"] = phrases.utc_text
    app.jinja_env.filters["thousands"] = thousands
    app.jinja_env.filters["percent"] = phrases.percent
    app.jinja_env.filters["sentence_number"] = phrases.sentence_number
    app.jinja_env.filters["both_numbers"] = phrases.both_numbers
    app.jinja_env.filters["in_files"] = phrases.in_files
    app.jinja_env.filters["quoted"] = phrases.quoted
    app.jinja_env.filters["counted"] = phrases.counted
    app.jinja_env.filters["enumerated"] = phrases.enumerated
    app.jinja_env.filters["of_article"] = drawing.of_article
    app.jinja_env.filters["explanations"] = explanations
    app.jinja_env.filters["key_groups"] = groups_of
    app.jinja_env.filters["rule_links"] = rule_links
    app.jinja_env.filters["language"] = names.name_of
    app.jinja_env.filters["written"] = written
    app.jinja_env.globals["phrases"] = phrases
    app.jinja_env.globals["drawing"] = drawing
    app.jinja_env.globals["software_version"] = __version__


def thousands(number: int) -> str:
    """Return a whole number with separators."""
    return f"{number:,}"


@lru_cache(maxsize=256)
def written(language: str) -> Markup:
    """Return the attributes of an element that shows words of an article in this language.

    English is the language of the page, and of old articles whose language nobody said: their
    direction is that of their letters.
    """
    tag, direction = names.tag_of(language), names.direction_of(language)
    if not tag or names.base_of(language) == "en":
        return Markup(' dir="auto"')
    return Markup(' lang="{}" dir="{}"').format(tag, direction)


def rule_links(words: str, project: Project | ProjectRow) -> Markup:
    """Return what somebody has written, with each rule that it names as a link to the codebook.

    On the label page the link opens the codebook beside the answer, elsewhere its page in a tab.
    """
    known = {rule.id.upper(): rule.id for rule in project.codebook.rules}
    pieces = CODE.split(words)  # every second one is a code
    linked = [Markup.escape(piece) for piece in pieces]
    for place in range(1, len(pieces), 2):
        if rule := known.get(pieces[place].upper()):
            href = url_for("codebook.show", slug=project.slug, _anchor=rule)
            link = Markup('<a href="{}" target="codebook">{}</a>')
            linked[place] = link.format(href, pieces[place])
    return Markup().join(linked)
