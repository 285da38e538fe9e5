import tomllib
from datetime import UTC, datetime
from functools import cache

import jsonschema
import msgspec
import pytest

from scanner.database import schema
from scanner.database.load import shipped
from scanner.importers.json_lines import write_observation
from scanner.model.finding import Coverage, Evidence, Finding, Identification, Named, Summary
from scanner.model.measure import ConditionState, Verdict
from scanner.model.observation import Endpoint, Field, Observation, Provenance
from tests.database.folder import DATA

NAMES = [
    "signatures",
    "sets",
    "grammar",
    "fields",
    "sources",
    "entities",
    "measures",
    "models",
    "finding",
    "summary",
    "change",
    "observation-line",
]


@cache
def validator(name):
    return jsonschema.Draft202012Validator(schema.schemas()[name])


def valid(name, value):
    return validator(name).is_valid(value)


def documents(name, pattern):
    return [
        pytest.param(name, path, id=f"{path.parent.name}/{path.name}")
        for root in (DATA, shipped())
        for path in sorted(root.glob(pattern))
    ]


def test_every_schema_is_a_schema():
    assert list(schema.schemas()) == NAMES
    for made in schema.schemas().values():
        jsonschema.Draft202012Validator.check_schema(made)


def test_the_shipped_schemas_are_those_of_the_types():
    stale = schema.stale(shipped() / "schema")
    assert stale == [], "run: coveredscan schema --write fingerprints/schema"


def test_only_what_changed_is_written(tmp_path):
    assert [path.stem for path in schema.write(tmp_path / "new")] == NAMES
    assert schema.write(tmp_path / "new") == []
    (tmp_path / "new" / "finding.json").write_text("{}")
    assert [path.stem for path in schema.write(tmp_path / "new")] == ["finding"]


@pytest.mark.parametrize(
    ("name", "path"),
    [
        *documents("signatures", "signatures/*.toml"),
        *documents("grammar", "grammar.toml"),
        *documents("fields", "fields.toml"),
        *documents("sources", "sources.toml"),
        *documents("entities", "entities/*.toml"),
        *documents("measures", "measures/*.toml"),
        *documents("models", "models/*.toml"),
    ],
)
def test_data_files_obey_their_schema(name, path):
    plain = msgspec.to_builtins(tomllib.loads(path.read_text("utf-8")))
    assert valid(name, plain)
    assert not valid(name, {**plain, "unknown": 1})


def finding():
    at = datetime(2026, 11, 21, tzinfo=UTC)
    verdict = Verdict(
        "us-ndaa-889", "covered", "procurement-ban", "Made by Acme.", (ConditionState("use", "If used.", "unclear"),)
    )
    evidence = Evidence("http.server", "Acme", "acme-http-server", "strong", "web", "manufacturer", "acme", 80, at)
    who = Identification(manufacturer=Named("acme", "Acme", "confirmed"))
    return Finding(
        host="10.0.0.5",
        addresses=("10.0.0.5",),
        mac=None,
        identification=who,
        verdicts=(verdict,),
        evidence=(evidence,),
    )


def test_findings_obey_their_schema():
    line = msgspec.json.decode(msgspec.json.encode(finding()))
    assert valid("finding", line)
    for key in line:
        assert not valid("finding", {name: value for name, value in line.items() if name != key})
    assert not valid("finding", {**line, "schema": "coveredscan.finding/2"})
    del line["identification"]["serial"]
    assert not valid("finding", line)


def test_summaries_obey_their_schema():
    at = datetime(2026, 11, 21, tzinfo=UTC)
    summary = Summary(
        scan="s",
        started_at=at,
        ended_at=at,
        complete=True,
        interrupted=False,
        hosts=1,
        verdicts={},
        coverage=Coverage(),
    )
    line = msgspec.json.decode(msgspec.json.encode(summary))
    assert valid("summary", line)
    del line["coverage"]["alive"]
    assert not valid("summary", line)


def test_observation_lines_obey_their_schema():
    at = datetime(2026, 11, 21, tzinfo=UTC)
    seen = Observation(Endpoint("10.0.0.5", "tcp", 80), Field("http.server"), "x", Provenance("http", observed_at=at))
    assert valid("observation-line", msgspec.json.decode(write_observation(seen)))
    assert valid("observation-line", {"host": "a", "field": "http.status", "value": 200, "more": []})
    assert not valid("observation-line", {"host": "a", "field": "http.status"})


def test_properties_are_described_by_the_notes_under_them():
    made = schema.schemas()["signatures"]
    described = made["$defs"]["Signature"]["properties"]["id"]["description"]
    assert described == "Permanent, starts with the file's maker; never renamed, never reused."
    assert made["$defs"]["Example"]["properties"]["from"]["description"] == "A source id, or ``synthetic``."
