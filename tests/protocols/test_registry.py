from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from scanner import protocols
from scanner.model.dialogue import Spec

ROOT = Path(__file__).parents[2]
MODULES = sorted(path.stem for path in (ROOT / "scanner" / "protocols").glob("[!_]*.py"))


def test_every_module_of_the_folder_is_registered():
    assert sorted(spec.name for spec in protocols.ALL) == MODULES


@pytest.mark.parametrize("spec", protocols.ALL, ids=lambda spec: spec.name)
def test_every_declared_field_is_in_the_contract(spec: Spec):
    contract = tomllib.loads((ROOT / "fingerprints" / "fields.toml").read_text())
    assert spec.fields
    assert [field for field in spec.fields if field not in contract and not field.startswith("snmp.oid.")] == []


@pytest.mark.parametrize("spec", protocols.ALL, ids=lambda spec: spec.name)
def test_every_protocol_says_what_it_is_about(spec: Spec):
    assert spec.about.endswith(".")
    assert len(set(spec.fields)) == len(spec.fields)
