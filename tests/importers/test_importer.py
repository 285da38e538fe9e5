from datetime import UTC, datetime

from scanner.importers.importer import normal, observe, read_host, read_instant, read_port, read_seconds
from scanner.model.dialogue import Fact
from scanner.model.observation import Field
from scanner.model.signature import FieldRule


def test_what_somebody_says_of_another_is_hearsay():
    heard = observe("10.0.0.1", Fact(Field("link.mac"), "x", "10.0.0.5"), "arp", carrier="udp", port=1)
    assert (heard.subject.address, heard.subject.port, heard.provenance.reporter) == ("10.0.0.5", None, "10.0.0.1")
    own = observe("10.0.0.1", Fact(Field("link.mac"), "x"), "arp", port=1)
    assert (own.subject.port, own.provenance.reporter) == (1, None)


def test_values_come_to_normal_form_by_the_rules():
    rules = {"sadp.mac": FieldRule(emits="sadp", group="g", about="", normalize="mac")}.get
    kept, changed, dropped = (
        normal(observe("h", Fact(Field(field), value), "x"), rules)
        for field, value in (("own.field", "A-B"), ("sadp.mac", "58-50-ED-1F-E3-85"), ("sadp.mac", "none"))
    )
    assert kept is not None
    assert kept.value == "A-B"
    assert changed is not None
    assert changed.value == "58:50:ed:1f:e3:85"
    assert dropped is None


def test_addresses_ports_and_times():
    assert (read_host(" 2001:DB8::5 "), read_host("gate"), read_host("10.0.0.05")) == ("2001:db8::5", None, None)
    assert [read_port(value) for value in (80, "80", 65536, "x", True, None, -1, "9" * 99)] == [80, 80] + [None] * 6
    assert read_seconds("1700000000") == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
    assert [read_seconds(value) for value in ("x", 1e99, None, float("nan"))] == [None] * 4
    assert read_instant("2026-11-20T02:00:00") == datetime(2026, 11, 20, 2, tzinfo=UTC)
    assert [read_instant(value) for value in ("x", 4, "0001-01-01T00:00:00+14:00")] == [None] * 3
