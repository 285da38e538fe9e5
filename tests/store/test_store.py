import sqlite3
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model.finding import Coverage, Finding, Identification, Named, Summary
from scanner.model.observation import Endpoint, Field, Observation, Provenance
from scanner.model.outcome import Outcome
from scanner.store import Done, Ending, Store, StoreError, open_store
from scanner.store import sqlite as sqlite_module
from scanner.store import store as store_module

START = datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
SEEN = Observation(
    Endpoint("192.0.2.10", "tcp", 80),
    Field("http.server"),
    "App-webs/",
    Provenance("http", "192.0.2.1", START, "0" * 64),
)
BARE = Observation(Endpoint("north gate"), Field("link.mac"), "24:48:45:00:00:01", Provenance("json-lines"))
FINDING = Finding(
    host="192.0.2.10",
    addresses=("192.0.2.10",),
    mac=None,
    identification=Identification(manufacturer=Named("hikvision", "Hikvision", "confirmed")),
    verdicts=(),
    evidence=(),
    last_seen=START,
)
texts = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=30)
moments = st.none() | st.integers(0, 2**40).map(lambda number: START + timedelta(milliseconds=number))


@pytest.fixture
def path(tmp_path):
    return tmp_path / "scans.sqlite3"


@pytest.fixture
def store(url):
    with open_store(url) as opened:
        yield opened


def begin(store: Store, *, start=START):
    return store.begin(["192.0.2.0/24"], {"rate": 100}, start, database="2026.11.21", program="0.1.0")


def summary_of(scan, **changes):
    summary = Summary(
        scan=scan,
        started_at=START,
        ended_at=START + timedelta(minutes=4),
        complete=True,
        interrupted=False,
        hosts=1,
        verdicts={"covered": 1},
        coverage=Coverage(addresses=254, alive=1, outcomes={"http": {"answered": 1}}),
    )
    return msgspec.structs.replace(summary, **changes)


def test_a_scan_from_begin_to_finish(store):
    scan = begin(store)
    store.add([SEEN, BARE])
    outcome = Outcome(Endpoint("192.0.2.10", "tcp", 554), "rtsp", "skipped", "excluded", START)
    store.add(outcomes=[outcome])
    store.finish(summary_of(scan), [FINDING, msgspec.structs.replace(FINDING, host="192.0.2.11")])
    assert list(store.observations(scan)) == [SEEN, BARE]
    assert list(store.outcomes(scan)) == [outcome]
    assert [finding.host for finding in store.findings(scan)] == ["192.0.2.10", "192.0.2.11"]
    assert next(iter(store.findings(scan))) == FINDING
    assert store.summary(scan) == summary_of(scan)
    (listed,) = store.scans()
    assert listed == store.latest() == store.scan(scan)
    assert (listed.started_at, listed.ended_at) == (START, START + timedelta(minutes=4))
    assert (listed.targets, listed.parameters) == (("192.0.2.0/24",), {"rate": 100})
    assert (listed.complete, listed.interrupted) == (True, False)
    assert (listed.database, listed.program) == ("2026.11.21", "0.1.0")


def test_what_was_stored_is_there_when_opened_again(path):
    with open_store(str(path)) as first:
        scan = begin(first)
        first.add([SEEN])
    with open_store(f"sqlite:///{path}") as second:
        assert list(second.observations(scan)) == [SEEN]


@given(
    st.lists(
        st.builds(
            Observation,
            st.builds(
                Endpoint, texts, st.sampled_from([None, "tcp", "udp", "link"]), st.none() | st.integers(0, 65535)
            ),
            texts.map(Field),
            st.text(st.characters(exclude_categories=["Cs"]), max_size=30),
            st.builds(Provenance, texts, st.none() | texts, moments, st.none() | texts),
        ),
        max_size=5,
    )
)
@settings(max_examples=30, deadline=None)
def test_observations_come_back_as_they_were(observations):
    with open_store("sqlite://") as store:
        scan = begin(store)
        store.add(observations)
        assert list(store.observations(scan)) == observations


