"""What Huawei's switches, routers, firewalls, access points and access equipment say, and what others say like them."""

from __future__ import annotations

from tests.families.rows import Others, Series, each, models, others

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

HUAWEI_ANYWHERE_BARE = (
    "onvif.model onvif.hardware_id rtsp.server mdns.instance mdns.host name.netbios name.llmnr http.server http.title"
    " snmp.sysdescr snmp.sysname snmp.oid.1.3.6.1.2.1.1.1.0"
)
"""Likewise, where nothing stands around it."""

HUAWEI_NETWORK: list[Series] = [
    *each(
        "interfaces of access equipment",
        "huawei",
        "snmp.oid.1.3.6.1.2.1.2.2.1.2.234938368",
        "Huawei-MA5600-V800R018-ETHERNET",
        "Huawei-MA5600-V800R015-GPON_UNI 0/1/0",
    ),
    *each(
        "parts",
        "huawei",
        "snmp.oid.1.3.6.1.2.1.47.1.1.1.1.2.16842753",
        "Assembling Components,S6750-H36C,S6750-H36C,S6750-H36C (36*100GE QSFP28 ports, without power module)",
        "Manufactured Board,CloudEngine 12800,CE-L24LQ-EC1,24-Port-40G Interface Card(EC1,QSFP+)",
    ),
    *each(
        "interfaces of its platform",
        "huawei",
        "snmp.oid.1.3.6.1.2.1.2.2.1.2.7 snmp.oid.1.3.6.1.2.1.31.1.1.1.1.7",
        "Eth-Trunk1",
        "MEth0/0/1",
        "XGigabitEthernet0/0/1",
        least="review",
    ),
    *each("reports", "huawei", "telnet.banner", "+++    UGW-HUAWEI        2010-01-01 10:00:00 DST\r\nO&M    #1"),
    *each(
        "words of access equipment",
        "huawei",
        "telnet.banner",
        ">>User password:",
        "Configuration console time out, please retry to log on",
        least="review",
    ),
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
        "SSH-2.0-HUAWEI-UMG8900",
        "SSH-2.0-DOPRA-1.5",
        "SSH-2.0-HUAWEI",
    ),
    *each(
        "SSH, of the joint venture's years",
        "huawei",
        "ssh.banner",
        "SSH-2.0-VRP-3.3",
        "SSH-1.99-VRP-3.4",
        least="review",
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
    *each(
        "older switches",
        "huawei",
        "http.server ssh.banner snmp.sysdescr cdp.platform dhcp.vendor_class upnp.friendly_name name.dns",
        "Quidway-S5328C-EI",
    ),
    *each(
        "newer switches",
        "huawei",
        HUAWEI_ANYWHERE_BARE,
        "CloudEngine-S5732-H48XUM2CC",
        "CloudEngine S5732-H48UM4Y2CZ-V2",
    ),
    *each("whole models elsewhere", "huawei", HUAWEI_ANYWHERE_BARE, *HUAWEI_MODELS.split()),
    *each(
        "whole models as the server's",
        "huawei",
        "ssdp.server",
        *(f"Linux UPnP/1.0 {one}" for one in HUAWEI_MODELS.split()),
    ),
    *each("series elsewhere", "huawei", "upnp.model_name onvif.model", *HUAWEI_SERIES.split(), least="review"),
    *each(
        "series in certificates",
        "huawei",
        "tls.subject",
        *(f"CN={one}" for one in HUAWEI_SERIES.split()),
        least="review",
    ),
    *each(
        "warnings",
        "huawei",
        "ftp.banner telnet.banner",
        "Warning: FTP is not a secure protocol, and it is recommended to use SFTP.",
    ),
    *each(
        "platform",
        "huawei",
        "dhcp.vendor_class cdp.platform telnet.banner",
        "Huawei Versatile Routing Platform Software",
    ),
    *each(
        "parts of pages that public lists know",
        "huawei",
        "http.body_marker",
        "<!--Modify by wangxiangguang 2006-9-29 for BYDD15857 Begin -->",
        "UI_component/commonDefine/UI_regex_define.js",
        "/simple/view/main/modifypwd.html",
        "$('.huawei_title').html('ASG5530')",
    ),
    *each(
        "titles that public lists know",
        "huawei",
        "http.title",
        "Huawei Auth-Http Server",
        "Huawei NetOpen System",
        least="review",
    ),
    *each("certificates", "huawei", "tls.subject tls.issuer", "O=device,emailAddress=mobile.wifi@huawei.com"),
    *each("clocks", "huawei", "telnet.banner", "HUAWEI SYNLOCK BITS"),
    *each("servers", "huawei", "http.server", "LANSwitch", "uPortal2800", "S7700", least="review"),
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
    *others(
        "parts of anybody's pages",
        "http.body_marker",
        "Cloud Access Point",
        "75718C9A-F029-11d1-A1AC-00C04FB6C223",
        "var msg = http.packageMsg(",
    ),
    *others("servers", "http.server", "LANSwitch", "uPortal2800"),
    *others("what H3C says too", "telnet.banner", "Huawei-VRP3.1"),
]
