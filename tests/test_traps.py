"""What looks like a covered maker and is not, or need not be; and what does not look like one and is.

Each trap states the highest verdict allowed, the lowest, or both. The numbers and names are those of the notes the
signatures were written from; every trap of those notes stands here, or in NOT_SEEN with the reason.
"""

from __future__ import annotations

import msgspec
import pytest

from scanner.model.dialogue import Malformed
from scanner.protocols import sadp
from tests.judging import Facts, brand, finding, maker, rank, shipped, tier, verdict

SCOPE = "onvif://www.onvif.org/"
NOTHING = "undetermined"
"""Allowed: no verdict against it at all."""


class Trap(msgspec.Struct, frozen=True):
    """One trap; ``most`` and ``least`` are verdicts."""

    name: str
    facts: Facts
    most: str = "covered"
    least: str = NOTHING
    maker: str | None = None
    """Who must be named, if anybody must."""


def scopes(*names: str) -> list[tuple[str, str]]:
    return [("wsd.scope", SCOPE + name) for name in names]


def each(field: str, *values: str) -> list[list[tuple[str, str]]]:
    return [[(field, value)] for value in values]


def traps(name: str, variants: list[list[tuple[str, str]]], most: str) -> tuple[Trap, ...]:
    return tuple(Trap(f"{name} ({number})", facts, most) for number, facts in enumerate(variants, 1))


IMKH = "a=Media_header:MEDIAINFO=494D4B48010100000400010000000000000000000000000000000000000000000000000000000000;"
NAMES = (
    "HiKam", "Hikari", "Hikeen", "Hikailink", "Haikang", "Hipcam", "HiIpcam", "HiSilicon", "HiLinux", "Hiki", "CETHIK",
)  # fmt: skip