def test_large_batches_keep_their_order(store, monkeypatch):
    monkeypatch.setattr(store_module, "BATCH_SIZE", 7)
    monkeypatch.setattr(store_module, "FINDINGS", 7)
    scan = begin(store)
    many = [msgspec.structs.replace(BARE, value=str(number)) for number in range(30)]
    store.add(iter(many))
    findings = [msgspec.structs.replace(FINDING, host=str(number)) for number in range(30)]
    store.finish(summary_of(scan), iter(findings))
    assert list(store.observations(scan)) == many
    assert list(store.findings(scan)) == findings


def test_finishing_again_replaces_the_findings(store):
    scan = begin(store)
    store.finish(summary_of(scan), [FINDING])
    store.finish(summary_of(scan, hosts=0), [])
    assert list(store.findings(scan)) == []
    assert store.summary(scan).hosts == 0


def test_finish_is_all_or_nothing(store):
    scan = begin(store)
    store.finish(summary_of(scan), [FINDING])

    def broken():
        yield FINDING
        raise RuntimeError("judging failed")

    with pytest.raises(RuntimeError):
        store.finish(summary_of(scan, hosts=9), broken())
    assert list(store.findings(scan)) == [FINDING]
    assert store.summary(scan).hosts == 1


def test_scans_are_listed_newest_first_and_the_latest_is_one_that_ended(store):
    old = begin(store, start=START)
    store.finish(summary_of(old, interrupted=True, complete=False), [])
    new = begin(store, start=START + timedelta(seconds=1))
    assert [scan.id for scan in store.scans()] == [new, old]
    assert old < new
    assert store.latest().id == old
    assert store.latest().interrupted
    assert store.scan(new).ended_at is None
    assert store.summary(new) is None


def test_an_empty_store(store):
    assert list(store.scans()) == []
    assert store.latest() is None
    assert store.summary("nothing") is None


def test_scans_are_found_by_the_start_of_their_id(store):
    scan = begin(store)
    assert store.scan(scan[:12]).id == scan
    begin(store)
    with pytest.raises(StoreError, match="several"):
        store.scan(scan[:5])
    with pytest.raises(StoreError, match="has no scan 'zz'"):
        store.scan("zz")
    with pytest.raises(StoreError, match="has no scan '%'"):
        store.scan("%")


def test_adding_needs_a_scan(store):
    with pytest.raises(StoreError, match="no scan was begun"):
        store.add([SEEN])
    with pytest.raises(StoreError, match="no scan was begun"):
        store.add()
    with pytest.raises(StoreError, match="has no scan"):
        store.finish(summary_of("unheard-of"), [])


def test_hostile_and_foreign_text_is_stored(store):
    scan = store.begin(["caf\udce9"], {}, START)
    store.add([msgspec.structs.replace(SEEN, value="a\x00b\udc80\u202e")])
    store.finish(summary_of(scan, targets=("caf\udce9",)), [FINDING])
    assert next(store.observations(scan)).value == "a\x00b?\u202e"
    assert store.summary(scan).targets == ("caf?",)


def test_what_a_killed_scan_stored_is_kept(path):
    program = f"""
import os, signal
from datetime import UTC, datetime
from scanner.store import open_store
from tests.store.test_store import SEEN
with open_store({str(path)!r}) as store:
    store.begin([], {{}}, datetime(2026, 11, 21, tzinfo=UTC))
    store.add([SEEN] * 100)
    def more():
        yield from [SEEN] * 4999
        os.kill(os.getpid(), signal.SIGKILL)
        yield SEEN
    store.add(more())
"""
    done = subprocess.run([sys.executable, "-c", program], check=False, timeout=30)
    assert done.returncode == -9
    with open_store(str(path)) as store:
        (scan,) = store.scans()
        assert (scan.ended_at, scan.complete) == (None, False)
        assert list(store.observations(scan.id)) == [SEEN] * 100


