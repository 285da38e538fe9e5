import io

from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.importers.importer import BadPart
from scanner.importers.lines import MAX_LINE, head_lines, read_lines


def test_lines_are_numbered_and_without_their_ends():
    assert list(read_lines(io.BytesIO(b"a\r\n\nb"))) == [(1, "a"), (2, ""), (3, "b")]


def test_powershell_writes_utf_16():
    raw = "IPAddress\r\nKüche".encode("utf-16")
    assert list(read_lines(io.BytesIO(raw))) == [(1, "IPAddress"), (2, "Küche")]
    assert head_lines(raw) == ["IPAddress", "Küche"]


def test_an_endless_line_costs_only_itself():
    raw = b"a\n" + b"x" * (3 * MAX_LINE) + b"\nb\n"
    first, bad, last = read_lines(io.BytesIO(raw))
    assert (first, last) == ((1, "a"), (3, "b"))
    assert isinstance(bad, BadPart)
    assert bad.where == "line 2"


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_give_lines(raw: bytes):
    numbers = [line[0] for line in read_lines(io.BytesIO(raw)) if not isinstance(line, BadPart)]
    assert numbers == list(range(1, len(numbers) + 1))