HIKVISION = (
    Trap("2: a discovery answer of a network controller", [("sadp.serial", "24003C3437510A34373635")], "review"),
    Trap(
        "5: OEM code 1 is on genuine units",
        [
            ("sadp.oem_code", "1"),
            ("sadp.serial", "DS-2CD2385G1-I20200414AAWRE33842150"),
            ("sadp.device_description", "DS-2CD2385G1-I"),
        ],
        least="likely",
        maker="hikvision",
    ),
    Trap(
        "7: made-up examples: a type in words, a model as realm",
        [("sadp.device_type", "IPCamera"), ("http.www_authenticate", 'Digest realm="DS-2CD2143G0-I", nonce="1"')],
        "review",
    ),
    *traps("8: generic embedded servers", each("http.server", "Webs", "web", "webserver", "GoAhead-Webs"), "review"),
    Trap(
        "8: a generic server with its cookie and error page",
        [
            ("http.server", "GoAhead-Webs"),
            ("http.set_cookie", "_goaheadwebSessionId"),
            ("http.title", "Document Error: Unauthorized"),
        ],
        NOTHING,
    ),
    Trap(
        "9: the login page of another maker's recorder",
        [("http.server", "NVR Webserver"), ("http.body_marker", "/doc/page/login.asp?_")],
        "review",
    ),
    Trap("10: uc-httpd is Xiongmai's", [("http.server", "uc-httpd 1.0.0")], NOTHING),
    Trap("10: DNVRS-Webs is not Dahua's", [("http.server", "DNVRS-Webs")], least="likely", maker="hikvision"),
    Trap("11: an icon alone", [("http.favicon.mmh3", "999357577")], "review"),
    *traps(
        "12: platforms and cloud services are software",
        [
            [("http.server", "face-webs")],
            [("http.server", "If you want know, you can ask me")],
            [("http.favicon.mmh3", "-808437027")],
            [("http.location", "https://open.ys7.com/")],
            [("http.title", "HikCentral Professional")],
            [("http.title", "iSecure Center")],
        ],
        "review",
    ),
    Trap(
        "13: genuine without a manufacturer, in the neutral namespace",
        [("isapi.xmlns", "http://www.isapi.org/ver20/XMLSchema"), ("isapi.root", "SessionLoginCap")],
        least="likely",
        maker="hikvision",
    ),
    Trap(
        "14: a honeypot's placeholder realm",
        [("http.www_authenticate", 'Digest realm="HikVision IP Camera", nonce="1", algorithm="MD5", qop="auth"')],
        NOTHING,
    ),
    Trap(
        "14: a honeypot with the server name and a placeholder realm",
        [
            ("http.server", "App-webs/"),
            ("http.www_authenticate", 'Digest realm="HikVision IP Camera", nonce="1", algorithm="MD5", qop="auth"'),
        ],
        "likely",
    ),
    Trap(
        "15: namespaces on a camera of another make (IPG-8150PSS)",
        [
            ("onvif.manufacturer", "ONVIF_IPNC"),
            ("onvif.model", "IPG-8150PSS"),
            ("onvif.firmware", "1.3.0-20210203CN-PT"),
            ("onvif.serial", "I207215E7840DFDA9877E8B"),
            ("onvif.xmlns", "tnshik=http://www.hikvision.com/2011/event/topics"),
            ("onvif.xmlns", "hikwsd=http://www.onvifext.com/onvif/ext/ver10/wsdl"),
            ("onvif.xmlns", "hikxsd=http://www.onvifext.com/onvif/ext/ver10/schema"),
            ("rtsp.sdp", IMKH),
        ],
        "review",
    ),
    Trap(
        "16: the event namespace alone is on Xiongmai's (SUNBA)",
        [
            ("onvif.manufacturer", "H264"),
            ("onvif.model", "XM530_50X50-WG_8M"),
            ("onvif.xmlns", "tnsn=http://www.eventextension.com/2011/event/topics"),
            ("onvif.hardware_id", "00001"),
        ],
        "review",
    ),
    Trap(
        "15: the event namespace in a chip maker's kit, in another city",
        [
            ("onvif.xmlns", "tnshik=http://www.hikvision.com/2011/event/topics"),
            *scopes("location/city/shenzhen", "hardware/IPCAM_FARADAY_01", "name/H.264_IPCamera"),
            ("wsd.endpoint", "urn:uuid:316d4de6-a7b4-438b-8374-000011112222"),
        ],
        "review",
    ),
    Trap(
        "15: the city on a kit of somebody else's",
        [
            *scopes("location/city/hangzhou", "name/ONVIF", "hardware/IPC"),
            ("wsd.endpoint", "urn:uuid:4be6bccd-81c0-436c-b55e-173b8c8ec17e"),
        ],
        "review",
    ),
    Trap("17: hardware id 88 alone", [("onvif.hardware_id", "88")], "review"),
    Trap(
        "18: scopes with a hardware address, hardware IPC-",
        [
            *scopes("MAC/90:e2:fc:00:00:01", "mac/90:e2:fc:00:00:01", "hardware/IPC-B120"),
            ("onvif.manufacturer", "Huddly"),
        ],
        NOTHING,
    ),
    Trap("19: the media header on a generic server", [("rtsp.server", "RTSP Server"), ("rtsp.sdp", IMKH)], "review"),
    Trap(
        "19: the media header of HTMS", [("rtsp.sdp", "s=HTMS"), ("rtsp.sdp", "e=NONE"), ("rtsp.sdp", IMKH)], "review"
    ),
    Trap(
        "19: a chip maker's server that copies the older header, tracks by name",
        [
            ("rtsp.sdp", "s=RTSP Server"),
            ("rtsp.sdp", "a=control:trackID=1"),
            ("rtsp.sdp", IMKH),
            ("rtsp.sdp", IMKH.replace("0400010000", "0400050000")),
            ("rtsp.sdp", "a=appversion:1.0"),
        ],
        "review",
    ),
    Trap(
        "19: a chip maker's server that copies the title and the older header (id 34208254018)",
        [
            ("rtsp.sdp", "s=Media Presentation"),
            ("rtsp.sdp", "e=NONE"),
            ("rtsp.sdp", "i=mpeg4"),
            ("rtsp.sdp", "a=tool:LIVE555 Streaming Media v2009.09.28"),
            ("rtsp.sdp", "a=x-qt-text-nam:RTSP/RTP stream from Network Video Server"),
            ("rtsp.sdp", IMKH.replace("0400010000000000000000000000", "0400010010710110401F000000FA")),
            ("rtsp.sdp", "a=appversion:1.0"),
        ],
        "review",
    ),
    Trap(
        "19: another make's tracks by their whole address",
        [
            ("rtsp.sdp", "s=RTSP Server"),
            ("rtsp.sdp", "a=x-dimensions:1920,1080"),
            ("rtsp.sdp", IMKH),
            ("rtsp.sdp", "a=appversion:1.0"),
            ("rtsp.sdp", "a=control:rtsp://10.10.1.30:8554/onvif2/audio/trackID=1"),
        ],
        "review",
    ),
    Trap(
        "21: the title and whole tracks of another maker (Axis)",
        [
            ("rtsp.sdp", "s=Media Presentation"),
            ("rtsp.sdp", "e=NONE"),
            ("rtsp.sdp", "a=control:rtsp://172.25.100.128:554/axis-media/media.amp/trackID=1?audio=1"),
            ("rtsp.sdp", "a=fmtp:97 streamtype=5; mode=AAC-hbr; config=1408; sizeLength=13; indexLength=3"),
        ],
        "review",
    ),
    Trap(
        "21: an address for realm and a description of another maker (Uniview)",
        [
            ("rtsp.www_authenticate", 'Digest realm="c4790503a344",nonce="d809bdf662f836", stale="FALSE"'),
            ("rtsp.sdp", "s=VCP IPC Realtime stream"),
        ],
        NOTHING,
    ),
    Trap(
        "25: prefixes of storage networks, of Cisco and of industrial switches",
        [("onvif.model", "DS-6510B"), ("snmp.sysdescr", "DS-C9148S-K9"), ("lldp.system_name", "IDS-710HP")],
        NOTHING,
    ),
    Trap("20: a list of six methods", [("rtsp.public", "OPTIONS, DESCRIBE, SETUP, TEARDOWN, PLAY, PAUSE")], "review"),
    Trap(
        "21: a path that is imitated",
        [("rtsp.sdp", "a=control:rtsp://192.0.2.64:554/Streaming/Channels/101/"), ("rtsp.sdp", "s=Media Presentation")],
        "review",
    ),
    Trap(
        "22: a device type of everybody's",
        [("upnp.device_type", "urn:schemas-upnp-org:device:EmbeddedNetDevice:1")],
        "review",
    ),
    *traps(
        "23: version and build of others",
        each("onvif.firmware", "1.3.11 Build 231117 Rel.12345n", "V1.0.2 build 190318", "V5.5.0 build 170725"),
        "review",
    ),
    *traps(
        "24: prefixes of many makers",
        each(
            "onvif.model",
            "IPC-B120",
            "IPC-D120",
            "NVR-108MH-C",
            "NVR302-16E",
            "DVR-204G-F1",
            "PCI-B12",
            "IK-7608",
        ),
        "review",
    ),
    Trap("24: an H behind the three digits is the label's alone", [("onvif.model", "IPC-T221H")], least="likely"),
    *traps(
        "25: DS- and others that are not exclusive",
        each("onvif.model", "DS-218", "HM-300", "MV-CA050", "AE-1"),
        "review",
    ),
    Trap(
        "25: EZVIZ has no DS-",
        [("onvif.model", "CS-H8c-R100-1K2WKFL"), ("onvif.manufacturer", "EZVIZ")],
        least="likely",
    ),
    *traps("26: names that begin alike (ONVIF)", each("onvif.manufacturer", *NAMES), "review"),
    *traps("26: names that begin alike (UPnP)", each("upnp.manufacturer", *NAMES), "review"),
    *traps("26: names that begin alike (scope)", [scopes(f"name/{name}") for name in NAMES], "review"),
    Trap("27: a registered block is no kind of device", [("link.mac", "44:19:b6:00:00:01")], "review", "review"),
    Trap(
        "28: the seller's own block",
        [("link.mac", "3c:8c:f8:00:00:01"), ("onvif.serial", "TV-IP314PI20200414AAWRE33842150")],
        least="likely",
        maker="hikvision",
    ),
    Trap(
        "28: EZVIZ on a block of Hikvision's",
        [("sadp.mac", "54:c4:15:9a:38:74"), ("sadp.serial", "CS-C6TC-32WFR0120170327CCCH738231995")],
        least="likely",
        maker="hikvision",
    ),
    Trap(
        "29: the address of the router in front",
        [("link.mac", "4c:5e:0c:00:00:01"), ("rtsp.www_authenticate", 'Digest realm="IP Camera(C2875)", nonce="1"')],
        least="likely",
        maker="hikvision",
    ),
    Trap(
        "29: the camera's address on a router's port",
        [("link.mac", "44:19:b6:00:00:01"), ("http.server", "nginx")],
        "review",
    ),
    Trap("30: an enterprise number of somebody else's", [("snmp.sysobjectid", "1.3.6.1.4.1.50001.1")], "review"),
    Trap("30: a Telnet prompt of a router", [("telnet.banner", "NetDVRDVS:")], "review"),
    Trap("31: open ports", [("open.tcp", port) for port in ("554", "7681", "8000", "9010")], NOTHING),
    Trap("32: a generic issuer", [("tls.issuer", "O=Product Root CA"), ("tls.subject", "O=Product Root CA")], "review"),
)

