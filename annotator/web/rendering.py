"""What every template can use: filters for times and counts, and the software version."""

from flask import Flask

from annotator import __version__, phrases


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
    app.jinja_env.filters["counted"] = phrases.counted
    app.jinja_env.globals["phrases"] = phrases
    app.jinja_env.globals["software_version"] = __version__


def thousands(number: int) -> str:
    """Return a whole number with separators."""
    return f"{number:,}"
