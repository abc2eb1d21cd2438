"""Whatever people write to one another links the rules that it names."""

import pytest

from annotator.web.rendering import rule_links

LINK = '<a href="/projects/us-russia/codebook#{0}" target="codebook">{1}</a>'


@pytest.mark.parametrize(
    ("words", "linked"),
    [
        ("See CL-5.", [("CL-5", "CL-5")]),
        ("cl-5, then ST-3", [("CL-5", "cl-5"), ("ST-3", "ST-3")]),
        ("No rule here.", []),
        ("ST-99, XST-3, ST-35 and AB-1 are none.", []),
        ("", []),
    ],
)
def test_each_rule_of_the_codebook_is_a_link_as_it_was_written(app, project, words, linked):
    with app.test_request_context():
        html = rule_links(words, project)
        text = str(html)
        for rule, written in linked:
            link = LINK.format(rule, written)
            assert link in text
            text = text.replace(link, written)
        assert text == words


def test_what_was_written_stays_text(app, project):
    with app.test_request_context():
        assert "<b>" not in rule_links("<b>ST-3</b> & more", project)
        assert "&lt;b&gt;<a " in rule_links("<b>ST-3</b> & more", project)
