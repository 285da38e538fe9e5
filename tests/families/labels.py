"""What devices of other labels say of themselves, label by label, in every field where a label may stand.

A label alone is never more than its relation is worth: `likely` where the maker makes all of it and the label stands
where only the factory writes, `review` elsewhere. The counter-rows are words near a label, programs named after one, and
goods of others that a label's models are near to.
"""

from __future__ import annotations

from tests.families.rows import each, others

SCOPE = "onvif://www.onvif.org/"
TITLED = "http.title http.body_marker upnp.friendly_name mdns.instance snmp.sysdescr"
NAMES = "dhcp.hostname mdns.host name.dns name.netbios name.llmnr snmp.sysname lldp.system_name cdp.device"
MODELS = (
    "onvif.model upnp.model_name upnp.model_number onvif.hardware_id http.title snmp.sysdescr cdp.platform"
    " dhcp.vendor_class upnp.friendly_name mdns.instance dhcp.hostname mdns.host name.dns name.netbios name.llmnr"
    " snmp.sysname lldp.system_name cdp.device"
)
BESIDE = "onvif.model upnp.model_name upnp.friendly_name mdns.instance lldp.system_name snmp.sysdescr cdp.platform"
CHALLENGES = "http.www_authenticate rtsp.www_authenticate"
CERTIFICATES = "tls.subject tls.issuer"

LABELS = [
    *each("KBVISION", "dahua", "onvif.manufacturer upnp.manufacturer cwmp.manufacturer", "KBVISION", "KB Vision Group"),
    *each(
        "EmpireTech",
        "dahua",
        "wsd.scope",
        f"{SCOPE}name/EmpireTech",
        f"{SCOPE}name/Empire%20Tech",
        f"{SCOPE}mfr/Loryta",
    ),
    *each("Prama", "hikvision", "onvif.manufacturer isapi.manufacturer sadp.oem_info", "Prama", "Prama India"),
    *each(
        "HiLook", "hikvision", "wsd.scope", f"{SCOPE}name/HiLook", f"{SCOPE}name/HiLook%20NVR", f"{SCOPE}name/HiWatch"
    ),
    *each("Hikvision's labels", "hikvision", f"{TITLED} {NAMES}", "annke", "laview", "laview-nvr", least="review"),
    *each("Dahua's labels", "dahua", f"{TITLED} {NAMES}", "amcrest", "lorex", "lorex-nvr", "q-see", least="review"),
    *each(
        "titles",
        "dahua",
        "http.title",
        "Lorex NVR",
        "CP PLUS",
        "KBVISION - Web Service",
        "Amcrest Login",
        least="review",
    ),
    *each(
        "titles", "hikvision", "http.title", "ANNKE NVR", "Safire", "TruVision", "LaView | Web Client", least="review"
    ),
    *each("host names", "dahua", NAMES, "amcrest-ip8m-2496ew", "lorex-n841a8", "lorex_lnr6108"),
    *each("host names", "dahua", "mdns.host name.dns", "amcrest-ip8m-2496ew.local", "lorex-n841a8.lan"),
    *each("host names", "hikvision", NAMES, "annke-nc800", "lts-cmip8342w-28m", "laview-lv-ptk66802", least="review"),
    *each("realms", "dahua", CHALLENGES, 'Digest realm="Login to Lorex", nonce="1"', least="review"),
    *each(
        *("realms", "hikvision", CHALLENGES, 'Digest realm="ANNKE NVR", nonce="1"'),
        *('Digest qop="auth", realm="LaView", nonce="1"', 'Digest realm="LTK6128W-WIFI", nonce="1"'),
        least="review",
    ),
    *each(
        *("certificates", "dahua", CERTIFICATES, "CN=Amcrest", "CN=192.168.1.108,O=Amcrest Technologies LLC,C=US"),
        *("C=CA, O=Lorex Technology, Inc., CN=www", "CN=KBVISION"),
        least="review",
    ),
    *each("texts", "dahua", "mdns.txt", "manufacturer=Lorex", "vendor=Amcrest", "md=LNB8973B", least="review"),
    *each(
        *("models", "hikvision", MODELS, "tvd-3101", "lts ltk6128w-wifi", "cmip7442nw-28m", "lum-500-tur-ip-wh"),
        *("sf-ipdm934wh-2w", "ipca53000", "lv-n9504b-w", "tv-ip320pi", "0e-21df28", "gci-k1523v", "hsdb2a"),
        least="review",
    ),
    *each(
        *("models", "dahua", MODELS, "dnb13tf22", "icip-b3732z", "qcn-7005b", "in-do4m36a", "cp-unc-ta13l3"),
        *("rvi-1nct2025", "mtt8095", "bcs-tip3401ir-e-v", "vip-3230-b", "kx-c2012an3"),
        least="review",
    ),
    *each(
        *("what stands beside a model", "hikvision", BESIDE, "LTS: CMIP7442NW-28M", "CMIP7442NW-28M (LTS)"),
        *("IPCA53000 | ABUS", "ABUS | IPCA53000", "Model: IPCA53000", "TV-IP320PI Network Camera", "RCA HSDB2A"),
        *("LV-N9504B-W (192.168.1.1)", "Login - LV-N9504B-W", "GCI-K1523V, Software Version 1.0"),
        least="review",
    ),
    *each(
        *("what stands beside a model", "dahua", BESIDE, "Lorex: N841A8", "N841A8 (Lorex)", "IP2M-841B - Amcrest"),
        *("IP2M-841B IP Camera", "192.168.1.108 - IP2M-841B", "N841A8 Login"),
    ),
    *each("KBVISION's models", "dahua", MODELS, "kx-c2012an3", "KBVISION KX-2011N2"),
]

