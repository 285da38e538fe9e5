"""What Hikvision's devices and those of its labels say of themselves, and what stands around it, in every field."""

from __future__ import annotations

from tests.families.rows import Others, Series, each, models, others

NAMES = (
    "dhcp.hostname mdns.instance upnp.friendly_name name.netbios name.llmnr snmp.sysname lldp.system_name cdp.device"
)
SAID_ALONE = f"{NAMES} onvif.model upnp.model_name upnp.model_number onvif.hardware_id snmp.sysdescr cdp.platform"
WHOLE = f"{SAID_ALONE} http.title dhcp.vendor_class http.server rtsp.server ssdp.server sip.server sip.user_agent"
AROUND = "http.www_authenticate tls.subject tls.issuer ssh.banner telnet.banner ftp.banner mdns.host"
REALMS = "http.www_authenticate rtsp.www_authenticate"
MODELS = (
    "DS-2CD2143G2-I DS-7608NI-K2 iDS-7204HUHI-M1/E DS-K1T341CMFW DS-K1T6QT-F42MWX-E1 DS-KD-IN DS-KAD-E2/E1 DS-2CFWQ3"
    " DS-3E1518P-SI PCI-B15F2S IPC-B140H HWI-B140H CS-C6N-A0-1C2WFR"
)
KITS = "EKI-K41T44L EKI-K82B86 IK-4142BH-MH/P NK842WBH NK44W1H-1T NVR-108-B/8P NVR-104MH-C/4P IPC-B120-D/W ISD-SMG318L"
NAMED = ("HIKVISION DS-2CD2143G2-I", "HiLook IPC-B140H", "HiWatch DS-I122", "EZVIZ CS-C6N-A0-1C2WFR")


def _beside(form: str) -> list[str]:
    return [form.format(*name.split()) for name in NAMED]