def test_two_programs_may_read_and_write_at_once(path):
    with open_store(str(path)) as writer, open_store(str(path)) as reader:
        scan = begin(writer)
        writer.add([SEEN] * 3)
        reading = reader.observations(scan)
        assert next(reading) == SEEN
        writer.add([BARE])
        assert len(list(reading)) == 2
        assert len(list(reader.observations(scan))) == 4


def test_a_locked_database(path, monkeypatch):
    monkeypatch.setattr(sqlite_module, "BUSY", 10)
    with open_store(str(path)) as store:
        other = sqlite3.connect(path)
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="in use by another program"):
            begin(store)
        other.close()
        assert begin(store)


def test_a_read_only_database(path):
    with open_store(str(path)) as store:
        scan = begin(store)
    with open_store(f"sqlite:///file:{path}?mode=ro&uri=true") as store:
        assert store.scan(scan).id == scan
        with pytest.raises(StoreError, match="cannot be written"):
            begin(store)


def test_a_store_of_a_newer_program_is_refused(path):
    with open_store(str(path)):
        pass
    other = sqlite3.connect(path)
    with other:
        other.execute("UPDATE alembic_version SET version_num = '0099'")
    other.close()
    with pytest.raises(StoreError, match=r"newer coveredscan \(schema 99"), open_store(str(path)):
        pass


def test_a_record_that_cannot_be_read(path):
    with open_store(str(path)) as store:
        scan = begin(store)
        store.finish(summary_of(scan), [FINDING])
        other = sqlite3.connect(path)
        with other:
            other.execute("UPDATE judged SET packed = x'00'")
        other.close()
        with pytest.raises(StoreError, match="cannot read"):
            list(store.findings(scan))


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("nonsense://", "no address of a database"),
        ("postgresql+nodriver://host/db", "no address of a database"),
        ("://", "no address of a database"),
        ("/dev/null/scans.sqlite3", "cannot be opened"),
    ],
)
def test_places_that_are_none(url, words):
    with pytest.raises(StoreError, match=words), open_store(url):
        pass


def test_a_file_that_is_something_else(path):
    path.write_bytes(b"not a database, but long enough to look at " * 50)
    with pytest.raises(StoreError, match="not a database of coveredscan"), open_store(str(path)):
        pass


def test_passwords_are_not_told():
    with pytest.raises(StoreError) as raised, open_store("postgresql+nodriver://me:secret@host/db"):
        pass
    assert "secret" not in str(raised.value)


def test_the_environment_names_the_store(path, monkeypatch):
    monkeypatch.setenv("COVEREDSCAN_DB", str(path))
    with open_store(None) as store:
        begin(store)
    assert path.exists()
    assert store.location == str(path)


