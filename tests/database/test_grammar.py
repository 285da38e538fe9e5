"""What a file says once reads as if it were written in every place that calls it."""

import pytest

from scanner.database.fault import DataError
from scanner.database.grammar import UnknownPatternError, expand, whole
from scanner.database.load import load
from scanner.model.signature import Match
from tests.database.folder import copy

ACME = "signatures/acme.toml"


def test_a_pattern_stands_where_it_is_called_as_a_group_of_its_own():
    known = whole({"series": "DS|iDS", "model": r"(?&series)-\d{4}", "unlike": "x(?:&y)"}, {})
    assert known["model"] == r"(?:DS|iDS)-\d{4}"
    assert expand("(?i)(?&model)(?: (?&series))?", known) == r"(?i)(?:(?:DS|iDS)-\d{4})(?: (?:DS|iDS))?"
    assert expand("(?:&model)", known) == "(?:&model)"


def test_a_long_pattern_is_written_in_lines():
    known = whole({"model": "\n  DS-2 CD\\d{4}  \n  |DS-K\\d+\n", "any": "(?&model)"}, {})
    assert known["any"] == r"(?:DS-2 CD\d{4}|DS-K\d+)"


@pytest.mark.parametrize("regex", ["(?&modell)", "(?&)", "(?& model)"])
def test_a_call_of_what_is_not_there_is_refused(regex):
    with pytest.raises(UnknownPatternError):
        expand(regex, {"model": "x"})


def test_a_pattern_calls_only_those_before_it():
    with pytest.raises(UnknownPatternError, match="model"):
        whole({"serial": "(?&model)-.*", "model": "AC"}, {})


def test_signatures_and_their_conditions_are_loaded_whole(tmp_path):
    root = copy(
        tmp_path,
        (ACME, 'maker = "acme"\n', 'maker = "acme"\n\n[grammar]\nmodel = "AC-[0-9]{2,6}"\nserver = "Acme-Webs"\n'),
        (ACME, "(?P<model>AC-[0-9]{2,6})", "(?P<model>(?&model))"),
        (
            ACME,
            '[{ field = "http.server", match = { prefix = ["Acme"] } }]',
            """[{ field = "http.server", match = { regex = '(?&server).*' } }]""",
        ),
    )
    rows = {row.id: row for row in load(root, cache=tmp_path / "cache").signatures}
    regexes = [row.match.regex for row in rows.values() if row.match.regex]
    conditions = [other.match for row in rows.values() for other in row.also]
    assert "(?P<model>(?:AC-[0-9]{2,6}))-(?P<manufactured>20[0-9]{6})" in regexes
    assert Match(regex="(?:Acme-Webs).*") in conditions


def test_what_files_share_is_called_from_all(tmp_path):
    root = copy(tmp_path, (ACME, "(?P<model>AC-[0-9]{2,6})", "(?P<model>(?&model))"))
    (root / "grammar.toml").write_text("number = '[0-9]{2,6}'\nmodel = 'AC-(?&number)'\n", "utf-8")
    regexes = [row.match.regex for row in load(root, cache=tmp_path / "cache").signatures if row.match.regex]
    assert "(?P<model>(?:AC-(?:[0-9]{2,6})))-(?P<manufactured>20[0-9]{6})" in regexes


@pytest.mark.parametrize(
    ("shared", "own", "said"),
    [
        ("model = 'AC'\n", "", "grammar.toml: grammar model: no regex calls it"),
        ("model = 'AC'\n", "grammar = { model = 'BC' }\n", "acme.toml: grammar model: a pattern of that name"),
        ("model = '(?&later)'\nlater = 'AC'\n", "", "grammar.toml: grammar: (?&later) is none of those before it"),
    ],
)
def test_a_fault_in_what_files_share_names_its_file(tmp_path, shared, own, said):
    root = copy(tmp_path, (ACME, 'maker = "acme"\n', f'maker = "acme"\n{own}'))
    (root / "grammar.toml").write_text(shared, "utf-8")
    with pytest.raises(DataError) as caught:
        load(root, cache=tmp_path / "cache")
    assert said in str(caught.value)
