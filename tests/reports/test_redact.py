import re
from ipaddress import ip_address, ip_network

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.model.finding import Named
from scanner.reports import FORMATS, Context
from scanner.reports.identity import identities
from scanner.reports.redact import NOTE, redact
from tests.reports.reading import shown
from tests.reports.samples import ATTACKS, CONTEXT, FINDINGS, LTS, SUMMARY, attacked, piece

PRIVACY = {"upnp.friendly_name": "drop", "wsd.endpoint": "drop"}
SERIAL = "DS-7604NI-20160101AACH612345678"
NAMED = Named(SERIAL, SERIAL, "confirmed")
SECRET = msgspec.structs.replace(
    LTS,
    identification=msgspec.structs.replace(LTS.identification, serial=NAMED),
    endpoint="8f2c11a0-0000-1000-8000-244845000001",
    evidence=(
        *LTS.evidence,
        piece("onvif.serial", SERIAL, SERIAL, slot="serial"),
        piece("rtsp.www_authenticate", 'Digest realm="Login to ND021811019863", nonce="00"', "dahua"),
        piece("http.location", "http://192.0.2.10:8080/24-48-45-00-00-01/8f2c11a0-0000-1000-8000-244845000001", "x"),
        piece("upnp.friendly_name", "Vault door, second floor", "x"),
        piece("tls.subject", "CN=244845000001", "x"),
        piece("mdns.host", "vault-door.local.", "x", reporter="192.0.2.254"),
        piece("mdns.txt", "macaddress=ACCC8EFEDCBA", "oui:ACCC8E"),
        piece("wsd.scope", "onvif://www.onvif.org/MAC/24:48:45:fe:dc:bb", "oui:244845"),
        piece("http.favicon.md5", "0123456789abcdef0123456789abcdef", "x"),
    ),
)
GIVEN_AWAY = (
    SERIAL, "192.0.2.", "2648:45ff", "45:00:00:01", "45-00-00-01", "244845000001", "ND021811019863", "8f2c11a0", "Vault",
    "vault", "FEDCBA", "fe:dc:bb",
)  # fmt: skip


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "pdf"])
def test_nothing_of_the_site_is_in_any_format(name):
    findings, context = redact([SECRET, *FINDINGS], CONTEXT, PRIVACY)
    text = shown(name, b"".join(FORMATS[name].encode(findings, context)))
    assert [secret for secret in GIVEN_AWAY if secret in text] == []


def test_what_it_is_stays():
    (finding,), context = redact([SECRET], CONTEXT, PRIVACY)
    who = finding.identification
    assert who.serial is not None
    assert context.summary is not None
    assert (who.manufacturer, who.model) == (LTS.identification.manufacturer, LTS.identification.model)
    assert finding.verdicts == LTS.verdicts
    assert finding.mac == "24:48:45:xx:xx:xx"
    assert who.serial.tier == "confirmed"
    values = {each.field: each.value for each in finding.evidence}
    assert values["http.server"] == "DNVRS-Webs"
    assert values["link.mac"] == "24:48:45:xx:xx:xx"
    assert values["http.favicon.md5"] == "0123456789abcdef0123456789abcdef"
    assert re.search(r'realm="Login to serial-', values["rtsp.www_authenticate"])
    assert NOTE in context.notes
    assert context.summary.scan == SUMMARY.scan


def test_the_same_is_replaced_by_the_same():
    other = msgspec.structs.replace(
        LTS, host="192.0.2.11", addresses=("192.0.2.11",), evidence=(piece("sadp.address", "192.0.2.10", "x"),)
    )
    (first, second), context = redact([SECRET, other], CONTEXT, {})
    assert second.evidence[0].value == first.host == first.addresses[0]
    assert second.host != first.host
    assert first.identification.serial is not None
    assert context.summary is not None
    serial = first.identification.serial.value
    assert [each.value for each in first.evidence if each.field == "onvif.serial"] == [serial]
    assert first.host in next(each.value for each in first.evidence if each.field == "http.location")
    assert ip_address(second.host) in ip_network(f"{first.host}/24", strict=False)
    assert context.summary.targets == ("240.0.0.0/24",)
    assert redact([SECRET, other], CONTEXT, {}) == redact([SECRET, other], CONTEXT, {})


def test_other_networks_stay_other_networks():
    addresses = ("10.0.0.1", "10.0.1.1", "10.0.0.2", "2001:4860::1", "2001:4860::2")
    (finding,), _ = redact([msgspec.structs.replace(LTS, host=addresses[0], addresses=addresses)], Context(), {})
    assert finding.addresses == ("240.0.0.1", "240.0.1.1", "240.0.0.2", "2001:db8::1", "2001:db8::2")


def test_no_two_of_a_whole_subnet_become_one():
    addresses = tuple(f"10.0.0.{host}" for host in range(256))
    (finding,), _ = redact([msgspec.structs.replace(LTS, addresses=addresses)], Context(), {})
    assert len(set(finding.addresses)) == 256


def test_names_and_labels_are_numbered():
    named = msgspec.structs.replace(LTS, host="frontdoor", addresses=("frontdoor",))
    summary = msgspec.structs.replace(SUMMARY, targets=("bank.example", "local"), errors=("bank.example: not found",))
    (finding,), context = redact([named], Context(summary), {})
    assert finding.host.startswith("host-")
    assert context.summary is not None
    assert context.summary.targets[0].startswith("target-")
    assert context.summary.targets[1] == "local"
    assert "bank" not in context.summary.errors[0]


def test_identities_are_the_reports_own():
    found, _ = redact([SECRET, *FINDINGS], CONTEXT, PRIVACY)
    elsewhere, _ = redact(
        [SECRET, *FINDINGS], CONTEXT._replace(summary=msgspec.structs.replace(SUMMARY, scan="01jb")), PRIVACY
    )
    assert not set(identities(found)) & set(identities([SECRET, *FINDINGS]))
    assert not set(identities(found)) & set(identities(elsewhere))


def test_a_policys_folder_is_not_told():
    summary = msgspec.structs.replace(SUMMARY, policy="/home/somebody/bank/own.toml")
    _, context = redact([], Context(summary, policy="/home/somebody/bank/own.toml"), {})
    assert context.summary is not None
    assert (context.policy, context.summary.policy) == ("own.toml", "own.toml")
    assert redact([], CONTEXT, {})[1].judged_by == "us-federal"


def test_without_a_scan_too_identities_are_the_reports_own():
    other = [msgspec.structs.replace(each, host=f"{each.host}0") for each in FINDINGS]
    one, two = (redact(findings, Context(), {})[0] for findings in (FINDINGS, other))
    assert not set(identities(one)) & set(identities(two))


@given(st.lists(st.text(st.characters(), max_size=40) | st.sampled_from(ATTACKS), max_size=3))
@settings(max_examples=60, deadline=None)
def test_whatever_devices_say_something_comes_out(texts):
    for text in texts:
        finding, context = attacked(text)
        (changed,), _ = redact([finding], context, {text: "drop"})
        assert len(changed.evidence) == len(finding.evidence)


@pytest.mark.parametrize("text", ["V5.5.0 build 170725", "5.4.3", "12:30:45", "239.255.255.250", "oui:24:48:45", "::"])
def test_what_only_looks_like_an_address_stays(text):
    (finding,), _ = redact([msgspec.structs.replace(LTS, evidence=(piece("http.title", text, "x"),))], Context(), {})
    assert finding.evidence[0].value == text
