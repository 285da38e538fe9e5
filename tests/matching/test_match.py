from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

import msgspec
import pytest

from scanner.matching.hosts import group
from scanner.matching.match import FIRST_FIELDS, WIDE, Matcher
from scanner.model.entity import Company
from scanner.model.observation import Field
from scanner.model.signature import Condition, FieldRule, Match, Signature
from tests.observations import seen


class Row(msgspec.Struct, frozen=True):
    prefix: str
    company: str | None


class Data:
    """A database of a few rows."""

    def __init__(self, *signatures: Signature) -> None:
        self.signatures = signatures
        self.companies: Mapping[str, Company] = {
            "hikvision": Company("hikvision", "Hikvision"),
            "amcrest": Company("amcrest", "Amcrest", seller_only=True, brand="amcrest"),
            "espressif": Company("espressif", "Espressif", makes="other"),
            "zte": Company("zte", "ZTE", makes="network"),
        }
        self.forms: dict[str, tuple[str, ...]] = {}
        self.rules = {
            "http.server": FieldRule("http", "web", "…"),
            "http.title": FieldRule("http", "web", "…"),
            "link.mac": FieldRule("arp", "hardware-address", "…", normalize="mac"),
            "onvif.model": FieldRule("onvif", "onvif", "…", slot="model"),
            "onvif.serial": FieldRule("onvif", "onvif", "…", slot="serial"),
        }

    def rule_for(self, field: Field) -> FieldRule | None:
        return self.rules.get(field)

    def read(self, field: Field, text: str) -> Iterator[tuple[str, tuple[str, ...]]]:
        if field in self.rules and text != "not a value":
            yield text.strip(), self.forms.get(text, (text.strip(),))

    def readings(self, field: str, value: str) -> Iterator[tuple[str, FieldRule, str]]:
        rule = self.rule_for(Field(field))
        assert rule is not None
        for other, words in rule.readings(field, value):
            yield other, self.rules.get(other, rule), words

    def block_of(self, mac: str) -> Row | None:
        known = {
            "44:19:b6": "hikvision",
            "9c:8e:cd": "amcrest",
            "24:0a:c4": "espressif",
            "98:f4:28": "zte",
            "00:11:22": None,
        }
        return Row(mac[:8].replace(":", "").upper(), known[mac[:8]]) if mac[:8] in known else None


def signature(name: str, match: Match, **changes: object) -> Signature:
    base = Signature(
        id=name,
        fields=("http.server",),
        match=match,
        strength="strong",
        basis="published",
        status="stable",
        added=date(2026, 11, 21),
        sources=(),
        why="",
        asserts={"manufacturer": "hikvision"},
    )
    return msgspec.structs.replace(base, **changes)


def claims(data: Data, *observations):
    return [claim for host in group(observations) for claim in Matcher(data).claims(host)]


@pytest.mark.parametrize(
    ("match", "yes", "no"),
    [
        (Match(exact=("App-webs/",)), "App-webs/", "xApp-webs/"),
        (Match(prefix=("DNVRS-",)), "DNVRS-Webs", "a DNVRS-Webs"),
        (Match(contains=("hik",)), "a hik b", "a HIK b"),
        (Match(regex="(?:DNVRS|DVRDVS)-Webs"), "DVRDVS-Webs", "DVRDVS-Webs 2"),
    ],
)
def test_each_kind_of_match(match, yes, no):
    data = Data(signature("hikvision-x", match))
    assert [c.signature for c in claims(data, seen("h", "http.server", yes))] == ["hikvision-x"]
    assert claims(data, seen("h", "http.server", no)) == []