HIKVISION: list[Series] = [
    *models("whole models", "hikvision", f"{WHOLE} {AROUND}", f"{MODELS} {KITS}", "likely"),
    *each("a name before a model", "hikvision", f"{SAID_ALONE} http.title sip.user_agent", *NAMED),
    *(
        row
        for form in ("{1} ({0})", "{1} {0}", "{1} - {0}", "{0}: {1}", "{0} | {1}", "[{1}]")
        for row in each("a name beside a model", "hikvision", f"{SAID_ALONE} http.title sip.user_agent", *_beside(form))
    ),
    *(
        row
        for form in ("{0} {1}", "{1} ({0})", "{0}: {1}", "{1} ", "Login to {1}", "{1} Login", "{1} 192.168.1.64")
        for row in each(
            "a name beside a model", "hikvision", REALMS, *(f'Basic realm="{value}"' for value in _beside(form))
        )
    ),
    *each(
        *("a realm, however its nonce is noted", "hikvision", REALMS),
        *(
            f'Digest realm="DS-7608NI-K2", {rest}'
            for rest in ('nonce="abc…"', 'nonce="<nonce>", opaque=""', 'nonce=""')
        ),
        *(
            'Digest realm="HiLook IPC-B140H", qop="auth", nonce="abc"',
            'Digest realm="DS-I122", nonce="0a1b", stale="FALSE"',
        ),
        'Digest qop="auth", realm="3521781c29acb312330dd668", nonce="4e5468694e7a42694e7a4d364f44", stale="FALSE"',
    ),
    *each(
        "what a model is called",
        "hikvision",
        f"{NAMES} onvif.model snmp.sysdescr",
        "Model: DS-7608NI-K2",
        "Model IPC-B140H",
    ),
    *each(
        *("what kind of thing it is", "hikvision", f"{SAID_ALONE} http.title"),
        *(
            "IP Camera DS-2CD2143G2-I",
            "192.168.1.64 - DS-2CD2143G2-I",
            "IPC-B140H (192.168.1.64)",
            "HWI-B140H Network Camera",
        ),
    ),
    *each(
        *("a version behind", "hikvision", "snmp.sysdescr cdp.platform dhcp.vendor_class sip.user_agent onvif.model"),
        *("DS-7608NI-K2, Software Version 1.0", "IPC-B140H;1.0", "DS-7608NI-K2:1.0", "HWI-B140H V5.7.1 build 210101"),
    ),
    *each(
        "behind a system's",
        "hikvision",
        "ssdp.server",
        "Linux/3.0 UPnP/1.0 DS-7608NI-K2/1.0",
        "UPnP/1.0 IPC-B140H",
    ),
    *each(
        *("keys of a record", "hikvision", "mdns.txt"),
        *(
            f"{key}={model}"
            for key in ("md", "model", "ty", "fn", "dev", "type", "product", "name", "deviceModel", "device_model")
            for model in ("DS-2CD2143G2-I", "IPC-B140H", "DS-I122", "CS-C3W")
        ),
    ),
    *each("a greeting", "hikvision", "ftp.banner", "220 FTP server (DS-7608NI-K2) ready", "220 Welcome to IPC-B140H"),
    *each(
        "EZVIZ by its short names", "hikvision", f"{NAMES} http.title onvif.model", "EZVIZ C6N", "EZVIZ BC1C", "CS-C3W"
    ),
    *each(
        *("refusals of its interface", "hikvision", "http.body_marker", "<subStatusCode>badXmlFormat</subStatusCode>"),
        *('"subStatusCode":"notSupport"', '"subStatusCode" : "faceAlreadyExist"', '{"subStatusCode":"cardOverLimit"}'),
        *('"statusString": "Invalid Operation", "subStatusCode": "invalidOperation"',),
    ),
    *each(
        *("answers of panels and terminals", "hikvision", "http.body_marker", '{"SubSysList":[{"SubSys":{"id":1'),
        *(
            '{ "ZoneList": [ {"Zone" :{',
            '"AcsEvent":{"searchID":"1"',
            '"CardInfoSearch": {"responseStatusStrg": "MORE"',
        ),
        *('"majorEventType":5,"subEventType":75', "<isSupportEZVIZTiming>true", "<isSupportISUPHttpPassthrough>true"),
    ),
    *each(
        *("answers that programs give too", "hikvision", "http.body_marker", "<subStatusCode>ok</subStatusCode>"),
        *('"statusString":"OK","subStatusCode":"ok"', "<isSupportHttps>true</isSupportHttps>", "/SDK/activateStatus"),
        least="review",
    ),
    *each(
        "a page's heading, a stream's name",
        "hikvision",
        "http.body_marker",
        *NAMED,
        "DS-7608NI-K2 Login",
        least="review",
    ),
    *each(
        "a page's heading, a stream's name", "hikvision", "rtsp.sdp", "s=DS-7608NI-K2", "i=IPC-B140H", least="review"
    ),
    *each(
        "numbers that others could give",
        "hikvision",
        f"{SAID_ALONE} http.title",
        "NVR-108MH-C",
        "DVR-204G-M1",
        least="review",
    ),
]

NOT_HIKVISION: list[Others] = [
    *others(
        *(
            "models near to its own",
            f"{WHOLE} {AROUND} http.body_marker",
            "EKI-2525",
            "IKS-6728A-8POE-4GTXSFP",
            "NK81J",
            "IPC-B112-PF28",
        ),
        *("NVR301-08S3", "NVR-216", "DVR-204E", "DS-218j", "DS-6510B", "DS-C9148S-K9", "CS-QP50F", "CS-1000-24"),
    ),
    *others("a place before a model", WHOLE, "Garden DS-7608NI-K2x test bench", "Not a DS-2CD2143G2-I"),
    *others(
        *(
            "pages about it",
            "http.title http.body_marker",
            "IPC-T221H - Wikipedia",
            "DS-2CD2143G2-I 4MP Turret Network Camera",
        ),
        *(
            "EZVIZ Studio",
            "EZVIZ cameras",
            "EZVIZ C6N Review",
            "HiLook IPC-B140H datasheet",
            "CS-C6N-A0-1C2WFR | My Shop",
        ),
    ),
    *others(
        "realms of others",
        REALMS,
        'Basic realm="Hikvision exporter"',
        'Digest realm="3521781c29acb312330dd668", nonce="1"',
    ),
    *others(
        "made-up realms", REALMS, 'Digest realm="DS-2CD2143G0-I", nonce="1"', 'Digest realm="IPC-T221H", nonce="1"'
    ),
]
