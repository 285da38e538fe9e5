"""Labels, blocks, recorders, imitators and honeypots that contradict each other, judged with the shipped data."""

from __future__ import annotations

import pytest

from tests.judging import brand, finding, maker, rank, tier, verdict

SERIAL_HIKVISION = "DS-2CD2385G1-I20200414AAWRE33842150"
SERIAL_DAHUA = "6J0E022PAG35073"
RECORDER = "192.0.2.9"


def test_a_hikvision_block_on_a_swann_label_is_likely():
    # Public capture 52222251960: a recorder of Swann's, which several makers build for, each with its own addresses.
    block, label = ("link.mac", "8c:e7:48:ce:df:4c"), ("upnp.manufacturer", "SWANN")
    one = finding([block, label, ("upnp.model_name", "SWANN DVR8-1550")])
    assert (brand(one), maker(one), verdict(one)) == ("swann", "hikvision", "likely")
    assert rank(verdict(finding([block]))) <= rank("review")
    assert rank(verdict(finding([label, ("link.mac", "ec:71:db:ce:df:4c")]))) <= rank("review")


def test_the_same_label_with_the_engines_realm_is_likely():
    one = finding(
        [
            ("link.mac", "8c:e7:48:ce:df:4c"),
            ("upnp.manufacturer", "SWANN"),
            ("rtsp.www_authenticate", 'Digest realm="8ce748cedf4c", nonce="1", stale="FALSE"'),
        ]
    )
    assert (brand(one), maker(one)) == ("swann", "hikvision")
    assert rank(verdict(one)) >= rank("likely")


def test_the_label_alone_accuses_nobody():
    one = finding([("upnp.manufacturer", "SWANN"), ("onvif.manufacturer", "Swann"), ("http.title", "Swann")])
    assert brand(one) == "swann"
    assert rank(verdict(one)) <= rank("review")


def test_a_trendnet_block_does_not_hide_who_made_the_hardware():
    # hawkeye64/onvif-nvt test/data/xml/trendnet.
    one = finding(
        [
            ("link.mac", "3c:8c:f8:00:00:01"),
            ("onvif.manufacturer", "TRENDnet"),
            ("onvif.model", "TV-IP315PI"),
            ("onvif.serial", "TV-IP315PI20150129CCWR502133126"),
            ("onvif.hardware_id", "88"),
            ("onvif.firmware", "V5.1.4 build 140925"),
        ]
    )
    assert (brand(one), maker(one)) == ("trendnet", "hikvision")
    assert rank(verdict(one)) >= rank("likely")


def test_a_trendnet_block_alone_names_the_label():
    one = finding([("link.mac", "3c:8c:f8:00:00:01")])
    assert brand(one) == "trendnet"
    assert rank(verdict(one)) <= rank("review")


def test_what_a_recorder_says_of_its_channels_never_confirms():
    one = finding(
        [
            ("onvif.manufacturer", "HIKVISION", RECORDER),
            ("onvif.serial", SERIAL_HIKVISION, RECORDER),
            ("isapi.model", "DS-2CD2385G1-I", RECORDER),
            ("link.mac", "44:19:b6:00:00:01", RECORDER),
        ]
    )
    assert (maker(one), tier(one, "manufacturer"), verdict(one)) == ("hikvision", "probable", "likely")


def test_a_recorder_of_one_make_is_not_its_cameras_of_another():
    # The camera is a host of its own; the recorder's own answers are about the recorder.
    recorder = finding(
        [("dhip.vendor", "Dahua"), ("dhip.serial", SERIAL_DAHUA), ("dvrip.realm", f"Login to {SERIAL_DAHUA}")]
    )
    camera = finding([("onvif.manufacturer", "AXIS", RECORDER), ("onvif.model", "AXIS M1014", RECORDER)])
    assert maker(recorder) == "dahua"
    assert maker(camera) == "axis"
    assert rank(verdict(camera)) <= rank("review")


def test_a_camera_that_answers_itself_outweighs_what_a_recorder_says_of_it():
    one = finding(
        [
            ("onvif.manufacturer", "HIKVISION", RECORDER),
            ("onvif.manufacturer", "AXIS"),
            ("mdns.service", "_axis-video._tcp.local."),
            ("link.mac", "ac:cc:8e:00:00:01"),
        ]
    )
    assert maker(one) == "axis"
    assert rank(verdict(one)) <= rank("review")


@pytest.mark.parametrize("name", ["ONVIF_IPNC", "IPCAM", "H264"])
def test_a_camera_that_imitates_the_namespaces_of_another_maker(name: str):
    one = finding(
        [
            ("onvif.manufacturer", name),
            ("onvif.xmlns", "tnshik=http://www.hikvision.com/2011/event/topics"),
            ("onvif.xmlns", "hikwsd=http://www.onvifext.com/onvif/ext/ver10/wsdl"),
            ("onvif.xmlns", "hikxsd=http://www.onvifext.com/onvif/ext/ver10/schema"),
            ("rtsp.sdp", "a=Media_header:MEDIAINFO=494D4B480101000004000100"),
        ]
    )
    assert rank(verdict(one)) <= rank("review")


