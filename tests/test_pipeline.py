"""Observations to findings with the shipped data: the cases the program exists for."""

from __future__ import annotations

from datetime import date

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scanner.coverage.assess import Question
from scanner.database.load import load
from scanner.matching.hosts import group
from scanner.model.finding import Finding
from scanner.pipeline import MAX_EVIDENCE, Judge
from tests.observations import seen

TODAY = date(2026, 11, 21)


@pytest.fixture(scope="module")
def database():
    return load()


def judged(database, *observations, when: date = TODAY, use=None) -> list[Finding]:
    judge = Judge(database, Question(when=when, use=use), [database.measures["us-ndaa-889"]])
    return list(judge.judge(observations))


def said(finding: Finding) -> tuple[str | None, str | None, str]:
    who = finding.identification
    return (
        who.manufacturer.value if who.manufacturer else None,
        who.brand.value if who.brand else None,
        finding.verdicts[0].verdict,
    )


def test_a_hikvision_camera_by_two_witnesses_is_covered(database):
    (finding,) = judged(
        database,
        seen("10.0.0.5", "http.server", "App-webs/", port=80),
        seen("10.0.0.5", "rtsp.www_authenticate", 'Digest realm="IP Camera(C2183)", nonce="x"', port=554),
    )
    assert said(finding)[0] == "hikvision"
    assert finding.verdicts[0].verdict == "covered"
    assert {condition.kind for condition in finding.verdicts[0].conditions} >= {"use"}


def test_what_a_device_says_of_its_address_stands_beside_where_it_answers(database):
    (finding,) = judged(
        database,
        seen("10.0.0.5", "sadp.serial", "DS-2CD0000000001", port=37020),
        seen("10.0.0.5", "sadp.address", "192.168.1.64", port=37020),
        seen("10.0.0.5", "wsd.xaddr", "http://10.0.0.5/onvif/device_service http://x/", port=3702),
        seen("10.0.0.5", "ssdp.location", "http://[2001:db8::5]:80/description.xml", port=1900),
    )
    assert (finding.claimed, finding.outside) == (("192.168.1.64", "2001:db8::5"), False)


@pytest.mark.parametrize(("inside", "outside"), [(False, True), (True, False)])
def test_a_device_is_outside_when_all_its_addresses_are(database, inside, outside):
    serial = "DS-2CD0000000001"
    seen_of_it = [seen("192.168.1.64", "sadp.serial", serial), seen("192.168.1.64", "scope.outside", "not asked")]
    if inside:
        seen_of_it.append(seen("10.0.0.5", "isapi.serial", serial))
    (finding,) = judged(database, *seen_of_it)
    assert finding.outside is outside


def test_one_witness_is_likely(database):
    (finding,) = judged(
        database, seen("10.0.0.5", "rtsp.www_authenticate", 'Digest realm="IP Camera(C2183)", nonce="…"')
    )
    assert (said(finding)[0], finding.verdicts[0].verdict) == ("hikvision", "likely")


def test_an_address_block_alone_never_makes_anything_covered_nor_clears_it(database):
    (hikvision,) = judged(database, seen("10.0.0.5", "link.mac", "44:19:b6:00:00:01"))
    assert hikvision.verdicts[0].verdict == "review"
    (axis,) = judged(database, seen("10.0.0.6", "link.mac", "00:40:8c:00:00:01"))
    assert axis.verdicts[0].verdict == "undetermined"


def test_a_router_makers_block_is_a_witness_beside_another(database):
    page = seen("10.0.0.5", "http.body_marker", "/goform/goform_get_cmd_process")
    (alone,) = judged(database, page)
    assert alone.verdicts[0].verdict == "review"
    (zte,) = judged(database, page, seen("10.0.0.5", "link.mac", "98:f4:28:00:00:01"))
    assert (said(zte)[0], zte.verdicts[0].verdict) == ("zte", "likely")
    (tp_link,) = judged(database, page, seen("10.0.0.5", "link.mac", "30:b5:c2:00:00:01"))
    assert tp_link.verdicts[0].verdict == "review"


def test_what_a_maker_has_sold_is_not_its_own_on_its_block_either(database):
    (xfusion,) = judged(
        database,
        seen("10.0.0.5", "link.mac", "e8:ac:23:00:00:01"),
        seen("10.0.0.5", "http.title", "iBMC"),
        seen("10.0.0.5", "http.server", "xFusion"),
    )
    assert xfusion.verdicts[0].verdict == "review"


