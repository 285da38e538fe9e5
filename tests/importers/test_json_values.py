import io
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.importers import json_values
from scanner.importers.importer import BadPart
from scanner.importers.json_values import as_dict, as_list, as_text, read_records

VALUES = st.recursive(
    st.text(max_size=12) | st.integers(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)
OBJECTS = st.lists(st.dictionaries(st.text(max_size=5), VALUES, min_size=1, max_size=3), min_size=1, max_size=6)


def records(raw: bytes):
    return list(read_records(io.BytesIO(raw)))


@pytest.mark.parametrize("indent", [None, 2])
@settings(max_examples=60, deadline=None)
@given(objects=OBJECTS)
def test_arrays_lines_and_pretty_objects_all_give_the_objects(indent, objects):
    shapes = (
        json.dumps(objects, indent=indent),
        "\n".join(json.dumps(each) for each in objects),
        "\n".join(json.dumps(each, indent=2) for each in objects),
        "[\n" + ",\n".join(json.dumps(each, ensure_ascii=False) for each in objects) + "\n]\n",
    )
    for text in shapes:
        assert [record[1] for record in records(text.encode())] == objects, text


def test_small_reads_make_no_difference(monkeypatch):
    monkeypatch.setattr(json_values, "_CHUNK", 3)
    objects = [{"a": 'quote " brace { slash \\'}, {"b": {"c": "}"}}]
    assert [record[1] for record in records(json.dumps(objects, indent=1).encode())] == objects


def test_a_bad_line_costs_only_itself():
    assert records(b'{"a":1}\n{"a":\n{"a":2}\n') == [
        ("line 1", {"a": 1}), BadPart("line 2", "Input data was truncated"), ("line 3", {"a": 2})
    ]  # fmt: skip


def test_masscans_last_line_is_no_fault():
    assert records(b'[\n{"a":1},\n{"a":2},\n{finished: 1}\n]\n') == [("line 2", {"a": 1}), ("line 3", {"a": 2})]


@pytest.mark.parametrize(
    "raw", [b'{"a":' * 200_000 + b"1" + b"}" * 200_000, b"[" + b'{"a":' * 200_000 + b"1" + b"}" * 200_000 + b"]"]
)
def test_deep_json_is_a_bad_part(raw):
    (bad,) = records(raw)
    assert isinstance(bad, BadPart)


def test_an_endless_object_is_a_bad_part(monkeypatch):
    monkeypatch.setattr(json_values, "MAX_RECORD", 100_000)
    (bad,) = records(b'[{"a": "' + b"x" * 900_000)
    assert bad.reason.startswith("an object of more than 100000 bytes")


def test_a_file_that_breaks_off_says_so():
    assert records(b'[{"a": 1}, {"b": ')[1:] == [BadPart("byte 11", "the file breaks off inside an object")]


def test_wrong_types_are_nothing():
    assert (as_list({}), as_dict([]), as_text(4)) == ([], {}, "")


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=60) | st.text('{}[]",:\\ a1\n', max_size=60).map(str.encode))
def test_any_bytes(raw):
    for record in records(raw):
        assert isinstance(record, BadPart) or isinstance(record[1], dict)