def test_a_maker_that_names_itself_and_imitates_another_is_not_the_other():
    one = finding(
        [
            ("onvif.manufacturer", "UNIVIEW"),
            ("link.mac", "c4:79:05:03:a3:44"),
            ("rtsp.www_authenticate", 'Digest realm="c4790503a344",nonce="1", stale="FALSE"'),
            ("onvif.xmlns", "tnshik=http://www.hikvision.com/2011/event/topics"),
            ("http.body_marker", "/doc/page/login.asp?_"),
        ]
    )
    assert maker(one) == "uniview"
    assert rank(verdict(one)) <= rank("review")


def test_a_program_that_says_what_its_owner_wrote_is_not_believed():
    # AlexxIT/go2rtc: manufacturer and model are settings of the program.
    one = finding(
        [
            ("wsd.scope", "onvif://www.onvif.org/name/go2rtc onvif://www.onvif.org/location/github"),
            ("onvif.manufacturer", "Hikvision"),
            ("onvif.model", "DS-2CD2143G2 (go2rtc)"),
        ]
    )
    assert rank(verdict(one)) <= rank("review")


def test_a_honeypot_that_claims_two_covered_makers_at_once_is_in_conflict():
    one = finding(
        [
            ("http.server", "App-webs/"),
            ("rtsp.www_authenticate", f'Digest realm="Login to {SERIAL_DAHUA}", nonce="1"'),
        ]
    )
    assert tier(one, "manufacturer") == "conflicting"
    assert verdict(one) == "review"


def test_a_honeypot_that_claims_everybody_is_never_covered():
    one = finding(
        [
            ("http.server", "App-webs/"),
            ("onvif.manufacturer", "AXIS"),
            ("rtsp.www_authenticate", f'Digest realm="Login to {SERIAL_DAHUA}", nonce="1"'),
            ("ssh.banner", "SSH-2.0-ROSSSH"),
            ("upnp.manufacturer", "VIVOTEK"),
        ]
    )
    assert tier(one, "manufacturer") == "conflicting"
    assert verdict(one) == "review"


def test_a_published_honeypot_is_not_its_persona():
    one = finding(
        [
            ("rtsp.server", "Rtsp Server/3.0"),
            (
                "rtsp.public",
                "OPTIONS, DESCRIBE, ANNOUNCE, SETUP, PLAY, RECORD, PAUSE, TEARDOWN, SET_PARAMETER, GET_PARAMETER",
            ),
            ("rtsp.www_authenticate", 'Digest realm="Login to 7K02D8APAZ1C3F9", nonce="1"'),
        ]
    )
    assert rank(verdict(one)) <= rank("review")


def test_a_terminal_built_on_ztes_firmware_is_for_a_person_to_look_at():
    # Public captures 38386407222 and 71162598933: ZNXT's model on the page, ZTE's name in the server.
    server = ("http.server", "Mini web server 1.0 ZTE corp 2005.")
    assert verdict(finding([server])) == "likely"
    assert verdict(finding([server, ("http.title", "ZN-M180G")])) == "review"


def test_a_camera_of_boschs_own_ranges_is_boschs():
    # Dahua makes some of Bosch's recorders, so that the name alone leaves the maker open.
    label = ("onvif.manufacturer", "Bosch")
    assert verdict(finding([label])) == "review"
    one = finding([label, ("onvif.model", "TINYON IP 2000 WI")])
    assert (maker(one), verdict(one)) == ("bosch", "not-covered")


def test_a_computers_system_beside_one_sign_of_a_camera_is_for_a_person_to_look_at():
    computer = ("ssh.banner", "SSH-2.0-OpenSSH_6.0p1 Debian-4+deb7u2")
    assert verdict(finding([("http.server", "DNVRS-Webs")])) == "likely"
    assert verdict(finding([("http.server", "DNVRS-Webs"), computer])) == "review"
    assert verdict(finding([("http.server", "DNVRS-Webs"), ("ssh.banner", "SSH-2.0-dropbear_2019.78")])) == "likely"


def test_a_model_that_others_have_too_is_not_likely_for_being_told_twice():
    # Arlotto's cameras are called like Huawei's routers, DEXP's tablets like its hot spots.
    for model in ("AR1200", "E5653"):
        twice = [("onvif.model", model), ("http.title", model), ("upnp.friendly_name", f"Router {model}")]
        assert rank(verdict(finding(twice))) <= rank("review")
