from __future__ import annotations

from datetime import date

import pytest

from scanner.coverage.assess import Question
from scanner.coverage.policies import select
from scanner.database.load import load
from scanner.engine.events import HostDone
from scanner.ledger.ledger import Ledger, Terms, count_verdicts
from scanner.model.finding import Coverage
from scanner.model.observation import Endpoint, Field, Observation, Provenance
from scanner.model.outcome import Outcome
from scanner.pipeline import Judge
from scanner.store import StoreError, open_store

DAY = date(2026, 11, 21)


def saw(address, field="http.server", value="App-webs/"):
    return Observation(Endpoint(address, "tcp", 80), Field(field), value, Provenance("http"))


@pytest.fixture(scope="module")
def terms():
    database = load()
    judge = Judge(database, Question(when=DAY), select("us-federal", database.measures))
    return Terms(judge, "us-federal", DAY, database.version)


@pytest.fixture
def store(tmp_path):
    with open_store(str(tmp_path / "scans.sqlite3")) as opened:
        yield opened


def opened(store, terms):
    ledger = Ledger(store, terms, lambda _: None)
    ledger.begin(["10.0.0.0/30"], {"kind": "test"}, "north")
    ledger.reached = lambda: Coverage(addresses=2, alive=1, outcomes={"http": {"answered": 1}})
    return ledger


def test_what_is_seen_is_stored_judged_and_summed_up(store, terms):
    ledger = opened(store, terms)
    ledger.take(saw("10.0.0.1"))
    ledger.take(Outcome(Endpoint("10.0.0.2"), "connect", "timed-out", "silent"))
    ledger.keep("0" * 64, b"HTTP/1.1 200 OK")
    assert list(ledger.settled("10.0.0.2")) == []
    (streamed,) = ledger.settled("10.0.0.1")
    ledger.take(HostDone("10.0.0.1"))
    summary = ledger.end()
    assert ledger.findings == [streamed] == list(store.findings(ledger.scan))
    assert [change.kind for change in ledger.changes] == ["appeared"]
    assert summary == store.summary(ledger.scan)
    assert (summary.complete, summary.site, summary.targets, summary.date) == (
        True, "north", ("10.0.0.0/30",), "2026-11-21",
    )  # fmt: skip
    assert summary.verdicts == count_verdicts(ledger.findings) != {}
    done = store.done(ledger.scan)
    assert (done.alive, done.silent) == (("10.0.0.1",), ("10.0.0.2",))
    assert store.transcript("0" * 64) is not None


def test_without_a_store_all_is_found_the_same(terms):
    ledger = opened(None, terms)
    ledger.take(saw("10.0.0.1"))
    summary = ledger.end()
    assert (summary.hosts, summary.complete, summary.scan) == (1, True, ledger.scan)


def test_a_scan_resumed_twice_counts_what_all_its_runs_reached(store, terms):
    ledger = opened(store, terms)
    for number in range(1, 4):
        ledger.take(saw(f"10.0.0.{number}"))
        ledger.take(HostDone(f"10.0.0.{number}"))
        ledger.end(interrupted=True)
        assert ledger.changes == ()
        ledger = Ledger(store, terms, lambda _: None)
        before = ledger.resume(next(store.scans()))
        assert len(before.alive) == number
        ledger.reached = lambda: Coverage(addresses=4, alive=1, outcomes={"http": {"answered": 1}})
    ledger.take(saw("10.0.0.4"))
    ledger.take(HostDone("10.0.0.4"))
    summary = ledger.end()
    assert (summary.coverage.alive, summary.coverage.outcomes) == (4, {"http": {"answered": 4}})
    assert (summary.hosts, summary.site, summary.complete) == (4, "north", True)
    assert summary.started_at == next(store.scans()).started_at


def test_a_store_that_breaks_costs_the_record_not_the_scan(store, terms, monkeypatch):
    ledger = opened(store, terms)
    told: list[str] = []
    ledger._keeping._tell = told.append

    def full(*_):
        raise StoreError("the disk is full")

    monkeypatch.setattr(store, "add", full)
    ledger.take(saw("10.0.0.1"))
    summary = ledger.end()
    assert summary.errors == ("the disk is full",)
    assert not summary.complete
    assert len(ledger.findings) == 1
    assert "is not stored" in told[0]
