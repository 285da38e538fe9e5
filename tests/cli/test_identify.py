from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from scanner.database.schema import schemas
from tests.cli.command import CAMERA, one_line

pytestmark = pytest.mark.process
REALM = b'{"host":"10.0.0.5","field":"rtsp.www_authenticate","value":"Digest realm=\\"IP Camera(C2183)\\", nonce=\\"\xe2\x80\xa6\\""}\n'


def findings(done) -> list[dict[str, Any]]:
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_one_line_in_one_finding_out_by_the_published_schema(command):
    done = command("identify", stdin=REALM)
    (finding,) = findings(done)
    jsonschema.validate(finding, schemas()["finding"])
    assert (done.returncode, done.stderr) == (0, b"")
    assert finding["schema"] == "coveredscan.finding/1"
    assert finding["identification"]["manufacturer"]["value"] == "hikvision"
    assert finding["verdicts"][0]["measure"] == "us-ndaa-889"
    assert finding["verdicts"][0]["verdict"] == "likely"
    assert {"manufacturer", "brand", "device_class", "model", "firmware", "serial"} <= set(finding["identification"])


def test_a_file_and_standard_input_say_the_same(command, tmp_path: Path):
    path = tmp_path / "camera.jsonl"
    path.write_bytes(CAMERA)
    assert command("identify", str(path)).stdout == command("identify", "-", stdin=CAMERA).stdout


def test_one_finding_per_host_in_order_of_first_appearance(command):
    lines = b"".join(
        b'{"host":"%s","field":"http.server","value":"%s"}\n' % pair
        for pair in ((b"b", b"x"), (b"a", b"y"), (b"b", b"App-webs/"), (b"c", b"z"))
    )
    assert [f["host"] for f in findings(command("identify", stdin=lines))] == ["b", "a", "c"]


def test_sorted_input_streams_and_says_the_same(command):
    assert command("identify", "--sorted", stdin=CAMERA).stdout == command("identify", stdin=CAMERA).stdout


def test_labels_are_joined_only_on_request(command):
    lines = b"".join(
        b'{"host":"%s","field":"onvif.serial","value":"DS-2CD2012-I20150201CCWR501088621"}\n' % host
        for host in (b"10.0.0.1", b"10.0.0.2")
    )
    assert len(findings(command("identify", stdin=lines))) == 2
    (joined,) = findings(command("identify", "--merge", stdin=lines))
    assert joined["addresses"] == ["10.0.0.1", "10.0.0.2"]


def test_a_bad_line_is_told_with_its_number_and_skipped(command):
    done = command("identify", stdin=b'{"host":"a"}\n' + REALM + b"not json\n")
    assert done.returncode == 3
    assert len(findings(done)) == 1
    first, second = done.stderr.decode().splitlines()
    assert first.startswith("coveredscan: line 1 skipped: ")
    assert second.startswith("coveredscan: line 3 skipped: ")


def test_an_unknown_field_is_counted_once_and_no_error(command):
    line = b'{"host":"a","field":"made.up","value":"x"}\n'
    done = command("identify", stdin=line * 3)
    assert done.returncode == 0
    assert len(findings(done)) == 1
    assert "'made.up' is not in fields.toml" in one_line(done.stderr)
    assert "(3 lines)" in one_line(done.stderr)


def test_nothing_in_nothing_out(command):
    done = command("identify")
    assert (done.returncode, done.stdout, done.stderr) == (0, b"", b"")


def test_fail_on(command):
    assert command("identify", "--fail-on", "covered", stdin=CAMERA).returncode == 10
    assert command("identify", "--fail-on", "covered", stdin=REALM).returncode == 0
    assert command("identify", "--fail-on", "likely", stdin=REALM).returncode == 10


def test_the_date_and_the_use_count(command):
    (early,) = findings(command("identify", "--date", "2017-01-01", stdin=CAMERA))
    assert early["verdicts"][0]["verdict"] == "not-covered"
    (stated,) = findings(command("identify", "--use", "public-safety", stdin=CAMERA))
    assert [c["met"] for c in stated["verdicts"][0]["conditions"] if c["kind"] == "use"] == ["yes"]


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("no-such-file.jsonl",), "no-such-file.jsonl cannot be read"),
        (("--date", "yesterday"), "--date yesterday: not a date"),
        (("--policy", "us-fedral"), "no policy is called 'us-fedral'"),
        (("--fail-on", "bad"), "--fail-on bad: no such verdict"),
        (("--fingerprints", "no-such-folder"), "no such folder"),
    ],
)
def test_bad_input_is_one_line_and_exits_2(command, arguments, says):
    done = command("identify", *arguments, stdin=CAMERA)
    assert done.returncode == 2
    assert says in one_line(done.stderr)


def test_a_fingerprint_file_with_a_wrong_key_is_named(command, tmp_path: Path):
    folder = tmp_path / "data"
    (folder / "signatures").mkdir(parents=True)
    (folder / "signatures" / "acme.toml").write_text(
        'maker = "acme"\n[[signature]]\nid = "acme-x"\nstrenght = "weak"\n'
    )
    done = command("identify", "--fingerprints", str(folder), stdin=CAMERA)
    assert done.returncode == 2
    assert "acme.toml: signature 1 (acme-x): unknown key 'strenght'" in one_line(done.stderr)
