import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scanner.importers.importer import BadPart
from scanner.importers.lines import MAX_LINE, head_lines, read_lines, read_table


def test_lines_are_numbered_and_without_their_ends():
    assert list(read_lines(io.BytesIO(b"a\r\n\nb"))) == [(1, "a"), (2, ""), (3, "b")]


def test_powershell_writes_utf_16():
    raw = "IPAddress\r\nKüche".encode("utf-16")
    assert list(read_lines(io.BytesIO(raw))) == [(1, "IPAddress"), (2, "Küche")]
    assert head_lines(raw) == ["IPAddress", "Küche"]


def test_utf_16_without_a_mark_is_told_by_its_zeros():
    raw = "Interface: 10.0.0.1 --- 0x3\r\nKüche".encode("utf-16-le")
    assert list(read_lines(io.BytesIO(raw))) == [(1, "Interface: 10.0.0.1 --- 0x3"), (2, "Küche")]


@pytest.mark.parametrize("comma", ",;\t")
def test_a_table_is_divided_as_its_heading_is(comma):
    raw = f'#TYPE x\r\n"A"{comma}B{comma}C\r\n\r\n1{comma}" 2 "\r\n"3{comma}x'.encode()
    rows: list[object] = []

    def read_row(where, cells):
        rows.append((where, cells))
        yield from ()

    assert not list(read_table(io.BytesIO(raw), lambda names: [names[0].lower(), None, *names[2:]], read_row))
    assert rows == [("line 4", [("a", "1")]), ("line 5", [("a", f"3{comma}x")])]


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
