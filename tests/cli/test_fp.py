from __future__ import annotations

from collections import Counter

import pytest

from scanner.database.load import load
from tests.cli.command import one_line
from tests.database.folder import copy

pytestmark = pytest.mark.process


def test_lint_finds_no_problem_in_the_shipped_data(command):
    done = command("fp", "lint")
    assert (done.returncode, done.stderr) == (0, b"")
    assert done.stdout.decode().strip().endswith("no problem")


def test_lint_fails_on_a_planted_fault(command, tmp_path):
    (tmp_path / "data" / "signatures").mkdir(parents=True)
    (tmp_path / "data" / "signatures" / "acme.toml").write_text(
        'maker = "acme"\n[[signature]]\nid = "acme-x"\nfield = "http.server"\nmatch = { exact = ["Acme"] }\n'
        'strength = "strong"\nbasis = "published"\nstatus = "stable"\nadded = 2026-11-21\nsources = []\nwhy = "x"\n'
        'asserts = { manufacturer = "acme" }\n'
    )
    done = command("fp", "lint", "--fingerprints", str(tmp_path / "data"))
    assert done.returncode == 1
    assert "acme.toml: acme-x: FP020 no source" in done.stdout.decode()


@pytest.mark.parametrize(
    ("code", "old", "new"),
    [
        ("FP000", 'strength = "strong"', 'strenght = "strong"'),
        ("FP001", 'id = "acme-serial"', 'id = "acme-http-server"'),
        ("FP004", 'manufacturer = "acme"', 'manufacturer = "acmee"'),
        ("FP007", "(?P<model>AC-[0-9]{2,6})", "(?&model)"),
        ("FP008", 'field = "http.title"', ""),
        ("FP012", '{ value = "Acme-Webs", from', '{ value = "Acme-Web", from'),
        ("FP014", '"Acme-Webs", "AcmeVision"', '"Acme-Webs", "Borg/1.0"'),
        ("FP015", '{ value = "Webs", why', '{ value = "Acme-Webs", why'),
        ("FP017", "(?P<model>AC-[0-9]{2,6})", "(?P<model>(AC-[0-9]+)+)"),
    ],
)
def test_lint_names_the_code_of_each_fault(command, tmp_path, code, old, new):
    done = command("fp", "lint", "--fingerprints", str(copy(tmp_path, ("signatures/acme.toml", old, new))))
    assert (done.returncode, done.stderr) == (1, b"")
    assert f": {code} " in done.stdout.decode()


def test_a_folder_that_is_not_there_is_no_fault_of_the_data(command, tmp_path):
    done = command("fp", "lint", "--fingerprints", str(tmp_path / "nothing"))
    assert done.returncode == 2
    assert "no such folder" in one_line(done.stderr)


def test_lint_says_which_strengths_a_corpus_does_not_bear_out(command, tmp_path):
    path = tmp_path / "corpus.jsonl"
    path.write_text(
        "\n".join(f'{{"host":"h{n}","field":"http.server","value":"DNVRS-Webs","maker":"axis"}}' for n in range(9))
    )
    done = command("fp", "lint", "--corpus", str(tmp_path))
    assert done.returncode == 1
    assert "hikvision-server-webs: FP030 strong promises 80%; 0 right and 9 wrong" in done.stdout.decode()


def test_a_code_is_explained(command):
    assert b"carries its own test" in command("fp", "lint", "--explain", "FP010").stdout
    assert "there is no such code" in one_line(command("fp", "lint", "--explain", "FP999").stderr)


def test_a_value_is_tried(command):
    assert b"manufacturer=hikvision" in command("fp", "try", "http.server", "DNVRS-Webs").stdout
    assert command("fp", "try", "http.server", "nothing of the kind").stdout == b"no signature matches\n"
    assert "not in fields.toml" in one_line(command("fp", "try", "no.field", "x").stderr)


def test_signatures_are_listed(command):
    rows = command("fp", "list", "hikvision").stdout.splitlines()
    assert rows
    assert all(b"hikvision" in row for row in rows)


@pytest.mark.parametrize("field", ["upnp.model_number", "http.title"])
def test_signatures_are_listed_by_any_of_their_fields(command, field):
    rows = command("fp", "list", field).stdout.decode().splitlines()
    assert any(" fields " in row for row in rows)
    known = load().signatures
    read = {row.id for row in known if any(field in one for one in row.fields)}
    assert {row.id for row in known if any(f" {row.id} " in line for line in rows)} == read


def test_fields_are_listed_and_the_sets_of_them(command):
    rows = [line.split(maxsplit=2) for line in command("fp", "fields").stdout.decode().splitlines()]
    assert ["http.server", "web"] in [row[:2] for row in rows]
    sets = {name: tuple(rest.split(", ")) for name, group, rest in rows if group == "set"}
    assert sets == load().sets


def test_a_signature_of_many_fields_counts_as_one(command):
    rows = [line.split(maxsplit=2) for line in command("fp", "coverage").stdout.decode().splitlines()]
    database = load()
    in_force = Counter(database.origins[row.id].maker for row in database.signatures if row.status != "retired")
    assert {maker: int(count) for maker, count, _ in rows} == in_force
    (listed,) = (fields for maker, _, fields in rows if maker == "hikvision")
    assert sum(int(one.rpartition(" ")[2]) for one in listed.split(", ")) > in_force["hikvision"]


def test_an_address_block_is_looked_up(command):
    assert b"Hangzhou Hikvision" in command("fp", "oui", "44-19-B6-01-02-03").stdout
    assert b"no registered block (local)" in command("fp", "oui", "02:00:00:00:00:01").stdout
    assert "not a hardware address" in one_line(command("fp", "oui", "hello").stderr)


def test_a_rebuild_without_its_listings_is_one_line(command, tmp_path):
    done = command("fp", "oui", "--write", str(tmp_path))
    assert done.returncode == 2
    assert one_line(done.stderr)


def test_a_stub_for_something_seen(command, tmp_path):
    line = '{"host":"a","field":"http.server","value":"Acme/1.0"}'
    done = command("fp", "new", "acme", "--from", line)
    assert 'match = { exact = ["Acme/1.0"] }' in done.stdout.decode()
    path = tmp_path / "seen.jsonl"
    path.write_text(f"\n{line}\n")
    assert command("fp", "new", "acme", "--from", f"{path}:2").stdout == done.stdout
    assert "has 2 lines" in one_line(command("fp", "new", "acme", "--from", f"{path}:9").stderr)
    assert "give a JSON object" in one_line(command("fp", "new", "acme", "--from", "x").stderr)
    assert "not in fields.toml" in one_line(
        command("fp", "new", "acme", "--from", line.replace("http.server", "x")).stderr
    )


def test_grades_are_earned_from_labelled_devices(command, tmp_path):
    path = tmp_path / "corpus.jsonl"
    rows = [f'{{"host":"h{n}","field":"http.server","value":"DNVRS-Webs","maker":"hikvision"}}' for n in range(20)]
    path.write_text("\n".join([*rows, '{"field":"http.server","value":"DNVRS-Webs","maker":null}']))
    shown = command("fp", "calibrate", str(path)).stdout.decode()
    assert "20 right    1 wrong" in shown
    assert "at least 0.79" in shown
    path.write_text("no json")
    assert "corpus.jsonl:1" in one_line(command("fp", "calibrate", str(path)).stderr)