def test_captures_become_claims_of_their_slots():
    data = Data(
        signature(
            "hikvision-serial",
            Match(regex="(?P<model>DS-[A-Z0-9-]+?)(?P<manufactured>20[0-9]{6})(?:[A-Z]{4})(?:[0-9]{9})"),
            fields=("onvif.serial",),
            captures=("model", "manufactured"),
        )
    )
    found = claims(data, seen("h", "onvif.serial", "DS-2CD2012-I20150201CCWR501088621"))
    assert {(c.slot, c.value) for c in found} >= {("model", "DS-2CD2012-I"), ("manufactured", "20150201")}
    assert ("serial", "DS-2CD2012-I20150201CCWR501088621") in {(c.slot, c.value) for c in found}


def test_a_condition_must_hold_on_the_same_port():
    data = Data(
        signature("hikvision-x", Match(exact=("web",)), also=(Condition("http.title", Match(exact=("index",))),))
    )
    server = seen("h", "http.server", "web", port=80)
    assert claims(data, server, seen("h", "http.title", "index", port=80))
    assert not claims(data, server, seen("h", "http.title", "index", port=81))
    assert not claims(data, server)
    assert claims(data, seen("h", "http.server", "web"), seen("h", "http.title", "index", port=81))


def test_any_form_of_a_value_matches_once_and_what_was_seen_is_told():
    data = Data(signature("a", Match(contains=("App",)), also=(Condition("http.title", Match(exact=("index",))),)))
    data.forms = {"Server: App-webs/": ("App-webs/", "Server: App-webs/"), "<b>index</b>": ("index", "<b>index</b>")}
    facts = (seen("h", "http.server", "Server: App-webs/"), seen("h", "http.title", "<b>index</b>"))
    assert [(one.signature, one.observed) for one in claims(data, *facts)] == [("a", "Server: App-webs/")]


def test_the_plainest_form_of_a_model_is_the_model():
    data = Data()
    data.forms = {"deviceType=IPC-HFW1230S": ("IPC-HFW1230S", "deviceType=IPC-HFW1230S")}
    (claim,) = claims(data, seen("h", "onvif.model", "deviceType=IPC-HFW1230S"))
    assert (claim.value, claim.observed) == ("IPC-HFW1230S", "deviceType=IPC-HFW1230S")


@pytest.mark.parametrize("match", [Match(exact=("a b",)), Match(prefix=("a",)), Match(regex="a( b)?")])
def test_a_signature_of_many_fields_is_read_in_each_of_them_and_in_no_other(match):
    many = tuple(f"many.{number}" for number in range(WIDE))
    data = Data(signature("wide", match, fields=many), signature("narrow", match, fields=("many.0", "other")))
    for field in (*many, "other"):
        data.rules[field] = FieldRule("http", "web", "…")

    def read(field):
        return {one.signature for one in claims(data, seen("h", field, "a b"))}

    assert read("many.0") == {"wide", "narrow"}
    assert [read(field) for field in many[1:]] == [{"wide"}] * (WIDE - 1)
    assert read("other") == {"narrow"}


@pytest.mark.parametrize("match", [Match(exact=("a b",)), Match(prefix=("a",)), Match(regex="a( b)?")])
def test_it_is_read_alike_in_the_first_fields_and_when_all_are_compiled_at_once(match):
    many = tuple(f"many.{number}" for number in range(WIDE))
    assert FIRST_FIELDS < WIDE
    data = Data(signature("wide", match, fields=many), signature("less", match, fields=(*many[1:], "other")))
    for field in (*many, "other"):
        data.rules[field] = FieldRule("http", "web", "…")
    matcher = Matcher(data)
    (host,) = group([seen("h", field, "a b") for field in (*many, "other")])
    told = [(claim.field, claim.signature) for claim in matcher.claims(host)]
    assert told == [
        ("many.0", "wide"),
        *((one, name) for one in many[1:] for name in ("wide", "less")),
        ("other", "less"),
    ]


