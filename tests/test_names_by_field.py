"""What the covered makers of networks and radios say, family by family, in every field where a device says its kind.

A row is one series in one field; its values are as devices give them, named and nameless. The counter-rows are what
other makers, software and former businesses say in the same fields: none of them may go further than review.
"""

from __future__ import annotations

import msgspec
import pytest

from tests.judging import finding, maker, rank, verdict


class Series(msgspec.Struct, frozen=True):
    """Values of one series in one field, and how far each of them alone must reach."""

    name: str
    maker: str
    field: str
    values: tuple[str, ...]
    least: str = "likely"


class Others(msgspec.Struct, frozen=True):
    """Values of somebody else in one field, and how far each of them may reach at most."""

    name: str
    field: str
    values: tuple[str, ...]
    most: str = "review"


def each(name: str, makes: str, fields: str, *values: str, least: str = "likely") -> list[Series]:
    """One row per field of ``fields``, which stand there apart by blanks."""
    return [Series(name, makes, field, values, least) for field in fields.split()]


def others(name: str, fields: str, *values: str, most: str = "review") -> list[Others]:
    return [Others(name, field, values, most) for field in fields.split()]


HUAWEI_MODELS = (
    "S2700-9TP-EI-AC S2326TP-EI S3700-28TP-EI-AC S3352P-EI-24S S5328C-EI-24S S5700-28C-PWR-EI S5700-24TP-SI-AC"
    " S5720-12TP-PWR-LI-AC S5720-28X-SI-AC S5720SV2-28P-LI-AC S5731-H24T4XC S5732-H48UM2CC S5735-L48T4S-A1"
    " S5735S-L24T4S-A S6720-30C-EI-24S-AC S6730-H48X6C S6730-S24X6Q S12700E-8 CE6870-48S6CQ-EI CE8850-64CQ-EI"
    " CE12808S-EI NE40E-X8 NE40E-X2-M8A NE20E-S2F NE05E-SQ NE5000E-X16 NetEngine8000-M8 ATN910C-B ATN950B ME60-X8"
    " CX600-X8 AR617VW-LTE4EA USG5120 USG6330 USG6680E USG9520 Eudemon200E Eudemon1000E-X3 HiSecEngine AP6050DN"
    " AP4050DN-HD AirEngine5760-51 AirEngine6760R-51E AC6605-26-PWR AC6005-8 MA5600T MA5608T MA5616 MA5620 MA5680T"
    " MA5683T MA5800-X7 MA5800-X17 EA5800-X2 MA5801-GP08"
)
"""Whole models, one or more of every series."""
HUAWEI_SERIES = (
    "S7706 S9306 S12708 S5720 S6730 CE12804 AR1220 AR2240 AR28-31 NE40 ME60 PTN950 USG2160 SRG1320 NIP6320 AC6605 MA5300"
    " UA5000 OSN1800 RTN950A BTS3900"
)
"""Series whose names are short enough to be somebody else's too."""
HUAWEI_ANYWHERE = (
    "snmp.sysdescr lldp.system_description cdp.version snmp.sysname lldp.system_name cdp.device cdp.platform ssh.banner"
    " telnet.banner ftp.banner http.server http.title http.www_authenticate http.body_marker tls.subject tls.issuer"
    " dhcp.vendor_class dhcp.hostname name.dns upnp.model_name upnp.friendly_name upnp.model_number sip.user_agent"
    " sip.server snmp.oid.1.3.6.1.2.1.47.1.1.1.1.13.67108867"
)
"""Where its equipment may give its model."""
HUAWEI_SOMEWHERE = (
    "snmp.sysdescr lldp.system_description cdp.version snmp.sysname lldp.system_name cdp.device cdp.platform ssh.banner"
    " http.server http.title http.www_authenticate dhcp.vendor_class dhcp.hostname name.dns sip.user_agent sip.server"
)
"""Where a series alone is worth a look."""
SAID = {
    "ssh.banner": "SSH-2.0-{}",
    "telnet.banner": "{} login:",
    "ftp.banner": "220 {} FTP service ready.",
    "http.www_authenticate": 'Basic realm="{}"',
    "tls.subject": "CN={}",
    "tls.issuer": "CN={}",
}
"""How a model stands in a field, where it is not all of the value."""


def models(  # noqa: PLR0917 - one row of a table
    name: str, makes: str, fields: str, among: str, least: str, between: str | None = None
) -> list[Series]:
    """One row per field, each model as it stands there; ``between`` is what parts the models, blanks by default."""
    return [
        Series(name, makes, field, tuple(SAID.get(field, "{}").format(model) for model in among.split(between)), least)
        for field in fields.split()
    ]


