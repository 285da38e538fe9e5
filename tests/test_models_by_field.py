"""Every published series of models in every field where a device says its model: the least verdict it must reach.

The series are those of the makers' catalogues (JoeyGE0/hikvision-fw-archive; manuals of Dahua's) and of the lists that
owners keep (eduard256/Strix data/brands). A hole in a grammar shows here as one failing cell.
"""

from __future__ import annotations

import msgspec
import pytest

from tests.judging import brand, finding, maker, rank, verdict

SCOPE = "onvif://www.onvif.org/"


class Series(msgspec.Struct, frozen=True):
    """Models of one series, and how far one of them alone must reach where it is not the maker's own protocol."""

    name: str
    maker: str
    models: tuple[str, ...]
    least: str


def series(name: str, maker: str, least: str, models: str) -> Series:
    return Series(name, maker, tuple(models.split()), least)


OPEN = {
    "onvif.model": "{}",
    "upnp.model_name": "{}",
    "wsd.scope hardware": SCOPE + "hardware/{}",
    "wsd.scope name": SCOPE + "name/{}",
}
"""Where any device says what it is."""
CHALLENGES = {
    "http.www_authenticate": 'Digest qop="auth", realm="{}", nonce="5f1a2b3c4d5e6f708192a3b4c5d6e7f8"',
    "rtsp.www_authenticate": 'Digest realm="{}", nonce="5f1a2b3c4d5e6f708192a3b4c5d6e7f8"',
}
NAMES = {
    "mdns.instance": "{}",
    "mdns.txt": "model={}",
    "dhcp.hostname": "{}",
    "lldp.system_name": "{}",
    "http.title": "{}",
    "upnp.model_number": "{}",
    "upnp.friendly_name": "{}",
    "snmp.sysdescr": "{}",
    "http.www_authenticate": 'Digest realm="Login to {}", nonce="1"',
    "rtsp.www_authenticate": 'Digest realm="Login to {}", nonce="1"',
}
"""What a device calls itself, where it is no model by definition."""
LINKS = ("cdp.device", "cdp.platform", "onvif.hardware_id", "dhcp.vendor_class", "sip.user_agent", "snmp.sysname")
"""Where only the longer models are read."""
OWN = {
    "hikvision": ("sadp.device_description", "isapi.model", "snmp.oid.1.3.6.1.4.1.39165.1.1.0"),
    "dahua": (
        "dhip.device_type",
        "dahua.device_type",
        "dahua.update_serial",
        "dahua_legacy.device_type",
        "snmp.oid.1.3.6.1.4.1.1004849.2.1.2.6.0",
    ),
}
"""Where only the maker's own devices say anything."""

