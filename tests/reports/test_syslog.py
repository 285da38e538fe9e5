import re

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.reports.syslog import message, of_change, render
from tests.reports.samples import CONTEXT, FINDINGS, SUMMARY
from tests.reports.test_changes import GONE

# RFC 5424 section 6, ABNF.
PARAM = r' [!#-<>-\\^-~]{1,32}="(?:[^"\\\]]|\\["\\\]])*"'
SYSLOG = re.compile(
    r"<(\d{1,3})>1 (?:-|\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{1,6}Z) - coveredscan - [!-~]{1,32} "
    rf"\[coveredscan@32473(?:{PARAM})*\] [^\n]*"
)


def test_every_line_is_a_message_of_the_standard():
    lines = "".join(render(FINDINGS, CONTEXT)).splitlines()
    assert len(lines) == len(FINDINGS) + 1
    for line in lines:
        found = SYSLOG.fullmatch(line)
        assert found is not None, line
        assert int(found[1]) // 8 == 13
    assert 'verdict="covered"' in "\n".join(lines)
    assert SUMMARY.scan in lines[-1]


def test_without_a_scan_there_is_no_line_of_one():
    assert len(list(render(FINDINGS, CONTEXT._replace(summary=None)))) == len(FINDINGS)


def test_a_change_is_one_message():
    line = of_change(msgspec.structs.replace(GONE, model='a"]\\\n'))
    assert SYSLOG.fullmatch(line)
    assert line.startswith("<108>1 2026-11-21T00:00:00.000Z - coveredscan - change [")


@given(st.text(max_size=300), st.text(max_size=50))
@settings(max_examples=100, deadline=None)
def test_whatever_a_device_says_it_stays_one_message(value, text):
    line = message("finding", 5, None, {"value": value}, text)
    assert SYSLOG.fullmatch(line)
