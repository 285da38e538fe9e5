"""What Dahua's devices say of themselves, in every field where it may stand, and what others say like them."""

from __future__ import annotations

from tests.families.rows import Others, Series, each, models, others

SCOPE = "onvif://www.onvif.org/"
NAMES = (
    "dhcp.hostname mdns.instance upnp.friendly_name name.netbios name.llmnr snmp.sysname lldp.system_name cdp.device"
    " http.title"
)
WHOLE = (
    f"{NAMES} onvif.model upnp.model_name upnp.model_number onvif.hardware_id snmp.sysdescr cdp.platform"
    " dhcp.vendor_class http.server rtsp.server ssdp.server sip.server sip.user_agent"
)
AROUND = "http.www_authenticate tls.subject tls.issuer ssh.banner telnet.banner ftp.banner mdns.host"
CHASSIS = "snmp.oid.1.3.6.1.2.1.47.1.1.1.1"
MODELS = (
    "IPC-HFW2831T-ZS DH-IPC-HDBW5442R-S DHI-NVR5232-4KS2 NVR4108HS-8P-4KS2/L XVR5108HS-I3 SD49225XA-HNR VTO2202F-P"
    " DH-H4C-GE IPC-MBW7431-H IPC-PDW3849-A180-AS-PV SD6C82FA-GN DH-PFS4218-16ET-190"
)
IMOU = "IPC-GS7E-5M0WE IPC-TA22CP-G-imou IPC-A22E-A-LC IPC-S21F-LC NOMI-IPC-C22C"
COMPANY = "Zhejiang Dahua Technology Co., Ltd.", "ZheJiang Dahua Technology CO.,LTD."
SERIAL = "4K01FD2PAJ6E3FF"

DAHUA: list[Series] = [
    *models("whole models", "dahua", f"{WHOLE} {AROUND}", MODELS, "likely"),
    *models("Imou", "dahua", WHOLE, IMOU, "likely"),
    *each("whole models by name", "dahua", WHOLE, "Dahua IPC-HFW2831T-ZS", "dahua-nvr4108hs-8p-4ks2"),
    *each(
        *("models in a scope", "dahua", "wsd.scope", f"{SCOPE}hardware/IPC-HFW2831T-ZS"),
        *(f"{SCOPE}name/Dahua%20NVR5232-EI", f"{SCOPE}hardware/IPC-A22E-A-LC", f"{SCOPE}hardware/N45EFN2"),
    ),
    *each("models in a record", "dahua", "mdns.txt", "md=IPC-HFW2831T-ZS", "model=DH-T4A-PV", "ty=IPC-GS7E-5M0WE"),
    *each("models of the chassis", "dahua", f"{CHASSIS}.13.1 {CHASSIS}.2.1", "DH-PFS4218-16ET-190", "NVR5232-EI"),
    *each("the maker of the chassis", "dahua", f"{CHASSIS}.12.1", "Dahua", "Zhejiang Dahua Technology"),
    *each("models that others could have", "dahua", "telnet.banner ftp.banner", "NVR4408 login:", least="review"),
    *each("a page that shows a model", "dahua", "http.body_marker", "DH-IPC-HFW2831T-ZS", least="review"),
    *each("serial numbers", "dahua", f"{NAMES} onvif.serial upnp.serial", SERIAL, "AMC066F0BC0A3747AF"),
    *each("serial numbers", "dahua", "mdns.host name.dns", f"{SERIAL}.local", f"nvr-{SERIAL}.lan".lower()),
    *each("serial numbers", "dahua", "mdns.txt", f"sn={SERIAL}", "id=ND021811019863"),
    *each("serial numbers", "dahua", "tls.subject tls.issuer", f"CN={SERIAL}", "CN=AMC066F0BC0A3747AF, C=CN"),
    *each(
        *("the company", "dahua", "tls.subject tls.issuer"),
        *(f"CN=NVR,O={COMPANY[1]}", "CN=Dahua Device NVR CA", "CN=Dahua Root CA", "O=DahuaTech"),
    ),
    *each(
        *("the company", "dahua"),
        "http.server rtsp.server ssdp.server sip.server sip.user_agent ftp.banner telnet.banner ssh.banner"
        " snmp.sysdescr cdp.platform dhcp.vendor_class rtsp.sdp http.body_marker onvif.manufacturer upnp.manufacturer"
        " cwmp.manufacturer dhip.manufacturer dahua.vendor",
        *COMPANY,
    ),
    *each("the company", "dahua", "http.www_authenticate rtsp.www_authenticate", f'Basic realm="{COMPANY[1]}"'),
    *each(
        "the server", "dahua", "http.server rtsp.server ssdp.server sip.server", "Dahua Rtsp Server", "DahuaRtsp/1.0"
    ),
]

NOT_DAHUA: list[Others] = [
    *others(
        *("models near to its own", f"{WHOLE} mdns.host", "IPC2122LB-SF28K-A", "NVR301-08S3"),
        *("ASR1001-X", "SD-WAN", "SD1000", "PSDK-1", "IPC-model", "DHCP-1", "DH-vision", "ASI1600MM Pro"),
    ),
    *others(
        *(
            "models near to its own",
            "mdns.txt",
            "md=IPC-model",
            "model=N841AP",
            "ty=IPC2122LB-SF28K-A",
            "model=DH-vision",
        ),
    ),
    *others(
        *("names that companies and data halls give", NAMES, "DHI-DC01", "dhi-web01", "DHI-PC-0123", "dhi-sql-01"),
        *("dh-nvr1", "dh-arc1", "dh-psd-web", "vto0123"),
    ),
    *others("serial numbers near to its own", f"{NAMES} mdns.host", "DESKTOP-PAB12345", "907F3C6C73FEDA77", "AMC-PC"),
    *others("other companies", "onvif.manufacturer upnp.manufacturer", "Shanghai Dahua Scale Factory", "Tongdahua"),
    *others("other companies", "tls.subject tls.issuer", "CN=Dahua Scale CA", "O=Shanghai Dahua Scale Factory"),
    *others(
        "words", "http.www_authenticate", 'Digest realm="Login to WIRELESSROUTER", nonce="1"', 'Basic realm="Login"'
    ),
    *others("another's chassis", f"{CHASSIS}.13.1", "ASR1001-X", "NVR301-08S3"),
    *others("a neighbour in a port's name", "snmp.oid.1.3.6.1.2.1.31.1.1.1.18.7", "IPC-HFW2831T-ZS", SERIAL),
]
