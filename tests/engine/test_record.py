import hashlib
from datetime import UTC, datetime

from scanner.engine.record import Recorder
from scanner.model.dialogue import Fact
from scanner.model.observation import MAX_VALUE, Endpoint, Field, Observation, Provenance
from scanner.model.signature import FieldRule

AT = datetime(2026, 11, 21, tzinfo=UTC)
WEB = Endpoint("10.0.0.5", "tcp", 80)
RULES = {
    "link.mac": FieldRule("arp", "hardware-address", "", normalize="mac"),
    "http.status": FieldRule("http", "web", "", normalize="decimal"),
}


def record(*facts, keep=None, transcript=b"", endpoint=WEB):
    recorder = Recorder(RULES.get, keep)
    return list(recorder.record(facts, source="http", endpoint=endpoint, at=AT, transcript=transcript))


def test_a_fact_becomes_an_observation_of_the_answerer():
    found = record(Fact(Field("http.server"), " App-webs/ "))
    assert found == [Observation(WEB, Field("http.server"), "App-webs/", Provenance("http", None, AT))]


def test_a_fact_about_another_address_is_hearsay():
    (found,) = record(Fact(Field("link.mac"), "58-50-ED-1F-E3-85", subject="10.0.0.6"))
    assert found.subject == Endpoint("10.0.0.6")
    assert found.value == "58:50:ed:1f:e3:85"
    assert found.provenance.reporter == "10.0.0.5"


def test_a_fact_about_the_answerer_itself_is_not_hearsay():
    (found,) = record(Fact(Field("http.server"), "x", subject="::ffff:10.0.0.5"))
    assert found.subject == WEB
    assert found.provenance.reporter is None


def test_what_is_empty_repeated_or_not_of_its_kind_is_dropped():
    assert (
        record(
            Fact(Field("http.status"), "many"),
            Fact(Field("http.server"), "  "),
            Fact(Field("http.server"), "x", subject="the kitchen"),
        )
        == []
    )
    assert len(record(Fact(Field("http.status"), "200"), Fact(Field("http.status"), " 200"))) == 1


def test_an_unknown_field_is_kept_and_clipped():
    (found,) = record(Fact(Field("x.unknown"), "é" * MAX_VALUE))
    assert found.value == "é" * (MAX_VALUE // 2)


def test_the_transcript_is_kept_once_and_named():
    kept = []
    digest = hashlib.sha256(b"raw").hexdigest()
    found = record(
        Fact(Field("http.server"), "x"),
        Fact(Field("http.status"), "200"),
        keep=lambda *pair: kept.append(pair),
        transcript=b"raw",
    )
    assert kept == [(digest, b"raw")]
    assert {observation.provenance.transcript for observation in found} == {digest}


def test_a_transcript_that_said_nothing_is_not_kept():
    kept = []
    record(keep=lambda *pair: kept.append(pair), transcript=b"raw")
    assert kept == []
    assert record(Fact(Field("http.server"), "x"), transcript=b"raw")[0].provenance.transcript is None


def test_a_link_local_address_is_one_of_the_endpoints_own_link():
    facts = [Fact(Field("link.mac"), "02:00:00:00:00:05", subject=subject) for subject in ("fe80::5", "fe80::6%eth1")]
    found = record(*facts, endpoint=Endpoint("fe80::9%eth0"))
    assert [one.subject.address for one in found] == ["fe80::5%eth0", "fe80::6%eth1"]
