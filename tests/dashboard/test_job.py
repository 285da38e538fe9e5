from scanner.dashboard.job import Job
from scanner.engine.events import HostDone, Progress
from scanner.engine.request import Request
from scanner.ledger.keeping import MOST
from scanner.model.finding import Coverage
from scanner.model.observation import Endpoint, Field, Observation, Provenance
from scanner.model.outcome import Outcome
from scanner.store import open_store
from tests.dashboard.site import raised
from tests.reports.samples import SEEN

REQUEST = Request(targets=("192.0.2.0/24",))


def saw(address, field="http.server", value="App-webs/"):
    return Observation(Endpoint(address, "tcp", 80), Field(field), value, Provenance("http", None, SEEN))


def test_what_a_scan_says_is_stored_and_judged(tmp_path):
    told = []
    with raised(tmp_path, findings=None) as up, open_store(up.url) as store:
        job = Job(up.bench, store, REQUEST, lambda **state: told.append(state))
        scan = job.begin()
        job.take(saw("192.0.2.10"))
        job.take(Outcome(Endpoint("192.0.2.10", "tcp", 80), "http", "answered"))
        job.take(Outcome(Endpoint("192.0.2.11"), "connect", "timed-out", "silent"))
        job.take(Outcome(Endpoint("192.0.2.10", "tcp", 81), "connect", "timed-out"))
        job.take(HostDone("192.0.2.10"))
        job.take(Progress(addresses=2, visited=2, alive=1, done=1, stage="asking", found=3, left=7.5))
        job._ledger.reached = lambda: Coverage(addresses=2, alive=1)
        assert job.finish(interrupted=False) == 1
        assert told == [
            {"addresses": 2, "visited": 2, "alive": 1, "done": 1, "doing": "asking", "found": 3, "left": 7.5}
        ]
        (finding,) = store.findings(scan)
        maker, summary = finding.identification.manufacturer, store.summary(scan)
        assert maker is not None
        assert maker.value == "hikvision"
        assert summary is not None
        assert (summary.complete, summary.hosts, summary.targets) == (True, 1, ("192.0.2.0/24",))
        assert sum(summary.verdicts.values()) == 1
        assert (summary.policy, summary.database) == (up.bench.policy, up.bench.database.version)
        done = store.done(scan)
        assert (done.alive, done.silent) == (("192.0.2.10",), ("192.0.2.11",))
        assert len(list(store.outcomes(scan))) == 3
        assert [change.kind for change in store.changes()] == ["appeared"]
        assert store.scan(scan).parameters["request"]["targets"] == ["192.0.2.0/24"]
        assert "credentials" not in store.scan(scan).parameters["request"]


def test_what_was_not_reached_makes_it_incomplete(tmp_path):
    with raised(tmp_path, findings=None) as up, open_store(up.url) as store:
        job = Job(up.bench, store, REQUEST, lambda **_: None)
        scan = job.begin()
        job._ledger.reached = lambda: Coverage(not_reached=("a net",))
        job.finish(interrupted=False)
        assert not store.scan(scan).complete


def test_an_interrupted_scan_keeps_what_it_saw(tmp_path):
    with raised(tmp_path, findings=None) as up, open_store(up.url) as store:
        job = Job(up.bench, store, REQUEST, lambda **_: None)
        scan = job.begin()
        job.take(saw("192.0.2.10"))
        assert job.finish(interrupted=True) == 1
        assert store.scan(scan).interrupted
        assert store.changes() == []


def test_much_is_written_before_the_end(tmp_path):
    with raised(tmp_path, findings=None) as up, open_store(up.url) as store:
        job = Job(up.bench, store, REQUEST, lambda **_: None)
        scan = job.begin()
        for number in range(MOST):
            job.take(saw("192.0.2.10", "http.title", str(number)))
        assert len(list(store.observations(scan))) == MOST
