import json

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from scanner.reports import Context
from scanner.reports.cyclonedx import render
from scanner.reports.identity import identities
from tests.reports.samples import ATTACKS, CONTEXT, FINDINGS, LTS, attacked

VALIDATOR = JsonStrictValidator(SchemaVersion.V1_6)


def bill_of(findings, context=CONTEXT):
    text = "".join(render(findings, context))
    assert VALIDATOR.validate_str(text) is None
    return json.loads(text)


@pytest.mark.parametrize("findings", [FINDINGS, ()])
@pytest.mark.parametrize("context", [CONTEXT, Context()])
def test_the_librarys_validator_takes_it(findings, context):
    assert len(bill_of(findings, context)["components"]) == len(findings)


@pytest.mark.parametrize("attack", ATTACKS)
def test_the_librarys_validator_takes_it_whatever_devices_say(attack):
    finding, context = attacked(attack)
    assert [each["type"] for each in bill_of([finding], context)["components"]] == ["device"]


def test_a_device_in_full():
    (component,) = bill_of([LTS])["components"]
    assert component["bom-ref"] == identities([LTS])[0].uuid()
    assert component["name"] == "LTN8704-P4"
    assert component["version"] == "V4.1.0 build 190101"
    assert component["manufacturer"]["name"] == "Hangzhou Hikvision Digital Technology Co., Ltd."
    assert component["supplier"]["name"] == "LTS"
    properties = {each["name"]: each["value"] for each in component["properties"]}
    assert properties["coveredscan:verdict:us-ndaa-889"] == "covered"
    assert properties["coveredscan:manufacturer.tier"] == "confirmed"
    assert properties["coveredscan:mac"] == "24:48:45:00:00:01"


def test_another_content_is_another_bill():
    assert bill_of(FINDINGS)["serialNumber"] == bill_of(FINDINGS)["serialNumber"]
    assert bill_of(FINDINGS)["serialNumber"] != bill_of([LTS])["serialNumber"]
    assert len({each["bom-ref"] for each in bill_of(FINDINGS)["components"]}) == len(FINDINGS)
