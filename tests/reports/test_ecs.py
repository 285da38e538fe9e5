import json

import pytest

from scanner.reports.ecs import render
from tests.reports.samples import CONTEXT, FINDINGS, UNKNOWN

# Field → type: elastic/ecs generated/csv/fields.csv. Required of every event: @timestamp and ecs.version.
FIELDS = {
    "@timestamp": "date", "ecs.version": "keyword", "event.kind": "keyword", "event.category": "keyword",
    "event.type": "keyword", "event.module": "keyword", "event.dataset": "keyword", "event.provider": "keyword",
    "event.outcome": "keyword", "event.risk_score": "float", "event.id": "keyword", "message": "match_only_text",
    "host.name": "keyword", "host.type": "keyword", "host.ip": "ip", "host.mac": "keyword", "host.id": "keyword",
    "device.manufacturer": "keyword", "device.model.identifier": "keyword", "device.serial_number": "keyword",
    "related.ip": "ip", "related.hosts": "keyword", "tags": "keyword", "rule.id": "keyword",
    "rule.category": "keyword", "rule.description": "keyword", "observer.product": "keyword",
    "observer.type": "keyword", "observer.version": "keyword", "observer.geo.name": "keyword",
}  # fmt: skip
ARRAYS = {"event.category", "event.type", "host.ip", "host.mac", "related.ip", "related.hosts", "tags"}
"""Fields whose normalization is ``array`` there."""


def flat(event, prefix=""):
    for name, value in event.items():
        if isinstance(value, dict) and prefix + name != "coveredscan":
            yield from flat(value, f"{prefix}{name}.")
        else:
            yield prefix + name, value


@pytest.mark.parametrize("context", [CONTEXT, CONTEXT._replace(summary=None)], ids=["scan", "file"])
def test_every_field_is_one_of_the_schema_or_below_our_own_name(context):
    lines = list(render([*FINDINGS, UNKNOWN], context))
    assert len(lines) == len(FINDINGS) + 1
    for line in lines:
        event = dict(flat(json.loads(line)))
        own = event.pop("coveredscan")
        assert own["verdict"] in event["tags"]
        assert set(event) <= set(FIELDS)
        assert {"@timestamp", "ecs.version"} <= set(event)
        for name, value in event.items():
            assert isinstance(value, list) == (name in ARRAYS), name
            assert all(isinstance(each, float if FIELDS[name] == "float" else str) for each in _each(value)), name


def _each(value):
    return value if isinstance(value, list) else [value]


def test_hardware_addresses_and_labels():
    events = [json.loads(line) for line in render(FINDINGS, CONTEXT)]
    macs = [mac for event in events for mac in event["host"].get("mac", ())]
    assert macs
    assert all(mac == mac.upper() and mac.count("-") == 5 for mac in macs)
