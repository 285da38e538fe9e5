"""Pages about products and programs named after them: no device says such things of itself."""

from __future__ import annotations

import pytest

from tests.judging import finding, rank, verdict

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


@pytest.mark.parametrize(
    "model",
    [
        "DS-2CD2143G0-I",
        "IPC-HDW2431T-AS",
        "DH-IPC-HFW2831T-ZS",
        "IP4M-1051W",
        "IP8M-2496EB",
        "AD410",
        "W461ASC",
        "EZVIZ C6N",
        "Imou Ranger 2",
    ],
)
def test_an_accessory_of_apples_home_is_a_program_that_carries_a_camera_there(model: str):
    there = [("mdns.service", "_hap._tcp.local."), ("mdns.instance", "Yard 4291"), ("mdns.txt", f"md={model}")]
    assert rank(verdict(finding(there))) <= rank("review")
    assert rank(verdict(finding([("mdns.service", "_http._tcp.local."), *there[2:]]))) >= rank("review")