DAHUA = (
    Trap(
        "a factory of scales",
        [("link.mac", "40:2c:76:10:00:01"), ("upnp.manufacturer", "Shanghai Dahua Scale Factory")],
        NOTHING,
    ),
    Trap("Jorex Lorex", [("link.mac", "8c:1f:64:f4:b0:01"), ("snmp.sysobjectid", "1.3.6.1.4.1.14457.1")], NOTHING),
    *traps(
        "other firms' names",
        each("onvif.manufacturer", "Huacheng", "Guangdong Taide Zhilian", "IRay Technology Yantai", "Huatune"),
        NOTHING,
    ),
    *traps(
        "blocks of brand owners",
        each("link.mac", "9c:8e:cd:00:00:01", "4c:60:ba:00:00:01", "38:c4:e8:00:00:01", "00:1f:54:00:00:01"),
        "review",
    ),
    Trap(
        "hardware of the maker behind the seller's block",
        [("link.mac", "38:c4:e8:03:b3:e2"), ("dhip.serial", "6J0E022PAG35073")],
        least="likely",
        maker="dahua",
    ),
    Trap("the title WEB SERVICE", [("http.title", "WEB SERVICE")], "review"),
    Trap(
        "a copied web interface (Anpviz)",
        [
            ("http.set_cookie", "DHLangCookie30=English"),
            ("http.set_cookie", "ipc_192.0.2.1_username"),
            ("http.title", "WEB SERVICE"),
            ("rtsp.sdp", IMKH),
        ],
        "review",
    ),
    Trap("Rtsp Server/2.0", [("rtsp.server", "Rtsp Server/2.0")], "review"),
    Trap(
        "a program that copies the server's name and methods",
        [
            ("rtsp.server", "Rtsp Server/3.0"),
            (
                "rtsp.public",
                "OPTIONS, DESCRIBE, ANNOUNCE, SETUP, PLAY, RECORD, PAUSE, TEARDOWN, SET_PARAMETER, GET_PARAMETER",
            ),
        ],
        "review",
    ),
    Trap(
        "a published honeypot",
        [
            ("rtsp.server", "Rtsp Server/3.0"),
            ("rtsp.www_authenticate", 'Digest realm="Login to 7K02D8APAZ1C3F9", nonce="1"'),
        ],
        "review",
    ),
    Trap("a session attribute that is copied", [("rtsp.sdp", "a=packetization-supported:DH")], "review"),
    Trap(
        "the copied attribute behind an old server name",
        [("rtsp.server", "Rtsp Server/2.0"), ("rtsp.sdp", "a=packetization-supported:DH")],
        "review",
    ),
    Trap(
        "the copied attribute and the copied scope",
        [
            ("rtsp.sdp", "a=packetization-supported:DH"),
            ("rtsp.sdp", "a=rtppayload-supported:DH"),
            *scopes("location/country/china", "name/Xcam", "hardware/IPC-Xcam", "extension/unique_identifier"),
        ],
        "review",
    ),
    *traps(
        "Login to, in titles and other realms",
        [
            [("http.title", "Login to Webmin")],
            [("http.title", "Login to Cacti")],
            [("http.www_authenticate", 'Basic realm="Login to World Vision"')],
            [("http.www_authenticate", 'Basic realm="Login to XIMS"')],
        ],
        NOTHING,
    ),
    Trap("General is a neutral value", [("onvif.manufacturer", "General")], "review"),
    *traps(
        "the prefix IPC-",
        each("onvif.model", "IPC-A22", "IPC-6124", "IPC2122LB-SF28K-A", "IPC-model", "IPC-100"),
        "review",
    ),
    Trap(
        "a path that is a convention", [("rtsp.sdp", "a=control:rtsp://192.0.2.1/cam/realmonitor?channel=1")], NOTHING
    ),
    Trap(
        "open ports",
        [("open.tcp", port) for port in ("5000", "8086", "35000", "37777", "37778")] + [("open.udp", "5050")],
        NOTHING,
    ),
    Trap("scopes of many", scopes("location/country/china", "type/Network_Video_Transmitter"), "review"),
    Trap(
        "the scope of the stack on a door controller (Paxton)",
        scopes(
            "location/country/England",
            "name/Paxton",
            "hardware/Net2_Entry",
            "Profile/Streaming",
            "type/Network_Video_Transmitter",
            "extension/unique_identifier",
        ),
        "review",
    ),
    Trap(
        "no label and no model beside the scope of the stack, as firmware carries that wants to be found",
        scopes("location/country/china", "name/IPC", "hardware/IP_Camera", "extension/unique_identifier"),
        "review",
    ),
    Trap(
        "a label whose server imitates the attribute",
        [("onvif.manufacturer", "Speco Technologies"), ("rtsp.sdp", "a=packetization-supported:DH")],
        "review",
    ),
    *traps(
        "boards of Apple's that look like a label's recorders",
        each("mdns.txt", "model=N841AP", "model=N104AP"),
        NOTHING,
    ),
    *traps(
        "telephones and routers whose names begin like models",
        each("snmp.sysname", "ASR1001-X", "CP-8845", "KX-TGP600", "N300RT", "VIP2262"),
        NOTHING,
    ),
    Trap(
        "software of the maker",
        [("http.body_marker", "/wpms/asset/"), ("http.favicon.mmh3", "-1935899595")],
        "review",
    ),
    Trap(
        "the enterprise number of the devices",
        [("snmp.sysobjectid", "1.3.6.1.4.1.1004849.2")],
        least="likely",
        maker="dahua",
    ),
    Trap(
        "the registered enterprise number", [("snmp.sysobjectid", "1.3.6.1.4.1.37496.1")], least="likely", maker="dahua"
    ),
)