SERIES = (
    series(
        "cameras",
        "hikvision",
        "likely",
        "DS-2CD2143G0-I DS-2CD2386G2-IU DS-2CD2T47G1-L DS-2CD2346G2-ISU/SL DS-2CD3955FWD-IWS DS-2CD63C2F-IVS"
        " DS-2CD7A26G0/P-IZHS iDS-2CD7A46G0/P-IZHSY DS-2CV2Q21FD-IW DS-2CFS120F DS-2DE4225IW-DE DS-2DE2A404IW-DE3"
        " DS-2DF8225IX-AELW iDS-2DF8425IX-AELW(T3) DS-2DP2427ZIXS-DE/440/T4 DS-2DY9236IX-A DS-2SE4C425MWG-E/26"
        " iDS-2SR8141IXS-AB DS-2SF8C442MXS-DLW DS-2TD1228-2/QA iDS-2TD8167-230ZG2F/WY DS-2TX3636-25P DS-2XC6645G0-L"
        " DS-2XE6422FWD-IZHRS DS-2XM6726FWD-IM DS-2XS6A25G0-I/CH20S40 DS-2XS2T47G0-LDH/4G DS-2AE7232TI-A"
        " DS-2PT3326IZ-DE3 DS-IPC-T12H-IA iDS-TCM203-A DS-TCG406-E",
    ),
    series(
        "recorders",
        "hikvision",
        "likely",
        "DS-7104NI-Q1/M DS-7108HGHI-F1 DS-7204HQHI-K1 DS-7208HUHI-K2/P iDS-7208HQHI-M1/S DS-7316HQHI-K4"
        " DS-7608NI-I2/8P DS-7608NXI-I2/8P/S DS-7616NI-K2 DS-7732NI-M4 DS-7804HQH-K1 DS-7808N-K2/8P DS-7932NI-K4"
        " DS-8632NI-K8 DS-9664NI-M16 iDS-96128NXI-I16 DS-96256NI-I24 DS-7204HI-S DS-7216HVI-ST DS-8016HFI-ST"
        " DS-9016HWI-ST DS-7332HGHI-SH",
    ),
    series(
        "encoders", "hikvision", "likely", "DS-6704HUHI-K DS-6602HFI DS-6916UDI DS-M5504HM-T DS-MP7608HN DS-E04NI-Q1"
    ),
    series(
        "doors",
        "hikvision",
        "likely",
        "DS-K1T341AM DS-K1T671TM-3XF DS-K1TA70MI-T DS-K1A8503MF DS-K1201M DS-K2604T DS-K2M062 DS-K3B501SX-L DS-K4H250S"
        " DS-K5671-ZU DS-K7M102-M DS-KV8113-WME1 DS-KV6113-WPE1(B) DS-KH6320-WTE1 DS-KD8003-IME1 DS-KB8113-IME1"
        " DS-KIS604-S DS-KAS261 DS-KM9503 DS-KABH6320",
    ),
    series("alarms", "hikvision", "likely", "DS-PWA64-L-WE DS-PWA96-M-WE DS-PHA64-LP DS-PHA48-EP"),
    series("alarm parts", "hikvision", "likely", "DS-PM1-I16O2-WE DS-PS1-I-WE DS-PK1-LT-WE DS-PEA4H-21 DS-PA201P-16W"),
    series(
        "switches", "hikvision", "likely", "DS-3E0318P-E/M DS-3E1510P-SI DS-3T0310HP-E/HS DS-3WF0AC-2NT DS-3WAP622G-SI"
    ),
    series(
        "HiWatch",
        "hikvision",
        "likely",
        "DS-I200 DS-I203(D) DS-I400(C) DS-N208P(C) HWI-B140H HWI-D640H-Z HWP-N2404IH-DE3 HWN-4108MH-8P HWD-6104MH-G2"
        " HWC-C200-D/W",
    ),
    series(
        "HiLook",
        "hikvision",
        "likely",
        "IPC-B120H IPC-B140HA-LU IPC-T221H IPC-D140H-M IPC-B640H-Z IPC-T269H-MU/SL PTZ-N2204I-DE3 ECI-B12F2",
    ),
    series(
        "sound, storage and controllers",
        "hikvision",
        "likely",
        "DS-A81016S DS-A71024R DS-C80K-01HI/4K DS-B30-S11 DS-1200KI DS-QAZ1307G1T-E DS-TP50-08H/4T",
    ),
    series(
        "traffic and vehicles",
        "hikvision",
        "likely",
        "iDS-TCVK00-HE/1140 iDS-TSV300-H DS-TDSB0G-FK/60M iDS-MI3704-H DS-MP5604 DS-MCW409/64G AE-DC5113-F6S DS-MDT301 DS-D5C65RB/A"
        " AE-DI2032-G40 AE-VC211T-IRS",
    ),
    series(
        "special cameras",
        "hikvision",
        "likely",
        "DS-2XV6445G0-Y DS-2ST5C425MWG-E/26 DS-2DT6425X-AELY DS-2DB4223I-CX DS-2DV6C425MXG-ELW DS-2TA03-15SVI"
        " DS-2SK8C440MXG1-LWF/28 DS-2SC3Q140MY-TE DS-2CE11D0T-PIRLO iDS-2VS435-F840-EY",
    ),
    series("lines of North America", "hikvision", "likely", "ERI-K104-P4 PCI-B15F2S PCI-LB15F2SL HL-NVR-104MH-K/4P"),
    series(
        "value lines and kits",
        "hikvision",
        "review",
        "IPC-B120-D/W EKI-K164D412 IK-4142TH-MH/P ECT-T12F2 AE-MN5043 ISD-SMG318LT-D NVR-104MH-D DVR-E04G-E",
    ),
    series("HiLook recorders", "hikvision", "review", "NVR-104H-D/4P NVR-208MH-C/8P DVR-104G-F1 DVR-216U-K2"),
    series(
        "EZVIZ",
        "hikvision",
        "likely",
        "CS-C6N-A0-1C2WFR CS-H8c-R100-1K2WKFL CS-H3-R100-1J5WKFL CS-C8C-A0-1F2WFL1 CS-BC1C-A0-2C2WPFB CS-CV310-A0-1B2WFR",
    ),
    series(
        "cameras",
        "dahua",
        "likely",
        "IPC-HFW1230S IPC-HFW2831T-ZS IPC-HFW81230E-ZEH IPC-HDW1531S IPC-HDW5831R-ZE IPC-HDBW4433R-ZS IPC-HDB4233C-SA"
        " IPC-HDP4220C IPC-HDPW1410T IPC-HD4300C IPC-HF8232F IPC-HUM8230-E1 IPC-EBW8630 IPC-EW5531-AS IPC-PFW8800-A180"
        " IPC-PDBW8800-A180 IPC-HMW3200 IPC-T5442TM-AS IPC-B5442E-ZE IPC-B54IR-Z4E-S3 IPC-B1A20P IPC-Color4K-T-3.6mm"
        " DH-IPC-HFW2849S-S-IL-BE DH-IPC-C35P DH-T4A-PV DH-H4C-GE dh-ipc-hdw2231rp-zs IPC-HFE4843S-AS-LED IPC-MBW7431-H"
        " IPC-MFW8449S-ZHL-D44-LI-0360B IPC-EB5531 IPC-PDW3849-A180-AS-PV IPC-PDB8830-B360 IPC-PSDW8849M-E5-H-A180",
    ),
    series(
        "domes",
        "dahua",
        "likely",
        "SD22204T-GN SD49225XA-HNR SD50225U-HNI SD5A425XA-HNR SD65F230F-HNI SD6AE230F-HNI SD6CE225U-HNI SD8A840WA-HNF"
        " SD10A248V-HNI SD1A203T-GN SD42212S-HN DH-SD-6C3230UE-HN TPC-BF2221P-B3F4 TPC-SD8621 DH-TPC-BF1241"
        " SD6C82FA-GN SD-46A230U-HNI SD49D423ZB-A ITC237-PW1B-IRZ ITC413-PW4D",
    ),
    series(
        "recorders",
        "dahua",
        "likely",
        "NVR2104-4KS2 NVR2108HS-8P-4KS2 NVR4108HS-8P-4KS2/L NVR4432-4KS2 NVR4832-I NVR5232-EI NVR5464-16P-EI"
        " NVR608-32-4KS2 NVR1108HC-HDS4 DHI-NVR5232-4KS2 DH-NVR4108HS-8P-4KS2 XVR5108HS-I3 XVR5216AN-4KL-I3 XVR4232AN-I"
        " XVR1B08-I DH-XVR1B08-I HCVR4104C HCVR5116HE-S3 DHI-HCVR5108H-S2 DH-DVR0404LE-A DHI-IVSS7008-1M DHI-EVS7136S",
    ),
    series("recorders without a suffix", "dahua", "review", "NVR4104-P XVR8816S IVSS7012 EVS5016S-R MNVR4208-GFWI"),
    series(
        "doors",
        "dahua",
        "likely",
        "VTO2000A VTO2202F-P VTO2211G-WP VTO3211D-P2 VTO9541D VTH1550CH VTH2421FB-P VTH5341G-W VTS5240B ASI7213Y-V3"
        " DHI-ASI7214S DHI-ASC1208C-S DHI-VTO2211G-P-S2",
    ),
    series("controllers", "dahua", "review", "ASI6214S ASC1204C ASR1201D ASA1222E"),
    series("Imou", "dahua", "likely", "IPC-GS7E-5M0WE IPC-S7XE-10M0WED IPC-S3DP-3M0WJ IPC-S6DP-5M0WEB"),
    series(
        "Imou by another name", "dahua", "likely", "NOMI-IPC NOMI-IPC-C22C NOMI-IPC-TA22C-G NOMI-IPC-K7C-3H1WE1-F757"
    ),
    series(
        "Imou by its suffix",
        "dahua",
        "likely",
        "IPC-TA22CP-G-imou IPC-A26HSP-imou-Asia IPC-GK2CP-3C0WR IPC-GS7EP-5M0WE IPC-K9DCP-3T0WE",
    ),
    series(
        "North America",
        "dahua",
        "likely",
        "N45EFN2 N43BX82 N55CS5 N41CJ02 NK8BR4 N42BJ62-B 49225TNI 1A404XBNR 50230UNI-A 6AE240VNI DH-DB6I-USA",
    ),
    series(
        "switches and alarms",
        "dahua",
        "likely",
        "DH-PFS4218-16ET-190 PFS3010-8ET-96 DH-AS4300-24GT4GF DHI-ARC3000H-W2 DHI-ARD323-W2 VTNS1006A DH-2H3400-ADP",
    ),
    series(
        "Amcrest",
        "dahua",
        "likely",
        "IP2M-841 IP2M-841B IP4M-1041W IP5M-T1179EW IP8M-2496EB IPM-721S AMDV10814-S3 NV4108E-HS AD110 AD410",
    ),
    series("KBVISION", "dahua", "likely", "KX-C2012AN3 KX-2011N2"),
    series("Lorex recorders", "dahua", "likely", "LNR6108 LNR616X N841A8 N861D6 N882A6"),
    series(
        "labels",
        "dahua",
        "review",
        "LNB8973B E891AB ASH41-B MHDX_3004-C VIP-3230-B iMX-C-309V CP-UNC-DA21PL3-Y CP-UVR-0401E1 H4W2PER3 HBW2PER1"
        " ICIP-P2001T IPMX-D40F-IRW2 RVi-1NCT2020 QCN8004B MTT8095",
    ),
)


