"""What ZTE's equipment says, and what others say like it."""

from __future__ import annotations

from tests.families.rows import Others, Series, each, models, others

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
    " upnp.friendly_name upnp.model_number sip.user_agent sip.server ssdp.server rtsp.server rtsp.www_authenticate"
    " onvif.model onvif.hardware_id http.x_powered_by snmp.oid.1.3.6.1.2.1.47.1.1.1.1.13.1"
)
ZTE_TERMINALS = (
    "F401|F460|F601|F609|F612W|F620G|F660|F663NV9|F668|F670L|F670LV9.0|F680|F6201B|F6600P|F6605R|F6640|F8648P|H108N|H118N"
    "|H168N|H188A|H196A|H201L|H208N|H218N|H267A|H268N|H288A|H298A|H298Q|H338A|H367N|H369A|H388X|H3601P|H2640|H3600P"
    "|H3640|H6645P|H6745|F2801S|F4610U"
)
"""Terminals and gateways whose pages and greetings give the model alone."""
ZTE_MOBILE = (
    "MC801A|MC888|MC889|MC7010|MC7500|MU5001|MU5120|MF283|MF283+|MF286R|MF289F|MF297D|MF833V|MF910|MF920U|MF971V"
)
ZTE_WHERE_A_MODEL_IS_ENOUGH = (
    "http.title http.www_authenticate rtsp.www_authenticate upnp.model_name upnp.model_number upnp.friendly_name onvif.model"
    " onvif.hardware_id telnet.banner"
)
ZTE_WHERE_IT_IS_WORTH_A_LOOK = (
    "dhcp.hostname name.dns name.netbios name.llmnr mdns.instance mdns.host snmp.sysname lldp.system_name cdp.device"
    " cdp.platform snmp.sysdescr lldp.system_description dhcp.vendor_class ftp.banner ssh.banner tls.subject tls.issuer"
    " http.body_marker http.server ssdp.server"
)