NOT_SEEN = {
    "hikvision 6: EtherType 0x8033": "frames of the link are no field",
    "dahua: a reply sent again by another host": "the address asked is the subject; what a reply claims of itself is dropped",
}
"""Traps that no observation can show."""


@pytest.mark.parametrize("trap", [*HIKVISION, *DAHUA], ids=lambda trap: trap.name)
def test_a_trap_goes_no_further_and_no_less_far_than_allowed(trap: Trap):
    one = finding(trap.facts)
    assert rank(trap.least) <= rank(verdict(one)) <= rank(trap.most)
    if trap.maker is not None:
        assert maker(one) == trap.maker


@pytest.mark.parametrize(
    "datagram",
    [
        b'<?xml version="1.0" encoding="utf-8"?><Probe><Uuid>13A888A9</Uuid><Types>inquiry</Types></Probe>',
        b"HTTP/1.1 200 OK\r\nST: upnp:rootdevice\r\n\r\n",
        b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body/></s:Envelope>',
    ],
    ids=["hikvision 1: our own inquiry", "hikvision 3: SSDP in the same group", "hikvision 3: WS-Discovery in it"],
)
def test_what_else_is_heard_in_the_group_is_no_answer(datagram: bytes):
    try:
        facts = list(sadp.decode(datagram))
    except Malformed:
        facts = []
    assert facts == []