def cells(fields: dict[str, str]) -> list[tuple[Series, str, str]]:
    return [(one, field, template) for one in SERIES for field, template in fields.items()]


def short_of(one: Series, field: str, template: str, least: str) -> list[tuple[str, str, str | None]]:
    """The models that do not reach ``least`` for the maker of their series."""
    name = field.partition(" ")[0]
    reached = [(model, finding([(name, template.format(model))])) for model in one.models]
    found = [(model, verdict(said), maker(said)) for model, said in reached]
    return [cell for cell in found if rank(cell[1]) < rank(least) or cell[2] != one.maker]


@pytest.mark.parametrize(
    ("one", "field", "template"), cells(OPEN), ids=lambda value: value.name if isinstance(value, Series) else None
)
def test_a_model_reaches_what_its_series_is_worth_where_any_device_speaks(one: Series, field: str, template: str):
    assert short_of(one, field, template, one.least) == []


@pytest.mark.parametrize("field", [*NAMES, *LINKS])
@pytest.mark.parametrize("name", ["cameras", "domes", "recorders", "doors", "switches and alarms"])
def test_a_whole_model_is_likely_wherever_a_device_names_itself(name: str, field: str):
    (one,) = (one for one in SERIES if (one.maker, one.name) == ("dahua", name))
    assert short_of(one, field, NAMES.get(field, "{}"), "likely") == []