WORDS = (
    *("Active Camera", "Alarm", "Clare", "Clarity", "Capture", "Luma", "Lumax", "Alibi", "Niko", "Northern", "Norden"),
    *(
        "Vantech",
        "Advantech",
        "Swann",
        "Metzler",
        "Bosch",
        "Honeywell",
        "Panasonic",
        "Uniden",
        "OptiView",
        "Irbis",
        "ADT",
    ),
    *("EasyCam", "W Box", "RVi", "BCS", "LTS", "Godrej", "FLIR", "Grundig", "TRENDnet", "Intelbras", "VIGI", "Tapo"),
)
"""Labels that are words, surnames or on other goods as well, and words near them."""
PROGRAMS = (
    *("amcrest2mqtt", "Amcrest exporter", "lorex-api", "imou-life", "annke-proxy", "KBVISION shop", "Buy Lorex NVR"),
    *("Amcrest vs Reolink", "homebridge-lorex", "lorexia", "Annke Camera Viewer for Linux"),
)

NOT_LABELS = [
    *others("words", f"{TITLED} {NAMES}", *WORDS, most="undetermined"),
    *others("programs", f"{TITLED} {NAMES}", *PROGRAMS, most="undetermined"),
    *others(
        "words",
        "tls.subject tls.issuer",
        "O=Bosch",
        "O=Honeywell",
        "CN=Luma",
        "O=Lorex Industries",
        most="undetermined",
    ),
    *others("makers", "onvif.manufacturer upnp.manufacturer", "Lorex Industries", "BCS Computers Ltd", "LTSP", "Lumax"),
    *others("a proxy", CHALLENGES, 'Basic realm="Amcrest"', 'Basic realm="Lorex"', most="undetermined"),
    *others("telephones", MODELS, "KX-TGP600", "KX-T7630", "KX-DT521X", "KX-NT543", most="undetermined"),
    *others("cameras of LG", "onvif.model upnp.model_name http.title", "LNB3100", "LNB5320R", most="undetermined"),
    *others("cameras of TP-Link", "onvif.model http.title", "NC200", "NC250", most="undetermined"),
    *others(
        *(
            "hosts",
            NAMES,
            "max-iphone",
            "sf-iphone-12",
            "sf-nvr-main",
            "amdvm01",
            "ash01",
            "ali-note20ultra",
            "cp-usa-01",
        ),
        *("hqa01-web", "vip-8080-app", "nvd-2021", "lv-web01", "lv-n01-web", "tvn24hd", "bcs-prod001", "icr-printer1"),
        most="undetermined",
    ),
    *others("chips", "http.title snmp.sysdescr upnp.model_name", "QCA9531", "QCN9074", "QT 5.15", most="undetermined"),
    *others(
        "hosts", NAMES, "ad110", "ad410", "e891ab", "e893dd", "imx-8", "rvi-server", "dvr8-1550", most="undetermined"
    ),
]