ZTE: list[Series] = [
    *models(
        "telephones",
        "zte",
        "onvif.model upnp.model_name upnp.model_number mdns.txt",
        "402ZT|901ZT|A001ZT|A103ZT|A404ZT|MO-01K|Z-01K|ZTU31|Z717VL|Z836BL|Z828TL|Z3352CA|Z5156CC|Z2465N|Z5151V|Z6530M|MF97V"
        "|MF97B_ROGERS|K87CA|Spro 2|N8000_USA_Cricket|N8010_APT|UZTE GRAND V7|Blade A510|BLADE V8 MINI|Blade S6 Plus|Blade V580|Blade L7A",
        "likely",
        "|",
    ),
    *models("telephones", "zte", "onvif.model mdns.txt", "009Z|Z2455|Z740G|AXON 7 mini|Blade Vec", "review", "|"),
    *models(
        "short numbers on a page",
        "zte",
        "http.title telnet.banner http.www_authenticate",
        "F400|F450|F600",
        "likely",
        "|",
    ),
    *models("short numbers", "zte", "onvif.model upnp.model_name", "F400|F600|F610|F610A", "review", "|"),
    *models(
        "short numbers by version",
        "zte",
        "onvif.model upnp.model_name mdns.txt",
        "F600V6.0|ZTE F600|ZXHN F610",
        "likely",
        "|",
    ),
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
        "/goform/goform_get_cmd_process?isTest=false&cmd=wa_inner_version",
        "<IF_ERRORSTR>SessionTimeout</IF_ERRORSTR>",
        least="review",
    ),
    *each(
        "what its pages say of themselves",
        "zte",
        "http.body_marker",
        'getObj("Frm_Logintoken").value = "3";',
        "Transfer_meaning('ESSID','home');",
        "<ajax_response_xml_root>7</ajax_response_xml_root>",
        "<OBJ_WLAN_AD_ID>",
    ),
    *each(
        "pages of the same firmware", "zte", "http.location", "/start.ghtml", "/getpage.gch?pid=1001", least="review"
    ),
    *each(
        "pages of the same firmware",
        "zte",
        "http.body_marker http.location",
        "/manager_dev_config_t.gch",
        "/web_shell_cmd.gch",
        "/getpage.lua?pid=1002",
        least="review",
    ),
    *each("error pages", "zte", "http.title http.body_marker", "ZTE CPE Web Error"),
    *each(
        "certificates of its own sites for devices",
        "zte",
        "tls.subject tls.issuer",
        "CN=smart-zte.com",
        "C=CN,O=ZTE,OU=FN",
    ),
    *each("sessions of mobile routers", "zte", "http.set_cookie", 'zsidn="0a1b"', least="review"),
    *each(
        "interfaces",
        "zte",
        "snmp.oid.1.3.6.1.2.1.2.2.1.2.7 snmp.oid.1.3.6.1.2.1.31.1.1.1.1.7",
        "smartgroup2",
        "xxvgei-0/1/0/1",
        "gpon_1/2/16",
        "epon_1/1/4",
    ),
    *each(
        "answers of the later firmware",
        "zte",
        "http.body_marker",
        '{"lockingTime":-1,"loginErrMsg":"","promptMsg":"","sess_token":"8301"}',
        '{"login_need_refresh":true}',
        'var _sessionTmpToken = "";',
        "_sessionTOKEN",
        "<OBJ_WLANSETTING_ID><Instance><ParaName>Band</ParaName>",
        "cmret_1452",
        "common_page/template_token_check_lua.lua",
    ),
    *each(
        "objects of mobile routers",
        "zte",
        "http.body_marker",
        '{"zte_web_sault":"01234567"}',
        "zwrt_web",
        "zwrt_bsp.battery",
        "zwrt_router.api",
        "zte_nwinfo_api",
        '"integrate_version":"EU_ZTE_MC888V1.0.0B05"',
    ),
    *each(
        "parameters",
        "zte",
        "http.body_marker",
        "X_ZTE-COM_WANPONInterfaceConfig",
        '"manufacturer":"ZTE"',
        least="review",
    ),
    *each(
        "errors of access nodes", "zte", "telnet.banner", "%Error 20209: No username or bad password", least="review"
    ),
    *each(
        "names of modules",
        "zte",
        "snmp.sysobjectid",
        "ZTE-AN-SYS-MIB::zxAn",
        "ZXR10-MIB::zxr10.3.101",
        "ZXROS-AMAT-MIB::zxros",
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
    *each(
        "labels",
        "zte",
        "http.title upnp.model_name upnp.friendly_name dhcp.hostname snmp.sysdescr telnet.banner sip.user_agent",
        "Speedport Entry 2i",
        "Verizon Fivespot",
    ),
    *each("smart routers", "zte", "http.title upnp.model_name dhcp.hostname", "SR1010", "SR7410", least="review"),
    *each("smart routers", "zte", "http.title upnp.friendly_name dhcp.hostname", "ZTE SR7410"),
    *each("the name first", "zte", "http.server", "ZTE F660", "ZTE MC801A"),
    *each(
        "the name first",
        "zte",
        "snmp.sysdescr cdp.platform dhcp.vendor_class rtsp.server ssdp.server sip.user_agent onvif.model onvif.hardware_id",
        "ZTE",
        "ZTE IPC-2000",
        "ZTE_W600",
    ),
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
        "upnp.model_name onvif.model dhcp.hostname dhcp.vendor_class name.dns mdns.instance snmp.sysname http.title"
        " upnp.friendly_name http.www_authenticate ssdp.server",
        "B860H",
        "B860AV1.1-T",
        "B866V2",
    ),
    *each("the maker alone", "zte", "dhcp.hostname name.netbios snmp.sysname", "ZTE", least="review"),
    *each("labels", "zte", "http.title", "MT-PON-AT-4", "Experia Box V10", least="review"),
    *each("discovery", "zte", "mdns.txt", "manufacturer=ZTE", "md=ZTE A2022H"),
    *each(
        "parts of pages that public lists know",
        "zte",
        "http.body_marker",
        "/image/I202.gif",
        'logintitle">Welcome to &#72;&#50;&#54;&#56;&#65;. Please login',
        "<modelName>ZXHN H108N</modelName>",
        "中兴通讯 - WLAN无线接入控制器",
        "ZSRV2路由器Web管理系统",
    ),
    *each("titles that public lists know", "zte", "http.title", "中兴 多媒体业务管理系统", "ZTE BAVO多媒体业务中心"),
    *each("keys", "zte", "http.body_marker", "wa_inner_version", "cr_version", '"cr_version":""', least="review"),
    *each("greetings", "zte", "ftp.banner telnet.banner", "220 ZXR10 FTP service", "ZTE FTP"),
    *each("realms", "zte", "http.www_authenticate", 'Basic realm="ZXDSL"'),
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
    *others("the same firmware", "http.title", "ZN-M180G", "GM220-S", "FD514GD-R460", "MT-PON-AT-4"),
    *others(
        "programs",
        "http.title",
        "ZTE F660 Exporter",
        "ZTE CPE Monitor",
        "ZTE ONU CONFIG GENERATOR",
        "ZTE SAT Tool",
        "ZTE OLT Provisioning System",
        "Login - ZTE OLT Provisioning System",
        "ZTE Router Manager",
        "ZTE C300/C320 ONU Auto Manager - SNMP",
        "中兴随身 WiFi 管理",
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
    *others("a program's own key", "mdns.txt", "zte-id=1", "fn=ZTE"),
    *others("a program on a telephone", "sip.user_agent", "Linphone on ZTE Blade", "ZTEUserAgent"),
    *others("the operator's other gateways", "http.title upnp.model_name", "Speedport W 724V", "Speedport Smart 3"),
    *others("the operator's other gateways", "http.title", "Experia Box V10A", most="undetermined"),
    *others("models of others", "sip.user_agent", "E5573/1.0.2", "W705/1.0.2", "I210/1.0.2"),
    *others("models of others", "ssdp.server", "MC1000/1.0 UPnP/1.0 miniupnpd/1.9", "MF652/1.0 UPnP/1.0 miniupnpd/1.9"),
    *others(
        "models of others",
        "onvif.model upnp.model_name upnp.friendly_name mdns.txt",
        "F400",
        "F450",
        "F600",
        "F610A",
        "F666",
    ),
    *others(
        "models of others", "onvif.model mdns.txt", "Blade GT Pro", "Blade 10", "Blade V 5G", "Z3211G", "Z490M", "Z840"
    ),
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
    *others(
        "parts of anybody's pages",
        "http.body_marker",
        "wa_inner_version",
        "cr_version",
        "/image/banner_top.jpg",
        "Welcome to login gateway system",
    ),
]
