from datetime import UTC, datetime
from ipaddress import IPv4Interface

import pytest

from scanner.engine import outsiders as module
from scanner.engine.outsiders import Answer, Outsiders
from scanner.engine.scope import Scope
from scanner.engine.targets import Targets, literals
from scanner.model.dialogue import Fact
from scanner.model.observation import Endpoint, Field
from scanner.transports.interfaces import Interface

ETH = Interface("eth0", 2, (IPv4Interface("10.0.0.7/24"),), loopback=False)
AT = datetime(2026, 11, 21, tzinfo=UTC)


def outsiders(exclude="10.0.0.3"):
    return Outsiders(Scope(Targets(literals("10.0.0.0/24")), exclude=literals(exclude), interfaces=(ETH,)))


def answer(sender, source="sadp", payload=b"x", **said):
    facts = tuple(Fact(Field(f"{source}.{name}"), value) for name, value in said.items())
    return Answer(source, Endpoint(sender, "udp", 37020), facts, payload, AT)


def labels(heard):
    return {
        label: sorted(fact.value for one in answers for fact in one.facts if fact.field.endswith(".serial"))
        for label, answers in heard.devices()
    }


def test_what_another_subnet_says_is_kept_once():
    heard = outsiders()
    assert heard.hear(answer("192.168.1.64", serial="A"))
    assert heard.hear(answer("192.168.1.64", serial="A"))
    assert heard.hear(answer("192.168.1.64", serial="B"))
    assert labels(heard) == {"192.168.1.64": ["A", "B"]}


@pytest.mark.parametrize("address", ["10.0.0.9", "10.0.0.3", "nonsense", "127.0.0.1", "239.1.1.1"])
def test_what_is_in_the_targets_or_excluded_or_nobody_is_not_kept(address):
    assert not outsiders().hear(answer(address, serial="A"))


def test_a_device_that_says_it_is_an_excluded_one_is_not_kept():
    heard = outsiders(exclude="192.168.7.7")
    assert not heard.hear(answer("192.168.1.64", serial="A", address="192.168.7.7"))
    assert heard.hear(answer("192.168.1.64", serial="A", address="192.168.7.8"))


def test_an_answer_that_tells_nothing_is_not_kept():
    heard = outsiders()
    assert not heard.hear(answer("192.168.1.64"))
    assert not heard.hear(Answer("sadp", Endpoint("192.168.1.64"), (Fact(Field("open.udp"), "37020"),), b"x", AT))
    hearsay = Fact(Field("sadp.serial"), "A", "10.0.0.9")
    assert not heard.hear(Answer("sadp", Endpoint("192.168.1.64"), (hearsay,), b"x", AT))


@pytest.mark.parametrize("turn", [1, -1])
def test_new_devices_on_one_address_are_told_apart_by_their_hardware_addresses(turn):
    answers = [
        answer("192.168.1.108", serial="A", mac="98:f9:cc:00:00:0a"),
        answer("192.168.1.108", serial="B", mac="98-F9-CC-00-00-0B"),
        answer("192.168.1.108", source="dhip", serial="B", mac="98f9cc00000b"),
        answer("192.168.1.108", source="onvif", serial="nobody knows whose"),
    ]
    heard = outsiders()
    for one in answers[::turn]:
        assert heard.hear(one)
    assert labels(heard) == {
        "192.168.1.108": ["A", "nobody knows whose"],
        "192.168.1.108%98:f9:cc:00:00:0b": ["B", "B"],
    }


def test_what_a_neighbour_can_make_up_is_capped(monkeypatch):
    monkeypatch.setattr(module, "MAX_OUTSIDE", 3)
    monkeypatch.setattr(module, "MAX_ANSWERS", 2)
    monkeypatch.setattr(module, "MAX_BYTES", 40)
    heard = outsiders()
    assert [heard.hear(answer(f"192.168.1.{n}", serial="A")) for n in range(1, 6)] == [True] * 3 + [False] * 2
    assert [heard.hear(answer("192.168.1.1", serial=serial)) for serial in "BC"] == [True, False]
    assert not heard.hear(answer("192.168.1.2", serial="B", payload=bytes(40)))