HUAWEI_NETWORK: list[Series] = [
    *each(
        "older switches",
        "huawei",
        "upnp.model_name upnp.model_number upnp.friendly_name onvif.model lldp.system_name snmp.sysname cdp.device"
        " http.title http.body_marker",
        "Quidway S3900",
        "Quidway S5328C-EI",
        "Quidway NetEngine R016",
        "Huawei Quidway S3928P",
    ),
    *each("older switches", "huawei", "http.server", "Lanswitch - V100R003 HttpServer 1.1", "Lanswitch -"),
    *each("older routers", "huawei", "http.title http.server", "AR18-21", "AR18-22-24", least="review"),
    *each("web platform", "huawei", "http.title", "AR Web登录", "AR Web 管理平台", "华为AR", "华为AR Web管理平台"),
    *each(
        "web platform",
        "huawei",
        "http.body_marker",
        "simple/style/default/image/login.png",
        "simple/view/ossn.html",
        "HUAWEI Inner Web",
        "UI_component/css/xtheme-black",
        "SVN_GetLoginContextValue(",
    ),
    *each("copyright", "huawei", "http.body_marker", "版权所有 © 华为技术有限公司 1998-2012", least="review"),
    *each("platform", "huawei", "http.title http.body_marker", "HUAWEI CSP", least="review"),
    *each("any port", "huawei", "http.server rtsp.server ssdp.server", "Linux UPnP/1.0 Huawei-ATP-IGD"),
    *each(
        "any port",
        "huawei",
        "http.www_authenticate rtsp.www_authenticate",
        'Basic realm="HuaweiHomeGateway"',
        'Digest realm="HuaweiHomeGateway",nonce="a1"',
        'Basic realm="Huawei SmartAX"',
        'Basic realm="SmartAX MT880"',
    ),
    *each(
        "modems",
        "huawei",
        "http.www_authenticate rtsp.www_authenticate",
        'Basic realm="MT880"',
        'Basic realm="MT882"',
        least="review",
    ),
    *each(
        "open terminals",
        "huawei",
        "telnet.banner",
        "Info: The max number of VTY users is 10, and the number\r\n      of current VTY users on line is 1.\r\n"
        "      The current login time is 2012-01-01 10:00:00.\r\n<PE>",
    ),
    *models("whole models", "huawei", HUAWEI_ANYWHERE, HUAWEI_MODELS, "likely"),
    *models("series", "huawei", HUAWEI_SOMEWHERE, HUAWEI_SERIES, "review"),
    *each(
        "descriptions",
        "huawei",
        "snmp.sysdescr lldp.system_description cdp.version",
        "Huawei Versatile Routing Platform Software\r\n VRP (R) software, Version 8.120 (OSCA V100R005C60)",
        "S7706\r\nHuawei Versatile Routing Platform Software\r\nVRP (R) software,Version 5.160 (S7700 V200R008C00SPC500)",
        "VRP (R) software, Version 5.170 (S5735 V200R022C00SPC500)",
        "Huawei AR169FGW-L Huawei Versatile Routing Platform Software  VRP (R) software,Version 5.170",
        "Version 3.40, Release 0311P07 Quidway Series Router AR28-31",
        "Huawei Versatile Routing Platform Software,VRP software, Version 3.40, Feature 0121L01.Quidway Router AR18-34E.",
        "Quidway S7706 Terabit Routing Switch",
        "Huawei Switch S5735-L48T4S-A1",
        "Huawei AP AirEngine6760R-51E",
        "Huawei Integrated Access Software",
        "HUAWEI TECH. INC. SNMP AGENT FOR MA5300",
        "Huawei Optix RTN V100R011C00SPC200",
        "OptiX OSN 3500",
        "OptiX PTN 960",
        "HUAWEICE6870-24S6CQ-EI",
        "Huawei Storage & Network Security Versatile Security Platform Software",
        "Software Version: VSP (R) Software, Version 3.30 USG5300 V100R003C01SPC600",
        "Huawei YunShan OS Version 1.22.0.1",
        "NetEngine 8000 M8",
        "ATN 910C-B",
        "HUAWEI NE40E-X2-M8A",
        "Eudemon 1000E V100R002C01SPC200",
        "MA5600V800R018C10",
        "AR1220 V200R003C00SPC200",
        "Quidway NetEngine 80E",
        "OptiXaccess EA5800-X17",
    ),
    *each("descriptions", "huawei", "snmp.sysdescr", "VRP Software Version", "Software Version VRP", least="review"),
    *each(
        "kinds",
        "huawei",
        "snmp.sysobjectid",
        "1.3.6.1.4.1.2011.2.23.291",
        ".1.3.6.1.4.1.2011.2.224.62",
        "enterprises.2011.2.360.1.9",
        "1.3.6.1.4.1.2011.2.25.1",
        "1.3.6.1.4.1.2011.1.1.1.12831",
        "1.3.6.1.4.1.2011.6.164.1.2",
        "HUAWEI-MIB::s5700-28C-EI",
    ),
    *each("kinds", "huawei", "snmp.sysobjectid", "1.3.6.1.4.1.2011.10.1.12", least="review"),
    *each("access trees", "huawei", "snmp.oid.1.3.6.1.4.1.2011.6.128.1.1.2.51.1.6.4194304000.0", "8775"),
    *each("blade trees", "huawei", "snmp.oid.1.3.6.1.4.1.2011.2.82.1.82.4.1.0", "1"),
    *each("switch trees", "huawei", "snmp.oid.1.3.6.1.4.1.2011.5.25.31.1.1.1.1.5.67108867", "12"),
    *each("energy trees", "huawei", "snmp.oid.1.3.6.1.4.1.2011.6.157.1.3.0", "103812"),
    *each("wireless trees", "huawei", "snmp.oid.1.3.6.1.4.1.2011.6.139.13.3.3.1.4.228.104", "AP-1"),
    *each("microwave trees", "huawei", "snmp.oid.1.3.6.1.4.1.2011.2.25.3.40.50.1.1.0", "RTN 950"),
    *each("old trees", "huawei", "snmp.oid.1.3.6.1.4.1.2011.6.3.4.1.2.0", "12", least="review"),
    *each("versions", "huawei", "snmp.oid.1.3.6.1.4.1.2011.6.3.1.999.0", "MA5600V800R013C00"),
    *each("contacts", "huawei", "snmp.oid.1.3.6.1.2.1.1.4.0", "R&D Beijing, Huawei Technologies co.,Ltd."),
    *each(
        "its own ports", "huawei", "snmp.oid.1.0.8802.1.1.2.1.3.7.1.4.6", "HUAWEI, AP Series, MultiGE0/0/0 Interface"
    ),
    *each("engines", "huawei", "snmp.oid.1.3.6.1.6.3.10.2.1.1.0", "800007DB03E0247F000001", least="review"),
    *each("its own LLDP", "huawei", "snmp.oid.1.0.8802.1.1.2.1.3.4.0", "S5720-12TP-PWR-LI-AC"),
    *each(
        "interfaces",
        "huawei",
        "snmp.oid.1.3.6.1.2.1.31.1.1.1.18.7",
        "HUAWEI, AR Series, GigabitEthernet0/0/4 Interface",
    ),
    *each("parts", "huawei", "snmp.oid.1.3.6.1.2.1.47.1.1.1.1.12.1", "Huawei Technologies Co., Ltd.", least="review"),
    *each(
        "SSH",
        "huawei",
        "ssh.banner",
        "SSH-2.0-HUAWEI-1.5",
        "SSH-2.0-HUAWEI-VRP3.1",
        "SSH-1.99-HUAWEI-VRP-3.10",
        "HUAWEI_VRPV8.0",
        "SSH-2.0-VRP-3.3",
        "SSH-1.99-VRP-3.4",
        "SSH-2.0--",
        "SSH-1.99--",
        "SSH-2.0-HUAWEI-UMG8900",
        "SSH-2.0-DOPRA-1.5",
        "SSH-2.0-HUAWEI",
    ),
    *each(
        "Telnet",
        "huawei",
        "telnet.banner",
        "Huawei Integrated Access Software (MA5800).",
        ">>User name:\r\n\r\n  Huawei Integrated Access Software (MA5608T).\r\n  Copyright(C) Huawei Technologies Co., Ltd. 2002-2013.",
        "Huawei HONET UA5000 Universal Access Unit.\n\r  Copyright(C) 1998-2005 by Huawei Technologies Co., Ltd.",
        "Huawei MA5105 Multi-service Access Module.",
        "Welcome to Quidway A8010 Expert Multiservice Access Switch",
        "* Copyright (c) 1998-2008 Huawei Technologies Co., Ltd.                      *\r\n* Without the owner's prior written consent,",
        "Welcome to QUIDWAY AS8010 Access Server\n\r      Copyright (c) 1997-2001 HUAWEI TECH CO. LTD.",
        "Warning: Telnet is not a secure protocol, and it is recommended to use Stelnet.\r\n\r\nLogin authentication\r\n\r\n\r\nUsername:",
        "Warning: Telnet is not a secure protocol, and it is recommended to use STelnet.",
        "* All rights reserved 2014-2016 *\r\n* no decompiling or reverse-engineering shall be allowed. *\r\n* Notice: *\r\n"
        "* This is a private communication system. *\r\n\r\nLogin authentication\r\n\r\n\r\nUsername:",
        "<HUAWEI>",
        "U1900 OS V200R003C00SPC200 on eSpace U1981",
    ),
    *each(
        "Telnet", "huawei", "telnet.banner", ">>User name:", "Login authentication\r\n\r\n\r\nUsername:", least="review"
    ),
    *each(
        "FTP",
        "huawei",
        "ftp.banner",
        "220-Warning: Ftp is not a secure protocol, and it is recommended to use Sftp.",
        "220 HUAWEI AR1220 FTP",
    ),
    *each(
        "FTP",
        "huawei",
        "ftp.banner",
        "220 FTP service ready.",
        "220-Warning: Ftp is not a secure protocol",
        least="review",
    ),
    *each(
        "web servers",
        "huawei",
        "http.server",
        "HuaWei-S6720-EI",
        "HUAWEI-S12708",
        "huawei_s5700",
        "Quidway",
        "Eudemon Server 1.0",
        "S5720",
        "S7706",
        "HUAWEIS6720",
        "MA5603 Server 1.0",
        "Huawei Auth-Http Server 1.0",
    ),
    *each(
        "web servers",
        "huawei",
        "http.server",
        "AR",
        "WLAN",
        "Lanswitch - V200R001 HttpServer 1.1",
        "HW9306",
        least="review",
    ),
    *each(
        "titles",
        "huawei",
        "http.title",
        "HUAWEI AR",
        "Log In to AR Web",
        "Log In to WLAN Web",
        "HUAWEI SRG",
        "HUAWEI Secospace WAF",
        "Secoway USG2230",
        "Quidway",
    ),
    *each("titles", "huawei", "http.title", "Log In to Router Web", "HUAWEI", "WebLMT", "eSight", least="review"),
    *each(
        "places",
        "huawei",
        "http.location",
        "https://192.0.2.1/simple/view/login.html?redirect=",
        "simple/view/login.html",
        "/view/loginPro.html",
    ),
    *each(
        "cookies",
        "huawei",
        "http.set_cookie",
        "SESSIONID=IgAAABjN8b3xxxNsLRIiSpHLPn1lE=&IgAAAxxxMT6Bw==&Huawei USG6320&langfrombrows=en-US&copyright=2014",
        "SESSIONID=a&b&HUAWEI Eudemon8000E-X8&langfrombrows=zh-CN",
    ),
    *each(
        "pages",
        "huawei",
        "http.body_marker",
        "sweb-lib/plat/login/login_new.js",
        "UI_component/css/xtheme-black.css",
        "HUAWEI SRG2220",
    ),
    *each(
        "certificates",
        "huawei",
        "tls.subject tls.issuer",
        "CN=Huawei Equipment CA,O=Huawei,C=CN",
        "CN=HUAWEI",
        "CN=Quidway",
    ),
    *each(
        "classes",
        "huawei",
        "dhcp.vendor_class",
        "Huawei AP",
        "huawei",
        "HUAWEI AR1220",
        "huawei S5720-28X-SI-AC",
        "HUAWEI-AR",
    ),
    *each("names", "huawei", "snmp.sysname lldp.system_name dhcp.hostname", "AP6050DN-e4c2-d1ab-1230", "HUAWEI-S5720"),
    *each(
        "names", "huawei", "snmp.sysname lldp.system_name cdp.device dhcp.hostname", "HUAWEI", "Quidway", least="review"
    ),
    *each("platforms", "huawei", "cdp.platform", "HUAWEI S5720", "Huawei AP AirEngine6760R-51E"),
    *each(
        "voice",
        "huawei",
        "sip.user_agent sip.server",
        "Huawei SoftX3000 V300R010",
        "MA5616 V800R312C00",
        "eSpace U1981 V200R003",
    ),
]
WHOLE = (
    *[
        "HG8245H",
        "EG8145V5",
        "HG532e",
        "B535-232",
        "E5577Cs-321",
        "WS7100-15",
        "X2221-I",
        "M2120-10-EI",
        "IPC6325-WD-VR",
        "IVS1800-C08",
    ],
    "eSpace 7950",
    "OceanStor 5300 V5",
    "RH2288H V3",
)
"""One whole model of each of Huawei's kinds of products."""
REALM = 'Digest realm="{}", nonce="5f1a2b3c4d5e6f708192a3b4c5d6e7f8", qop="auth"'

