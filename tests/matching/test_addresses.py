import pytest

from scanner.matching.addresses import read_claim


@pytest.mark.parametrize(
    ("field", "value", "address"),
    [
        ("sadp.address", "192.168.1.64", "192.168.1.64"),
        ("dhip.address", " 0.0.0.0 ", "0.0.0.0"),
        ("wsd.xaddr", "http://192.168.1.64:8080/onvif/device_service", "192.168.1.64"),
        ("wsd.xaddr", "http://[2001:DB8::64]/onvif/device_service", "2001:db8::64"),
        ("wsd.xaddr", "http://[fe80::2a57:beff:fe33:e0b0]/onvif/device_service", None),
        ("wsd.xaddr", "http://camera.local/onvif/device_service", None),
        ("wsd.xaddr", "http://[::", None),
        ("ssdp.location", "http://10.0.0.5:49152/description.xml", "10.0.0.5"),
        ("sadp.address", "none", None),
        ("http.location", "http://10.0.0.5/", None),
        ("sadp.serial", "10.0.0.5", None),
    ],
)
def test_what_a_device_says_of_its_address_is_read(field, value, address):
    assert read_claim(field, value) == address
