import msgspec
import pytest

from scanner.reports.reasons import best, name, phrase
from tests.reports.samples import LOREX, LTS, UNKNOWN, piece


@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("http.server", "HTTP server"),
        ("rtsp.www_authenticate", "RTSP realm"),
        ("onvif.manufacturer", "ONVIF manufacturer"),
        ("hik_sdk.code", "SDK code"),
        ("odd", "ODD"),
    ],
)
def test_fields_have_names_for_people(field, words):
    assert name(field) == words


@pytest.mark.parametrize(
    ("evidence", "words"),
    [
        (piece("http.server", "DNVRS-Webs", "hikvision"), "HTTP server DNVRS-Webs"),
        (
            piece("rtsp.www_authenticate", 'Digest realm="IP Camera(C2183)", nonce="1"', "x"),
            "RTSP realm IP Camera(C2183)",
        ),
        (piece("http.www_authenticate", "Basic realm=DVR", "x"), "HTTP realm DVR"),
        (piece("http.www_authenticate", "Negotiate", "x"), "HTTP realm Negotiate"),
        (piece("wsd.scope", "onvif://www.onvif.org/name/HIKVISION", "x"), "ONVIF scope name/HIKVISION"),
        (piece("link.mac", "24:48:45:00:00:01", "x", signature="oui:24:48:45"), "MAC block 24:48:45"),
        (
            piece("http.title", "LTS", "x", signature="catalogue:hikvision-manufactures-for-lts"),
            "HTTP title LTS (catalogue: hikvision-manufactures-for-lts)",
        ),
        (piece("link.mac", "24:48:45:00:00:01", "x", reporter="10.0.0.1"), "MAC 24:48:45:00:00:01 (says 10.0.0.1)"),
    ],
)
def test_evidence_in_a_few_words(evidence, words):
    assert phrase(evidence) == words


def test_the_best_are_strong_and_of_different_groups():
    assert list(best(LTS, 2)) == ["HTTP server DNVRS-Webs", "RTSP realm IP Camera(C2183)"]


def test_what_speaks_for_the_maker_comes_before_what_speaks_for_the_brand():
    assert list(best(LOREX, 2)) == ["DHIP device type N841A81"]


def test_the_brand_speaks_when_nothing_names_the_maker():
    who = msgspec.structs.replace(LOREX.identification, manufacturer=None)
    assert list(best(msgspec.structs.replace(LOREX, identification=who), 2)) == ["DHIP vendor Lorex"]


def test_one_group_repeats_only_after_all_others():
    finding = msgspec.structs.replace(
        LTS,
        evidence=(
            piece("http.server", "one", "hikvision"),
            piece("http.title", "two", "hikvision"),
            piece("rtsp.server", "three", "hikvision", strength="weak"),
        ),
    )
    assert list(best(finding, 3)) == ["HTTP server one", "RTSP server three", "HTTP title two"]


def test_a_mere_code_comes_after_what_says_something():
    finding = msgspec.structs.replace(
        LTS,
        evidence=(
            piece("hik_sdk.code", "30", "hikvision"),
            piece("http.body_marker", "/doc/page/login.asp", "hikvision"),
            piece("http.server", "DNVRS-Webs", "hikvision"),
        ),
    )
    assert list(best(finding, 3)) == ["HTTP server DNVRS-Webs", "SDK code 30", "web page /doc/page/login.asp"]


def test_what_was_seen_is_told_once_the_plainest_way():
    finding = msgspec.structs.replace(
        LTS,
        evidence=(
            piece("http.server", "one", "hikvision", signature="catalogue:own:hikvision", group="catalogue"),
            piece("http.server", "one", "hikvision"),
            piece("rtsp.server", "three", "hikvision", strength="weak"),
        ),
    )
    assert list(best(finding, 3)) == ["HTTP server one", "RTSP server three"]


def test_what_speaks_against_a_maker_is_no_reason():
    against = piece("http.server", "uc-httpd", "not hikvision", strength="conclusive")
    owned = piece("rtsp.server", "EZVIZ", "ezviz")
    assert list(best(msgspec.structs.replace(LTS, evidence=(against, owned)), 2)) == ["RTSP server EZVIZ"]


def test_open_ports_stand_in_for_evidence():
    assert list(best(UNKNOWN, 2)) == ["open 554/tcp"]
    assert list(best(msgspec.structs.replace(UNKNOWN, open_ports=()), 2)) == []