HUAWEI_PRODUCTS: list[Series] = [
    *each(
        "terminals and gateways",
        "huawei",
        "http.title upnp.model_name upnp.model_number upnp.friendly_name dhcp.vendor_class sip.user_agent snmp.sysdescr"
        " lldp.system_description cdp.platform",
        *[
            "HG8010H",
            "HG8145X6-10",
            "HG8240",
            "HG8245H",
            "HG8245Q2",
            "HG8247H5",
            "HG8310M",
            "HG8546M",
            "EG8141A5",
            "EG8145V5",
            "EG8145V5-V2",
            "EG8247W5",
        ],
        *[
            "HN8145XR",
            "HN8245Q",
            "HN8255Ws",
            "HS8145C5",
            "HS8545M5",
            "HG532e",
            "HG556a",
            "HG612",
            "HG633",
            "HG655b",
            "HG658d",
            "HG659",
            "HG850a",
        ],
        "HG630 V2",
        "HG531 V1",
        "OptiXstar EG8145X6-10",
        "EchoLife HG520s",
    ),
    *each(
        "terminals and gateways by name alone",
        "huawei",
        "dhcp.hostname name.netbios name.llmnr name.dns mdns.instance lldp.system_name",
        *["HG8245H", "EG8145V5", "HG532e", "HG8145X6-10"],
        least="review",
    ),
    *each(
        "titles of gateways",
        "huawei",
        "http.title",
        "HG630 V2 Home Gateway",
        "HUAWEI HG532e",
        "Huawei HG8245H",
        "HG659 Home Gateway",
        "HG658d - Login",
        "MT882 ADSL Router",
        "Huawei xDSL",
        "SmartAX MT880",
    ),
    *each(
        "realms of gateways",
        "huawei",
        "http.www_authenticate",
        'Basic realm="HuaweiHomeGateway"',
        'Digest realm="HuaweiHomeGateway",nonce="6f2a1e8d0c4b",qop="auth",algorithm="MD5"',
        'Basic realm="EchoLife Portal de Inicio"',
        'Basic realm="HG520s"',
        'Basic realm="SmartAX MT882"',
        'Basic realm="Huawei SmartAX MT880"',
    ),
    *each(
        "pages of gateways",
        "huawei",
        "http.body_marker",
        "var ProductName = 'HG8245H';",
        "var ProductName='HG8240'",
        'var ProductName = "HS8545M5"',
        "../../../Cuscss/frame.css",
        "/Cusjs/InitFormCus.js",
        "/asp/GetRandCount.asp",
        "/html/bbsp/common/GetLanUserDevInfo.asp",
        '{"DeviceName":"HG659","SerialNumber":"J3N8W165","ManufacturerOUI":"00E0FC","UpTime":52146}',
    ),
    *each("servers of gateways", "huawei", "ssdp.server http.server", "Linux UPnP/1.0 Huawei-ATP-IGD"),
    *each(
        "servers of media",
        "huawei",
        "ssdp.server http.server",
        "PACKAGE_VERSION HUAWEI, UPnP, HUAWEI SDK for UPnP devices/",
        "Linux/3.4.35-rt-gf UPnP/1.0 HUAWEI_iCOS/iCOS V1R1C00",
    ),
    *each("descriptions of gateways", "huawei", "upnp.model_name", "Huawei EchoLife Series"),
    *each("descriptions of gateways", "huawei", "upnp.model_number", "Huawei Device"),
    *each(
        "descriptions of gateways", "huawei", "upnp.friendly_name", "Huawei IGD", "华为路由AX3", "Huawei Home Gateway"
    ),
    *each("serial numbers of terminals", "huawei", "upnp.serial", "485754436371E3B5", "HWTC6371E3B5", least="review"),
    *each(
        "greetings of gateways",
        "huawei",
        "telnet.banner",
        "Welcome Visiting Huawei  Home Gateway\n\rCopyright by Huawei Technologies Co., Ltd.\n\rLogin:",
        "-------------------------------\r\n-----Welcome to ATP Cli------\r\n-------------------------------\r\n\r\nLogin:",
        "HGW EC506 login:",
        "Huawei SmartAX MT882\r\nLogin:",
    ),
    *each("sessions of gateways", "huawei", "http.set_cookie", "SessionID_R3", "SessionID_R3=0", least="review"),
    *each(
        "mobile and home routers",
        "huawei",
        "http.title upnp.model_name upnp.model_number upnp.friendly_name snmp.sysdescr",
        *[
            "B310s-22",
            "B311-221",
            "B315s-22",
            "B525s-23a",
            "B528s-23a",
            "B535-232",
            "B593s-22",
            "B618s-22d",
            "B715s-23c",
            "B818-263",
            "B2368-22",
        ],
        *[
            "E3372h-153",
            "E5186s-22a",
            "E5573Cs-322",
            "E5577Cs-321",
            "E5788u-96a",
            "E5885Ls-93a",
            "E8372h-608",
            "H112-372",
            "H122-373",
            "H138-380",
        ],
        *["WS7100-15", "WS5200-21", "TC7206-10"],
    ),
    *each(
        "interface of mobile routers",
        "huawei",
        "http.body_marker",
        "<devicename>E5573Cs-322</devicename>",
        "<devicename>E3372</devicename>",
        "<DeviceName>B525s-65a</DeviceName>",
        "<response><DeviceName>B818</DeviceName><SoftwareVersion>21.180.05.00.00</SoftwareVersion></response>",
        "<DeviceName>E5885</DeviceName>",
        "<HardwareVersion>CL1E5573CSM11 Ver.B</HardwareVersion>",
        "<HardwareVersion>WL2B520M</HardwareVersion>",
    ),
    *each(
        "elements of mobile routers",
        "huawei",
        "http.body_marker",
        "<productfamily>LTE</productfamily>",
        "<classify>mobile-wifi</classify>",
        "<WebUIVersion>17.100.08.01.983</WebUIVersion>",
        "/api/webserver/SesTokInfo",
        "/html/index.html?noredirect",
        least="review",
    ),
    *each("names of routers", "huawei", "name.dns", "homerouter.cpe", "mediarouter.home", "mobilewifi.home"),
    *each("names of routers", "huawei", "name.netbios name.llmnr dhcp.hostname", "HOMEROUTER.CPE"),
    *each(
        "where routers send",
        "huawei",
        "http.location",
        "http://homerouter.cpe/html/index.html",
        "http://hi.link/html/home.html",
    ),
    *each(
        "certificates",
        "huawei",
        "tls.subject",
        "CN=ont.huawei.com,OU=Ont,O=HuaWei,ST=HB,C=CH",
        "C=CN, ST=Hubei, L=Wuhan, CN=mediarouter.home",
        "CN=rnd-ont.huawei.com",
        "CN=Server,OU=IT,O=Huawei,L=ShenZhen,ST=GuangDong,C=CN",
        r"CN=device,O=Huawei Technologies Co.\, Ltd.,C=CN",
        "CN=HUAWEI IPC",
    ),
    *each(
        "authorities",
        "huawei",
        "tls.issuer",
        "C=CN, ST=Hubei, L=Wuhan, CN=root.home, emailAddress=mobile@huawei.com",
        "CN=HuaWei ONT CA,ST=Guangdong,C=CN",
        "CN=Huawei IT Product CA,O=Huawei,C=CN",
        "CN=Huawei Fixed Network Product CA",
    ),
    *each(
        "telephones and exchanges",
        "huawei",
        "sip.user_agent sip.server snmp.sysdescr lldp.system_description cdp.platform dhcp.vendor_class http.title",
        "eSpace 7910",
        "eSpace 7950",
        "eSpace 8950",
        "eSpace U1981",
        "HUAWEI eSpace 7960",
    ),
    *each(
        "telephones by realm",
        "huawei",
        "http.www_authenticate",
        'Basic realm="Enterprise IP Phone HUAWEI eSpace 7910"',
    ),
    *each(
        "telephones by agent",
        "huawei",
        "sip.user_agent",
        "Huawei-HomeGateway/V100R001",
        "HUAWEI-EchoLife HG8121H/V3R018C00S110",
        "eSpace 7950 V200R003C00SPC100",
        "eSpace U1981 V200R003C20",
        "Huawei TE40/V600R006",
        "SoftCo9500 V100R003",
    ),
    *each(
        "exchanges and conference terminals",
        "huawei",
        "telnet.banner",
        "U1900 OS V200R003C00SPC100 on eSpace U1981",
        "SoftCo OS V100R003C01 on SoftCo9500",
        "Huawei TE30@ TE30 V100R001C02B052SP02 Release 1.2.52.2  Apr 25 2014 07:27:05",
        "Huawei DP300 DP300 V500R002C00SPC200 Release 2.0.200",
    ),
    *each(
        "conference terminals",
        "huawei",
        "http.title snmp.sysdescr sip.user_agent",
        "HUAWEI VP9660 V500R002C00",
        "VP9660",
        "IdeaHub Board",
        "CloudLink Box 600",
    ),
    *each("conference terminals", "huawei", "http.server", "TSP_HTTP_Server/2.1.3 VCT web 1.0"),
    *each("conference terminals in short", "huawei", "http.title", "TE30", "DP300", least="review"),
    *each(
        "servers",
        "huawei",
        "ssdp.server",
        "UPnP/2.0 iBMC/2.96 ProductName/2288H SN/",
        "UPnP/2.0 iBMC/1.93 ProductName/RH2288 V3 SN/2102310YJA10H6003312",
        "UPnP/1.0 iBMC/3.10 ProductName/CH121 V3 SN/1",
    ),
    *each(
        "servers of either maker",
        "huawei",
        "ssdp.server",
        "UPnP/2.0 iBMC/3.00 ProductName/2288H V5 SN/2102312BTHN0JA000008",
        least="review",
    ),
    *each("servers of either maker", "huawei", "http.title", "iBMC Login", least="review"),
    *each("servers of either maker", "huawei", "snmp.sysdescr", "Hardware management system", least="review"),
    *each("servers", "huawei", "http.title", "iMana 200 Login", "HMM Web", "Tecal E6000 MM Center-"),
    *each("servers", "huawei", "http.server", "Huawei-BMC"),
    *each("servers", "huawei", "http.body_marker", "/bmc/php/getmultiproperty.php", "/bmc/resources/css/cmn.css"),
    *each(
        "servers, storage, power",
        "huawei",
        "snmp.sysdescr",
        "ISM SNMP Agent",
        "SMU11B",
        "SMU02B",
        "Linux GSE200M",
        "Linux GSE200M 2.6.27-SPEAr310 #776 Thu Aug 16 11:23:18 CST 2018 armv5tejl",
        "SNMP Card for HUAWEI UPS2000",
        "OceanStor 5300 V5",
        "OceanStor Dorado 3000 V3",
        "SmartLogger3000",
        "SUN2000-100KTL-M1",
        "UPS5000-E-200K-F120",
    ),
    *each("objects of the management of chassis", "huawei", "snmp.oid.1.3.6.1.4.1.2011.2.82.1.82.4.1.2008.1.2", "1"),
    *each("objects of servers", "huawei", "snmp.oid.1.3.6.1.4.1.2011.2.235.1.1.20.4.0", "120"),
    *each("objects of power", "huawei", "snmp.oid.1.3.6.1.4.1.2011.6.164.1.1.1.4.0", "HUAWEI SMU"),
    *each("objects of supplies", "huawei", "snmp.oid.1.3.6.1.4.1.2011.6.174.1.5.100.1.1.1", "2300"),
    *each("objects of storage", "huawei", "snmp.oid.1.3.6.1.4.1.34774.4.1.1.3.0", "1"),
    *each("maker of a supply", "huawei", "snmp.oid.1.3.6.1.2.1.33.1.1.1.0", "HUAWEI"),
    *each(
        "numbers",
        "huawei",
        "snmp.sysobjectid",
        "1.3.6.1.4.1.2011.2.235",
        "1.3.6.1.4.1.2011.2.82",
        "1.3.6.1.4.1.2011.2.91",
        "1.3.6.1.4.1.2011.6.164.1.2",
        "1.3.6.1.4.1.2011.6.174.4.1.2.4",
        "1.3.6.1.4.1.34774.4.1",
    ),
    *each(
        "storage", "huawei", "http.title", "OceanStor DeviceManager", "OceanStor ISM", "HUAWEI OceanStor Dorado 5000 V6"
    ),
    *each("power", "huawei", "http.title", "SmartLogger3000A", "SUN2000-12KTL-M0", "iManager NetEco 6000"),
    *each("power in short", "huawei", "http.title", "SMU02B", "UPS2000", "NetEco", "SmartLogger", least="review"),
    *each(
        "names of inverters",
        "huawei",
        "dhcp.hostname name.netbios name.dns mdns.instance",
        "SUN2000-HV2140123456",
        "SDongleA-HV2340179967",
    ),
    *each(
        "cameras and recorders",
        "huawei",
        "onvif.model onvif.hardware_id http.title upnp.model_name",
        *[
            "X2221-I",
            "X2391-10-T",
            "X3221-C",
            "X6681-Z48",
            "X6781-Z37",
            "M2120-10-EI",
            "M6641-10-Z32",
            "C2120-10-LI",
            "C6620-10-Z33",
        ],
        *["D2150-10-I-P(3.6mm)", "IPC6225-VRZ", "IPC6325-WD-VR", "IPC6681-Z20", "ITS800-GSH"],
    ),
    *each("recorders", "huawei", "onvif.model http.title", "VCN500", "VCN3020", "IVS1800-C08-4T", "IVS3800"),
    *each("cameras in short", "huawei", "onvif.model", "M2120-EI", "C2120-I", "D2140-VI", "NVR800-A01", least="review"),
    *each(
        "scopes of cameras",
        "huawei",
        "wsd.scope",
        "onvif://www.onvif.org/name/HUAWEI",
        "onvif://www.onvif.org/name/HUAWEI-IPC",
        "onvif://www.onvif.org/name/HUAWEI%20IPC6325-WD-VR",
        "onvif://www.onvif.org/hardware/X2221-I",
        "onvif://www.onvif.org/hardware/M2120-10-EI",
        "onvif://www.onvif.org/hardware/D2150-10-I-P%283.6mm%29",
        "onvif://www.onvif.org/manufacturer/HUAWEI",
        "onvif://www.onvif.org/name/HoloSens",
    ),
    *each("makers of cameras", "huawei", "onvif.manufacturer", "HUAWEI", "Huawei Technologies Co., Ltd.", "HoloSens"),
    *each(
        "realms of cameras",
        "huawei",
        "http.www_authenticate rtsp.www_authenticate",
        'Digest realm="HUAWEI X6781-Z37", nonce="5f1a2b3c"',
        'Digest realm="X2221-I", nonce="5f1a2b3c"',
        'Digest realm="HoloSens", nonce="5f1a2b3c"',
    ),
    *each("media of cameras", "huawei", "rtsp.sdp", "s=HUAWEI IPC", "s=HoloSens"),
    *each("media servers of cameras", "huawei", "rtsp.server", "HUAWEI RTSP Server/1.0", "HoloSens"),
    *each("titles of cameras", "huawei", "http.title", "HoloSens SDC", "HUAWEI IPC", "HUAWEI SDC"),
    *each(
        "phones and tablets",
        "huawei",
        "dhcp.hostname name.netbios name.llmnr name.dns mdns.instance mdns.host lldp.system_name",
        *[
            "HUAWEI_P30_Pro-9f13d2ee6f",
            "HUAWEI_P20_lite",
            "HUAWEI_MEDIAPAD_M5-4B80F6",
            "HUAWEI_Mate_20_Pro-abcd",
            "HUAWEI-P40",
        ],
        *[
            "HUAWEI_nova_5T-1a2b",
            "HUAWEI_Y6_2019-aa",
            "HUAWEI_WATCH_GT_2-ff",
            "HUAWEI_ELE-L29",
            "HUAWEI_P_smart_2021",
            "HUAWEI_B525",
        ],
    ),
    *each("phones by class", "huawei", "dhcp.vendor_class", "HUAWEI:android:ELE", "Huawei"),
    *each("records", "huawei", "mdns.txt", "manufacturer=HUAWEI", "ty=HUAWEI PixLab X1"),
    *each(
        "makers told to a provider",
        "huawei",
        "cwmp.manufacturer",
        "Huawei Technologies Co., Ltd.",
        "Huawei",
        "HUAWEI TECHNOLOGIES CO.,LTD",
    ),
    *each(
        "pages of terminals of any label",
        "huawei",
        "http.body_marker",
        "Cuscss/frame.css?03fa5651e1972f63229090335",
        "Cusjs/ptvdfjs.js?03fa5651e1972f63229090335",
        "/frameaspdes/portuguese/ssmpdes.js?03fa5651e1972f63229090335",
        "/html/bbsp/common/wan_list_ptvdf.asp",
        'new stDeviceInfo("", "485754439A1892AF", "1.0", "V5R022C10S167", "EG8145V5", "HWTC", "2022-01-01")',
    ),
    *each(
        "descriptions by port and path",
        "huawei",
        "ssdp.location",
        "http://192.168.3.1:37215/2b38c15c-cb68-df90-3701-4f6df3dc9bb0/upnpdev.xml",
        "http://192.168.1.1:37215/upnpdev.xml",
    ),
    *each("makers in their letters", "huawei", "upnp.manufacturer onvif.manufacturer", "华为", "华为技术有限公司"),
    *each("models by the maker's name", "huawei", "upnp.model_name", "Huawei router", "HUAWEI Mobile WiFi"),
    *each("interface of cameras", "huawei", "http.body_marker http.location", "/SDCAPI/V1.0/AuthIaas/ActivaionStatus"),
    *each(
        "paths of storage",
        "huawei",
        "http.body_marker http.location",
        "https://192.0.2.1:8088/deviceManager/devicemanager/login/login.html",
        "/deviceManager/rest/xxxxx/sessions",
    ),
    *each(
        "names of conference terminals",
        "huawei",
        "dhcp.hostname mdns.instance",
        "IdeaHub-0123",
        "CloudLink Bar 500",
        "eSpace7950-aabbcc",
    ),
    *each("names in letters", "huawei", "mdns.instance dhcp.hostname", "华为智慧屏 V75"),
    *each("identifications", "huawei", "ssh.banner", "SSH-2.0-HUAWEI-HG8245H", "SSH-2.0-OceanStor"),
    *each("versions of cameras", "huawei", "onvif.firmware", "V500R019C30SPC210", least="review"),
    *each(
        "whole models",
        "huawei",
        "http.server http.title http.body_marker rtsp.server upnp.model_name upnp.model_number upnp.friendly_name snmp.sysdescr"
        " lldp.system_description cdp.version cdp.platform dhcp.vendor_class sip.user_agent sip.server",
        *WHOLE,
    ),
    *each(
        "whole models as realms",
        "huawei",
        "http.www_authenticate rtsp.www_authenticate",
        *(REALM.format(one) for one in WHOLE),
    ),
    *each("whole models in certificates", "huawei", "tls.subject", *(f"CN={one},C=CN" for one in WHOLE)),
    *each("whole models in descriptions", "huawei", "rtsp.sdp", *(f"s={one}" for one in WHOLE)),
    *each("whole models in records", "huawei", "mdns.txt", *(f"model={one}" for one in WHOLE)),
    *each("whole models in greetings", "huawei", "telnet.banner", *(f"{one} login:" for one in WHOLE)),
    *each("whole models in greetings", "huawei", "ftp.banner", *(f"220 {one} FTP server ready." for one in WHOLE)),
    *each("whole models in servers", "huawei", "ssdp.server", *(f"Linux UPnP/1.0 {one}" for one in WHOLE)),
    *each(
        "whole models as names",
        "huawei",
        "dhcp.hostname name.netbios name.llmnr name.dns mdns.instance mdns.host lldp.system_name cdp.device snmp.sysname",
        *[
            "HG8245H",
            "EG8145V5",
            "HG532e",
            "B535-232",
            "E5577Cs-321",
            "X2221-I",
            "M2120-10-EI",
            "IPC6325-WD-VR",
            "RH2288H-V3",
        ],
    ),
    *each(
        "the maker's name first",
        "huawei",
        "onvif.manufacturer onvif.model onvif.firmware upnp.manufacturer upnp.model_name upnp.model_number cwmp.manufacturer",
        "HUAWEI",
        "HUAWEI IPC6325",
        "Huawei_HG532e",
    ),
    *each("services of the maker's", "huawei", "ssdp.st", "urn:www-huawei-com:service:DeviceConfig:1"),
    *each("servers of pocket routers", "huawei", "http.server", "IPWEBS/1.4.0"),
    *each("serial numbers of routers", "huawei", "upnp.serial", "G6J8W15326003974", "J3N8W16519004880", least="review"),
    *each("shorter names", "huawei", "http.title", "EchoLife Portal de Inicio", "华为路由AX3"),
    *each("shorter names", "huawei", "snmp.sysdescr", "Dorado5000 V3", "OceanStor Dorado 18000 V6"),
    *each("shorter names", "huawei", "sip.user_agent sip.server", "SoftX3000 V300R010"),
    *each("shorter names", "huawei", "onvif.model", "SDC X2221-I", "HoloSens SDC M2120-10-EI"),
    *each("shorter names", "huawei", "http.title upnp.model_name", "K662c", "K562e-10", least="review"),
    *each("shorter names", "huawei", "onvif.model", "IPC6225", "X2221", least="review"),
    *each("shorter names", "huawei", "snmp.sysdescr", "TP48200A-HD15A3", "ECC800-Pro", "S2600T", least="review"),
]
ZTE_RANGES = (
    "ZXR10 2826S-EI|ZXR10 2928E|ZXR10 3928A|ZXR10 5928E-FI|ZXR10 5950-36TM|ZXR10 5960X-56QU|ZXR10 8905E|ZXR10 M6000-8S"
    "|ZXR10 T8000-18|ZXR10 9908|ZXR10 1800-2S|ZXA10 C220|ZXA10 C300|ZXA10 C320|ZXA10 C600|ZXA10 C650|ZXA10 F460"
    "|ZXHN F660|ZXHN F670L|ZXHN F6600P|ZXHN F6201B|ZXHN H108N|ZXHN H168N|ZXHN H298A|ZXHN H367N|ZXHN H3601P|ZXHN E5501"
    "|ZXV10 W300|ZXV10 H108L|ZXV10 H201L|ZXV10 I508C|ZXV10 B860H|ZXDSL 831CII|ZXDSL 931VII|ZXDSL 9806H|ZXCTN 6300"
    "|ZXCTN 6120H-S|ZXUN B200|ZXMP S385|ZXSEC US5000"
)
"""Whole models under the letters that begin the maker's ranges."""
ZTE_ANYWHERE = (
    "snmp.sysdescr lldp.system_description cdp.version snmp.sysname lldp.system_name cdp.device cdp.platform ssh.banner"
    " telnet.banner ftp.banner http.server http.title http.www_authenticate http.body_marker tls.subject tls.issuer"
    " dhcp.vendor_class dhcp.hostname name.dns name.netbios name.llmnr mdns.instance mdns.host upnp.model_name"
    " upnp.friendly_name upnp.model_number sip.user_agent sip.server ssdp.server snmp.oid.1.3.6.1.2.1.47.1.1.1.1.13.1"
)
ZTE_TERMINALS = (
    "F401|F460|F601|F609|F612W|F620G|F660|F663NV9|F668|F670L|F670LV9.0|F680|F6201B|F6600P|F6605R|F6640|F8648P|H108N|H118N"
    "|H168N|H188A|H196A|H201L|H208N|H218N|H267A|H268N|H288A|H298A|H298Q|H338A|H367N|H369A|H388X|H3601P"
)
"""Terminals and gateways whose pages and greetings give the model alone."""
ZTE_MOBILE = "MC801A|MC888|MC889|MC7010|MU5001|MU5120|MF283|MF283+|MF286R|MF289F|MF297D|MF833V|MF910|MF920U|MF971V"
ZTE_WHERE_A_MODEL_IS_ENOUGH = "http.title http.www_authenticate upnp.model_name upnp.model_number telnet.banner"
ZTE_WHERE_IT_IS_WORTH_A_LOOK = (
    "dhcp.hostname name.dns name.netbios name.llmnr mdns.instance mdns.host snmp.sysname lldp.system_name cdp.device"
    " cdp.platform snmp.sysdescr lldp.system_description ftp.banner tls.subject"
)


