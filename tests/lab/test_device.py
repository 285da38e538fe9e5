import re
from ipaddress import IPv4Address
from pathlib import Path

import dns.rrset
import pytest

from scanner.lab.device import TRANSCRIPTS, Device, expectations, load_device, load_devices
from scanner.lab.transcript import TranscriptError, fill

DEVICES = load_devices()
EVERY = pytest.mark.parametrize("device", DEVICES, ids=[device.id for device in DEVICES])


def test_the_lab_has_what_a_network_has():
    assert len(DEVICES) >= 18
    classes = {device.truth.device_class for device in DEVICES}
    assert {"camera", "recorder", "access-control", "printer", "router", "nas", "server"} <= classes
    makers = {device.truth.manufacturer for device in DEVICES}
    assert {"hikvision", "dahua", "axis", "hanwha", "reolink", "bosch", "uniview", "vivotek", "hp"} <= makers


def test_every_folder_is_loaded():
    assert {path.name for path in TRANSCRIPTS.iterdir()} == {device.id for device in DEVICES}


def test_every_transcript_is_used():
    for path in TRANSCRIPTS.glob("*/*.txt"):
        assert f'file = "{path.name}"' in (path.parent / "device.toml").read_text()


@EVERY
def test_a_device_stands_in_the_lab(device: Device):
    assert IPv4Address(device.address).packed[:2] == bytes((127, 66))
    assert not device.mac or re.fullmatch(r"([0-9a-f]{2}:){5}[0-9a-f]{2}", device.mac)
    assert device.services


@EVERY
def test_a_device_names_public_sources_and_no_signature(device: Device):
    words = [source.where for source in device.sources]
    words += [source for service in device.services for source in service.transcript.sources]
    assert all(len(word) > 10 for word in words)
    assert not [word for word in words if "fingerprints/" in word or "signature" in word]


@EVERY
def test_a_device_says_what_it_completed(device: Device):
    assert any(source.published for source in device.sources)
    text = "".join((TRANSCRIPTS / device.id / path.name).read_text() for path in (TRANSCRIPTS / device.id).iterdir())
    assert "note:" in text or "completed" in text


@EVERY
def test_a_covered_maker_is_named(device: Device):
    match device.truth.verdict:
        case "covered-maker":
            assert device.truth.manufacturer in ("hikvision", "dahua")
        case "other-maker":
            assert device.truth.manufacturer not in ("hikvision", "dahua", None)
        case "unknown-maker":
            assert device.truth.manufacturer is None


@EVERY
def test_a_literal_content_length_is_the_bodys(device: Device):
    for service in device.services:
        if service.kind != "http":
            continue
        for exchange in service.transcript.exchanges:
            head, _, body = exchange.render({}).partition(b"\r\n\r\n")
            assert head.startswith(b"HTTP/1.1 ")
            stated = re.search(rb"(?i)\r\ncontent-length: (\d+)", head)
            assert stated is not None
            assert int(stated.group(1)) == len(body)


@EVERY
def test_web_services_answer_whatever_they_are_asked(device: Device):
    for service in device.services:
        if service.kind == "http":
            assert service.transcript.web("BREW", "/pot", b"")
        if service.kind == "rtsp":
            assert service.transcript.method("BREW")


@EVERY
def test_dns_records_can_be_read(device: Device):
    for service in device.services:
        if service.kind != "dns":
            continue
        for exchange in service.transcript.exchanges:
            for line in exchange.answer:
                name, ttl, rdclass, rdtype, data = fill(
                    line.text, {"host": device.address, **{f"port:{s.port}": "1" for s in device.services}}
                ).split(None, 4)
                assert dns.rrset.from_text(name, int(ttl), rdclass, rdtype, data)


def test_the_silent_rebrands_do_not_name_their_maker():
    named = re.compile(rb"(?i)hikvision|dahua")
    for device in DEVICES:
        if device.id not in (
            "trendnet-camera",
            "relabelled-recorder",
            "unlabelled-dahua",
            "bcs-camera",
            "intelbras-terminal",
        ):
            continue
        for service in device.services:
            answers = (e.render({}) for e in service.transcript.exchanges)
            assert not [answer for answer in answers if named.search(answer)]


def test_a_shop_names_makers_and_is_no_device():
    shop = next(device for device in DEVICES if device.id == "camera-shop")
    found = shop.services[0].transcript.web("GET", "/", b"")
    assert found is not None
    assert b"Hikvision DS-2CD2385G1-I and Dahua" in found.render({})
    assert shop.truth.manufacturer is None


def test_expectations_are_by_address():
    expected = expectations()
    assert list(expected) == [device.address for device in DEVICES]
    assert expected["127.66.0.21"].brand == "trendnet"
    assert expected["127.66.0.21"].manufacturer == "hikvision"
    assert expected["127.66.0.21"].verdict == "covered-maker"
    assert expected["127.66.0.51"].verdict == "other-maker"
    assert expected["127.66.0.75"].verdict == "unknown-maker"


def test_an_expectation_leaves_out_what_is_not_told_yet():
    expected = expectations()
    for one in DEVICES:
        expectation = expected[one.address]
        for slot in ("manufacturer", "brand"):
            told = slot not in one.truth.untold
            assert getattr(expectation, slot) == (getattr(one.truth, slot) if told else None)
        if expectation.verdict == "covered-maker":
            assert expectation.manufacturer is not None
        assert all(len(reason) > 20 for reason in one.truth.untold.values())


TOML = """
name = "x"
address = "ADDRESS"
[truth]
device_class = "camera"
verdict = "unknown-maker"
[[service]]
port = PORT
kind = "http"
file = "http.txt"
[[source]]
where = "a public place"
published = "all"
"""


def write(folder: Path, toml: str, text: str = "# source: a public place\n>> * *\n<< {port:80}\n") -> Path:
    folder.mkdir()
    (folder / "device.toml").write_text(toml)
    (folder / "http.txt").write_text(text)
    return folder


@pytest.mark.parametrize(
    ("toml", "says"),
    [
        (TOML.replace("ADDRESS", "10.0.0.1").replace("PORT", "80"), "not a loopback address"),
        (TOML.replace("ADDRESS", "127.66.0.1").replace("PORT", "0"), "not in 1-65535"),
        (TOML.replace("ADDRESS", "127.66.0.1").replace("PORT", "81"), "port 80, on which nothing is served"),
        (TOML.replace("ADDRESS", "127.66.0.1").replace("PORT", "80") + "wrong = 1", "wrong"),
        (TOML.replace("http.txt", "other.txt").replace("ADDRESS", "127.66.0.1").replace("PORT", "80"), "other.txt"),
        ("name = ", "device.toml"),
    ],
)
def test_a_device_file_that_cannot_be_used_is_said(tmp_path: Path, toml: str, says: str):
    with pytest.raises(TranscriptError) as error:
        load_device(write(tmp_path / "one", toml))
    assert says in str(error.value)


def test_two_devices_at_one_address_are_refused(tmp_path: Path):
    toml = TOML.replace("ADDRESS", "127.66.0.1").replace("PORT", "80")
    write(tmp_path / "one", toml)
    write(tmp_path / "two", toml)
    with pytest.raises(TranscriptError, match=r"one and two both stand at 127\.66\.0\.1"):
        load_devices(tmp_path)
