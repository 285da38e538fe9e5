import msgspec
import pytest

from scanner.reports.texts import change
from tests.reports.samples import FINDINGS, LTS, MEASURES, SUMMARY


@pytest.mark.parametrize("record", [*FINDINGS, SUMMARY, *MEASURES.values()])
def test_nothing_changed_is_the_same(record):
    assert change(record, lambda text: text) == record


def test_every_text_is_changed():
    shown = msgspec.json.encode(change(LTS, lambda text: "x")).decode()
    assert "192.0.2.10" not in shown
    assert "hikvision" not in shown
    assert "2026-11-21" in shown


def test_keys_are_texts():
    changed = change(SUMMARY, str.upper)
    assert changed.coverage.outcomes == {
        "CONNECT": {"TIMED-OUT": 700},
        "HTTP": {"ANSWERED": 3, "TIMED-OUT": 1},
        "RTSP": {"REFUSED": 2},
    }
    assert changed.coverage.ports == SUMMARY.coverage.ports