@pytest.mark.parametrize("field", NAMES)
@pytest.mark.parametrize("name", ["Imou", "Amcrest", "KBVISION", "Lorex recorders", "labels"])
def test_a_labels_model_is_worth_the_same_wherever_a_device_names_itself(name: str, field: str):
    (one,) = (one for one in SERIES if (one.maker, one.name) == ("dahua", name))
    assert short_of(one, field, NAMES[field], one.least) == []


@pytest.mark.parametrize(
    "beside",
    [
        ("rtsp.server", "Rtsp Server/3.0"),
        ("http.title", "WEB SERVICE"),
        ("http.favicon.mmh3", "1653394551"),
        ("http.etag", '"1651383632:2986"'),
        ("http.header_names", "CONNECTION,CONTENT-LENGTH,CONTENT-TYPE"),
        ("open.tcp", "37777"),
        ("wsd.scope", SCOPE + "extension/unique_identifier"),
        ("ssdp.server", "Linux, UPnP/1.0, Private UPnP SDK"),
    ],
    ids=lambda beside: beside[0],
)
@pytest.mark.parametrize(
    "told",
    [
        ("onvif.manufacturer", "Intelbras"),
        ("onvif.manufacturer", "Lorex"),
        ("onvif.model", "VIP 3230 B"),
        ("onvif.model", "LNB8973B"),
        ("wsd.scope", SCOPE + "hardware/H4W2PER3"),
        ("upnp.manufacturer", "Lorex"),
    ],
    ids=lambda told: told[1],
)
def test_a_label_beside_a_trait_of_the_stack_is_likely(told: tuple[str, str], beside: tuple[str, str]):
    alone, both = finding([told]), finding([told, beside])
    assert rank(verdict(alone)) < rank("likely")
    assert (verdict(both), maker(both)) == ("likely", "dahua")


