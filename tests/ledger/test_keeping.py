from datetime import UTC, datetime
from itertools import pairwise

import pytest

from scanner.ledger import keeping as module
from scanner.ledger.keeping import Keeping
from scanner.model.finding import Coverage, Summary
from scanner.model.observation import Endpoint, Field, Observation, Provenance
from scanner.model.outcome import Outcome
from scanner.store import Ending, StoreError, open_store

NOW = datetime(2026, 11, 21, 3, tzinfo=UTC)
SEEN = Observation(Endpoint("10.0.0.1", "tcp", 80), Field("http.server"), "x", Provenance("http"))
DIGEST = "0" * 64
SILENT = Outcome(Endpoint("10.0.0.2"), "connect", "timed-out", "silent")
CLOSED = Outcome(Endpoint("10.0.0.1", "tcp", 81), "connect", "timed-out")


def summary():
    return Summary(
        scan=SCAN[0], started_at=NOW, ended_at=NOW, complete=True, interrupted=False, hosts=0, verdicts={},
        coverage=Coverage(),
    )  # fmt: skip


SCAN = [""]
TOLD: list[str] = []


@pytest.fixture
def store(tmp_path):
    TOLD.clear()
    with open_store(str(tmp_path / "scans.sqlite3")) as opened:
        SCAN[0] = opened.begin([], {}, NOW)
        yield opened


class Failing:
    """A store that fails a few times, then works."""

    def __init__(self, store, times, *, passing):
        self.store = store
        self.times = times
        self.passing = passing

    def _maybe(self):
        if self.times:
            self.times -= 1
            error = StoreError("the store is away")
            error.passing = self.passing
            raise error

    def add(self, *things):
        self._maybe()
        self.store.add(*things)

    def finish(self, *things):
        self._maybe()
        return self.store.finish(*things)


def fed(store, **options):
    keeping = Keeping(store, TOLD.append, **options)
    for event in (SEEN, SILENT, CLOSED):
        keeping.see(event)
    keeping.settle("10.0.0.1")
    keeping.keep(DIGEST, b"HTTP/1.1 200 OK")
    return keeping


def test_all_is_written_at_the_end_and_little_before(store):
    keeping = fed(store)
    keeping.write(Coverage)
    assert list(store.observations(SCAN[0])) == []
    keeping.finish(summary, [], Ending(), Coverage)
    assert list(store.observations(SCAN[0])) == [SEEN]
    assert list(store.outcomes(SCAN[0])) == [SILENT, CLOSED]
    done = store.done(SCAN[0])
    assert (done.alive, done.silent, done.coverage) == (("10.0.0.1",), ("10.0.0.2",), Coverage())
    assert store.summary(SCAN[0]) == summary()
    assert store.transcript(DIGEST) == b"HTTP/1.1 200 OK"


def test_what_gathers_is_written_when_there_is_enough_or_it_is_old(store, monkeypatch):
    monkeypatch.setattr(module, "MOST", 3)
    keeping = fed(store)
    keeping.write(Coverage)
    assert len(list(store.observations(SCAN[0]))) == 1
    keeping.see(SEEN)
    keeping.write(Coverage)
    assert len(list(store.observations(SCAN[0]))) == 1
    keeping._next = 0
    keeping.write(Coverage)
    assert len(list(store.observations(SCAN[0]))) == 2


def test_a_store_that_is_away_for_a_while_loses_nothing(store):
    waits: list[float] = []
    keeping = fed(Failing(store, 3, passing=True), wait=waits.append)
    keeping._next = 0
    keeping.write(Coverage)
    keeping.write(Coverage)
    keeping.finish(summary, [], Ending(), Coverage)
    assert waits == [1.0, 1.0]
    assert list(store.observations(SCAN[0])) == [SEEN]
    assert store.summary(SCAN[0]) is not None
    assert keeping.trouble is None
    assert TOLD == ["the store is away; the scan goes on and tries again"]


def test_a_store_that_is_away_is_called_ever_more_seldom(store, monkeypatch):
    time_ = [0.0]
    monkeypatch.setattr("scanner.ledger.keeping.time.monotonic", lambda: time_[0])
    away, tried = Failing(store, 7, passing=True), []
    keeping = fed(away)
    while away.times:
        before = away.times
        keeping.write(Coverage)
        tried += [time_[0]] if away.times < before else []
        time_[0] += 1
    assert [later - earlier for earlier, later in pairwise(tried)] == [5, 10, 20, 40, 60, 60]


def test_a_store_that_never_comes_back_is_given_up(store, monkeypatch):
    monkeypatch.setattr(module, "PATIENCE", -1.0)
    keeping = fed(Failing(store, 100, passing=True))
    assert keeping.finish(summary, [], Ending(), Coverage) == ()
    assert keeping.trouble == "the store did not come back in time"
    monkeypatch.setattr(module, "HELD", 2)
    keeping = fed(Failing(store, 100, passing=True))
    keeping._next = 0
    keeping.write(Coverage)
    assert keeping.trouble == "the store did not come back in time"
    assert "not stored" in TOLD[-1]


def test_a_store_that_fails_for_good_costs_the_record_not_the_scan(store):
    keeping = fed(Failing(store, 1, passing=False))
    keeping._next = 0
    keeping.write(Coverage)
    assert keeping.store is None
    keeping.see(SEEN)
    keeping.settle("10.0.0.9")
    assert keeping.finish(summary, [], Ending(), Coverage) == ()
    assert TOLD == ["the store is away; the scan goes on, but what it sees from now on is not stored"]


def test_without_a_store_nothing_is_held():
    keeping = fed(None)
    keeping.write(Coverage)
    assert keeping.finish(summary, [], Ending(), Coverage) == ()
    assert keeping._observations == []


def test_transcripts_are_held_within_bounds(store, monkeypatch):
    monkeypatch.setattr(module, "BYTES", 20)
    keeping = fed(store)
    keeping.keep("1" * 64, b"123456")
    keeping.finish(summary, [], Ending(), Coverage)
    assert store.transcript(DIGEST) is not None
    assert store.transcript("1" * 64) is None
