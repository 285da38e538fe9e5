import re

import pytest
from markdown_it import MarkdownIt

from scanner.reports import Context, FormatMissing
from scanner.reports.markdown import facts, render
from tests.reports.samples import ATTACKS, AXIS, CONTEXT, FINDINGS, LTS, UNKNOWN, attacked


def text_of(findings, context=CONTEXT):
    return "".join(render(findings, context))


def page_of(findings, context=CONTEXT):
    return MarkdownIt("gfm-like", {"linkify": False, "html": True}).render(text_of(findings, context))


def test_a_finding_for_each_maker_and_measure():
    headings = re.findall(r"<h3>(.*?)</h3>", page_of(FINDINGS))
    assert headings == [
        "1. Hikvision equipment: Pub. L. 115-232, § 889",
        "2. Hikvision equipment: 47 CFR 1.50002",
        "3. Dahua equipment: Pub. L. 115-232, § 889",
    ]


def test_a_finding_has_devices_evidence_obligation_and_remediation():
    page = page_of([LTS])
    for said in (
        "<code>192.0.2.10</code>", "<code>HTTP server DNVRS-Webs</code>", "Federal agencies may not buy",
        "since 2019-08-13", "To be settled: used for public safety", "Ask the contracting officer", "Verdict: covered.",
    ):  # fmt: skip
        assert said in page


def test_nobody_is_told_that_unknown_is_clear():
    page = page_of([UNKNOWN])
    assert "That is not a clearance." in page
    assert "<code>192.0.2.33</code>" in page
    assert text_of([AXIS]).count("None among these devices.") == 2


def test_what_was_not_reached_is_told():
    assert "no route to host" in text_of(FINDINGS)


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_a_device_says_is_markup(attack):
    finding, context = attacked(attack)
    page = page_of([finding], context)
    tags = set(re.findall(r"<([a-z][a-z0-9]*)", page))
    assert tags <= {
        "h1", "h2", "h3", "h4", "p", "ul", "li", "code", "strong", "table", "thead", "tbody", "tr", "th", "td",
    }  # fmt: skip
    assert page.count("<h1>") == 1
    assert page.count("<h3>") == 1
    assert page.count("<table>") == 2


def test_a_template_of_the_operators_own():
    own = b"{% for group in groups %}{{ group.name }}: {{ group.affected[0].row.address | code }}\n{% endfor %}"
    assert text_of([LTS], CONTEXT._replace(templates={"markdown": own})).splitlines()[0] == "Hikvision: `192.0.2.10`"
    context = attacked("<b>")[1]._replace(templates={"markdown": b"{{ said.reached[0] }} {{ context.summary.scan }}"})
    assert "<b>" not in text_of([], context)


@pytest.mark.parametrize("own", [b"{% for %}", b"{{ nothing_like_it }}", b"{{ ''.__class__.__mro__ }}"])
def test_a_template_that_cannot_be_used_is_told_in_a_line(own):
    with pytest.raises(FormatMissing, match="Markdown template cannot be used") as told:
        text_of([LTS], CONTEXT._replace(templates={"markdown": own}))
    assert "\n" not in str(told.value)


def test_facts_are_those_that_are_known():
    assert facts(Context()) == []
    assert ("Targets", "192.0.2.0/24") in facts(CONTEXT)
