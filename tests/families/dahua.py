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

WRAPPED: list[tuple[str, str]] = [
    (
        "http.title",
        "Welcome to {}|Login - {}|Home - {}|{} Network Camera|{} (192.168.1.1)|192.168.1.1 - {}|[{}]|{}_Login",
    ),
    (
        "http.www_authenticate",
        'Basic realm="{} "|Basic realm="{} Login"|Basic realm="Login to {}"|Basic realm="{} (admin)"',
    ),
    ("telnet.banner", "Welcome to {}|{} Username:|*** {} ***|<{}>|{} (tty1)|User Access Verification {}"),
    ("ssh.banner", "SSH-1.99-{}|SSH-2.0-dropbear_{}|SSH-2.0-{}_1.0"),
    ("ftp.banner", "220 Welcome to {}|220 FTP server ({}) ready|220-{}"),
    ("snmp.sysdescr", "Model: {}|Device {}|{}, Software Version 1.0|{};1.0|Linux {} 3.10.0|HW: {} SW: 1.0"),
    ("dhcp.vendor_class", "{}:1.0|vendor:{}|{}/1.0"),
    ("mdns.txt", "md={}|deviceModel={}|fn={}|product=({})|type={}"),
    ("mdns.instance", "{} [aabbcc]|{} (2)|{} #2"),
    ("upnp.friendly_name", "IP Camera {}|192.168.1.64 - {}|{} : 1234|{}@home|[{}]|Front Door {}"),
    ("onvif.model", "Model {}|{};1|{} V2|{}(EU)|{} (1.0)"),
    ("wsd.scope", f"{SCOPE}model/{{}}|{SCOPE}name/IPC%20{{}}|{SCOPE}name/{{}}%20(192.168.1.64)|odm:name:{{}}"),
    ("ssdp.server", "Linux/3.0 UPnP/1.0 {}/1.0|Linux UPnP/1.0 {}|{} UPnP/1.0"),
    ("sip.user_agent", "Device {}|{} 1.0|{}/1.0"),
    ("tls.subject", "CN={}.local|O=x,CN={}|CN={}-12345678"),
    ("name.dns", "{}.lan|{}.fritz.box"),
]
"""What stands before or behind a model, by bars."""

BESIDE = "Dahua {}|Dahua-{}|Dahua: {}|Dahua{}|{} (Dahua)|{} Dahua|{} - Dahua"
TOLD = "http.title onvif.model upnp.model_name onvif.hardware_id snmp.sysdescr upnp.friendly_name mdns.instance"

DAHUA: list[Series] = [
    *(
        Series("wrapped", "dahua", field, tuple(one.format(model) for one in forms.split("|")))
        for model in ("IPC-HDW2431T-AS", "DHI-NVR4108HS-8P-4KS2", "IPC-GS7E-5M0WE")
        for field, forms in WRAPPED
    ),
    *(
        Series("beside the name", "dahua", field, tuple(one.format(model) for one in BESIDE.split("|")))
        for model in ("NVR4108", "XVR5104HS", "DH-WM4700", "N45EFN2")
        for field in TOLD.split()
    ),
    *each("beside the name", "dahua", "http.www_authenticate rtsp.www_authenticate", 'Basic realm="Dahua NVR4108"'),
    *each("beside the name", "dahua", "telnet.banner", "Dahua NVR4108 login:", "Welcome to Dahua NVR login:"),
    *each("beside the name", "dahua", "dhcp.hostname name.netbios", "Dahua-NVR4108", "dahua-xvr5104hs", least="review"),
    *each(
        "Imou's products", "dahua", TOLD, "IMOU DB61i", "IMOU C26EP-V2", "Imou Ranger 2", "Imou Cue 2", "IMOU IPC-A26Z"
    ),
    *each("Imou's products", "dahua", "http.www_authenticate", 'Digest realm="Imou Ranger 2", nonce="1"'),
    *each(
        *("the name and the kind", "dahua", "upnp.model_name http.server snmp.sysdescr cdp.platform"),
        *("Dahua NVR", "Dahua IP Camera", "Dahua-IPC", "Imou Camera"),
    ),
    *each(
        "the name and the kind", "dahua", "http.www_authenticate", 'Basic realm="Dahua NVR"', 'Basic realm="Dahua IPC"'
    ),
    *each("a model with lights", "dahua", WHOLE, "IPC-T549M-ALED-S3"),
    *each("a label's code in the version", "dahua", "onvif.firmware", "2.622.HW00000.5.R, Build Date 2019-04-10"),
    *each(
        "serial numbers of earlier years",
        "dahua",
        "onvif.serial upnp.serial",
        "YZC0GZ05100020",
        "PA1FQ15900207",
        least="review",
    ),
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
    *each(
        *(
            "answers of its remote calls",
            "dahua",
            "http.body_marker",
            '{"code":268632079,"message":""}',
            '"code" : 287637504',
        ),
        *("Component error: password not valid!", "Invalid session in request data!", "Authority:check failure."),
        *('"params":{"keepAliveInterval":60},"result":true', '{"method":"client.notifyEventStream"'),
    ),
    *each(
        *("answers of its command interface", "dahua", "http.body_marker", "table.General.MachineName=Garden"),
        *("table.Network.eth0.IPAddress=192.0.2.7", "table.VideoTalkPhoneBasic.VTOCallSoundEnable=true"),
        *("Code=CrossLineDetection;action=Start;index=3;data={", "Code=DoorBell;action=Pulse;index=0"),
        *(f"sn={SERIAL}", f"serialNumber={SERIAL}", "version=2.800.0000016.0.R,build:2020-06-05"),
    ),
    *each("sessions", "dahua", "http.set_cookie", "DhWebClientSessionID=1", "WebClientHttpSessionID=5d0e; path=/"),
    *each("sessions that others could name so", "dahua", "http.set_cookie", "WebClientSessionID=17", least="review"),
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
    *others(
        "names beside words", TOLD, "Dahua Scale TCS-150", "Tongdahua NVR4108", "Imou Life", "imou2mqtt", "Limou DB61i"
    ),
    *others("names beside words", TOLD, "NVR301-08S3 (Uniview)", "ASI1600MM Pro", "Ford Ranger 2", "dahua-bridge"),
    *others("an accessory of a program", "mdns.txt", "md=Dahua Camera", "model=Dahua IPC", "name=Dahua NVR"),
    *others("whose server a greeting names", "telnet.banner", "dahua-nvr login:", "Dahua NVR uploads login:"),
    *others(
        "pages about it",
        "http.title",
        "Dahua NVR4108 | CCTV Direct Ltd",
        "IPC-HDW2431T-AS | Best Cameras",
        "Imou Ranger 2 - Imou Store",
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
