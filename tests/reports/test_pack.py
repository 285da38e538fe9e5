import hashlib
import io
import json
import zipfile

import pytest

from scanner.importers.json_lines import read
from scanner.model.observation import Endpoint, Field, Observation, Provenance
from scanner.reports import Context
from scanner.reports.pack import render
from tests.reports.samples import ATTACKS, CONTEXT, FINDINGS, SEEN, attacked

SOME = Observation(
    Endpoint("192.0.2.10", "tcp", 80),
    Field("http.server"),
    "DNVRS-Webs",
    Provenance("http", "192.0.2.1", SEEN, "0" * 64),
)
NAMES = [
    "README.txt", "report.html", "findings.md", "devices.csv", "evidence.csv", "findings.jsonl", "parameters.json",
    "coverage.json", "measures.json",
]  # fmt: skip


def package_of(findings, context=CONTEXT):
    return zipfile.ZipFile(io.BytesIO(b"".join(render(findings, context))))


def test_every_file_and_its_hash():
    package = package_of(FINDINGS)
    assert package.namelist() == [*NAMES, "SHA256SUMS"]
    sums = [line.split("  ") for line in package.read("SHA256SUMS").decode().splitlines()]
    assert [name for _, name in sums] == NAMES
    assert all(hashlib.sha256(package.read(name)).hexdigest() == digest for digest, name in sums)


def test_what_was_asked_and_by_which_rules():
    package = package_of(FINDINGS)
    parameters = json.loads(package.read("parameters.json"))
    assert parameters["policy"] == "us-federal"
    assert parameters["targets"] == ["192.0.2.0/24"]
    assert parameters["complete"] is False
    assert json.loads(package.read("coverage.json"))["not_reached"] == ["192.0.2.64/26: no route to host"]
    assert [each["id"] for each in json.loads(package.read("measures.json"))] == ["us-ndaa-889", "us-fcc-covered-list"]
    readme = package.read("README.txt").decode()
    assert "no route to host" in readme
    assert all(name in readme for name in NAMES[1:])
    assert "observations.jsonl" not in readme


def test_observations_can_be_judged_anew():
    package = package_of(FINDINGS, CONTEXT._replace(observations=[SOME]))
    assert list(read(io.BytesIO(package.read("observations.jsonl")))) == [SOME]
    assert "observations.jsonl" in package.read("README.txt").decode()
    assert "observations.jsonl" in package.read("SHA256SUMS").decode()


def test_without_a_scan_nothing_is_made_up():
    package = package_of((), Context())
    assert json.loads(package.read("coverage.json")) is None
    assert json.loads(package.read("parameters.json"))["started_at"] is None
    assert "not recorded" in package.read("README.txt").decode()


@pytest.mark.parametrize("attack", [*ATTACKS, "../../etc/passwd"])
def test_no_name_in_it_comes_from_a_device(attack):
    finding, context = attacked(attack)
    package = package_of([finding], context)
    assert package.namelist() == [*NAMES, "SHA256SUMS"]
    assert all(line.isprintable() for line in package.read("README.txt").decode().splitlines())