ZTE: list[Series] = [
    *each(
        "any port",
        "zte",
        "http.server rtsp.server ssdp.server",
        "Mini web server 1.0 ZTE corp 2005.",
        "Mini web server 1.0 ZTE",
        "ZTE/1.0 UPnP/1.0 miniupnpd/1.0",
        "Carrier-Class Router of ZTE Corporation",
    ),
    *each(
        "ranges", "zte", "http.title http.body_marker", "ZXR10", "ZXSEC US", "ZXHN Login", "ZXA10", "中兴通讯家庭网关"
    ),
    *each(
        "products",
        "zte",
        "http.body_marker",
        "Carrier-Class Router of ZTE Corporation",
        "版权所有 中兴通讯股份有限公司",
    ),
    *each("the name alone", "zte", "http.title", "ZTE", "zte"),
    *each("the name alone", "zte", "ssh.banner", "SSH-2.0-ZTE", "SSH-2.0-zte"),
    *each("the name alone", "zte", "telnet.banner", "ZTE", "zte login:", "ZTE\r\nLogin:"),
    *each("the name alone", "zte", "http.server mdns.instance", "ZTE", "zte", least="review"),
    *each("the name alone", "zte", "http.title http.body_marker", "中兴通讯", "中兴通讯股份有限公司", least="review"),
    *models("ranges", "zte", ZTE_ANYWHERE, ZTE_RANGES, "likely", "|"),
    *models("terminals", "zte", ZTE_WHERE_A_MODEL_IS_ENOUGH, ZTE_TERMINALS, "likely", "|"),
    *models("mobile routers", "zte", ZTE_WHERE_A_MODEL_IS_ENOUGH, ZTE_MOBILE, "likely", "|"),
    *models("terminals", "zte", ZTE_WHERE_IT_IS_WORTH_A_LOOK, f"{ZTE_TERMINALS}|{ZTE_MOBILE}", "review", "|"),
    *each(
        "terminals",
        "zte",
        "sip.user_agent sip.server",
        *(f"{model}/V6.0.10P3N9" for model in ZTE_TERMINALS.split("|")),
        *(f"ZXHN {model}/V1.1.20" for model in ZTE_TERMINALS.split("|")),
        "F668/VT2.30.22P1T9",
        "ZXDSL 931VII/V2.0.00.OTET06",
        "ZTE-B200",
        "ZTE Softswitch/1.0.0",
    ),
    *each(
        "servers",
        "zte",
        "http.server",
        "ZTE web server 1.0",
        "ZTE web server 1.0...",
        "ZTE web server 1.0 ZTE corp 2015.",
        "ZTE web server 1.0 ZTE corp 2015",
        "Mini web server 1.0 ZTE corp 2005.",
        "ZTE Web Server/1.0.0",
        "ZTE Web Server",
        "ZTE-Webs",
        "ZTE/ROSNG",
        "MF60/1.0 UPnP/1.0 miniupnpd/1.0",
    ),
    *each(
        "titles",
        "zte",
        "http.title",
        "ZXHN H168N V3.5",
        "ZXHN F610GV9",
        "ZXDSL 931WII",
        "ZXA10F460",
        "ZTE F660 Login",
        "ZTE H298A - Login",
        "ZTE ZXHN H168N",
        "ZTE MF283+",
        "ZTE R5300 G4",
        "F670L - Login",
        "H298A V1.1",
        "中兴智能路由器",
        "中兴通讯 - WLAN无线接入控制器",
        "ZSRV2路由器Web管理系统",
    ),
    *each(
        "pages",
        "zte",
        "http.body_marker",
        "ZTE Corporation. All rights reserved. </div>",
        "./zxms80.css",
        "/image/banner_I532.jpg",
        "/img/Logo_ZTE.png",
        "Welcome to F6201B. Please login",
    ),
    *each(
        "pages of the same firmware",
        "zte",
        "http.body_marker",
        "getpage.gch?pid=1001",
        "/getpage.gch?pid=1002&nextpage=status_dev_info_t.gch",
        "/function_module/login_module/login_page/logintoken_lua.lua",
        "Frm_Logintoken",
        "/goform/goform_get_cmd_process?isTest=false&cmd=wa_inner_version",
        least="review",
    ),
    *each(
        "pages of the same firmware", "zte", "http.location", "/start.ghtml", "/getpage.gch?pid=1001", least="review"
    ),
    *each(
        "cookies",
        "zte",
        "http.set_cookie",
        "_TESTCOOKIESUPPORT=1",
        "_TESTCOOKIESUPPORT_HTTPS_=1",
        "_TESTCOOKIEHTTP=1",
        "zwsd",
        least="review",
    ),
    *each(
        "greetings",
        "zte",
        "telnet.banner",
        "************************************************\r\nWelcome to ZXAN product C320 of ZTE Corporation\r\n*****\r\n\r\nUsername:",
        "Welcome to Arenjaya ZXAN product C320 of ZTE Corporation",
        "Welcome to TITAN series OLT of ZTE Corporation",
        "Welcome to T160G Carrier-Class High-end Routing Switch of ZTE Corporation",
        "Welcome to ZXDSL  831CII\r\n\r\nZTE Inc., Software Release ZXDSL 831CIIV2.2.1a_Z43_OV\r\n\r\nLogin name:",
        "F660\r\n\rLogin:",
        "ZXAN login:",
        "ZXR10>",
    ),
    *each(
        "greetings",
        "zte",
        "ftp.banner",
        "220 ZXR10 ftp service ready for new user.",
        "220 ZXDSL 831 FTP version 1.0 ready at Thu Jan 1 00:00:00 1970",
        "220 OX253P FTP version 1.0 ready at Mon Dec 27 09:06:04 2010",
        "220 ZTE FTP server ready",
    ),
    *each("greetings", "zte", "ssh.banner", "SSH-2.0-ZTE_SSH.2.0", "SSH-1.99-ZTE_SSH.1.0", "SSH-2.0-ZXR10_SSH"),
    *each(
        "descriptions",
        "zte",
        "snmp.sysdescr lldp.system_description cdp.version",
        "ZXR10 ROS Version V4.08.24R2 ZXR10_5928E-FI Software, Version ZXR10 5900E&5100E V2.8.23.C.16.P11",
        "ZXR10 Router Operating System Software Nanjing Institute of ZTE Corporation V4.6.02.A GER V2.6.02.A.53.P09",
        "ZTE ZXR10 8905E Software, 8900&8900E Version: V3.01.01.B15, RELEASE SOFTWARE",
        "ZTE 5950-56TM-H Software, 5900 Version: V3.00.11.B18,  RELEASE SOFTWARE",
        "ZTE Ethernet Switch 2850-26TM, Version: V1.1.12.U",
        "ZTE Ethernet Switch  ZXR10 2928E, Version: V2.05.10B18",
        "ZXR10 M6000-08, ZTE ZXR10 Software Version: M6000v1.00.30(1.0.76)",
        "ZXUN xGW-16, ZTE ZXUN Software Version: ZXUN xGW(GUL)V4.14.20.P1.B3(4.1420.1)",
        "ZXR10 3904 NOS 9.05",
        "ZXV10_W901_V1.0.01Z",
        "W660A ZXV10_WLAN_V1.1.00Z",
        "ZXA10 F402 Ethernet Passive Optical Network Access Device",
        "ZXDSL 8426",
        "ZXA10 C600, ZTE ZXA10 Software Version: V1.2.2",
        "C320 Version V2.1.0 Software, Copyright (c) by ZTE Corporation Compiled",
        "ZTE ACCESS NODE AGENT",
        "ZTE ZXCTN Software, Version: 6120H-S V5.10.00.50, Release software",
    ),
    *each("descriptions", "zte", "snmp.sysdescr", "W812 V1.0.03_9A", least="review"),
    *each(
        "kinds",
        "zte",
        "snmp.sysobjectid",
        "1.3.6.1.4.1.3902.3.100.20",
        ".1.3.6.1.4.1.3902.15.2.30.104",
        "enterprises.3902.1082.1001.600.1.1",
        "SNMPv2-SMI::enterprises.3902.1004.9806.2.1.1",
        "iso.3.6.1.4.1.3902.1015.3.1.220.1.2",
    ),
    *each("objects", "zte", "snmp.oid.1.3.6.1.4.1.3902.1082.500.10.2.3.3.1.2.285278465.1", "ONU-1"),
    *each("objects", "zte", "snmp.oid.1.3.6.1.4.1.3902.3.103.11.1.1.24.4", "37.625"),
    *each("objects", "zte", "snmp.oid.1.3.6.1.4.1.3902.1012.3.28.1.1.5.268501248.1", "5A 54 45 47 C8 B0 73 C5"),
    *each("default names", "zte", "snmp.sysname lldp.system_name cdp.device", "ZXAN", "ZXR10", "ZXPON"),
    *each(
        "names",
        "zte",
        "dhcp.hostname name.netbios name.llmnr mdns.instance",
        "ZTE-U60Pro",
        "ZTE A2022H",
        "ZTE-Blade-A5-2020",
        "ZTE-MF287Plus",
        "zte-device",
    ),
    *each("names", "zte", "name.dns mdns.host", "zte-u60pro.lan", "zte-blade-a5-2020.local", "zxhn-h298a"),
    *each("names", "zte", "name.dns", "csp3.zte.com.cn", "csp1.zte.com.cn"),
    *each("names", "zte", "dhcp.vendor_class", "ZTE", "ZTE:android:A2022H", "ZXV10 B866V2"),
    *each(
        "the maker",
        "zte",
        "onvif.manufacturer upnp.manufacturer cwmp.manufacturer",
        "ZTE",
        "zte",
        "ZTEG",
        "ZTE Corporation",
        "ZTE Corp., Ltd.",
        "中兴通讯",
    ),
    *each(
        "certificates",
        "zte",
        "tls.subject tls.issuer",
        "CN=192.168.1.1,O=ZTE",
        "CN=ZTE-ROOT-CA,O=ZTE",
        "CN=ZTE-ROOT-CA",
        "C=CN, ST=Guangdong, O=ZTE Corporation, CN=192.168.1.1",
    ),
    *each("discovery", "zte", "ssdp.server", "ZTE/1.0 UPnP/1.0 miniupnpd/1.0", "H298A/1.0 UPnP/1.1 MiniUPnPd/1.9"),
    *each("discovery", "zte", "upnp.friendly_name", "ZTE Broadband Home Gateway", "ZTE B866V2-H", "ZTE H298A"),
    *each("discovery", "zte", "upnp.serial", "ZTEVQJNN2T00829"),
    *each("discovery", "zte", "ssdp.usn", "uuid:20809696-105a-3721-e8b8-2c957f6259fe::upnp:rootdevice"),
    *each("labels", "zte", "http.title upnp.model_name upnp.friendly_name", "Speedport Entry 2i"),
    *each("labels", "zte", "name.dns", "speedport-entry-2i.ote.gr"),
    *each("titles", "zte", "http.title", "ZTE Router", "ZTE Login", "ZTE WLAN AC"),
    *each("the maker alone", "zte", "http.title", "ZTE", "ZTE Corporation", least="review"),
    *each(
        "interfaces", "zte", "snmp.oid.1.3.6.1.2.1.2.2.1.2.7", "gei_1/1", "gei-0/1/1/1 Management", "xgei_2/1 UPLINK"
    ),
    *each("interfaces", "zte", "snmp.oid.1.3.6.1.2.1.31.1.1.1.1.268501248", "gpon-olt_1/2/1", "gpon_olt-1/2/1"),
    *each(
        "set-top boxes",
        "zte",
        "upnp.model_name dhcp.hostname mdns.instance http.title",
        "B860H",
        "B860AV1.1-T",
        "B866V2",
    ),
    *each("the maker alone", "zte", "dhcp.hostname name.netbios snmp.sysname", "ZTE", least="review"),
    *each("labels", "zte", "http.title", "MT-PON-AT-4", "Experia Box V10", least="review"),
    *each("discovery", "zte", "mdns.txt", "manufacturer=ZTE", "md=ZTE A2022H"),
]
HYTERA_REPEATERS = "RD625|RD665|RD932|RD965|RD980|RD982|RD985|RD985S|HR655|HR1062|HR1065"
HYTERA_WHERE_A_MODEL_IS_ENOUGH = (
    "snmp.sysdescr lldp.system_description http.title http.www_authenticate http.body_marker upnp.model_name"
    " upnp.model_number upnp.friendly_name onvif.model telnet.banner dhcp.hostname name.dns name.netbios mdns.instance"
    " mdns.host snmp.sysname lldp.system_name cdp.device"
)
HYTERA_BY_NAME = (
    "http.server http.title sip.user_agent sip.server rtsp.server dhcp.vendor_class cdp.platform ssdp.server snmp.sysdescr"
    " lldp.system_description http.www_authenticate http.body_marker upnp.model_name upnp.friendly_name onvif.model"
)
HYTERA: list[Series] = [
    *each(
        "models and the company",
        "hytera",
        "http.title telnet.banner mdns.instance",
        "Hytera RD985S",
        "Hytera PD785",
        "Hytera PDC760",
        "Hytera DMR Repeater",
        "Hytera Communications Corporation Limited",
    ),
    *each("the name alone", "hytera", "mdns.instance", "Hytera", least="review"),
    *models("repeaters", "hytera", HYTERA_WHERE_A_MODEL_IS_ENOUGH, HYTERA_REPEATERS, "likely", "|"),
    *models("by name", "hytera", HYTERA_BY_NAME, "Hytera RD985|Hytera HR1065", "likely", "|"),
    *models(
        "push-to-talk and body cameras", "hytera", "dhcp.hostname name.dns onvif.model", "PNC380|VM780", "review", "|"
    ),
    *each(
        "kinds",
        "hytera",
        "snmp.sysobjectid",
        "1.3.6.1.4.1.40297.1.2",
        ".1.3.6.1.4.1.40297.1.2.4",
        "enterprises.46055.1",
        "1.3.6.1.4.1.58597",
    ),
    *each("objects", "hytera", "snmp.oid.1.3.6.1.4.1.40297.1.2.1.2.9.0", "-200", "0000a0c2"),
    *each("objects", "hytera", "snmp.oid.1.3.6.1.4.1.40297.1.2.1.2.2.0", "41.5"),
    *each("objects", "hytera", "snmp.oid.1.3.6.1.4.1.40297.1.2.1.1.6.0", "0"),
    *each("objects", "hytera", "snmp.oid.1.3.6.1.4.1.40297.1.2.4.13.0", "44 00 49 00 47 00"),
    *each("objects", "hytera", "snmp.oid.1.3.6.1.4.1.40297.1.2.4.1.0", "RD985S", "NONAME"),
    *each(
        "the maker",
        "hytera",
        "onvif.manufacturer upnp.manufacturer cwmp.manufacturer",
        "Hytera",
        "HYTERA",
        "Hytera Communications Corporation Limited",
        "Hytera Mobilfunk GmbH",
        "海能达",
    ),
    *each("certificates", "hytera", "tls.subject tls.issuer", "CN=1,O=Hytera Communications Corporation Limited,C=CN"),
    *each("titles", "hytera", "http.title", "Hytera", "Hytera SmartDispatch", "HyTalk Pro", "Login - Hytera"),
    *each("names", "hytera", "dhcp.hostname mdns.instance", "Hytera-PNC380", "Hytera_VM780"),
    *each("the network", "hytera", "telnet.banner", "ACCESSNET-T IP login:", least="review"),
]