def test_hikvision_4_the_type_of_a_discovery_answer_is_no_class():
    for number in ("0", "1", "2"):
        assert finding([("sadp.device_type", number)]).identification.device_class is None


def test_hikvision_27_a_block_says_nothing_of_the_class():
    assert finding([("link.mac", "44:19:b6:00:00:01")]).identification.device_class is None


def test_dahua_login_to_does_not_mean_lorex():
    one = finding([("rtsp.www_authenticate", 'Digest realm="Login to 4K01FD2PAJ6E3FF", nonce="1"')])
    assert (maker(one), brand(one)) == ("dahua", None)


def test_dahua_a_hashed_realm_is_no_serial_number():
    one = finding([("rtsp.www_authenticate", 'Digest realm="Login to dd1176c88fde59a5d01a6be0c45b9630", nonce="1"')])
    assert maker(one) == "dahua"
    assert one.identification.serial is None


@pytest.mark.parametrize("name", ["ASA5506-X", "ASR1001-X", "espace-client", "E5600", "F628", "CS-C2525E"])
def test_the_name_of_another_makers_device_in_many_fields_accuses_nobody(name: str):
    fields = ("snmp.sysname", "dhcp.hostname", "name.dns", "mdns.instance", "upnp.model_name", "http.title")
    assert rank(verdict(finding([(field, name) for field in fields]))) <= rank("review")


