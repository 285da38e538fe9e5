from __future__ import annotations

import pytest

from scanner.model.dialogue import Malformed
from scanner.protocols._soap import MAX_SCOPES, MAX_XMLNS, read_body, scope_facts, vendor_namespaces
from scanner.protocols._xml import local_name, read_xml
from tests.drive import values


@pytest.mark.parametrize(
    ("uri", "own"),
    [
        ("http://www.onvif.org/ver10/schema", False),
        ("http://docs.oasis-open.org/wsn/b-2", False),
        ("http://www.w3.org/2003/05/soap-envelope", False),
        ("http://schemas.xmlsoap.org/ws/2005/04/discovery", False),
        ("urn:oasis:names:tc", False),
        ("http://www.onvifext.com/onvif/ext/ver10/wsdl", True),
        ("http://www.onvif.org.example.com/x", True),
        ("http://example.com/www.onvif.org/", True),
        ("http://www.hikvision.com/2011/event/topics", True),
        ("urn:psialliance-org", True),
    ],
)
def test_only_namespaces_of_vendors_are_told(uri: str, own: bool):
    document = read_xml(f'<r xmlns:p="{uri}"/>'.encode())
    assert [fact.value for fact in vendor_namespaces(document)] == ([f"p={uri}"] if own else [])


def test_a_default_namespace_is_told_as_xmlns():
    assert [fact.value for fact in vendor_namespaces(read_xml(b'<r xmlns="urn:x"/>'))] == ["xmlns=urn:x"]


def test_namespaces_are_capped():
    declared = " ".join(f'xmlns:p{number}="urn:{number}"' for number in range(200))
    assert len(list(vendor_namespaces(read_xml(f"<r {declared}/>".encode())))) == MAX_XMLNS


def test_the_body_of_an_envelope_is_found_without_its_namespace():
    assert local_name(read_body(read_xml(b"<Envelope><Header/><Body><x/></Body></Envelope>"))[0]) == "x"
    with pytest.raises(Malformed):
        read_body(read_xml(b"<Envelope><Header/></Envelope>"))
    with pytest.raises(Malformed):
        read_body(read_xml(b"<html><Body/></html>"))


@pytest.mark.parametrize(
    ("scope", "field", "value"),
    [
        ("onvif://www.onvif.org/hardware/DS-2CD%2DX%20Y", "onvif.model", ["DS-2CD-X Y"]),
        ("onvif://www.onvif.org/Hardware/X", "onvif.model", ["X"]),
        ("onvif://www.onvif.org/hardware/", "onvif.model", []),
        ("onvif://www.onvif.org/mac/00408C123456", "onvif.mac", ["00408c123456"]),
        ("onvif://www.onvif.org/MAC/00:40:8C:12:34", "onvif.mac", []),
        ("onvif://www.onvif.org/name/X", "onvif.model", []),
    ],
)
def test_scopes_hold_models_and_hardware_addresses(scope: str, field: str, value: list[str]):
    facts = list(scope_facts(iter([scope])))
    assert values(facts, field) == value
    assert values(facts, "wsd.scope") == [scope]


def test_scopes_are_capped():
    assert len(list(scope_facts(f"onvif://x/{number}" for number in range(1000)))) == MAX_SCOPES
