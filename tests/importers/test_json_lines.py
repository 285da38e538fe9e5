import io
from datetime import UTC, datetime, timedelta

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from scanner.importers.json_lines import MAX_LINE, BadLine, read, write_observation
from scanner.model.observation import MAX_VALUE, Endpoint, Field, Observation, Provenance

names = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=40).map(str.strip).filter(bool)
addresses = st.one_of(st.ip_addresses().map(str), st.just("north gate"))
observations = st.builds(
    Observation,
    st.builds(
        Endpoint,
        addresses,
        st.sampled_from([None, "tcp", "udp", "link"]),
        st.none() | st.integers(0, 65535),
    ),
    names.map(Field),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=MAX_VALUE // 4),
    st.builds(
        Provenance,
        names,
        st.none() | addresses,
        st.none() | st.datetimes(timezones=st.just(UTC)),
        st.none() | st.text("0123456789abcdef", min_size=64, max_size=64),
    ),
)


def one(line: bytes, **options):
    (only,) = read([line], **options)
    return only


def reason(line: bytes) -> str:
    bad = one(line)
    assert isinstance(bad, BadLine), bad
    return bad.reason


def with_time(text: str):
    made = one(msgspec.json.encode({"host": "h", "field": "f", "value": "v", "observed_at": text}))
    return made.provenance.observed_at if isinstance(made, Observation) else made


@given(observations)
@settings(max_examples=100, deadline=None)
def test_what_is_written_is_read_back_equal(observation):
    line = write_observation(observation)
    assert line.count(b"\n") == 1
    assert list(read(io.BytesIO(line))) == [observation]


@given(st.binary(max_size=200))
@example(b'{"host":"a","field":"b","value":"\\ud800"}')
@example(b'{"host":"a","field":"b","value":"c","observed_at":"0001-01-01T00:00:00+23:59"}')
@settings(max_examples=100, deadline=None)
def test_any_bytes_are_observations_or_bad_lines(line):
    assert all(isinstance(made, Observation | BadLine) for made in read(io.BytesIO(line)))


def test_a_full_line():
    line = (
        b'{"host": "10.0.0.5", "field": "http.server", "value": "App-webs/", "port": 80, "transport": "TCP",'
        b' "observed_at": "2026-11-21T02:00:00+02:00", "reporter": "10.0.0.1", "colour": {"ignored": [1, null]}}\r\n'
    )
    assert one(line, source="probe-box") == Observation(
        Endpoint("10.0.0.5", "tcp", 80),
        Field("http.server"),
        "App-webs/",
        Provenance("probe-box", "10.0.0.1", datetime(2026, 11, 21, tzinfo=UTC)),
    )


def test_optional_keys_may_be_missing_or_null():
    bare = b'{"host": "h", "field": "f", "value": "v"}'
    null = b'{"host": "h", "field": "f", "value": "v", "port": null, "observed_at": null, "reporter": null, "carrier": null}'
    assert one(bare) == one(null) == Observation(Endpoint("h"), Field("f"), "v", Provenance("json-lines"))


def test_a_lines_own_source_wins():
    assert one(b'{"host":"h","field":"f","value":"v","source":"rtsp"}').provenance.source == "rtsp"


@pytest.mark.parametrize(
    ("text", "when"),
    [
        ("2026-11-21", datetime(2026, 11, 21, tzinfo=UTC)),
        ("2026-11-21T02:03:04", datetime(2026, 11, 21, 2, 3, 4, tzinfo=UTC)),
        ("2026-11-21T02:03:04Z", datetime(2026, 11, 21, 2, 3, 4, tzinfo=UTC)),
        ("2026-11-21 02:03:04.5-05:00", datetime(2026, 11, 21, 7, 3, 4, 500000, tzinfo=UTC)),
    ],
)
def test_times_become_utc(text, when):
    read_back = with_time(text)
    assert read_back == when
    assert read_back.utcoffset() == timedelta(0)


@pytest.mark.parametrize("text", ["yesterday", "2026-13-01", "9999-12-31T23:59:59-23:00"])
def test_other_times_are_bad_lines(text):
    assert "observed_at" in with_time(text).reason


def test_whole_numbers_become_text():
    assert one(b'{"host":"h","field":"http.status","value":401}').value == "401"


def test_a_port_in_quotes_is_a_port():
    assert one(b'{"host":"h","field":"f","value":"v","port":"8080"}').subject.port == 8080


def test_addresses_are_canonical():
    assert one(b'{"host":" 2001:DB8:0::1 ","field":"f","value":"v"}').subject.address == "2001:db8::1"


def test_values_are_cut():
    made = one(msgspec.json.encode({"host": "h", "field": "f", "value": "é" * MAX_VALUE}))
    assert made.value == "é" * (MAX_VALUE // 2)


@pytest.mark.parametrize(
    ("line", "word"),
    [
        (b'{"host":"h","field":"f"}', "value"),
        (b'{"host":"h","field":"f","value":null}', "null"),
        (b'{"host":"h","field":"f","value":true}', "bool"),
        (b'{"host":" ","field":"f","value":"v"}', "empty"),
        (b'{"host":"h","field":"","value":"v"}', "empty"),
        (b'{"host":"' + b"h" * 5000 + b'","field":"f","value":"v"}', "longer"),
        (b'{"host":"h","field":"f","value":"v","port":65536}', "65535"),
        (b'{"host":"h","field":"f","value":"v","port":"http"}', "port"),
        (b'{"host":"h","field":"f","value":"v","carrier":"sctp"}', "carrier"),
        (b'["host"]', "array"),
        (b"host=h", "malformed"),
        (b'{"host":"\xff","field":"f","value":"v"}', "UTF-8"),
        (b'{"x":' + b"[" * 500_000, "nested"),
    ],
)
def test_bad_lines_say_why(line, word):
    assert word in reason(line)


def test_bad_lines_carry_their_number_and_do_not_stop_the_rest():
    good = b'{"host":"h","field":"f","value":"v"}'
    made = list(read(io.BytesIO(b"\xef\xbb\xbf" + good + b"\n\n  \r\nnonsense\n" + good)))
    assert [line.number if isinstance(line, BadLine) else line.value for line in made] == ["v", 4, "v"]


class Counted(io.BytesIO):
    largest = 0

    def readline(self, size=-1, /):
        line = super().readline(size)
        self.largest = max(self.largest, len(line))
        return line


def test_a_line_too_long_is_never_held_whole():
    good = b'{"host":"h","field":"f","value":"v"}\n'
    stream = Counted(good + b"x" * (3 * MAX_LINE) + b"\n" + good)
    made = list(read(stream))
    assert [type(line) for line in made] == [Observation, BadLine, Observation]
    assert [line.number for line in made if isinstance(line, BadLine)] == [2]
    assert stream.largest <= MAX_LINE + 1


def test_a_line_of_exactly_the_limit_is_read():
    head = b'{"host":"h","field":"f","value":"v","pad":"'
    line = head + b"x" * (MAX_LINE - len(head) - 2) + b'"}'
    assert len(line) == MAX_LINE
    assert isinstance(next(read(io.BytesIO(line + b"\n"))), Observation)
    assert isinstance(next(read(io.BytesIO(line + b"\n" + line))), Observation)
    assert isinstance(next(read(io.BytesIO(line + b" \n"))), BadLine)