@pytest.mark.parametrize("value", ["General", "Private"])
def test_dahua_a_neutral_vendor_names_the_maker_and_no_brand(value: str):
    one = finding([("dhip.vendor", value), ("dhip.manufacturer", value)])
    assert (maker(one), brand(one), verdict(one)) == ("dahua", None, "likely")


def test_dahua_the_vendor_of_the_command_interface_is_no_label():
    one = finding([("dahua.vendor", "vendor=Dahua"), ("dahua.serial", "ND021811019863"), ("dhip.vendor", "Lorex")])
    assert maker(one) == "dahua"
    assert brand(one) != "dahua" or tier(one, "brand") == "conflicting"


def test_dahua_block_and_another_label_are_both_told():
    one = finding([("dhip.mac", "3c:ef:8c:00:00:01"), ("dhip.vendor", "Intelbras"), ("dhip.serial", "6J0E022PAG35073")])
    assert (maker(one), brand(one)) == ("dahua", "intelbras")


def test_dahua_a_recorders_word_on_its_cameras_is_hearsay():
    one = finding([("onvif.serial", "6J0E022PAG35073", "192.0.2.9"), ("onvif.manufacturer", "Dahua", "192.0.2.9")])
    assert verdict(one) == "likely"
    assert tier(one, "manufacturer") == "probable"


def test_what_is_not_seen_has_no_field():
    assert NOT_SEEN
    assert not [field for field in shipped().fields if "ethertype" in field]
