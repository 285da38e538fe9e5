"""What Hytera's radios and repeaters say, and what others say like them."""

from __future__ import annotations

from tests.families.rows import Others, Series, each, models, others

HYTERA_REPEATERS = "RD625|RD665|RD932|RD965|RD980|RD982|RD985|RD985S|HR655|HR1062|HR1065"
HYTERA_WHERE_A_MODEL_IS_ENOUGH = (
    "snmp.sysdescr lldp.system_description http.title http.www_authenticate http.body_marker upnp.model_name"
    " upnp.model_number upnp.friendly_name onvif.model telnet.banner dhcp.hostname name.dns name.netbios mdns.instance"
    " mdns.host snmp.sysname lldp.system_name cdp.device cdp.platform dhcp.vendor_class ssh.banner ftp.banner tls.subject"
    " http.server sip.user_agent rtsp.www_authenticate onvif.hardware_id"
)
HYTERA_BY_NAME = (
    "http.server http.title sip.user_agent sip.server rtsp.server dhcp.vendor_class cdp.platform ssdp.server snmp.sysdescr"
    " lldp.system_description http.www_authenticate http.body_marker upnp.model_name upnp.friendly_name onvif.model"
    " onvif.hardware_id ssh.banner ftp.banner telnet.banner rtsp.www_authenticate name.dns snmp.sysname"
)
HYTERA: list[Series] = [
    *each(
        "models and the company",
        "hytera",
        "http.title telnet.banner mdns.instance dhcp.hostname snmp.sysname",
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
        "push-to-talk and body cameras",
        "hytera",
        "dhcp.hostname name.dns onvif.model snmp.sysdescr http.title http.www_authenticate telnet.banner tls.subject",
        "PNC380|VM780",
        "review",
        "|",
    ),
    *models(
        "telephones and tablets",
        "hytera",
        "onvif.model upnp.model_name upnp.model_number mdns.txt http.title snmp.sysdescr dhcp.vendor_class sip.user_agent"
        " http.www_authenticate onvif.hardware_id",
        "PDC550|PDC680|PDC760|PDM680|PNC380S|PNC460|PNC550|PNC560|PNC660|PTC680|PTC760",
        "likely",
        "|",
    ),
    *each(
        "kinds",
        "hytera",
        "snmp.sysobjectid",
        "1.3.6.1.4.1.40297.1.2",
        ".1.3.6.1.4.1.40297.1.2.4",
        "enterprises.46055.1",
        "HYTERA-REPEATER-MIB::hyteraRepeaterMIB",
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

NOT_HYTERA: list[Others] = [
    *others("models of others", "onvif.model http.title mdns.txt", "PNC450", "PTC310H", "PTC500S", "PDC 310", "PDC-01"),
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
    *others(
        "somebody's computer", "snmp.sysdescr lldp.system_description", "Linux hytera 5.10.0", "Linux hytera-gw 6.1.0"
    ),
    *others("its program, on anybody's telephone", "sip.user_agent", "HyTalk/1.0"),
    *others("a program's own key", "mdns.txt", "hytera-id=1", "fn=Hytera"),
    *others("another name", "onvif.manufacturer upnp.manufacturer", "Hyterra", "Hystera"),
    *others("virtual machines", "dhcp.hostname", "VM100", "vm5800"),
]