def test_the_users_data_folder_is_the_default(tmp_path, monkeypatch):
    monkeypatch.delenv("COVEREDSCAN_DB", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    with open_store():
        pass
    assert (tmp_path / "coveredscan" / "scans.sqlite3").exists()


def test_ids_sort_by_start_and_never_repeat(store):
    ids = [begin(store, start=START + timedelta(milliseconds=number // 2)) for number in range(10)]
    assert sorted(ids[::2]) == ids[::2]
    assert len(set(ids)) == 10
    assert all(len(each) == 26 for each in ids)


def test_ids_rise_even_when_the_clock_goes_back(store):
    late = begin(store, start=START)
    early = begin(store, start=START - timedelta(days=400))
    assert early > late
    assert [scan.id for scan in store.scans()] == [early, late]
    assert store.scan(early).started_at == START - timedelta(days=400)


def test_a_scan_is_resumed_until_it_ends(url):
    with open_store(url) as store:
        scan = begin(store)
        store.add([SEEN], done=Done(alive=("192.0.2.10",), silent=("192.0.2.11",), coverage=Coverage(addresses=4)))
    with open_store(url) as store:
        store.resume(scan)
        store.add([BARE], done=Done(silent=("192.0.2.12",)))
        assert store.done(scan) == Done(("192.0.2.10",), ("192.0.2.11", "192.0.2.12"), Coverage(addresses=4))
        store.finish(summary_of(scan, interrupted=True), [])
        store.resume(scan)
        store.finish(summary_of(scan), [])
        assert list(store.observations(scan)) == [SEEN, BARE]
        with pytest.raises(StoreError, match="nothing to resume"):
            store.resume(scan)


def test_transcripts_are_kept_within_bounds(store, monkeypatch):
    begin(store)
    store.add(transcripts=[("0" * 64, b"\x00RTSP/1.0 200 OK")])
    store.add(transcripts=[("0" * 64, b"\x00RTSP/1.0 200 OK")])
    assert store.transcript("0" * 64) == b"\x00RTSP/1.0 200 OK"
    monkeypatch.setattr(store_module, "MAX_TRANSCRIPT", 100)
    store.add(transcripts=[("1" * 64, b"x" * 101)])
    monkeypatch.setattr(store_module, "MAX_TRANSCRIPTS", 110)
    store.add(transcripts=[("2" * 64, b"x" * 99)])
    store.add(transcripts=[("3" * 64, b"x" * 90)])
    assert [store.transcript(digit * 64) is not None for digit in "0123"] == [True, False, False, True]


def test_an_end_that_is_written_again_counts_once(store):
    ending = Ending(
        {"192.0.2.10": (("serial", "ABC123456"),)}, notify=lambda changes: [("hook", c.kind) for c in changes]
    )
    scan = begin(store)
    store.add(done=Done(("192.0.2.10",)))
    first = store.finish(summary_of(scan), [FINDING], ending)
    assert store.finish(summary_of(scan), [FINDING], ending) == first
    missing = begin(store, start=START + timedelta(days=1))
    store.add(done=Done(silent=("192.0.2.10",)))
    for _ in range(5):
        assert store.finish(summary_of(missing), [], ending) == ()
    assert [device.missed for device in store.devices()] == [1]
    assert [message.body for message in store.outbox.waiting()] == ["appeared"]


def test_devices_are_remembered_and_changes_told_with_the_scan(store):
    told = []
    ending = Ending(
        identities={"192.0.2.10": (("serial", "ABC123456"),)},
        notify=lambda changes: [("hook", change.kind) for change in changes],
    )
    for day, findings in enumerate([[FINDING], [FINDING], [], [], []]):
        scan = begin(store, start=START + timedelta(days=day))
        store.add(done=Done(silent=("192.0.2.10",)))
        told.append([change.kind for change in store.finish(summary_of(scan), findings, ending)])
    assert told == [["appeared"], [], [], [], ["gone"]]
    assert [change.kind for change in store.changes()] == ["appeared", "gone"]
    assert [message.body for message in store.outbox.waiting()] == ["appeared", "gone"]
    (device,) = store.devices("")
    assert device.gone
    assert [change.kind for change in store.changes(device=device.id)] == ["appeared", "gone"]
    assert store.changes(scan=store.latest().id)[0].kind == "gone"
    assert store.devices("elsewhere") == []


def test_an_interrupted_scan_says_nothing_of_devices(store):
    scan = begin(store)
    assert store.finish(summary_of(scan, interrupted=True), [FINDING], Ending()) == ()
    assert store.devices() == []
    assert [change.kind for change in store.finish(summary_of(scan), [FINDING], Ending())] == ["appeared"]


def test_listing_with_summaries(store):
    scan = begin(store)
    begin(store, start=START - timedelta(days=1))
    store.finish(summary_of(scan), [])
    listed = list(store.summaries())
    assert [summary for _, summary in listed] == [None, summary_of(scan)]
    assert [each.id for each in store.scans("")] == [each.id for each, _ in listed]
    assert list(store.scans("elsewhere")) == []


@pytest.mark.slow
def test_a_database_server_that_restarts(postgres):
    with open_store(postgres.database()) as store:
        scan = begin(store)
        store.add([SEEN])
        postgres.stop()
        try:
            with pytest.raises(StoreError, match="is the database server running") as raised:
                store.add([BARE])
            assert raised.value.passing
        finally:
            postgres.start()
        store.add([BARE])
        assert list(store.observations(scan)) == [SEEN, BARE]
