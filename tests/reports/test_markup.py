import base64
import hashlib

import pytest
from jinja2 import TemplateNotFound, UndefinedError

from scanner.reports.markup import asset, digest, environment


def test_text_stays_text():
    page = environment().from_string('<p title="{{ text }}">{{ text }}</p>')
    assert page.render(text='"><script>\u202e') == (
        '<p title="&#34;&gt;&lt;script&gt;\\u202e">&#34;&gt;&lt;script&gt;\\u202e</p>'
    )


def test_what_is_joined_stays_text():
    assert environment().from_string("{{ some | commas }}").render(some=("<", "\x00")) == "&lt;, \\x00"


def test_targets_are_drawn_together():
    page = environment().from_string("{{ some | spans }}")
    assert (
        page.render(some=("10.0.0.1", "10.0.0.2", "10.0.1.0/24", "<gate>")) == "10.0.0.1-2 · 10.0.1.0/24, &lt;gate&gt;"
    )
    assert page.render(some=()) == ""


def test_none_is_nothing_and_what_is_missing_is_an_error():
    assert environment().from_string("{{ text }}").render(text=None) == ""
    with pytest.raises(UndefinedError):
        environment().from_string("{{ text }}").render()


def test_templates_are_those_of_the_packages_named():
    assert environment().get_template("macros.html.j2").name == "macros.html.j2"
    with pytest.raises(TemplateNotFound):
        environment().get_template("../markup.py")


def test_assets_and_their_names_in_a_policy():
    text = asset("report.js")
    assert "use strict" in text
    assert digest(text) == "sha256-" + base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
