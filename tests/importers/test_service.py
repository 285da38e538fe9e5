from datetime import UTC, datetime

from scanner.importers.service import MAX_NAMES, Service, read_jarm
from scanner.model.dialogue import Fact, Malformed
from scanner.model.observation import Field

AT = datetime(2026, 11, 20, tzinfo=UTC)


def fails():
    yield Fact(Field("http.server"), "App-webs/")
    raise Malformed("the rest")


def test_what_a_service_showed_is_told_up_to_the_fault():
    service = Service("shodan", "192.0.2.5", "tcp", 80, AT)
    (told,) = service.tell(fails())
    assert (told.subject.port, told.subject.carrier, told.value) == (80, "tcp", "App-webs/")
    assert (told.provenance.source, told.provenance.observed_at) == ("shodan", AT)


def test_a_port_is_open_as_its_carrier():
    assert [o.field for o in Service("x", "192.0.2.5", "udp", 161).is_open()] == ["open.udp"]
    assert [o.field for o in Service("x", "192.0.2.5", "tcp", 0).is_open()] == ["open.tcp"]
    assert not list(Service("x", "192.0.2.5", "tcp").is_open())


def test_names_are_capped_and_may_be_anything():
    service = Service("x", "192.0.2.5")
    assert [o.value for o in service.is_named(["cam ", 7, "", None, "nvr"])] == ["cam", "nvr"]
    assert len(list(service.is_named(["cam"] * 99))) == MAX_NAMES
    assert not list(service.is_named("cam"))


def test_a_fingerprint_of_zeros_is_none():
    assert not list(read_jarm("0" * 62))
    assert [fact.value for fact in read_jarm("29d3")] == ["29d3"]