def test_an_address_within_a_value_is_read_like_one_by_itself(database):
    scopes = "onvif://www.onvif.org/type/ptz onvif://www.onvif.org/MAC/{}"
    (own,) = judged(database, seen("10.0.0.5", "wsd.scope", scopes.format("58:50:ed:1f:e3:85")))
    assert (said(own)[0], own.verdicts[0].verdict) == ("hikvision", "review")
    (axis,) = judged(database, seen("10.0.0.6", "mdns.txt", "macaddress=ACCC8E33D109"))
    assert (said(axis)[0], axis.verdicts[0].verdict) == ("axis", "undetermined")
    (none,) = judged(database, seen("10.0.0.7", "wsd.scope", scopes.format("none")))
    assert none.evidence == ()


def test_an_address_and_a_port_in_another_programs_notation_are_told_in_ours(database):
    (finding,) = judged(
        database,
        seen("192.0.2.1", "link.mac", "MAC Address: 44:19:B6:00:00:01 (Hangzhou Hikvision Digital Technology)"),
        seen("192.0.2.1", "open.tcp", "8000/tcp open"),
        seen("192.0.2.1", "open.tcp", "none"),
    )
    assert (finding.mac, finding.open_ports) == ("44:19:b6:00:00:01", ("8000/tcp",))
    assert "MAC Address: 44:19:B6" in finding.evidence[0].value


def test_nothing_known_is_undetermined(database):
    (finding,) = judged(database, seen("10.0.0.5", "open.tcp", "80"))
    assert finding.verdicts[0].verdict == "undetermined"
    assert finding.open_ports == ("80/tcp",)


def test_a_resellers_page_is_not_a_device(database):
    (finding,) = judged(
        database,
        seen("10.0.0.7", "http.title", "Hikvision DS-2CD2143G2-I cameras - buy online", port=80),
        seen("10.0.0.7", "http.server", "nginx", port=80),
        seen("10.0.0.7", "http.body_marker", "Dahua IPC-HDW5831R-ZE", port=80),
    )
    assert finding.verdicts[0].verdict not in {"likely", "covered"}


def test_the_law_has_a_date(database):
    camera = (
        seen("10.0.0.5", "http.server", "App-webs/", port=80),
        seen("10.0.0.5", "rtsp.www_authenticate", 'Digest realm="IP Camera(C2183)"', port=554),
    )
    (before,) = judged(database, *camera, when=date(2018, 1, 1))
    assert before.verdicts[0].verdict == "not-covered"


def test_the_order_of_answers_changes_nothing(database):
    seen_so = [
        seen("10.0.0.5", "wsd.scope", "onvif://www.onvif.org/name/Amcrest", port=3702, source="ws_discovery"),
        seen("10.0.0.5", "onvif.manufacturer", "Amcrest", port=80, source="onvif"),
        seen(
            "10.0.0.5", "rtsp.www_authenticate", 'Digest realm="Login to AMC0142A7D93C5E81B6"', port=554, source="rtsp"
        ),
    ]
    assert judged(database, *seen_so) == judged(database, *reversed(seen_so))


def test_evidence_is_bounded(database):
    (finding,) = judged(
        database, *(seen("10.0.0.5", "onvif.model", f"DS-2CD{n:04}-I", port=80) for n in range(10 * MAX_EVIDENCE))
    )
    assert len(finding.evidence) == MAX_EVIDENCE


FIELDS = st.sampled_from(
    (
        "http.server",
        "http.title",
        "rtsp.www_authenticate",
        "onvif.serial",
        "link.mac",
        "dhip.vendor",
        "wsd.scope",
        "no.such",
    )
)
VALUES = st.one_of(
    st.text(max_size=60),
    st.sampled_from(("App-webs/", "44:19:b6:00:00:01", 'Digest realm="IP Camera(C2183)"', "Dahua", "DNVRS-Webs")),
)
OBSERVATIONS = st.lists(st.builds(seen, st.sampled_from(("10.0.0.1", "10.0.0.2")), FIELDS, VALUES), max_size=10)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(OBSERVATIONS)
def test_any_observations_give_one_finding_per_host_that_survives_json(database, observations):
    judge = Judge(database, Question(when=TODAY), [database.measures["us-ndaa-889"]])
    findings = list(judge.judge(observations, group))
    assert [finding.host for finding in findings] == list(dict.fromkeys(o.subject.address for o in observations))
    for finding in findings:
        assert msgspec.json.decode(msgspec.json.encode(finding), type=Finding) == finding
    assert findings == list(judge.judge(observations, group))


def test_the_endpoint_that_outlasts_an_address_is_told(database):
    (with_one,) = judged(
        database, seen("10.0.0.5", "wsd.endpoint", "urn:uuid:8F2C11A0-0000-1000-8000-244845000001", port=3702)
    )
    (without,) = judged(database, seen("10.0.0.6", "http.server", "App-webs/", port=80))
    assert (with_one.endpoint, without.endpoint) == ("8f2c11a0-0000-1000-8000-244845000001", None)