HIKVISION_NAMES = [
    *(field for field in NAMES if not field.endswith("www_authenticate")),
    *LINKS,
    "name.netbios",
    "name.llmnr",
    "sip.server",
]
SOLD_AS = ("HiWatch", "HiLook", "EZVIZ")


@pytest.mark.parametrize("field", HIKVISION_NAMES)
@pytest.mark.parametrize(
    "one",
    [one for one in SERIES if one.maker == "hikvision" and one.least == "likely" and one.name not in SOLD_AS],
    ids=lambda one: one.name,
)
def test_a_model_of_hikvisions_is_likely_wherever_a_device_names_itself(one: Series, field: str):
    assert short_of(one, field, NAMES.get(field, "{}"), "likely") == []


@pytest.mark.parametrize(
    "field",
    [
        *("upnp.friendly_name", "upnp.model_number", "mdns.instance", "dhcp.hostname", "name.netbios", "name.llmnr"),
        *("lldp.system_name",),
    ],
)
@pytest.mark.parametrize("name", SOLD_AS)
def test_a_model_of_hikvisions_labels_is_likely_wherever_a_device_names_itself(name: str, field: str):
    (one,) = (one for one in SERIES if (one.maker, one.name) == ("hikvision", name))
    assert short_of(one, field, "{}", "likely") == []


@pytest.mark.parametrize(
    "serial",
    [
        "DSK1T320EFWX20221110V030500ENL43488191",
        "DS-K1T341CMFW20230901V030315ENFH3990937",
        "DS-KH6320-WTE10120210618WRQ07516364CLU",
        "DS-PWA64-L-WE20201204AAWRQ04498906WU",
        "DS-KV8213-WME1(C)0120230508RRAB0353909",
        "M10420250308CCWRFX3431707WCVU",
    ],
)
@pytest.mark.parametrize(
    ("field", "template"),
    [
        *((field, "{}") for field in ("onvif.serial", "isapi.serial", "sadp.serial", "upnp.serial")),
        *((field, "{}") for field in ("mdns.host", "dhcp.hostname", "name.netbios", "snmp.sysname", "cdp.platform")),
        *((field, "CN={},O=Company") for field in ("tls.subject", "tls.issuer")),
        *((field, 'Digest realm="{}", nonce="1"') for field in CHALLENGES),
        ("name.dns", "{}.example.net"),
        ("mdns.txt", "serialNumber={}"),
        ("wsd.scope", SCOPE + "name/{}"),
        ("http.title", "{}"),
        ("ftp.banner", "220 {} FTP server ready."),
        ("telnet.banner", "{} login:"),
        ("upnp.model_number", "{}"),
    ],
)
def test_a_serial_number_of_hikvisions_is_likely(field: str, template: str, serial: str):
    one = finding([(field, template.format(serial))])
    assert (verdict(one), maker(one)) == ("likely", "hikvision")


