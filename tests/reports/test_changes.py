from datetime import UTC, datetime

import msgspec

from scanner.model.change import CHANGES, Change
from scanner.reports.changes import sentence, sentences, summarise

GONE = Change(
    id="s-0", scan="s", site="", at=datetime(2026, 11, 21, tzinfo=UTC), kind="gone", device="d", host="10.0.0.5",
    manufacturer="hikvision", model="DS-2CD\x1b[31m", verdict="covered", subject="firmware", before="a", after=None,
)  # fmt: skip


def test_one_line_each_that_no_terminal_obeys():
    for kind in CHANGES:
        line = sentence(msgspec.structs.replace(GONE, kind=kind))
        assert line.isprintable()
        assert "10.0.0.5" in line
        assert kind in line
    assert sentence(GONE) == r"10.0.0.5 gone  covered  (hikvision DS-2CD\x1b[31m)"
    moved = msgspec.structs.replace(GONE, kind="re-flashed", after="2.0", model=None)
    assert sentence(moved) == "10.0.0.5 re-flashed  firmware: a → 2.0  (hikvision)"


def test_counts_and_order():
    appeared = msgspec.structs.replace(GONE, kind="appeared")
    assert summarise([GONE, appeared, GONE]) == "1 appeared, 2 gone"
    assert summarise([]) == "nothing changed"
    assert [line.split()[1] for line in sentences([GONE, appeared])] == ["appeared", "gone"]
