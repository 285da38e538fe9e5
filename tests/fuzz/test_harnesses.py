from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from scanner import protocols
from scanner.model.dialogue import Spec
from tests.fuzz.driver import fuzz

HERE = Path(__file__).parent
ITERATIONS = 150


def test_every_protocol_has_a_harness():
    harnesses = {path.stem.removeprefix("fuzz_") for path in HERE.glob("fuzz_*.py")}
    assert harnesses == {spec.name for spec in protocols.ALL}


@pytest.mark.parametrize("spec", protocols.ALL, ids=lambda spec: spec.name)
def test_every_harness_begins_with_its_invariant_and_holds_it(spec: Spec):
    harness = import_module(f"tests.fuzz.fuzz_{spec.name}")
    assert (harness.__doc__ or "").startswith("Whatever bytes ")
    assert harness.SPEC is spec
    assert harness.SEEDS
    fuzz(spec, harness.SEEDS, ITERATIONS)
