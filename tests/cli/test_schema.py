from __future__ import annotations

import json

import jsonschema
import pytest

from tests.cli.command import one_line

pytestmark = pytest.mark.process


@pytest.mark.parametrize("name", ["finding", "summary", "observation-line", "signatures"])
def test_each_schema_is_printed_and_valid(command, name):
    schema = json.loads(command("schema", name).stdout)
    jsonschema.Draft202012Validator.check_schema(schema)


def test_an_unknown_schema_is_named(command):
    done = command("schema", "nonsense")
    assert done.returncode == 2
    assert "use one of" in one_line(done.stderr)


def test_all_are_written(command, tmp_path):
    assert command("schema", "--write", str(tmp_path / "out")).returncode == 0
    assert (tmp_path / "out" / "finding.json").is_file()