def test_a_field_like_another_is_read_by_its_signatures_and_is_a_witness_of_its_own():
    data = Data(signature("a", Match(exact=("DNVRS-Webs",))))
    data.rules["http.title"] = FieldRule("http", "elsewhere", "…", like="http.server")
    (claim,) = Matcher(data).claims(*group([seen("h", "http.title", "DNVRS-Webs")]))
    assert (claim.signature, claim.field, claim.group) == ("a", "http.title", "elsewhere")
    data.rules["http.title"] = FieldRule("http", "elsewhere", "…")
    assert list(Matcher(data).claims(*group([seen("h", "http.title", "DNVRS-Webs")]))) == []


def test_a_tree_of_objects_is_read_with_its_numbers():
    data = Data(signature("a", Match(regex=r"1\.3\.6\.1\.4\.1\.39165\.1(?:\.\d+)+ = .*"), fields=("snmp.oid.<OID>",)))
    rule = FieldRule("snmp", "snmp", "…")
    data.rules |= {"snmp.oid.1.3.6.1.4.1.39165.1.7.0": rule, "snmp.oid.1.3.6.1.4.1.9.1.7.0": rule}
    (claim,) = claims(data, seen("h", "snmp.oid.1.3.6.1.4.1.39165.1.7.0", "62 PERCENT"))
    assert (claim.signature, claim.observed) == ("a", "62 PERCENT")
    assert claims(data, seen("h", "snmp.oid.1.3.6.1.4.1.9.1.7.0", "1.3.6.1.4.1.39165.1.7.0 = 62 PERCENT")) == []


def test_a_retired_signature_matches_nothing():
    assert (
        claims(Data(signature("hikvision-x", Match(exact=("a",)), status="retired")), seen("h", "http.server", "a"))
        == []
    )


def test_a_refutation_says_so():
    data = Data(signature("axis-x", Match(exact=("a",)), asserts={}, refutes={"manufacturer": "hikvision"}))
    assert [(c.value, c.refutes) for c in claims(data, seen("h", "http.server", "a"))] == [("hikvision", True)]


def test_an_address_block_asserts_its_registrant():
    data = Data()
    found = claims(data, seen("h", "link.mac", "44:19:b6:00:00:01"))
    assert [(c.slot, c.value, c.strength, c.signature) for c in found] == [
        ("manufacturer", "hikvision", "moderate", "oui:4419B6")
    ]


def test_a_sellers_block_asserts_the_brand_only():
    found = claims(Data(), seen("h", "link.mac", "9c:8e:cd:00:00:01"))
    assert [(c.slot, c.value) for c in found] == [("brand", "amcrest")]


def test_a_block_of_a_maker_of_whole_devices_is_moderate():
    assert [c.strength for c in claims(Data(), seen("h", "link.mac", "98:f4:28:4d:19:58"))] == ["moderate"]


def test_a_module_makers_block_is_weak_and_an_unknown_registrants_is_nothing():
    assert [c.strength for c in claims(Data(), seen("h", "link.mac", "24:0a:c4:00:00:01"))] == ["weak"]
    assert claims(Data(), seen("h", "link.mac", "00:11:22:00:00:01")) == []


def test_a_field_outside_the_contract_or_a_value_without_normal_form_matches_nothing():
    data = Data(signature("hikvision-x", Match(exact=("a",)), fields=("made.up",)))
    assert claims(data, seen("h", "made.up", "a")) == []
    assert claims(Data(), seen("h", "link.mac", "not a value")) == []


def test_hearsay_is_marked():
    found = claims(Data(), seen("h", "link.mac", "44:19:b6:00:00:01", reporter="192.0.2.1"))
    assert [c.reporter for c in found] == ["192.0.2.1"]


def test_adding_an_observation_never_removes_anothers_match():
    data = Data(signature("hikvision-x", Match(exact=("a",))), signature("hikvision-y", Match(regex="b+")))
    one = claims(data, seen("h", "http.server", "a"))
    both = claims(data, seen("h", "http.server", "a"), seen("h", "http.server", "bbb"))
    assert [c for c in both if c in one] == one
    assert len(both) == 2