NOT_HUAWEI_NETWORK: list[Others] = [
    *others(
        "of the joint venture",
        "upnp.model_name onvif.model lldp.system_name snmp.sysname http.title telnet.banner",
        "H3C Quidway S3900",
        "Quidway S3900 H3C",
        "H3C S5120-28P-SI",
        "H3C AR18-21",
    ),
    *others(
        "other pages",
        "http.body_marker",
        "ext/css/xtheme-black.css",
        "style/default/image/login.png",
        "华为商城",
    ),
    *others(
        "the former venture",
        "snmp.sysobjectid",
        "1.3.6.1.4.1.25506.1.1",
        "1.3.6.1.4.1.2011.10.1.12",
        "1.3.6.1.4.1.43.45.1",
    ),
    *others(
        "the former venture",
        "snmp.sysdescr lldp.system_description cdp.version",
        "H3C Comware Platform Software, Software Version 7.1.070, Release 6628P47\nH3C S6520X-30HF-EI",
        "Quidway S3952P-PWR Hangzhou Huawei-3Com Tech. Co., Ltd.",
        "Huawei-3Com Versatile Routing Platform Software",
        "HUAWEI-3COM WBR-204g",
        "H3C S5500-28C-EI Software Version 5.20",
    ),
    *others(
        "the former venture",
        "telnet.banner",
        "* Copyright (c) 2004-2019 New H3C Technologies Co., Ltd. All rights reserved. *\r\n* no decompiling or reverse-engineering shall be allowed. *\r\n\r\nLogin authentication\r\n\r\n\r\nUsername:",
    ),
    *others(
        "the former venture", "ssh.banner", "SSH-2.0-Comware-5.20", "SSH-2.0-Comware-7.1.070", "SSH-1.99-3Com OS-3.31"
    ),
    *others("the former venture", "http.title http.server", "Web user login", "H3C", "Switch", "S5500-28C-EI"),
    *others(
        "models that look alike",
        "snmp.sysdescr snmp.sysname http.server http.title dhcp.vendor_class cdp.platform lldp.system_description",
        "S5500-28C-EI",
        "S5130S-28S-HPWR-EI",
        "S5750E-28X-SI",
        "S5310-24GT4XS",
        "S5800-48F4S",
        "S3900-24T6S-R",
        "USG20-VPN",
        "USG60W",
        "USG1900",
        "USG2200-VPN",
        "USG2200",
        "CX300",
        "USG-PRO-4",
        "USG FLEX 200",
        "AR750S",
        "AR300M",
        "AR150",
        "AP6532",
        "AP9630",
        "AC1750",
        "POLYCOM_CX600_Rev-5",
        "CX600",
        "NE-100",
        "MA5",
        "CE-5500",
        "FactoryTalk Optix",
        "ECOSYS MA5500ifx",
        "MA5500ifx",
        "AP7532",
    ),
    *others("everybody", "ssh.banner", "SSH-2.0-OpenSSH_9.6", "SSH-2.0-dropbear_2019.78", "SSH-2.0-"),
    *others("everybody", "telnet.banner", "User Access Verification\r\n\r\nUsername:", "Username:", "Login:"),
    *others("everybody", "ftp.banner", "220 FTP service ready.", "220 FTP server ready."),
    *others(
        "unanswered",
        "snmp.oid.1.3.6.1.4.1.2011.5.25.31.1.1.1.1.5.1",
        "No Such Object available on this agent at this OID",
    ),
    *others(
        "unanswered", "snmp.oid.1.3.6.1.4.1.2011.6.128.1.1.2.51.1", "No Such Instance currently exists at this OID"
    ),
    *others(
        "a neighbour's", "snmp.oid.1.0.8802.1.1.2.1.4.1.1.10.0.1.1", "S5735-L48T4S-A1", "Huawei Switch S5735-L48T4S-A1"
    ),
    *others("a neighbour's", "snmp.oid.1.0.8802.1.1.2.1.4.1.1.8.0.1.1", "HUAWEI, AP Series, MultiGE0/0/0 Interface"),
    *others("an optical module", "snmp.oid.1.3.6.1.2.1.47.1.1.1.1.12.1001", "HUAWEI", "Huawei Technologies Co., Ltd."),
    *others("software", "http.title", "eSight", "iMaster NCE-Campus", "SmartKit", "Huawei Solar"),
    *others("software", "tls.issuer", "CN=HUAWEI Software Product CA,O=Huawei,C=CN"),
    *others("services", "http.server", "HuaweiCloudWAF", "Huawei API-Gateway 1.0"),
    *others(
        "sites", "tls.subject", "CN=*.huawei.com,O=Huawei Technologies Co.\\, Ltd.,L=Shenzhen,C=CN", "CN=www.vmall.com"
    ),
    *others("shops", "http.title", "S5735-L48T4S-A1 price and data sheet", "Buy USG6330", "Huawei switches - shop"),
    *others("paths of others", "http.location", "/login.html", "/view/login.html", "/simple/login.html"),
    *others("sites", "name.dns", "huawei.com", "www.huawei.com"),
    *others("names", "snmp.sysname dhcp.hostname name.dns", "huawei-nms", "sw-s5735-floor2", "homerouter"),
]
NOT_HUAWEI_PRODUCTS: list[Others] = [
    *others(
        "FiberHome",
        "http.title upnp.model_name dhcp.vendor_class",
        "HG6145F",
        "HG6243C",
        "HG6245D",
        most="undetermined",
    ),
    *others("other makers' models", "http.title upnp.model_name onvif.model", "B426", "M7350-3", "WS5000", "M2025-LE"),
    *others(
        "Axis",
        "onvif.model upnp.model_name",
        "M2025-LE",
        "M3045-V",
        "D2110-VE",
        "P3245-LVE",
        "Q6055-E",
        "C1310-E",
        "D2210-VE",
    ),
    *others(
        "words of other gateways",
        "http.title",
        "Home Gateway",
        "Mobile WiFi",
        "LTE CPE",
        "4G Router",
        "Login",
        "replace",
    ),
    *others(
        "programs and persons", "http.title", "Huawei Health", "Huawei Solar", "HG8245H for sale", "Huawei SMS Sender"
    ),
    *others("programs and persons", "http.www_authenticate", 'Basic realm="Home Gateway"', 'Basic realm="MT880"'),
    *others(
        "names that somebody gave",
        "dhcp.hostname mdns.instance",
        "huawei-router-of-anna",
        "huawei-ups",
        "huaweirouter",
        "P30",
    ),
    *others(
        "names of others",
        "name.dns",
        "homerouter.lan",
        "router.home",
        "huawei.example.org",
        "mobile.hotspot",
        "giga.cube",
    ),
    *others("Honor", "dhcp.hostname name.dns", "HONOR_9-abcd", "Honor_20_lite", "HONOR-Magic5"),
    *others("Honor", "dhcp.vendor_class", "HONOR:android:ABC", "android-dhcp-13"),
    *others("the buyer of the servers", "ssdp.server", "UPnP/2.0 iBMC/3.10 ProductName/2288H V7 SN/1"),
    *others("the buyer of the servers", "http.title", "xFusion iBMC", "iBMC"),
    *others("the buyer of the servers", "tls.subject", "CN=Server,O=xFusion,C=CN"),
    *others("who builds on the mobile routers", "upnp.manufacturer", "SoyeaLink", "Brovi"),
    *others(
        "who builds on the mobile routers",
        "http.body_marker",
        "<devicename>B535-333</devicename>",
        "<devicename>Living room</devicename>",
    ),
    *others("the later company of the cameras", "onvif.manufacturer", "HOLOWITS", "Holowits Technology"),
    *others("a chip", "onvif.manufacturer rtsp.server", "HiSilicon", "Hisilicon Streaming Media Server", "Hi3518"),
    *others("the former venture", "tls.subject", "CN=x,O=Huawei-3Com,C=CN"),
    *others("a site of the maker's", "tls.subject", "CN=www.example.com,O=Example,C=CN"),
    *others(
        "other controllers", "ssdp.server", "UPnP/2.0 iLO/4", "Linux UPnP/1.0 IGD", "Linux/2.6, UPnP/1.0, MiniUPnPd/1.4"
    ),
    *others("other supplies", "snmp.sysdescr", "UPS", "Management system", "SNMP Agent", "Linux router 2.6.27"),
    *others("Arcadyan's Speedports", "http.set_cookie", "SessionID_R3=12345", "SessionID"),
    *others(
        "programs on any port",
        "ssdp.location",
        "http://192.168.1.1:5000/rootDesc.xml",
        "http://192.168.1.1:37215/success",
    ),
    *others(
        "a program's realm",
        "http.www_authenticate rtsp.www_authenticate",
        'Basic realm="router"',
        'Digest realm="IPC", nonce=""',
    ),
    *others(
        "other pages",
        "http.body_marker",
        "/css/login.css",
        "/js/util.js",
        "/html/index.html",
        "/device-manager/",
        "/API/V1.0/",
    ),
    *others("a label of several makers", "http.title", "Speedport Hybrid", "Speedport Smart", "Vodafone Station"),
    *others(
        "models that are near",
        "http.title http.server upnp.model_name snmp.sysdescr dhcp.hostname name.netbios mdns.instance sip.user_agent",
        *[
            "HG6145F",
            "HS8836",
            "H122-08",
            "H152-50",
            "WS5000",
            "B426",
            "M2025-LE",
            "M7350-3",
            "E5-2650",
            "FusionServer",
            "EG8",
            "D2110-VE",
            "X2221",
        ],
    ),
    *others("programs and shops", "http.title", "EchoLife Website", "华为商城", "华三路由"),
    *others("words alone", "sip.user_agent snmp.sysdescr", "SoftX", "Softphone", "Dorado", "El Dorado 500"),
    *others(
        "programs",
        "http.title",
        "IdeaHub",
        "IdeaHub - share ideas",
        "SmartLogger",
        "FusionSolar Dashboard",
        "FusionStore",
    ),
    *others(
        "other paths",
        "http.body_marker",
        "/html/amp/index.html",
        "/bmc/resources/theme.css",
        "/deviceManager/rest/devices",
    ),
]
NOT_ZTE: list[Others] = [
    *others(
        "the chip's maker",
        "http.server",
        "Mini web server 1.0 ZXIC corp 2005.",
        "Mini web server",
        "Mini web server 1.0",
    ),
    *others("the company's own site", "http.server", "ZTE"),
    *others("gateways of many makers", "http.server", "CPE-SERVER/1.0 Supports only GET", "ZXTM/9.9", "ZXProxy"),
    *others("the same firmware", "http.title", "ZN-M180G", "MT-PON-AT-4"),
    *others(
        "programs",
        "http.title",
        "ZTE F660 Exporter",
        "ZTE CPE Monitor",
        "ZTE ONU CONFIG GENERATOR",
        "ZTE SAT Tool",
        "ZXing",
    ),
    *others(
        "shops", "http.title", "ZTE Nubia Red Magic 7 Pro Price In Pakistan", "ZTE Blade A73 5G review", "ZTE shop"
    ),
    *others("models of others", "http.title", "MF275dw", "MF270 Series", "F1202", "H264", "F5", "E5577"),
    *others(
        "computers behind a gateway",
        "name.dns",
        "ubuntu.zte.com.cn",
        "android-25abe18209db8058.zte.com.cn",
        "www.zte.com.cn",
    ),
    *others(
        "names of others", "dhcp.hostname", "ztefan", "zte-exporter", "zte-f660-exporter", "mf275dw", "h264-server"
    ),
    *others(
        "names of others", "snmp.sysdescr", "Linux zte-fan", "ZX Spectrum", "Linux zxr10-backup 5.4", "ZTEC switch"
    ),
    *others("names of others", "ssh.banner", "SSH-2.0-ROSSSH", "SSH-2.0-dropbear_2014.63"),
    *others(
        "names of others",
        "onvif.manufacturer upnp.manufacturer cwmp.manufacturer",
        "ZTEC Instruments",
        "Aztech",
        "C-DATA",
    ),
    *others("longer numbers", "snmp.sysobjectid", "1.3.6.1.4.1.39021", "1.3.6.1.4.1.390.2", "1.3.6.1.4.1.8409.1"),
    *others("unanswered", "snmp.oid.1.3.6.1.4.1.3902.3.1.1.0", "No Such Object available on this agent at this OID"),
    *others("a neighbour's", "snmp.oid.1.0.8802.1.1.2.1.4.1.1.10.0.1.1", "ZXR10 5928E"),
    *others("an optical module", "snmp.oid.1.3.6.1.2.1.47.1.1.1.1.12.1001", "ZTE"),
    *others("a program on a telephone", "sip.user_agent", "Linphone on ZTE Blade", "ZTEUserAgent"),
    *others("the operator's other gateways", "http.title upnp.model_name", "Speedport W 724V", "Speedport Smart 3"),
    *others("the operator's other gateways", "http.title", "Experia Box V10A", most="undetermined"),
    *others("models of others", "sip.user_agent", "E5573/1.0.2", "W705/1.0.2", "I210/1.0.2"),
    *others("models of others", "ssdp.server", "MC1000/1.0 UPnP/1.0 miniupnpd/1.9", "MF652/1.0 UPnP/1.0 miniupnpd/1.9"),
    *others("models of others", "telnet.banner", "MF652\r\nlogin:", "H3C\r\nlogin:"),
    *others("interfaces of others", "snmp.oid.1.3.6.1.2.1.2.2.1.2.7", "ge-0/0/1", "GigabitEthernet0/1", "GPON0/1"),
    *others("a neighbour's", "snmp.oid.1.0.8802.1.1.2.1.4.1.1.7.0.1.1", "gei_1/1"),
    *others("a library's identifier", "ssdp.usn", "uuid:75802409-bccb-40e7-8e6c-fa095ecce13e::upnp:rootdevice"),
    *others("a printer", "snmp.sysdescr", "ZXP Series 9 Card Printer"),
    *others(
        "links",
        "http.body_marker",
        "http://www.zte.com.cn",
        "/login.html",
        "/cgi-bin/luci",
        "Copyright 2018 ZTE Corporation",
    ),
]
NOT_HYTERA: list[Others] = [
    *others("programs", "mdns.instance telnet.banner", "HyteraGateway", "Hytera Homebrew Bridge"),
    *others("lwIP", "snmp.sysobjectid", "1.3.6.1.4.1.26381", "1.3.6.1.4.1.26381.1"),
    *others("lwIP", "snmp.sysdescr", "lwIP", "lwIP - A Lightweight TCP/IP stack"),
    *others("sold since", "snmp.sysobjectid", "1.3.6.1.4.1.46904.1", "1.3.6.1.4.1.22488.1", most="undetermined"),
    *others("programs", "http.title", "HyteraGateway", "Hytera Homebrew Bridge", "HyteraCoT", "Hytera radios for sale"),
    *others(
        "programs", "dhcp.hostname name.dns", "hytera-bridge", "hytera-homebrew-bridge", "hyteragateway", "rd-gateway"
    ),
    *others("programs", "http.server", "HyteraGateway/1.0"),
    *others(
        "unanswered", "snmp.oid.1.3.6.1.4.1.40297.1.2.4.1.0", "No Such Object available on this agent at this OID", ""
    ),
    *others("another name", "onvif.manufacturer upnp.manufacturer", "Hyterra", "Hystera"),
    *others("virtual machines", "dhcp.hostname", "VM100", "vm5800"),
]