@pytest.mark.parametrize(
    ("field", "template"),
    [
        *((field, "{}") for field in ("mdns.host", "dhcp.vendor_class", "cdp.platform", "http.title", "http.server")),
        *((field, "{}") for field in ("rtsp.server", "sip.user_agent", "onvif.hardware_id", "snmp.sysdescr")),
        *(("tls.subject", "CN={}"), ("mdns.txt", "md={}"), ("name.dns", "{}.lan"), ("telnet.banner", "{} login:")),
        *(("ftp.banner", "220 {} FTP service ready."), ("http.title", "HiLook {}"), ("mdns.instance", "EZVIZ {}")),
        *CHALLENGES.items(),
        ("http.body_marker", "<DeviceInfo><model>{}</model></DeviceInfo>"),
    ],
)
@pytest.mark.parametrize("name", ["HiLook", "EZVIZ"])
def test_a_whole_model_of_a_label_of_hikvisions_is_likely_whatever_stands_around_it(
    name: str, field: str, template: str
):
    (one,) = (one for one in SERIES if (one.maker, one.name) == ("hikvision", name))
    assert short_of(one, field, template, "likely") == []


ROOMS_AND_SERVERS = (
    "DS-TEST01 DS-KVM01 DS-PROD01-DB DS-PS01-WEB DS-MAIL001 DS-DNS01 DS-PRINT01 DS-KITCHEN DS-218j DS-6510B"
    " DS-C9148S-K9 DS-K8S-NODE1 CS-LAB-101 CS-B1-101 CS-SRV-100 CS-DB01-101 CS-ROOM-12WEST CS-H1-PRINTER PT-NAS01"
    " HWC-SERVER HWI-PRINT AE-DC001-SW1 NVR-01 IPC-B12 HL-2140 EKI-2525 IK-7608"
)


@pytest.mark.parametrize("field", ["dhcp.hostname", "name.netbios", "name.dns", "mdns.host", "snmp.sysname"])
def test_rooms_and_servers_that_are_numbered_like_hikvisions_models_are_none(field: str):
    found = [name for name in ROOMS_AND_SERVERS.split() if maker(finding([(field, name)])) == "hikvision"]
    assert found == []


@pytest.mark.parametrize("one", SERIES, ids=lambda one: f"{one.maker} {one.name}")
def test_a_model_in_the_makers_own_protocol_is_likely(one: Series):
    for field in OWN[one.maker]:
        assert short_of(one, field, "{}", "likely") == [], field


@pytest.mark.parametrize("field", CHALLENGES)
@pytest.mark.parametrize("name", ["cameras", "recorders", "doors", "alarms"])
def test_a_whole_model_as_the_realm_is_likely(name: str, field: str):
    (one,) = (one for one in SERIES if (one.maker, one.name) == ("hikvision", name))
    assert short_of(one, field, CHALLENGES[field], "likely") == []


@pytest.mark.parametrize(
    ("makes", "model", "firmware", "serial"),
    [
        ("hikvision", "DS-6704HUHI-K", "V4.30.001 build 200909", None),
        ("hikvision", "NVR-104H-D/4P", "V4.30.001 build 200909", None),
        ("hikvision", "NC800", "V5.5.51 build 180629", None),
        ("hikvision", "TVIP62510", "V5.5.51 build 180629", None),
        ("hikvision", "LTCMIP8342W-28M", "V5.5.51 build 180629", None),
        ("hikvision", "SF-IPCV788WH-4", None, "SF-IPCV788WH-420180101AAWRC12345678"),
        ("hikvision", "NC800", None, "NC80020200101CCWRE12345678"),
        ("dahua", "XVR8816S", "3.218.0000.2, build: 2018-08-31", None),
        ("dahua", "ASI6214S", "1.000.0000001.0.R.20200101", None),
        ("dahua", "LNB8973B", "2.460.0001.5.R, Build Date 2017-08-11", None),
        ("dahua", "CP-UNC-DA21PL3-Y", "2.420.0002.0.R", None),
        ("dahua", "IPC-A22", None, "4K01FD2PAJ6E3FF"),
        ("dahua", "VIP 3230 B", None, "4k01fd2paj6e3ff"),
    ],
)
def test_a_models_review_becomes_likely_with_the_makers_version_or_serial_number(makes, model, firmware, serial):
    beside = [("onvif.firmware", firmware), ("onvif.serial", serial)]
    one = finding([("onvif.model", model), *((field, value) for field, value in beside if value)])
    assert maker(one) == makes
    assert rank(verdict(one)) >= rank("likely")


OWN_TEXTS = (
    ("hikvision", "http.server rtsp.server ssdp.server", "Hikvision-Webs|DNVRS-Webs", "likely"),
    (
        "hikvision",
        "upnp.model_name upnp.model_number upnp.friendly_name onvif.model isapi.model snmp.sysname lldp.system_name",
        "HIKVISION DS-2CD8464F-EIW|Hikvision DS-7608NI-K2",
        "likely",
    ),
    ("hikvision", "http.body_marker", "/doc/script/lib/seajs/config/sea-config.js", "likely"),
    ("hikvision", "http.body_marker", "©杭州海康威视数字技术股份有限公司 版权所有", "review"),
    (
        "dahua",
        "onvif.manufacturer upnp.manufacturer cwmp.manufacturer dhip.manufacturer",
        "Zhejiang Dahua Zhilian|Zhejiang Dahua Zhilian Co.,Ltd",
        "likely",
    ),
    ("dahua", "tls.subject tls.issuer", "CN=x,O=Zhejiang Dahua Zhilian Co.\\, Ltd.", "likely"),
    ("dahua", "http.server rtsp.server", "dahua rtsp|Dahua Rtsp Server", "likely"),
    ("dahua", "http.server rtsp.server", "dahua drs", "review"),
    ("dahua", "http.body_marker", "Copyright 2019 Dahua Technology Co., Ltd. All rights reserved", "likely"),
    ("dahua", "http.body_marker", "Dahua Technology Co., Ltd", "review"),
)
"""What the makers of cameras write of themselves: maker, fields, values, how far each alone reaches."""


@pytest.mark.parametrize(("makes", "fields", "values", "least"), OWN_TEXTS)
def test_a_makers_own_text_reaches_its_verdict_in_every_field_where_it_stands(makes, fields, values, least):
    told = [(field, value) for field in fields.split() for value in values.split("|")]
    reached = [(field, value, finding([(field, value)])) for field, value in told]
    assert [cell[:2] for cell in reached if verdict(cell[2]) != least or maker(cell[2]) != makes] == []


@pytest.mark.parametrize("firmware", ["1.3.1 Build 260106 Rel.63845n", "1.0.14 Build 200720 Rel.38552n(4555)"])
@pytest.mark.parametrize("model", ["C500", "C200", "C100"])
def test_a_model_that_annke_has_too_is_tp_links_beside_its_version(model: str, firmware: str):
    one = finding([("onvif.model", model), ("onvif.firmware", firmware)])
    assert (verdict(one), maker(one), brand(one)) == ("not-covered", "tp-link", "tp-link")