@pytest.mark.parametrize(
    "one", [*HUAWEI_NETWORK, *HUAWEI_PRODUCTS, *ZTE, *HYTERA], ids=lambda one: f"{one.maker} {one.name} {one.field}"
)
def test_what_a_series_says_in_a_field_reaches_its_verdict(one: Series):
    reached = [(value, finding([(one.field, value)])) for value in one.values]
    found = [(value, verdict(said), maker(said)) for value, said in reached]
    assert [cell for cell in found if rank(cell[1]) < rank(one.least) or cell[2] != one.maker] == []


@pytest.mark.parametrize(
    "one",
    [*NOT_HUAWEI_NETWORK, *NOT_HUAWEI_PRODUCTS, *NOT_ZTE, *NOT_HYTERA],
    ids=lambda one: f"{one.name} {one.field}",
)
def test_what_others_say_in_a_field_stays_below_likely(one: Others):
    found = [(value, verdict(finding([(one.field, value)]))) for value in one.values]
    assert [cell for cell in found if rank(cell[1]) > rank(one.most)] == []


PRODUCTS = (
    "DS-2CD2143G0-I|Hikvision DS-7608NI-K2|HIKVISION iDS-7208HQHI-M1/S|IPC-HFW2831T-ZS|Dahua IPC-HFW2831T-ZS"
    "|DHI-NVR4208-8P-4KS2|Amcrest IP8M-2496EB|EZVIZ C6N|CS-C6N-A0-1C2WFR|IPC-T221H|Huawei HG8245H|HG8245H|EG8145V5"
    "|Huawei B535-232|S5720-28P-LI-AC|Huawei USG6320|Quidway S3900|NE40E-X3|SUN2000-10KTL-M1|OceanStor 5300|eSpace 7910"
    "|ZXHN F660|ZTE MF283V|ZTE F670L|Hytera RD985S"
)
PROGRAMS = (
    "ZTE Exporter|ZTE MC801A Exporter|zte-exporter|ZTE CPE Monitor|ZTE MC801A Monitor|zte-cpe-rs|Huawei Exporter"
    "|Huawei E3372 Exporter|huawei-b535-exporter|huawei-lte-api|huawei_solar|Huawei Mobile Manager|HG8245H-exporter"
    "|hikvision-exporter|Hikvision DS-2CD2032 Exporter|hikvision-bridge|hikvision-mqtt|hikvision2mqtt|ezviz-bridge"
    "|dahua-bridge|DahuaBridge|Dahua VTO Bridge|dahua-vto2mqtt|hytera-bridge|Hytera Homebrew Bridge"
    "|hytera-pnc560-scanner"
)
WHERE_PROGRAMS_ARE_NAMED = (
    "mdns.instance mdns.host dhcp.hostname http.server http.title snmp.sysname snmp.sysdescr lldp.system_name"
    " lldp.system_description cdp.device upnp.friendly_name upnp.model_name onvif.model name.dns name.netbios"
    " rtsp.server ssdp.server sip.user_agent dhcp.vendor_class"
)
ABOUT = (
    "{} User Manual|{} datasheet (pdf)|{} - Wikipedia|{} Review|Buy {} online|{} default password|{} firmware download"
    "|{} | My Shop|{} Price in Pakistan|{} Driver|{} Exporter|Grafana: {}|How to set up {}|Compatible with {}"
)


@pytest.mark.parametrize("template", ABOUT.replace(" | My", " ~ My").split("|"))
def test_a_page_about_a_product_is_not_the_product(template: str):
    titles = [template.replace("~", "|").format(product) for product in PRODUCTS.split("|")]
    assert [title for title in titles if rank(verdict(finding([("http.title", title)]))) > rank("review")] == []


@pytest.mark.parametrize("field", WHERE_PROGRAMS_ARE_NAMED.split())
def test_a_program_named_after_a_product_is_not_the_product(field: str):
    found = [name for name in PROGRAMS.split("|") if rank(verdict(finding([(field, name)]))) > rank("review")]
    assert found == []
